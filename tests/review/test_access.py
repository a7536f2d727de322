"""WCAG 2.2 AA by axe-core, in each state, both schemes and both widths; contrast of the tokens."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parent / "node" / "node_modules" / "axe-core" / "axe.min.js"
CSS = Path(__file__).resolve().parents[2] / "pipeline" / "review" / "static" / "review.css"
RULES = "{runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}"

Open = Callable[..., Page]


def faults(page: Page, state: str) -> list[str]:
    found = page.evaluate(f"axe.run(document, {RULES})")
    return [
        f"{state}: {fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_nothing(server: Any, show: Open, width: int, scheme: str) -> None:
    if not AXE.exists():
        pytest.skip("needs `npm install` in tests/review/node")
    page = show(server, viewport={"width": width, "height": 860}, color_scheme=scheme)
    page.evaluate(AXE.read_text())
    found = faults(page, "candidates")
    page.keyboard.press("a")
    page.wait_for_timeout(500)
    page.locator("[data-view=ledger]").click()
    page.locator(".card.current").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    page.wait_for_timeout(900)
    found += faults(page, "word mode")
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)
    found += faults(page, "consent")
    page.keyboard.press("?")
    found += faults(page, "keys")
    page.keyboard.press("Escape")
    for view in ("suspects", "preview", "transcript"):
        if page.locator(f"[data-view={view}]").first.is_visible():
            page.locator(f"[data-view={view}]").first.click()
            page.wait_for_timeout(600)
            found += faults(page, view)
    assert found == []


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
