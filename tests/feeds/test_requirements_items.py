"""The requirements of the items of a right feed, by id: which test proves each.

test_requirements.py has the rest, and holds that none is forgotten.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
from lxml import etree

from pipeline.errors import ConfigError
from pipeline.feeds.build.build import check_and_order
from pipeline.feeds.build.paging import build_pages
from tests.feeds.makers import AllOf, BuildFeed, NewChannel, NewItem, One


@pytest.mark.proves("I-01")
def test_a_feed_begins_with_an_episode_and_may_lose_its_last(
    new_channel: NewChannel, all_of: AllOf, build_feed: BuildFeed
) -> None:
    channel = new_channel()
    with pytest.raises(ConfigError, match="no episode yet"):
        build_feed(channel, [])
    assert check_and_order(channel, [], may_be_empty=True) == []
    (page,) = build_pages(channel, [])
    empty = etree.fromstring(page.content)
    assert all_of(empty, "channel/title/text()") == ["Iron & Air"]
    assert not all_of(empty, "//item | //lastBuildDate")


@pytest.mark.proves("I-02")
def test_item_titles(root: etree._Element, all_of: AllOf) -> None:
    assert all_of(root, "channel/item/title/text()") == ["Why bridges hum", "Trailer"]
    assert all_of(root, "channel/item/itunes:title/text()") == ["Why bridges hum", "Trailer"]


@pytest.mark.proves("I-03", "H-09")
def test_enclosures(root: etree._Element, all_of: AllOf) -> None:
    enclosures = all_of(root, "channel/item/enclosure")
    assert len(enclosures) == len(all_of(root, "channel/item"))
    for enclosure in enclosures:
        url = urlsplit(enclosure.get("url"))
        assert url.scheme == "https"
        assert re.fullmatch(r"/show/audio/[a-z0-9._-]+\.mp3", url.path)
        assert (enclosure.get("length"), enclosure.get("type")) == ("30002", "audio/mpeg")


@pytest.mark.proves("I-03")
def test_a_base_url_outside_ascii_is_refused(
    new_item: NewItem, new_channel: NewChannel, build_feed: BuildFeed
) -> None:
    with pytest.raises(ConfigError, match="must be ASCII"):
        build_feed(new_channel(base_url="https://exämple.org/"), [new_item()])


@pytest.mark.proves("I-04")
def test_guids(
    root: etree._Element,
    new_item: NewItem,
    new_channel: NewChannel,
    all_of: AllOf,
    build_feed: BuildFeed,
) -> None:
    guids = all_of(root, "channel/item/guid")
    assert [guid.text for guid in guids] == ["6f9a1a52-0d6c-4a5e-9f64-6a0c3b1d2e4f", "hello-0001"]
    assert {guid.get("isPermaLink") for guid in guids} == {"false"}
    renamed = new_item("other-slug", title="Other", notes="", date=datetime(2025, 1, 1, tzinfo=UTC))
    assert renamed.guid == new_item().guid
    with pytest.raises(ConfigError, match=r"guid: .* has the same"):
        build_feed(new_channel(), [new_item(), renamed])


@pytest.mark.proves("I-04")
def test_a_guid_is_never_mended(new_item: NewItem) -> None:
    assert new_item(guid="https://old.example.org/?p=1&amp;x").guid == (
        "https://old.example.org/?p=1&amp;x"
    )
    with pytest.raises(ConfigError, match="guid: holds control characters"):
        new_item(guid="a\tb")


@pytest.mark.proves("I-05")
def test_dates(
    root: etree._Element,
    new_item: NewItem,
    new_channel: NewChannel,
    all_of: AllOf,
    build_feed: BuildFeed,
) -> None:
    for text in all_of(root, "//pubDate/text() | //lastBuildDate/text()"):
        date = parsedate_to_datetime(text)
        assert text == date.strftime("%a, %d %b %Y %H:%M:%S %z")
    with pytest.raises(ConfigError, match=r"date: .* has the same"):
        build_feed(new_channel(), [new_item("one", guid="1"), new_item("two", guid="2")])


@pytest.mark.proves("I-06", "X-07")
def test_description_comes_before_the_full_notes(one: One, episode: etree._Element) -> None:
    tags = [etree.QName(child).localname for child in episode]
    assert tags.index("description") < tags.index("encoded")
    description = one(episode, "description")
    allowed = "p|ol|ul|li|a|b|i|strong|em|br"
    assert not re.sub(rf"</?(?:{allowed})(?: href=\"[^\"]*\")?>", "", description).count("<")
    assert "<" not in one(episode, "itunes:summary")


@pytest.mark.proves("I-07", "I-12")
def test_duration_and_page(one: One, episode: etree._Element) -> None:
    assert one(episode, "itunes:duration") == "187"
    assert one(episode, "link") == ("https://cdn.example.org/show/episodes/why-bridges-hum.html")


@pytest.mark.proves("I-08")
def test_newest_first(root: etree._Element, all_of: AllOf) -> None:
    dates = [parsedate_to_datetime(text) for text in all_of(root, "channel/item/pubDate/text()")]
    assert dates == sorted(dates, reverse=True)


@pytest.mark.proves("I-09", "I-10", "I-11")
def test_types_and_numbers(root: etree._Element, all_of: AllOf) -> None:
    assert all_of(root, "channel/item/itunes:episodeType/text()") == ["full", "trailer"]
    assert all_of(root, "//itunes:season/text()") == ["2"]
    assert all_of(root, "//itunes:episode/text()") == ["7"]


@pytest.mark.proves("I-12")
def test_an_episode_may_have_a_cover_and_a_page_of_its_own(
    new_item: NewItem,
    new_channel: NewChannel,
    one: One,
    episode: etree._Element,
    build_feed: BuildFeed,
) -> None:
    assert one(episode, "itunes:image/@href") == "https://example.org/seven.jpg"
    item = new_item(link="https://blog.example.org/7")
    written = build_feed(new_channel(), [item])
    assert one(etree.fromstring(written), "//item/link") == "https://blog.example.org/7"
