"""Reads somebody else's feed: any encoding, any mistake, and nothing in it trusted.

A document type, and with it every entity and every XML bomb, is refused; nothing is loaded from
elsewhere. What is not well-formed is read as far as it goes, and said.
"""

import codecs
import contextlib
import html
import re
from typing import TypeVar
from urllib.parse import urljoin

from lxml import etree
from lxml.etree import XMLParser, _Element

from pipeline.errors import PullquoteError
from pipeline.feeds.importing.foreign_values import Kind, Losses, line, parsed
from pipeline.settings.fields import LINE, check_url
from pipeline.text.cleaning import clean_body, clean_line

_T = TypeVar("_T")

FEED_LIMIT = 64 * 1024 * 1024  # bytes; 10,000 long items have about 60 MB

_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?(?:[^?]|\?(?!>))*\?>|<!--(?:[^-]|-(?!->))*-->)*<!DOCTYPE", re.I
)
_ENCODED = re.compile(rb"""<\?xml\b[^>]*\bencoding\s*=\s*["'](?!utf-8["'])""", re.I)
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!DOCTYPE\s+)?html\b", re.I)
_ITS_FEED = re.compile(
    rb"<link\b(?=[^>]*\bapplication/rss\+xml)[^>]*\bhref=[\"']?([^\"'\s>]+)", re.I
)
#: Namespace to the prefix that we know it by; the old address of `podcast` is equal to the new (X-06).
_PREFIXES = {
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "https://podcastindex.org/namespace/1.0": "podcast",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast",
    "http://podlove.org/simple-chapters": "psc",
    "http://podlove.org/simple-chapters/": "psc",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://www.w3.org/2005/atom": "atom",
    "http://www.spotify.com/ns/rss": "spotify",
    "http://purl.org/dc/elements/1.1/": "dc",
}


#: Where a feed has addresses, as attributes; and a path that leads on from the feed's own.
_ADDRESSES = frozenset({"href", "url", "uri", "image", "img", "feedUrl", "accountUrl"})
_PATH = re.compile(r"[\w.~%!$&'()*+,;=@/?-]*[./][\w.~%!$&'()*+,;=@/?#-]*", re.ASCII)


class Node:
    """An element of a feed: its children by our names for them, and which of them were asked for.

    `base` is the feed's own address, empty where nobody knows it. What cannot be kept of the element
    goes to `losses`. One that is not there, None, says nothing.
    """

    def __init__(self, element: _Element | None, base: str, losses: Losses) -> None:
        self._element = element
        self._name = "" if element is None else _name(str(element.tag))
        self.base = base
        self.losses = losses
        self._asked: set[str] = set()
        self._children: dict[str, list[_Element]] = {}
        for child in () if element is None else element:
            if isinstance(child.tag, str):
                self._children.setdefault(_name(child.tag), []).append(child)

    def all(self, name: str) -> "list[Node]":
        """The children called `name`, such as `podcast:person`."""
        self._asked.add(name)
        children = self._children.get(name, [])
        return [Node(child, self.base, self.losses) for child in children]

    def first(self, name: str) -> "Node":
        return next(iter(self.all(name)), Node(None, self.base, self.losses))

    def line(self, *names: str) -> str:
        """The text of the first of `names` that has any, as one line."""
        for name in names:
            for node in self.all(name):
                if node.text:
                    return node.text
        return ""

    def body(self, name: str) -> str:
        """The text of the child `name` with its line breaks."""
        element = self.first(name)._element
        return "" if element is None else clean_body("".join(map(str, element.itertext())))

    def get(self, attribute: str) -> str:
        """An attribute's value as one line, addresses as whole ones; empty when it is not there."""
        value = "" if self._element is None else clean_line(self._element.get(attribute) or "")
        return _resolved(value, self.base) if attribute in _ADDRESSES else value

    def value(self, kind: Kind[_T], attribute: str) -> _T | None:
        return parsed(kind, self.get(attribute), f"<{self._name} {attribute}>", self.losses)

    @property
    def text(self) -> str:
        """The element's own text as one line; a GUID is never an address."""
        text = "" if self._element is None else clean_line(self._element.text or "")
        return _resolved(text, self.base) if self._name == "link" else text

    def words(self, what: str, limit: int = LINE, *, of: str = "") -> str:
        """That text, or the attribute `of`, without codes of HTML and cut to `limit` characters."""
        return line(self.get(of) if of else self.text, limit, what, self.losses)

    def note_unread(self, *ours: str) -> None:
        """List the children that nobody asked for, without `ours`: these we write ourselves."""
        for name in self._children:
            if name not in self._asked.union(ours):
                self.losses.add(f"<{name[-80:]}> is not kept")


