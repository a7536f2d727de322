"""`history` and `rollback`: what was released, and putting it back."""

import dataclasses

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.commands.plan_text import counted, file_size
from pipeline.commands.unpublish import withdrawn
from pipeline.show.publishing.merged_index import merged_index
from pipeline.show.publishing.publication import list_published, published_slugs
from pipeline.show.publishing.publisher import Publisher
from pipeline.storage.local.store import open_store
from pipeline.storage.planning.inventory import Inventory
from pipeline.storage.planning.live_feed import LiveFeed
from pipeline.storage.release.history import PastRelease
from pipeline.storage.release.history import history as list_releases
from pipeline.storage.release.rollback import Pages, RollbackReport
from pipeline.storage.release.rollback import rollback as put_back


@command("history")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def history(app: App, limit: int, as_json: bool) -> None:
    """List what was released, newest first; the first is what listeners see."""
    found = list_releases(open_store(app.workspace, app.show), limit)
    if as_json:
        rows = [dataclasses.asdict(each) | {"time": each.time.isoformat()} for each in found]
        emit_json({"releases": rows})
        return
    if not found:
        say("nothing was released yet")
    for each in found:
        say(_row(each))


@command("rollback")
@click.argument("steps", type=click.IntRange(1), default=1, metavar="[N]")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print what it did as JSON.")
def rollback(app: App, steps: int, dry_run: bool, as_json: bool) -> None:
    """Put back the release of N ago (default: the previous one): its feed, pages and transcripts.

    Apps see the earlier episodes again; the page of an episode that goes says so. Recordings stay in
    the store, and what is replaced is kept, so a rollback can be undone by another.
    """
    publisher = Publisher.open(app.workspace)
    pages = Pages(lambda feed: _index(publisher, feed), withdrawn)
    report = put_back(
        publisher.store,
        publisher.base_url,
        steps,
        dry_run=dry_run,
        pages=pages,
        tell=publisher.tell,
    )
    if not dry_run:
        _follow(publisher, report)
    if as_json:
        told = [dataclasses.asdict(each) for each in report.told]
        emit_json({"target": report.target, "release_id": report.release_id,
                   "episodes": report.episodes, "changes": report.changes,
                   "restored": report.restored, "notes": report.notes, "told": told})  # fmt: skip
        return
    for sentence in (*report.changes, *report.notes, *(each.line for each in report.told)):
        note(sentence)
    verb = "would be" if dry_run else "is"
    episodes = counted(report.episodes, "episode")
    files = counted(len(report.restored), "file")
    say(f"release {report.target} {verb} live again ({episodes}; {files} put back)")
    note("your files stay: pullquote publish SLUG releases an episode again as it is here")


def _index(publisher: Publisher, feed: LiveFeed) -> bytes:
    """The show's page for an old feed; what is on its older pages is listed as it is here."""
    if not feed.is_whole:
        return publisher.index(feed, feed.items)
    return merged_index(publisher.workspace, publisher.show, {}, feed)


def _follow(publisher: Publisher, report: RollbackReport) -> None:
    """Let this clone know what is public now."""
    slugs = {slug for guid, slug in publisher.guids.items() if guid in report.guids}
    gone = {slug for guid, slug in publisher.guids.items() if guid in report.gone}
    list_published(publisher.workspace, {*published_slugs(publisher.workspace)} - gone | slugs)
    past = publisher.past.inventory
    known = Inventory(
        {key: sha for key, sha in report.public.files.items() if key in past.files},
        {guid: sha for guid, sha in report.public.items.items() if guid in past.items},
    )
    publisher.past.forget_feed()
    publisher.past.returned(known, report.release_id, report.public.items)


def _row(each: PastRelease) -> str:
    mark = "live" if each.live else "    "
    if each.episodes is None:
        return f"{mark}  {each.id}  (no record)"
    episodes, objects = counted(each.episodes, "episode"), counted(each.sent or 0, "object")
    return f"{mark}  {each.id}  {episodes}, {objects} sent, {file_size(each.bytes_sent or 0)}"
