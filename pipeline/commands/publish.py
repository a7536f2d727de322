"""`publish`: run an episode's stages, then release it with the show's feed."""

from typing import TYPE_CHECKING

import click

from pipeline.addresses import FEED_KEY, page_key, public_url
from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.commands.publication import add_to_feed, release_objects
from pipeline.config import Show, load_episode, load_show
from pipeline.engine.progress import reporter
from pipeline.engine.runner import Runner
from pipeline.stages import all_stages
from pipeline.workspace import Workspace

if TYPE_CHECKING:
    from pipeline.storage.release import ReleaseReport

#: What a release sends of the episode that is published must be on this machine.
MEDIA = ("build/enclosure.mp3", "build/alternates/*", "build/clips/*.mp3")


@command("publish")
@click.argument("slug")
@click.option(
    "--review",
    type=click.Choice(["host", "auto", "none"]),
    default="host",
    show_default=True,
    help="Who decides on the quotes: you; the ranking (for a back catalogue); or publish without.",
)
@click.option(
    "--dry-run", is_flag=True, help="Build everything, say what would be sent, send nothing."
)
@click.option(
    "--allow", metavar="WHAT", multiple=True, help="Allow a change that was refused, by name."
)
@click.option("--json", "as_json", is_flag=True, help="Print the release as JSON.")
def publish(
    app: App, slug: str, review: str, dry_run: bool, allow: tuple[str, ...], as_json: bool
) -> None:
    """Run every stage of the episode SLUG and release it with the show's feed.

    Stops with exit code 3 while its quotes wait for your review.
    """
    from pipeline.storage.local_store import open_store  # late: boto3 and its start
    from pipeline.storage.release import release

    workspace = app.workspace
    workspace.episode(slug)
    store = open_store(workspace, app.show)  # first: a local store's address goes into the feed
    show = load_show(workspace)
    runner = Runner(workspace, all_stages())
    report_progress = reporter()
    decide(runner, workspace, show, slug, review)
    result = runner.run(slug, need=MEDIA, reporter=report_progress)
    if result.waiting:
        raise result.waiting
    add_to_feed(workspace, slug)
    runner.run_show(reporter=report_progress)
    feed = (workspace.feed / "build" / "feed.xml").read_bytes()
    objects = list(release_objects(workspace))
    base_url = show.store.base_url
    with report_progress.stage(slug, "release") as progress:
        report = release(
            store, objects, feed, base_url, allow=allow, dry_run=dry_run, progress=progress
        )
    addresses = {
        "feed": public_url(base_url, FEED_KEY),
        "page": public_url(base_url, page_key(slug)),
    }
    if as_json:
        emit_json({"sent": report.sent, "bytes_sent": report.bytes_sent,
                   "release": report.release_id, "dry_run": dry_run, **addresses})  # fmt: skip
        return
    for line in report.notes:
        note(line)
    note(summary(report, dry_run))
    if not dry_run:
        say(f"feed  {addresses['feed']}")
        say(f"page  {addresses['page']}")


def summary(report: "ReleaseReport", dry_run: bool) -> str:
    """What was sent, in a sentence."""
    if report.nothing_to_release:
        return "nothing to release: the store holds this already"
    count = len(report.sent)
    files = f"{count} file{'s' if count != 1 else ''}, {report.bytes_sent / 1e6:.1f} MB"
    if dry_run:
        return "\n".join([f"would send {files}:", *(f"  {key}" for key in report.sent)])
    return f"sent {files}; release {report.release_id}"


def decide(runner: Runner, workspace: Workspace, show: Show, slug: str, review: str) -> None:
    """With `auto` or `none`, write the decision into the ledger unless the host has decided."""
    from pipeline.quotes.acceptance import accept_best, accept_none, is_decided

    ledger = workspace.episode(slug).ledger
    if review == "host" or is_decided(ledger) or load_episode(workspace, slug).enclosure:
        return
    if review == "none":
        accept_none(ledger)
        return
    for stage in ("suggest", "chapter"):  # a quote stands under its chapter's title
        runner.run(slug, to=stage, reporter=reporter())
    accept_best(ledger, workspace.episode(slug).build, show.quotes.auto)
