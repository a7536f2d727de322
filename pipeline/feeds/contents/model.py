"""`build/item.json`: what one episode hands to the feed and to the release.

Addresses are object keys, so that the file stays the same when the store moves; only what lies
elsewhere, as in an imported episode, has its whole URL in their place.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import (
    AwareDatetime,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from pipeline.artefacts import Artefact
from pipeline.settings.episode import ItemTags
from pipeline.settings.podcasting import Erratum, FeedImage, Funding, LinkedSoundbite
from pipeline.web.addresses import public_url, quote_anchor

PURPOSE = "correction"  # of a podcast:txt which tells of one
_GONE = "[...]"  # in the place of words that were taken out
_LINE = re.compile(
    r"(\d{4}-\d\d-\d\d): “(.+?)” → (?:“(.+?)”|\[\.\.\.\]): (.+?)(?: (https?://\S+)#q-([a-z0-9]+))?"
)
# A thread's address names its account; only threads are matched, never a profile.
_THREADS = (
    ("twitter", re.compile(r"https://(?:www\.|mobile\.)?(?:twitter|x)\.com/(\w+)/status/\d+")),
    ("atproto", re.compile(r"https://bsky\.app/profile/([\w.:-]+)/post/\w+")),
    ("activitypub", re.compile(r"https://[\w.-]+/@([\w.-]+(?:@[\w.-]+)?)/\d+")),
    ("activitypub", re.compile(r"https://[\w.-]+/users/([\w.-]+)/statuses/\d+")),
)


@dataclass(frozen=True, slots=True)
class PublishedObject:
    """A file that the release uploads; `path` is relative to the episode's folder or the show's root."""

    key: str
    path: str
    sha256: str
    type: str  # the Content-Type that it is served with


class PublishedImage(FeedImage):
    """A picture for other uses as it is published: what was a file of the host's has an object key."""

    href: str


@dataclass(frozen=True, slots=True)
class Enclosure:
    """The audio as subscribers download it; `length` in bytes."""

    key: str
    length: int
    type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class TranscriptLink:
    """A transcript that the item points to; `rel` is "captions" for a timed one."""

    key: str
    type: str
    language: str
    rel: str | None = None


@dataclass(frozen=True, slots=True)
class ChaptersLink:
    """The JSON chapters that the item points to."""

    key: str
    type: str


@dataclass(frozen=True, slots=True)
class Credit:
    """A person with a role and a group of the Podcasting 2.0 taxonomy, in lower case."""

    name: str
    role: str
    group: str
    href: str | None = None
    img: str | None = None


@dataclass(frozen=True, slots=True)
class License:
    """A license identifier; `url` for one that the Podcasting 2.0 list lacks."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """A discussion elsewhere; what its address does not tell of its comments, the host said."""

    text: str
    url: str
    protocol: str | None = None
    account: str | None = None
    account_url: str | None = None


class Account(NamedTuple):
    """The protocol's name in the podcast namespace, and the account that began the thread."""

    protocol: str
    name: str


@dataclass(frozen=True, slots=True)
class Note:
    """A podcast:txt; an empty purpose is none."""

    purpose: str
    text: str


@dataclass(frozen=True, slots=True)
class AlternateAudio:
    """The same in another encoding or language, or as video; `length` in bytes, `bitrate` in bits per
    second, `height` of a video in pixels; 0 where nobody knows.

    `integrity` is the digest of the published bytes as browsers write it (`sha384-…`), empty for what
    lies elsewhere; `default` marks the encoding that the enclosure holds.
    """

    key: str
    type: str
    length: int
    bitrate: int
    integrity: str
    title: str | None = None
    codecs: str | None = None
    default: bool = False
    language: str | None = None
    rel: str | None = None
    height: int = 0


@dataclass(frozen=True, slots=True)
class InlineChapter:
    """A chapter written into the feed itself (psc:chapters); `start` in seconds."""

    start: float
    title: str
    href: str | None = None
    image: str | None = None


