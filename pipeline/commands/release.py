"""`history` and `rollback`: what was released, and putting it back."""

import dataclasses

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.commands.desk import Desk
from pipeline.commands.plan_text import file_size
from pipeline.storage.history import PastRelease
from pipeline.storage.history import history as list_releases
from pipeline.storage.history import rollback as put_back
from pipeline.storage.local_store import open_store


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
    """Put back the feed of N releases ago (default: the previous one).

    Apps see the earlier episodes again. Recordings stay in the store, so a rollback can be undone by
    another. Pages and transcripts have one address for good, and stay as the last release left them.
    """
    desk = Desk.open(app)
    report = put_back(desk.store, desk.base_url, steps, dry_run=dry_run, tell=desk.tell)
    if not dry_run:
        desk.past.forget()
    if as_json:
        emit_json(dataclasses.asdict(report))
        return
    for sentence in (*report.changes, *report.notes, *(each.line for each in report.told)):
        note(sentence)
    verb = "would be" if dry_run else "is"
    episodes = _count(report.episodes, "episode")
    say(f"the feed of release {report.target} {verb} live again ({episodes})")
    note(
        "only the feed goes back: pages, transcripts and the list of episodes stay as the last"
        " release left them (pullquote unpublish SLUG takes an episode off them too)"
    )
    note(
        "the next publish puts back what was changed, and what was taken out once you name it:"
        " mend the episode first"
    )


def _row(each: PastRelease) -> str:
    mark = "live" if each.live else "    "
    if each.episodes is None:
        return f"{mark}  {each.id}  (no record)"
    episodes, objects = _count(each.episodes, "episode"), _count(each.sent or 0, "object")
    return f"{mark}  {each.id}  {episodes}, {objects} sent, {file_size(each.bytes_sent or 0)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
