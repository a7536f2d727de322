"""`plan`: what a release would change, before it changes anything."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.commands.desk import Desk, is_due, refuse_future_date
from pipeline.commands.plan_text import plan_json, plan_lines
from pipeline.commands.publication import note_advice
from pipeline.commands.renewing import forcing, left_line
from pipeline.config import load_episode
from pipeline.errors import Refused


@command("plan")
@click.argument("slug", required=False)
@click.option(
    "--allow", metavar="WHAT", multiple=True, help="Allow a change that is refused, by name."
)
@forcing
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
def plan(
    app: App, slug: str | None, allow: tuple[str, ...], force: tuple[str, ...], as_json: bool
) -> None:
    """Show what publishing would change: the episode SLUG, or all that is published.

    Runs what is stale and takes no minutes, and sends nothing. It says what it left: an episode that
    would be mastered or transcribed is planned as it was made last. Exit code 4 when something in it
    would hurt listeners and is not allowed by name.
    """
    if slug is not None:
        app.workspace.episode(slug)
    desk = Desk.open(app)
    own, of_show = desk.runner.split(force)
    add = _added(desk, slug) if slug else set()
    left = [
        line
        for each in sorted(desk.shown(add) | add)
        if (line := _made_ready(desk, each, own if each in add else ()))
    ]
    # One that was never made has nothing to plan with, and is named above.
    made_before = {each for each in desk.workspace.slugs() if _item(desk, each).is_file()}
    if left and not made_before:
        _say_nothing_yet(left, as_json)
        return
    add &= made_before
    for each in add:
        note_advice(desk.workspace, each)
    with tempfile.TemporaryDirectory(prefix="pullquote-") as scratch:
        with desk.offer(add, keep=False, force=of_show) as offer:
            made = offer.plan(allow, Path(scratch))
        if as_json:
            emit_json(plan_json(made, desk.base_url) | {"stale": left})
        else:
            for line in left:
                say(line)
            for line in plan_lines(made, desk.base_url):
                say(line)
    if made.refused:
        sys.exit(Refused.exit_code)


def _made_ready(desk: Desk, slug: str, force: Sequence[str]) -> str:
    """Run what takes no minutes; returns a line about what was left, empty when nothing was."""
    result = desk.runner.run(slug, force=force, quick=True, reporter=desk.reporter)
    if result.waiting:
        raise result.waiting
    return left_line(slug, result.left) if result.left else ""


def _item(desk: Desk, slug: str) -> Path:
    return desk.workspace.episode(slug).build / "item.json"


def _say_nothing_yet(left: Sequence[str], as_json: bool) -> None:
    if as_json:
        none = ("episodes", "uploads", "dangers", "refused", "notes")
        emit_json({key: [] for key in none} | {"stale": left})
        return
    for line in (*left, "Plan: nothing was made yet that could be released."):
        say(line)


def _added(desk: Desk, slug: str) -> set[str]:
    """The episode, unless its time has not come."""
    episode = load_episode(desk.workspace, slug)
    refuse_future_date(slug, episode)
    if is_due(episode):
        return {slug}
    note(f"{slug} is held back until its publish_at")
    return set()
