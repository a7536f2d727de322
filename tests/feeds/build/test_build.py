"""The feed as a whole: its golden file, its laws, and any text that a person can type."""

import html
import os
import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import feedparser
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.errors import ConfigError, PullquoteError
from pipeline.feeds.contents.model import ITEM, ItemFile
from pipeline.models import encode
from pipeline.settings.fields import is_visible
from pipeline.text.cleaning import FORBIDDEN, clean_body, clean_line
from pipeline.workspace import dump_json
from tests.feeds.makers import BuildFeed, NewChannel, NewItem

DATA = Path(__file__).parents[2] / "data/feeds"
GOLDEN = DATA / "feed.xml"
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)


def _items() -> list[ItemFile]:
    return [ITEM.decode(path.read_bytes(), path.name) for path in sorted(DATA.glob("*.item.json"))]


def test_golden_feed(new_channel: NewChannel, build_feed: BuildFeed) -> None:
    written = build_feed(new_channel(), _items())
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_bytes(written)
    assert written == GOLDEN.read_bytes()


def test_the_order_of_files_does_not_matter(new_channel: NewChannel, build_feed: BuildFeed) -> None:
    items = _items()
    assert build_feed(new_channel(), items[::-1]) == build_feed(new_channel(), items)


def test_newest_first_by_instant_not_by_wall_clock(
    new_item: NewItem, new_channel: NewChannel, build_feed: BuildFeed
) -> None:
    east = timezone(timedelta(hours=9))
    earlier = new_item("east", guid="e", date=datetime(2024, 5, 2, 18, 0, tzinfo=east))
    later = new_item("west", guid="w", date=datetime(2024, 5, 2, 12, 0, tzinfo=UTC))
    root = etree.fromstring(build_feed(new_channel(), [earlier, later]))
    assert root.xpath("string(//lastBuildDate)") == "Thu, 02 May 2024 12:00:00 +0000"
    assert [node.text for node in root.iter("guid")] == ["w", "e"]
    assert root.xpath("string(//item[2]/pubDate)") == "Thu, 02 May 2024 18:00:00 +0900"


def test_an_item_damaged_by_hand_is_a_clear_error(
    new_item: NewItem, new_channel: NewChannel, build_feed: BuildFeed
) -> None:
    damaged = dump_json(encode(new_item())).replace("Why bridges hum", r"Why\u0000")
    with pytest.raises(PullquoteError, match="edited by hand"):
        build_feed(new_channel(), [ITEM.decode(damaged.encode(), "item.json")])


def test_a_file_of_another_shape_is_a_clear_error() -> None:
    with pytest.raises(PullquoteError, match=r"^item\.json: "):
        ITEM.decode(b'{"version": 1, "enclosure": {"length": "long"}}', "item.json")


@given(title=ANY_TEXT, summary=ANY_TEXT, notes=ANY_TEXT, name=ANY_TEXT)
@example("😀 ]]> <b>&</b>", "]]>", "<p>]]></p>", "عمر \u202eabc")
@example("x" * 10_000, "y" * 10_000, "<p>z</p>" * 10_000, "n" * 10_000)
@example("\x00\x08\x0b", "\x1b[31m", "\ufffe", "\ud800")
@example("fine", "fine", "a\r\nb\tc", "fine")
@settings(max_examples=150)
def test_any_text_gives_a_valid_feed_or_a_clear_error(
    new_item: NewItem,
    new_channel: NewChannel,
    build_feed: BuildFeed,
    title: str,
    summary: str,
    notes: str,
    name: str,
) -> None:
    """X-01, X-02, X-04, X-05."""
    try:
        channel = new_channel(title=name, author=name, description=summary)
        item = new_item(title=title, summary=summary, notes=notes)
    except ConfigError:
        assert _may_be_refused(title, name, summary, notes)
        return
    content = build_feed(channel, [item])
    root = etree.fromstring(content)
    assert root.xpath("string(//item/title)") == clean_line(title)
    assert root.xpath("string(channel/title)") == clean_line(name)
    assert root.xpath("string(//*[local-name()='summary'])") == clean_body(summary)
    assert root.xpath("string(//*[local-name()='encoded'])") == clean_body(notes)
    read = feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False)
    assert not read.bozo
    assert read.feed.title == _as_feedparser_mends(clean_line(name))
    assert read.entries[0].title == _as_feedparser_mends(clean_line(title))


def _as_feedparser_mends(text: str) -> str:
    """feedparser takes text that could be UTF-8 read as Latin-1 for a mistake, and decodes it again."""
    try:
        return text.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return text


def _may_be_refused(title: str, name: str, summary: str, notes: str) -> bool:
    lines = [clean_line(title), clean_line(name), clean_body(summary)]
    return (
        not all(map(is_visible, lines))
        or any(map(FORBIDDEN.search, (title, name, summary)))
        or any(len(line) > 255 for line in lines[:2])
        or len(html.escape(lines[2]).encode()) > 3900
        or any(html.unescape(line) != line or "CDATA" in line for line in lines)
        or any(name in notes.lower() for name in ("script", "style", "meta", "link", "form"))
    )


def test_equal_input_gives_equal_bytes(
    new_item: NewItem, new_channel: NewChannel, build_feed: BuildFeed
) -> None:
    """X-09: nothing depends on the clock, the order of files or the hash seed."""
    start = datetime(2024, 1, 1, tzinfo=UTC)
    items = [
        new_item(f"e{number}", guid=f"g{number}", date=start + timedelta(days=number))
        for number in range(20)
    ]
    first = build_feed(new_channel(), items)
    random.Random(1).shuffle(items)
    assert build_feed(new_channel(), items) == first
