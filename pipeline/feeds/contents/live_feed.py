"""What a release must know of a feed: its items, as they are written, and where it points.

The live feed comes from a server, so it is untrusted: a document type, and with it every entity,
is refused.
"""

import functools
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from xml.parsers import expat

from pipeline.errors import StorageError
from pipeline.feeds.contents.model import PURPOSE
from pipeline.text.cleaning import printable
from pipeline.web.addresses import FEED_KEY
from pipeline.web.headers import moment, whole_number

# Where an episode's slug stands in its addresses, by the rules of `addresses`.
_AUDIO = re.compile(r"/audio/([a-z0-9-]+)-[0-9a-f]{8}\.[a-z0-9]+$")
_PAGE = re.compile(r"/episodes/([a-z0-9-]+)\.html$")
_OTHER_PAGES = {"next", "prev-archive"}
# What a channel says of the document, or again: RSS's own picture repeats title, link and cover.
_NOT_THE_SHOW = {"lastBuildDate", "pubDate", "generator", "image", "fh:archive"}
#: Texts of an item, by element, that are kept as they are.
_TEXTS = {
    "guid": "guid",
    "pubDate": "date",
    "link": "link",
    "itunes:duration": "duration",
    "itunes:season": "season",
}
_KEPT = {*_TEXTS, "title", "description", "podcast:person", "podcast:txt"}
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")


@dataclass(slots=True)
class LiveItem:
    """An episode as a feed shows it; `length` in bytes, empty strings for what it does not say."""

    guid: str = ""
    title: str = ""
    date: str = ""
    enclosure: str = ""
    length: str = ""
    link: str = ""
    duration: str = ""
    description: str = ""
    language: str = ""  # of its transcripts
    season: str = ""
    corrections: list[str] = field(
        default_factory=list
    )  # each a line, as `model.as_line` writes it
    people: list[str] = field(default_factory=list)
    raw: bytes = b""  # from `<item` to `</item>`; empty where the feed is not UTF-8

    @property
    def bytes(self) -> int:
        """What the enclosure's length says; 0 where it is no number."""
        return whole_number(self.length) or 0

    @property
    def summary(self) -> str:
        """With which our descriptions begin, as plain text."""
        match = _PARAGRAPH.match(self.description)
        return html.unescape(re.sub(r"<[^>]*>", "", match[1])) if match else ""

    @property
    def seconds(self) -> float:
        """When it came out, since 1970; 0 where its date is none."""
        found = moment(self.date)
        return found.timestamp() if found else 0.0

    @property
    def identity(self) -> str:
        """What apps know it by: without a GUID they go by the enclosure's address."""
        return self.guid or self.enclosure

    @property
    def file_name(self) -> str:
        """The enclosure's last part, which carries slug and content hash whatever the host is."""
        return self.enclosure.partition("?")[0].rpartition("/")[2]

    @property
    def has_our_key(self) -> bool:
        """Whether the enclosure's address carries a content hash, as ours do."""
        return _AUDIO.search(_bare(self.enclosure)) is not None

    @property
    def slug(self) -> str:
        """The episode's slug where its addresses tell it, else nothing."""
        for pattern, url in ((_AUDIO, self.enclosure), (_PAGE, self.link)):
            if match := pattern.search(_bare(url)):
                return match[1]
        return ""


@dataclass(slots=True)
class LiveFeed:
    """The items of a feed by GUID, and every address that it points to.

    `channel` is what it says of the show, by element: `itunes:owner/itunes:email`. `head` and `tail`
    are the bytes around the items, `namespaces` what its root declares. A long feed has `pages`, by
    object key, the subscribed one first (RFC 5005); `is_whole` says that no item is anywhere else.
    """

    items: dict[str, LiveItem] = field(default_factory=dict)
    channel: dict[str, list[str]] = field(default_factory=dict)
    urls: set[str] = field(default_factory=set)
    head: bytes = b""
    tail: bytes = b""
    namespaces: dict[str, str] = field(default_factory=dict)
    content: bytes = b""
    own_url: str = ""  # what it says to subscribe to
    older_url: str = ""  # of the page with the next older items
    pages: dict[str, "LiveFeed"] = field(default_factory=dict)
    is_whole: bool = True

    @property
    def by_page(self) -> dict[str, "LiveFeed"]:
        return self.pages or {FEED_KEY: self}


@functools.lru_cache(maxsize=64)  # pages that stay the same are read by several sides
def read_feed(content: bytes) -> LiveFeed:
    """Read one file of an RSS feed, which is not to be changed afterwards.

    StorageError when it is not well-formed or has a document type.
    """
    parser = expat.ParserCreate()
    reader = _Reader(parser, content)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text.append
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise StorageError(f"the feed is not well-formed XML: {error}") from None
    return reader.finished()


