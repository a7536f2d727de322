"""The pages in a real browser: Debian's chromium, on a phone's width too, with and without script."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pipeline.models import Chapter, Quote, Transcript, Word
from pipeline.rendering.words import BUILTIN
from pipeline.settings.podcasting import Person
from pipeline.site.page import episode_page

EPISODE, INDEX = "episodes/tide-machines.html", "index.html"
Open = Callable[..., Page]


def test_text_can_be_selected_without_playing_it(show: Open) -> None:
    page = show(EPISODE)
    page.get_by_text("Forty pulleys and one wire.").dblclick()
    assert page.evaluate("getSelection().toString().trim()")


@pytest.mark.parametrize("path", [EPISODE, INDEX])
@pytest.mark.parametrize("width", [320, 400, 1180])
def test_nothing_is_wider_than_the_screen(show: Open, path: str, width: int) -> None:
    page = show(path, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_everything_is_readable_without_a_script(show: Open, sample: Any) -> None:
    page = show(EPISODE, java_script_enabled=False)
    for _, said in sample.TURNS:
        assert page.locator("#transcript").get_by_text(said.partition(".")[0]).first.is_visible()
    assert page.locator("#q-m2p7 blockquote").is_visible()
    assert page.locator("audio").is_visible()
    page.get_by_role("link", name="In the transcript", exact=False).nth(1).click()
    expect(page).to_have_url(re.compile("#t="))
    target = page.locator("#transcript p:target")
    assert "The knowledge was in three people" in target.inner_text()
    index = show(INDEX, java_script_enabled=False)
    assert index.get_by_role("button").all_inner_texts() == ["Search"]
    assert index.get_by_role("search").get_attribute("action") == "search.html"


def test_the_feed_s_address_is_copied(show: Open) -> None:
    page = show(INDEX, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert (
        page.evaluate("navigator.clipboard.readText()") == "https://media.example.org/show/feed.xml"
    )


@pytest.mark.parametrize("path", [EPISODE, INDEX])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1180), ("dark", 400)])
def test_axe_finds_nothing(show: Open, path: str, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = show(path, color_scheme=scheme, viewport={"width": width, "height": 900})
    page.evaluate(axe.axe_script)  # a script tag would be refused by the page's own policy
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
        ".then(r => r.violations.map(v => v.id + ' ' + v.nodes.map(n => n.target).join(' ')))"
    )
    assert found == []


def test_paper_shows_text_and_no_player(show: Open) -> None:
    page = show(EPISODE)
    page.emulate_media(media="print")
    assert not page.locator(".player").is_visible()
    assert page.locator("#transcript").is_visible()


def test_hostile_text_runs_nothing_and_breaks_no_layout(show: Open, site: Any, sample: Any) -> None:
    attack = (
        "<img src=x onerror=alert(1)>\"'><script>alert(1)</script>\u202e[x](javascript:alert(1))"
    )
    long = attack + "x" * 10_000
    quote = Quote("a1", long, long, long, 1, 2, (), (), "verbatim", long, {"1": long})
    words = [Word(long.replace(" ", ""), 0, 1, None, long), Word("end.", 1, 2, None, attack)]
    facts = sample.facts().model_copy(
        update={
            "title": long,
            "show_title": long,
            "thesis": long,
            "artwork_key": None,
            "notes": f"{attack}\n\n<iframe src='https://evil.example'></iframe>\n\n[a](javascript:alert(1))",
            "people": [Person.model_construct(name=long)],
        }
    )
    page = episode_page(
        facts, [quote], [Chapter(0, long)], Transcript(words, [[0], [1]]), overrides={}
    )
    site.put("episodes/hostile.html", page)
    shown = show("episodes/hostile.html", viewport={"width": 400, "height": 800})
    assert shown.evaluate("document.documentElement.scrollWidth") <= 400
    assert shown.locator("iframe, img, [onerror], a[href^=javascript]").count() == 0
    assert shown.evaluate("document.scripts.length") == 2


def test_no_page_needs_what_its_policy_forbids() -> None:
    policy = (BUILTIN / "base.html.j2").read_text(encoding="utf-8")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_page_names_its_neighbours_of_today(show: Open) -> None:
    page = show(EPISODE)
    page.locator("footer").scroll_into_view_if_needed()
    neighbours = page.locator("nav.neighbours")
    expect(neighbours.get_by_role("link")).to_have_count(2)
    assert neighbours.get_by_role("link").all_inner_texts() == [
        "Previous episode\nThe last lock keeper",
        "Next episode\nWhat came after",
    ]
    assert (page.get_attribute("a[rel=next]", "href") or "").endswith("/episodes/after.html")
