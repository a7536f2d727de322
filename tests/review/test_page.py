"""A host at work on the sample episode, in a real browser with real audio."""

import re
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pipeline.quotes.ledger import Entry, load_ledger, parse_ledger

Open = Callable[..., Page]


def entries(server: Any) -> list[tuple[str, Entry]]:
    return list(load_ledger(server.ledger, "quotes.toml").entries)


def press(page: Page, *keys: str) -> None:
    """Press keys, each saved before the next."""
    for key in keys:
        page.keyboard.press(key)
        saved(page)


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_text("Saved")


def until(page: Page, true: str) -> None:
    """Wait for a condition; the page's policy forbids Playwright's own way, which evaluates text."""
    for _ in range(50):
        if page.evaluate(true):
            return
        page.wait_for_timeout(100)
    raise AssertionError(true)


def view(page: Page, name: str) -> None:
    page.locator(f"[data-view={name}]").first.click()


def choose(page: Page, text: str) -> None:
    """Find words by the search field, which chooses them."""
    page.locator("#search").fill(text)
    page.locator("#search").press("Enter")
    expect(page.locator("#chosen")).to_be_visible()
    page.locator("#words").focus()


def test_keep_reject_later_and_undo(server: Any, show: Open) -> None:
    page = show(server)
    first, second, third = (c["id"] for c in _candidates(server)[:3])
    press(page, "a", "x", "l")
    assert [entry.id for _, entry in entries(server)] == [first]
    assert load_ledger(server.ledger, "q").rejected == [second]
    assert server.state()["later"] == [third]
    assert "3 to decide" not in page.locator("#count").inner_text()
    press(page, "u", "u")
    assert load_ledger(server.ledger, "q").rejected == []
    press(page, "Control+Shift+Z")
    assert load_ledger(server.ledger, "q").rejected == [second]
    page.get_by_label("Show decided ones").check()
    page.get_by_role("button", name="Take back").click()
    saved(page)
    assert load_ledger(server.ledger, "q").rejected == []


def _candidates(server: Any) -> list[dict[str, Any]]:
    import json

    found: list[dict[str, Any]] = json.loads(server.ask("/api/episode")[1])["candidates"]
    return found


def test_undo_outlives_the_server(server: Any, show: Open) -> None:
    before = server.ledger.read_bytes()
    press(show(server), "a")
    server.stop(signal.SIGKILL)
    server.start()
    page = show(server)
    assert server.state()["undo"].startswith("Keep")
    press(page, "u")
    assert server.ledger.read_bytes() == before


def test_edges_move_by_words(server: Any, show: Open) -> None:
    page = show(server)
    press(page, "a")
    view(page, "ledger")
    text = entries(server)[0][1].text
    words = text.split()
    start = page.get_by_role("slider", name="Where the quote starts")
    start.focus()
    press(page, "ArrowRight", "ArrowRight")
    assert entries(server)[0][1].text == " ".join(words[2:])
    expect(start).to_have_attribute("aria-valuetext", re.compile(r"starts at “.+”, 0:"))
    expect(start).to_be_focused()
    press(page, "ArrowLeft", "ArrowLeft", "ArrowLeft")
    assert entries(server)[0][1].text.endswith(text)
    assert len(entries(server)[0][1].text.split()) == len(words) + 1
    page.get_by_role("slider", name="Where the quote ends").focus()
    press(page, "ArrowLeft")
    assert entries(server)[0][1].text.split()[-1] == words[-2]


def test_an_edge_is_dragged(server: Any, show: Open) -> None:
    page = show(server)
    press(page, "a")
    view(page, "ledger")
    before = entries(server)[0][1].text
    handle = page.get_by_role("slider", name="Where the quote starts").bounding_box()
    assert handle
    assert handle["width"] >= 24
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + 20
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=4)
    page.mouse.up()
    saved(page)
    after = entries(server)[0][1].text
    assert before.endswith(after)
    assert after != before