def read_channel(content: bytes, where: str, base: str = "") -> tuple[Node, list[str]]:
    """The channel of an RSS feed, and what was wrong with its XML.

    Links that lead on from the feed's own address, `base` or what it says of itself, become whole.

    PullquoteError when it is no RSS feed, has a document type, or is larger than `FEED_LIMIT`.
    """
    if len(content) > FEED_LIMIT:
        raise PullquoteError(f"{where}: larger than {FEED_LIMIT // 2**20} MB, too large for a feed")
    if _PAGE.match(content):
        raise _is_page(content, where, base)
    if _PROLOG.match(content):
        raise _has_doctype(where)
    content, wrong = _in_utf8(content)
    root, problems = _parse(content, where)
    if root.getroottree().docinfo.internalDTD is not None:
        raise _has_doctype(where)
    channel = root.find("channel")
    if root.tag != "rss" or channel is None:
        raise PullquoteError(
            f"{where}: no RSS feed (its root is <{_name(str(root.tag))}>)",
            "give the address that podcast apps subscribe to",
        )
    return Node(channel, base or _own_address(channel), Losses()), [*wrong, *problems]


def _own_address(channel: _Element) -> str:
    for link in Node(channel, "", Losses()).all("atom:link"):
        if link.get("rel") == "self":
            with contextlib.suppress(ValueError):
                return check_url(link.get("href"))
    return ""


def _resolved(address: str, base: str) -> str:
    if not (base and _PATH.fullmatch(address)):
        return address
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _in_utf8(content: bytes) -> tuple[bytes, list[str]]:
    """What says no other encoding, in UTF-8, and what was wrong: servers only, or nobody, say an older one.

    Its single letters are those of Windows-1252, of which Latin-1 is a part; torn characters stay torn.
    """
    if _ENCODED.match(content) or b"\0" in content:
        return content, []
    try:
        content.decode()
    except UnicodeDecodeError:
        told = (
            "it is not all UTF-8, and names no other encoding: what is not is read as Windows-1252"
        )
        return content.decode("utf-8", _OLDER).encode(), [told]
    return content, []


def _older(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    torn = error.end - error.start > 1
    letter = error.object[error.start : error.end].decode("cp1252", "replace")
    return "\ufffd" if torn else letter, error.end


_OLDER = "pullquote-older"
codecs.register_error(_OLDER, _older)


def _parse(content: bytes, where: str) -> tuple[_Element, list[str]]:
    problems: list[str] = []
    for recover in (False, True):
        # `huge_tree`: libxml2 ends at a text of 10 MB, and loses the items behind it; we have a limit.
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, recover=recover, huge_tree=True
        )
        try:
            root = etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            problems = [f"not well-formed XML ({error}): read as far as it goes"]
        except ValueError as error:
            raise PullquoteError(f"{where}: cannot be read: {error}") from None
        else:
            if root is not None:
                return _legible(root, parser) if recover else root, problems
    raise PullquoteError(f"{where}: no XML at all", "is it the feed's address?")


def _legible(root: _Element, parser: XMLParser) -> _Element:
    """What was recovered, in whole characters: lxml keeps half an emoji, and fails when it is read."""
    if root.getroottree().docinfo.internalDTD is not None:
        return root  # it is refused
    written = etree.tostring(root, encoding="utf-8").decode("utf-8", "replace")
    return etree.fromstring(written.encode(), parser)


def next_page(channel: Node) -> str:
    """The address of the next page of a paged feed (RFC 5005); empty on the last."""
    links = (link for link in channel.all("atom:link") if link.get("rel") == "next")
    return next((link.get("href") for link in links), "")


def _is_page(content: bytes, where: str, base: str) -> PullquoteError:
    """That somebody named a web page, and the feed that it names itself."""
    hint = "give the address that podcast apps subscribe to"
    if found := _ITS_FEED.search(content):
        feed = html.unescape(clean_line(found[1].decode("utf-8", "replace")))
        with contextlib.suppress(ValueError):
            hint = f"it names this one: pullquote import {check_url(urljoin(base, feed))}"
    return PullquoteError(f"{where}: a web page, and no feed", hint)


def _has_doctype(where: str) -> PullquoteError:
    return PullquoteError(
        f"{where}: has a document type (DOCTYPE), with which a feed can do harm",
        "no podcast feed needs one; take it out if you trust the feed",
    )


def _name(tag: str) -> str:
    namespace, _, local = tag.rpartition("}")
    if not namespace:
        return local
    uri = namespace.removeprefix("{")
    return f"{_PREFIXES.get(uri.lower(), uri)}:{local}"
