"""`history`, `rollback` and `unpublish`: what was released, and taking it back."""

import dataclasses

import click

from pipeline.commands.app import App, allowing, answer, command, counted, emit_json, note, say
from pipeline.commands.plan_text import announce, file_size
from pipeline.show.publishing.publisher import Publisher
from pipeline.show.publishing.taking_back import roll_back, take_out
from pipeline.storage.local.store import open_store
from pipeline.storage.release.history import PastRelease
from pipeline.storage.release.history import history as list_releases
from pipeline.web.addresses import FEED_KEY, public_url


@command("history")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def history(app: App, limit: int, as_json: bool) -> None:
    """List what was released, newest first; the first is what listeners see."""
    found = list_releases(open_store(app.workspace, app.show), limit)
    rows = [dataclasses.asdict(each) | {"time": each.time.isoformat()} for each in found]
    lines = map(_row, found) if found else ["nothing was released yet"]
    answer(as_json, {"releases": rows}, lines)


@command("rollback")
@click.argument("steps", type=click.IntRange(1), default=1, metavar="[N]")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print what it did as JSON.")
def rollback(app: App, steps: int, dry_run: bool, as_json: bool) -> None:
    """Put back the release of N ago (default: the previous one): its feed, pages and transcripts.

    Apps see the earlier episodes again; the page of an episode that goes says so. Recordings stay in
    the store, and what is replaced is kept, so a rollback can be undone by another.
    """
    report = roll_back(Publisher.open(app.workspace), steps, dry_run=dry_run)
    if as_json:
        emit_json({"target": report.target, "release_id": report.release_id,
                   "episodes": report.episodes, "changes": report.changes,
                   "restored": report.restored, "notes": report.notes, "told": report.told})  # fmt: skip
        return
    note(*report.changes, *report.notes, *(each.line for each in report.told))
    verb = "would be" if dry_run else "is"
    episodes = counted(report.episodes, "episode")
    files = counted(len(report.restored), "file")
    say(f"release {report.target} {verb} live again ({episodes}; {files} put back)")
    note("your files stay: pullquote publish SLUG releases an episode again as it is here")


def _row(each: PastRelease) -> str:
    mark = "live" if each.live else "    "
    if each.episodes is None:
        return f"{mark}  {each.id}  (no record)"
    episodes, objects = counted(each.episodes, "episode"), counted(each.sent or 0, "object")
    return f"{mark}  {each.id}  {episodes}, {objects} sent, {file_size(each.bytes_sent or 0)}"


@command("unpublish")
@click.argument("slug")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@allowing
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
    note(*report.notes, *(each.line for each in report.told))
    verb = "would be" if dry_run else "is"
    say(f"{slug} {verb} out of the feed; its page and its recording stay")
    note("apps that have downloaded it keep it; most others stop showing it within a day")