def test_a_struck_word_is_an_edit_and_asks_for_consent(server: Any, show: Open) -> None:
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
    assert said not in entries(server)[0][1].text.split()[:4]
    expect(word).to_have_class("struck")
    page.keyboard.press("Escape")
    box = page.locator(".consent input").first
    expect(box).to_be_visible()
    press(page, "x", "u")  # letters sign nothing
    assert not entries(server)[0][1].consent
    page.locator(".consent input").first.check()
    saved(page)
    assert len(entries(server)[0][1].consent) == 1
    page.locator(".consent input").first.uncheck()
    saved(page)
    assert not entries(server)[0][1].consent


def test_a_referent_is_inserted(server: Any, show: Open) -> None:
    page = show(server)
    press(page, "a")
    view(page, "ledger")
    page.locator(".card.current").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("i")
    page.keyboard.type("the wind")
    press(page, "Enter")
    assert entries(server)[0][1].text.split(" ", 1)[1].startswith("[the wind] ")
    expect(page.locator(".card.current .verdict")).not_to_contain_text("Stopped")


def test_any_passage_becomes_a_quote_and_another_is_joined(server: Any, show: Open) -> None:
    page = show(server)
    choose(page, "a thin wire sings high")
    press(page, "n")
    ((heading, entry),) = entries(server)
    assert heading
    assert entry.text.lower().startswith("a thin wire sings high")
    assert entry.at is not None
    choose(page, "back of an envelope")
    press(page, "m")
    ((_, entry),) = entries(server)
    assert " [...] " in entry.text
    assert "envelope" in entry.text
    assert server.state()["quotes"][0]["proven"]
    page.keyboard.press("p")
    page.wait_for_timeout(500)


def test_headings_and_order(server: Any, show: Open) -> None:
    page = show(server)
    page.get_by_label("Heading").fill("On wires")
    page.get_by_label("Heading").press("Tab")
    page.locator(".card.current").focus()
    press(page, "a", "a")
    view(page, "ledger")
    first, second = (entry.id for _, entry in entries(server))
    assert [heading for heading, _ in entries(server)] == ["On wires", "On wires"]
    page.locator(f'[data-key="{second}"] .brief').click()
    press(page, "Alt+ArrowUp")
    assert [entry.id for _, entry in entries(server)] == [second, first]
    expect(page.locator(".card.current")).to_have_attribute("data-key", second)
    page.get_by_label("Under").select_option(label="A new heading…")
    page.get_by_label("New heading").fill("On wind")
    page.get_by_label("New heading").press("Enter")
    saved(page)
    assert entries(server)[1][0] == "On wind"
    grip = page.locator(f'[data-key="{second}"] .grip')
    grip.drag_to(page.locator(f'[data-key="{first}"]'))
    saved(page)
    assert [(heading, entry.id) for heading, entry in entries(server)] == [
        ("On wires", second),
        ("On wires", first),
    ]
    page.get_by_role("button", name="Rename On wires").click()
    page.get_by_label("Heading").fill("On <wires>")
    page.get_by_label("Heading").press("Enter")
    saved(page)
    assert entries(server)[0][0] == "On <wires>"


def test_footnote_question_and_soundbite(server: Any, show: Open) -> None:
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
    ((_, entry),) = entries(server)
    assert (entry.question, entry.soundbite, entry.footnotes) == ("Why?", True, {"1": "A note."})


def test_a_name_is_corrected_here_and_in_the_glossary(server: Any, show: Open) -> None:
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
    page.locator("#chosen-form input").fill("Ada <b>")
    page.locator("#chosen-form input").press("Enter")
    saved(page)
    expect(page.locator("#words .who", has_text="Ada <b>").first).to_be_visible()


def test_the_preview_is_live_and_the_end_publishes(server: Any, show: Open) -> None:
    page = show(server)
    press(page, "a")
    view(page, "preview")
    text = entries(server)[0][1].text[:20]
    expect(page.locator(".print").first).to_contain_text(text.split("'")[0][:12])
    view(page, "ledger")
    page.get_by_role("button", name="Finish the review").click()
    saved(page)
    expect(page.get_by_role("heading", name="Ready to publish")).to_be_visible()
    assert load_ledger(server.ledger, "q").review == "host"
    command = Path(sysconfig.get_path("scripts")) / "pullquote"
    checked = subprocess.run(
        [sys.executable, command, "quotes", "check", server.slug], cwd=server.root
    )
    assert checked.returncode == 0


