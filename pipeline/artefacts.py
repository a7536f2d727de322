"""Every file that the machine makes below `build/`: its name, and the record that it holds.

A stage declares its inputs and outputs by these names, and reads and writes records through its
context: `ctx.read(CHAPTERS)`, `ctx.write(QUOTES, …)`. Whoever looks at an episode from outside says
`CHAPTERS.of(paths)`. Nobody else parses or writes such a file. What `item.json` holds is the feed's
own, and stands in `feeds.contents.model`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field, PlainSerializer

from pipeline.errors import PullquoteError
from pipeline.looking import content_of, sides
from pipeline.models import (
    Candidate,
    Change,
    Chapter,
    Opening,
    Problem,
    ProposedChapter,
    Quote,
    Recognition,
    Suspect,
    Transcript,
    Turn,
    decode,
    encode,
)
from pipeline.workspace import EpisodePaths, Workspace, dump_json

_Record = TypeVar("_Record")
_LEFT_OUT = Field(exclude_if=lambda found: not found)  # where it is empty


class Artefact(str, Generic[_Record]):
    """The name of a file that holds a record, relative to the episode's folder; `//`: to the show's.

    Files come from other machines, other versions and editors, so a reader checks every type.
    """

    def __new__(cls, name: str, kind: type[_Record]) -> "Artefact[_Record]":
        made = super().__new__(cls, name)
        made.kind = kind
        return made

    kind: type[_Record]

    def __getnewargs__(self) -> tuple[str, type[_Record]]:  # type: ignore[override]
        """One travels to the machines of a cluster, as the name of what lies in a parcel."""
        return str(self), self.kind

    def decode(self, content: bytes, name: str) -> _Record:
        """The record in the bytes of such a file; `name` is what errors call it."""
        return decode(self.kind, content, name)

    def dump(self, record: _Record) -> str:
        """The record as such a file holds it: the same text for the same record."""
        return dump_json(encode(record))

    def read(self, path: Path) -> _Record:
        """The record of one such file; FileNotFoundError where there is none.

        PullquoteError for one that is damaged.
        """
        if (content := content_of(path)) is None:
            raise FileNotFoundError(path)
        return self.decode(content, self.shown(path))

    def path(self, place: EpisodePaths | Workspace) -> Path:
        """Where the file of an episode, or of the show, is."""
        if isinstance(place, Workspace):
            return place.root / self.removeprefix("//")
        return place.directory / self

    def known(self, place: EpisodePaths | Workspace) -> _Record | None:
        """The record of an episode, or of the show; None where there is none."""
        try:
            return self.read(self.path(place))
        except FileNotFoundError:
            return None

    def of(self, place: EpisodePaths | Workspace) -> _Record:
        """The record of an episode, or of the show; PullquoteError where it is not made yet."""
        found = self.known(place)
        if found is None:
            raise self.missing(place)
        return found

    def missing(self, place: EpisodePaths | Workspace) -> PullquoteError:
        if isinstance(place, Workspace):
            return PullquoteError(
                f"there is no {self.removeprefix('//')} yet",
                "restore it from git, or make it with: pullquote plan",
            )
        return PullquoteError(
            f"{place.slug}: there is no {self} yet",
            f"make it with: pullquote run {place.slug} --to suggest",
        )

    def shown(self, path: Path) -> str:
        """A file's name from the show's root on, or from the episode's folder where it is in no show."""
        if self.startswith("//"):
            return self.removeprefix("//")
        length = len(self.split("/"))
        return "/".join(path.parts[-length - 2 :])


