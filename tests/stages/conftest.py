"""A show with an episode, in which stages run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path, new_show: Callable[..., Workspace]) -> Workspace:
    return new_show(tmp_path)


@pytest.fixture
def folder(workspace: Workspace) -> Path:
    """The folder of the episode `one`."""
    return workspace.episode("one").directory
