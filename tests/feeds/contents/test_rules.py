import dataclasses
from datetime import UTC, datetime

import pytest

from pipeline.errors import ConfigError
from pipeline.feeds.contents.heads import ItemHead
from pipeline.feeds.contents.model import ItemFile
from pipeline.feeds.contents.rules import (
    Report,
    advise_item,
    check_enclosure,
    check_items,
    podcast_guid,
)
from tests.feeds.makers import NewItem, head_of


def heads(*items: ItemFile) -> list[ItemHead]:
    return [head_of(item) for item in items]


@pytest.mark.parametrize("markup", ["<script>1</script>", "a < IFRAME src=x>", "<style>p{}"])
def test_notes_with_active_html_are_refused(markup: str) -> None:
    report = Report("x")
    report.markup("the show notes", markup)
    assert "feeds must not carry" in report.problems[0]


@pytest.mark.parametrize(
    ("url", "guid"),
    [
        ("https://podnews.net/rss", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("podnews.net/rss//", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("http://mp3s.nashownotes.com/pc20rss.xml", "917393e3-1b1e-5cef-ace4-edaa54e1f810"),
    ],
)
def test_podcast_guid_has_the_values_of_the_specification(url: str, guid: str) -> None:
    assert podcast_guid(url) == guid


@pytest.mark.parametrize(
    ("url", "length", "kind", "problem"),
    [
        ("https://x.org/a.wav", 1, "audio/wav", "must be ASCII and end in"),
        ("https://x.org/ä.mp3", 1, "audio/mpeg", "must be ASCII and end in"),
        ("https://x.org/a.mp3", 0, "audio/mpeg", "is empty"),
        ("https://x.org/a.mp3", 1, "mp3", "is no media type"),
    ],
)
def test_enclosure(url: str, length: int, kind: str, problem: str) -> None:
    report = Report("x")
    check_enclosure(report, url, length, kind)
    assert problem in report.problems[0]


def test_a_query_may_follow_the_ending() -> None:
    report = Report("x")
    check_enclosure(report, "https://x.org/a.MP3?token=1", 1, "audio/mpeg")
    assert not report.problems


def test_two_items_cannot_share_guid_date_or_enclosure(new_item: NewItem) -> None:
    one = new_item("one")
    two = dataclasses.replace(one, slug="two")
    with pytest.raises(ConfigError) as raised:
        check_items(heads(one, two), serial=False, seasons={})
    message = raised.value.message
    for name in ("guid", "date", "enclosure"):
        assert f"two: {name}: one has the same" in message


def test_a_serial_show_needs_numbers(new_item: NewItem) -> None:
    trailer = new_item("trailer", episode=None, type="trailer", guid="t")
    full = new_item("full", episode=None, date=datetime(2024, 6, 1, tzinfo=UTC))
    with pytest.raises(ConfigError) as raised:
        check_items(heads(trailer, full), serial=True, seasons={})
    assert "full: needs `episode`" in raised.value.message
    assert "trailer" not in raised.value.message


def test_a_season_has_one_name(new_item: NewItem) -> None:
    one = new_item("one", season_name="Big things", guid="1")
    two = new_item("two", season_name="Big Things", guid="2", date=datetime(2024, 6, 1, tzinfo=UTC))
    with pytest.raises(
        ConfigError, match="two: season_name: season 2 is called 'Big things' elsewhere"
    ):
        check_items(heads(one, two), serial=False, seasons={})


def test_advice_is_given_for_a_short_soundbite(new_item: NewItem) -> None:
    assert advise_item(new_item()) == []
    item = new_item(summary="")
    (bite,) = item.item.soundbites
    short_bite = bite.model_copy(update={"duration": 3.0})
    short = dataclasses.replace(
        item, item=item.item.model_copy(update={"soundbites": [short_bite]})
    )
    assert [line.partition(": ")[2][:9] for line in advise_item(short)] == [
        "soundbite",
        "has no su",
    ]
