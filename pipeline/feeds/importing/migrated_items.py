"""The items of a foreign feed as episodes: GUID, date and enclosure exactly as subscribers have them."""

import html
import mimetypes
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pipeline.feeds.contents.model import PURPOSE, read_line
from pipeline.feeds.importing import foreign_values as kinds
from pipeline.feeds.importing.foreign import Node
from pipeline.feeds.importing.foreign_html import (
    bounded,
    clean_description,
    clean_notes,
    has_other_tags,
)
from pipeline.feeds.importing.foreign_values import Losses, line, parsed, plain, shown
from pipeline.feeds.importing.migrated_values import (
    COMMON,
    Reader,
    as_setting,
    license_values,
    present,
    read_all,
    shortened,
    txt_of,
    value_of,
)
from pipeline.feeds.importing.side_files import (
    alternates_of,
    chapters_of,
    media_type_of,
    side_files,
)
from pipeline.settings.episode import ItemTags
from pipeline.settings.fields import BODY, LINE, SHORT
from pipeline.workspace import SLUG_LENGTH

#: What our own feed says in another way: the authors are the show's, the addresses are new.
_OURS = ("itunes:author", "author", "atom:link", "dc:creator")  # the first that says it was read
_TRANSLITERATED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae", "å": "a", "ł": "l"}
)

Length = Callable[[str], int]  # bytes at an address; 0 when nobody says


@dataclass
class Migrated:
    """An episode: `values` are the keys of its `episode.toml`, texts are HTML without scripts."""

    slug: str
    values: dict[str, Any]
    description: str
    notes: str


@dataclass
class _Taken:
    """What items before this one have."""

    guids: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    dates: set[datetime] = field(default_factory=set)
    seconds: dict[datetime, datetime] = field(default_factory=dict)  # the last that was given
    slugs: "Names" = field(default_factory=lambda: Names(()))

    def date(self, wanted: datetime) -> datetime:
        """The date itself, or the last second before it that is free."""
        date = self.seconds.get(wanted, wanted)
        while date in self.dates:
            date -= timedelta(seconds=1)
        self.seconds[wanted] = date
        self.dates.add(date)
        return date


class Names:
    """Slugs that are given, each once; many with one beginning take no time."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._counts: dict[str, int] = {}

    def free(self, stem: str) -> str:
        """`stem`, or with the first number from 2 on that is free."""
        name, number = stem, self._counts.get(stem, 1)
        while name in self._taken:
            number += 1
            name = f"{stem}-{number}"
        self._counts[stem] = number
        self._taken.add(name)
        return name


def migrate_items(
    items: Sequence[Node], length: Length, losses: Losses, now: datetime
) -> list[Migrated]:
    """All items that have audio, in the feed's order; no two share a GUID, date, enclosure or slug.

    What has a date after `now` is held back until then: our feed shows no future (I-05).
    """
    found: list[Migrated] = []
    taken = _Taken()
    for node in items:
        title = line(plain(node.line("title", "itunes:title")), LINE, "the title", losses)
        place = node.losses = losses.at(title or "Untitled")
        enclosure = _enclosure(node, length)
        if enclosure is None:
            place.add("an item without audio is not imported")
            continue
        guid = _guid(node, enclosure["url"])
        if guid in taken.guids or enclosure["url"] in taken.urls:
            place.add("an item with a GUID or a recording that another has is not imported")
            continue
        taken.guids.add(guid)
        taken.urls.add(enclosure["url"])
        if not title:
            title = "Untitled"
            place.add(f"an item without a title is called {title}")
        date = _date(node, found[-1].values["date"] if found else None, taken)
        description, notes, summary = _texts(node)
        values = present(title=title, guid=guid, date=date, summary=summary)
        values |= read_all(ITEM, node) | license_values(node)
        seconds = value_of(kinds.playing_time, "itunes:duration")(node) or 0.0
        enclosure |= {"duration": seconds} | side_files(node, seconds)
        node.note_unread(*_OURS)
        values["enclosure"] = enclosure
        if date > now:
            values["publish_at"] = date
            place.add("a date that has not come: held back until then")
        found.append(Migrated(taken.slugs.free(_stem(title)), values, description, notes))
    return found


def _stem(title: str) -> str:
    """A slug of the title's first words."""
    text = unicodedata.normalize("NFKD", title.lower().translate(_TRANSLITERATED))
    words = re.sub(r"[^a-z0-9]+", "-", text.encode("ascii", "ignore").decode()).strip("-")
    return words[: SLUG_LENGTH - 20].strip("-") or "episode"


