"""The pages in a real browser: Debian's chromium, on a phone's width too, with and without script."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from pipeline.models import Chapter, Quote, Transcript, Word
from pipeline.rendering.words import BUILTIN
from pipeline.settings.podcasting import Person
from pipeline.site.page import episode_page

EPISODE, INDEX = "episodes/tide-machines.html", "index.html"
Open = Callable[..., Page]


@pytest.fixture
def show(browser: Browser, site: Any) -> Iterator[Open]:
    """Open a page; whatever the console says or the network misses fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def complain(what: str) -> None:
        complaints.append(what)

    def refuse(dialog: Dialog) -> None:
        complain("a dialog opened")
        dialog.dismiss()

    def watch(url: str, status: int) -> None:
        if status >= 400 or not url.startswith((site.url, "data:")):
            complain(f"{status} {url}")

    def open_page(path: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1180, "height": 900}} | options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complain(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complain(str(error)))
        page.on("dialog", refuse)
        page.on("request", lambda request: watch(request.url, 200))
        page.on("response", lambda response: watch(response.url, response.status))
        page.goto(site.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def playing_at(page: Page, seconds: float) -> None:
    """Wait until the player plays within two seconds after `seconds`."""
    page.wait_for_function(
        "s => { const a = document.querySelector('audio');"
        " return !a.paused && a.readyState > 2 && a.currentTime >= s && a.currentTime < s + 2; }",
        arg=seconds,
    )


def test_a_sentence_plays_from_its_time_and_is_marked(show: Open) -> None:
    page = show(EPISODE)
    sentence = page.get_by_text("The knowledge was in three people.", exact=True)
    sentence.click()
    playing_at(page, float(sentence.get_attribute("data-t") or ""))
    page.wait_for_function(
        "document.querySelector('.heard')?.textContent.startsWith('The knowledge')"
    )


def test_a_quote_a_chapter_and_a_time_seek_the_player(show: Open) -> None:
    page = show(EPISODE)
    page.locator("#q-m2p7 a.play").click()
    playing_at(page, 58.0)
    page.get_by_role("link", name="When the tables were wrong", exact=False).first.click()
    playing_at(page, 81.2)
    page.locator("#transcript a.time").nth(1).click()
    playing_at(page, 17.2)
    assert page.url.endswith("#t=17.2")  # the address bar names the moment, to be sent to somebody


def test_keys_alone_reach_a_moment(show: Open) -> None:
    page = show(EPISODE)
    page.locator("#transcript a.time").nth(1).focus()
    page.keyboard.press("Enter")
    playing_at(page, 17.2)


@pytest.mark.parametrize(("fragment", "seconds"), [("#t=42.5", 42.5), ("#q-t8w1", 105.2)])
def test_an_address_with_a_moment_waits_there(show: Open, fragment: str, seconds: float) -> None:
    page = show(EPISODE + fragment)
    page.wait_for_function(
        "s => Math.abs(document.querySelector('audio').currentTime - s) < 0.1", arg=seconds
    )
    assert page.evaluate("document.querySelector('audio').paused")
    page.wait_for_function("scrollY > 100")


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
        assert page.get_by_text(said.partition(".")[0]).first.is_visible()
    assert page.locator("#q-m2p7 blockquote").is_visible()
    assert page.locator("audio").is_visible()
    page.get_by_role("link", name="In the transcript", exact=False).nth(1).click()
    assert "#t=" in page.url
    target = page.locator("#transcript p:target")
    assert "The knowledge was in three people" in target.inner_text()
    assert show(INDEX, java_script_enabled=False).get_by_role("button").count() == 0


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


def test_the_player_stays_in_sight_and_hides_no_target(show: Open) -> None:
    page = show(EPISODE)
    page.get_by_role("link", name="In the transcript", exact=False).last.click()
    player = page.locator(".player").bounding_box()
    target = page.locator("#transcript p:target").bounding_box()
    assert player
    assert target
    assert 0 <= player["y"] < 10
    assert target["y"] >= player["y"] + player["height"] - 1


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
