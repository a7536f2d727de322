"""The style sheet and the script of all pages; a show may replace either in `feed/templates/`."""

import hashlib
from collections.abc import Mapping

from pipeline.addresses import asset_key
from pipeline.rendering import BUILTIN

ASSETS = ("page.css", "page.js")
VERSION = 3  # of both page stages: bump it when a template or an asset changes


def read_assets(overrides: Mapping[str, str]) -> dict[str, bytes]:
    """The assets by file name."""
    return {
        name: overrides[name].encode() if name in overrides else (BUILTIN / name).read_bytes()
        for name in ASSETS
    }


def asset_keys(overrides: Mapping[str, str]) -> dict[str, str]:
    """The object key of each asset, by file name."""
    return {
        name: asset_key(name, hashlib.sha256(content).hexdigest())
        for name, content in read_assets(overrides).items()
    }
