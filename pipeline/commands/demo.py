"""`demo`: publish a copy of an episode from its recording alone, so that every stage is seen at work.

The copy is a show of its own below `.pullquote/`, with a store of its own: whatever the show publishes
to, nothing leaves this machine, and no file that git knows changes.
"""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import tomlkit

from pipeline.commands.app import App, command, note
from pipeline.engine.exclusive import exclusive
from pipeline.errors import Refused
from pipeline.storage.local.store import LocalStore
from pipeline.workspace import EpisodePaths, Workspace, write_text

_MADE = {"build", "__pycache__"}  # what is left to the stages
_PUBLIC = ("storage", "notify")  # tables of show.toml by which something would leave this machine
_COPIED = "copied-from"  # in the copy's state: the digest of what it was copied from; written last


@command("demo")
@click.argument("slug")
def demo(app: App, slug: str) -> None:
    """Publish a copy of the episode SLUG from its recording alone, on this machine only.

    Running it again takes seconds and changes nothing, until the episode or the show has changed: then
    the copy is made anew.
    """
    episode = app.workspace.episode(slug)
    root = app.workspace.state / "demo"
    with exclusive(app.workspace, "_demo", "the demo"):  # no slug holds an underscore
        if _is_current(app.workspace, episode, root):
            try:
                _publish(root, slug)
                return
            except Refused:
                note("the demo was made by other stages; it is made anew")
        _copy(app.workspace, episode, root)
        try:
            _publish(root, slug)
        except Refused as refusal:
            note(
                f"{refusal.message}\n  this machine hears some words otherwise: quotes are chosen anew"
            )
            Workspace(root).episode(slug).ledger.unlink()
            _publish(root, slug, review="auto")


def _publish(root: Path, slug: str, review: str = "host") -> None:
    from pipeline.commands.publish import publish_and_tell
    from pipeline.show.publishing.publisher import Publisher  # late: boto3 and its start
    from pipeline.show.publishing.publishing import Order

    publisher = Publisher.open(Workspace.at(root))
    publish_and_tell(publisher, [slug], Order(review), as_json=False)


def _is_current(workspace: Workspace, episode: EpisodePaths, root: Path) -> bool:
    try:
        return (Workspace(root).state / _COPIED).read_text() == _digest(workspace, episode)
    except FileNotFoundError:
        return False


def _copy(workspace: Workspace, episode: EpisodePaths, root: Path) -> None:
    """The files of the host's, without what stages made of them; what was there before goes."""
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
