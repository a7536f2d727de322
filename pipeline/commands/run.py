"""`run`: every stale stage of an episode, without a release."""

import click

from pipeline.commands.app import App, command, emit_json, forcing, note, renewing
from pipeline.engine.progress import reporter
from pipeline.show.keeping import renewed
from pipeline.show.public.publication import refuse_twins
from pipeline.show.words.following import run_following, tell_what_waits
from pipeline.stages import runner_of


@command("run")
@click.argument("slug")
@click.option("--to", metavar="STAGE", help="Stop after this stage.")
@forcing
@renewing
@click.option("--json", "as_json", is_flag=True, help="Print what ran as JSON.")
def run(
    app: App,
    slug: str,
    to: str | None,
    force: tuple[str, ...],
    remaster: bool,
    retag: bool,
    as_json: bool,
) -> None:
    """Run what is stale of the episode SLUG; the release is `publish`'s.

    An episode that is released keeps its sound and the tags of its MP3: its settings and music are
    those of its release, until you say --remaster or --retag. [audio] in its episode.toml always counts.
    """
    runner = runner_of(app.workspace)
    if to is None:
        refuse_twins(app.workspace, [slug], runner.status())
    episode, show = app.episode(slug), reporter()
    result = run_following(
        runner, episode, to=to, force=force, renew=renewed(remaster, retag), reporter=show
    )
    tell_what_waits(runner, episode, show)
    if as_json:
        emit_json({"slug": slug, "ran": list(result.ran), "waiting": str(result.waiting or "")})
    if result.waiting:
        raise result.waiting
    if not result.ran:
        note(f"{slug}: everything is up to date")
