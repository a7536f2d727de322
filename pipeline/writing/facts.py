"""What show notes and posts say of an episode, beside its quotes and chapters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.models import Quote
from pipeline.settings.podcasting import Discussion, Link, Person


@dataclass(frozen=True, slots=True)
class Facts:
    """One episode; texts as the host typed them, addresses absolute.

    `page_url` is the episode's page and `index_url` the show's; `notes` is Markdown.
    """

    title: str
    show_title: str
    language: str
    page_url: str
    index_url: str
    summary: str = ""
    thesis: str = ""
    notes: str = ""
    people: Sequence[Person] = ()
    links: Sequence[Link] = ()
    topics: Sequence[str] = ()
    discussions: Sequence[Discussion] = ()
    video: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Quotes under the host's heading, which may be empty."""

    heading: str
    quotes: Sequence[Quote]


def sections(quotes: Iterable[Quote]) -> list[Section]:
    """Quotes in the host's order, gathered under their headings."""
    return [
        Section(heading, list(group)) for heading, group in groupby(quotes, lambda q: q.heading)
    ]


def names_speakers(quotes: Iterable[Quote]) -> bool:
    """Whether each quote says who speaks: needless where only one person is quoted."""
    return len({quote.speaker for quote in quotes}) > 1


def credited(show: Iterable[Person], episode: Iterable[Person]) -> list[Person]:
    """The people of the show and of the episode; the episode's word on a person goes before."""
    own = list(episode)
    names = {person.name for person in own}
    return [person for person in show if person.name not in names] + own
