"""`plan`: what a release would change, before it changes anything."""

import sys
from collections.abc import Sequence

import click

from pipeline.commands.app import App, allowing, answer, command, forcing, note
from pipeline.commands.plan_text import plan_json, plan_lines
from pipeline.errors import Refused
from pipeline.show.publishing.planning import planned, unpublished
from pipeline.show.publishing.publisher import Publisher


@command("plan")
@click.argument("slug", required=False)
@allowing
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
    if slug is None and (line := unpublished(publisher)):
        note(line)
    with planned(publisher, slug, allow, force) as found:
        made = found.plan
        if made is None:
            _say_nothing_yet(publisher, found.left, as_json)
            return
        value = plan_json(made, publisher.base_url) | {"stale": found.left}
        answer(as_json, value, (*found.left, *plan_lines(made, publisher.base_url)))
    if made.refused:
        sys.exit(Refused.exit_code)


def _say_nothing_yet(publisher: Publisher, left: Sequence[str], as_json: bool) -> None:
    if not publisher.workspace.slugs():
        note("no episodes yet; make one with: pullquote new SLUG --audio FILE")
    none = ("episodes", "uploads", "dangers", "refused", "notes")
    lines = (*left, "Plan: nothing was made yet that could be released.")
    answer(as_json, dict.fromkeys(none, ()) | {"stale": left}, lines)
