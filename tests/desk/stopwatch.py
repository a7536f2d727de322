"""How many key presses and seconds a review takes: from opening the page to a ledger that can be published.

Usage: python tests/desk/stopwatch.py SHOW SLUG LEDGER [LISTENING]

SHOW is a copy of a show whose episode SLUG has run to `suggest` and has no ledger; LEDGER holds the
quotes that are wanted. Everything is done in the browser: each passage is found by search, chosen by
keys, made a quote with n, its text pasted (one key press), put under its heading, marked where a clause was
cut out of it unmarked, and signed question by question. The seconds are the page's and the script's,
without a host's thinking and listening. For so many seconds (LISTENING, 0) it waits before it signs a
quote: meanwhile the sound is asked, and fewer questions are left.
"""

import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from pipeline.times import parse_clock
from tests.desk.served import COMMAND, served

CHROMIUM = "/usr/bin/chromium"
COUNT = """() => { window.presses = 0; window.clicks = 0;
  addEventListener('keydown', () => presses += 1, true);
  addEventListener('pointerdown', () => clicks += 1, true); }"""


def main(root: Path, slug: str, ledger: Path, listening: float = 0.0) -> None:
    """Run the review and print what it took."""
    wanted = tomllib.loads(ledger.read_text(encoding="utf-8"))["section"]
    with served(root, slug) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        review(page, url, wanted, listening)
        browser.close()
    # As `publish` does before it looks: what the quotes mended is mended in the transcript first.
    subprocess.run([sys.executable, COMMAND, "run", slug, "--to", "suggest"], cwd=root, check=True)
    checked = subprocess.run([sys.executable, COMMAND, "quotes", "check", slug], cwd=root)
    print("publishable" if checked.returncode == 0 else "not publishable")


def review(page: Page, url: str, wanted: list[dict[str, Any]], listening: float) -> None:
    """Make every wanted quote, hear it for `listening` seconds and sign it, then finish."""
    started = time.monotonic()
    page.goto(url)
    page.wait_for_selector("body[data-ready]")
    opened = time.monotonic() - started
    page.evaluate(COUNT)
    words = page.evaluate(
        "[...document.querySelectorAll('#words .said')].map((p) => p.textContent.split(' ')).flat()"
    )
    starts = page.evaluate("fetch('/api/episode').then((a) => a.json()).then((e) => e.starts)")
    marked = signed = 0
    for section in wanted:
        for number, quote in enumerate(section["quote"]):
            at = parse_clock(quote["at"]) * 1000
            first = min(range(len(starts)), key=lambda word: abs(starts[word] - at))
            make(page, words, first, quote["text"])
            place(page, section["heading"], new=number == 0)
            for footnote, note in quote.get("footnotes", {}).items():
                field = page.get_by_label(f"Footnote {footnote}")
                field.focus()
                page.keyboard.insert_text(note)
                page.keyboard.press("Tab")
                saved(page)
            page.wait_for_timeout(1000 * listening)
            marked += mark(page)
            signed += sign(page)
    page.locator(".card.current").focus()
    page.keyboard.press("F")
    saved(page)
    seconds = time.monotonic() - started - listening * sum(len(each["quote"]) for each in wanted)
    presses, clicks = page.evaluate("[presses, clicks]")
    print(
        f"{sum(len(section['quote']) for section in wanted)} quotes, {signed} signatures, {marked} marks: "
        f"{presses} key presses, {clicks} clicks, {seconds:.0f} s (page usable after {opened:.1f} s)"
    )


def make(page: Page, words: list[str], first: int, text: str) -> None:
    """Find the passage by its first words, choose its sentences, quote it, and paste the wording."""
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    size = 4
    joined = " ".join(words).lower()
    while joined.count(" ".join(words[first : first + size]).lower()) > 1:
        size += 1
    page.keyboard.press("Control+a")
    page.keyboard.type(" ".join(words[first : first + size]))
    page.keyboard.press("Enter")
    page.locator("#words").focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("n")
    saved(page)
    page.keyboard.press("f")
    area = page.get_by_label("The text of the quote")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    area.press("Tab")
    page.keyboard.press("Enter")
    saved(page)


def place(page: Page, heading: str, new: bool) -> None:
    """Put the open quote under its heading."""
    if new:
        page.get_by_label("Under").select_option(label="A new heading…")
        page.keyboard.type(heading)
        page.keyboard.press("Enter")
    else:
        names = page.locator(".cards .heading h2").all_inner_texts()
        page.locator(".card.current").focus()
        page.keyboard.press(str(names.index(heading) + 1))
    saved(page)


def mark(page: Page) -> int:
    """Mark with i each clause that was cut out unmarked."""
    count = 0
    page.locator(".card.current").focus()
    while page.locator(".card.current .consent button", has_text="Mark as [...]").count():
        page.keyboard.press("i")
        saved(page)
        count += 1
    return count


def sign(page: Page) -> int:
    """Sign each question with a; the first press plays the first, and each signature the next."""
    count = 0
    page.locator(".card.current").focus()
    while left := page.locator(".card.current .consent input:not(:checked)").count():
        page.keyboard.press("a")
        saved(page)
        count += page.locator(".card.current .consent input:not(:checked)").count() < left
    return count


def saved(page: Page) -> None:
    """Wait until the page says so."""
    page.wait_for_timeout(350)
    while page.locator("#saved").inner_text() != "Saved":
        page.wait_for_timeout(20)
    page.wait_for_timeout(50)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), *map(float, sys.argv[4:]))
