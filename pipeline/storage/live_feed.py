"""What a release must know of two feeds: their items, and what would hurt listeners.

The live feed comes from a server, so it is untrusted: a document type, and with it every entity,
is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from xml.parsers import expat

from pipeline.errors import StorageError


@dataclass(slots=True)
class LiveItem:
    """An episode as a feed shows it; `length` in bytes, empty strings for what it does not say."""

    guid: str = ""
    title: str = ""
    date: str = ""
    enclosure: str = ""
    length: str = ""

    @property
    def file_name(self) -> str:
        """The enclosure's last part, which carries slug and content hash whatever the host is."""
        return self.enclosure.partition("?")[0].rpartition("/")[2]


@dataclass(slots=True)
class LiveFeed:
    """The items of a feed by GUID, and every address that it points to."""

    items: dict[str, LiveItem] = field(default_factory=dict)
    urls: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Danger:
    """Something that apps cannot take back; `name` is what allows it."""

    name: str
    message: str


def read_feed(content: bytes) -> LiveFeed:
    """Read an RSS feed; StorageError when it is not well-formed or has a document type."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise StorageError(f"the feed is not well-formed XML: {error}") from None
    return reader.feed


def _refuse_doctype(*_: object) -> None:
    raise StorageError("the feed has a document type (DOCTYPE), which no podcast feed needs")


class _Reader:
    """Collects items from expat's events; names are as written, since RSS has no namespace."""

    def __init__(self) -> None:
        self.feed = LiveFeed()
        self._path: list[str] = []
        self._item: LiveItem | None = None
        self._text = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        self._text = ""
        if self._path == ["rss", "channel", "item"]:
            self._item = LiveItem()
        for attribute in ("url", "href"):
            if attribute in attributes:
                self.feed.urls.add(attributes[attribute])
        if self._item and name == "enclosure":
            self._item.enclosure = attributes.get("url", "")
            self._item.length = attributes.get("length", "")

    def text(self, text: str) -> None:
        self._text += text

    def end(self, name: str) -> None:
        if self._item and len(self._path) == 4:
            self._keep(self._item, name)
        elif self._item and len(self._path) == 3:
            # Without a GUID apps go by the enclosure, so its address is the item's identity.
            self.feed.items[self._item.guid or self._item.enclosure] = self._item
            self._item = None
        self._path.pop()

    def _keep(self, item: LiveItem, name: str) -> None:
        text = self._text.strip()
        match name:
            case "guid":
                item.guid = text
            case "title":
                # A server's text goes to the host's terminal: no control characters.
                item.title = "".join(letter for letter in text if letter.isprintable())
            case "pubDate":
                item.date = text
            case _:
                pass


def dangers(live: LiveFeed, new: LiveFeed) -> list[Danger]:
    """What the new feed would do to listeners of the live one, in the live feed's order."""
    found = []
    by_file = {item.file_name: item for item in new.items.values() if item.file_name}
    for guid, was in live.items.items():
        now = new.items.get(guid)
        if now is None:
            found.append(_lost(was, guid, by_file.get(was.file_name)))
            continue
        for check in _CHECKS:
            danger = check(guid, was, now)
            if danger:
                found.append(danger)
    return found


def _lost(was: LiveItem, guid: str, heir: LiveItem | None) -> Danger:
    if heir:
        return Danger(
            f"guid-changed:{guid}",
            f"'{was.title}' gets another GUID ({heir.guid}): every app downloads it again",
        )
    return Danger(f"item-gone:{guid}", f"'{was.title}' would vanish from the feed")


def _enclosure_changed(guid: str, was: LiveItem, now: LiveItem) -> Danger | None:
    # The host is left out: moving a show to another store changes no bytes.
    if (was.file_name, was.length) == (now.file_name, now.length) or not was.enclosure:
        return None
    return Danger(
        f"enclosure-changed:{guid}",
        f"'{was.title}' gets another recording ({now.file_name or 'none'}): apps that have it keep "
        "the old one",
    )


def _date_moved(guid: str, was: LiveItem, now: LiveItem) -> Danger | None:
    if not was.date or _instant(was.date) == _instant(now.date):
        return None
    return Danger(
        f"date-moved:{guid}",
        f"'{was.title}' moves from {was.date} to {now.date}: apps sort it anew",
    )


_CHECKS: tuple[Callable[[str, LiveItem, LiveItem], Danger | None], ...] = (
    _enclosure_changed,
    _date_moved,
)


def _instant(date: str) -> datetime | str:
    try:
        return parsedate_to_datetime(date)
    except ValueError:
        return date
