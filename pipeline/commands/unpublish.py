"""`unpublish`: an episode out of the feed; what was published of it stays where it is."""

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.commands.plan_text import announce
from pipeline.show.publishing.publisher import Publisher
from pipeline.show.publishing.taking_back import take_out
from pipeline.web.addresses import FEED_KEY, public_url


@command("unpublish")
@click.argument("slug")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option(
    "--allow", metavar="WHAT", multiple=True, help="Allow a change that was refused, by name."
)
@click.option("--json", "as_json", is_flag=True, help="Print what it did as JSON.")
def unpublish(app: App, slug: str, dry_run: bool, allow: tuple[str, ...], as_json: bool) -> None:
    """Take the episode SLUG out of the feed and the list of episodes.

    Its page stays and says so; its recording and files stay too, since apps may still play them.
    `publish SLUG` brings it back, under the same GUID.
    """
    app.workspace.episode(slug)
    publisher = Publisher.open(app.workspace)
    tell = announce(publisher.base_url)
    report = take_out(publisher, slug, allow, dry_run=dry_run, announce=tell)
    if as_json:
        emit_json({"slug": slug, "sent": report.sent, "release": report.release_id,
                   "dry_run": dry_run, "feed": public_url(publisher.base_url, FEED_KEY),
                   "notes": report.notes,
                   "told": report.told})  # fmt: skip
        return
    for line in (*report.notes, *(each.line for each in report.told)):
        note(line)
    verb = "would be" if dry_run else "is"
    say(f"{slug} {verb} out of the feed; its page and its recording stay")
    note("apps that have downloaded it keep it; most others stop showing it within a day")
