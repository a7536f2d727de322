"""Moments in a real browser: addresses that play, and words that are copied with where they are from."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.models import Transcript, Word
from pipeline.settings.podcasting import Erratum
from pipeline.site.assets import asset_keys, read_assets
from pipeline.site.page import episode_page
from tests.site.conftest import Open, playing_at

EPISODE = "episodes/tide-machines.html"
PUBLIC = "https://media.example.org/show/"
COPYING = {"permissions": ["clipboard-read", "clipboard-write"]}
SELECT = """([first, from, last, to]) => {
  const found = (text) => [...document.querySelectorAll("#transcript span[data-t], blockquote p")]
    .find((each) => each.textContent.includes(text)).firstChild;
  const range = document.createRange();
  range.setStart(found(first), found(first).data.indexOf(first) + from);
  range.setEnd(found(last), found(last).data.indexOf(last) + to);
  getSelection().removeAllRanges();
  const told = new Promise((done) => {
    document.addEventListener("selectionchange", () => requestAnimationFrame(done), { once: true });
  });
  getSelection().addRange(range);
  return told;
}"""


def select(page: Page, first: str, start: int, last: str, end: int) -> None:
    """Select from a letter of one text to a letter of another, as a mouse does."""
    page.evaluate(SELECT, [first, start, last, end])
    page.locator(".sharing.floating").wait_for()


def copied(page: Page, button: str) -> list[str]:
    """The lines of plain text that a button of the bar copies."""
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("status").filter(has_text=f"{button.split()[1]} copied").wait_for()
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text.split("\n")


@pytest.mark.parametrize(
    ("address", "seconds"),
    [
        ("#t=42.5", 42.5),
        ("?t=70", 70.0),
        ("?t=1m10s", 70.0),
        ("#t=0:01:10", 70.0),
        ("#t=npt:1:10", 70.0),
        ("?t=9#t=70.5", 70.5),
        ("#q-t8w1", 105.2),  # which has no sound of its own
    ],
)
def test_an_address_with_a_moment_lands_there_and_plays(
    show: Open, address: str, seconds: float
) -> None:
    page = show(EPISODE + address)
    playing_at(page, seconds)
    page.wait_for_function("() => scrollY > 100")


def test_an_end_is_kept(show: Open) -> None:
    page = show(EPISODE + "#t=70,70.8")
    page.wait_for_function(
        "() => { const a = document.querySelector('audio'); return a.paused && a.currentTime > 70.7; }"
    )
    assert page.evaluate("document.querySelector('audio').currentTime") < 100  # of 150: not the end


@pytest.mark.parametrize("address", ["#t=soon", "?t=", "#t=9,3", "#t=1:2:3:4", "#t=-5", "?t=1e9x"])
def test_what_is_no_time_plays_nothing(show: Open, address: str) -> None:
    page = show(EPISODE + address)
    page.wait_for_function("() => document.documentElement.classList.contains('scripted')")
    assert page.evaluate("document.querySelector('audio').paused")


def test_a_quote_s_address_plays_its_own_sound(show: Open) -> None:
    page = show(EPISODE + "#q-m2p7")
    page.locator("#q-m2p7 [data-part=onward]:not([hidden])").wait_for()  # only once it has ended
    assert page.evaluate("document.querySelector('audio').paused")  # the episode stays silent


@pytest.fixture
def shy(browser: Browser, site: Any) -> Iterator[Page]:
    """A page in a browser that lets nothing play by itself."""
    strict = ["--no-sandbox", "--headless", "--mute-audio"]
    strict.append("--autoplay-policy=document-user-activation-required")
    other = browser.browser_type.launch(executable_path="/usr/bin/chromium", args=strict)
    yield other.new_page()
    other.close()


def test_where_a_browser_lets_nothing_play_it_waits_there_and_says_so(shy: Page, site: Any) -> None:
    shy.goto(site.url + EPISODE + "#t=71.5")
    shy.get_by_text("Press play to listen from here.").wait_for()
    shy.wait_for_function(
        "() => Math.abs(document.querySelector('audio').currentTime - 71.5) < 0.1"
    )
    shy.wait_for_function(
        "() => document.querySelector('.heard')?.textContent.startsWith('Let us talk')"
    )
    shy.get_by_role("button", name="Play", exact=True).click()
    playing_at(shy, 71)


def test_a_quote_that_is_gone_is_said_quietly_or_leads_to_its_correction(
    show: Open, site: Any, sample: Any
) -> None:
    page = show(EPISODE + "#q-old")
    page.get_by_role("status").filter(has_text="no longer on this page").wait_for()
    assert page.evaluate("document.querySelector('audio').paused")
    page.locator("#transcript h2").scroll_into_view_if_needed()
    page.evaluate("() => { location.hash = 'q-older'; }")  # pasted into the open page
    expect(page.get_by_role("status").filter(has_text="no longer")).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="no longer")).to_be_in_viewport()
    told = Erratum(date=date(2026, 5, 2), said="It never failed.", why="Not so.", quote="old")
    corrected = episode_page(
        sample.facts(erratum=[told]), sample.QUOTES, sample.CHAPTERS, sample.spoken(), {}
    )
    site.put("episodes/corrected.html", corrected)
    page = show("episodes/corrected.html#q-old")
    page.wait_for_function("() => scrollY > 500")
    assert page.get_by_text("It said: “It never failed.”").is_visible()
    assert page.get_by_role("status").filter(has_text="no longer").count() == 0


def test_a_link_within_the_page_is_read_and_a_pasted_address_plays(show: Open) -> None:
    page = show(EPISODE)
    page.get_by_role("link", name="In the transcript", exact=False).first.click()
    page.wait_for_function("() => Math.abs(document.querySelector('audio').currentTime - 17.2) < 7")
    assert page.evaluate("document.querySelector('audio').paused")
    page.evaluate("() => { location.hash = 't=1:10'; }")
    playing_at(page, 70)


def test_a_tapped_sentence_is_copied_with_where_it_is_from(show: Open) -> None:
    page = show(EPISODE, **COPYING, has_touch=True, viewport={"width": 390, "height": 800})
    page.locator("#transcript").get_by_text("Two of them had retired", exact=False).tap()
    assert copied(page, "Copy link") == [f"{PUBLIC}{EPISODE}#t=56"]
    assert copied(page, "Copy quote") == [
        "“Two of them had retired, and the third one said, ‘you don’t oil it, you listen to it’.”",
        "— Tomas Lind, Brass and Water: The machine that added up the moon, 0:56 (transcript)",
        f"{PUBLIC}{EPISODE}#t=56",
    ]
    box = page.locator(".sharing.floating").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.locator("#notes h2").tap()
    page.locator(".sharing.floating").wait_for(state="detached")


def test_selected_words_grow_to_whole_ones_and_link_to_the_first(show: Open) -> None:
    page = show(EPISODE, **COPYING)
    select(page, "Forty pulleys", 3, "a single idea", 6)
    assert copied(page, "Copy quote")[0] == "“Forty pulleys and one wire. Each pulley is a single”"
    select(page, "nobody wrote down how", 9, "what we did for", 9)
    assert copied(page, "Copy link") == [f"{PUBLIC}{EPISODE}#t=51.2"]
    assert copied(page, "Copy quote")[0] == (
        "“wrote down how to oil it. The knowledge was in three people. Two of them had retired, and the "
        "third one said, ‘you don’t oil it, you listen to it’. So that is what we did”"
    )
    assert not page.evaluate("getSelection().isCollapsed")


def test_a_selection_that_is_told_late_leaves_what_was_said(show: Open) -> None:
    page = show(EPISODE, **COPYING)
    select(page, "Forty pulleys", 3, "a single idea", 6)
    copied(page, "Copy quote")
    page.evaluate(
        "() => { document.dispatchEvent(new Event('selectionchange'));"
        " return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))); }"
    )
    assert page.locator(".sharing.floating [role=status]").inner_text() == "Quote copied"
    page.keyboard.press("Escape")
    page.locator(".sharing.floating").wait_for(state="detached")
    select(page, "Forty pulleys", 3, "a single idea", 6)


def test_words_of_two_name_both(show: Open) -> None:
    page = show(EPISODE, **COPYING)
    select(page, "I had broken", 0, "And had you", 7)
    assert copied(page, "Copy quote") == [
        "Tomas Lind: “I had broken something.”",
        "Ines Okafor: “And had”",
        "— Brass and Water: The machine that added up the moon, 0:41 (transcript)",
        f"{PUBLIC}{EPISODE}#t=41.2",
    ]
    rich = page.evaluate(
        "navigator.clipboard.read().then((i) => i[0].getType('text/html')).then((b) => b.text())"
    )
    assert "<blockquote><p>Tomas Lind: “I had broken something.”</p>" in rich
    assert f'<a href="{PUBLIC}{EPISODE}#t=41.2">' in rich


def test_a_quote_is_copied_with_the_address_of_its_own_page(show: Open) -> None:
    page = show(EPISODE, **COPYING)
    select(page, "The knowledge was", 0, "had retired,", 11)
    address = f"{PUBLIC}quotes/tide-machines-m2p7.html"
    assert copied(page, "Copy link") == [address]
    assert copied(page, "Copy quote") == [
        "“The knowledge was in three people. Two of them had retired,”",
        "— Tomas Lind, Brass and Water: The machine that added up the moon, 0:58",
        address,
    ]
    page = show("quotes/tide-machines-m2p7.html", **COPYING)
    whole = copied(page, "Copy quote")
    assert whole[0].endswith("‘you don’t oil it, you listen to it’.”")
    assert whole[1:] == [
        "— Tomas Lind, Brass and Water: The machine that added up the moon, 0:58",
        address,
    ]


def test_keys_alone_copy_a_link(show: Open) -> None:
    page = show(EPISODE, **COPYING)
    page.locator("#transcript a.time").nth(1).focus()
    page.keyboard.press("Enter")
    page.locator(".sharing.floating").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="Link copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{PUBLIC}{EPISODE}#t=17.2"
    page.keyboard.press("Escape")
    page.locator(".sharing.floating").wait_for(state="detached")


def test_nobody_is_named_whom_nobody_knows_and_unspaced_scripts_stay_whole(
    show: Open, site: Any, sample: Any
) -> None:
    words = [Word("はい。", 0.0, 1.0, 0.9, "Ada"), Word("風が", 2.0, 3.0, 0.9, None)]
    words += [Word("鳴る。", 3.0, 4.0, 0.9, None)]
    page = episode_page(
        sample.facts(language="ja"), [], [], Transcript(words, [[0], [1], [2]], (0, 1)), {}
    )
    site.put("episodes/wind.html", page)
    for name, key in asset_keys({}, "ja").items():
        site.put(key, read_assets({}, "ja")[name])
    shown = show("episodes/wind.html", **COPYING)
    select(shown, "風が", 1, "風が", 4)
    assert copied(shown, "Copy quote") == [
        "「が鳴る」",
        "— Brass and Water: The machine that added up the moon, 0:02 (transcript)",
        f"{PUBLIC}{EPISODE}#t=2",
    ]


def test_without_a_script_every_moment_is_a_link(show: Open) -> None:
    page = show(EPISODE, java_script_enabled=False)
    page.locator("#transcript a.time").nth(1).click()
    expect(page).to_have_url(re.compile("#t=17.2$"))
    page.locator("#q-m2p7 a.link").click()
    expect(page).to_have_url(re.compile("/quotes/tide-machines-m2p7.html$"))
    expect(page.locator("blockquote")).to_be_visible()
    assert page.get_by_role("button").count() == 0
    page.get_by_role("link", name="Listen in the episode", exact=False).click()
    expect(page).to_have_url(re.compile("/episodes/tide-machines.html#t=58$"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1180), ("dark", 390)])
def test_axe_finds_nothing_on_a_quote_s_page(show: Open, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = show(
        "quotes/tide-machines-m2p7.html",
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(axe.axe_script)
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
        ".then(r => r.violations.map(v => v.id + ' ' + v.nodes.map(n => n.target).join(' ')))"
    )
    assert found == []
