"""After a run in which words moved: the ledger gets the new times, and what moved is told."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.artefacts import OPENINGS, RAW, SPEAKERS, SUSPECTS, WORDS
from pipeline.errors import Refused
from pipeline.settings.show import load_show
from pipeline.show.keeping import kept_lines
from pipeline.show.words import waiting
from pipeline.times import clock
from pipeline.workspace import Workspace

if TYPE_CHECKING:
    from pipeline.engine.progress import Reporter
    from pipeline.engine.running.runner import EpisodeResult, Runner
    from pipeline.models import Recognition, Word
    from pipeline.quotes.proof.guard import Guard
    from pipeline.settings.podcasting import Person
    from pipeline.transcript.corrections.proofreading import Proofread

_MOVES = "correct"  # the stage after which words may be elsewhere


def run_and_tell(
    runner: "Runner",
    workspace: Workspace,
    slug: str,
    *,
    to: str | None = None,
    force: Sequence[str] = (),
    need: Sequence[str] = (),
    renew: Sequence[str] = (),
    reporter: "Reporter",
) -> "EpisodeResult":
    """Run as `run_following` does, and tell what waits for the host and what the episode keeps."""
    result = run_following(
        runner, workspace, slug, to=to, force=force, need=need, renew=renew, reporter=reporter
    )
    for line in (*waiting.lines(workspace, slug), *kept_lines(slug, runner.explain(slug))):
        reporter.note(line)
    return result


def run_following(
    runner: "Runner",
    workspace: Workspace,
    slug: str,
    *,
    to: str | None = None,
    force: Sequence[str] = (),
    need: Sequence[str] = (),
    renew: Sequence[str] = (),
    reporter: "Reporter",
) -> "EpisodeResult":
    """Run an episode's stale stages; where its words moved, move its ledger's times with them.

    What is stale by the new times - the review, which finds the same quotes - runs at once.
    """
    try:
        result = runner.run(slug, to=to, force=force, need=need, renew=renew, reporter=reporter)
    except Refused:  # by the guard, perhaps: what moved explains it
        before = _signatures(workspace, slug)
        _follow(workspace, slug, reporter)
        if _signatures(workspace, slug) == before:
            raise
        result = runner.run(slug, to=to, need=need, renew=renew, reporter=reporter)
    if "chapter" in result.ran:
        for line in _moved_chapters(workspace, slug):
            reporter.note(line)
    if _MOVES in result.ran and _follow(workspace, slug, reporter):
        again = runner.run(slug, to=to, need=need, renew=renew, reporter=reporter)
        ran = tuple(dict.fromkeys((*result.ran, *again.ran)))
        return replace(again, ran=ran)
    return result


def _follow(workspace: Workspace, slug: str, reporter: "Reporter") -> bool:
    """Write missing and moved times into the ledger, and tell what moved or needs the host.

    Returns whether the ledger was changed.
    """
    paths = workspace.episode(slug)
    if not paths.ledger.exists() or not WORDS.path(paths).exists():
        return False
    from pipeline.quotes.deciding import checking
    from pipeline.quotes.ledger.ledger import load_ledger

    name = f"episodes/{slug}/{paths.ledger.name}"
    guard = episode_guard(workspace, slug)
    signed = keep_consents(workspace, slug, guard)
    ledger = load_ledger(paths.ledger, name)
    verdicts = checking.check_ledger(ledger, guard)
    placed = checking.placed(ledger, verdicts)
    for line in (*signed, *checking.followed(verdicts, placed), *checking.twice(verdicts)):
        reporter.note(f"{slug}: {line}")
    return checking.write_back(ledger, verdicts, paths.ledger) or bool(signed)


def keep_consents(workspace: Workspace, slug: str, guard: "Guard") -> list[str]:
    """Keep what was signed or proven for words that another recogniser hears otherwise.

    Only where the text is the same, and the recording or at least the take: see `quotes.carrying`.
    Returns a line for each change of the ledger.
    """
    from pipeline.quotes.deciding import carrying, checking
    from pipeline.quotes.deciding.takes import Takes
    from pipeline.quotes.ledger.ledger import change_ledger, load_ledger

    paths = workspace.episode(slug)
    recording, before = carrying.proven_before(paths.ledger)
    if not before:
        return []
    raw = _words_of(RAW.path(paths))
    takes = None
    if recording != guard.recording:
        takes = Takes(_words_of(_replaced(workspace, slug)), raw)
    name = f"episodes/{slug}/{paths.ledger.name}"
    ledger = load_ledger(paths.ledger, name)
    mended = carrying.corrected(guard.transcript, raw)
    verdicts = checking.check_ledger(ledger, guard)
    changes = carrying.carried(before, verdicts, guard, mended, takes)
    if changes:
        change_ledger(paths.ledger, name, lambda now: carrying.carry(now, changes))
    return [change.line for change in changes]


def _replaced(workspace: Workspace, slug: str) -> Path:
    """What was heard in the recording that `replace-audio` put away last."""
    kept = (workspace.state / "replaced" / slug).glob(f"*-{Path(RAW).name}")
    numbers = ((path.name.partition("-")[0], path) for path in kept)
    numbered = {int(number): path for number, path in numbers if number.isdecimal()}
    return numbered[max(numbered)] if numbered else Path()


def _words_of(raw: Path) -> "Sequence[Word]":
    return RAW.read(raw).words if raw.is_file() else ()


def _signatures(workspace: Workspace, slug: str) -> list[Sequence[str]]:
    from pipeline.quotes.ledger.ledger import load_ledger

    path = workspace.episode(slug).ledger
    if not path.exists():
        return []
    entries = [entry for _, entry in load_ledger(path, path.name).entries]
    return [lines for entry in entries for lines in (entry.consent, entry.proven)]


def _moved_chapters(workspace: Workspace, slug: str) -> list[str]:
    """Name the chapters whose words are elsewhere than `episode.toml` says."""
    from pipeline.settings.show import load_episode
    from pipeline.transcript.chapters.chapter_words import starts

    paths = workspace.episode(slug)
    known, transcript = OPENINGS.known(paths), WORDS.known(paths)
    if not known or not transcript:
        return []
    moved = starts(known.chapters, transcript.words)
    return [
        f"{slug}: the chapter “{mark.title}” begins at {clock(moved[mark.at], 1)} now, with "
        f"its words; episode.toml has {mark.at}"
        for mark in load_episode(workspace, slug).chapters
        if mark.at in moved and not mark.said
    ]


def proofread_now(
    workspace: Workspace,
    slug: str,
    people: "Iterable[Person]",
    recognition: "Recognition | None" = None,
) -> "Proofread":
    """An episode's transcript as a run would correct it now; `recognition` where it was read already."""
    from pipeline.transcript.corrections.proofreading import proofread

    paths = workspace.episode(slug)
    return proofread(
        recognition or RAW.of(paths),
        SPEAKERS.of(paths).turns,
        paths.corrections,
        workspace.feed / "glossary.toml",
        people=[person.name for person in people],
        name=f"episodes/{slug}/{paths.corrections.name}",
    )


def episode_guard(workspace: Workspace, slug: str) -> "Guard":
    """The guard of an episode: its transcript, what the recogniser doubts, what the show lets pass."""
    from pipeline.quotes.deciding.carrying import recording_of
    from pipeline.quotes.deciding.doubt import doubted
    from pipeline.quotes.matching.edits import free_kinds
    from pipeline.quotes.proof.guard import Guard

    paths = workspace.episode(slug)
    transcript, doubts = WORDS.of(paths), doubted(SUSPECTS.of(paths).suspects)
    free = free_kinds(load_show(workspace).quotes.free)
    return Guard(transcript, free, doubts, recording_of(paths))
