"""Everything by keyboard: edges, views, orders, suspects."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

Open = Callable[..., Page]
Press = Callable[..., None]
Saved = Callable[[Page], None]
View = Callable[[Page, str], None]


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


def mend_once(server: Any) -> None:
    """Mend two words in the first of the places where they are said."""
    at = {"words": [368, 370], "said": "school books"}
    server.do(id="mend-once", do="correct", text="schoolbooks", **at)


def test_the_same_mishearing_is_heard_and_accepted_elsewhere(
    server: Any, show: Open, saved: Saved
) -> None:
    page = show(server)
    rows = page.locator(".card.suspect")
    page.keyboard.press("S")
    count = rows.count()
    page.keyboard.press("E")
    expect(page.locator("#live")).to_have_text("No mishearing that was mended is heard elsewhere")
    mend_once(server)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("E")
    expect(rows).to_have_count(count + 1)
    current = page.locator(".card.current")
    expect(current).to_contain_text(
        "it is told wrong? In most school books → schoolbooks it is told"
    )
    expect(current).to_contain_text("mended to “schoolbooks” at 2:01")
    page.keyboard.press("a")
    saved(page)
    expect(rows).to_have_count(count)
    assert (server.episode / "corrections.toml").read_text().count('text = "schoolbooks"') == 2
    page.keyboard.press("u")
    saved(page)
    page.keyboard.press("E")
    page.keyboard.press("h")  # it is right there
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
    box = page.locator(".card.current .consent input").first
    expect(box).to_be_focused()
    assert not server.entries()[0][1].consent
    press(page, "a")
    assert "heard: " in " ".join(server.entries()[0][1].consent)


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
    expect(page.locator("#live")).to_have_text("Listen, and then sign it")
    assert not server.entries()[0][1].consent
    press(page, "a")
    (line,) = server.entries()[0][1].consent
    assert "never" in line
    assert " in “" in line
    asked.locator("input").uncheck()
    saved(page)
    assert not server.entries()[0][1].consent


MOMENTS = """async (edits) => {
  const { moments } = await import("/static/questions.js");
  return moments({ edits });
}"""


def test_of_a_question_only_its_moments_are_played(server: Any, show: Open) -> None:
    page = show(server)
    edits = [{"at": at, "raw": raw} for at, raw in ((60.0, "the"), (1.0, ""), (62.0, "a pier"))]
    (first, last), (start, end) = page.evaluate(MOMENTS, edits)
    assert (first, last) == (0.0, 2.5)
    assert start == 58.5
    assert 63 < end < 65


TWICE = """() => [1, 2].forEach(() => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key: "i", bubbles: true, cancelable: true })))"""


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
    page.evaluate(TWICE)
    saved(page)
    expect(page.locator("#trouble")).to_be_hidden()
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
    for key, view in {
        "S": "suspects",
        "H": "chapters",
        "P": "preview",
        "C": "candidates",
        "L": "ledger",
    }.items():
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
