"""Copies of a show: one to rehearse a release in, and one that shows every stage at work."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import tomlkit

from pipeline.engine.exclusive import exclusive
from pipeline.looking import check_link
from pipeline.storage.local.store import LocalStore
from pipeline.workspace import EpisodePaths, Workspace, write_text

#: What a release from here depends on, besides the show itself.
_STATE = ("released", "store/port")

_MADE = {"build", "__pycache__"}  # what a demo leaves to the stages
_PUBLIC = ("storage", "notify")  # tables of show.toml by which something would leave this machine
_COPIED = "copied-from"  # in the copy's state: the digest of what it was copied from; written last


@contextlib.contextmanager
def rehearsal(workspace: Workspace, slug: str) -> Iterator[Workspace]:
    """A copy of the show without the recording of the episode `slug`; it is removed afterwards.

    Files are linked where the disk can: stages and edits replace a file, and never write into one.
    """
    root = workspace.state / "rehearsal"
    recordings = {str(path) for path in workspace.episode(slug).directory.glob("audio.*")}

    def left_out(folder: str, names: list[str]) -> set[str]:
        for name in names:
            check_link(os.path.join(folder, name))  # what a link leads to is copied
        return {name for name in names if os.path.join(folder, name) in recordings}

    with exclusive(workspace, "rehearsal", "a rehearsal"), contextlib.ExitStack() as stack:
        shutil.rmtree(root, ignore_errors=True)  # of one that was killed
        stack.callback(shutil.rmtree, root, ignore_errors=True)
        for name in (workspace.feed.name, workspace.episodes.name):
            shutil.copytree(
                workspace.root / name, root / name, ignore=left_out, copy_function=_link
            )
        copy = Workspace(root)
        for name in _STATE:
            _take_along(workspace.state / name, copy.state / name)
        yield copy


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


def is_current(workspace: Workspace, episode: EpisodePaths, root: Path) -> bool:
    """Whether the demo at `root` was copied from the show and the episode as they are now."""
    try:
        return (Workspace(root).state / _COPIED).read_text() == _digest(workspace, episode)
    except FileNotFoundError:
        return False


def copy_inputs(workspace: Workspace, episode: EpisodePaths, root: Path) -> None:
    """Copy what is the host's, without what stages made of it; what was at `root` before goes."""
    copy = Workspace(root)
    if root.exists():
        LocalStore(copy).down()
        shutil.rmtree(root)
    for path in _sources(workspace, episode):
        target = root / path.relative_to(workspace.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    show = tomlkit.parse(copy.show_toml.read_text(encoding="utf-8-sig"))
    for table in _PUBLIC:
        show.pop(table, None)
    write_text(copy.show_toml, tomlkit.dumps(show))
    write_text(copy.state / _COPIED, _digest(workspace, episode))


def _sources(workspace: Workspace, episode: EpisodePaths) -> Iterator[Path]:
    for folder in (workspace.feed, episode.directory):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not _MADE & set(path.relative_to(folder).parts):
                yield path


def _digest(workspace: Workspace, episode: EpisodePaths) -> str:
    digest = hashlib.sha256()
    for path in _sources(workspace, episode):
        name = path.relative_to(workspace.root).as_posix().encode()
        digest.update(b"%d %b %b" % (len(name), name, hashlib.sha256(path.read_bytes()).digest()))
    return digest.hexdigest()
