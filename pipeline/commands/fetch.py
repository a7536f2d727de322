"""`fetch`: published files that git does not carry, back from the store by their hash."""

import hashlib
import shutil
from pathlib import Path

import click

from pipeline.artefacts import AUDIO, ENCLOSURE, MASTER
from pipeline.commands.app import App, command, note
from pipeline.engine.state.freshness import is_media
from pipeline.engine.state.lock import read_lock
from pipeline.errors import PullquoteError
from pipeline.feeds.contents.heads import HEAD
from pipeline.web.addresses import WORK_PREFIX, work_key
from pipeline.workspace import EpisodePaths, atomic_path, file_sha256


@command("fetch")
@click.argument("slug")
def fetch(app: App, slug: str) -> None:
    """Bring back what was published of the episode SLUG and is not on this machine.

    A file whose hash is not the recorded one is refused. One that lies here, left behind by a git pull, is
    put aside into .pullquote/replaced/. The mastered sound comes back too, which is
    all that a correction or a new quote needs: the recording itself stays where it is.
    """
    from pipeline.storage.local.store import open_store  # late: boto3 and its start

    paths = app.workspace.episode(slug)
    built = HEAD.known(paths)
    wanted = {each.path: (each.sha256, each.key) for each in built.objects} if built else {}
    for name, sha256 in _media_made(paths).items():
        wanted.setdefault(name, (sha256, work_key(sha256, Path(name).suffix)))
    if not wanted:
        raise PullquoteError(
            f"{slug} was not built yet, so nothing of it is in the store",
            f"run: pullquote run {slug}",
        )
    _put_aside(paths, app.workspace.state / "replaced" / slug)
    missing = {name: of for name, of in wanted.items() if not (paths.directory / name).is_file()}
    store = open_store(app.workspace, app.show) if missing else None
    for name, (sha256, key) in missing.items():
        if store and (not key.startswith(WORK_PREFIX) or store.head(key)):
            store.download(key, paths.directory / name, sha256)
            note(f"fetched {name}")
    made = _bring_back_master(paths)
    if not missing and not made:
        note(f"{slug}: nothing is missing")


def _media_made(paths: EpisodePaths) -> dict[str, str]:
    """Media that an episode's stages made, here or on a cluster: name to sha256."""
    lock = read_lock(paths.lock, f"episodes/{paths.slug}/build/lock.json")
    found = (item for record in lock.stages.values() for item in record.outputs.items())
    return {name: sha256 for name, sha256 in found if is_media(name)}


def _put_aside(paths: EpisodePaths, kept: Path) -> None:
    """Make room for what is recorded: git carries the lock and no media, so a pull leaves those behind."""
    for name, sha256 in _media_made(paths).items():
        path = paths.directory / name
        if path.is_file() and file_sha256(path) != sha256:
            kept.mkdir(parents=True, exist_ok=True)
            path.replace(kept / path.name)
            note(f"{name} is not the recorded one: put aside into .pullquote/replaced/")


def _bring_back_master(paths: EpisodePaths) -> bool:
    """Put the master back, which is not published by itself: the published file without its tags.

    Made again from the recording it could have other bytes, by another ffmpeg.
    """
    from pipeline.audio.tags import sound_of

    master, published = paths.directory / MASTER, paths.directory / ENCLOSURE
    audio = AUDIO.known(paths)
    if audio is None or master.exists() or not published.is_file():
        return False
    with published.open("rb") as file:
        begins = file.seek(sound_of(published))
        if hashlib.file_digest(file, "sha256").hexdigest() != audio.sha256:
            return False  # of another release, or a finished MP3 that came with tags of its own
        file.seek(begins)
        with atomic_path(master) as fresh, fresh.open("wb") as out:
            shutil.copyfileobj(file, out)
    note(f"fetched {MASTER}, from {ENCLOSURE}")
    return True
