"""Fields and sound by keyboard, and a transcript that stays where one reads."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
Press = Callable[..., None]
Saved = Callable[[Page], None]

FIRST_SEEN = """() => { const frame = document.querySelector("#words").getBoundingClientRect();
  const [range] = CSS.highlights.get("passage"); const box = range.getClientRects()[0];
  return box.top >= frame.top && box.top < frame.bottom; }"""
PLACE = """(text) => { for (const said of document.querySelectorAll("#words .said")) {
  const at = said.textContent.indexOf(text); if (at < 0) continue;
  const range = new Range();
  range.setStart(said.firstChild, at); range.setEnd(said.firstChild, at + text.length);
  const box = range.getBoundingClientRect(); return [box.x + 4, box.y + box.height / 2]; } }"""


def kept(server: Any) -> str:
    ((_, entry),) = server.entries()
    return str(entry.text)


@pytest.mark.parametrize("key", ["Control+Enter", "Control+s"])
def test_the_whole_text_is_taken_by_key(
    server: Any, show: Open, press: Press, saved: Saved, key: str
) -> None:
    page = show(server)
    press(page, "a", "L", "f")
    text = kept(server).replace("Exactly the", "The")
    page.get_by_label("The text of the quote").fill(text)
    page.keyboard.press(key)
    expect(page.locator(".card.current")).to_be_focused()
    expect(page.locator(".card.current .quote")).not_to_contain_text("Exactly")
    saved(page)
    expect(page.locator(".card.current .verdict")).to_be_visible()
    assert kept(server) == text


def test_the_whole_text_is_left_by_escape(server: Any, show: Open, press: Press) -> None:
    page = show(server)
    press(page, "a", "L", "f")
    before = server.ledger.read_text()
    page.get_by_label("The text of the quote").fill("Nothing of that")
    page.keyboard.press("Escape")
    expect(page.get_by_label("The text of the quote")).to_have_count(0)
    expect(page.locator(".card.current")).to_be_focused()
    assert server.ledger.read_text() == before


def test_enter_and_escape_leave_the_heading(server: Any, show: Open, press: Press) -> None:
    page = show(server)
    page.keyboard.press("r")
    page.keyboard.press("Control+a")
    page.keyboard.type("Wires")
    page.keyboard.press("Enter")
    expect(page.locator(".card.current")).to_be_focused()
    press(page, "a")
    page.keyboard.press("r")
    page.keyboard.type(" and a slip")
    page.keyboard.press("Escape")
    expect(page.locator(".card.current")).to_be_focused()
    press(page, "a")
    assert [heading for heading, _ in server.entries()] == ["Wires", "Wires"]


def test_escape_from_a_field_of_a_quote_leaves_it_as_it_was(
    server: Any, show: Open, press: Press
) -> None:
    page = show(server)
    press(page, "a", "L", "q")
    page.keyboard.type("Is that so?")
    page.keyboard.press("Enter")
    expect(page.locator(".card.current")).to_be_focused()
    press(page, "q")
    page.keyboard.type(" Really?")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Question")).to_have_value("Is that so?")
    press(page, "b")
    assert server.entries()[0][1].question == "Is that so?"


def test_after_a_search_the_arrows_go_on_from_what_was_found(server: Any, show: Open) -> None:
    page = show(server)
    page.keyboard.press("/")
    page.keyboard.type("envelope")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#words")).to_be_focused()
    expect(page.locator("#chosen-words")).to_contain_text("envelope")
    page.keyboard.press("Escape")  # nothing is chosen, and the place is not lost
    expect(page.locator("#chosen")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("#chosen-words")).to_contain_text("envelope")


def test_y_names_the_voice_of_a_candidate(
    server: Any, show: Open, press: Press, saved: Saved
) -> None:
    page = show(server)
    speaker = server.candidates()[0]["speaker"]
    page.keyboard.press("y")
    field = page.get_by_label(re.compile("Who speaks from"))
    expect(field).to_have_value(speaker)
    page.get_by_label(f"Everywhere that {speaker} speaks").check()
    expect(page.get_by_role("button", name=f"Rename {speaker} everywhere")).to_be_visible()
    field.fill("Ada Lovelace")
    field.press("Control+Enter")
    saved(page)
    expect(page.locator("#words .who").get_by_text("Ada Lovelace").first).to_be_attached()
    assert f'"{speaker}" = "Ada Lovelace"' in (server.episode / "corrections.toml").read_text()


@pytest.mark.parametrize("text", ["Tacoma", "railing"])
def test_a_click_on_a_word_leaves_the_transcript_where_it_is(
    server: Any, show: Open, text: str
) -> None:
    page = show(server)
    page.locator("#words").evaluate("(pane) => (pane.scrollTop = 300)")
    words = page.locator("#words .said").filter(has_text=text).first
    words.evaluate("(said) => said.scrollIntoView({ block: 'center' })")
    x, y = page.evaluate(PLACE, text)
    page.mouse.click(x, y)
    expect(page.locator("#chosen-words")).to_contain_text(text)
    assert page.evaluate(PLACE, text)[1] == pytest.approx(y, abs=1)
    page.get_by_role("button", name="Cancel Esc").click()
    assert page.evaluate(PLACE, text)[1] == pytest.approx(y, abs=1)


def test_the_transcript_follows_what_is_open(server: Any, show: Open, press: Press) -> None:
    page = show(server, viewport={"width": 1280, "height": 500})
    assert page.evaluate(FIRST_SEEN)
    for key in ("j", "a", "L", "S", "j"):
        press(page, key)
        assert page.evaluate(FIRST_SEEN), key


def test_one_key_strikes_the_fillers_of_a_passage(
    server: Any, show: Open, press: Press, saved: Saved
) -> None:
    page = show(server)
    page.keyboard.press("j")  # to one that has fillers
    expect(page.get_by_role("button", name="Strike fillers")).to_be_visible()
    page.keyboard.press("-")
    expect(page.locator(".card.current .quote del")).to_have_count(2)
    expect(page.locator(".card.current .verdict")).to_contain_text("Cleaned: only free edits")
    page.keyboard.press("u")
    expect(page.locator(".card.current .quote del")).to_have_count(0)
    page.keyboard.press("-")
    press(page, "a")
    assert kept(server).startswith("Exactly the same thing. And, the note is easy")


#: Pauses once two seconds of a passage were heard, and tells how many: a busy machine pauses late.
PAUSED = """(seconds) => new Promise((heard) => { const line = document.querySelector(".wave .head");
  const edges = [...document.querySelectorAll(".wave .handle")];
  const [start, end] = edges.map((edge) => parseFloat(edge.style.left));
  const look = () => {
    const at = 100 * (new DOMMatrix(line.style.transform).e / line.parentElement.clientWidth);
    const part = line.hidden ? 0 : seconds * (at - start) / (end - start);
    if (part < 2) return requestAnimationFrame(look);
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }));
    heard(part);
  };
  look(); })"""


def test_the_speed_is_kept_from_one_review_to_the_next(server: Any, show: Open) -> None:
    page = show(server)
    page.keyboard.press(">")
    page.keyboard.press(">")
    expect(page.get_by_label("Speed")).to_have_value("1.5")
    assert page.locator("#audio").evaluate("(audio) => audio.playbackRate") == 1.5
    server.stop()
    server.start_here()  # on another port
    page.goto(server.url)
    page.wait_for_selector("body[data-ready]")
    expect(page.get_by_label("Speed")).to_have_value("1.5")
    with page.expect_response(re.compile("/pcm")) as heard:
        page.keyboard.press(" ")
    assert "speed=1.5" in heard.value.url
    first = server.candidates()[0]
    seconds = (len(heard.value.body()) - 44) / 2 / 24_000
    assert seconds == pytest.approx((first["end"] - first["start"]) / 1.5, abs=0.1)


def test_what_was_paused_goes_on_a_little_before(server: Any, show: Open) -> None:
    page = show(server)
    playing = page.locator(".wave .head")
    with page.expect_response(re.compile("/pcm")) as whole:
        page.keyboard.press(" ")
    begun = float(re.findall(r"start=([\d.]+)", whole.value.url)[0])
    first = server.candidates()[0]
    paused = begun + page.evaluate(PAUSED, first["end"] - first["start"])
    expect(playing).to_be_hidden()
    with page.expect_response(re.compile("/pcm")) as again:
        page.keyboard.press(" ")
    goes_on = float(re.findall(r"start=([\d.]+)", again.value.url)[0])
    assert begun < goes_on < paused
    page.keyboard.press(" ")
    page.locator("#words .time").nth(2).click()
    audio = page.locator("#audio")
    expect(audio).to_have_js_property("paused", False)
    # Slowly, so that a busy machine does not play on past what the pause goes back.
    before = audio.evaluate("(audio) => { audio.playbackRate = 0.0625; return audio.currentTime }")
    page.locator("#desk").focus()
    page.keyboard.press("g")
    expect(audio).to_have_js_property("paused", True)
    assert audio.evaluate("(audio) => audio.currentTime") < before


def test_on_a_phone_a_field_stays_above_the_keyboard_and_nothing_is_enlarged(
    server: Any, show: Open, press: Press
) -> None:
    page = show(server, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    press(page, "a", "L", "f")
    field = page.get_by_label("The text of the quote")
    field.tap()
    page.set_viewport_size({"width": 390, "height": 400})  # as a keyboard leaves it
    page.keyboard.type("Why?")
    expect(field).to_be_in_viewport()
    sizes = page.locator("input, select, textarea").evaluate_all(
        "all => all.map((each) => parseFloat(getComputedStyle(each).fontSize))"
    )
    assert min(sizes) >= 16
