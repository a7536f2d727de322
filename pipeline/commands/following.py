"""After a run in which words moved: the ledger gets the new times, and what moved is told."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.app import note
from pipeline.config import Show, load_episode
from pipeline.errors import PullquoteError, Refused
from pipeline.workspace import Workspace

if TYPE_CHECKING:
    from pipeline.engine.progress import Reporter
    from pipeline.engine.runner import EpisodeResult, Runner
    from pipeline.quotes.guard import Guard

_MOVES = "correct"  # the stage after which words may be elsewhere


def run_following(
    runner: "Runner",
    workspace: Workspace,
    show: Show,
    slug: str,
    *,
    to: str | None = None,
    force: Sequence[str] = (),
    need: Sequence[str] = (),
    reporter: "Reporter",
) -> "EpisodeResult":
    """Run an episode's stale stages; where its words moved, move its ledger's times with them.

    What is stale by the new times - the review, which finds the same quotes - runs at once.
    """
    try:
        result = runner.run(slug, to=to, force=force, need=need, reporter=reporter)
    except Refused:  # by the guard, perhaps: what moved explains it
        _follow(workspace, show, slug)
        raise
    if _MOVES in result.ran and _follow(workspace, show, slug):
        again = runner.run(slug, to=to, need=need, reporter=reporter)
        ran = tuple(dict.fromkeys((*result.ran, *again.ran)))
        return replace(again, ran=ran)
    return result


def _follow(workspace: Workspace, show: Show, slug: str) -> bool:
    """Write missing and moved times into the ledger, and tell what moved or needs the host.

    Returns whether the ledger was changed.
    """
    paths = workspace.episode(slug)
    if not paths.ledger.exists() or not (paths.build / "transcript.words.json").exists():
        return False
    from pipeline.quotes import checking
    from pipeline.quotes.ledger import load_ledger

    ledger = load_ledger(paths.ledger, f"episodes/{slug}/{paths.ledger.name}")
    verdicts = checking.check_ledger(ledger, episode_guard(workspace, show, slug))
    placed = checking.placed(ledger, verdicts)
    for line in checking.followed(verdicts, placed):
        note(f"{slug}: {line}")
    if any(placement.outcome == "moved" for placement in placed):
        _tell_chapters(workspace, slug)
    return checking.write_back(ledger, verdicts, paths.ledger)


def _tell_chapters(workspace: Workspace, slug: str) -> None:
    """Words have moved: name the chapters that have none to follow."""
    marks = load_episode(workspace, slug).chapters
    fixed = [mark.at for mark in marks if not mark.said]
    if fixed:
        note(
            f"{slug}: episode.toml: the chapters at {', '.join(fixed)} stay there; "
            'with said = "the words that it opens with" a chapter moves too'
        )


def episode_guard(workspace: Workspace, show: Show, slug: str) -> "Guard":
    """The guard of an episode: its transcript, what the recogniser doubts, what the show lets pass."""
    from pipeline.models import Transcript, decode
    from pipeline.quotes.doubt import doubted
    from pipeline.quotes.edits import free_kinds
    from pipeline.quotes.guard import Guard

    build = workspace.episode(slug).build
    words = build / "transcript.words.json"
    try:
        transcript = decode(Transcript, words.read_bytes(), f"episodes/{slug}/build/{words.name}")
        suspects = json.loads((build / "suspects.json").read_bytes())
    except FileNotFoundError as error:
        missing = Path(str(error.filename)).name
        raise PullquoteError(
            f"{slug}: there is no build/{missing} to check quotes against",
            f"make it first: pullquote run {slug} --to suggest",
        ) from None
    return Guard(transcript, free_kinds(show.quotes.free), doubted(suspects))
