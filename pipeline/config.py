"""`show.toml` and `episode.toml`: what a host may say, checked strictly before anything runs.

Settings are typed models; stages see only the fields that they declare (`engine.stage`). What each
key means stands in its description, which `pullquote settings` prints.
"""

from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    model_validator,
)

from pipeline.fields import STRICT, Category, Email, Language, Line, Url
from pipeline.podcasting import (
    Alternate,
    LinkedEnclosure,
    Location,
    RemoteShow,
    ServiceSlug,
    SpotifySettings,
    Value,
)
from pipeline.tables import load_table
from pipeline.times import parse_zoned
from pipeline.workspace import Workspace

LOCAL_PORT = 8333  # SeaweedFS's own default for S3
LOCAL_BUCKET = "show"


#: A moment with its zone: an offset, or a place whose clock it is ("2026-03-29 08:00 Europe/Berlin").
PublishAt = Annotated[AwareDatetime, BeforeValidator(parse_zoned)]


class _Model(BaseModel):
    model_config = STRICT


class Person(_Model):
    """Somebody heard in an episode; role and group as in the Podcasting 2.0 taxonomy."""

    name: Line
    role: Line = "host"
    group: Line = "cast"
    href: Url | None = None
    img: Url | None = None


class Link(_Model):
    """A link with its words."""

    title: Line
    url: Url


class Funding(_Model):
    """A place to give money to the show (podcast:funding; text at most 128 characters)."""

    text: Annotated[Line, Field(max_length=128)]
    url: Url


class UpdateFrequency(_Model):
    """How often episodes come out (podcast:updateFrequency); `rrule` as in RFC 5545, `FREQ=WEEKLY`."""

    text: Annotated[Line, Field(max_length=128)]
    rrule: Annotated[str, Field(pattern=r"^FREQ=[A-Z]+(;[A-Z]+=[-+:.,\w]+)*$")] | None = None
    dtstart: AwareDatetime | None = None

    @model_validator(mode="after")
    def _count_has_a_start(self) -> "UpdateFrequency":
        if self.rrule and "COUNT=" in self.rrule and self.dtstart is None:
            raise ValueError("a rule with COUNT needs dtstart: the day from which it counts")
        return self


class AudioSettings(_Model):
    """How recordings are mastered; loudness in LUFS, true peak in dBTP, bitrate in kbit/s."""

    lufs: float = Field(default=-16.0, ge=-31, le=-8)
    true_peak: float = Field(default=-1.0, ge=-9, le=0)
    bitrate: Literal[64, 80, 96, 112, 128, 160, 192, 224, 256, 320] = 128
    channels: Literal["source", "mono", "stereo"] = "source"
    intro: str | None = None  # a file below feed/
    outro: str | None = None
    fade: float = Field(default=1.0, ge=0, le=30)  # seconds, of intro and outro into speech


class TranscribeSettings(_Model):
    """Which recogniser listens, with which weights; see `speech`."""

    engine: Literal["openai-whisper", "faster-whisper"] = "openai-whisper"
    model: Line = "tiny.en"  # a name, or a path to a checkpoint
    language: Language | None = None  # none: the show's language


class QuoteSettings(_Model):
    """What `suggest` proposes and what the guard lets pass without a signature."""

    candidates: int = Field(default=24, ge=1, le=200)
    auto: int = Field(default=3, ge=1, le=20)  # how many REVIEW=auto accepts
    free: list[Line] | None = None  # kinds of edit; none: the default of quotes.guard


class StorageSettings(_Model):
    """An S3-compatible bucket; credentials come from boto3's own chain, never from here."""

    endpoint_url: Url | None = None  # none: AWS
    bucket: Line
    public_url: Url
    prefix: str = ""
    region: str | None = None
    acl: Literal["public-read"] | None = None

    @property
    def base_url(self) -> str:
        """The public URL that keys are appended to, with a slash at its end."""
        prefix = self.prefix.strip("/")
        return self.public_url.rstrip("/") + "/" + (f"{prefix}/" if prefix else "")


class LocalStorage(StorageSettings):
    """The show's own object store on this machine, used while `show.toml` has no `[storage]`."""


