import hashlib
import json
import re
from pathlib import Path

import pytest

from pipeline.rendering.words import BUILTIN
from pipeline.site.assets import ASSETS, VERSION, asset_keys, read_assets

CSS = read_assets({}, language="en")["page.css"].decode()
RECORDED = Path(__file__).resolve().parents[1] / "data" / "site" / "templates.json"
TEMPLATES = (
    "base.html.j2",
    "episode.html.j2",
    "index.html.j2",
    "player.css.j2",
    "player.html.j2",
    "player-keys.js.j2",
    "player-transcript.js.j2",
    "player.js.j2",
    "404.html.j2",
    "neighbours.js.j2",
    "search-field.html.j2",
    "search.html.j2",
    "quote.html.j2",
    "moments.css.j2",
    "moments.js.j2",
    "unfurl.html.j2",
    "embed.html.j2",
    "embed-code.html.j2",
    "card.svg.j2",
    *(f"{name}.j2" for name in ASSETS),
    *("locale/de.po", "locale/es.po", "locale/fr.po"),
)


def test_pages_are_rebuilt_when_their_templates_change() -> None:
    """Pages name the style sheet by its hash: one that keeps an old name would lose its look."""
    digest = hashlib.sha256(b"".join((BUILTIN / name).read_bytes() for name in TEMPLATES))
    now = {"version": VERSION, "sha256": digest.hexdigest()}
    assert json.loads(RECORDED.read_text()) == now, (
        "a template, an asset or a word changed: bump pipeline.site.assets.VERSION if it was released, "
        f"and record {json.dumps(now)} in {RECORDED.name}"
    )


def test_an_asset_s_key_changes_with_its_bytes() -> None:
    own = {"page.css": "body { color: red }"}
    assert asset_keys(own, language="en")["page.css"] != asset_keys({}, language="en")["page.css"]
    assert asset_keys(own, language="en")["page.js"] == asset_keys({}, language="en")["page.js"]
    assert read_assets(own, language="en")["page.css"] == b"body { color: red }"
    assert re.fullmatch(r"assets/page-[0-9a-f]{8}\.css", asset_keys({}, language="en")["page.css"])


def test_the_script_speaks_the_language_of_the_page() -> None:
    assert b'button.textContent = "Copied"' in read_assets({}, language="en")["page.js"]
    assert b'button.textContent = "Kopiert"' in read_assets({}, "de")["page.js"]
    assert asset_keys({}, "de")["page.js"] != asset_keys({}, language="en")["page.js"]
    assert b"hyphens:auto" in read_assets({}, "de")["page.css"]
    assert b"{" in read_assets({"page.js": "{{ kept }}"}, "de")["page.js"], "as the show wrote it"


# --- Contrast (WCAG 2.2, 1.4.3 and 1.4.11) -----------------------------------


def tokens(scheme: str) -> dict[str, str]:
    light = dict(re.findall(r"--(\w+):(#[0-9a-f]{6});", CSS.partition("@media")[0]))
    dark = re.search(r"prefers-color-scheme:dark\)\{(.*?)\n\}", CSS, re.DOTALL)
    assert dark
    return light if scheme == "light" else dict(re.findall(r"--(\w+):(#[0-9a-f]{6});", dark[1]))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("text", "ground", 7),
        ("muted", "ground", 4.5),
        ("accent", "ground", 4.5),
        ("text", "tint", 7),
        ("line", "ground", 3),
    ],
)
def test_colours_are_readable(scheme: str, front: str, back: str, least: float) -> None:
    values = tokens(scheme)
    assert contrast(values[front], values[back]) >= least


def test_both_schemes_name_the_same_colours() -> None:
    assert tokens("light").keys() == tokens("dark").keys()
    assert set(re.findall(r"var\(--(\w+)\)", CSS)) <= tokens("light").keys() | {
        *("serif", "sans"),
        *("thumb", "done", "at"),  # places on the player's bar
    }


def test_the_style_sheet_and_script_load_nothing_but_the_list_of_episodes() -> None:
    script = read_assets({}, language="en")["page.js"].decode()
    script = script.replace("fetch(neighbours.dataset.episodes)", "", 1)
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert not re.search(r"fetch\(|import\b|innerHTML|eval\(|https?://", script)
