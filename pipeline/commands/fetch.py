"""`fetch`: published files that git does not carry, back from the store by their hash."""

import click

from pipeline.commands.app import App, command, note
from pipeline.errors import PullquoteError
from pipeline.workspace import read_json


@command("fetch")
@click.argument("slug")
def fetch(app: App, slug: str) -> None:
    """Bring back what was published of the episode SLUG and is not on this machine.

    A file whose hash is not the recorded one is refused.
    """
    from pipeline.storage.downloads import download
    from pipeline.storage.local_store import open_store  # late: boto3 and its start

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
    if not missing:
        note(f"{slug}: nothing is missing")
