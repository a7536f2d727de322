"""Feeds beside the show's: link posts (I-14), and corrections of what was published.

Podcast apps skip items without audio, readers want them.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import NamedTuple

from pipeline.feeds.build.build import GENERATOR, undated
from pipeline.feeds.build.item_xml import cdata
from pipeline.feeds.contents.channel import Channel
from pipeline.feeds.contents.heads import ItemHead
from pipeline.feeds.contents.model import resolve
from pipeline.rendering.templates import render
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


def build_post_feed(channel: Channel, posts: Sequence[Post], overrides: Mapping[str, str]) -> bytes:
    """The newest of `posts`, which come newest first, as an RSS feed of the medium "blog".

    Among `overrides`, the show's own templates, may be words of its own.
    """
    words, show = read_words(channel.show.language, overrides), {"show": channel.show.title}
    entries = [
        _Entry(
            post.episode.title,
            addresses.public_url(channel.base_url, addresses.post_key(post.episode.slug)),
            _content(post.page),
            addresses.post_guid(post.episode.guid),
            post.episode.date,
        )
        for post in posts[:NEWEST]
    ]
    return _feed(
        channel,
        addresses.POSTS_FEED_KEY,
        "link posts",
        words("%(show)s: link posts") % show,
        words("Quotes from the episodes of %(show)s, with links to the moment.") % show,
        entries,
    )


def build_correction_feed(
    channel: Channel, episodes: Sequence[ItemHead], overrides: Mapping[str, str] | None = None
) -> bytes:
    """What the episodes correct, the newest first; it may hold nothing, as where one was taken out."""
    language = channel.show.language
    words, show = read_words(language, overrides), {"show": channel.show.title}
    entries = [
        _Entry(
            episode.title,
            f"{resolve(channel.base_url, episode.page)}#{addresses.correction_anchor(erratum.key)}",
            _content(render("correction.html.j2", {"erratum": erratum}, overrides, language)),
            addresses.correction_guid(episode.guid, erratum.key),
            datetime.combine(erratum.date, time(), UTC),
        )
        for episode in episodes
        for erratum in episode.errata
    ]
    written = _feed(
        channel,
        addresses.CORRECTIONS_KEY,
        "corrections",
        words("%(show)s: corrections") % show,
        words("What was corrected in episodes of %(show)s after they were published.") % show,
        sorted(entries, key=lambda entry: entry.date, reverse=True),
    )
    return undated(written)  # what two clones have of it differs in items only


class _Entry(NamedTuple):
    """An item; `content` is HTML."""

    title: str
    link: str
    content: str
    guid: str
    date: datetime


def _feed(
    channel: Channel, key: str, name: str, title: str, about: str, entries: Sequence[_Entry]
) -> bytes:
    from feedgen.feed import FeedGenerator  # late: lxml

    from pipeline.feeds.build.podcast_namespace import post_feed_tags, register

    generator = FeedGenerator()
    register(generator, ["podcast20"])
    generator.title(title)
    generator.description(about)
    own = addresses.public_url(channel.base_url, key)
    generator.link(href=own, rel="self", type="application/rss+xml")
    generator.link(href=channel.link, rel="alternate")  # the last link becomes the channel's
    generator.language(channel.show.language)
    generator.generator(GENERATOR)
    # A feed of its own has a GUID of its own, made of the show's so that it never changes.
    guid = str(uuid.uuid5(uuid.UUID(channel.guid), name)) if channel.guid else None
    generator.podcast20.tags = post_feed_tags(channel, guid)
    for entry in entries:
        written = generator.add_entry(order="append")
        written.title(entry.title)
        written.link(href=entry.link)
        written.description(cdata(entry.content))
        written.guid(entry.guid, permalink=False)
        written.pubDate(entry.date)
    if entries:
        generator.lastBuildDate(entries[0].date)
    content: bytes = generator.rss_str(pretty=True)
    return content


def _content(page: str) -> str:
    """A post without its title, which the item has, and without anything that runs (X-07).

    Links within the post would lead elsewhere among other posts.
    """
    import nh3

    found = _BODY.search(page)
    body = found[1] if found else page
    return clean_body(nh3.clean(_TITLE.sub("", body, count=1), link_rel=None, url_relative="deny"))