def _enclosure(node: Node, length: Length) -> dict[str, Any] | None:
    losses = node.losses
    found = [each for each in node.all("enclosure") if each.get("url")]
    if len(found) > 1:
        losses.add("only the first of several enclosures is kept")
    if not found:
        return None
    url = found[0].value(kinds.web_address, "url")
    if url is None:
        return None
    if url != found[0].get("url"):
        losses.add("the enclosure's address holds blanks or letters outside ASCII and is encoded")
    size = found[0].value(kinds.count, "length") or length(url)
    if not size:
        losses.add("nobody says how many bytes the enclosure has")
    kind = media_type_of(found[0], "<enclosure type>")
    if kind is None:
        kind = mimetypes.guess_type(urlsplit(url).path)[0] or "audio/mpeg"
        losses.add("the enclosure's media type is guessed from its name")
    return {"url": url, "length": size, "type": kind}


def _guid(node: Node, url: str) -> str:
    guid = node.line("guid")
    if not guid:
        node.losses.add(
            "an item without a GUID gets its enclosure's address, by which apps know it"
        )
    return guid or url


def _date(node: Node, newer: datetime | None, taken: _Taken) -> datetime:
    text = node.line("pubDate", "dc:date")
    wanted = parsed(kinds.instant, text, "<pubDate>", Losses())  # told below, with what it becomes
    if wanted is None:
        wanted = (newer or datetime(2000, 1, 2, tzinfo=UTC)) - timedelta(minutes=1)
        node.losses.add(f"the date {shown(text)} is none and becomes {wanted.isoformat()}")
    date = taken.date(wanted)
    if date != wanted:
        node.losses.add("the date of another item: moved by a second, so that apps show both")
    return date


def _texts(node: Node) -> tuple[str, str, str]:
    """Description, notes and summary, without anything that runs.

    A description that would lose tags is kept whole as the notes, where there are none.
    """
    losses = node.losses
    written = bounded(node.body("description"), "a description", losses)
    notes = bounded(node.body("content:encoded"), "a text of notes", losses)
    summary = bounded(node.body("itunes:summary"), "a summary", losses)
    if len(written.encode()) > BODY:
        losses.add("a description over 4,000 bytes is shortened; the whole becomes the notes")
        notes = notes or written
        written = html.escape(shortened(plain(written)), quote=False)
    if not notes and has_other_tags(written):
        notes = written
    description = clean_description(written or summary, losses, node.base)
    if len(description.encode()) > BODY:  # escaping made it longer
        description = html.escape(plain(description)[:600], quote=False)
    short = plain(summary)
    if short in plain(written) or len(short.encode()) > BODY - 200:
        short = ""
    return description, clean_notes(notes, losses, node.base), short


def _author(node: Node) -> str:
    """The item's own author; the show's is left out once that is known."""
    return line(node.line("itunes:author", "dc:creator", "author"), LINE, "an author", node.losses)


def _other_title(node: Node) -> str:
    """Apple's title, where it is another."""
    title, other = (
        line(plain(node.line(tag)), LINE, "the title", Losses())
        for tag in ("title", "itunes:title")
    )
    return other if title and other != title else ""


def _errata(node: Node) -> list[dict[str, Any]]:
    """Corrections that a feed of ours told."""
    told = map(read_line, txt_of(node).get(PURPOSE, []))
    return [present(**dict(found)) for found in told if found]


def _other_txt(node: Node) -> dict[str, str | list[str]]:
    """What others wrote for that purpose stays as they wrote it."""
    found = txt_of(node)
    others = [text for text in found.get(PURPOSE, []) if not read_line(text)]
    return as_setting({**found, PURPOSE: others})


_NUMBER = value_of(kinds.count, "itunes:episode", "podcast:episode")

ITEM: dict[str, Reader] = {
    "itunes_title": _other_title,
    "season": value_of(kinds.count, "itunes:season", "podcast:season"),
    "season_name": lambda node: node.first("podcast:season").words(
        "a season's name", SHORT, of="name"
    ),
    "episode": lambda node: _NUMBER(node) or None,  # they count from 1
    "episode_display": lambda node: node.first("podcast:episode").words(
        "what is shown for a number", 32, of="display"
    ),
    "author": _author,
    "type": value_of(kinds.setting(ItemTags, "type"), "itunes:episodeType"),
    "explicit": value_of(kinds.truth, "itunes:explicit"),
    "block": value_of(kinds.truth, "itunes:block"),
    "link": value_of(kinds.web_address, "link"),
    "image": lambda node: node.first("itunes:image").value(kinds.web_address, "href"),
    "alternates": alternates_of,
    "chapters": chapters_of,
    "erratum": _errata,
    **COMMON,
    "txt": _other_txt,
}
