"""What guests answered, on the review page: seen on their quotes, and settled by the host."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from pipeline.quotes.ledger.ledger import load_ledger

OWN = Path(__file__).resolve().parents[2] / "episodes/why-bridges-hum/quotes.toml"


def answered(server: Any, **said: str) -> None:
    """The sample's own ledger, with what its guest said of some quotes."""
    text = OWN.read_text("utf-8")
    for identity, line in said.items():
        text = text.replace(f'id = "{identity}"', f'id = "{identity}"\nguest = "{line}"')
    server.ledger.write_text(f'review = "host"\n{text}', "utf-8")


def card(page: Page, text: str) -> Any:
    return page.locator(".card", has_text=text)


def test_a_change_that_the_guest_wants_is_shown_and_settled(
    server: Any, show: Callable[..., Page], view: Callable[..., None], saved: Callable[..., None]
) -> None:
    answered(
        server, cto3="asks 2026-11-29: misheard: <b>thick</b> cables", giyy="approved 2026-11-29"
    )
    page = show(server)
    view(page, "ledger")
    expect(card(page, "A structure is never alone").locator(".meta")).to_contain_text(
        "approved 2026-11-29"
    )
    asked = card(page, "The note is easy to work out")
    expect(asked.locator(".meta")).to_contain_text("asks 2026-11-29")
    asked.locator(".brief").click()
    expect(page.locator(".current .guest")).to_contain_text("misheard: <b>thick</b> cables")
    page.locator(".current .guest").get_by_role("button", name="Settled").click()
    expect(page.locator(".current .guest")).to_have_count(0)
    saved(page)
    said = {entry.id: entry.guest for _, entry in load_ledger(server.ledger, "x").entries}
    assert said["cto3"] is None
    assert str(said["giyy"]) == "approved 2026-11-29"
    page.keyboard.press("Control+z")
    expect(page.locator(".current .guest")).to_contain_text("cables")


def test_what_the_guest_withdrew_stands_in_the_way(
    server: Any, show: Callable[..., Page], view: Callable[..., None]
) -> None:
    answered(server, cto3="withdrawn 2026-11-29: not mine")
    page = show(server)
    view(page, "ledger")
    expect(card(page, "The note is easy to work out").locator(".stopped")).to_have_text(
        "withdrawn by the guest"
    )
    expect(page.locator("#finish")).to_contain_text("Finished, but not publishable")
    state = server.state()
    assert state["stops"] == [
        "cto3 (“The note of a wire”): withdrawn by the guest on 2026-11-29: “not mine”: take it out"
    ]


def test_nobody_answers_for_the_guest_on_the_page(server: Any) -> None:
    answered(server)
    command = {"id": "answer-for-guest", "do": "set", "target": "cto3", "key": "guest"}
    status, body, _ = server.ask("/api/do", {**command, "value": "approved 2026-11-29"})
    assert (status, b"only the guest can answer" in body) == (409, True)
