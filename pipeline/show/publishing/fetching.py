"""Media that git does not carry, back from the store by its hash: as published, or as a cluster made it."""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.artefacts import AUDIO, ENCLOSURE, MASTER
from pipeline.engine.state.freshness import is_media
from pipeline.engine.state.lock import lock_of
from pipeline.errors import PullquoteError
from pipeline.feeds.contents.heads import HEAD
from pipeline.settings.show import load_episode
from pipeline.storage.store.object_store import ObjectStore
from pipeline.web.addresses import WORK_PREFIX, work_key
from pipeline.workspace import EpisodePaths, Workspace, atomic_path, file_sha256

Tell = Callable[[str], None]


class _Media(NamedTuple):
    """A file's digest, and the keys under which the store may have it."""

    sha256: str
    keys: list[str]


def fetch(workspace: Workspace, slug: str, store: Callable[[], ObjectStore], tell: Tell) -> None:
    """Bring back what is not on this machine; what lies here and is not the recorded file is put aside."""
    paths = workspace.episode(slug)
    wanted = _media(paths)
    if not wanted:
        raise PullquoteError(
            f"{slug} was not built yet, so nothing of it is in the store",
            f"run: pullquote run {slug}",
        )
    _put_aside(paths, workspace.state / "replaced" / slug, tell)
    missing = _missing(paths, wanted)
    there = store() if missing else None
    for name, media in missing.items():
        key = _first(there, media) if there else None
        if there and (key or not media.keys[0].startswith(WORK_PREFIX)):
            there.download(key or media.keys[0], paths.directory / name, media.sha256)
            tell(f"fetched {name}")
    made = _bring_back_master(paths, tell)
    if not missing and not made:
        tell(f"{slug}: nothing is missing")


def fetch_made(workspace: Workspace, slug: str, store: ObjectStore, tell: Tell) -> None:
    """Bring back what a cluster made and nobody has published: a release sends it from here.

    Not for an imported episode, whose recording stays at its old host.
    """
    if load_episode(workspace, slug).enclosure:
        return
    paths = workspace.episode(slug)
    wanted = _media(paths)
    for name, media in _missing(paths, wanted).items():
        if name == MASTER and ENCLOSURE in wanted:
            continue  # it is in there
        key = _first(store, media)
        if key and key.startswith(WORK_PREFIX):
            store.download(key, paths.directory / name, media.sha256)
            tell(f"{slug}: fetched {name}")
    _bring_back_master(paths, lambda line: None)


def _media(paths: EpisodePaths) -> dict[str, _Media]:
    built = HEAD.known(paths)
    found = {each.path: _Media(each.sha256, [each.key]) for each in built.objects} if built else {}
    for name, sha256 in _made(paths).items():
        known = found.setdefault(name, _Media(sha256, []))
        if known.sha256 == sha256:
            known.keys.append(work_key(sha256, Path(name).suffix))
    return found


def _missing(paths: EpisodePaths, wanted: Mapping[str, _Media]) -> dict[str, _Media]:
    return {name: of for name, of in wanted.items() if not (paths.directory / name).is_file()}


def _first(store: ObjectStore, media: _Media) -> str | None:
    return next((key for key in media.keys if store.head(key)), None)


def _made(paths: EpisodePaths) -> dict[str, str]:
    """Media that an episode's stages made, here or on a cluster: name to sha256."""
    records = lock_of(paths).stages.values()
    found = (item for record in records for item in record.outputs.items())
    return {name: sha256 for name, sha256 in found if is_media(name)}


def _put_aside(paths: EpisodePaths, kept: Path, tell: Tell) -> None:
    """Make room for what is recorded: git carries the lock and no media, so a pull leaves those behind."""
    for name, sha256 in _made(paths).items():
        path = paths.directory / name
        if path.is_file() and file_sha256(path) != sha256:
            kept.mkdir(parents=True, exist_ok=True)
            shutil.move(path, kept / path.name)  # perhaps another disk
            tell(f"{name} is not the recorded one: put aside into .pullquote/replaced/")


def _bring_back_master(paths: EpisodePaths, tell: Tell) -> bool:
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
    tell(f"fetched {MASTER}, from {ENCLOSURE}")
    return True
