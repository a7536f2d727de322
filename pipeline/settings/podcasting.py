"""Settings behind the rarer tags of podcast feeds: places, recommendations, payments, other encodings.

Numbers such as P-11 are rows of the project's list of feed requirements.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from pipeline.settings.fields import STRICT, Language, Line, Picture, Url

ShortLine = Annotated[Line, Field(max_length=128)]
ServiceSlug = Annotated[str, Field(pattern=r"^[a-z0-9]+$")]  # of the namespace's serviceslugs.txt


#: podcast:txt records by purpose: one text, or several of the same purpose.
Txt = dict[str, str | list[str]]


class _Model(BaseModel):
    model_config = STRICT


class FeedImage(_Model):
    """A picture for other uses than the cover (podcast:image); sizes in pixels."""

    href: Picture = Field(description="its address, or a file: images/NAME.jpg")
    alt: Line | None = Field(None, description="what is seen on it, in words")
    purpose: ShortLine | None = Field(
        None, description="what it is for, tokens with a blank between: artwork, social, banner, …"
    )
    aspect_ratio: Annotated[str, Field(pattern=r"^\d+(\.\d+)?/\d+(\.\d+)?$")] | None = Field(
        None, description="width to height: 16/9; left out: it is square"
    )
    width: Annotated[int, Field(ge=1)] | None = Field(None, description="pixels")
    height: Annotated[int, Field(ge=1)] | None = Field(None, description="pixels")
    type: Line | None = Field(None, description="its media type, where it is no JPEG or PNG")


class Location(_Model):
    """Where something happens (podcast:location): `geo` as RFC 5870, `osm` as R148838 or N123."""

    name: ShortLine = Field(description="of the place")
    rel: Literal["subject", "creator"] = Field(
        "subject", description="whether it is the subject, or where it was made"
    )
    geo: Annotated[str, Field(pattern=r"^geo:-?\d+(\.\d+)?,-?\d+(\.\d+)?([,;].*)?$")] | None = (
        Field(None, description="as in RFC 5870: geo:30.2672,97.7431")
    )
    osm: Annotated[str, Field(pattern=r"^[NWR]\d+(#\d+)?$")] | None = Field(
        None, description="an object of OpenStreetMap: R148838"
    )
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = Field(
        None, description="ISO 3166: DE"
    )


class RemoteShow(_Model):
    """Another show (podcast:remoteItem): its podcast:guid, and the feed for apps without an index."""

    guid: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")] = (
        Field(description="its podcast:guid")
    )
    url: Url | None = Field(None, description="its feed, for apps without an index")
    title: Line | None = Field(None, description="its title")


class Recipient(_Model):
    """Who gets a share of a payment; `split` counts shares, `fee` comes off before them."""

    name: ShortLine | None = Field(None, description="who it is")
    type: Line = Field("node", description="of address: node or lnaddress")
    address: Line = Field(description="where the share goes")
    split: Annotated[int, Field(ge=0)] = Field(description="shares")
    custom_key: Line | None = Field(None, description="of the payment")
    custom_value: Line | None = Field(None, description="of the payment")
    fee: bool = Field(False, description="comes off before the shares")


class Value(_Model):
    """Payments from listeners (podcast:value)."""

    type: Line = Field("lightning", description="the payment network")
    method: Line = Field("keysend", description="the way to pay")
    suggested: Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")] | None = Field(
        None, description="amount a minute, in bitcoin"
    )
    recipients: list[Recipient] = Field(min_length=1, description="who gets what")


class SpotifySettings(_Model):
    """Spotify's own tags: `countries` of origin by ISO 3166, `limit` of episodes shown."""

    countries: list[Annotated[str, Field(pattern=r"^[a-z]{2}$")]] = Field(
        [], description="of origin, by ISO 3166 in lower case"
    )
    limit: Annotated[int, Field(ge=1)] | None = Field(None, description="of episodes shown")


class Alternate(_Model):
    """Another encoding of every episode (podcast:alternateEnclosure); `bitrate` in kbit/s."""

    codec: Literal["opus", "aac", "mp3"] = Field(description="the encoding")
    bitrate: Annotated[int, Field(ge=8, le=320)] = Field(description="kbit/s")
    title: Annotated[Line, Field(max_length=32)] | None = Field(
        None, description="what apps call it, at most 32 characters"
    )
    channels: Literal["source", "mono"] = Field("source", description="mono: both channels mixed")

    @property
    def name(self) -> str:
        """Its file's name below `build/alternates/`."""
        suffix = {"opus": ".opus", "aac": ".m4a", "mp3": ".mp3"}[self.codec]
        return f"{self.codec}-{self.bitrate}{'-mono' if self.channels == 'mono' else ''}{suffix}"


class LinkedAlternate(_Model):
    """A video of the episode, or the same in another language, that lies elsewhere (P-11)."""

    url: Url = Field(description="where it is")
    type: Annotated[Line, Field(pattern=r"^[\w.+-]+/[\w.+-]+$")] = Field(
        description="its media type: video/mp4"
    )
    length: Annotated[int, Field(ge=1)] | None = Field(None, description="bytes")
    bitrate: Annotated[float, Field(gt=0)] | None = Field(None, description="kbit/s")
    height: Annotated[int, Field(ge=1)] | None = Field(None, description="of a video, pixels")
    language: Language | None = Field(None, description="a BCP 47 tag, where it is another")
    title: Annotated[Line, Field(max_length=32)] | None = Field(
        None, description="what apps call it, at most 32 characters"
    )
    rel: Annotated[Line, Field(max_length=32)] | None = Field(
        None, description="what sets it apart, at most 32 characters"
    )
    codecs: Line | None = Field(None, description="as in RFC 6381: avc1.64001f, mp4a.40.2")


class LinkedTranscript(_Model):
    """A transcript that stays where it is."""

    url: Url = Field(description="where it is")
    type: Line = Field(description="its media type")
    language: Language | None = Field(None, description="a BCP 47 tag")
    rel: Line | None = Field(None, description="captions, where it is timed")


class LinkedSoundbite(_Model):
    """A passage worth hearing on its own, in seconds."""

    start: Annotated[float, Field(ge=0)] = Field(description="seconds")
    duration: Annotated[float, Field(gt=0)] = Field(description="seconds")
    title: str = Field("", description="its words")


class LinkedEnclosure(_Model):
    """The audio of an imported episode, as its first feed published it.

    It stays at `url`; with an `enclosure.*` beside `episode.toml` that file is published instead, byte
    for byte. Nothing of the episode is mastered, transcribed or quoted. `length` in bytes, `duration`
    in seconds (0: not known).
    """

    url: Url = Field(description="where the audio is")
    length: Annotated[int, Field(ge=0)] = Field(description="bytes")
    type: Line = Field(description="its media type: audio/mpeg")
    duration: Annotated[float, Field(ge=0)] = Field(0.0, description="seconds; 0: not known")
    chapters: Url | None = Field(None, description="of its JSON chapters")
    transcripts: list[LinkedTranscript] = Field([], description="that stay where they are")
    soundbites: list[LinkedSoundbite] = Field([], description="passages worth hearing")
    number: ShortLine | None = Field(
        None, description="the episode's, where it is no whole number: 12.5"
    )
    permalink: bool = Field(False, description="whether the GUID is an address")

    @model_validator(mode="after")
    def _type_is_one(self) -> "LinkedEnclosure":
        if "/" not in self.type:
            raise ValueError(f"type: '{self.type}' is no media type such as audio/mpeg")
        return self
