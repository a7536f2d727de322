"""WCAG 2.2 AA by axe-core, in each state and each look of it; contrast of the tokens."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

AXE = Path(__file__).parent / "node" / "node_modules" / "axe-core" / "axe.min.js"
CSS = Path(__file__).resolve().parents[2] / "pipeline" / "desk" / "static" / "review.css"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING: dict[str, Any] = {"runOnly": TAGS}
CONTRAST: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
#: Colours that the system forces are the system's; axe sees those of the style sheet.
NO_CONTRAST: dict[str, Any] = {"runOnly": TAGS, "rules": {"color-contrast": {"enabled": False}}}

Open = Callable[..., Page]
Saved = Callable[[Page], None]


def faults(page: Page, state: str, rules: dict[str, Any], seen: str) -> list[str]:
    # What passes, thousands of nodes, is neither worked out in detail nor sent here.
    wanted = rules | {"resultTypes": ["violations"]}
    violations = page.evaluate(
        "async ([seen, wanted]) => (await axe.run({ exclude: [[seen]] }, wanted)).violations",
        [seen, wanted],
    )
    return [
        f"{state}: {fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in violations
        for node in fault["nodes"]
    ]


#: What another look can break that the same state was not looked at for already.
CHECKED = {
    "wide, light": EVERYTHING,
    "wide, dark": CONTRAST,
    "narrow, light": EVERYTHING,
    "narrow, dark": CONTRAST,
    "zoomed to 200 %": NO_CONTRAST,
    "forced colours": NO_CONTRAST,
}
LOOKS: dict[str, dict[str, Any]] = {
    "wide, light": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
    "wide, dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    "narrow, light": {"viewport": {"width": 400, "height": 860}, "color_scheme": "light"},
    "narrow, dark": {"viewport": {"width": 400, "height": 860}, "color_scheme": "dark"},
    # A browser's zoom of 200 % is a window of half the size with twice the pixels.
    "zoomed to 200 %": {"viewport": {"width": 640, "height": 430}, "device_scale_factor": 2},
    "forced colours": {"forced_colors": "active"},
}


def look_at(page: Page, look: dict[str, Any]) -> None:
    """Give the open page another size and theme, as the host's system would."""
    page.set_viewport_size(look.get("viewport", {"width": 1280, "height": 860}))
    page.emulate_media(
        color_scheme=look.get("color_scheme", "light"),
        forced_colors=look.get("forced_colors", "none"),
    )
    # The bar of a narrow page lies over what is below: axe would take that for too small a target.
    page.evaluate("document.querySelector('#desk').scrollTop = 1e6")


@pytest.fixture
def faultless(server: Any, show: Open) -> Iterator[Callable[..., None]]:
    """Looks at the open state in every look, and at the end fails with all that axe found.

    What was `seen` in a state before, and is no other in this one, is left out.
    """
    if not AXE.exists():
        pytest.skip("needs `npm install` in tests/desk/node")
    found: list[str] = []
    page = show(server)
    page.evaluate(AXE.read_text())

    def check(state: str, seen: str = "none") -> None:
        for name, look in LOOKS.items():
            look_at(page, look)
            found.extend(faults(page, f"{state}, {name}", CHECKED[name], seen))
            width = page.evaluate("innerWidth")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{state}, {name}: wider than the window")
        look_at(page, {})

    check.page = page  # type: ignore[attr-defined]
    yield check
    assert not found, "\n".join(found)


@pytest.mark.slow
def test_the_states_of_deciding(server: Any, faultless: Any, saved: Saved) -> None:
    page: Page = faultless.page
    faultless("candidates")
    page.keyboard.press("a")
    saved(page)
    page.keyboard.press("L")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    saved(page)
    faultless("word mode")
    page.keyboard.press("Escape")
    faultless("consent")
    page.keyboard.press("?")
    faultless("keys")
    page.keyboard.press("Escape")
    for key, state in {"S": "suspects", "H": "chapters", "P": "preview"}.items():
        page.keyboard.press(key)
        page.wait_for_timeout(600)
        faultless(state)
    page.locator("#search").fill("wind")
    page.locator("#search").press("Enter")
    page.set_viewport_size({"width": 400, "height": 860})
    page.locator("[data-view=transcript]").click()
    page.locator("#chosen [data-do=who]").click()
    faultless("transcript")


