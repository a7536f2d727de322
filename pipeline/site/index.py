"""The show's own page: what it is, where to subscribe, and every episode, newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as day
from datetime import datetime

from pydantic import Field

from pipeline.rendering.templates import render
from pipeline.settings.channel import IndexSettings
from pipeline.site.page import shared_values
from pipeline.site.subscribing import services
from pipeline.site.unfurl import Unfurl, preview
from pipeline.web import addresses


class IndexFacts(IndexSettings):
    """What the index says of the show; `base_url` ends in a slash, `artwork_key` is an object key."""

    base_url: str
    artwork_key: str | None
    artwork_size: tuple[int, int] = (0, 0)
    corrected: bool = False  # whether the show has a feed of corrections
    seasons: dict[str, str] = Field({})  # names by number

    @property
    def show_title(self) -> str:
        """The title, by the name that every page's template has for it."""
        return self.title


@dataclass(frozen=True, slots=True)
class Listed:
    """An episode in the list; `duration` in seconds, `page` its own page's address when it is not ours."""

    slug: str
    title: str
    date: datetime
    duration: float
    summary: str
    page: str = ""
    season: int | None = None
    season_name: str = ""
    corrections: Sequence[day] = ()
    quotes: Sequence[str] = ()  # keys of their pages

    @property
    def href(self) -> str:
        return self.page or addresses.page_key(self.slug)

    @property
    def pages(self) -> list[str]:
        """The keys of its pages with us."""
        return [] if "://" in self.href else [self.href, *self.quotes]

    @property
    def changed(self) -> day:
        """The day of what was last told of it."""
        return max([self.date.date(), *self.corrections])


def index_page(facts: IndexFacts, episodes: Sequence[Listed], overrides: Mapping[str, str]) -> str:
    """HTML from the template `index.html.j2`, with addresses relative to `addresses.INDEX_KEY`."""
    newest_first = sorted(episodes, key=lambda e: (e.date, e.slug), reverse=True)
    unfurl = Unfurl(facts.title, preview(facts.description), "website")
    values = {
        "show": facts,
        "episodes": newest_first,
        "corrected": facts.corrected,
        "has_seasons": len({each.season for each in newest_first}) > 1,
        "services": services(facts.subscribe, facts.base_url),
        "quotes_href": addresses.QUOTES_KEY,
        "plain_href": addresses.LLMS_KEY,
        **shared_values(facts, addresses.INDEX_KEY, overrides, unfurl),
    }
    return render("index.html.j2", values, overrides, facts.language)
