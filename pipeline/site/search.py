"""The page that finds moments in all episodes: a field, filters, and where the indexes lie."""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import NamedTuple

from pipeline.rendering.templates import render
from pipeline.rendering.words import read_words
from pipeline.site.assets import asset_keys
from pipeline.site.index import IndexFacts
from pipeline.site.page import shared_values
from pipeline.site.unfurl import Unfurl
from pipeline.web import addresses

_ROW = re.compile(r'<li data-of="([^"]*)" data-language="([^"]*)" data-head="(\d+)"'
                  r' data-engine="([^"]*)" data-wasm="([^"]*)" data-pack="([^"]*)"></li>')  # fmt: skip


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
    """The indexes that a search page names."""
    rows = (map(unescape, found.groups()) for found in _ROW.finditer(page))
    return [PackRow(of, language, int(head), *keys) for of, language, head, *keys in rows]
