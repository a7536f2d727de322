"""An editor beside the page, a server that dies, a command sent twice: no decision is lost or doubled."""

import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from pipeline.quotes.ledger.ledger import parse_ledger

Open = Callable[..., Page]
Press = Callable[..., None]
Saved = Callable[[Page], None]
View = Callable[[Page, str], None]


def test_undo_outlives_the_server(command_server: Any, show: Open, press: Press) -> None:
    press(show(command_server), "a")
    command_server.stop(signal.SIGKILL)
    command_server.start()
    page = show(command_server)
    assert command_server.state()["undo"].startswith("Keep")
    press(page, "u")
    assert not command_server.ledger.exists()


def test_an_editor_at_the_same_time(server: Any, show: Open, press: Press, view: View) -> None:
    page = show(server)
    press(page, "a", "a")
    one, two = (entry.id for _, entry in server.entries())
    view(page, "ledger")
    page.locator(f'[data-key="{one}"]').wait_for()
    content = server.ledger.read_text()
    texts = {entry.id: entry.text for _, entry in server.entries()}
    page.evaluate("document.body.dataset.test = 'still here'")
    server.ledger.write_text("# mine\n" + content.replace(texts[two], texts[two] + " Yes."))
    press(page, "u")  # takes back the second keep, which the editor has changed
    expect(page.locator("#trouble")).to_contain_text("changed in the same place")
    page.get_by_role("button", name="Close").click()
    page.wait_for_timeout(300)
    assert server.ledger.read_text().startswith("# mine\n")
    page.locator(f'[data-key="{one}"]').click(position={"x": 60, "y": 20})
    server.stop()
    assert page.evaluate("document.body.dataset.test") == "still here"


def test_a_conflict_is_shown_and_decided(server: Any) -> None:
    candidate = server.candidates()[0]
    state = server.do(id="keep-0001", do="keep", target=candidate["id"], heading="H")
    base = state["quotes"][0]["base"]
    text = candidate["text"]
    server.ledger.write_text(server.ledger.read_text().replace(text, f"{text} Yes."))
    command = {"do": "edit", "target": candidate["id"], "base": base, "text": f"Well, {text}"}
    state = server.do(id="edit-0001", **command)
    ((conflict),) = state["conflicts"]
    assert (conflict["page"], conflict["file"]) == (f"Well, {text}", f"{text} Yes.")
    assert server.entries()[0][1].text == f"{text} Yes."
    server.stop()
    server.start_here()
    assert server.state()["conflicts"] == [conflict]
    server.do(id="resolve-1", do="resolve", target="edit-0001", value="page")
    assert server.state()["conflicts"] == []
    assert server.entries()[0][1].text == f"Well, {text}"


def test_a_file_that_is_broken_meanwhile_loses_nothing(
    server: Any, show: Open, press: Press
) -> None:
    page = show(server)
    press(page, "a")
    content = server.ledger.read_text()
    server.ledger.write_text(content + "\n[[section\n")
    expect(page.locator("#trouble")).to_contain_text("cannot be read")
    server.ledger.write_text(content + "# better\n")
    expect(page.locator("#trouble")).to_be_hidden()
    press(page, "x")
    assert "# better" in server.ledger.read_text()


def test_nothing_acknowledged_is_lost_when_the_server_dies(
    command_server: Any, show: Open, press: Press
) -> None:
    page = show(command_server)
    press(page, "a")
    command_server.stop(signal.SIGKILL)
    page.keyboard.press("x")
    expect(page.locator("#trouble")).to_contain_text("1 decision is not saved")
    expect(page.locator("#saved")).to_have_text("Not saved")
    assert len(command_server.entries()) == 1
    parse_ledger(command_server.ledger.read_text(), "q")


def test_a_page_that_is_left_open_goes_on_with_the_next_server(
    command_server: Any, show: Open, press: Press
) -> None:
    page = show(command_server)
    address = command_server.url
    press(page, "a")
    command_server.stop()
    for key in "xa":
        page.keyboard.press(key)
    expect(page.locator("#trouble")).to_contain_text("2 decisions are not saved")
    command_server.start()
    assert command_server.url == address
    expect(page.locator("#saved")).to_have_text("Saved")
    assert len(command_server.entries()) == 2
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_command_sent_twice_is_done_once(server: Any) -> None:
    candidate = server.candidates()[0]
    for _ in range(2):
        server.do(id="same-0001", do="keep", target=candidate["id"], heading="H")
    assert len(server.entries()) == 1


def test_a_second_instance_is_refused(command_server: Any) -> None:
    command = Path(sysconfig.get_path("scripts")) / "pullquote"
    done = subprocess.run(
        [sys.executable, command, "review", command_server.slug, "--no-open"],
        cwd=command_server.root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert f"the review of {command_server.slug} is being worked on by process" in done.stderr


def test_a_further_step_of_a_conflict_waits_too(server: Any) -> None:
    candidate = server.candidates()[0]
    state = server.do(id="keep-0001", do="keep", target=candidate["id"], heading="H")
    base, text = state["quotes"][0]["base"], candidate["text"]
    server.ledger.write_text(server.ledger.read_text().replace(text, f"{text} Yes."))
    one = {"do": "edit", "target": candidate["id"], "text": f"Well, {text}"}
    server.do(id="edit-0001", base=base, **one)
    state = server.do(id="edit-0002", after="edit-0001", **one)
    assert [conflict["id"] for conflict in state["conflicts"]] == ["edit-0001", "edit-0002"]
    assert server.entries()[0][1].text == f"{text} Yes."
    server.do(id="resolve-1", do="resolve", target="edit-0001", value="file")
    state = server.do(id="resolve-2", do="resolve", target="edit-0002", value="file")
    assert state["conflicts"] == []


def test_the_choice_is_made_on_the_page(server: Any, show: Open, saved: Saved) -> None:
    candidate = server.candidates()[0]
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
    assert server.entries()[0][1].text == f"{text} Yes."


def test_undo_sent_twice_is_done_once(server: Any) -> None:
    for number, candidate in enumerate(server.candidates()[:2]):
        server.do(id=f"keep-{number:04}", do="keep", target=candidate["id"], heading="H")
    for _ in range(2):
        server.do(id="undo-0001", do="undo")
    assert len(server.entries()) == 1
