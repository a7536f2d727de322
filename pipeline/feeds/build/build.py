"""The RSS feed, from the show and its items: the same input gives the same bytes.

feedgen writes RSS and most of Apple's tags, `podcast_namespace` the rest. Nothing here looks at the
clock; the feed's own date is its newest item's.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.errors import ConfigError
from pipeline.feeds.build.item_xml import cdata
from pipeline.feeds.contents.channel import Channel
from pipeline.feeds.contents.heads import ItemHead, PageLinks, Rendered, newest_first
from pipeline.feeds.contents.rules import check_items
from pipeline.text.cleaning import as_paragraphs
from pipeline.web.addresses import public_url

GENERATOR = "Pullquote"
_BUILT = re.compile(rb" *<lastBuildDate>[^<]*</lastBuildDate>\n")
_END = b"  </channel>\n</rss>\n"


def check_and_order(
    channel: Channel, rendered: Iterable[Rendered], *, may_be_empty: bool
) -> list[Rendered]:
    """The items newest first (I-08); ConfigError when they contradict each other.

    A show that never had an episode has no feed (I-01). One whose last was taken out has: it
    `may_be_empty`, so that apps forget the episode and keep the show.
    """
    ordered = sorted(rendered, key=newest_first)
    if not ordered and not may_be_empty:
        raise ConfigError(
            "the feed has no episode yet, and directories refuse an empty feed",
            "pullquote publish SLUG puts the first one in",
        )
    heads = [each.head for each in ordered]
    check_items(heads, serial=channel.show.type == "serial", seasons=channel.seasons)
    return ordered


def document(
    channel: Channel,
    items: Sequence[Rendered],
    trailers: Sequence[ItemHead],
    links: PageLinks | None = None,
) -> bytes:
    """A feed of rendered items in their order; `trailers` are those that it names."""
    generator = _channel(channel, links, trailers)
    if items:
        generator.lastBuildDate(items[0].head.date)
    start = generator.rss_str(pretty=True)
    if not items:
        start = undated(start)
    assert start.endswith(_END), "feedgen closes the channel in another way"
    held = (b"    " + each.xml + b"\n" for each in items)
    return b"".join([start[: -len(_END)], *held, _END])


def undated(document: bytes) -> bytes:
    """A feed without a date of its own: where nothing in it has one, feedgen took the clock's (X-09)."""
    return _BUILT.sub(b"", document)


def _channel(channel: Channel, links: PageLinks | None, trailers: Sequence[ItemHead]) -> Any:
    from feedgen.feed import FeedGenerator  # late: lxml

    from pipeline.feeds.build import podcast_namespace as tags

    show, generator = channel.show, FeedGenerator()
    generator.load_extension("podcast", atom=False)
    tags.register(generator, _extensions(channel, links))
    artwork = public_url(channel.base_url, channel.artwork)
    generator.title(show.title)
    generator.description(cdata(as_paragraphs(show.description)))
    own = public_url(channel.base_url, links.own) if links else channel.feed_url
    generator.link(href=own, rel="self", type="application/rss+xml")
    generator.link(href=channel.link, rel="alternate")  # the last link becomes the channel's
    generator.language(show.language)
    generator.generator(GENERATOR)
    generator.image(url=artwork, title=show.title, link=channel.link)
    if show.copyright:
        generator.copyright(show.copyright)
    generator.podcast.itunes_author(show.author)
    generator.podcast.itunes_owner(show.owner or show.author, show.email)
    generator.podcast.itunes_type(show.type)
    generator.podcast.itunes_image(artwork)
    generator.podcast.itunes_category([_category(name) for name in show.categories])
    generator.apple.tags = tags.apple_channel_tags(show)
    generator.podcast20.tags = tags.channel_tags(channel, trailers)
    if show.spotify:
        generator.spotify.tags = tags.spotify_tags(show.spotify)
    if links or channel.hubs:
        # Hubs that are told of changes, for readers that subscribe there.
        hubs = [tags.tag("link", href=hub, rel="hub") for hub in channel.hubs]
        pages = tags.page_links(links, channel.base_url) if links else ()
        generator.links.tags = [*hubs, *pages]
    if links and links.newer:
        generator.history.tags = [tags.tag("archive")]  # no page to subscribe to
    return generator


def _extensions(channel: Channel, links: PageLinks | None) -> list[str]:
    """Those whose namespaces the document needs."""
    names = ["apple", "podcast20"]
    names += ["simple_chapters"] if channel.show.inline_chapters else []
    names += ["spotify"] if channel.show.spotify else []
    names += ["links"] if links or channel.hubs else []
    return names + (["history"] if links else [])


def _category(name: str) -> dict[str, str]:
    category, _, subcategory = name.partition(" > ")
    return {"cat": category, "sub": subcategory} if subcategory else {"cat": category}
