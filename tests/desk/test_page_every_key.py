"""The list of keys: each has an effect, and none is left out."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.desk.test_page_keys import mend_once, wait_until_saved

Open = Callable[..., Page]

KEYS = Path(__file__).resolve().parents[2] / "pipeline" / "desk" / "static" / "keys.js"

#: Rows of the list that are not pressed as they are written.
PRESSED = {
    "Space": [" "],
    "1–9": ["1"],
    "C L S H P T": ["C", "L", "S", "H", "P", "T"],
    "Shift ← →": ["Shift+ArrowLeft", "Shift+ArrowRight"],
    "Shift ← → ↑ ↓": ["Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowLeft", "Shift+ArrowUp"],
    "Alt ↑ ↓": ["Alt+ArrowUp", "Alt+ArrowDown"],
    "Alt Shift ↑ ↓": ["Alt+Shift+ArrowUp", "Alt+Shift+ArrowDown"],
    "Ctrl Z": ["Control+z"],
    "Ctrl Shift Z": ["Control+Shift+Z"],
    "Ctrl S": ["Control+s"],
}

#: Everything that a key can change: what is shown, what has the focus, what plays, what is chosen.
SEEN = """JSON.stringify([
  document.querySelector("#desk").innerHTML, document.querySelector("#chosen").innerText,
  document.body.dataset.view, document.activeElement.outerHTML.slice(0, 200),
  CSS.highlights.get("playing")?.size > 0, document.querySelector("#audio").paused,
  ...[...document.querySelectorAll("#speed, #order")].map((choice) => choice.value),
  [...document.querySelectorAll("dialog")].map((dialog) => dialog.open),
  document.querySelector("#words").scrollTop, [...CSS.highlights.get("chosen") ?? []].map(String)])"""
QUIET = "document.querySelector('#live').textContent = ''"
FRAME = "new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))"


class Bench:
    """Brings the page into a state, presses a key there, and tells what that did."""

    def __init__(self, page: Page, server: Any) -> None:
        self.page = page
        self.server = server
        self.ledger = server.ledger.read_text()
        self.count = page.locator("#count").inner_text()

    def load(self, state: str) -> None:
        """Begin anew, without the trims that were made before."""
        self.page.reload()
        self.page.wait_for_selector("body[data-ready]")
        self.enter(state)

    def enter(self, state: str) -> None:
        """A candidate, quote or suspect open, or words chosen, and nothing else going on."""
        page = self.page
        page.evaluate("document.querySelectorAll('dialog').forEach((open) => open.close())")
        for _ in range(2):  # out of a field, out of the choice
            page.keyboard.press("Escape")
        wait_until_saved(page)
        if self.server.ledger.read_text() != self.ledger:
            self.server.ledger.write_text(self.ledger)
        page.evaluate("dispatchEvent(new Event('focus'))")  # the page looks at the files
        expect(page.locator("#count")).to_have_text(self.count)
        page.locator("#desk").focus()
        page.keyboard.press(
            {"quote": "L", "suspect": "S", "chapter": "H", "preview": "P"}.get(state, "C")
        )
        for key in SECOND.get(state, ""):
            page.keyboard.press(key)
        if state == "preview":
            expect(page.get_by_role("heading", name="Posts")).to_be_visible()
        if state == "chosen":
            page.locator("#search").fill("told as resonance")
            page.locator("#search").press("Enter")
            page.locator("#search").press("Escape")

    def prepare(self, keys: Sequence[str]) -> None:
        """Press what a key needs to have been pressed before; longer texts are written."""
        for key in keys:
            if key.endswith("."):
                self.page.keyboard.press("Control+a")
                self.page.keyboard.insert_text(key)
            else:
                self.page.keyboard.press(key)
        wait_until_saved(self.page)

    def faults(self, state: str, listed: Sequence[tuple[str, str]]) -> list[str]:
        """The keys that are at home in a state and do nothing; among suspects, all that are silent."""
        found = []
        self.load(state)
        for home, key in [(home, key) for home, row in listed for key in PRESSED.get(row, [row])]:
            if state not in (home, "suspect"):
                continue
            if home == state:
                self.prepare(BEFORE.get(key, []))
            changed, said = self.press(key)
            done = changed or said.startswith(DONE)
            if not (done if home == state else changed or said or key == "Escape"):
                found.append(f"{key} with a {state} does nothing: “{said}”")
            if changed:
                (self.load if state == "chosen" else self.enter)(state)
        return found

    def press(self, key: str) -> tuple[bool, str]:
        """Whether anything that is seen changed, and what was said."""
        seen = ""
        while seen != (before := self.page.evaluate(SEEN)):  # until it has come to rest
            seen = before
            self.page.evaluate(FRAME)
        self.page.evaluate(QUIET)
        self.page.keyboard.press(key)
        for _ in range(200):  # a sound is opened first
            said = self.page.locator("#live").inner_text()
            changed = self.page.evaluate(SEEN) != before
            if said or changed:
                return changed, said
            self.page.evaluate(FRAME)
        return False, ""


#: Where each group of the list is at home, and the rows of it that are at home elsewhere.
HOME = {
    "Listen": "candidate",
    "Decide": "candidate",
    "Trim and edit": "candidate",
    "Order and describe": "quote",
    "Transcript": "chosen",
    "Go": "quote",
    "j": "quote",
    "k": "quote",
    "m": "chosen",
    "i": "quote",
    "-": "quote",
    "t": "candidate",
    "C L S H P T": "preview",
    "[": "chapter",
    "]": "chapter",
    "M": "preview",
}
#: To the second quote or chapter, which has neighbours.
SECOND = {"quote": "kkj", "chapter": "kkkkj"}
#: Rows that need something to work on.
BEFORE = {
    "Escape": ["g"],
    "-": ["k"],
    "R": ["F"],
    "i": [
        "f",
        "You change the spacing. On power lines you can see those weights.",
        "Control+Enter",
    ],
    "v": ["L", "f", "Never, never.", "Control+Enter", "C"],
    "<": [">"],
}
DONE = ("Copied", "Saved", "Undone", "Preview")  # what is said of an effect that cannot be seen


@pytest.mark.slow
def test_every_key_of_the_list_has_an_effect(server: Any, show: Open) -> None:
    """And none is silent: where a key can do nothing, the page says what it needs."""
    # The first quote has fillers, and a candidate that is left something that is proposed for it.
    candidates = server.candidates()
    ids = [each["id"] for each in sorted(candidates, key=lambda c: "you know" not in c["text"])]
    for number, heading in enumerate(["One", "Two", "Three"]):
        server.do(id=f"keep-{number:04}", do="keep", target=ids[number], heading=heading)
    mend_once(server)
    page = show(server, permissions=["clipboard-write"])
    server.sign_all()
    # What it starts works for long, and test_page_publish sees it through.
    page.route("**/api/publish", lambda route: route.fulfill(json={"running": True, "lines": []}))
    page.keyboard.press("?")
    listed = [
        (HOME.get(row, HOME[table.locator("caption").inner_text()]), row)
        for table in page.locator("#key-rows table").all()
        for row in table.locator("kbd").all_inner_texts()
    ]
    assert len(listed) > 45
    bench = Bench(page, server)
    states = sorted({*HOME.values(), "suspect"})
    found = [fault for state in states for fault in bench.faults(state, listed)]
    assert not found, "\n".join(found)


def test_every_key_is_listed(server: Any, show: Open) -> None:
    page = show(server)
    page.keyboard.press("?")
    listed = " ".join(page.locator("#key-rows kbd").all_inner_texts())
    bound = re.findall(r'^\s+\["(\S|[^"]{2,})", "', KEYS.read_text(), re.MULTILINE)
    assert len(bound) > 35
    for key in [*bound, "C", "L", "S", "H", "P", "T"]:
        assert ("Space" if key == " " else key) in listed
    expect(page.get_by_role("button", name="Close")).to_be_focused()
