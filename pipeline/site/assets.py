"""The style sheet and the script of all pages; a show may replace either in `feed/templates/`."""

import hashlib
from collections.abc import Mapping
from dataclasses import astuple

from pipeline.rendering.quotation import marks
from pipeline.rendering.templates import render
from pipeline.rendering.words import read_words
from pipeline.text.languages import is_english
from pipeline.web.addresses import asset_key

ASSETS = ("page.css", "page.js", "embed.css", "search.css", "search.js")
VERSION = (
    6  # of both page stages: bump it when a template, an asset or a catalogue of words changes
)


def read_assets(overrides: Mapping[str, str], language: str) -> dict[str, bytes]:
    """The assets by file name, for pages in `language`."""
    values = {
        "words": read_words(language, overrides),
        "english": is_english(language),
        "marks": astuple(marks(language)),
    }
    return {
        name: (
            overrides[name]
            if name in overrides
            else render(f"{name}.j2", values, overrides, language)
        ).encode()
        for name in ASSETS
    }


def asset_keys(overrides: Mapping[str, str], language: str) -> dict[str, str]:
    """The object key of each asset, by file name."""
    return {
        name: asset_key(name, hashlib.sha256(content).hexdigest())
        for name, content in read_assets(overrides, language).items()
    }
