"""A copy of the show in which a release is made ready, looked at and thrown away."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipeline.looking import check_link
from pipeline.workspace import Workspace

#: What a release from here depends on, besides the show itself.
_STATE = ("released", "store/port")


@contextlib.contextmanager
def rehearsal(workspace: Workspace, slug: str) -> Iterator[Workspace]:
    """A copy of the show without the recording of the episode `slug`; it is removed afterwards.

    Files are linked where the disk can: stages and edits replace a file, and never write into one.
    """
    root = workspace.state / "rehearsal"
    shutil.rmtree(root, ignore_errors=True)  # of one that was killed
    recordings = {str(path) for path in workspace.episode(slug).directory.glob("audio.*")}

    def left_out(folder: str, names: list[str]) -> set[str]:
        for name in names:
            check_link(os.path.join(folder, name))  # what a link leads to is copied
        return {name for name in names if os.path.join(folder, name) in recordings}

    try:
        for name in (workspace.feed.name, workspace.episodes.name):
            shutil.copytree(
                workspace.root / name, root / name, ignore=left_out, copy_function=_link
            )
        copy = Workspace(root)
        for name in _STATE:
            _take_along(workspace.state / name, copy.state / name)
        yield copy
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _take_along(source: Path, target: Path) -> None:
    for path in [source] if source.is_file() else source.glob("*"):
        to = target / path.relative_to(source)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, to)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or one that knows no links
        shutil.copy2(source, target)