def test_an_editor_at_the_same_time(server: Any, show: Open) -> None:
    page = show(server)
    press(page, "a", "a")
    one, two = (entry.id for _, entry in entries(server))
    view(page, "ledger")
    page.locator(f'[data-key="{one}"]').wait_for()
    content = server.ledger.read_text()
    texts = {entry.id: entry.text for _, entry in entries(server)}
    page.evaluate("document.body.dataset.test = 'still here'")
    server.ledger.write_text("# mine\n" + content.replace(texts[two], texts[two] + " Yes."))
    press(page, "u")  # takes back the second keep, which the editor has changed
    expect(page.locator("#trouble")).to_contain_text("changed in the same place")
    page.get_by_role("button", name="Close").click()
    page.wait_for_timeout(1200)
    assert server.ledger.read_text().startswith("# mine\n")
    page.locator(f'[data-key="{one}"]').click(position={"x": 60, "y": 20})
    server.stop()
    assert page.evaluate("document.body.dataset.test") == "still here"


def test_a_conflict_is_shown_and_decided(server: Any) -> None:
    candidate = _candidates(server)[0]
    state = server.do(id="keep-0001", do="keep", target=candidate["id"], heading="H")
    base = state["quotes"][0]["base"]
    text = candidate["text"]
    server.ledger.write_text(server.ledger.read_text().replace(text, f"{text} Yes."))
    command = {"do": "edit", "target": candidate["id"], "base": base, "text": f"Well, {text}"}
    state = server.do(id="edit-0001", **command)
    ((conflict),) = state["conflicts"]
    assert (conflict["page"], conflict["file"]) == (f"Well, {text}", f"{text} Yes.")
    assert entries(server)[0][1].text == f"{text} Yes."
    server.stop(signal.SIGKILL)
    server.start()
    assert server.state()["conflicts"] == [conflict]
    server.do(id="resolve-1", do="resolve", target="edit-0001", value="page")
    assert server.state()["conflicts"] == []
    assert entries(server)[0][1].text == f"Well, {text}"


def test_a_file_that_is_broken_meanwhile_loses_nothing(server: Any, show: Open) -> None:
    page = show(server)
    press(page, "a")
    content = server.ledger.read_text()
    server.ledger.write_text(content + "\n[[section\n")
    expect(page.locator("#trouble")).to_contain_text("cannot be read", timeout=5000)
    server.ledger.write_text(content + "# better\n")
    expect(page.locator("#trouble")).to_be_hidden(timeout=5000)
    press(page, "x")
    assert "# better" in server.ledger.read_text()


def test_what_is_written_is_what_an_editor_would_write(server: Any, show: Open) -> None:
    page = show(server)
    press(page, "a", "x")
    candidate, other = _candidates(server)[:2]
    minutes, seconds = divmod(round(candidate["start"], 1), 60)
    assert server.ledger.read_text() == (
        f'review = "open"\nrejected = ["{other["id"]}"]\n\n'
        f'[[section]]\nheading = "{candidate["topic"]}"\n\n'
        f'[[section.quote]]\nid = "{candidate["id"]}"\n'
        f'at = "00:{int(minutes):02}:{seconds:04.1f}"\nspeaker = "{candidate["speaker"]}"\n'
        f'text = "{candidate["text"]}"\n'
    )


def test_nothing_acknowledged_is_lost_when_the_server_dies(server: Any, show: Open) -> None:
    page = show(server)
    press(page, "a")
    server.stop(signal.SIGKILL)
    page.keyboard.press("x")
    expect(page.locator("#trouble")).to_contain_text("1 decision is not saved", timeout=5000)
    expect(page.locator("#saved")).to_have_text("Not saved")
    assert len(entries(server)) == 1
    parse_ledger(server.ledger.read_text(), "q")


def test_a_command_sent_twice_is_done_once(server: Any) -> None:
    candidate = _candidates(server)[0]
    for _ in range(2):
        server.do(id="same-0001", do="keep", target=candidate["id"], heading="H")
    assert len(entries(server)) == 1


