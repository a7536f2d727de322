"""`plan`: what a release would change, before it changes anything."""

import sys
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.commands.options import forcing
from pipeline.commands.plan_text import plan_json, plan_lines
from pipeline.errors import PullquoteError, Refused
from pipeline.settings.show import load_episode
from pipeline.show.keeping import left_line
from pipeline.show.publishing.due import is_due, refuse_future_date
from pipeline.show.publishing.publication import advice, is_built
from pipeline.show.publishing.publisher import Publisher


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
    publisher = Publisher.open(app.workspace)
    _note_unreadable(publisher)
    own, of_show = publisher.runner.split(force)
    left, add = _made_ready(publisher, _added(publisher, slug), own) if slug else _public(publisher)
    # One that was never made has nothing to plan with, and is named above.
    made_before = {
        each for each in publisher.workspace.slugs() if is_built(publisher.workspace, each)
    }
    if not made_before:
        _say_nothing_yet(publisher, left, as_json)
        return
    add &= made_before
    for line in advice(publisher.workspace, slug) if slug in add else ():
        note(line)
    with tempfile.TemporaryDirectory(prefix="pullquote-") as scratch:
        with publisher.offer(add, keep=False, force=of_show) as offer:
            made = offer.plan(allow, Path(scratch))
        if as_json:
            emit_json(plan_json(made, publisher.base_url) | {"stale": left})
        else:
            for line in left:
                say(line)
            for line in plan_lines(made, publisher.base_url):
                say(line)
    if made.refused:
        sys.exit(Refused.exit_code)


def _made_ready(
    publisher: Publisher, slugs: Collection[str], force: Sequence[str] = ()
) -> tuple[list[str], set[str]]:
    """Run what takes no minutes of each; returns lines about what was left, and the slugs."""
    left = []
    for slug in slugs if force else sorted(publisher.stale.intersection(slugs)):
        result = publisher.runner.run(slug, force=force, quick=True, reporter=publisher.reporter)
        if result.waiting:
            raise result.waiting
        if result.left:
            left.append(left_line(slug, result.left))
    return left, set(slugs)


def _public(publisher: Publisher) -> tuple[list[str], set[str]]:
    """The published episodes that are finished here; the others would stay as they were released."""
    lines, found = [], set()
    for slug in sorted(each for each in publisher.shown() if is_built(publisher.workspace, each)):
        try:
            left, ready = _made_ready(publisher, [slug])
        except PullquoteError as error:
            left = [f"{slug} is not finished here, and stays as it was released: {error}"]
            ready = set()
        lines += left
        found |= ready
    return lines, found


def _note_unreadable(publisher: Publisher) -> None:
    """Name what a plan is made without: episodes that were not published, and cannot be read."""
    shown = publisher.shown()
    for each in publisher.statuses:
        if each.error and each.slug not in shown:
            note(f"{each.slug} is left out: {each.error}")


def _say_nothing_yet(publisher: Publisher, left: Sequence[str], as_json: bool) -> None:
    if not publisher.workspace.slugs():
        note("no episodes yet; make one with: pullquote new SLUG --audio FILE")
    if as_json:
        none = ("episodes", "uploads", "dangers", "refused", "notes")
        emit_json({key: [] for key in none} | {"stale": left})
        return
    for line in (*left, "Plan: nothing was made yet that could be released."):
        say(line)


def _added(publisher: Publisher, slug: str) -> set[str]:
    """The episode, unless its time has not come."""
    episode = load_episode(publisher.workspace, slug)
    refuse_future_date(slug, episode)
    if is_due(episode):
        return {slug}
    note(f"{slug} is held back until its publish_at")
    return set()
