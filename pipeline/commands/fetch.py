"""`fetch`: published files that git does not carry, back from the store by their hash."""

import hashlib
import json

import click

from pipeline.commands.app import App, command, note
from pipeline.errors import PullquoteError, StorageError
from pipeline.workspace import write_bytes


@command("fetch")
@click.argument("slug")
def fetch(app: App, slug: str) -> None:
    """Bring back what was published of the episode SLUG and is not on this machine.

    A file whose hash is not the recorded one is refused.
    """
    from pipeline.storage.local_store import open_store  # late: boto3 and its start

    paths = app.workspace.episode(slug)
    try:
        objects = json.loads((paths.build / "item.json").read_bytes())["objects"]
    except FileNotFoundError:
        raise PullquoteError(
            f"{slug} was not built yet, so nothing of it is in the store",
            f"run: pullquote run {slug}",
        ) from None
    missing = [entry for entry in objects if not (paths.directory / entry["path"]).is_file()]
    store = open_store(app.workspace, app.show) if missing else None
    for entry in missing:
        found = store.get(entry["key"]) if store else None
        if found is None:
            raise StorageError(f"{entry['key']} is not in the store", "was it ever published?")
        if hashlib.sha256(found[0]).hexdigest() != entry["sha256"]:
            raise StorageError(f"{entry['key']} is not the file that was published", "")
        write_bytes(paths.directory / entry["path"], found[0])
        note(f"fetched {entry['path']}")
    if not missing:
        note(f"{slug}: nothing is missing")