@pytest.mark.slow
def test_the_states_that_nobody_hopes_for(server: Any, faultless: Any, saved: Saved) -> None:
    page: Page = faultless.page
    ids = [candidate["id"] for candidate in server.candidates()]
    for number, identity in enumerate(ids):
        server.do(id=f"reject-{number:04}", do="reject", target=identity)
    expect(page.get_by_role("heading", name="Nothing is left to decide")).to_be_visible()
    faultless("empty")
    page.keyboard.press("L")
    expect(page.get_by_role("heading", name="No quotes yet")).to_be_visible()
    faultless("no quotes")
    state = server.do(id="keep-0001", do="keep", target=ids[0], heading="H")
    base, text = state["quotes"][0]["base"], state["quotes"][0]["text"]
    server.ledger.write_text(server.ledger.read_text().replace(text, f"{text} Yes."))
    server.do(id="edit-0001", do="edit", target=ids[0], base=base, text=f"Well, {text}")
    expect(page.locator("#trouble")).to_contain_text("On this page")
    faultless("conflict")
    page.get_by_role("button", name="Use the file’s").click()
    saved(page)
    page.locator("#trouble").wait_for(state="hidden")
    page.route("**/api/do", lambda route: route.abort())
    page.locator(".card .brief, .card.current").first.click(position={"x": 5, "y": 5})
    page.keyboard.press("b")
    expect(page.locator("#trouble")).to_contain_text("not saved")
    faultless("error")
    page.unroute("**/api/do")
    saved(page)


def test_the_finished_state(server: Any, faultless: Any, saved: Saved) -> None:
    page: Page = faultless.page
    page.keyboard.press("a")
    saved(page)
    server.sign_all()
    expect(page.locator("#count")).not_to_contain_text("stopped")
    page.keyboard.press("F")
    expect(page.get_by_role("heading", name="Ready to publish")).to_be_visible()
    faultless("finished")
    # A run to look at: the real one, in test_page_publish, works for longer than this takes.
    lines = ["feed  done in 0.3 s", "Live feed: http://127.0.0.1/feed.xml", "  + new   > to send"]
    run = {"running": False, "planned": True, "code": 0, "lines": lines}
    page.route("**/api/publish", lambda route: route.fulfill(json=run))
    page.keyboard.press("R")
    expect(page.get_by_role("button", name="Publish now")).to_be_enabled()
    faultless("publish", seen="#words")
    page.keyboard.press("Escape")
    page.keyboard.press("P")
    expect(page.get_by_role("heading", name="Ready to publish")).to_be_visible()
    faultless("finished preview", seen="#words")


def test_nothing_moves_for_those_who_asked_for_that(server: Any, show: Open) -> None:
    page = show(server, reduced_motion="reduce")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter((element) => { const style = "
        "getComputedStyle(element); return style.transitionDuration !== '0s' || "
        "style.animationName !== 'none' || style.scrollBehavior === 'smooth'; }).length"
    )
    assert moving == 0


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("number", [0, 1], ids=["light", "dark"])
def test_the_contrast_of_the_tokens(number: int) -> None:
    block = re.findall(r":root \{(.*?)\}", CSS.read_text(), re.DOTALL)[number]
    token = dict(re.findall(r"--([\w-]+): (#\w{6});", block))
    for ground in ("background", "raised"):
        for ink in ("text", "muted", "accent", "alert"):
            assert contrast(token[ink], token[ground]) >= 4.5, (ink, ground)
        assert contrast(token["line"], token[ground]) >= 3, ground
    assert contrast(token["text"], token["tint"]) >= 4.5
    assert contrast(token["text"], token["hair"]) >= 4.5
    assert contrast(token["on-accent"], token["accent"]) >= 4.5
