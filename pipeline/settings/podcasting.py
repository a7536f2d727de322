"""Tables behind the tags of podcast feeds: people, places, recommendations, payments, other encodings.

Numbers such as P-11 are rows of the project's list of feed requirements.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from pipeline.settings.fields import (
    BODY,
    SHORT,
    Language,
    Line,
    SecurePicture,
    SecureUrl,
    ShortLine,
    ShortText,
    Table,
    Text,
    Title,
    Url,
    added,
    check_secure,
    optional,
    uncoded,
)
from pipeline.settings.taxonomy import classify
from pipeline.text.cleaning import clean_line

#: Characters of an erratum: as much as a podcast:txt holds (P-14), with a date and an address beside it.
ERRATUM = BODY - 500

_OneLine = Annotated[Line, AfterValidator(uncoded), AfterValidator(clean_line)]
_Short = Annotated[Line, Field(max_length=SHORT)]
_Label = Annotated[Line, Field(max_length=32)]
ServiceSlug = Annotated[str, Field(pattern=r"^[a-z0-9]+$")]  # of the namespace's serviceslugs.txt


def _txt(value: str | list[str]) -> str | list[str]:
    for text in [value] if isinstance(value, str) else value:
        if not clean_line(text):
            raise ValueError("is empty")
        if len(uncoded(text)) > BODY:
            raise ValueError(f"has {len(text)} characters; feeds allow {BODY}")
    return value


#: podcast:txt records by purpose: one text, or several of the same purpose.
Txt = dict[ShortText, Annotated[str | list[str], AfterValidator(_txt)]]

#: The licenses of the podcast namespace's list (P-10), with their texts.
LICENSES: dict[str, str | None] = {
    "arr": "https://en.wikipedia.org/wiki/All_rights_reserved",
    "cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-nc-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "cc-by-nc-nd-4.0": "https://creativecommons.org/licenses/by-nc-nd/4.0/",
    "pod-v4v-1.0": None,
}
License = ShortText


def check_license(name: str | None, url: str | None) -> None:
    """ValueError for a license that neither the list nor an address tells."""
    if name and url:
        try:
            check_secure(url)
        except ValueError as error:
            raise ValueError(f"license_url: {error}") from None
    elif name and clean_line(name).lower() not in LICENSES:
        raise ValueError(
            f"license: '{name}' is not one of {', '.join(LICENSES)}; any other needs its text's"
            " address in license_url"
        )


class Person(Table):
    """Somebody heard in an episode; role and group as in the Podcasting 2.0 taxonomy."""

    name: ShortLine = Field(description="as listeners know them")
    role: Line = Field(
        "host", description="host, guest, editor, ...: the Podcasting 2.0 taxonomy of roles"
    )
    group: Line = Field(
        "cast", description="cast, writing, audio post-production, ...: the taxonomy's groups"
    )
    href: SecureUrl | None = optional("their page")
    img: SecurePicture | None = optional("their picture: an address, or a file: images/NAME.jpg")

    @model_validator(mode="after")
    def _is_in_the_taxonomy(self) -> "Person":
        classify(self.role, self.group)
        return self


class Named(Protocol):
    """A person, as a host or a feed writes one."""

    @property
    def name(self) -> str: ...


_Named = TypeVar("_Named", bound=Named)


def credited(hosts: Iterable[_Named], own: Iterable[_Named], guest_hosted: bool) -> list[_Named]:
    """Who is in an episode: the show's people, if they were there, then its own, who say it anew (P-08)."""
    episode = list(own)
    named = {person.name.casefold() for person in episode}
    there = () if guest_hosted else hosts
    return [person for person in there if person.name.casefold() not in named] + episode


class Link(Table):
    """A link with its words."""

    title: Title = Field(description="its words")
    url: Url = Field(description="where it leads")


class Funding(Table):
    """A place to give money to the show (podcast:funding; text at most 128 characters)."""

    text: ShortLine = Field(description="what the button says, at most 128 characters")
    url: SecureUrl = Field(description="where it leads")


