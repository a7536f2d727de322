"""The index in which a browser searches, and the page that does: Pagefind makes one for each language.

Pagefind writes hundreds of small files. A *pack* holds them in one, of which the search page asks for
parts: so an index has one key, by its content, and comes and goes as a whole.
"""

import contextlib
import errno
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import PullquoteError
from pipeline.rendering.templates import render
from pipeline.rendering.words import read_words
from pipeline.site.assets import asset_keys
from pipeline.site.findable import Findable
from pipeline.site.index import IndexFacts
from pipeline.site.page import shared_values
from pipeline.site.unfurl import Unfurl
from pipeline.web import addresses

ENGINE = "pagefind.js"
#: Bytes: on a disk with less left Pagefind may have cut files off, and have ended as if all were well.
_ROOM = 1_000_000
_FIRST = ("pagefind-entry.json", ".pf_meta")  # what every search begins with

_ROW = re.compile(r'<li data-of="([^"]*)" data-language="([^"]*)" data-head="(\d+)"'
                  r' data-engine="([^"]*)" data-wasm="([^"]*)" data-pack="([^"]*)"></li>')  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pack:
    """An index: its first `head` bytes are its table of contents and what every search begins with.

    `engine` are the files that search in it, by their names: Pagefind's script, and its WebAssembly.
    """

    language: str
    content: bytes
    head: int
    engine: Mapping[str, bytes]

    @property
    def wasm(self) -> str:
        """The name of the WebAssembly, which knows the endings of the language's words."""
        return next(name for name in self.engine if name != ENGINE)


def indexer() -> Path | None:
    """Pagefind's program; None on a platform for which there is none."""
    with contextlib.suppress(ImportError, FileNotFoundError):
        from pagefind.service import get_executable

        return get_executable()
    return None


def build_packs(episodes: Sequence[Findable]) -> list[Pack]:
    """Index episodes, each by its language; PullquoteError where there is no Pagefind, or it fails."""
    program = indexer()
    if program is None:
        raise PullquoteError(
            "there is no Pagefind on this machine",
            "publish from one where `pip install 'pagefind[bin]'` works",
        )
    with tempfile.TemporaryDirectory(prefix="pullquote-") as folder:
        for number, episode in enumerate(episodes):
            path = Path(folder) / episode.language / f"{number}.html"
            path.parent.mkdir(exist_ok=True)
            path.write_text(episode.html(), encoding="utf-8")
        languages = sorted({episode.language for episode in episodes})
        return [_build(program, Path(folder) / language) for language in languages]


def _build(program: Path, folder: Path) -> Pack:
    made = folder / "made"
    try:
        subprocess.run(
            [program, "--site", folder, "--output-path", made, "--silent"],
            cwd=folder,  # where it would look for settings of its own
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise PullquoteError(
            f"Pagefind does not run: {error}", "pip install --force-reinstall 'pagefind[bin]'"
        ) from None
    if shutil.disk_usage(folder).free < _ROOM:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), folder)
    files = {path.relative_to(made).as_posix(): path for path in made.rglob("*.pf_*")}
    entry = made / "pagefind-entry.json"
    (language,) = json.loads(entry.read_bytes())["languages"].items()
    wasm = f"wasm.{language[1]['wasm'] or 'unknown'}.pagefind"
    engine = {name: (made / name).read_bytes() for name in (ENGINE, wasm)}
    ordered = sorted(files, key=lambda name: (not name.endswith(_FIRST), name))
    contents = {entry.name: entry.read_bytes()}
    contents |= {name: files[name].read_bytes() for name in ordered}
    return Pack(language[0], *_packed(contents), engine)


def _packed(contents: Mapping[str, bytes]) -> tuple[bytes, int]:
    """A line of JSON with the length of each file, then the files; and the length of the beginning."""
    table = json.dumps({name: len(content) for name, content in contents.items()}) + "\n"
    first = sum(len(content) for name, content in contents.items() if name.endswith(_FIRST))
    return table.encode() + b"".join(contents.values()), len(table.encode()) + first


class PackRow(NamedTuple):
    """An index as the page names it; `of` says of which episodes it is made, the last three are keys."""

    of: str
    language: str
    head: int
    engine: str
    wasm: str
    pack: str


def search_page(facts: IndexFacts, packs: Sequence[PackRow], overrides: Mapping[str, str]) -> str:
    """HTML from the template `search.html.j2`, with addresses relative to `addresses.SEARCH_KEY`."""
    assets = asset_keys(overrides, facts.language)
    title = read_words(facts.language, overrides)("Search")
    unfurl = Unfurl(f"{title} – {facts.title}", kind="website")
    values = {
        "packs": packs,
        "search_css_href": assets["search.css"],
        "search_js_href": assets["search.js"],
        **shared_values(facts, addresses.SEARCH_KEY, overrides, unfurl),
    }
    return render("search.html.j2", values, overrides, facts.language)


def packs_of(page: str) -> list[PackRow]:
    rows = (map(unescape, found.groups()) for found in _ROW.finditer(page))
    return [PackRow(of, language, int(head), *keys) for of, language, head, *keys in rows]