def read_pages(contents: Mapping[str, bytes], *, is_whole: bool = True) -> LiveFeed:
    """Read a feed with its older pages, by object key, the subscribed one first."""
    pages = {key: read_feed(content) for key, content in contents.items()}
    first, *older = pages.values()
    items: dict[str, LiveItem] = {}
    for page in pages.values():
        items |= {guid: item for guid, item in page.items.items() if guid not in items}
    return replace(
        first,
        items=items,
        urls=set[str]().union(*(page.urls for page in pages.values())),
        namespaces={k: uri for page in (*older, first) for k, uri in page.namespaces.items()},
        pages=pages,
        is_whole=is_whole and not (older or [first])[-1].older_url,
    )


def _bare(url: str) -> str:
    """A stranger's address without what follows its path; it need not be one (`http://[`)."""
    return url.partition("#")[0].partition("?")[0]


def _refuse_doctype(*_: object) -> None:
    raise StorageError("the feed has a document type (DOCTYPE), which no podcast feed needs")


class _Reader:
    """Collects items from expat's events; names are as written, since RSS has no namespace."""

    def __init__(self, parser: expat.XMLParserType, content: bytes) -> None:
        self.feed = LiveFeed(content=content)
        self._parser = parser
        # Byte positions mean something only where expat reads the bytes as they are.
        declared = _ENCODING.match(content)
        is_utf8 = declared is None or declared[1].lower() in {b"utf-8", b"us-ascii", b"ascii"}
        self._content = content if is_utf8 else b""
        self._path: list[str] = []
        self._attributes: list[dict[str, str]] = []
        self._item: LiveItem | None = None
        self._begin = 0
        self._end = 0  # of the last item
        self.text: list[str] = []  # of the element, so far

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._path:
            self.feed.namespaces = {
                key: value for key, value in attributes.items() if key.startswith("xmlns")
            }
        self._path.append(name)
        self._attributes.append(attributes)
        self.text.clear()
        if name == "item" and self._path == ["rss", "channel", "item"]:
            self._item = LiveItem()
            self._begin = self._parser.CurrentByteIndex
            if not self.feed.head:
                self.feed.head = self._content[: self._begin]
        if attributes:
            self._point(name, attributes)

    def _point(self, name: str, attributes: dict[str, str]) -> None:
        url, href = attributes.get("url", ""), attributes.get("href", "")
        self.feed.urls.update(filter(None, (url, href)))
        if self._item is None:
            self._link(attributes.get("rel", ""), href)
        elif name == "enclosure":
            self._item.enclosure, self._item.length = url, attributes.get("length", "")
        elif name == "podcast:transcript":
            self._item.language = self._item.language or attributes.get("language", "")

    def _link(self, relation: str, href: str) -> None:
        if relation in _OTHER_PAGES:
            self.feed.older_url, self.feed.is_whole = href, False
        elif relation == "self":
            self.feed.own_url = href

    def finished(self) -> LiveFeed:
        self.feed.tail = self._content[self._end :] if self._end else b""
        return self.feed

    def end(self, name: str) -> None:
        if self._item and len(self._path) == 4:
            self._keep(self._item, name)
        elif self._item and len(self._path) == 3:
            self._finish(self._item)
            self._item = None
        elif self._path == ["rss", "channel"] and not self.feed.head:
            self.feed.head = self._content[: self._parser.CurrentByteIndex]
            self._end = self._parser.CurrentByteIndex
        elif self._item is None and len(self._path) > 2:
            self._describe(self._path[2:], self._attributes[-1])
        self._path.pop()
        self._attributes.pop()
        self.text.clear()

    def _describe(self, path: list[str], attributes: dict[str, str]) -> None:
        of_the_document = path[0] in _NOT_THE_SHOW or attributes.get("rel", "hub") != "hub"
        parts = [] if of_the_document else ["".join(self.text).strip(), *attributes.values()]
        if value := printable(" ".join(filter(None, parts))):
            self.feed.channel.setdefault("/".join(path), []).append(value)

    def _finish(self, item: LiveItem) -> None:
        end = self._content.find(b">", self._parser.CurrentByteIndex) + 1
        item.raw = self._content[self._begin : end]
        self.feed.items[item.identity] = item
        self._end = end

    def _keep(self, item: LiveItem, name: str) -> None:
        if name not in _KEPT:  # most of it is nobody's question
            return
        text = "".join(self.text).strip()
        if name in _TEXTS:
            setattr(item, _TEXTS[name], text)
        elif name == "title":  # a server's text goes to the host's terminal: no control characters
            item.title = printable(text)
        elif name == "description":
            item.description = text
        elif name == "podcast:person":
            item.people.append(printable(text))
        elif self._attributes[-1].get("purpose") == PURPOSE:
            item.corrections.append(printable(" ".join(text.split())))