def everywhere(name: str) -> str:
    """The pattern for the files of all episodes that have this name."""
    return f"//episodes/*/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio:
    """What mastering made; `offset` is the second at which the recording begins in it, after an intro."""

    version: int = 1
    duration: float  # seconds
    lufs: float | None = None
    true_peak: float | None = None
    sample_rate: int = 0
    channels: int = 0
    bitrate: int = 0  # kbit/s
    bytes: int = 0
    sha256: str = ""
    type: str = "audio/mpeg"
    encoded: bool = True
    offset: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakers:
    """Who is heard when; `method` says how that was found, "none" where nothing says it."""

    version: int = 1
    method: str
    turns: Sequence[Annotated[Turn, PlainSerializer(Turn._asdict)]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspects:
    """What to hear again, best first; what was changed, by time; corrections that no longer fit."""

    version: int = 1
    suspects: Sequence[Suspect]
    changes: Sequence[Change] = ()
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class Openings:
    """What the host's chapters opened with when they were first seen."""

    chapters: Sequence[Opening]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The chapters that are proposed to the host; `taken`: those with a title are the episode's."""

    version: int = 1
    taken: bool = False
    chapters: Sequence[ProposedChapter]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages proposed, best first."""

    candidates: Sequence[Candidate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """The reviewed quotes in the host's order; `audio` is the SHA-256 of the sound they were proven on.

    `gone` are those that were taken out of the ledger: they may be typed again. `wordless`: nobody speaks.
    """

    version: int = 1
    audio: str = ""
    wordless: Annotated[bool, _LEFT_OUT] = False
    quotes: Sequence[Quote]
    gone: Annotated[Sequence[Quote], _LEFT_OUT] = ()

    @property
    def ever(self) -> Sequence[Quote]:
        """What is or was among them."""
        return (*self.quotes, *self.gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page that was made for a guest: what it showed (a hash of each quote, by its id), what it stated.

    `code` is the SHA-256 of the sheet's own, which is in no file that is committed. `answered` has the
    moment of the last answer to each quote, by the guest's clock.
    """

    guest: str
    code: str
    made: date
    deadline: date
    mode: Literal["accuracy", "approve"]
    silence: Literal["publish", "hold"]
    quotes: dict[str, str]
    answered: Annotated[dict[str, str], _LEFT_OUT] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """The sheets of an episode's guests, the oldest first."""

    version: int = 1
    sheets: Sequence[Sheet] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The slugs of the episodes that the feed shows, and of those that it showed once."""

    version: int = 1
    episodes: Sequence[str]
    withdrawn: Annotated[Sequence[str], _LEFT_OUT] = ()

    @property
    def ever(self) -> frozenset[str]:
        """Those that were ever published."""
        return frozenset((*self.episodes, *self.withdrawn))


@dataclass(frozen=True, slots=True)
class Corrected:
    """That the show has a feed of corrections, to which pages link: from the first correction on."""

    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedPost:
    """A post that we sent: the server's ids of its parts, and what tells an edit of it there.

    No `version`: it was about to be sent or changed, and no answer came. `sha256` is of what we sent.
    """

    house: str
    account: str
    ids: Sequence[str] = ()
    address: str = ""
    sha256: str
    version: str = ""
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What was posted about an episode, the newest last."""

    version: int = 1
    posts: Sequence[PostedPost]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A chapter as JSON chapters have it; `toc: false` marks one that only changes the picture."""

    start: Annotated[float, Field(alias="startTime")]
    title: str = ""
    img: str | None = None
    url: str | None = None
    toc: bool = True


@dataclass(frozen=True, slots=True)
class _JsonChapters:
    chapters: Sequence[_Entry]


class _Chapters(Artefact[Sequence[Chapter]]):
    """JSON chapters, version 1.2.0 (P-06): those that a table of contents shows."""

    def decode(self, content: bytes, name: str) -> Sequence[Chapter]:
        return [
            Chapter(entry.start, entry.title, entry.url, entry.img)
            for entry in decode(_JsonChapters, content, name).chapters
            if entry.title and entry.toc
        ]

    def dump(self, record: Sequence[Chapter]) -> str:
        return dump_json({"version": "1.2.0", "chapters": [_entry(each) for each in record]})


def _entry(chapter: Chapter) -> dict[str, Any]:
    entry: dict[str, Any] = {"startTime": chapter.start, "title": chapter.title}
    if chapter.image:
        entry["img"] = chapter.image
    if chapter.url:
        entry["url"] = chapter.url
    return entry


class _Published(Artefact[Published]):
    """The list that `publish` writes: whoever deletes it takes nothing back, but shows everything.

    Two people who publish both write it. Where git could not merge that, it is what either shows.
    """

    def decode(self, content: bytes, name: str) -> Published:
        if both := [self.decode(side, name) for side in sides(content)]:
            shown = {slug for side in both for slug in side.episodes}
            ever = frozenset[str]().union(*(side.ever for side in both))
            return Published(episodes=sorted(shown), withdrawn=sorted(ever - shown))
        try:
            return super().decode(content, name)
        except PullquoteError as error:
            raise PullquoteError(error.message, "restore it from git") from None


def published(workspace: Workspace) -> Published:
    """Which episodes the feed shows; none while nothing was published."""
    return PUBLISHED.known(workspace) or Published(episodes=())


MASTER = "build/master.mp3"  # the published sound without tags, which all times belong to
AUDIO = Artefact("build/audio.json", Audio)
RAW = Artefact("build/transcript.raw.json", Recognition)  # what the recogniser said, for good
NEW = Artefact("build/transcript.new.json", Recognition)  # another one, which waits for the host
SPEAKERS = Artefact("build/speakers.json", Speakers)
TRANSCRIPT = Artefact("build/transcript.words.json", Transcript)  # with corrections
TRANSCRIPT_FILES = "build/transcript"  # with an ending: the transcript for people and apps
SUSPECTS = Artefact("build/suspects.json", Suspects)
CHAPTERS = _Chapters("build/chapters.json", list)
PROPOSED = Artefact("build/chapters.proposed.json", Proposed)
OPENINGS = Artefact("build/chapters.words.json", Openings)
CANDIDATES = Artefact("build/candidates.json", Candidates)
QUOTES = Artefact("build/quotes.json", Proven)
CLIPS = "build/clips/*.mp3"  # the sound of each quote, by its id
NOTES = "build/show-notes"  # .md, .html
LINK_POST = "build/posts/link-post"  # .md, .html
PAGE = "build/site/page.html"
ANNOTATIONS = "build/site/quotes.jsonld"  # the quotes as W3C annotations
QUOTE_PAGES = "build/site/quotes/*.html"  # a page for each quote, by its id
CARD = "build/site/card.png"  # the picture that previews of the page show
CARDS = "build/site/cards/*.png"  # those of its quotes, by their ids
SMALL_COVER = "build/site/cover.png"  # the show's cover as other people's pages show it
EMBED = "build/site/embed"  # .html, .json: the episode in other people's pages
EMBEDS = "build/site/embed/*"  # .html, .json: its quotes there, by their ids
SITE_CHAPTERS = _Chapters("build/site/chapters.json", list)  # where pictures are ours
ENCLOSURE = "build/enclosure.mp3"  # what subscribers download: the master with tags
ALTERNATES = "build/alternates/*"  # the enclosure in other encodings
IMPORTED_CHAPTERS = _Chapters("build/imported.chapters.json", list)
GUESTS = Artefact("guests.json", Sheets)  # what guests were shown; no run makes it again either
POSTED = Artefact("posted.json", Posted)  # beside `episode.toml`: no run makes it again
PUBLISHED = _Published("//feed/build/published.json", Published)
FEED = "//feed/build/feed.xml"
FEED_PAGES = "//feed/build/pages/*.xml"  # older items, where the feed is paged
POST_FEED = "//feed/build/posts.xml"
CORRECTION_FEED = "//feed/build/corrections.xml"
CORRECTED = Artefact("//feed/build/corrections.json", Corrected)
INDEX = "//feed/build/index.html"
EPISODES = "//feed/build/episodes.json"  # who is next to whom, newest first
SITEMAP = "//feed/build/sitemap.xml"
ROBOTS = "//feed/build/robots.txt"
NOT_FOUND = "//feed/build/404.html"
ICONS = "//feed/build/icon-*.png"  # the cover, small
ASSETS = "//feed/build/assets/*"