class UpdateFrequency(Table):
    """How often episodes come out (podcast:updateFrequency); `rrule` as in RFC 5545, `FREQ=WEEKLY`."""

    text: ShortLine = Field(description="for people: every other Tuesday")
    rrule: Annotated[str, Field(pattern=r"^FREQ=[A-Z]+(;[A-Z]+=[-+:.,\w]+)*$")] | None = optional(
        "for apps, as in RFC 5545: FREQ=WEEKLY;INTERVAL=2"
    )
    dtstart: AwareDatetime | None = optional("from when the rule counts")

    @model_validator(mode="after")
    def _count_has_a_start(self) -> "UpdateFrequency":
        if self.rrule and "COUNT=" in self.rrule and self.dtstart is None:
            raise ValueError("a rule with COUNT needs dtstart: the day from which it counts")
        return self


class Discussion(Table):
    """A thread about the episode or the show elsewhere, filled in when it exists.

    Who began it, and by which protocol, is only said where the address does not tell.
    """

    title: Title = Field(description="its words")
    url: SecureUrl = Field(description="the thread")
    protocol: (
        Literal["activitypub", "twitter", "lightning", "atproto", "hive", "matrix", "nostr"] | None
    ) = added("by which apps read its comments, where its address does not tell")
    account: Line | None = added("who began it: @ada@social.example")
    account_url: Url | None = added("their page")


class Erratum(Table):
    """A correction of published words, told to those who may have read or heard the earlier ones."""

    date: dt.date = Field(description="the day of the correction")
    said: _OneLine = Field(description="what it said: the words that changed")
    says: Annotated[Text, AfterValidator(clean_line)] = Field(
        "", description="what it says now; left out: it was taken out"
    )
    why: _OneLine = Field(description="in your own words")
    quote: Annotated[str, Field(pattern=r"^[a-z0-9]{2,16}$")] | None = added(
        "the id of the quote that it is about"
    )

    @property
    def key(self) -> str:
        """Eight digits by which it is known wherever it is told; another reason makes no other."""
        told = "\n".join((self.date.isoformat(), self.quote or "", self.said, self.says))
        return hashlib.sha256(told.encode()).hexdigest()[:8]

    @model_validator(mode="after")
    def _fits_a_tag(self) -> "Erratum":
        if (length := len(self.said + self.says + self.why)) > ERRATUM:
            raise ValueError(
                f"has {length:,} characters; feeds allow {ERRATUM:,}: name only the words that changed"
            )
        return self


class FeedImage(Table):
    """A picture for other uses than the cover (podcast:image); sizes in pixels."""

    href: SecurePicture = Field(description="its address, or a file: images/NAME.jpg")
    alt: Line | None = optional("what is seen on it, in words")
    purpose: _Short | None = optional(
        "what it is for, tokens with a blank between: artwork, social, banner, …"
    )
    aspect_ratio: Annotated[str, Field(pattern=r"^\d+(\.\d+)?/\d+(\.\d+)?$")] | None = optional(
        "width to height: 16/9; left out: it is square"
    )
    width: Annotated[int, Field(ge=1)] | None = optional("pixels")
    height: Annotated[int, Field(ge=1)] | None = optional("pixels")
    type: Line | None = optional("its media type, where it is no JPEG or PNG")


class Location(Table):
    """Where something happens (podcast:location): `geo` as RFC 5870, `osm` as R148838 or N123."""

    name: ShortLine = Field(description="of the place")
    rel: Literal["subject", "creator"] = Field(
        "subject", description="whether it is the subject, or where it was made"
    )
    geo: Annotated[str, Field(pattern=r"^geo:-?\d+(\.\d+)?,-?\d+(\.\d+)?([,;].*)?$")] | None = (
        optional("as in RFC 5870: geo:30.2672,97.7431")
    )
    osm: Annotated[str, Field(pattern=r"^[NWR]\d+(#\d+)?$")] | None = optional(
        "an object of OpenStreetMap: R148838"
    )
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = optional("ISO 3166: DE")


class RemoteShow(Table):
    """Another show (podcast:remoteItem): its podcast:guid, and the feed for apps without an index."""

    guid: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")] = (
        Field(description="its podcast:guid")
    )
    url: SecureUrl | None = optional("its feed, for apps without an index")
    title: Line | None = optional("its title")


class Recipient(Table):
    """Who gets a share of a payment; `split` counts shares, `fee` comes off before them."""

    name: _Short | None = optional("who it is")
    type: Line = Field("node", description="of address: node or lnaddress")
    address: Line = Field(description="where the share goes")
    split: Annotated[int, Field(ge=0)] = Field(description="shares")
    custom_key: Line | None = optional("of the payment")
    custom_value: Line | None = optional("of the payment")
    fee: bool = Field(False, description="comes off before the shares")


