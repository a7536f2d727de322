"""The editors that people paste posts into, in a browser."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

NODE = Path(__file__).resolve().parents[1] / "node"
WORDPRESS = Path("/usr/share/wordpress/wp-includes")
ADDRESS = "https://media.example.org/link-post.html"
PAGE = """<!doctype html><meta charset="utf-8">
<script>Object.defineProperty(window, "lodash", {{ get: () => window._ }}); // as WordPress's pages do
</script>{head}
<style>body {{ max-width: 45em; margin: 2em auto; font: 17px/1.5 serif; }}</style>
<div class="editor-styles-wrapper"><div id="place"></div></div>"""
COPY = """(html) => document.addEventListener("copy", (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/html", html);
    event.clipboardData.setData("text/plain", document.body.innerText);
})"""
OPEN = """async () => {
    addEventListener("paste", (event) => {
        window.pasted = event.clipboardData.getData("text/html");
    }, { capture: true, once: true });
    window.read = await window.mount(document.getElementById("place"));
}"""


def head(editor: str, folder: Path) -> str:
    """What a page loads for an editor; the test is skipped where that is not installed."""
    if editor == "wordpress":
        if not WORDPRESS.is_dir():
            pytest.skip("WordPress is not installed: apt install wordpress")
        scripts = [*_of_wordpress("block-library", "format-library"), NODE / "editors/wordpress.js"]
        sheets = sorted(WORDPRESS.glob("css/dist/*/style.min.css"))
    else:
        esbuild = NODE / "node_modules/.bin/esbuild"
        if not esbuild.exists():
            pytest.skip("the editors are not installed: npm ci in tests/writing/node")
        scripts = [folder / f"{editor}.js"]
        sheets = [NODE / "node_modules/ckeditor5/dist/ckeditor5.css"]
        if not scripts[0].exists():
            options = ("--bundle", "--minify", f"--outfile={scripts[0]}", "--log-level=warning")
            subprocess.run([esbuild, NODE / f"editors/{editor}.js", *options], check=True)
    tags = [f'<link rel="stylesheet" href="{path.as_uri()}">' for path in sheets]
    tags += [f'<script src="{path.as_uri()}"></script>' for path in scripts]
    return "\n".join(tags)


def _of_wordpress(*wanted: str) -> list[Path]:
    """WordPress's own scripts, each after those that it needs."""
    listed = (WORDPRESS / "assets/script-loader-packages.php").read_text(encoding="utf-8")
    needs = {
        name: re.findall(r"'([^']+)'", those)
        for name, those in re.findall(
            r"'([\w-]+)\.js' => array\('dependencies' => array\(([^)]*)\)", listed
        )
    }
    needs |= {"wp-polyfill": ["regenerator-runtime"], "react-dom": ["react"]}
    found: dict[str, Path] = {}

    def add(handle: str) -> None:
        name = handle.removeprefix("wp-")
        path = WORDPRESS / f"js/dist/{name}.min.js"
        for each in needs.get(name) or needs.get(handle, []):
            if each not in found:
                add(each)
        found[handle] = path if path.exists() else path.parent / f"vendor/{handle}.min.js"

    for name in wanted:
        add(f"wp-{name}")
    return list(found.values())


def copy(context: BrowserContext, html: str, *, by_hand: bool = False) -> None:
    """Put HTML on the browser's clipboard as our buttons do, or as a browser does with what is marked."""
    page = context.new_page()
    page.route(
        ADDRESS, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
    )
    page.goto(ADDRESS)
    if not by_hand:
        page.evaluate(COPY, html)
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+C")
    page.close()


@contextmanager
def pasted(context: BrowserContext, editor: str, folder: Path) -> Iterator[Page]:
    """A page with that editor, into which what is on the clipboard was pasted."""
    address = folder / f"{editor}.html"
    address.write_text(PAGE.format(head=head(editor, folder)), encoding="utf-8")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address.as_uri())
    page.evaluate(OPEN)
    page.locator("[contenteditable=true]").first.click()
    page.keyboard.press("Control+V")
    page.wait_for_function("() => window.pasted")
    yield page
    assert faults == [], faults
    page.close()
