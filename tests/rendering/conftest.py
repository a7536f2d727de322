"""The script that keeps the catalogues, for the tests that watch over it."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def collecting() -> ModuleType:
    """`collecting.py`, which `make words` runs."""
    path = Path(__file__).with_name("collecting.py")
    spec = importlib.util.spec_from_file_location("collecting", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