class Value(Table):
    """Payments from listeners (podcast:value)."""

    type: Line = Field("lightning", description="the payment network")
    method: Line = Field("keysend", description="the way to pay")
    suggested: Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")] | None = optional(
        "amount a minute, in bitcoin"
    )
    recipients: list[Recipient] = Field(min_length=1, description="who gets what")


class SpotifySettings(Table):
    """Spotify's own tags: `countries` of origin by ISO 3166, `limit` of episodes shown."""

    countries: list[Annotated[str, Field(pattern=r"^[a-z]{2}$")]] = Field(
        [], description="of origin, by ISO 3166 in lower case"
    )
    limit: Annotated[int, Field(ge=1)] | None = optional("of episodes shown")


class Alternate(Table):
    """Another encoding of every episode (podcast:alternateEnclosure); `bitrate` in kbit/s."""

    codec: Literal["opus", "aac", "mp3"] = Field(description="the encoding")
    bitrate: Annotated[int, Field(ge=8, le=320)] = Field(description="kbit/s")
    title: _Label | None = optional("what apps call it, at most 32 characters")
    channels: Literal["source", "mono"] = Field("source", description="mono: both channels mixed")

    @property
    def name(self) -> str:
        """Its file's name below `build/alternates/`."""
        suffix = {"opus": ".opus", "aac": ".m4a", "mp3": ".mp3"}[self.codec]
        return f"{self.codec}-{self.bitrate}{'-mono' if self.channels == 'mono' else ''}{suffix}"


class LinkedAlternate(Table):
    """A video of the episode, or the same in another language, that lies elsewhere (P-11)."""

    url: SecureUrl = Field(description="where it is")
    type: Annotated[Line, Field(pattern=r"^[\w.+-]+/[\w.+-]+$")] = Field(
        description="its media type: video/mp4"
    )
    length: Annotated[int, Field(ge=1)] | None = optional("bytes")
    bitrate: Annotated[float, Field(gt=0)] | None = optional("kbit/s")
    height: Annotated[int, Field(ge=1)] | None = optional("of a video, pixels")
    language: Language | None = optional("a BCP 47 tag, where it is another")
    title: _Label | None = optional("what apps call it, at most 32 characters")
    rel: _Label | None = optional("what sets it apart, at most 32 characters")
    codecs: Line | None = optional("as in RFC 6381: avc1.64001f, mp4a.40.2")


class LinkedTranscript(Table):
    """A transcript that stays where it is."""

    url: Url = Field(description="where it is")
    type: Line = Field(description="its media type")
    language: Language | None = optional("a BCP 47 tag")
    rel: Line | None = optional("captions, where it is timed")


class LinkedSoundbite(Table):
    """A passage worth hearing on its own, in seconds."""

    start: Annotated[float, Field(ge=0)] = Field(description="seconds")
    duration: Annotated[float, Field(gt=0)] = Field(description="seconds")
    title: ShortText = Field("", description="its words")


class LinkedEnclosure(Table):
    """The audio of an imported episode, as its first feed published it.

    It stays at `url`; with an `enclosure.*` beside `episode.toml` that file is published instead, byte
    for byte. Nothing of the episode is mastered; it is transcribed when you ask for it
    (`backfill --to suggest`). `length` in bytes, `duration` in seconds (0: not known).
    """

    url: Url = Field(description="where the audio is")
    length: Annotated[int, Field(ge=0)] = Field(description="bytes")
    type: Line = Field(description="its media type: audio/mpeg")
    duration: Annotated[float, Field(ge=0)] = Field(0.0, description="seconds; 0: not known")
    chapters: Url | None = optional("of its JSON chapters")
    transcripts: list[LinkedTranscript] = Field([], description="that stay where they are")
    soundbites: list[LinkedSoundbite] = Field([], description="passages worth hearing")
    number: _Short | None = optional("the episode's, where it is no whole number: 12.5")
    permalink: bool = Field(False, description="whether the GUID is an address")

    @model_validator(mode="after")
    def _type_is_one(self) -> "LinkedEnclosure":
        if "/" not in self.type:
            raise ValueError(f"type: '{self.type}' is no media type such as audio/mpeg")
        return self