class FeedItem(ItemTags):
    """All that the feed shows of an episode beside title, date, GUID, duration and enclosure.

    `description` and `content` are HTML, `summary` is plain text. `explicit` is None where the
    episode says nothing and the show's word holds; `people` are the episode's own.
    """

    model_config = ConfigDict(extra="ignore")  # what a newer release wrote

    page: str
    summary: str
    description: str
    content: str
    season: int | None
    episode: int | None
    transcripts: Sequence[TranscriptLink]
    chapters: ChaptersLink | None
    soundbites: Sequence[LinkedSoundbite]
    people: Sequence[Credit]
    license: License | None
    funding: Sequence[Funding]
    txt: Sequence[Note]
    discussions: Sequence[Thread]
    video: str | None
    image: str | None = None
    alternates: Sequence[AlternateAudio] = ()
    inline_chapters: Sequence[InlineChapter] = ()
    display_number: str | None = None  # of the episode, where it is no whole number
    permalink: bool = False  # whether the GUID is an address
    images: Sequence[PublishedImage] = ()
    guest_hosted: bool = False  # the show's people are not in it
    errata: Sequence[Erratum] = Field([], exclude_if=lambda found: not found)  # newest first

    @model_serializer(mode="wrap")
    def _in_order(self, written: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """As files of earlier releases have them; what came later follows where it is set."""
        values: dict[str, Any] = written(self)
        first = {name: values.pop(name) for name in _FIRST}
        return first | {name: value for name, value in values.items() if value is not None}


#: The order in which `item.json` began; git shows a file that changed.
_FIRST = (
    "page", "summary", "description", "content", "type", "explicit", "block", "season", "season_name",
    "episode", "transcripts", "chapters", "soundbites", "people", "license", "funding", "txt",
    "discussions", "video", "image", "locations", "value", "alternates", "inline_chapters",
    "display_number", "permalink", "itunes_title", "images", "comments", "author", "episode_display",
    "guest_hosted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemFile:
    """`build/item.json` as a whole; `duration` in seconds of the published audio."""

    version: int
    slug: str
    guid: str
    title: str
    date: AwareDatetime
    duration: float
    enclosure: Enclosure
    objects: Sequence[PublishedObject]
    item: FeedItem


@dataclass(frozen=True, slots=True)
class Objects:
    """The files that the release uploads for the show."""

    objects: Sequence[PublishedObject]


def resolve(base_url: str, address: str) -> str:
    """The URL of an object key; what is a URL already stays as it is."""
    return address if is_elsewhere(address) else public_url(base_url, address)


def is_elsewhere(address: str) -> bool:
    """Whether an address is a whole URL and no object key of ours."""
    return address.startswith(("https://", "http://"))


def social_account(url: str) -> Account | None:
    """The account behind a thread's address (P-12); None where apps could not show the comments."""
    for protocol, pattern in _THREADS:
        if found := pattern.fullmatch(re.sub(r"/?([?#].*)?$", "", url)):
            return Account(protocol, f"@{found[1]}")
    return None


def as_line(erratum: Erratum, page: str) -> str:
    """A correction as one line of text; `page` is the address of the episode's page."""
    says = f"“{erratum.says}”" if erratum.says else _GONE
    line = f"{erratum.date}: “{erratum.said}” → {says}: {erratum.why}"
    return f"{line} {page}#{quote_anchor(erratum.quote)}" if erratum.quote else line


def read_line(line: str) -> Erratum | None:
    """The correction that a line tells; None where it was not written here."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    date, said, says, why, page, quote = found.groups()
    try:
        values = {"date": dt.date.fromisoformat(date), "said": said, "says": says or ""}
        read = Erratum.model_validate({**values, "why": why, "quote": quote})
    except ValueError:
        return None
    return read if as_line(read, page or "") == line else None


ITEM = Artefact("build/item.json", ItemFile)
OBJECTS = Artefact("//feed/build/objects.json", Objects)  # of the show itself, without the feed
