"""Copies of a show to rehearse in: one at a time."""

from pathlib import Path

import pytest

from pipeline.errors import PullquoteError
from pipeline.show.beginning import make_show
from pipeline.show.publishing.copies import rehearsal
from pipeline.workspace import Workspace, write_text


def test_a_second_rehearsal_leaves_the_first_its_copy(tmp_path: Path) -> None:
    make_show(tmp_path)
    for slug in ("one", "two"):
        write_text(tmp_path / "episodes" / slug / "episode.toml", 'title = "T"\n')
    workspace = Workspace.at(tmp_path)
    with rehearsal(workspace, "one") as copy:
        refused = pytest.raises(PullquoteError, match="a rehearsal is being worked on")
        with refused, rehearsal(workspace, "two"):
            pass
        assert copy.slugs() == ["one", "two"]
    assert not copy.root.exists()
