"""`show.toml` and `episode.toml`: what a host may say, checked strictly before anything runs.

Settings are typed models; stages see only the fields that they declare (`engine.stage`). What each
key means stands in its description, which `pullquote settings` prints.
"""

import re
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    model_validator,
)

from pipeline.settings.fields import STRICT, Category, Email, Language, Line, Picture, Url
from pipeline.settings.notification import NotifySettings
from pipeline.settings.podcasting import (
    Alternate,
    FeedImage,
    LinkedAlternate,
    LinkedEnclosure,
    Location,
    RemoteShow,
    ServiceSlug,
    SpotifySettings,
    Txt,
    Value,
)
from pipeline.settings.production import (
    AudioSettings,
    EpisodeAudio,
    LocalStorage,
    QuoteSettings,
    StorageSettings,
    TranscribeSettings,
)
from pipeline.settings.tables import load_table
from pipeline.times import parse_clock, parse_zoned
from pipeline.workspace import Workspace

LOCAL_PORT = 8333  # SeaweedFS's own default for S3
LOCAL_BUCKET = "show"
#: From the first year that RFC 2822 knows; at the ends time zones cannot be reckoned.
YEARS = (1900, 9000)

#: A moment with its zone: an offset, or a place whose clock it is ("2026-03-29 08:00 Europe/Berlin").
PublishAt = Annotated[AwareDatetime, BeforeValidator(parse_zoned)]


def _time(value: str) -> str:
    parse_clock(value)
    return value


class _Model(BaseModel):
    model_config = STRICT


class Person(_Model):
    """Somebody heard in an episode; role and group as in the Podcasting 2.0 taxonomy."""

    name: Line = Field(description="as listeners know them")
    role: Line = Field(
        "host", description="host, guest, editor, ...: the Podcasting 2.0 taxonomy of roles"
    )
    group: Line = Field(
        "cast", description="cast, writing, audio post-production, ...: the taxonomy's groups"
    )
    href: Url | None = Field(None, description="their page")
    img: Picture | None = Field(
        None, description="their picture: an address, or a file: images/NAME.jpg"
    )


class Link(_Model):
    """A link with its words."""

    title: Line = Field(description="its words")
    url: Url = Field(description="where it leads")


class Funding(_Model):
    """A place to give money to the show (podcast:funding; text at most 128 characters)."""

    text: Annotated[Line, Field(max_length=128)] = Field(
        description="what the button says, at most 128 characters"
    )
    url: Url = Field(description="where it leads")


class UpdateFrequency(_Model):
    """How often episodes come out (podcast:updateFrequency); `rrule` as in RFC 5545, `FREQ=WEEKLY`."""

    text: Annotated[Line, Field(max_length=128)] = Field(
        description="for people: every other Tuesday"
    )
    rrule: Annotated[str, Field(pattern=r"^FREQ=[A-Z]+(;[A-Z]+=[-+:.,\w]+)*$")] | None = Field(
        None, description="for apps, as in RFC 5545: FREQ=WEEKLY;INTERVAL=2"
    )
    dtstart: AwareDatetime | None = Field(None, description="from when the rule counts")

    @model_validator(mode="after")
    def _count_has_a_start(self) -> "UpdateFrequency":
        if self.rrule and "COUNT=" in self.rrule and self.dtstart is None:
            raise ValueError("a rule with COUNT needs dtstart: the day from which it counts")
        return self


def _is_unset(value: object) -> bool:
    """Keys that a release brought are left out where nobody set them: old digests stay what they were."""
    return value is None


class Discussion(_Model):
    """A thread about the episode or the show elsewhere, filled in when it exists.

    Who began it, and by which protocol, is only said where the address does not tell.
    """

    title: Line = Field(description="its words")
    url: Url = Field(description="the thread")
    protocol: (
        Literal["activitypub", "twitter", "lightning", "atproto", "hive", "matrix", "nostr"] | None
    ) = Field(
        None,
        description="by which apps read its comments, where its address does not tell",
        exclude_if=_is_unset,
    )
    account: Line | None = Field(
        None, description="who began it: @ada@social.example", exclude_if=_is_unset
    )
    account_url: Url | None = Field(None, description="their page", exclude_if=_is_unset)


