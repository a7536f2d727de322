"""Every kind of feed against the schema in feed.rnc, which knows each tag and refuses all others."""

import dataclasses
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from pipeline.feeds.build import paging
from pipeline.feeds.build.build import check_and_order
from pipeline.feeds.build.item_xml import render_items
from pipeline.feeds.build.posts import Post, build_correction_feed, build_post_feed
from pipeline.feeds.contents.heads import Rendered
from pipeline.settings.podcasting import Erratum, UpdateFrequency
from tests.feeds.makers import BuildFeed, NewChannel, NewItem, head_of

SAMPLE = Path(__file__).parents[2] / "feed/build"


@pytest.fixture(scope="module")
def schema() -> etree.RelaxNG:
    return etree.RelaxNG.from_rnc_string((Path(__file__).parent / "feed.rnc").read_text())


def complaints(schema: etree.RelaxNG, content: bytes) -> list[str]:
    """What the schema says of a feed; nothing when it is right."""
    schema.validate(etree.fromstring(content))
    return [str(entry) for entry in schema.error_log]


def test_a_feed_with_every_tag(schema: etree.RelaxNG, feed: bytes) -> None:
    assert complaints(schema, feed) == []


def test_a_show_that_moves_ends_hides_and_tells_hubs(
    schema: etree.RelaxNG, new_item: NewItem, new_channel: NewChannel, build_feed: BuildFeed
) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    channel = new_channel(
        type="serial",
        complete=True,
        block=True,
        hubs=["https://hub.example.org/?a=1&b=2"],
        uses_podping=True,
        new_feed_url="https://new.example.org/feed.xml",
        update_frequency=UpdateFrequency(text="Daily", rrule="FREQ=DAILY;COUNT=9", dtstart=start),
    )
    assert complaints(schema, build_feed(channel, [new_item()])) == []


def test_a_show_that_says_no_more_than_it_must(
    schema: etree.RelaxNG, new_item: NewItem, new_channel: NewChannel, build_feed: BuildFeed
) -> None:
    nothing: dict[str, Any] = {
        "guid": None, "copyright": None, "license": None, "update_frequency": None, "funding": [],
        "txt": {}, "people": [], "seasons": {}, "locations": [], "podroll": [], "value": None,
        "block_services": [], "spotify": None, "inline_chapters": False,
    }  # fmt: skip
    bare: dict[str, Any] = {
        "summary": "", "season": None, "season_name": None, "episode": None, "video": None,
        "license": None, "people": [], "links": [], "discussions": [], "funding": [], "txt": {},
        "image": None, "locations": [], "value": None, "notes": "", "quotes": [], "chapters": [],
        "alternates": [], "inline_chapters": False,
    }  # fmt: skip
    assert complaints(schema, build_feed(new_channel(**nothing), [new_item(**bare)])) == []


def test_pages_an_empty_feed_and_link_posts(
    schema: etree.RelaxNG,
    new_item: NewItem,
    new_channel: NewChannel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paging, "OPEN", 1)
    monkeypatch.setattr(paging, "CLOSED", 1)
    channel = new_channel()
    items = [
        new_item(f"e{day}", guid=f"g{day}", date=datetime(2024, 1, day, tzinfo=UTC))
        for day in range(1, 5)
    ]
    rendered = [
        Rendered(dataclasses.replace(head_of(item), enclosure=item.slug), xml)
        for item, xml in zip(items, render_items(items, channel), strict=True)
    ]
    pages = list(
        paging.build_pages(channel, check_and_order(channel, rendered, may_be_empty=False))
    )
    assert len(pages) == 4
    contents = [page.content for page in (*pages, *paging.build_pages(channel, []))]
    post = Post(rendered[0].head, "<body><h1>A</h1><p>Quote</p></body>")
    told = [Erratum(date=date(2026, 11, 29), said="a", says="b", why="c")]
    corrected = [dataclasses.replace(rendered[0].head, errata=told)]
    beside = [build_correction_feed(channel, heads) for heads in (corrected, [])]
    for content in (*contents, build_post_feed(channel, [post], overrides={}), *beside):
        assert complaints(schema, content) == []


@pytest.mark.parametrize("name", ["feed.xml", "posts.xml"])
def test_the_sample(schema: etree.RelaxNG, name: str) -> None:
    assert complaints(schema, (SAMPLE / name).read_bytes()) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<language>en-GB</language>", ""),
        ("<language>en-GB", "<language>English, British"),
        ("<itunes:explicit>false", "<itunes:explicit>no"),
        ("<itunes:block>Yes", "<itunes:block>No"),
        ("<itunes:duration>187", "<itunes:duration>187.4"),
        ("<itunes:season>2", "<itunes:season>-1"),
        ("<itunes:type>episodic", "<itunes:type>weekly"),
        ("<itunes:owner>", "<itunes:owner><itunes:phone>1</itunes:phone>"),
        ('length="30002"', 'length="None"'),
        ('type="audio/mpeg"', 'type="mp3"'),
        ("Thu, 02 May 2024", "Thu 02 May 2024"),
        ("Thu, 02 May 2024 12:00:00 +0000", "2024-05-02T12:00:00Z"),
        ("<title>Why bridges hum", "<title> Why bridges hum"),
        ('isPermaLink="false"', ""),
        ("<pubDate>", "<enclosure url='https://a.org/x.mp3' length='1' type='a/b'/><pubDate>"),
        ("<podcast:medium>podcast", "<podcast:medium>radio"),
        ('owner="hello@example.org"', 'owner="hello"'),
        ('startTime="73.25"', 'startTime="1:13"'),
        ('value="sha384-', 'value="sha256-'),
        ("<podcast:guid>917393e3", "<podcast:guid>917393E3"),
        ('country="GB"', 'country="Scotland"'),
        ('start="00:01:01.500"', 'start="1:01"'),
        ("<item>", "<item><author>Ada</author>"),
        ("<item>", "<item><itunes:keywords>x</itunes:keywords>"),
    ],
)  # fmt: skip
def test_the_schema_sees_what_is_wrong(
    schema: etree.RelaxNG, feed: bytes, right: str, wrong: str
) -> None:
    assert right.encode() in feed
    assert complaints(schema, feed.replace(right.encode(), wrong.encode(), 1))
