"""Headings and quotes in the host's order: by key, by button and by drag."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

Open = Callable[..., Page]
Press = Callable[..., None]
Saved = Callable[[Page], None]
View = Callable[[Page, str], None]


def headings(server: Any) -> list[str]:
    found: list[str] = server.state()["headings"]
    return found


def keep_under(server: Any, *names: str) -> list[str]:
    """Keep a candidate under each heading; returns their ids."""
    ids = [candidate["id"] for candidate in server.candidates()]
    for number, (identity, name) in enumerate(zip(ids, names, strict=False)):
        server.do(id=f"keep-{number:04}", do="keep", target=identity, heading=name)
    return ids


def open_first(page: Page) -> None:
    """Open the first quote; the page opens the first that needs something."""
    brief = page.locator(".card").first.locator("button.brief")
    if brief.count():
        brief.click()
    page.locator(".card.current").focus()


def test_a_heading_moves_with_its_quotes(
    server: Any, show: Open, press: Press, saved: Saved, view: View, drag: Callable[..., None]
) -> None:
    keep_under(server, "One", "One", "Two", "Three")
    before = server.ledger.read_text()
    page = show(server)
    view(page, "ledger")
    open_first(page)
    press(page, "Alt+Shift+ArrowDown")
    assert headings(server) == ["Two", "One", "Three"]
    expect(page.locator("#live")).to_contain_text("One moved from 1 to 2 of 3")
    page.get_by_role("button", name="Move the heading Three up").click()
    saved(page)
    assert headings(server) == ["Two", "Three", "One"]
    one, two = (f".heading:has-text('{name}')" for name in ("One", "Two"))
    drag(page, f"{one} .grip", two)
    assert headings(server) == ["One", "Two", "Three"]
    assert server.ledger.read_text() == before  # byte for byte
    page.locator(".card.current").focus()
    press(page, "u", "u")
    assert headings(server) == ["Two", "One", "Three"]


def test_a_heading_without_quotes_is_taken_out(
    server: Any, show: Open, press: Press, saved: Saved, view: View
) -> None:
    keep_under(server, "One", "Two")
    page = show(server)
    view(page, "ledger")
    open_first(page)
    press(page, "2")
    assert headings(server) == ["One", "Two"]
    page.get_by_role("button", name="Take out One").click()
    saved(page)
    assert headings(server) == ["Two"]


def test_a_heading_is_renamed_by_key(
    server: Any, show: Open, press: Press, saved: Saved, view: View
) -> None:
    keep_under(server, "One")
    page = show(server)
    view(page, "ledger")
    page.locator(".card.current").focus()
    page.keyboard.press("r")
    page.keyboard.type("Another")
    page.keyboard.press("Enter")
    saved(page)
    assert headings(server) == ["Another"]


def test_a_chapter_that_the_host_did_not_name_is_no_heading(
    server: Any, show: Open, press: Press, saved: Saved
) -> None:
    settings = server.episode / "episode.toml"
    settings.write_text(settings.read_text().partition("[[chapters]]")[0])
    server.stop()
    server.start_here()
    page = show(server)
    expect(page.get_by_label("Heading", exact=True)).to_have_value("")
    press(page, "a", "a")
    assert headings(server) == [""]
    assert "heading" not in server.ledger.read_text()
    page.keyboard.press("L")
    expect(page.get_by_role("heading", name="(no heading)")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.type("On wires")
    press(page, "Enter")
    assert headings(server) == ["On wires"]
    assert len(server.entries()) == 2
