"""The whole way in the browser: decide, finish, publish; and the ledger is what an editor would write."""

import re
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
Press = Callable[..., None]
Saved = Callable[[Page], None]
View = Callable[[Page, str], None]


@pytest.fixture
def undecided(
    published: Any,
    server_at: Callable[[Path], Any],
    tmp_path: Path,
    kill_store: Callable[[Path], None],
) -> Iterator[Any]:
    """A copy of the show that the suite publishes once, before its review and with a store of its own."""
    root = tmp_path / "show"
    shutil.copytree(published.root, root, ignore=shutil.ignore_patterns(".pullquote"))
    made = server_at(root)
    made.ledger.unlink()
    made.start_here()
    yield made
    made.stop()
    kill_store(root)


def test_from_the_first_key_to_the_feed(
    undecided: Any, show: Open, press: Press, saved: Saved, view: View
) -> None:
    page = show(undecided)
    one, two, three = undecided.candidates()[:3]
    press(page, "a", "x", "a")  # a quote, a rejection, a quote
    view(page, "ledger")
    page.locator(f'[data-key="{three["id"]}"] .brief').click()
    page.get_by_label("Under").select_option(label="A new heading…")
    page.get_by_label("New heading").fill('"Last" words')
    page.get_by_label("New heading").press("Enter")
    saved(page)
    page.get_by_label("Question").fill("Why?")
    page.get_by_label("Question").press("Tab")
    saved(page)
    page.locator(".card.current").focus()
    press(page, "b")
    while page.locator("#finish .stops button").count():  # whatever the recogniser itself doubts
        page.keyboard.press("v")
        press(page, " ")
    consents = {entry.id: list(entry.consent) for _, entry in undecided.entries()}
    page.get_by_role("button", name="Finish the review").click()
    saved(page)
    expect(page.get_by_text(f"pullquote publish {undecided.slug}")).to_be_visible()
    assert undecided.ledger.read_text() == (
        f'review = "host"\nrejected = ["{two["id"]}"]\n\n'
        f'[[section]]\nheading = "{one["topic"]}"\n\n'
        + quote(one, consents)
        + (
            ""
            if three["topic"] == one["topic"]
            else f'\n[[section]]\nheading = "{three["topic"]}"\n'
        )
        + '\n[[section]]\nheading = "\\"Last\\" words"\n\n'
        + quote(three, consents, 'soundbite = true\nquestion = "Why?"\n')
    )
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog", name="This would change")
    expect(dialog.get_by_role("log")).to_contain_text("nothing was sent", timeout=120_000)
    dialog.get_by_role("button", name="Publish now").click()
    done = page.get_by_role("dialog", name="Published")
    feed = done.get_by_role("link", name=re.compile("feed.xml$")).last
    expect(feed).to_be_visible(timeout=120_000)
    address = str(feed.get_attribute("href"))
    with urllib.request.urlopen(address) as answer:
        assert undecided.slug.encode() in answer.read()
    done.get_by_role("button", name="Close").click()
    undecided.stop()
    page_html = undecided.episode / "build" / "site" / "index.html"
    notes = (undecided.episode / "build" / "show-notes.md").read_text()
    assert three["text"].split("’")[0].split("'")[0][:30] in notes
    assert "“Last” words" in notes or '"Last" words' in notes
    assert two["text"][:30] not in notes
    assert not page_html.exists() or "Why?" in page_html.read_text()


def quote(candidate: dict[str, Any], consents: dict[str, list[str]], more: str = "") -> str:
    """A quote as an editor would write it."""
    minutes, seconds = divmod(round(candidate["start"], 1), 60)
    signed = ", ".join(f'"{line}"' for line in consents[candidate["id"]])
    return (
        f'[[section.quote]]\nid = "{candidate["id"]}"\n'
        f'at = "00:{int(minutes):02}:{seconds:04.1f}"\nspeaker = "{candidate["speaker"]}"\n'
        f'text = "{candidate["text"]}"\n' + (f"consent = [{signed}]\n" if signed else "") + more
    )
