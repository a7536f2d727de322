"""Items as a feed carries them, taken over from the feed of before where they are unchanged.

What the show says enters into every item: its address, its people, its names of seasons, whether it is
explicit. So no stage of an episode writes its item as XML. The stages of an old episode are left alone,
and the recording that they read is not on every machine: its item would go on saying what the show said
once. The stage of the feed writes the items, and knows by the lock when those that it wrote still hold.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.feeds.build.item_xml import render_items
from pipeline.feeds.contents.channel import Channel
from pipeline.feeds.contents.heads import ItemHead, Rendered
from pipeline.feeds.contents.model import ITEM, ItemFile

_BATCH = 250  # items in memory as objects at one time


class Source(NamedTuple):
    """An `item.json`, and its head; `known`: the feed of before was made of its bytes."""

    path: str
    head: ItemHead
    known: bool = False


def rendered_items(
    channel: Channel, sources: Iterable[Source], before: Mapping[str, bytes]
) -> list[Rendered]:
    """All items as RSS, in any order; `before` are those of the feed that this channel had, by GUID.

    Raises ConfigError and PullquoteError for items that cannot be in a feed.
    """
    rendered: list[Rendered] = []
    others: list[tuple[ItemHead, ItemFile]] = []
    for source in sources:
        head = source.head
        xml = before.get(head.guid) if source.known else None
        if xml:
            rendered.append(Rendered(head, xml))
        else:
            others.append((head, ITEM.read(Path(source.path))))
        if len(others) == _BATCH:
            rendered += _render(channel, others)
            others.clear()
    return [*rendered, *_render(channel, others)]


def _render(channel: Channel, items: Sequence[tuple[ItemHead, ItemFile]]) -> Iterator[Rendered]:
    heads = [head for head, _ in items]
    return map(Rendered, heads, render_items([item for _, item in items], channel))
