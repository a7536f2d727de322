"""`plan`: what a release would change, before it changes anything."""

import sys
import tempfile
from pathlib import Path

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.commands.desk import MEDIA, Desk, is_due, refuse_future_date
from pipeline.commands.plan_text import plan_json, plan_lines
from pipeline.commands.publication import note_advice
from pipeline.config import load_episode
from pipeline.errors import Refused


@command("plan")
@click.argument("slug", required=False)
@click.option(
    "--allow", metavar="WHAT", multiple=True, help="Allow a change that is refused, by name."
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
def plan(app: App, slug: str | None, allow: tuple[str, ...], as_json: bool) -> None:
    """Show what publishing would change: the episode SLUG, or all that is published.

    Runs the stages that are stale, as `publish` does, and sends nothing. Exit code 4 when something
    in it would hurt listeners and is not allowed by name.
    """
    if slug is not None:
        app.workspace.episode(slug)
    desk = Desk.open(app)
    add = _added(desk, slug) if slug else set()
    for each in sorted(desk.shown(add) | add):
        # Media of published episodes is in the store, whether it is on this machine or not.
        result = desk.runner.run(each, need=MEDIA if each in add else (), reporter=desk.reporter)
        if result.waiting:
            raise result.waiting
    for each in add:
        note_advice(desk.workspace, each)
    with tempfile.TemporaryDirectory(prefix="pullquote-") as scratch:
        with desk.offer(add, keep=False) as offer:
            made = offer.plan(allow, Path(scratch))
        if as_json:
            emit_json(plan_json(made, desk.base_url))
        else:
            for line in plan_lines(made, desk.base_url):
                say(line)
    if made.refused:
        sys.exit(Refused.exit_code)


def _added(desk: Desk, slug: str) -> set[str]:
    """The episode, unless its time has not come."""
    episode = load_episode(desk.workspace, slug)
    refuse_future_date(slug, episode)
    if is_due(episode):
        return {slug}
    note(f"{slug} is held back until its publish_at")
    return set()