class Show(_Model):
    """`feed/show.toml`."""

    title: Annotated[Line, Field(max_length=255)]
    description: Line
    language: Language
    author: Annotated[Line, Field(max_length=255)]
    email: Email  # public: use a role address
    link: Url | None = None  # the show's own site; none: the published index page
    categories: list[Category] = Field(min_length=1, max_length=3)
    explicit: bool = False
    type: Literal["episodic", "serial"] = "episodic"
    guid: str | None = None  # podcast:guid, assigned by init
    copyright: str | None = None
    license: str | None = None
    license_url: Url | None = None
    medium: Literal["podcast", "music", "video", "film", "audiobook", "newsletter", "blog"] = (
        "podcast"
    )
    locked: bool = True
    block: bool = False  # hides the whole show from Apple's directory
    complete: bool = False  # no more episodes will come
    new_feed_url: Url | None = None  # only while the show moves to another address
    update_frequency: UpdateFrequency | None = None
    funding: list[Funding] = []
    txt: dict[str, str] = {}  # podcast:txt, by purpose
    people: list[Person] = []
    seasons: dict[str, Annotated[Line, Field(max_length=128)]] = {}  # names, by number
    locations: list[Location] = []
    podroll: list[RemoteShow] = []  # shows that you recommend
    value: Value | None = None
    block_services: list[ServiceSlug] = []  # directories that may not list the show
    spotify: SpotifySettings | None = None
    inline_chapters: bool = False  # psc:chapters in the feed itself, beside the JSON chapters
    alternates: list[Alternate] = []
    audio: AudioSettings = AudioSettings()
    transcribe: TranscribeSettings = TranscribeSettings()
    quotes: QuoteSettings = QuoteSettings()
    storage: StorageSettings | None = None  # none: the show's own local store

    @model_validator(mode="after")
    def _seasons_are_numbers(self) -> "Show":
        for number in self.seasons:
            if not number.isascii() or not number.isdigit() or number.startswith("0"):
                raise ValueError(f"[seasons] {number}: is no season's number: write 1, 2, ...")
        return self

    @model_validator(mode="after")
    def _alternates_differ(self) -> "Show":
        names = [alternate.name for alternate in self.alternates]
        if len(set(names)) < len(names):
            raise ValueError("[alternates]: two have the same codec, bitrate and channels")
        return self

    @property
    def spoken_language(self) -> str:
        """The language the recogniser is told to expect."""
        return self.transcribe.language or self.language

    @property
    def store(self) -> StorageSettings:
        """Where releases go; `load_show` fills in the local store where `[storage]` is missing."""
        assert self.storage is not None, "a Show comes from load_show"
        return self.storage


class Discussion(_Model):
    """A thread about the episode elsewhere, filled in when it exists."""

    title: Line
    url: Url


class ChapterMark(_Model):
    """A chapter that the host sets; `at` as hh:mm:ss.

    With `said`, the words that it opens with, it begins where these are said, wherever a cut or an
    intro has moved them; `at` then only tells which place, where they are said more than once.
    """

    at: Line
    title: Line
    said: Line | None = None
    url: Url | None = None


class Episode(_Model):
    """`episodes/<slug>/episode.toml`."""

    title: Annotated[Line, Field(max_length=255)]
    guid: Line  # assigned once by `new`, never derived again
    date: AwareDatetime
    publish_at: PublishAt | None = None  # not public before; it becomes the date in the feed
    summary: str = ""  # one or two sentences, without markup
    thesis: str = ""  # the key insight, one sentence in the host's voice
    notes: str = ""  # Markdown, below the summary in the show notes
    season: int | None = Field(default=None, ge=1)
    season_name: Annotated[str, Field(max_length=128)] | None = None
    episode: int | None = Field(default=None, ge=1)
    type: Literal["full", "trailer", "bonus"] = "full"
    explicit: bool | None = None
    block: bool = False
    video: Url | None = None
    license: str | None = None
    license_url: Url | None = None
    people: list[Person] = []  # hosts of the show are added in the feed
    links: list[Link] = []
    topics: list[Line] = []
    discussions: list[Discussion] = []
    chapters: list[ChapterMark] = []
    funding: list[Funding] = []
    txt: dict[str, str] = {}
    image: Url | None = None  # a cover of its own
    link: Url | None = None  # its page, when that is not ours
    locations: list[Location] = []
    value: Value | None = None
    enclosure: LinkedEnclosure | None = None  # the published audio, for one that was imported

    @model_validator(mode="after")
    def _date_is_whole(self) -> "Episode":
        if self.publish_at is not None:
            self.__dict__["date"] = self.publish_at
        if self.date.microsecond:
            raise ValueError("date: a feed knows whole seconds")
        return self


_Table = TypeVar("_Table", bound=BaseModel)


def load_show(workspace: Workspace) -> Show:
    """Read `feed/show.toml`; ConfigError lists every problem in it."""
    show = _load(Show, workspace.show_toml, workspace.root)
    if show.storage is None:
        show = show.model_copy(update={"storage": local_storage(workspace)})
    return show


def local_storage(workspace: Workspace) -> LocalStorage:
    """The local store's address: the port that it last got, else the one that it will try first."""
    try:
        port = int(workspace.store_port.read_text())
    except (FileNotFoundError, ValueError):
        port = LOCAL_PORT
    address = f"http://127.0.0.1:{port}"
    return LocalStorage(
        endpoint_url=address, bucket=LOCAL_BUCKET, public_url=f"{address}/{LOCAL_BUCKET}"
    )


def load_episode(workspace: Workspace, slug: str) -> Episode:
    """Read an episode's `episode.toml`; ConfigError lists every problem in it."""
    return _load(Episode, workspace.episode(slug).toml, workspace.root)


def _load(model: type[_Table], path: Path, root: Path) -> _Table:
    return load_table(model, path, path.relative_to(root).as_posix())
