"""The page's scripts import only downwards, as the package does."""

import re
from graphlib import TopologicalSorter
from pathlib import Path

import pipeline.desk

STATIC = Path(pipeline.desk.__file__).with_name("static")
IMPORT = re.compile(r'^import .*"\./([\w.]+)";$', re.MULTILINE)


def test_no_circle_of_imports() -> None:
    scripts = {path.name: IMPORT.findall(path.read_text("utf-8")) for path in STATIC.glob("*.js")}
    order = list(TopologicalSorter(scripts).static_order())  # CycleError names a circle
    assert order[-1] == "main.js"
    assert set(order) == set(scripts)


def test_the_page_joins_words_as_the_package_does() -> None:
    ours = (STATIC.parents[1] / "text" / "scripts.py").read_text("utf-8")
    ranges = re.findall(r"\\u[0-9a-f]{4}-\\u[0-9a-f]{4}", ours)
    page = (STATIC / "dom.js").read_text("utf-8")
    assert ranges
    assert re.findall(r"\\u[0-9a-f]{4}-\\u[0-9a-f]{4}", page.replace("\\\\u", "\\u")) == ranges
