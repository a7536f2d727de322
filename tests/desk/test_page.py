"""A host at work on the sample episode, in a real browser with real audio."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from pipeline.cli import main
from pipeline.quotes.ledger.ledger import load_ledger

Open = Callable[..., Page]
Press = Callable[..., None]
Saved = Callable[[Page], None]
View = Callable[[Page, str], None]


def until(page: Page, true: str) -> None:
    """Wait for a condition; the page's policy forbids Playwright's own way, which evaluates text."""
    while not page.evaluate(true):
        page.wait_for_timeout(20)


def choose(page: Page, text: str) -> None:
    """Find words by the search field, which chooses them."""
    page.locator("#search").fill(text)
    page.locator("#search").press("Enter")
    expect(page.locator("#chosen")).to_be_visible()
    page.locator("#words").focus()


def test_keep_reject_later_and_undo(server: Any, show: Open, press: Press, saved: Saved) -> None:
    page = show(server)
    first, second, third = (c["id"] for c in server.candidates()[:3])
    press(page, "a", "x", "l")
    assert [entry.id for _, entry in server.entries()] == [first]
    assert load_ledger(server.ledger, "q").rejected == [second]
    assert server.state()["later"] == [third]
    left = len(server.candidates()) - 2  # what waits for later is still to be decided
    assert page.locator("#count").inner_text() == f"{left} to decide, 1 kept"
    press(page, "u", "u")
    assert load_ledger(server.ledger, "q").rejected == []
    press(page, "Control+Shift+Z")
    assert load_ledger(server.ledger, "q").rejected == [second]
    page.get_by_label("Show decided ones").check()
    page.get_by_role("button", name="Take back").click()
    saved(page)
    assert load_ledger(server.ledger, "q").rejected == []


def test_edges_move_by_words(server: Any, show: Open, press: Press, view: View) -> None:
    page = show(server)
    press(page, "a")
    view(page, "ledger")
    text = server.entries()[0][1].text
    words = text.split()
    start = page.get_by_role("slider", name="Where the quote starts")
    start.focus()
    press(page, "ArrowRight", "ArrowRight")
    assert server.entries()[0][1].text == " ".join(words[2:])
    expect(start).to_have_attribute("aria-valuetext", re.compile(r"starts at “.+”, \d+:\d\d"))
    expect(start).to_be_focused()
    press(page, "ArrowLeft", "ArrowLeft", "ArrowLeft")
    assert server.entries()[0][1].text.lower().endswith(text.lower())
    assert len(server.entries()[0][1].text.split()) == len(words) + 1
    page.get_by_role("slider", name="Where the quote ends").focus()
    press(page, "ArrowLeft")
    assert server.entries()[0][1].text.split()[-1] == words[-2]


def test_an_edge_is_dragged(
    server: Any, show: Open, press: Press, saved: Saved, view: View
) -> None:
    page = show(server)
    press(page, "a")
    view(page, "ledger")
    before = server.entries()[0][1].text
    slider = page.get_by_role("slider", name="Where the quote starts")
    expect(slider).to_be_visible()
    handle = slider.bounding_box()
    assert handle
    assert handle["width"] >= 24
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + 20
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=4)
    page.mouse.up()
    saved(page)
    after = server.entries()[0][1].text
    assert before.endswith(after)
    assert after != before


def test_a_struck_word_is_an_edit_and_asks_for_consent(
    server: Any, show: Open, press: Press, saved: Saved, view: View
) -> None:
    page = show(server)
    press(page, "a")
    view(page, "ledger")
    page.locator(".card.current").focus()
    page.keyboard.press("Enter")
    word = page.locator(".quote button").nth(3)
    expect(page.locator(".quote button").first).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    said = word.inner_text()
    press(page, "Delete")
    assert said not in server.entries()[0][1].text.split()[:4]
    expect(word).to_have_class("struck")
    page.keyboard.press("Escape")
    box = page.locator(".consent input").first
    expect(box).to_be_visible()
    press(page, "x", "u")  # letters sign nothing
    expect(page.locator("#live")).to_contain_text("Undone")  # told when all is drawn anew
    assert not server.entries()[0][1].consent
    page.locator(".consent input").first.click()
    expect(page.locator("#live")).to_have_text("Listen, and then sign it")
    assert not server.entries()[0][1].consent
    page.locator(".consent input").first.check()
    saved(page)
    assert len(server.entries()[0][1].consent) == 1
    page.locator(".consent input").first.uncheck()
    saved(page)
    assert not server.entries()[0][1].consent


def test_a_referent_is_inserted(server: Any, show: Open, press: Press, view: View) -> None:
    page = show(server)
    press(page, "a")
    server.sign_all()
    view(page, "ledger")
    expect(page.locator("#count")).not_to_contain_text("stopped")
    page.locator(".card.current").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("i")
    page.keyboard.type("the wind")
    press(page, "Enter")
    assert server.entries()[0][1].text.split(" ", 1)[1].startswith("[the wind] ")
    expect(page.locator(".card.current .verdict")).to_contain_text("1 question to hear and sign")


def test_any_passage_becomes_a_quote_and_another_is_joined(
    server: Any, show: Open, press: Press
) -> None:
    page = show(server)
    choose(page, "a thin wire sings high")
    press(page, "n")
    ((heading, entry),) = server.entries()
    assert heading
    assert entry.text.lower().startswith("a thin wire sings high")
    assert entry.at is not None
    choose(page, "back of an envelope")
    press(page, "m")
    ((_, entry),) = server.entries()
    assert " [...] " in entry.text
    assert "envelope" in entry.text
    assert server.state()["quotes"][0]["proven"]
    stretches = page.evaluate(
        "async () => { const { asItReads, draftOf } = await import('/static/passage.js');"
        " const { store } = await import('/static/store.js');"
        " return asItReads(draftOf(store.current)); }"
    )
    assert len(stretches) == 2  # the join is played as it will read: nothing of what lies between
    for (start, end), (first, last) in zip(
        stretches, server.state()["quotes"][0]["spans"], strict=True
    ):
        times = json.loads(server.ask("/api/episode")[1])
        assert abs(start * 1000 - times["starts"][first]) <= 1
        assert abs(end * 1000 - times["ends"][last - 1]) <= 1500  # to where the guard ends it
    page.keyboard.press("p")
    until(page, "CSS.highlights.get('playing')?.size > 0")
    page.keyboard.press("Escape")


def test_headings_and_order(
    server: Any, show: Open, press: Press, saved: Saved, view: View, drag: Callable[..., None]
) -> None:
    page = show(server)
    page.get_by_label("Heading").fill("On wires")
    page.get_by_label("Heading").press("Tab")
    page.locator(".card.current").focus()
    press(page, "a", "a")
    view(page, "ledger")
    first, second = (entry.id for _, entry in server.entries())
    assert [heading for heading, _ in server.entries()] == ["On wires", "On wires"]
    page.locator(f'[data-key="{second}"] .brief').click()
    press(page, "Alt+ArrowUp")
    assert [entry.id for _, entry in server.entries()] == [second, first]
    expect(page.locator(".card.current")).to_have_attribute("data-key", second)
    page.get_by_label("Under").select_option(label="A new heading…")
    page.get_by_label("New heading").fill("On wind")
    page.get_by_label("New heading").press("Enter")
    saved(page)
    assert server.entries()[1][0] == "On wind"
    drag(page, f'[data-key="{second}"] .grip', f'[data-key="{first}"]')
    assert [(heading, entry.id) for heading, entry in server.entries()] == [
        ("On wires", second),
        ("On wires", first),
    ]
    page.get_by_role("button", name="Rename On wires").click()
    page.get_by_label("Heading", exact=True).fill("On <wires>")
    page.get_by_label("Heading", exact=True).press("Enter")
    saved(page)
    assert server.entries()[0][0] == "On <wires>"


def test_footnote_question_and_soundbite(
    server: Any, show: Open, press: Press, saved: Saved, view: View
) -> None:
    page = show(server)
    press(page, "a")
    view(page, "ledger")
    page.get_by_label("Question").fill("Why?")
    page.get_by_label("Question").press("Tab")
    saved(page)
    page.get_by_label("Soundbite").check()
    saved(page)
    page.get_by_role("button", name="Whole text").click()
    area = page.get_by_label("The text of the quote")
    area.fill(area.input_value() + " [1]")
    page.get_by_role("button", name="Use this text").click()
    saved(page)
    page.get_by_label("Footnote 1").fill("A note.")
    page.get_by_label("Footnote 1").press("Tab")
    saved(page)
    ((_, entry),) = server.entries()
    assert (entry.question, entry.soundbite, entry.footnotes) == ("Why?", True, {"1": "A note."})


def test_a_name_is_corrected_here_and_in_the_glossary(
    server: Any, show: Open, press: Press, saved: Saved
) -> None:
    page = show(server)
    choose(page, "envelope")
    page.get_by_role("button", name="Correct").click()
    page.locator("#chosen-form input[type=text]").fill("postcard.")
    page.locator("#chosen-form input[type=text]").press("Enter")
    saved(page)
    expect(page.locator("#words")).to_contain_text("postcard")
    expect(page.locator("#words")).not_to_contain_text("envelope")
    assert "postcard" in (server.episode / "corrections.toml").read_text()
    press(page, "u")
    expect(page.locator("#words")).to_contain_text("envelope")
    assert "postcard" not in (server.episode / "corrections.toml").read_text()
    choose(page, "envelope")
    page.locator("#chosen").get_by_role("button", name="Name speaker").click()
    page.locator("#chosen-form input[type=text]").fill("Ada <b>")
    page.locator("#chosen-form input[type=text]").press("Enter")
    saved(page)
    expect(page.locator("#words .who", has_text="Ada <b>").first).to_be_visible()
    choose(page, "bridge engineer")
    page.keyboard.press("y")
    page.get_by_label("Everywhere that Mara Quill speaks").check()
    page.locator("#chosen-form input[type=text]").fill("Mara Feather")
    page.locator("#chosen-form input[type=text]").press("Enter")
    saved(page)
    expect(page.locator("#words .who", has_text="Mara Feather").first).to_be_visible()
    expect(page.locator("#words .who", has_text="Mara Quill")).to_have_count(0)
    assert '"Mara Quill" = "Mara Feather"' in (server.episode / "corrections.toml").read_text()


def test_the_preview_is_live_and_the_end_publishes(
    server: Any, show: Open, press: Press, saved: Saved, view: View
) -> None:
    page = show(server)
    press(page, "a")
    view(page, "preview")
    text = server.entries()[0][1].text[:20]
    expect(page.locator(".print").first).to_contain_text(text.split("'")[0][:12])
    view(page, "ledger")
    server.sign_all()
    page.get_by_role("button", name="Finish the review").click()
    saved(page)
    expect(page.get_by_role("heading", name="Ready to publish")).to_be_visible()
    assert load_ledger(server.ledger, "q").review == "host"
    checked = ["quotes", "check", server.slug, "--root", str(server.root)]
    assert CliRunner().invoke(main, checked).exit_code == 0


def test_the_preview_shows_each_house_as_it_will_look(
    server: Any, show: Open, press: Press, view: View
) -> None:
    with (server.root / "feed/show.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[posts]\nhouses = ["lesswrong", "bluesky"]\n')
    page = show(
        server, permissions=["clipboard-write"]
    )  # as a browser with windows lets pages write
    press(page, "a")
    view(page, "preview")
    house = page.locator("#desk").get_by_label("For")
    expect(house.locator("option")).to_have_text(["LessWrong", "Bluesky"])
    post = page.locator(".print").nth(1)
    expect(post).to_contain_text("Link post:")
    expect(post.locator("a").first).to_have_attribute("href", re.compile("^http"))
    expect(page.get_by_role("button", name="Copy as rich text")).to_be_visible()
    house.focus()
    house.select_option("bluesky")
    expect(page.get_by_text(re.compile(r"longest part: \d+ of 300 graphemes"))).to_be_visible()
    expect(house).to_be_focused()
    assert page.locator(".print").count() >= 3, "the notes, and a part for each post of the thread"
    expect(page.locator(".print").nth(1)).to_contain_text(re.compile(r"1/\d+\s*$"))
    page.locator("#desk").focus()
    page.keyboard.press("M")
    expect(page.locator("#live")).to_have_text("Copied")


def test_what_is_written_is_what_an_editor_would_write(
    server: Any, show: Open, press: Press
) -> None:
    page = show(server)
    press(page, "a", "x")
    candidate, other = server.candidates()[:2]
    minutes, seconds = divmod(round(candidate["start"], 1), 60)
    assert server.ledger.read_text() == (
        f'review = "open"\nrejected = ["{other["id"]}"]\n\n'
        f'[[section]]\nheading = "{candidate["topic"]}"\n\n'
        f'[[section.quote]]\nid = "{candidate["id"]}"\n'
        f'at = "00:{int(minutes):02}:{seconds:04.1f}"\nspeaker = "{candidate["speaker"]}"\n'
        f'text = "{candidate["text"]}"\n'
    )


def test_keys_can_be_switched_off(server: Any, show: Open, press: Press) -> None:
    page = show(server)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Single-letter keys are on").uncheck()
    page.get_by_role("button", name="Close").click()
    page.locator(".card.current").focus()
    press(page, "a", "x")
    assert server.entries() == []


def test_sound_plays_and_the_word_is_shown(server: Any, show: Open) -> None:
    page = show(server)
    page.keyboard.press(" ")
    until(page, "CSS.highlights.get('playing')?.size > 0")
    page.keyboard.press(" ")
    until(page, "!CSS.highlights.get('playing')?.size")
    page.locator("#words .time").nth(2).click()
    until(page, "document.querySelector('#audio').currentTime > 1")


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_is_cut_off(server: Any, show: Open, width: int, view: View) -> None:
    page = show(server, viewport={"width": width, "height": 800})
    for name in ("candidates", "ledger", "suspects", "chapters", "preview"):
        view(page, name)
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.querySelector('#desk').scrollWidth") <= width


def test_proposals_are_taken_and_struck(
    sample_copy: Callable[[Path], Any], show: Open, press: Press, tmp_path: Path
) -> None:
    made = sample_copy(tmp_path)
    path = made.episode / "build" / "candidates.json"
    found = json.loads(path.read_bytes())["candidates"]
    candidate = next(c for c in found if len(c["words"]) and c["words"][1] - c["words"][0] > 40)
    first, last = candidate["words"]
    words = candidate["text"].split()
    candidate |= {
        "referent": [first, "[The bridge]"],
        "cut": [first + 10, first + 16],
        "core": [first + 20, last],
    }
    path.write_text(json.dumps({"candidates": [candidate]}))
    made.start()
    try:
        page = show(made)
        quote = page.locator(".card.current .quote ins, .card.current .quote span")
        page.get_by_role("button", name="[The bridge] for").click()
        expect(quote.first).to_have_text("[The bridge]")
        page.get_by_role("button", name="[...] for").click()
        expect(quote.filter(has_text="[...]")).to_have_count(1)
        page.get_by_role("button", name="As it was proposed").click()
        expect(quote.first).to_have_text(words[0])
        page.get_by_role("button", name="Only the core").click()
        expect(quote.first).to_have_text(words[20])
        press(page, "a")
        assert made.entries()[0][1].text == " ".join(words[20:])
    finally:
        made.stop()
