"""Items as a feed carries them, taken over from the feed of before where they are unchanged.

What the show says enters into every item: its address, its people, its names of seasons, whether it is
explicit. So no stage of an episode writes its item as XML. The stages of an old episode are left alone,
and the recording that they read is not on every machine: its item would go on saying what the show said
once. The stage of the feed writes the items, and knows by the lock when those that it wrote still hold.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from pipeline.feeds.build.item_xml import render_items
from pipeline.feeds.contents.channel import Channel
from pipeline.feeds.contents.heads import ItemHead, Rendered
from pipeline.feeds.contents.model import ITEM, ItemFile

_BATCH = 250  # items in memory as objects at one time

#: What an item of a feed that we wrote begins and ends with, its GUID, and what may only look so. No
#: possessive quantifier: with groups in it, Python 3.11 before 3.11.5 loses matches (cpython#106052).
_MARK = re.compile(rb"<item>|</item>|<guid[^>]*>([^<]*)</guid>|<!\[CDATA\[.*?\]\]>", re.DOTALL)


class Source(NamedTuple):
    """An `item.json`, and its head; `known`: the feed of before was made of its bytes."""

    path: str
    head: ItemHead
    known: bool = False


def rendered_items(
    channel: Channel, sources: Iterable[Source], before: Iterable[bytes]
) -> list[Rendered]:
    """All items as RSS, in any order; `before` are the pages of the feed that this channel had.

    Raises ConfigError and PullquoteError for items that cannot be in a feed.
    """
    written = {guid: xml for page in before for guid, xml in _items(page)}
    rendered: list[Rendered] = []
    others: list[tuple[ItemHead, ItemFile]] = []
    for source in sources:
        head = source.head
        xml = written.get(escape(head.guid, quote=False).encode()) if source.known else None
        if xml:
            rendered.append(Rendered(head, xml))
        else:
            others.append((head, ITEM.read(Path(source.path))))
        if len(others) == _BATCH:
            rendered += _render(channel, others)
            others.clear()
    return [*rendered, *_render(channel, others)]


def _items(page: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The GUID of each item of a page, as it is escaped there, and the item."""
    start, guid = 0, b""
    for found in _MARK.finditer(page):
        mark = found[0]
        if mark == b"<item>":
            start = found.start()
        elif mark == b"</item>":
            yield guid, page[start : found.end()]
        elif not mark.startswith(b"<!"):
            guid = found[1]


def _render(channel: Channel, items: Sequence[tuple[ItemHead, ItemFile]]) -> Iterator[Rendered]:
    heads = [head for head, _ in items]
    return map(Rendered, heads, render_items([item for _, item in items], channel))
