import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.feeds.contents.heads import ItemHead
from pipeline.feeds.contents.model import Credit, ItemFile, License
from pipeline.feeds.contents.rules import (
    Report,
    advise_item,
    check_enclosure,
    check_items,
    clean_body,
    clean_line,
    credits_once,
    podcast_guid,
)
from tests.feeds.makers import NewItem, head_of


def heads(*items: ItemFile) -> list[ItemHead]:
    return [head_of(item) for item in items]


ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  Title \t of\nan\x0bepisode ", "Title of an episode"),
        ("bell\x07 and null\x00", "bell and null"),
        ("a half emoji \ud83d", "a half emoji"),
        ("😀 stays", "😀 stays"),
        ("Qu’est-ce que c’est\xa0?", "Qu’est-ce que c’est\xa0?"),
        ("שלום \u200fעולם", "שלום \u200fעולם"),
        ("\ufffe\uffff", ""),
    ],
)
def test_clean_line(typed: str, cleaned: str) -> None:
    assert clean_line(typed) == cleaned


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_body(clean_body(text)) == clean_body(text)


def test_clean_body_keeps_lines() -> None:
    assert clean_body("one\r\ntwo\rthree\x85\x1ffour\x01 \n") == "one\ntwo\nthree\n four"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("R&amp;D", "holds the HTML code &amp;: write '&' itself"),
        ("it&#39;s", 'holds the HTML code &#39;: write "\'" itself'),
        ("<![CDATA[x", "holds a CDATA marker"),
        ("x" * 256, "has 256 characters; feeds allow 255"),
        (" \x07", "is empty"),
    ],
)
def test_a_line_that_a_feed_cannot_hold_is_refused(typed: str, problem: str) -> None:
    report = Report("feed/show.toml")
    report.line("title", typed)
    assert len(report.problems) == 1
    assert report.problems[0].startswith(f"feed/show.toml: title: {problem}")


def test_an_ampersand_is_no_html_code() -> None:
    report = Report("x")
    assert report.line("title", "Q&A; AT&T &c; &unknown;") == "Q&A; AT&T &c; &unknown;"
    assert not report.problems


def test_all_problems_are_told_at_once() -> None:
    report = Report("feed/show.toml")
    report.line("title", "")
    report.url("people[1].href", "http://example.org/ada")
    report.url("people[2].href", "https://exämple.org")
    with pytest.raises(ConfigError) as raised:
        report.raise_problems()
    assert len(raised.value.message.splitlines()) == 3
    assert "must begin with https://" in raised.value.message
    assert "is no web address" in raised.value.message
    assert "feed/show.toml" in raised.value.hint


def test_the_local_store_needs_no_https() -> None:
    report = Report("x")
    report.url("video", "http://127.0.0.1:8333/show/video.mp4")
    assert not report.problems


@pytest.mark.parametrize("markup", ["<script>1</script>", "a < IFRAME src=x>", "<style>p{}"])
def test_notes_with_active_html_are_refused(markup: str) -> None:
    report = Report("x")
    report.markup("the show notes", markup)
    assert "feeds must not carry" in report.problems[0]


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        (None, None, None),
        ("CC-BY-4.0", None, License("cc-by-4.0", "https://creativecommons.org/licenses/by/4.0/")),
        ("POD-V4V-1.0", None, License("pod-v4v-1.0", None)),
        ("CC0-1.0", "https://example.org/cc0", License("CC0-1.0", "https://example.org/cc0")),
    ],
)
def test_license(name: str | None, url: str | None, expected: License | None) -> None:
    report = Report("x")
    assert report.license("license", name, url) == expected
    assert not report.problems


def test_a_license_outside_the_list_needs_its_text() -> None:
    report = Report("x")
    report.license("license", "CC-BY-SA-4.0", None)
    assert "license_url" in report.problems[0]


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
        check_items(heads(one, two), serial=False)
    message = raised.value.message
    for name in ("guid", "date", "enclosure"):
        assert f"one and two: have the same {name}" in message


def test_a_serial_show_needs_numbers(new_item: NewItem) -> None:
    trailer = new_item("trailer", episode=None, type="trailer", guid="t")
    full = new_item("full", episode=None, date=datetime(2024, 6, 1, tzinfo=UTC))
    with pytest.raises(ConfigError) as raised:
        check_items(heads(trailer, full), serial=True)
    assert "full: needs `episode`" in raised.value.message
    assert "trailer" not in raised.value.message


def test_a_season_has_one_name(new_item: NewItem) -> None:
    one = new_item("one", season_name="Big things", guid="1")
    two = new_item("two", season_name="Big Things", guid="2", date=datetime(2024, 6, 1, tzinfo=UTC))
    with pytest.raises(ConfigError, match="two: calls season 2 'Big Things', another 'Big things'"):
        check_items(heads(one, two), serial=False)


def test_advice_is_given_for_a_short_soundbite(new_item: NewItem) -> None:
    assert advise_item(new_item()) == []
    item = new_item(summary="")
    (bite,) = item.item.soundbites
    short = dataclasses.replace(
        item,
        item=dataclasses.replace(item.item, soundbites=[dataclasses.replace(bite, duration=3)]),
    )
    assert [line.partition(": ")[2][:9] for line in advise_item(short)] == [
        "soundbite",
        "has no su",
    ]


def test_an_item_repeats_the_people_of_the_show() -> None:
    host, guest = Credit("Ada", "host", "cast"), Credit("Cleo", "guest", "cast")
    as_guest = Credit("ADA", "guest", "cast")
    assert credits_once([guest], [host]) == [host, guest]
    assert credits_once([as_guest], [host]) == [as_guest]
