"""What must hold of a feed beside its settings, which were checked when they were read.

The identifiers (X-02, P-08) are those of the project's list of requirements; tests name them too. All
problems of a file are reported at once.
"""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import shorten
from typing import NamedTuple

from pipeline.errors import ConfigError
from pipeline.feeds.contents.heads import ItemHead
from pipeline.feeds.contents.model import ItemFile
from pipeline.text.cleaning import clean_body

SOUNDBITE_ADVISED = (15.0, 120.0)  # seconds, P-07
MEDIA_SUFFIXES = (".mp3", ".m4a", ".mp4", ".m4v", ".mov", ".pdf")  # I-03

_FEED_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # P-01

_UNSAFE_HTML = re.compile(r"<\s*(script|style|iframe|object|embed|form|meta|link)\b", re.IGNORECASE)


class Report:
    """Collects the problems of one file; `raise_problems` tells all of them together."""

    def __init__(self, where: str, hint: str = "") -> None:
        self.where = where
        self.hint = hint or f"mend {where} and run again"
        self.problems: list[str] = []

    def add(self, key: str, problem: str) -> None:
        self.problems.append(f"{self.where}: {key}: {problem}")

    def raise_problems(self) -> None:
        if self.problems:
            raise ConfigError("\n".join(self.problems), self.hint)

    def markup(self, key: str, text: str) -> str:
        """Cleaned HTML without anything that an app would have to remove (X-07)."""
        cleaned = clean_body(text)
        if found := _UNSAFE_HTML.search(cleaned):
            self.add(key, f"holds <{found[1].lower()}>, which feeds must not carry")
        return cleaned


def podcast_guid(feed_url: str) -> str:
    """The show's GUID for life (P-01): UUIDv5 of the first feed address without scheme and last slashes."""
    return str(uuid.uuid5(_FEED_NAMESPACE, re.sub(r"^\w+://", "", feed_url).rstrip("/")))


def check_soundbites(report: Report, item: ItemFile) -> None:
    """Soundbites lie inside the episode (P-07)."""
    for bite in item.item.soundbites:
        if bite.start < 0 or bite.duration <= 0 or bite.start + bite.duration > item.duration + 1:
            report.add(
                "soundbite in quotes.toml",
                f"'{bite.title[:40]}' runs from {bite.start:.1f} s for {bite.duration:.1f} s,"
                f" but the episode has {item.duration:.1f} s",
            )


class Place(NamedTuple):
    """What no two episodes of a feed may share, and what its season is called; `date` in seconds."""

    slug: str
    guid: str
    date: float
    season: int | None = None
    season_name: str | None = None
    enclosure: str = ""


def clashes(places: Iterable[Place], seasons: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """Slug and problem of each that shares something with one before it (I-03, I-04, I-05, P-09).

    `seasons` are the names that the show itself gives.
    """
    taken: dict[tuple[str, object], str] = {}
    names = dict(seasons)
    for place in places:
        for key in ("guid", "date", "enclosure"):
            value = getattr(place, key)
            other = taken.setdefault((key, value), place.slug) if value else place.slug
            if other != place.slug:
                yield place.slug, f"{key}: {other} has the same; apps would show one of them only"
        season, name = place.season, place.season_name
        if season and name and (called := names.setdefault(season, name)) != name:
            yield place.slug, f"season_name: season {season} is called '{called}' elsewhere"


def check_items(items: Sequence[ItemHead], serial: bool, seasons: Mapping[int, str]) -> None:
    """ConfigError for what must hold between items, and of one of a serial show (I-10)."""
    report = Report("episodes", "change it in episodes/<slug>/episode.toml and run again")
    places = (
        Place(i.slug, i.guid, i.date.timestamp(), i.season, i.season_name, i.enclosure)
        for i in items
    )
    for slug, problem in clashes(places, seasons):
        report.add(slug, problem)
    for item in items:
        if serial and item.type == "full" and item.episode is None:
            report.add(item.slug, "needs `episode`, its number, because the show is serial")
    report.raise_problems()


def check_enclosure(report: Report, url: str, length: int, kind: str) -> None:
    """An enclosure has an address that apps take, its size in bytes, and a media type (I-03)."""
    path = re.split("[?#]", url, maxsplit=1)[0]
    if not url.isascii() or not path.lower().endswith(MEDIA_SUFFIXES):
        report.add(
            "enclosure", f"'{url}' must be ASCII and end in one of {', '.join(MEDIA_SUFFIXES)}"
        )
    if length <= 0:
        report.add("enclosure", "is empty")
    if "/" not in kind:
        report.add("enclosure", f"'{kind}' is no media type")


def advise_item(item: ItemFile) -> list[str]:
    """What would serve listeners better, a sentence each; nothing here stops a release."""
    low, high = SOUNDBITE_ADVISED
    advice = [
        f"{item.slug}: soundbite '{shorten(bite.title, 40, placeholder='…')}' has {bite.duration:.0f} s;"
        f" apps expect {low:.0f} to {high:.0f}"
        for bite in item.item.soundbites
        if not low <= bite.duration <= high
    ]
    if not item.item.summary:
        advice.append(f"{item.slug}: has no summary, the first words that an app shows")
    return advice
