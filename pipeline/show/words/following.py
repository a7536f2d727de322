"""After a run in which words moved: the ledger gets the new times, and what moved is told."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.artefacts import OPENINGS, QUOTES, RAW, TRANSCRIPT
from pipeline.engine.progress import Reporter
from pipeline.engine.running.runner import EpisodeResult, Runner
from pipeline.errors import Refused
from pipeline.models import Word
from pipeline.quotes.ledger.ledger import change_ledger
from pipeline.show.episode import LocalEpisode
from pipeline.show.keeping import kept_lines
from pipeline.show.words import waiting
from pipeline.times import clock
from pipeline.transcript.moved.chapter_words import starts

if TYPE_CHECKING:
    from pipeline.quotes.proof.guard import Guard

_MOVES = "correct"  # the stage after which words may be elsewhere


def run_following(
    runner: Runner,
    episode: LocalEpisode,
    *,
    to: str | None = None,
    force: Sequence[str],
    need: Sequence[str] = (),
    renew: Sequence[str] = (),
    reporter: Reporter,
) -> EpisodeResult:
    """Run an episode's stale stages; where its words moved, move its ledger's times with them.

    What is stale by the new times - the review, which finds the same quotes - runs at once.
    """
    run = partial(runner.run, episode.slug, to=to, need=need, renew=renew, reporter=reporter)
    if to is None and _is_silent_untold(episode):
        force = (*force, "review")
    try:
        result = run(force=force)
    except Refused:  # by the guard, perhaps: what moved explains it
        before = _signatures(episode)
        _follow(episode, reporter)
        if _signatures(episode) == before:
            raise
        result = run()
    return after_run(run, episode, result, reporter)


def _is_silent_untold(episode: LocalEpisode) -> bool:
    """Whether nobody speaks, and its notes and posts lead to the transcript, as earlier ones did."""
    proven = QUOTES.known(episode.paths)
    if proven is None or proven.quotes or proven.wordless:
        return False
    transcript = TRANSCRIPT.known(episode.paths)
    return transcript is not None and not transcript.words


def after_run(
    run: Callable[[], EpisodeResult],
    episode: LocalEpisode,
    result: EpisodeResult,
    reporter: Reporter,
) -> EpisodeResult:
    """The same for a run that is over, here or on another machine; `run` runs what is stale."""
    if "chapter" in result.ran:
        for line in _moved_chapters(episode):
            reporter.note(line)
    if _MOVES in result.ran and _follow(episode, reporter):
        again = run()
        return replace(again, ran=tuple(dict.fromkeys((*result.ran, *again.ran))))
    return result


def tell_what_waits(runner: Runner, episode: LocalEpisode, reporter: Reporter) -> None:
    """Tell after a run what of the words waits for the host, and what the episode keeps."""
    for line in (*waiting.lines(episode), *kept_lines(episode.slug, runner.explain(episode.slug))):
        reporter.note(line)


def _follow(episode: LocalEpisode, reporter: Reporter) -> bool:
    """Write missing and moved times into the ledger, and tell what moved or needs the host.

    Returns whether the ledger was changed.
    """
    paths = episode.paths
    if not paths.ledger.exists() or not TRANSCRIPT.path(paths).exists():
        return False
    from pipeline.quotes.deciding import checking  # late: numpy
    from pipeline.show.words.repairing import settle

    guard = episode.guard
    signed = [*keep_consents(episode, guard), *settle(episode, guard).lines]
    ledger, verdicts = episode.judged(guard)
    placed = checking.placed(ledger, verdicts)
    for line in (*signed, *checking.followed(verdicts, placed), *checking.twice(verdicts)):
        reporter.note(f"{episode.slug}: {line}")
    return checking.write_back(ledger, verdicts, paths.ledger) or bool(signed)


def keep_consents(episode: LocalEpisode, guard: "Guard") -> list[str]:
    """Keep what was signed or proven for words that another recogniser hears otherwise.

    Only where the text is the same, and the recording or at least the take: see `quotes.carrying`.
    Returns a line for each change of the ledger.
    """
    from pipeline.quotes.deciding import carrying  # late: numpy
    from pipeline.quotes.deciding.takes import Takes

    paths = episode.paths
    recording, before = carrying.proven_before(paths.ledger)
    if not before:
        return []
    raw = _words_of(RAW.path(paths))
    takes = None
    if recording != guard.recording:
        takes = Takes(_words_of(_replaced(episode)), raw)
    mended = carrying.corrected(guard.transcript, raw)
    _, verdicts = episode.judged(guard)
    changes = carrying.carried(before, verdicts, guard, mended, takes)
    if changes:
        change_ledger(
            paths.ledger, episode.name(paths.ledger), lambda now: carrying.carry(now, changes)
        )
    return [change.line for change in changes]


def _replaced(episode: LocalEpisode) -> Path:
    """What was heard in the recording that `replace-audio` put away last."""
    kept = (episode.workspace.state / "replaced" / episode.slug).glob(f"*-{Path(RAW).name}")
    numbers = ((path.name.partition("-")[0], path) for path in kept)
    numbered = {int(number): path for number, path in numbers if number.isdecimal()}
    return numbered[max(numbered)] if numbered else Path()


def _words_of(raw: Path) -> Sequence[Word]:
    return RAW.read(raw).words if raw.is_file() else ()


def _signatures(episode: LocalEpisode) -> list[Sequence[str]]:
    if not episode.paths.ledger.exists():
        return []
    entries = [entry for _, entry in episode.ledger.entries]
    return [lines for entry in entries for lines in (entry.consent, entry.proven, [entry.text])]


def _moved_chapters(episode: LocalEpisode) -> list[str]:
    """Name the chapters whose words are elsewhere than `episode.toml` says."""
    paths = episode.paths
    known, transcript = OPENINGS.known(paths), TRANSCRIPT.known(paths)
    if not known or not transcript:
        return []
    moved = starts(known.chapters, transcript.words)
    return [
        f"{episode.slug}: the chapter “{mark.title}” begins at {clock(moved[mark.at], 1)} now, with "
        f"its words; episode.toml has {mark.at}"
        for mark in episode.settings.chapters
        if mark.at in moved and not mark.said
    ]
