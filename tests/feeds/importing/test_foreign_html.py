"""A stranger's HTML: what comes through, what is told, and that nobody can make it take long."""

import time

import pytest

from pipeline.feeds.importing.foreign_html import (
    LIMIT,
    bounded,
    clean_description,
    clean_notes,
    has_other_tags,
)
from pipeline.feeds.importing.foreign_values import Losses, plain


@pytest.mark.parametrize(
    ("markup", "expected", "lost"),
    [
        ("<p>One &amp; two</p>", "<p>One &amp; two</p>", []),
        ("plain", "plain", []),
        ("<script>alert(1)</script>x", "x", ["<script>"]),
        ("<a href='javascript:x' onclick='y'>z</a>", "<a>z</a>", ["<a href>", "<a onclick>"]),
        ("<p style='x'>a</p><svg onload=x></svg>", "<p>a</p>", ["<p style>", "<svg>"]),
        ("<iframe src='https://x.example'></iframe>", "", ["<iframe>"]),
        ("<img src=x onerror=alert(1)>", '<img src="x">', ["<img onerror>"]),
        ("<form action=x><input></form>", "", ["<form>", "<input>"]),
    ],
)
def test_what_runs_is_removed_and_told(markup: str, expected: str, lost: list[str]) -> None:
    losses = Losses()
    assert clean_notes(markup, losses, base="") == expected
    assert list(losses.lines) == [f"{name} in the notes is removed" for name in lost]


def test_a_description_keeps_the_tags_that_every_app_shows() -> None:
    losses = Losses()
    assert (
        clean_description("<h2>A</h2><p>b <em>c</em></p>", losses, base="")
        == "A<p>b <em>c</em></p>"
    )
    assert list(losses.lines) == ["<h2> in the description is removed"]
    assert has_other_tags("<h2>A</h2>")
    assert not has_other_tags("<p style='x'>b <em>c</em><br></p>")


def test_a_text_without_end_is_cut() -> None:
    losses = Losses()
    assert bounded("short", "a text", losses) == "short"
    assert not losses.lines
    assert len(bounded("x" * (LIMIT + 1), "a text", losses)) == LIMIT
    assert list(losses.lines) == ["a text over 400,000 letters is cut"]


@pytest.mark.parametrize(
    "pattern", ["<!--", "<a ", "</", '<a b="', "<?", "&", "<![CDATA[", "<script>", "<b><i>", "<br ", "\n "]
)  # fmt: skip
def test_hostile_markup_takes_no_time(pattern: str) -> None:
    markup = pattern * (100_000 // len(pattern))
    start = time.process_time()
    clean_notes(markup, Losses(), base="")
    clean_description(markup, Losses(), base="")
    has_other_tags(markup)
    plain(markup)
    assert time.process_time() - start < 5, "seconds; html.parser would take minutes"


@pytest.mark.parametrize("base", ["http://[x", "http://a b/", "https://h:99999/", "feed", ""])
def test_an_address_of_a_feed_that_is_none_leads_nowhere(base: str) -> None:
    assert "more" in clean_description('<a href="/more">more</a>', Losses(), base)
    assert "more" in clean_notes('<a href="/more">more</a>', Losses(), base)
