"""What show notes and posts say of an episode, beside its quotes and chapters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from pipeline.models import Quote
from pipeline.settings.episode import EpisodeTexts, NotesSettings, PostSettings
from pipeline.settings.podcasting import Person, credited
from pipeline.web.addresses import INDEX_KEY, page_key, public_url


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


def facts_of(
    slug: str,
    episode: EpisodeTexts,
    hosts: Iterable[Person],
    *,
    show_title: str,
    language: str,
    base_url: str,
    lightly_edited: bool,
) -> Facts:
    """What a text says of an episode, as far as `episode` says it; `hosts` are the show's people."""
    return Facts.model_construct(
        **dict(episode)
        | {
            "people": credited(hosts, episode.people, episode.guest_hosted),
            "show_title": show_title,
            "language": language,
            "page_url": public_url(base_url, page_key(slug)),
            "index_url": public_url(base_url, INDEX_KEY),
            "lightly_edited": lightly_edited,
        }
    )


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
