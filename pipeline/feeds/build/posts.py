"""Link posts as a feed of their own (I-14): podcast apps skip items without audio, readers want them."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.feeds.build.build import GENERATOR
from pipeline.feeds.build.item_xml import cdata
from pipeline.feeds.contents.channel import Channel
from pipeline.feeds.contents.heads import ItemHead
from pipeline.rendering.words import read_words
from pipeline.text.cleaning import clean_body
from pipeline.web import addresses

NEWEST = 50  # posts in the feed: readers keep what they have seen

_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL | re.IGNORECASE)
_TITLE = re.compile(r"<h1[^>]*>.*?</h1>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Post:
    """The link post of an episode: `page` is the HTML document that is published."""

    episode: ItemHead
    page: str


def build_post_feed(
    channel: Channel, posts: Sequence[Post], overrides: Mapping[str, str] | None = None
) -> bytes:
    """The newest of `posts`, which come newest first, as an RSS feed of the medium "blog".

    Among `overrides`, the show's own templates, may be words of its own.
    """
    from feedgen.feed import FeedGenerator  # late: lxml

    from pipeline.feeds.build.podcast_namespace import post_feed_tags, register

    generator = FeedGenerator()
    register(generator, ["podcast20"])
    own = addresses.public_url(channel.base_url, addresses.POSTS_FEED_KEY)
    words, show = read_words(channel.show.language, overrides), {"show": channel.show.title}
    generator.title(words("%(show)s: link posts") % show)
    generator.description(
        words("Quotes from the episodes of %(show)s, with links to the moment.") % show
    )
    generator.link(href=own, rel="self", type="application/rss+xml")
    generator.link(href=channel.link, rel="alternate")  # the last link becomes the channel's
    generator.language(channel.show.language)
    generator.generator(GENERATOR)
    generator.lastBuildDate(posts[0].episode.date)
    generator.podcast20.tags = post_feed_tags(channel, _guid(channel))
    for post in posts[:NEWEST]:
        _add(generator, channel, post)
    content: bytes = generator.rss_str(pretty=True)
    return content


def _add(generator: Any, channel: Channel, post: Post) -> None:
    head = post.episode
    entry = generator.add_entry(order="append")
    entry.title(head.title)
    entry.link(href=addresses.public_url(channel.base_url, addresses.post_key(head.slug)))
    entry.description(cdata(_content(post.page)))
    entry.guid(addresses.post_guid(head.guid), permalink=False)
    entry.pubDate(head.date)


def _content(page: str) -> str:
    """The post without its title, which the item has, and without anything that runs (X-07)."""
    import nh3

    found = _BODY.search(page)
    body = found[1] if found else page
    return clean_body(nh3.clean(_TITLE.sub("", body, count=1), link_rel=None))


def _guid(channel: Channel) -> str | None:
    """A feed of its own has a GUID of its own, made of the show's so that it never changes."""
    return str(uuid.uuid5(uuid.UUID(channel.guid), "link posts")) if channel.guid else None
