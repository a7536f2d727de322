"""`backfill`: run what is stale of many episodes, several at a time."""

import sys
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Any

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.commands.options import forcing
from pipeline.engine.progress import quiet
from pipeline.engine.running.executors import RayCluster, process_pool, run_jobs
from pipeline.engine.running.runner import EpisodeResult, Runner
from pipeline.show.episode import LocalEpisode
from pipeline.show.words.following import run_following
from pipeline.stages import all_stages
from pipeline.workspace import Workspace


@command("backfill")
@click.argument("slugs", nargs=-1)
@click.option("--to", metavar="STAGE", help="Stop after this stage.")
@click.option(
    "--jobs", type=click.IntRange(1), default=1, show_default=True, help="How many at once."
)
@click.option(
    "--on",
    "place",
    type=click.Choice(["processes", "ray"]),
    default="processes",
    show_default=True,
    help="Where: processes on this machine, or the Ray cluster in RAY_ADDRESS (extra [ray]).",
)
@forcing
@click.option("--json", "as_json", is_flag=True, help="Print what became of each as JSON.")
def backfill(
    app: App,
    slugs: tuple[str, ...],
    to: str | None,
    jobs: int,
    place: str,
    force: tuple[str, ...],
    as_json: bool,
) -> None:
    """Run what is stale of the episodes SLUGS (default: of all), without releasing anything.

    An episode that fails or waits for its review does not stop the others. Exit code 1 when one
    failed, 3 when none failed and one waits.

    The machines of a cluster need Pullquote, and the show's folder under the same path; --jobs is
    for processes only, a cluster takes as many episodes as it has cores.
    """
    workspace = app.workspace
    wanted = [workspace.episode(slug).slug for slug in slugs] or _stale(workspace)
    job = partial(run_episode, workspace.root, to, force=force)
    results = []
    pool: Executor = RayCluster() if place == "ray" else process_pool(jobs)
    with pool:
        for result in run_jobs(job, wanted, pool):
            results.append(result)
            note(f"{result.slug}  {_outcome(result)}")
    if as_json:
        emit_json([_row(result) for result in results])
    else:
        say(_summary(results))
    if any(result.error for result in results):
        sys.exit(1)
    if any(result.waiting for result in results):
        sys.exit(3)


def run_episode(
    root: Path, to: str | None, slug: str, force: tuple[str, ...] = ()
) -> EpisodeResult:
    """One episode's run, as a job of a worker process; moved times go back into its ledger."""
    workspace = Workspace(root)
    runner = Runner(workspace, all_stages())
    episode = LocalEpisode(workspace, slug)
    return run_following(runner, episode, to=to, force=force, reporter=quiet)


def _stale(workspace: Workspace) -> list[str]:
    return [each.slug for each in Runner(workspace, all_stages()).status() if not each.whole]


def _outcome(result: EpisodeResult) -> str:
    if result.error:
        return f"failed: {result.error}"  # with what to do about it
    if result.waiting:
        return "waits for your review"
    return f"ran {', '.join(result.ran)}" if result.ran else "is up to date"


def _summary(results: list[EpisodeResult]) -> str:
    failed = sum(result.error is not None for result in results)
    waiting = sum(result.waiting is not None for result in results)
    done = len(results) - failed - waiting
    return f"{done} done, {waiting} waiting for your review, {failed} failed"


def _row(result: EpisodeResult) -> dict[str, Any]:
    return {
        "slug": result.slug,
        "ran": list(result.ran),
        "waiting": bool(result.waiting),
        "error": str(result.error or ""),
    }
