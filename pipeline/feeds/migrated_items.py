"""The items of a foreign feed as episodes: GUID, date and enclosure exactly as subscribers have them."""

import html
import mimetypes
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from pipeline.feeds.foreign import Node
from pipeline.feeds.foreign_html import (
    bounded,
    clean_description,
    clean_notes,
    has_other_tags,
)
from pipeline.feeds.migration import (
    Losses,
    address,
    common_values,
    cut,
    license_values,
    note_unread,
    number,
    plain,
    present,
    yes_no,
)
from pipeline.feeds.rules import BODY, SHORT
from pipeline.feeds.social import social_account
from pipeline.times import clock, parse_clock
from pipeline.workspace import SLUG_LENGTH

#: What our own feed says in another way: the authors are the show's, the addresses are new.
_OURS = ("itunes:author", "author", "atom:link", "dc:creator")
_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d{1,3}):)?(\d+)(?:\.\d+)?")
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


def migrate_items(
    items: Sequence[Node], length: Length, losses: Losses, now: datetime
) -> list[Migrated]:
    """All items that have audio, in the feed's order; no two share a GUID, date, enclosure or slug.

    What has a date after `now` is held back until then: our feed shows no future (I-05).
    """
    found: list[Migrated] = []
    seen: dict[str, set[Any]] = {"guid": set(), "url": set(), "date": set(), "slug": set()}
    for node in items:
        title = node.line("title", "itunes:title") or "Untitled"
        place = losses.at(repr(title[:60]))
        enclosure = _enclosure(node, length, place)
        if enclosure is None:
            place.add("an item without audio is not imported")
            continue
        guid = _guid(node, enclosure["url"], place)
        if guid in seen["guid"] or enclosure["url"] in seen["url"]:
            place.add("an item with a GUID or a recording that another has is not imported")
            continue
        earlier = found[-1].values["date"] if found else None
        date = _date(node, earlier, seen["date"], place)
        slug = _slug(plain(title), seen["slug"])
        for name, value in {"guid": guid, "url": enclosure["url"], "date": date}.items():
            seen[name].add(value)
        found.append(_episode(node, slug, title, guid, date, enclosure, place))
        if date > now:
            found[-1].values["publish_at"] = date
            place.add("a date that has not come: held back until then")
    return found


def _episode(
    node: Node,
    slug: str,
    title: str,
    guid: str,
    date: datetime,
    enclosure: dict[str, Any],
    losses: Losses,
) -> Migrated:
    description, notes, summary = _texts(node, losses)
    season = node.first("podcast:season")
    image = node.first("itunes:image")
    values: dict[str, Any] = present(
        title=cut(plain(title), 255, "the title", losses),
        guid=guid,
        date=date,
        summary=summary,
        season=number(node.line("itunes:season", "podcast:season")),
        season_name=season.get("name")[:SHORT] if season else None,
        episode=number(node.line("itunes:episode", "podcast:episode")),
        type=node.line("itunes:episodeType").lower(),
        explicit=yes_no(node.line("itunes:explicit")),
        block=yes_no(node.line("itunes:block")),
        link=address(node.line("link")),
        image=address(image.get("href")) if image else None,
        **license_values(node, losses),
        **common_values(node, losses),
        discussions=list(_discussions(node, losses)),
        chapters=list(_chapters(node)),
    )
    if values.get("type") not in {"full", "trailer", "bonus"}:
        values.pop("type", None)
    enclosure["duration"] = _duration(node.line("itunes:duration"), losses)
    enclosure.update(_side_files(node, losses))
    node.skip(*_OURS)
    note_unread(node, losses)
    return Migrated(slug, {**values, "enclosure": enclosure}, description, notes)


def _enclosure(node: Node, length: Length, losses: Losses) -> dict[str, Any] | None:
    found = [each for each in node.all("enclosure") if each.get("url")]
    if len(found) > 1:
        losses.add("only the first of several enclosures is kept")
    if not found:
        return None
    written = found[0].get("url")
    url = address(written)
    if url is None:
        losses.add("the enclosure's address is none")
        return None
    if url != written:
        losses.add("the enclosure's address holds blanks or letters outside ASCII and is encoded")
    size = number(found[0].get("length")) or length(url)
    if not size:
        losses.add("nobody says how many bytes the enclosure has")
    kind = found[0].get("type").lower()
    if "/" not in kind:
        kind = mimetypes.guess_type(urlsplit(url).path)[0] or "audio/mpeg"
        losses.add("the enclosure's media type is guessed from its name")
    return {"url": url, "length": size, "type": kind}


def _guid(node: Node, url: str, losses: Losses) -> str:
    guid = node.line("guid")
    if not guid:
        losses.add("an item without a GUID gets its enclosure's address, by which apps know it")
    return guid or url


