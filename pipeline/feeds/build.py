"""The RSS feed, from the show and its items: the same input gives the same bytes.

feedgen writes RSS and most of Apple's tags, `podcast_namespace` the rest. Nothing here looks at the
clock; the feed's own date is its newest item's.
"""

from collections.abc import Sequence
from typing import Any

from pipeline.addresses import public_url
from pipeline.errors import PullquoteError
from pipeline.feeds.channel import Channel
from pipeline.feeds.model import ItemFile
from pipeline.feeds.rules import Report, check_enclosure, check_items

GENERATOR = "Pullquote"


def build_feed(channel: Channel, items: Sequence[ItemFile]) -> bytes:
    """The feed as UTF-8 XML, newest item first.

    Raises ConfigError when items contradict each other, and PullquoteError when an item was damaged
    after it was made.
    """
    check_items(items, serial=channel.type == "serial")
    ordered = sorted(items, key=lambda item: (-item.date.timestamp(), item.slug))
    generator = _channel(channel)
    generator.lastBuildDate(ordered[0].date)
    for item in ordered:
        _add_item(generator, item, channel)
    try:
        content: bytes = generator.rss_str(pretty=True)
    except ValueError as error:  # lxml: a character that XML forbids; `make_item` lets none pass
        raise PullquoteError(
            f"an item.json was edited by hand: {error}", "delete the episodes' build/item.json"
        ) from None
    return content


def _channel(channel: Channel) -> Any:
    from feedgen.feed import FeedGenerator  # late: lxml

    from pipeline.feeds.podcast_namespace import apple_channel_tags, channel_tags, register

    generator = FeedGenerator()
    generator.load_extension("podcast", atom=False)
    register(generator)
    artwork = public_url(channel.base_url, channel.artwork)
    generator.title(channel.title)
    generator.description(_cdata(channel.description))
    generator.link(href=channel.feed_url, rel="self", type="application/rss+xml")
    generator.link(href=channel.link, rel="alternate")  # the last link becomes the channel's
    generator.language(channel.language)
    generator.generator(GENERATOR)
    generator.image(url=artwork, title=channel.title, link=channel.link)
    if channel.copyright:
        generator.copyright(channel.copyright)
    generator.podcast.itunes_author(channel.author)
    generator.podcast.itunes_owner(channel.author, channel.email)
    generator.podcast.itunes_type(channel.type)
    generator.podcast.itunes_image(artwork)
    generator.podcast.itunes_category([_category(name) for name in channel.categories])
    generator.apple.tags = apple_channel_tags(channel)
    generator.podcast20.tags = channel_tags(channel)
    return generator


def _add_item(generator: Any, entry: ItemFile, channel: Channel) -> None:
    from pipeline.feeds.podcast_namespace import apple_item_tags, item_tags

    item = entry.item
    enclosure = public_url(channel.base_url, entry.enclosure.key)
    report = Report(f"episodes/{entry.slug}/build/item.json")
    check_enclosure(report, enclosure, entry.enclosure.length, entry.enclosure.type)
    report.raise_problems()

    written = generator.add_entry(order="append")
    written.title(entry.title)
    written.link(href=public_url(channel.base_url, item.page))
    written.description(_cdata(item.description))
    if item.content:
        written.content(_cdata(item.content))
    written.guid(entry.guid, permalink=False)
    written.enclosure(enclosure, entry.enclosure.length, entry.enclosure.type)
    written.pubDate(entry.date)
    _itunes(written.podcast, entry)
    written.apple.tags = apple_item_tags(item, channel)
    written.podcast20.tags = item_tags(entry, channel)


def _itunes(podcast: Any, entry: ItemFile) -> None:
    item = entry.item
    podcast.itunes_title(entry.title)
    podcast.itunes_duration(max(1, round(entry.duration)))
    podcast.itunes_episode_type(item.type)
    if item.summary:
        podcast.itunes_summary(item.summary)
    if item.season is not None:
        podcast.itunes_season(item.season)
    if item.episode is not None:
        podcast.itunes_episode(item.episode)


def _category(name: str) -> dict[str, str]:
    category, _, subcategory = name.partition(" > ")
    return {"cat": category, "sub": subcategory} if subcategory else {"cat": category}


def _cdata(markup: str) -> Any:
    """HTML as a CDATA section; escaped instead where its text would end the section (X-05)."""
    from lxml.etree import CDATA

    return markup if "]]>" in markup else CDATA(markup)
