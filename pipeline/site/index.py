"""The show's own page: what it is, where to subscribe, and every episode, newest first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as day
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

from pydantic import Field

from pipeline.rendering.templates import render
from pipeline.settings.channel import IndexSettings
from pipeline.settings.fields import is_here
from pipeline.site.page import shared_values
from pipeline.site.unfurl import Unfurl, preview
from pipeline.web import addresses

_NAMES = {
    "apple": "Apple Podcasts",
    "spotify": "Spotify",
    "youtube": "YouTube",
    "amazon": "Amazon Music",
    "overcast": "Overcast",
    "pocketcasts": "Pocket Casts",
    "antennapod": "AntennaPod",
}  # in the order in which they are shown; any other name stands for itself
_APPLE_ID = re.compile(r"/id(\d+)")
#: Addresses that both apps document: a show by its number in Apple's directory.
_BY_APPLE_ID = {
    "overcast": "https://overcast.fm/itunes{}",
    "pocketcasts": "https://pca.st/itunes/{}",
}
_ANTENNAPOD = "https://antennapod.org/deeplink/subscribe?url={}"


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


class Service(NamedTuple):
    """A place to subscribe, and the words of its button."""

    name: str
    url: str


def services(named: Mapping[str, str], base_url: str) -> list[Service]:
    """Those that the host has `named`, and others; AntennaPod takes any feed that the world can read."""
    found = dict(named)
    if number := _APPLE_ID.search(found.get("apple", "")):
        found = {name: url.format(number[1]) for name, url in _BY_APPLE_ID.items()} | found
    feed = urlsplit(addresses.public_url(base_url, addresses.FEED_KEY))
    if feed.scheme == "https" and not is_here(feed.geturl()):
        found = {"antennapod": _ANTENNAPOD.format(percent_encode(feed.geturl(), safe=""))} | found
    order = [*_NAMES, *found]
    return [Service(_NAMES.get(each, each), found[each]) for each in sorted(found, key=order.index)]
