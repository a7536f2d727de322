"""Items as RSS, each on its own: a feed is put together from them, so an unchanged one is kept.

What the show says enters into every item: its address, its people, its names of seasons, whether it is
explicit. So no stage of an episode writes its item as XML. The stages of an old episode are left alone,
and the recording that they read is not on every machine: its item would go on saying what the show said
once. The stage of the feed writes the items, and knows by the lock when those that it wrote still hold.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.errors import PullquoteError
from pipeline.feeds.contents.channel import Channel
from pipeline.feeds.contents.heads import ItemHead, Rendered
from pipeline.feeds.contents.model import ITEM, ItemFile, is_elsewhere, resolve
from pipeline.feeds.contents.rules import Report, check_enclosure

#: How deep an item stands in the document; two blanks a level, as lxml indents.
_LEVEL = 2
_FIRST_TAG = re.compile(rb"<item[^>]*>")
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


def render_items(items: Sequence[ItemFile], channel: Channel) -> list[bytes]:
    """The `<item>` elements as indented UTF-8, in the order given.

    The namespaces that they use are declared by the document around them. Raises ConfigError for an
    enclosure that apps would refuse and PullquoteError when an item was damaged after it was made.
    """
    from lxml import etree

    from pipeline.feeds.build.podcast_namespace import EXTENSIONS

    # feedgen's names for the namespaces of its own and of ours
    namespaces = dict(EXTENSIONS.values()) | {"content": "http://purl.org/rss/1.0/modules/content/"}
    root = etree.Element("rss", nsmap=namespaces)
    try:
        for entry in items:
            root.append(_item(entry, channel))
    except ValueError as error:  # lxml: a character that XML forbids; `make_item` lets none pass
        raise PullquoteError(
            f"an item.json was edited by hand: {error}", "delete the episodes' build/item.json"
        ) from None
    etree.indent(root, space="  ", level=_LEVEL - 1)
    return [_without_namespaces(etree.tostring(item, encoding="UTF-8")) for item in root]


def _without_namespaces(written: bytes) -> bytes:
    """An item without the declarations that lxml repeats on a part of a document."""
    start = written.index(b"<item")
    return _FIRST_TAG.sub(b"<item>", written[start:].rstrip(), count=1)


def _item(entry: ItemFile, channel: Channel) -> Any:
    from feedgen.entry import FeedEntry  # late: lxml

    from pipeline.feeds.build import podcast_namespace as tags

    item = entry.item
    _check_enclosure(entry, channel)
    written = FeedEntry()
    written.load_extension("podcast", atom=False)
    tags.register(written, ("apple", "podcast20", "simple_chapters"))
    written.title(entry.title)
    written.link(href=resolve(channel.base_url, item.page))
    written.description(cdata(item.description))
    if item.content:
        written.content(cdata(item.content))
    written.guid(entry.guid, permalink=item.permalink)
    enclosure = entry.enclosure
    written.enclosure(
        resolve(channel.base_url, enclosure.key), str(enclosure.length), enclosure.type
    )
    written.pubDate(entry.date)
    _itunes(written.podcast, entry, channel.base_url)
    written.apple.tags = tags.apple_item_tags(item, channel)
    written.podcast20.tags = tags.item_tags(entry, channel)
    if channel.show.inline_chapters:
        written.simple_chapters.tags = tags.simple_chapters(item, channel.base_url)
    return written.rss_entry()


def _check_enclosure(entry: ItemFile, channel: Channel) -> None:
    if is_elsewhere(entry.enclosure.key):
        return  # subscribers have it by this address: it stays as it is
    report = Report(f"episodes/{entry.slug}/build/item.json")
    url = resolve(channel.base_url, entry.enclosure.key)
    check_enclosure(report, url, entry.enclosure.length, entry.enclosure.type)
    report.raise_problems()


def _itunes(podcast: Any, entry: ItemFile, base_url: str) -> None:
    from pipeline.feeds.build.podcast_namespace import feedgen_takes

    item = entry.item
    podcast.itunes_title(item.itunes_title or entry.title)
    if entry.duration:
        podcast.itunes_duration(max(1, round(entry.duration)))
    if item.author:
        podcast.itunes_author(item.author)
    podcast.itunes_episode_type(item.type)
    if item.summary:
        podcast.itunes_summary(item.summary)
    if item.image and feedgen_takes(item.image):
        podcast.itunes_image(resolve(base_url, item.image))
    if item.season:
        podcast.itunes_season(item.season)
    if item.episode is not None:
        podcast.itunes_episode(item.episode)


def cdata(markup: str) -> Any:
    """HTML as a CDATA section; escaped instead where its text would end the section (X-05)."""
    from lxml.etree import CDATA

    return markup if "]]>" in markup else CDATA(markup)
