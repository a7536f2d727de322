"""Long feeds: pages that are feeds."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.feeds.build import paging
from pipeline.feeds.build.build import check_and_order
from pipeline.feeds.build.item_xml import Source, rendered_items
from pipeline.feeds.build.paging import CLOSED, Page, build_pages, split
from pipeline.feeds.contents.channel import Channel
from pipeline.feeds.contents.heads import HEAD
from pipeline.feeds.contents.model import ItemFile
from pipeline.models import encode
from pipeline.settings.podcasting import Person
from pipeline.workspace import dump_json
from tests.feeds.makers import BuildFeed, NewChannel, NewItem

SIZES = st.lists(st.integers(1, 600_000), max_size=60)
ROOM = st.sampled_from([paging.ASKED, paging.OPEN])
BASE = "https://cdn.example.org/show/"
NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "fh": "http://purl.org/syndication/history/1.0",
    "podcast": "https://podcastindex.org/namespace/1.0",
}


@given(SIZES, ROOM)
def test_every_item_is_on_one_page_and_pages_are_small(sizes: list[int], room: int) -> None:
    pages = split(sizes, room)
    assert [place for page in pages for place in page] == list(range(len(sizes)))
    for number, page in enumerate(pages):
        size = sum(sizes[place] for place in page)
        assert size <= (CLOSED if number else room) or len(page) == 1
        assert len(page) > 0 or not sizes


@given(SIZES, st.integers(1, 600_000), ROOM)
def test_a_new_episode_leaves_closed_pages_as_they_are(
    sizes: list[int], new: int, room: int
) -> None:
    def held(all_sizes: list[int]) -> list[set[int]]:
        total = len(all_sizes)
        return [{total - place for place in page} for page in reversed(split(all_sizes, room)[1:])]

    before, after = held(sizes), held([new, *sizes])
    assert after[: len(before)] == before


@pytest.fixture
def folder(tmp_path: Path, new_item: NewItem) -> Path:
    """30 items of about 50 kB."""
    start = datetime(2024, 1, 1, tzinfo=UTC)
    item = new_item()
    for number in range(30):
        slug = f"e{number:02d}"
        audio = dataclasses.replace(item.enclosure, key=f"audio/{slug}-0123abcd.mp3")
        content = item.item.model_copy(
            update={
                "content": "<p>" + f"{number} words " * 5500 + "</p>",
                "type": "trailer" if number == 0 else "full",
            }
        )
        changed = dataclasses.replace(
            item,
            slug=slug,
            guid=f"guid-{number}",
            date=start + timedelta(days=number),
            enclosure=audio,
            item=content,
        )
        (tmp_path / f"{slug}.json").write_text(dump_json(encode(changed)), encoding="utf-8")
    return tmp_path


def pages_of(folder: Path, channel: Channel) -> list[Page]:
    sources = [Source(str(path), HEAD.read(path)) for path in sorted(folder.glob("*.json"))]
    items = rendered_items(channel, sources, before={})
    return list(build_pages(channel, check_and_order(channel, items, may_be_empty=False)))


def links(page: Page) -> dict[str, str]:
    root = etree.fromstring(page.content)
    return {
        str(link.get("rel")): str(link.get("href")).removeprefix(BASE)
        for link in root.iterfind("channel/atom:link", NAMESPACES)
    }


def guids(page: Page) -> list[str]:
    return [str(node.text) for node in etree.fromstring(page.content).iter("guid")]


def test_pages_are_feeds_that_lead_to_each_other(folder: Path, new_channel: NewChannel) -> None:
    """A-04, X-08."""
    pages = pages_of(folder, new_channel(paged_feed=True))
    assert [page.key for page in pages] == ["feed.xml", "feed/0002.xml", "feed/0001.xml"]
    assert [guid for page in pages for guid in guids(page)] == [
        f"guid-{n}" for n in range(29, -1, -1)
    ]
    for page in pages:
        assert len(page.content) < 1_000_000
        root = etree.fromstring(page.content)
        assert root.findtext("channel/title") == "Iron & Air"
        assert len(root.findall("channel/atom:link[@rel='self']", NAMESPACES)) == 1
        assert (root.find("channel/fh:archive", NAMESPACES) is not None) == bool(page.number)
    newest, middle, oldest = map(links, pages)
    assert newest == {
        "self": "feed.xml", "next": "feed/0002.xml", "prev-archive": "feed/0002.xml",
        "first": "feed.xml", "last": "feed/0001.xml",
    }  # fmt: skip
    assert middle == {
        "self": "feed/0002.xml", "next": "feed/0001.xml", "prev-archive": "feed/0001.xml",
        "previous": "feed.xml", "next-archive": "feed.xml", "first": "feed.xml",
        "last": "feed/0001.xml", "current": "feed.xml",
    }  # fmt: skip
    assert "next" not in oldest
    assert oldest["previous"] == "feed/0002.xml"


def test_a_trailer_stands_in_the_subscribed_page(folder: Path, new_channel: NewChannel) -> None:
    found = [
        len(etree.fromstring(page.content).findall("channel/podcast:trailer", NAMESPACES))
        for page in pages_of(folder, new_channel(paged_feed=True))
    ]
    assert found == [1, 0, 0]


def test_a_short_feed_is_one_document_without_page_links(
    folder: Path, new_channel: NewChannel, items: list[ItemFile], build_feed: BuildFeed
) -> None:
    for path in list(folder.glob("*.json"))[:25]:
        path.unlink()
    (page,) = pages_of(folder, new_channel(paged_feed=True))
    assert page.key == "feed.xml"
    assert b'rel="next"' not in page.content
    assert b"history" not in page.content
    for item in items:
        path = folder / f"{item.slug}.json"
        path.write_text(dump_json(encode(item)), encoding="utf-8")
    for path in folder.glob("e*.json"):
        path.unlink()
    (page,) = pages_of(folder, new_channel(paged_feed=True))
    assert page.content == build_feed(new_channel(paged_feed=True), items)


def test_all_items_are_subscribed_to_unless_the_host_asks_for_pages(
    folder: Path, new_channel: NewChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Apple and Spotify follow no pages: a catalogue of 1.5 MB is in the feed as a whole."""
    (whole,) = pages_of(folder, new_channel())
    assert 1_400_000 < len(whole.content) < 5_000_000
    assert len(guids(whole)) == 30
    assert 'rel="next"' not in whole.content.decode()
    monkeypatch.setattr(paging, "OPEN", 1_000_000)  # the same for a catalogue over the limit
    newest, *older = pages_of(folder, new_channel())
    assert len(newest.content) < 1_050_000
    assert sum(len(guids(page)) for page in (newest, *older)) == 30


def test_a_channel_leaves_the_feed_below_what_is_taken_everywhere(
    new_channel: NewChannel,
) -> None:
    person = Person(name="x" * 100, href=f"https://x.example/{'y' * 200}")
    channel = new_channel(description="é" * 1900, people=[person] * 100)
    (page,) = build_pages(channel, [])
    assert len(page.content) + paging.OPEN < 5_000_000
