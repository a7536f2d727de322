"""A show with an episode, in which stages run."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.workspace import Workspace

SHOW = """
title = "Iron & Air"
description = "Things that stand."
language = "en"
author = "Ada"
email = "ada@example.org"
categories = ["Science"]
"""
EPISODE = 'title = "One"\nguid = "one"\ndate = 2024-05-02T12:00:00Z\n'

NewShow = Callable[..., Workspace]


def write_show(root: Path, more: str = "", episodes: Mapping[str, str] | None = None) -> Workspace:
    """Write a show whose `show.toml` says `more` than it must, and each episode's `episode.toml`."""
    (root / "feed").mkdir()
    (root / "feed/show.toml").write_text(SHOW + more, encoding="utf-8")
    for slug, text in (episodes or {"one": EPISODE}).items():
        folder = root / "episodes" / slug
        folder.mkdir(parents=True)
        (folder / "episode.toml").write_text(text, encoding="utf-8")
    return Workspace.at(root)


@pytest.fixture(scope="session")
def new_show() -> NewShow:
    """`new_show(root, more, {slug: text})`: the episode `one` where none is named."""
    return write_show


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return write_show(tmp_path)


@pytest.fixture
def folder(workspace: Workspace) -> Path:
    """The folder of the episode `one`."""
    return workspace.episode("one").directory