class Show(_Model):
    """`feed/show.toml`."""

    title: Annotated[Line, Field(max_length=255)] = Field(description="of the show")
    description: Line = Field(description="what it is about")
    language: Language = Field(
        description="a BCP 47 tag: en, de, pt-BR; what listeners read follows it"
    )
    author: Annotated[Line, Field(max_length=255)] = Field(description="whose show it is")
    owner: Annotated[Line, Field(max_length=255)] | None = Field(
        None, description="whom directories write to; left out: the author"
    )
    email: Email = Field(description="of the owner; it is public: use a role address")
    link: Url | None = Field(
        None, description="the show's own site; left out: the published index page"
    )
    categories: list[Category] = Field(
        min_length=1,
        max_length=3,
        description="one to three of Apple's names, 'Category' or 'Category > Subcategory'",
    )
    explicit: bool = Field(False, description="whether it needs the parental advisory")
    type: Literal["episodic", "serial"] = Field(
        "episodic", description="serial: to be heard from the first episode on"
    )
    guid: str | None = Field(None, description="podcast:guid, made by init; never change it")
    copyright: str | None = Field(None, description="a line of its own")
    license: str | None = Field(None, description="an SPDX identifier, or a name")
    license_url: Url | None = Field(None, description="where that licence is")
    medium: Literal[
        "podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "course"
    ] = Field("podcast", description="what the feed carries (podcast:medium)")
    locked: bool = Field(
        True, description="whether other hosts must ask before they import the show"
    )
    block: bool = Field(False, description="hides the whole show from Apple's directory")
    complete: bool = Field(False, description="no more episodes will come")
    new_feed_url: Url | None = Field(
        None, description="only while the show moves to another address"
    )
    update_frequency: UpdateFrequency | None = Field(
        None, description="how often episodes come out"
    )
    funding: list[Funding] = Field([], description="places to give money to the show")
    txt: Txt = Field({}, description="podcast:txt records, by purpose: a text, or a list of them")
    discussions: list[Discussion] = Field([], description="threads about the show elsewhere")
    comments: bool = Field(True, description="false: apps shall show no comments on the show")
    images: list[FeedImage] = Field([], description="pictures for other uses than the cover")
    people: list[Person] = Field([], description="hosts and others of every episode")
    seasons: dict[str, Annotated[Line, Field(max_length=128)]] = Field(
        {}, description="names of seasons, by number"
    )
    locations: list[Location] = Field([], description="what or where the show is about")
    podroll: list[RemoteShow] = Field([], description="shows that you recommend")
    value: Value | None = Field(None, description="payments from listeners")
    block_services: list[ServiceSlug] = Field(
        [], description="directories that may not list the show, by their slug"
    )
    allow_services: list[ServiceSlug] = Field(
        [], description="directories that may list it although all others may not"
    )
    spotify: SpotifySettings | None = Field(None, description="Spotify's own tags")
    inline_chapters: bool = Field(
        False, description="chapters in the feed itself too (psc:chapters)"
    )
    paged_feed: bool = Field(
        False,
        description="older episodes on further pages from 900 kB on: Apple and Spotify show the rest only",
    )
    alternates: list[Alternate] = Field([], description="further encodings of every episode")
    audio: AudioSettings = Field(AudioSettings(), description="mastering")
    transcribe: TranscribeSettings = Field(TranscribeSettings(), description="recognition")
    quotes: QuoteSettings = Field(QuoteSettings(), description="proposing and proving quotes")
    notify: NotifySettings = Field(NotifySettings(), description="who is told after a release")
    storage: StorageSettings | None = Field(
        None, description="the bucket; without this table the show has a store on this machine"
    )

    @model_validator(mode="after")
    def _seasons_are_numbers(self) -> "Show":
        for number in self.seasons:
            if not re.fullmatch(r"0|[1-9]\d{0,8}", number, re.ASCII):
                raise ValueError(f"[seasons] {number}: is no season's number: write 1, 2, ...")
        return self

    @model_validator(mode="after")
    def _alternates_differ(self) -> "Show":
        names = [alternate.name for alternate in self.alternates]
        if len(set(names)) < len(names):
            raise ValueError("[alternates]: two have the same codec, bitrate and channels")
        return self

    @property
    def people_names(self) -> list[str]:
        """Their names, which do not change with a link or a picture."""
        return [person.name for person in self.people]

    @property
    def spoken_language(self) -> str:
        """The language of transcripts, as far as it is known without hearing them."""
        return self.expected_language or self.language

    @property
    def expected_language(self) -> str | None:
        """The language that the recogniser is told to expect; None: it shall detect it."""
        asked = self.transcribe.language
        return None if asked == "auto" else asked or self.language

    @property
    def store(self) -> StorageSettings:
        """Where releases go; `load_show` fills in the local store where `[storage]` is missing."""
        assert self.storage is not None, "a Show comes from load_show"
        return self.storage


