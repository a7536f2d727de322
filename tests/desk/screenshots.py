"""Pictures of the review page's main states, on a copy of the sample episode: `make screenshots`.

Usage: python tests/desk/screenshots.py FOLDER
"""

import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.desk.served import served

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = "why-bridges-hum"
CHROMIUM = "/usr/bin/chromium"
DRAWN = "[...document.querySelectorAll('canvas')].every((canvas) => canvas.width !== 300)"
WIDE, NARROW = (1280, 860), (400, 860)


def main(folder: Path) -> None:
    """Serve the sample and take every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        root = copied(Path(place))
        with served(root, SAMPLE) as url:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for size, width in (("wide", WIDE), ("narrow", NARROW)):
                for scheme in ("light", "dark"):
                    pictures(browser, url, folder, size, width, scheme, root)
            browser.close()


def copied(root: Path) -> Path:
    """The sample before its review."""
    shutil.copytree(REPOSITORY / "feed", root / "feed", ignore=shutil.ignore_patterns("build"))
    source, target = REPOSITORY / "episodes" / SAMPLE, root / "episodes" / SAMPLE
    ignored = shutil.ignore_patterns("tracks", "script", "quotes.toml", "lock.json")
    shutil.copytree(source, target, ignore=ignored)
    shutil.copy(source / "audio.mp3", target / "build" / "master.mp3")
    return root


def pictures(
    browser: Browser,
    url: str,
    folder: Path,
    size: str,
    width: tuple[int, int],
    scheme: str,
    root: Path,
) -> None:
    """Each state at one width in one scheme, from a ledger in which nothing is decided."""
    (root / "episodes" / SAMPLE / "quotes.toml").write_text('review = "open"\n')
    context = browser.new_context(
        viewport={"width": width[0], "height": width[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("body[data-ready]")

    def take(name: str) -> None:
        page.wait_for_timeout(1000)  # the guard's answer
        for _ in range(100):  # the outline, which the server makes on its first start
            if page.evaluate(DRAWN):
                break
            page.wait_for_timeout(100)
        path = folder / f"{name}-{size}-{scheme}.png"
        page.screenshot(path=path, animations="disabled", caret="hide")

    take("candidates")
    for show in (consent, word_mode, suspects, preview, transcript, keys, finished):
        show(page, take)
    empty(page, take)
    conflict(page, take, root / "episodes" / SAMPLE / "quotes.toml")
    offline(page, take)
    context.close()


def empty(page: Page, take: Callable[[str], None]) -> None:
    """Nothing left to decide."""
    page.keyboard.press("F")  # open again
    page.keyboard.press("C")
    for _ in range(6):
        page.keyboard.press("x")
        page.wait_for_timeout(300)
    take("empty")


def conflict(page: Page, take: Callable[[str], None], ledger: Path) -> None:
    """A quote that an editor changed while it was trimmed here."""

    def meanwhile(route: Route) -> None:
        ledger.write_text(ledger.read_text().replace('."\n', '!"\n', 1))
        route.continue_()

    page.keyboard.press("L")
    page.route("**/api/do", meanwhile, times=1)
    page.keyboard.press("s")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Use the file’s").wait_for()
    take("conflict")
    page.get_by_role("button", name="Use the file’s").click()
    page.wait_for_timeout(600)


def offline(page: Page, take: Callable[[str], None]) -> None:
    """A decision that cannot be saved, because the server does not answer."""
    page.route("**/api/do", lambda route: route.abort())
    page.keyboard.press("L")
    page.keyboard.press("b")
    take("offline")


def consent(page: Page, take: Callable[[str], None]) -> None:
    """A quote of which the guard asks about a number and a cut."""
    for kept in (1, 2):
        page.keyboard.press("a")
        page.get_by_text(f", {kept} kept").wait_for()
    page.locator("[data-view=ledger]").click()
    page.locator(".card", has_text="one fifth").click()
    page.locator(".card.current", has_text="one fifth").focus()
    page.keyboard.press("f")
    area = page.get_by_label("The text of the quote")
    said = area.input_value()
    area.fill(said.replace("one fifth", "a third").replace("A thin wire sings high, and a", "A"))
    page.keyboard.press("Control+Enter")
    page.locator(".consent").first.wait_for()
    page.evaluate("document.querySelector('.consent').scrollIntoView({ block: 'nearest' })")
    take("consent")


def word_mode(page: Page, take: Callable[[str], None]) -> None:
    """Single words of a quote to take hold of."""
    page.locator(".card.current").focus()
    page.keyboard.press("Enter")
    take("words")
    page.keyboard.press("Escape")


def suspects(page: Page, take: Callable[[str], None]) -> None:
    """The worklist."""
    page.locator("[data-view=suspects]").click()
    take("suspects")


def preview(page: Page, take: Callable[[str], None]) -> None:
    """Show notes and link post."""
    page.locator("[data-view=preview]").click()
    take("preview")


def transcript(page: Page, take: Callable[[str], None]) -> None:
    """Words that were found and chosen."""
    narrow = page.locator("[data-view=transcript]")
    if narrow.is_visible():
        narrow.click()
    page.locator("#search").fill("wind")
    page.locator("#search").press("Enter")
    take("transcript")
    page.get_by_role("button", name=re.compile("Cancel")).click()


def keys(page: Page, take: Callable[[str], None]) -> None:
    """The list of keys."""
    page.locator("#help-open").click()
    take("keys")
    page.keyboard.press("Escape")


def finished(page: Page, take: Callable[[str], None]) -> None:
    """Everything signed, the review finished."""
    page.locator("[data-view=ledger]").click()
    while page.locator(".consent input:not(:checked)").count():
        page.locator(".consent input:not(:checked)").first.click()
        page.wait_for_timeout(400)
    page.get_by_role("button", name="Finish the review").click()
    page.wait_for_timeout(600)
    page.locator("#finish").scroll_into_view_if_needed()
    take("finished")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
