"""`fetch`: published files that git does not carry, back from the store by their hash."""

import hashlib
import shutil

import click

from pipeline.commands.app import App, command, note
from pipeline.errors import PullquoteError
from pipeline.workspace import EpisodePaths, atomic_path, read_json


@command("fetch")
@click.argument("slug")
def fetch(app: App, slug: str) -> None:
    """Bring back what was published of the episode SLUG and is not on this machine.

    A file whose hash is not the recorded one is refused. The mastered sound comes back too, which is
    all that a correction or a new quote needs: the recording itself stays where it is.
    """
    from pipeline.storage.local.store import open_store  # late: boto3 and its start
    from pipeline.storage.store.downloads import download

    paths = app.workspace.episode(slug)
    try:
        objects = read_json(paths.build / "item.json")["objects"]
    except FileNotFoundError:
        raise PullquoteError(
            f"{slug} was not built yet, so nothing of it is in the store",
            f"run: pullquote run {slug}",
        ) from None
    missing = [entry for entry in objects if not (paths.directory / entry["path"]).is_file()]
    store = open_store(app.workspace, app.show) if missing else None
    for entry in missing:
        if store:
            download(store, entry["key"], paths.directory / entry["path"], entry["sha256"])
            note(f"fetched {entry['path']}")
    made = _bring_back_master(paths)
    if not missing and not made:
        note(f"{slug}: nothing is missing")


def _bring_back_master(paths: EpisodePaths) -> bool:
    """Put the master back, which is not published by itself: the published file without its tags.

    Made again from the recording it could have other bytes, by another ffmpeg.
    """
    from pipeline.audio.tags import sound_of

    master, published = paths.build / "master.mp3", paths.build / "enclosure.mp3"
    try:
        wanted = read_json(paths.build / "audio.json")["sha256"]
    except (FileNotFoundError, ValueError, KeyError):
        return False
    if master.exists() or not published.is_file():
        return False
    with published.open("rb") as file:
        begins = file.seek(sound_of(published))
        if hashlib.file_digest(file, "sha256").hexdigest() != wanted:
            return False  # of another release, or a finished MP3 that came with tags of its own
        file.seek(begins)
        with atomic_path(master) as fresh, fresh.open("wb") as out:
            shutil.copyfileobj(file, out)
    note(f"fetched build/{master.name}, from build/{published.name}")
    return True
