"""`backfill`: run what is stale of many episodes, several at a time."""

import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table

from pipeline.artefacts import MASTER
from pipeline.commands.app import App, command, forcing, note, say
from pipeline.engine.progress import quiet
from pipeline.engine.running.executors import process_pool, run_jobs
from pipeline.engine.running.runner import EpisodeResult, Runner
from pipeline.engine.state.status import EpisodeStatus
from pipeline.show.backfilling.tally import Tally
from pipeline.show.episode import LocalEpisode
from pipeline.show.words.following import run_following
from pipeline.show.words.waiting import choose_model, how_many, new_transcripts
from pipeline.stages import all_stages
from pipeline.times import short_clock
from pipeline.workspace import Workspace

_NAMED = 4  # of the episodes that are worked on


@command("backfill")
@click.argument("slugs", nargs=-1)
@click.option("--to", metavar="STAGE", help="Stop after this stage.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="How many at once on this machine.",
)
@click.option(
    "--on",
    "place",
    type=click.Choice(["processes", "ray"]),
    default="processes",
    show_default=True,
    help="Where: processes on this machine, or the Ray cluster in RAY_ADDRESS (extra [ray]).",
)
@click.option("--workers", type=click.IntRange(1), help="Of a cluster, instead of show.toml's.")
@click.option(
    "--gpus-per-worker", type=click.FloatRange(0, 1), help="Of a cluster, instead of show.toml's."
)
@click.option(
    "--model",
    metavar="NAME",
    help="Another recogniser, also for what comes later; what it hears waits beside what is in force.",
)
@forcing
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each, at once.")
def backfill(
    app: App,
    slugs: tuple[str, ...],
    to: str | None,
    jobs: int,
    place: str,
    workers: int | None,
    gpus_per_worker: float | None,
    model: str | None,
    force: tuple[str, ...],
    as_json: bool,
) -> None:
    """Run what is stale of the episodes SLUGS (default: of all), without releasing anything.

    An episode that fails or waits for its review does not stop the others. Exit code 1 when one
    failed, 3 when none failed and one waits.

    A cluster needs nothing of the show but its bucket: see `pullquote help cluster`.
    """
    workspace = app.workspace
    if model:
        choose_model(workspace, model)
    wanted = [workspace.episode(slug).slug for slug in slugs] or _stale(workspace, to)
    settings = app.show.backfill
    asked = {"workers": workers, "gpus_per_worker": gpus_per_worker}
    settings = settings.model_copy(update={k: v for k, v in asked.items() if v is not None})
    price = settings.price_per_hour
    if place == "ray":
        from pipeline.show.backfilling.cluster import Cluster  # late: Ray takes a second
        from pipeline.show.backfilling.driving import backfill_on

        cluster = Cluster(settings)
        jobs = cluster.workers
        results = backfill_on(cluster, workspace, wanted, to=to, force=force)
    else:
        job = partial(run_episode, workspace.root, to, force=force)
        results = run_jobs(job, wanted, process_pool(jobs))
    tally = Tally(workspace, wanted, jobs, price if place == "ray" else None)
    out, hints = sys.stdout, set[str]()
    # Ray chats on stdout. Ctrl-C while a line is printed must reach those who work, too.
    with _shown(tally) as show, redirect_stdout(io.StringIO()), closing(results):
        for result in results:
            tally.count(result)
            if as_json:
                click.echo(json.dumps(_row(result), ensure_ascii=False), out)
            show(f"{result.slug}  {_outcome(result, hints)}")
    if model:
        _tell_what_waits(workspace, slugs)
    say(json.dumps(tally.row()) if as_json else _summary(tally))
    if tally.failed:
        sys.exit(1)
    if tally.waiting:
        sys.exit(3)


def _tell_what_waits(workspace: Workspace, slugs: Sequence[str]) -> None:
    """Also what an earlier run left, which was stopped; only touched quotes ask for a look at each."""
    found = new_transcripts(workspace, slugs or workspace.slugs())
    note(*(newer.line for newer in found if newer.quotes))
    if found:
        note(f"{how_many(found)}; see: pullquote transcript compare --all")


def run_episode(
    root: Path, to: str | None, slug: str, force: tuple[str, ...] = ()
) -> EpisodeResult:
    """One episode's run, as a job of a worker process; moved times go back into its ledger.

    What was fetched from an old host is not kept: of thousands of episodes it would fill the disk.
    """
    workspace = Workspace(root)
    runner = Runner(workspace, all_stages())
    episode = LocalEpisode(workspace, slug)
    result = run_following(runner, episode, to=to, force=force, reporter=quiet)
    if episode.settings.enclosure:
        (episode.paths.directory / MASTER).unlink(missing_ok=True)
    return result


def _stale(workspace: Workspace, to: str | None) -> Sequence[str]:
    """The episodes in which something is to run up to `to`, which may ask to hear imported ones."""
    runner = Runner(workspace, all_stages())
    needed = runner.needed(to)

    def fresh(each: EpisodeStatus) -> bool:
        if each.error or to is None:
            return each.whole
        states = {state.stage: state.state for state in each.stages}
        if to not in states and runner.hears(to):
            return all(state.state == "fresh" for state in runner.explain(each.slug, to))
        return all(states[name] == "fresh" for name in needed & states.keys())

    return [each.slug for each in runner.status() if not fresh(each)]


@contextmanager
def _shown(tally: Tally) -> Iterator[Callable[[str], None]]:
    """What tells a line of an episode: above a table that is kept up to date, on a terminal."""
    if not sys.stderr.isatty():
        yield note
        return
    console = Console(stderr=True)
    with Live(
        get_renderable=lambda: _table(tally), console=console, refresh_per_second=2, transient=True
    ):
        yield lambda line: console.print(line, markup=False, highlight=False)


def _table(tally: Tally) -> Any:
    table = Table("episodes", "done", "waiting", "failed", "sound", "speed", "left", box=None)
    if tally.in_hand:
        more = len(tally.in_hand) - _NAMED
        table.caption = f"now {', '.join(tally.in_hand[:_NAMED])}"
        table.caption += f" and {more} more" if more > 0 else ""
    cells = [
        f"{tally.finished} of {len(tally.slugs)}",
        str(tally.done),
        str(tally.waiting),
        str(tally.failed),
        _long(tally.sound),
        f"{tally.speed:.0f}x",
        "" if tally.left is None else short_clock(tally.left),
    ]
    if tally.cost is not None:
        table.add_column("cost")
        cells.append(f"{tally.cost:.2f}")
    table.add_row(*cells)
    return table


def _outcome(result: EpisodeResult, told: set[str]) -> str:
    """What became of an episode; what to do about an error is told once, where many have the same."""
    if result.error:
        what = str(result.error).removeprefix(f"{result.slug}: ")
        hint = getattr(result.error, "hint", "")
        short = what.removesuffix(f"\n  {hint}") if hint in told else what
        told.add(hint)
        return f"failed: {short}"
    if result.waiting:
        return "waits for your review"
    return f"ran {', '.join(result.ran)}" if result.ran else "is up to date"


def _summary(tally: Tally) -> str:
    text = f"{tally.done} done, {tally.waiting} waiting for your review, {tally.failed} failed"
    if tally.sound:
        text += f"; {_long(tally.sound)} of sound, {tally.speed:.0f}x real time"
    return text + (f", cost {tally.cost:.2f}" if tally.cost is not None else "")


def _long(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.1f} min"


def _row(result: EpisodeResult) -> dict[str, Any]:
    return {
        "slug": result.slug,
        "ran": list(result.ran),
        "waiting": bool(result.waiting),
        "error": str(result.error or ""),
    }