def test_kill_at_any_moment(server: Any) -> None:
    ids = [candidate["id"] for candidate in _candidates(server)]
    for number, identity in enumerate(ids[:3]):
        server.do(id=f"kill-{number:04}", do="keep", target=identity, heading=f"H{number}")
        server.stop(signal.SIGKILL)
        assert [entry.id for _, entry in entries(server)] == ids[: number + 1]
        server.start()


def test_a_second_instance_is_refused(server: Any) -> None:
    command = Path(sysconfig.get_path("scripts")) / "pullquote"
    done = subprocess.run(
        [sys.executable, command, "review", server.slug, "--no-open"],
        cwd=server.root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert f"the review of {server.slug} is being worked on by process" in done.stderr


def test_keys_can_be_switched_off(server: Any, show: Open) -> None:
    page = show(server)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Single-letter keys are on").uncheck()
    page.get_by_role("button", name="Close").click()
    page.locator(".card.current").focus()
    press(page, "a", "x")
    assert entries(server) == []


def test_sound_plays_and_the_word_is_shown(server: Any, show: Open) -> None:
    page = show(server)
    page.keyboard.press(" ")
    until(page, "CSS.highlights.get('playing')?.size > 0")
    page.keyboard.press(" ")
    until(page, "!CSS.highlights.get('playing')?.size")
    page.locator("#words .time").nth(2).click()
    until(page, "document.querySelector('#audio').currentTime > 1")


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_is_cut_off(server: Any, show: Open, width: int) -> None:
    page = show(server, viewport={"width": width, "height": 800})
    for name in ("candidates", "ledger", "suspects", "preview"):
        view(page, name)
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.querySelector('#desk').scrollWidth") <= width


def test_the_pace_of_saving(server: Any) -> None:
    candidate = _candidates(server)[0]
    started = time.monotonic()
    for number in range(5):
        server.do(id=f"pace-{number:04}", do="later", target=candidate["id"])
    assert time.monotonic() - started < 5


def test_a_further_step_of_a_conflict_waits_too(server: Any) -> None:
    candidate = _candidates(server)[0]
    state = server.do(id="keep-0001", do="keep", target=candidate["id"], heading="H")
    base, text = state["quotes"][0]["base"], candidate["text"]
    server.ledger.write_text(server.ledger.read_text().replace(text, f"{text} Yes."))
    one = {"do": "edit", "target": candidate["id"], "text": f"Well, {text}"}
    server.do(id="edit-0001", base=base, **one)
    state = server.do(id="edit-0002", after="edit-0001", **one)
    assert [conflict["id"] for conflict in state["conflicts"]] == ["edit-0001", "edit-0002"]
    assert entries(server)[0][1].text == f"{text} Yes."
    server.do(id="resolve-1", do="resolve", target="edit-0001", value="file")
    state = server.do(id="resolve-2", do="resolve", target="edit-0002", value="file")
    assert state["conflicts"] == []


def test_the_choice_is_made_on_the_page(server: Any, show: Open) -> None:
    candidate = _candidates(server)[0]
    state = server.do(id="keep-0001", do="keep", target=candidate["id"], heading="H")
    base, text = state["quotes"][0]["base"], candidate["text"]
    server.ledger.write_text(server.ledger.read_text().replace(text, f"{text} Yes."))
    server.do(id="edit-0001", do="edit", target=candidate["id"], base=base, text=f"Well, {text}")
    page = show(server)
    expect(page.locator("#trouble")).to_contain_text(f"Well, {text}")
    expect(page.locator("#trouble")).to_contain_text(f"{text} Yes.")
    page.get_by_role("button", name="Use the file’s").click()
    saved(page)
    expect(page.locator("#trouble")).to_be_hidden()
    assert entries(server)[0][1].text == f"{text} Yes."


def test_undo_sent_twice_is_done_once(server: Any) -> None:
    for number, candidate in enumerate(_candidates(server)[:2]):
        server.do(id=f"keep-{number:04}", do="keep", target=candidate["id"], heading="H")
    for _ in range(2):
        server.do(id="undo-0001", do="undo")
    assert len(entries(server)) == 1
