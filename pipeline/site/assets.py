"""The style sheet and the script of all pages; a show may replace either in `feed/templates/`."""

import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import astuple

from pipeline.rendering.quotation import marks
from pipeline.rendering.templates import render
from pipeline.rendering.words import read_words
from pipeline.text.languages import is_english
from pipeline.web.addresses import asset_key

ASSETS = ("page.css", "page.js", "embed.css", "search.css", "search.js")
VERSION = 7  # of both page stages: bump it when a template, an asset or a list of words changes
_COMMENT = re.compile(r"(?:^|(?<=\s))(?://\s.*$|//$|/\*(?s:.)*?\*/)", re.MULTILINE)
_BLANK = re.compile(r"(?<=[{;:,]) | (?=\{)")  # of a style sheet, where none is needed


def read_assets(overrides: Mapping[str, str], language: str) -> dict[str, bytes]:
    """The assets by file name, for pages in `language`."""
    return dict(_read_assets(tuple(sorted(overrides.items())), language))


@functools.lru_cache(maxsize=4)  # every page asks for their keys, and making them takes 20 ms
def _read_assets(own: tuple[tuple[str, str], ...], language: str) -> dict[str, bytes]:
    overrides = dict(own)
    values = {
        "words": read_words(language, overrides),
        "english": is_english(language),
        "marks": astuple(marks(language)),
    }
    found = {}
    for name in ASSETS:
        text = overrides.get(name) or render(f"{name}.j2", values, overrides, language)
        is_own = name in overrides or f"{name}.j2" in overrides
        found[name] = (text if is_own else _lean(text, name)).encode()
    return found


def _lean(text: str, name: str) -> str:
    """Without comments and indentation, a fifth of what is sent: stores compress nothing.

    No text of ours goes over several lines, or has two slashes after a blank.
    """
    bare = _COMMENT.sub("", text)
    if name.endswith(".css"):
        bare = _BLANK.sub("", bare)
    lines = (line.strip() for line in bare.splitlines())
    return "\n".join(filter(None, lines)) + "\n"


def asset_keys(overrides: Mapping[str, str], language: str) -> dict[str, str]:
    return {
        name: asset_key(name, hashlib.sha256(content).hexdigest())
        for name, content in read_assets(overrides, language).items()
    }