def _date(node: Node, newer: datetime | None, taken: set[Any], losses: Losses) -> datetime:
    text = node.line("pubDate", "dc:date")
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        try:
            date = datetime.fromisoformat(text)
        except ValueError:
            date = (newer or datetime(2000, 1, 2, tzinfo=UTC)) - timedelta(minutes=1)
            losses.add(f"the date {text[:40]!r} is none and becomes {date.isoformat()}")
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    date = date.replace(microsecond=0)
    if date in taken:
        losses.add("the date of another item: moved by a second, so that apps show both")
    while date in taken:
        date -= timedelta(seconds=1)
    return date


def _texts(node: Node, losses: Losses) -> tuple[str, str, str]:
    """Description, notes and summary, without anything that runs.

    A description that would lose tags is kept whole as the notes, where there are none.
    """
    written = bounded(node.body("description"), "a description", losses)
    notes = bounded(node.body("content:encoded"), "a text of notes", losses)
    summary = bounded(node.body("itunes:summary"), "a summary", losses)
    if len(written.encode()) > BODY:
        losses.add("a description over 4,000 bytes is shortened; the whole becomes the notes")
        notes = notes or written
        written = plain(written)[:600].rsplit(" ", 1)[0] + "…"
    if not notes and has_other_tags(written):
        notes = written
    description = clean_description(written or summary, losses)
    if len(description.encode()) > BODY:  # escaping made it longer
        description = html.escape(plain(description)[:600], quote=False)
    short = plain(summary)
    if short in plain(written) or len(short.encode()) > BODY - 200:
        short = ""
    return description, clean_notes(notes, losses), short


def _duration(text: str, losses: Losses) -> float:
    match = _CLOCK.fullmatch(text)
    if not match:
        if text:
            losses.add(f"the duration {text[:20]!r} is none")
        return 0.0
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return float(hours * 3600 + minutes * 60 + seconds)


def _side_files(node: Node, losses: Losses) -> dict[str, Any]:
    """What lies beside the audio and stays where it is."""
    chapters = node.first("podcast:chapters")
    guid = node.first("guid")
    shown = node.line("podcast:episode")
    bites = [
        present(start=start, duration=duration, title=cut(each.text, SHORT, "a soundbite", losses))
        for each in node.all("podcast:soundbite")
        if (start := _seconds(each.get("startTime"))) is not None
        and (duration := _seconds(each.get("duration")))
    ]
    return present(
        permalink=guid is not None
        and guid.get("isPermaLink").lower() != "false"
        and address(guid.text) == guid.text,
        chapters=address(chapters.get("url")) if chapters else None,
        transcripts=[
            present(
                url=url,
                type=each.get("type").lower(),
                language=each.get("language"),
                rel=each.get("rel"),
            )
            for each in node.all("podcast:transcript")
            if (url := address(each.get("url"))) and each.get("type")
        ],
        soundbites=bites,
        number=shown[:SHORT] if shown and number(shown) is None else None,
    )


def _chapters(node: Node) -> Iterator[dict[str, Any]]:
    for chapters in node.all("psc:chapters"):
        for each in chapters.all("psc:chapter"):
            start = _moment(each.get("start"))
            if start is not None and each.get("title"):
                yield present(
                    at=clock(start, 3), title=each.get("title"), url=address(each.get("href"))
                )


def _discussions(node: Node, losses: Losses) -> Iterator[dict[str, Any]]:
    """Threads and links; comments come back from a thread's address where apps can show them."""
    seen = set()
    for each in node.all("podcast:contentLink"):
        url = address(each.get("href"))
        if url and url.startswith("https:") and url not in seen:
            seen.add(url)
            yield {"title": each.text or "Discussion", "url": url}
    for each in node.all("podcast:socialInteract"):
        url = address(each.get("uri"))
        if url and social_account(url) and url not in seen:
            seen.add(url)
            yield {"title": "Comments", "url": url}
        elif not url or url not in seen:
            losses.add("comments of a protocol that we do not write are not kept")


def _seconds(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d+)?", text) else None


def _moment(text: str) -> float | None:
    try:
        return parse_clock(text)
    except ValueError:
        return None


def _slug(title: str, taken: set[Any]) -> str:
    """A slug of the title's first words, another for each episode."""
    text = unicodedata.normalize("NFKD", title.lower().translate(_TRANSLITERATED))
    words = re.sub(r"[^a-z0-9]+", "-", text.encode("ascii", "ignore").decode()).strip("-")
    stem = words[: SLUG_LENGTH - 20].strip("-") or "episode"
    slug, count = stem, 1
    while slug in taken:
        count += 1
        slug = f"{stem}-{count}"
    taken.add(slug)
    return slug
