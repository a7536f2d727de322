"""What is said of an episode: the keys of `episode.toml`, in groups by what is made of them."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    PrivateAttr,
    model_validator,
)

from pipeline.settings.fields import (
    EpisodeGuid,
    Line,
    Picture,
    SecurePicture,
    SecureUrl,
    ShortLine,
    ShortText,
    Table,
    Text,
    Title,
    Url,
    added,
    check_described,
    check_secure,
    optional,
)
from pipeline.settings.podcasting import (
    Discussion,
    Erratum,
    FeedImage,
    Funding,
    License,
    Link,
    LinkedAlternate,
    LinkedEnclosure,
    Location,
    Person,
    Txt,
    Value,
    check_license,
)
from pipeline.settings.production import EpisodeAudio
from pipeline.times import parse_clock, parse_zoned

#: From the first year that RFC 2822 knows; at the ends time zones cannot be reckoned.
YEARS = (1900, 9000)

#: A moment with its zone: an offset, or a place whose clock it is ("2026-03-29 08:00 Europe/Berlin").
PublishAt = Annotated[AwareDatetime, BeforeValidator(parse_zoned)]


def _time(value: str) -> str:
    parse_clock(value)
    return value


class ChapterMark(Table):
    """A chapter that the host sets; `at` as hh:mm:ss.

    With `said`, the words that it opens with, it begins where these are said, wherever a cut or an
    intro has moved them; `at` then only tells which place, where they are said more than once.
    """

    at: Annotated[Line, AfterValidator(_time)] = Field(description="hh:mm:ss")
    title: Line = Field(description="of the chapter")
    said: Line | None = optional("the words that it opens with: it then moves with them")
    url: Url | None = optional("a link that apps show with it")
    image: SecurePicture | None = added(
        "a picture that apps show with it: an address, or a file: images/NAME.jpg"
    )


class EpisodeTexts(Table):
    """What every text about an episode says."""

    file: ClassVar[str] = "episode.toml"

    title: Title = Field(description="of the episode")
    thesis: Text = Field(
        "", description="the key insight, one sentence in your voice; it opens the link post"
    )
    people: list[Person] = Field([], description="guests and others; the show's hosts are added")
    guest_hosted: bool = Field(False, description="the show's people are not in it, nor added")
    video: SecureUrl | None = optional("where it can be watched")
    discussions: list[Discussion] = Field([], description="threads about the episode elsewhere")


class DescribedEpisode(EpisodeTexts):
    """What those say that describe it."""

    summary: Text = Field("", description="one or two sentences, without markup")
    links: list[Link] = Field([], description="in the show notes")
    erratum: list[Erratum] = Field([], description="corrections of what was published")

    @property
    def errata(self) -> list[Erratum]:
        """The corrections, the newest first; two that say the same are one."""
        found = {each.key: each for each in self.erratum}
        return sorted(found.values(), key=lambda each: each.date, reverse=True)


class DatedEpisode(Table):
    """What page and feed say of its place among the others."""

    file: ClassVar[str] = "episode.toml"

    date: AwareDatetime = Field(description="when it came out, with its zone")
    season: int | None = Field(default=None, ge=0, description="its number")
    episode: int | None = Field(default=None, ge=1, description="its number")
    license: License | None = optional("left out: the show's")
    license_url: Url | None = optional("where that licence is")

    @model_validator(mode="after")
    def _license_is_known(self) -> "DatedEpisode":
        check_license(self.license, self.license_url)
        return self


class NotesSettings(DescribedEpisode):
    """What the show notes say."""

    notes: str = Field("", description="Markdown, below the summary in the show notes")


class PostSettings(EpisodeTexts):
    """What the link post says."""

    topics: list[Line] = Field([], description="listed in show notes and link post")


class PageSettings(DatedEpisode, PostSettings, NotesSettings):
    """What the episode's page says."""


class ItemTags(Table):
    """What stands in an item of the feed as the host wrote it: a new tag is a key here."""

    file: ClassVar[str] = "episode.toml"

    type: Literal["full", "trailer", "bonus"] = Field(
        "full", description="what kind of episode it is"
    )
    explicit: bool | None = optional("left out: as the show")
    block: bool = Field(False, description="hides the episode from Apple's directory")
    season_name: ShortText | None = optional("left out: the name in show.toml")
    locations: list[Location] = Field([], description="what or where the episode is about")
    value: Value | None = optional("payments from listeners, for this episode")
    itunes_title: Title | None = optional(
        "for apps that show number and show beside it; left out: the title"
    )
    comments: bool = Field(True, description="false: apps shall show no comments on it")
    author: Title | None = optional("whose episode it is, where that is not the show's author")
    episode_display: Annotated[ShortLine, Field(max_length=32)] | None = optional(
        "what apps show instead of the number: Part two"
    )


class ItemSettings(ItemTags, DatedEpisode, DescribedEpisode):
    """What an item of the feed says."""

    guid: EpisodeGuid = Field(description="assigned once by new; never change it")
    funding: list[Funding] = Field([], description="places to give money, for this episode")
    txt: Txt = Field({}, description="podcast:txt records, by purpose: a text, or a list of them")
    image: Picture | None = optional("a cover of its own: an address, or a file: images/NAME.jpg")
    images: list[FeedImage] = Field([], description="pictures for other uses than the cover")
    link: Url | None = optional("its page, when that is not ours")
    chapters: list[ChapterMark] = Field([], description="yours, instead of the proposed ones")
    alternates: list[LinkedAlternate] = Field(
        [], description="a video of it, or another language, that lies elsewhere"
    )
    enclosure: LinkedEnclosure | None = optional(
        "the published audio, of an episode that was imported"
    )

    @model_validator(mode="after")
    def _fits_our_feed(self) -> "ItemSettings":
        """What an imported episode says stays as its first feed had it."""
        secure, described = ("link", "image"), ("summary", "thesis")
        for key in (*secure, *described) if self.enclosure is None else ():
            try:
                (check_secure if key in secure else check_described)(getattr(self, key) or "")
            except ValueError as error:
                raise ValueError(f"{key}: {error}") from None
        return self


class Episode(ItemSettings, NotesSettings, PostSettings):
    """`episodes/<slug>/episode.toml`."""

    publish_at: PublishAt | None = optional(
        "not public before; it becomes the date in the feed: 2026-03-29 08:00 Europe/Berlin"
    )
    names: list[Line] = Field([], description="names and terms that the recogniser shall expect")
    starts: dict[str, Annotated[float, Field(ge=0)]] = Field(
        {}, description="when each track began, seconds by file name, where its sound cannot say"
    )
    audio: EpisodeAudio = Field(
        EpisodeAudio(),
        description='mastering: a key here is taken instead of the show\'s; intro = "" plays none',
    )
    _slug: str = PrivateAttr("")

    def of(self, slug: str) -> Self:
        """The same, as that of the folder with this name."""
        self._slug = slug
        return self

    @property
    def slug(self) -> str:
        """The name of its folder, by which it is addressed."""
        return self._slug

    @property
    def people_names(self) -> list[str]:
        """Their names, which do not change with a link or a picture."""
        return [person.name for person in self.people]

    @property
    def recording_url(self) -> str | None:
        return self.enclosure.url if self.enclosure else None

    @property
    def own_titles(self) -> frozenset[str]:
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
