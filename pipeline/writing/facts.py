"""What show notes and posts say of an episode, beside its quotes and chapters."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Generic, NamedTuple, TypeVar

from pipeline.engine.declared.settings import StageSettings, from_folder, from_show
from pipeline.models import Quote
from pipeline.settings.episode import EpisodeTexts, NotesSettings, PageSettings, PostSettings
from pipeline.settings.podcasting import Person, credited
from pipeline.web.addresses import INDEX_KEY, page_key, public_url

_Quote = TypeVar("_Quote")


class Facts(NotesSettings, PostSettings):
    """One episode: what the host typed, all who are credited, and where it is; addresses absolute.

    `page_url` is the episode's page and `index_url` the show's; `date` is when it came out, where that
    is said.
    """

    show_title: str
    language: str
    page_url: str
    index_url: str
    date: datetime | None = None
    lightly_edited: bool = False  # a rule of the show
    wordless: bool = False  # there is no transcript


class TextSettings(EpisodeTexts, StageSettings):
    """What every text about an episode takes from `show.toml` and `episode.toml`."""

    slug: str = from_folder()
    show_title: str = from_show("title")
    language: str = from_show("language")
    base_url: str = from_show("store.base_url")
    hosts: list[Person] = from_show("people")
    lightly_edited: bool = from_show("quotes.lightly_edited")


class AllTexts(PageSettings, TextSettings):
    """What any text about it does."""


def facts_of(said: TextSettings, *, wordless: bool = False) -> Facts:
    return Facts.model_construct(
        **dict(said)
        | {
            "people": credited(said.hosts, said.people, said.guest_hosted),
            "page_url": public_url(said.base_url, page_key(said.slug)),
            "index_url": public_url(said.base_url, INDEX_KEY),
            "wordless": wordless,
        }
    )


class Section(NamedTuple, Generic[_Quote]):
    """Quotes under the host's heading, which may be empty."""

    heading: str
    quotes: Sequence[_Quote]


def sections(quotes: Iterable[Quote]) -> list[Section[Quote]]:
    """Quotes in the host's order, gathered under their headings."""
    grouped = groupby(quotes, attrgetter("heading"))
    return [Section(heading, list(group)) for heading, group in grouped]


def names_speakers(quotes: Iterable[Quote]) -> bool:
    """Whether each quote says who speaks: needless where only one person is quoted."""
    return len({quote.speaker for quote in quotes}) > 1
