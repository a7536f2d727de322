"""Feeds of other kinds as others read them: a show that moves and ends, pages, link posts, nothing."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser
import podcastparser
import pytest

from pipeline.feeds.build import paging
from pipeline.feeds.build.build import check_and_order
from pipeline.feeds.build.item_xml import render_items
from pipeline.feeds.build.posts import Post, build_post_feed
from pipeline.feeds.contents.heads import Rendered
from pipeline.settings.podcasting import UpdateFrequency
from tests.feeds.makers import BuildFeed, NewChannel, NewItem, head_of

BASE = "https://cdn.example.org/show/"

ReadByNode = Callable[[bytes], tuple[dict[str, Any], str]]


def test_a_show_that_moves_and_ends(
    new_item: NewItem, new_channel: NewChannel, read_by_node: ReadByNode, build_feed: BuildFeed
) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    new = "https://new.example.org/feed.xml"
    channel = new_channel(
        complete=True,
        block=True,
        new_feed_url=new,
        hubs=["https://hub.example.org/"],
        update_frequency=UpdateFrequency(text="Daily", rrule="FREQ=DAILY;COUNT=9", dtstart=start),
    )
    readers, complaints = read_by_node(build_feed(channel, [new_item()]))
    assert complaints == ""
    index, feedsmith = readers["partytime"], readers["feedsmith"]
    assert (index["itunesComplete"], index["itunesNewFeedUrl"]) == (True, new)
    assert (index["podcastBlocked"], index["podcastBlockedPlatforms"]) == ("yes", {"google": True})
    assert index["pubsub"] == {"self": f"{BASE}feed.xml", "hub": "https://hub.example.org/"}
    itunes = feedsmith["itunes"]
    assert (itunes["complete"], itunes["block"], itunes["newFeedUrl"]) == (True, True, new)
    assert feedsmith["podcast"]["updateFrequency"] == {
        "display": "Daily",
        "complete": True,
        "dtstart": "2024-01-01T00:00:00+00:00",
        "rrule": "FREQ=DAILY;COUNT=9",
    }


def test_pages_are_followed_by_their_links(
    new_item: NewItem, new_channel: NewChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """gPodder's parser finds the next page; every page is a feed without a mistake."""
    monkeypatch.setattr(paging, "OPEN", 1)
    monkeypatch.setattr(paging, "CLOSED", 1)
    channel = new_channel()
    items = [
        new_item(f"e{day}", guid=f"g{day}", date=datetime(2024, 1, day, tzinfo=UTC))
        for day in (1, 2, 3)
    ]
    rendered = [
        Rendered(dataclasses.replace(head_of(item), enclosure=item.slug), xml)
        for item, xml in zip(items, render_items(items, channel), strict=True)
    ]
    pages = {
        f"{BASE}{page.key}": page.content
        for page in paging.build_pages(
            channel, check_and_order(channel, rendered, may_be_empty=False)
        )
    }
    url: str | None = f"{BASE}feed.xml"
    guids = []
    while url:
        assert not feedparser.parse(pages[url]).bozo
        read = podcastparser.parse(url, BytesIO(pages.pop(url)))
        guids += [episode["guid"] for episode in read["episodes"]]
        url = read.get("paged_feed_next")
    assert guids == ["g3", "g2", "g1"]
    assert pages == {}


@pytest.mark.proves("I-14")
def test_link_posts_are_articles_and_no_episodes(
    new_item: NewItem, new_channel: NewChannel, read_by_node: ReadByNode
) -> None:
    page = "<body><h1>Why</h1><p>“It asks” (<a href='https://x.example/#q'>1:13</a>)</p></body>"
    content = build_post_feed(new_channel(), [Post(head_of(new_item()), page)], overrides={})
    read = feedparser.parse(content)
    assert not read.bozo
    (entry,) = read.entries
    assert (entry.id, entry.link) == (
        "post:6f9a1a52-0d6c-4a5e-9f64-6a0c3b1d2e4f",
        f"{BASE}posts/why-bridges-hum.html",
    )
    assert entry.summary.startswith("<p>“It asks”")
    readers, _ = read_by_node(content)
    assert readers["feedsmith"]["podcast"]["medium"] == "blog"
    assert readers["feedsmith"]["items"][0]["title"] == "Why bridges hum"
    assert readers["partytime"]["items"] == [], "an aggregator of podcasts lists none"


def test_a_show_without_episodes_is_still_a_show(
    new_channel: NewChannel, read_by_node: ReadByNode
) -> None:
    (page,) = paging.build_pages(new_channel(), [])
    read = feedparser.parse(page.content)
    assert (read.bozo, read.entries, read.feed.title) == (False, [], "Iron & Air")
    assert podcastparser.parse("feed.xml", BytesIO(page.content))["episodes"] == []
    readers, _ = read_by_node(page.content)
    assert readers["feedsmith"]["title"] == readers["partytime"]["title"] == "Iron & Air"
