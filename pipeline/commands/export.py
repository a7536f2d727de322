"""`export`: everything that is published, as files that any web server serves."""

from pathlib import Path

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.engine.progress import reporter
from pipeline.web.addresses import FEED_KEY, public_url


@command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def export(app: App, folder: Path, as_json: bool) -> None:
    """Write all that is published into FOLDER: feed, pages, recordings, transcripts, chapters.

    Addresses are those of the show's public_url: set the one of the new host first, and put the
    folder there. manifest.json names the Content-Type of each file. Nothing is sent anywhere.
    """
    from pipeline.show.publishing.exporting import export as write_all  # late: boto3

    files, copied = write_all(app.workspace, folder, reporter())
    address = public_url(app.show.store.base_url, FEED_KEY)
    if as_json:
        emit_json({"folder": str(folder), "files": files, "feed": address})
        return
    say(f"{folder}: {files} files, {copied / 1e6:.1f} MB copied")
    note(f"the feed says that it is at {address}")
