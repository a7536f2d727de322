"""Everything by keyboard: edges, views, orders, suspects, and a list of keys that leaves none out."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
Press = Callable[..., None]
Saved = Callable[[Page], None]
View = Callable[[Page, str], None]

KEYS = Path(__file__).resolve().parents[2] / "pipeline" / "desk" / "static" / "keys.js"


def wait_until_saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_text("Saved")


def text_of(page: Page) -> str:
    return " ".join(page.locator(".card.current .quote").inner_text().split())


def test_shift_and_arrows_trim_the_edge_that_was_moved_last(
    server: Any, show: Open, press: Press
) -> None:
    page = show(server)
    words = text_of(page).split()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator(".card.current .quote")).not_to_contain_text(words[-1])
    page.keyboard.press("s")
    start = page.get_by_role("slider", name="Where the quote starts")
    expect(start).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(start).to_be_focused()
    page.locator(".card.current").focus()
    page.keyboard.press("Shift+ArrowRight")  # the start again: it was moved last
    press(page, "a")
    ((_, entry),) = server.entries()
    assert entry.text == " ".join(words[2:-1])
    word_times = server.state()["quotes"][0]["start"]
    assert abs((entry.at or 0) - word_times) <= 0.05  # the time in the ledger followed the trim


def test_steps_on_a_candidate_are_taken_back_and_done_again(
    server: Any, show: Open, press: Press
) -> None:
    page = show(server)
    before = text_of(page)
    for _ in range(2):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("u")
    page.keyboard.press("u")
    expect(page.locator(".card.current .quote")).to_have_text(re.compile(re.escape(before[-20:])))
    page.keyboard.press("Control+Shift+Z")
    press(page, "a")
    assert server.entries()[0][1].text == before.rsplit(" ", 1)[0]


def test_a_tab_with_an_undecided_trim_asks_before_it_closes(server: Any, show: Open) -> None:
    page = show(server)
    page.locator(".card.current").click(position={"x": 5, "y": 5})
    quote = page.locator(".card.current .quote")
    before = quote.inner_text()
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.keyboard.press("Shift+ArrowLeft")
    expect(quote).not_to_have_text(before)
    with page.expect_event("dialog"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]
    page.keyboard.press("u")
    expect(quote).to_have_text(before)
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]


def test_suspects_are_heard_and_corrected_by_key(server: Any, show: Open, saved: Saved) -> None:
    page = show(server)
    page.keyboard.press("S")
    rows = page.locator(".card.suspect")
    count = rows.count()
    first = page.locator(".card.current mark").inner_text()
    page.keyboard.press(" ")
    page.keyboard.press("h")
    saved(page)
    expect(rows).to_have_count(count - 1)
    written = (server.episode / "corrections.toml").read_text()
    assert '[[heard]]\nat = "00:' in written
    assert f'said = "{first}"' in written
    expect(page.locator(".card.current")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.locator(".card.current input[type=text]").fill("otherwise")
    page.keyboard.press("Enter")
    saved(page)
    expect(page.locator("#words")).to_contain_text("otherwise")
    page.locator("#desk").focus()
    page.keyboard.press("u")
    page.keyboard.press("u")
    saved(page)
    expect(rows).to_have_count(count)


def test_doubted_words_of_a_quote_are_heard_by_h_and_signed(
    server: Any, show: Open, press: Press, saved: Saved, doubted: str
) -> None:
    page = show(server)
    page.locator("#search").fill(doubted)
    page.locator("#search").press("Enter")
    page.locator("#words").focus()
    page.keyboard.press("Shift+ArrowDown")
    press(page, "n")
    expect(page.locator(".card.current .verdict")).to_contain_text("needs your consent")
    page.locator(".card.current").focus()
    page.keyboard.press("h")
    box = page.locator(".consent input[data-kind=suspect]").first
    expect(box).to_be_focused()
    assert not server.entries()[0][1].consent
    press(page, "a")
    assert server.entries()[0][1].consent


def test_a_sentence_is_one_question_that_a_signs_once_it_was_heard(
    server: Any, show: Open, press: Press, saved: Saved, view: View
) -> None:
    page = show(server)
    press(page, "a")
    view(page, "ledger")
    text = server.entries()[0][1].text.split()
    page.locator(".card.current").focus()
    page.keyboard.press("f")
    page.get_by_label("The text of the quote").fill(" ".join([*text[:2], "never", *text[3:]]))
    page.keyboard.press("Control+Enter")
    saved(page)
    asked = page.locator(".card.current .consent")
    expect(asked).to_have_count(1)
    expect(asked.locator("dd mark").last).to_contain_text("never")
    expect(asked.locator(".why li").first).to_contain_text("negation touched")
    page.locator(".card.current").focus()
    page.keyboard.press("a")
    expect(page.locator("#live")).to_have_text("Listen: a signs it then")
    assert not server.entries()[0][1].consent
    press(page, "a")
    (line,) = server.entries()[0][1].consent
    assert "never" in line
    assert " in “" in line
    asked.locator("input").uncheck()
    saved(page)
    assert not server.entries()[0][1].consent


def test_what_was_cut_out_is_marked_with_one_key(
    server: Any, show: Open, press: Press, saved: Saved, view: View
) -> None:
    page = show(server)
    press(page, "a")
    view(page, "ledger")
    text = server.entries()[0][1].text.split()
    page.locator(".card.current").focus()
    press(page, "i")
    expect(page.locator("#live")).to_have_text("Nothing was cut out of this quote unmarked")
    page.keyboard.press("f")
    page.get_by_label("The text of the quote").fill(" ".join([*text[:4], *text[14:]]))
    page.keyboard.press("Control+Enter")
    saved(page)
    expect(page.locator(".card.current .why")).to_contain_text("a clause cut out")
    page.locator(".card.current").focus()
    press(page, "i")
    assert server.entries()[0][1].text.split() == [*text[:4], "[...]", *text[14:]]
    press(page, "u")
    assert "[...]" not in server.entries()[0][1].text


def test_views_orders_and_fields_have_keys(
    server: Any, show: Open, press: Press, saved: Saved
) -> None:
    page = show(server)
    page.keyboard.press("o")
    expect(page.locator("#order")).to_have_value("topic")
    page.keyboard.press("d")
    expect(page.locator("#decided")).to_be_checked()
    press(page, "a")
    for key, view in {"S": "suspects", "P": "preview", "C": "candidates", "L": "ledger"}.items():
        page.keyboard.press(key)
        expect(page.locator("body")).to_have_attribute("data-view", view)
    press(page, "b")
    assert server.entries()[0][1].soundbite
    for key, label in {"q": "Question", "y": "Speaker"}.items():
        page.keyboard.press(key)
        expect(page.get_by_label(label, exact=True)).to_be_focused()
        page.keyboard.press("Tab")
        page.locator(".card.current").focus()
    page.keyboard.press("f")
    expect(page.get_by_label("The text of the quote")).to_be_focused()
    page.get_by_role("button", name="Cancel").first.click()
    page.locator(".card.current").focus()
    server.sign_all()
    expect(page.get_by_role("button", name="Finish the review")).to_be_enabled()
    press(page, "F")
    expect(page.get_by_role("heading", name="Ready to publish")).to_be_visible()
    page.keyboard.press("T")
    expect(page.locator("#words")).to_be_focused()


def test_chosen_words_become_an_edge_of_the_open_quote(
    server: Any, show: Open, press: Press
) -> None:
    page = show(server)
    press(page, "a")
    page.keyboard.press("L")
    words = server.entries()[0][1].text.split()
    page.locator("#search").fill(" ".join(words[3:6]))
    page.locator("#search").press("Enter")
    page.locator("#words").focus()
    press(page, ",")
    assert server.entries()[0][1].text == " ".join(words[3:])


#: Rows of the list that are not pressed as they are written.
PRESSED = {
    "Space": [" "],
    "1–9": ["1"],
    "C L S P T": ["C", "L", "S", "P", "T"],
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
        page.keyboard.press({"quote": "L", "suspect": "S", "preview": "P"}.get(state, "C"))
        if state == "quote":
            for key in "kkj":  # to the second, which has neighbours
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
    "C L S P T": "preview",
    "M": "preview",
}
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


@pytest.mark.long
def test_every_key_of_the_list_has_an_effect(server: Any, show: Open) -> None:
    """And none is silent: where a key can do nothing, the page says what it needs."""
    ids = [candidate["id"] for candidate in server.candidates()]
    for number, heading in enumerate(["One", "Two", "Three"]):
        server.do(id=f"keep-{number:04}", do="keep", target=ids[number], heading=heading)
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
    for key in [*bound, "C", "L", "S", "P", "T"]:
        assert ("Space" if key == " " else key) in listed
    expect(page.get_by_role("button", name="Close")).to_be_focused()