class ChapterMark(_Model):
    """A chapter that the host sets; `at` as hh:mm:ss.

    With `said`, the words that it opens with, it begins where these are said, wherever a cut or an
    intro has moved them; `at` then only tells which place, where they are said more than once.
    """

    at: Annotated[Line, AfterValidator(_time)] = Field(description="hh:mm:ss")
    title: Line = Field(description="of the chapter")
    said: Line | None = Field(
        None, description="the words that it opens with: it then moves with them"
    )
    url: Url | None = Field(None, description="a link that apps show with it")
    image: Picture | None = Field(
        None,
        description="a picture that apps show with it: an address, or a file: images/NAME.jpg",
        exclude_if=_is_unset,
    )


class Episode(_Model):
    """`episodes/<slug>/episode.toml`."""

    title: Annotated[Line, Field(max_length=255)] = Field(description="of the episode")
    itunes_title: Annotated[Line, Field(max_length=255)] | None = Field(
        None, description="for apps that show number and show beside it; left out: the title"
    )
    guid: Line = Field(description="assigned once by new; never change it")
    date: AwareDatetime = Field(description="when it came out, with its zone")
    publish_at: PublishAt | None = Field(
        None,
        description="not public before; it becomes the date in the feed: 2026-03-29 08:00 Europe/Berlin",
    )
    summary: str = Field("", description="one or two sentences, without markup")
    thesis: str = Field(
        "", description="the key insight, one sentence in your voice; it opens the link post"
    )
    notes: str = Field("", description="Markdown, below the summary in the show notes")
    season: int | None = Field(default=None, ge=0, description="its number")
    season_name: Annotated[str, Field(max_length=128)] | None = Field(
        None, description="left out: the name in show.toml"
    )
    episode: int | None = Field(default=None, ge=1, description="its number")
    episode_display: Annotated[Line, Field(max_length=32)] | None = Field(
        None, description="what apps show instead of the number: Part two"
    )
    type: Literal["full", "trailer", "bonus"] = Field(
        "full", description="what kind of episode it is"
    )
    explicit: bool | None = Field(None, description="left out: as the show")
    block: bool = Field(False, description="hides the episode from Apple's directory")
    video: Url | None = Field(None, description="where it can be watched")
    license: str | None = Field(None, description="left out: the show's")
    license_url: Url | None = Field(None, description="where that licence is")
    people: list[Person] = Field([], description="guests and others; the show's hosts are added")
    guest_hosted: bool = Field(False, description="the show's people are not in it, nor added")
    author: Annotated[Line, Field(max_length=255)] | None = Field(
        None, description="whose episode it is, where that is not the show's author"
    )
    names: list[Line] = Field([], description="names and terms that the recogniser shall expect")
    links: list[Link] = Field([], description="in the show notes")
    topics: list[Line] = Field([], description="listed in show notes and link post")
    discussions: list[Discussion] = Field([], description="threads about the episode elsewhere")
    chapters: list[ChapterMark] = Field([], description="yours, instead of the proposed ones")
    funding: list[Funding] = Field([], description="places to give money, for this episode")
    txt: Txt = Field({}, description="podcast:txt records, by purpose: a text, or a list of them")
    image: Picture | None = Field(
        None, description="a cover of its own: an address, or a file: images/NAME.jpg"
    )
    images: list[FeedImage] = Field([], description="pictures for other uses than the cover")
    comments: bool = Field(True, description="false: apps shall show no comments on it")
    alternates: list[LinkedAlternate] = Field(
        [], description="a video of it, or another language, that lies elsewhere"
    )
    link: Url | None = Field(None, description="its page, when that is not ours")
    locations: list[Location] = Field([], description="what or where the episode is about")
    value: Value | None = Field(None, description="payments from listeners, for this episode")
    starts: dict[str, Annotated[float, Field(ge=0)]] = Field(
        {}, description="when each track began, seconds by file name, where its sound cannot say"
    )
    audio: EpisodeAudio = Field(
        EpisodeAudio(),
        description='mastering: a key here is taken instead of the show\'s; intro = "" plays none',
    )
    enclosure: LinkedEnclosure | None = Field(
        None, description="the published audio, of an episode that was imported"
    )

    @property
    def people_names(self) -> list[str]:
        """Their names, which do not change with a link or a picture."""
        return [person.name for person in self.people]

    @property
    def own_titles(self) -> frozenset[str]:
        """The titles of the host's own chapters."""
        return frozenset(mark.title for mark in self.chapters)

    @model_validator(mode="after")
    def _date_is_whole(self) -> "Episode":
        if self.publish_at is not None:
            self.__dict__["date"] = self.publish_at
        if self.date.microsecond:
            raise ValueError("date: a feed knows whole seconds")
        if not YEARS[0] <= self.date.year <= YEARS[1]:
            raise ValueError(f"date: {self.date.year} is no year of a podcast")
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
