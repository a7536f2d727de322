"""Mending a transcript: where to listen, what a run would change, and what becomes a rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.artefacts import SUSPECTS
from pipeline.errors import ConfigError
from pipeline.host_files import change_input
from pipeline.models import Change, Problem, Suspect
from pipeline.show.episode import LocalEpisode
from pipeline.text.punctuation import core
from pipeline.text.scripts import join
from pipeline.times import clock
from pipeline.transcript.corrections.edits import with_place, with_term
from pipeline.transcript.corrections.suspicion import AROUND

_NEAR = 1.0  # seconds from a time that is typed to the change that it means
_SHARE = 0.05  # of an episode: what is to be heard unless more is asked for
_CONTEXT = 4  # words shown before and after a passage


@dataclass(frozen=True, slots=True)
class ToHear:
    """Doubtful passages, best first, and each in brackets among the words around it.

    `found` is how many there are, and `seconds` how long it takes to hear those that are listed.
    """

    listed: Sequence[Suspect]
    texts: Sequence[str]
    found: int
    seconds: float


def to_hear(episode: LocalEpisode, minutes: float | None, *, everything: bool) -> ToHear:
    """The passages most worth hearing: so many minutes of listening, one at least."""
    words, found = episode.transcript.words, SUSPECTS.of(episode.paths).suspects
    seconds = minutes * 60 if minutes else _SHARE * max((word.end for word in words), default=0.0)
    listed: list[Suspect] = []
    heard = 0.0
    for suspect in found:
        length = suspect.end - suspect.start + 2 * AROUND
        if heard + length > seconds and listed and not everything:
            break
        heard += length
        listed.append(suspect)
    spoken = [word.text for word in words]
    return ToHear(listed, [_passage(spoken, each) for each in listed], len(found), heard)


def _passage(words: Sequence[str], at: Suspect) -> str:
    before, after = words[max(0, at.first - _CONTEXT) : at.first], words[at.last :][:_CONTEXT]
    return join(["…", *before, f"[{join(words[at.first : at.last])}]", *after, "…"])


@dataclass(frozen=True, slots=True)
class Difference:
    """Changes that a run would add and take back, and corrections that would not fit."""

    added: Sequence[Change]
    removed: Sequence[Change]
    problems: Sequence[Problem]


def difference(episode: LocalEpisode) -> Difference:
    """What glossary and corrections as they are now would make of an episode otherwise."""
    before, now = SUSPECTS.of(episode.paths).changes, episode.proofread()
    had, has = ({_effect(change) for change in changes} for changes in (before, now.changes))
    return Difference(
        [change for change in now.changes if _effect(change) not in had],
        [change for change in before if _effect(change) not in has],
        now.problems,
    )


def _effect(change: Change) -> tuple[float, str, str]:
    """What a change does, whichever rule makes it."""
    return change.at, change.raw, change.published


def refuse(episode: LocalEpisode, at: float) -> Change:
    """Take back for good what the glossary changed at `at` (seconds); returns the change."""
    change = _nearest(episode, at)
    path = episode.paths.corrections
    if change.kind == "correction":
        raise ConfigError(
            f"'{change.published}' at {clock(change.at, 1)} comes from a correction of yours",
            f"delete its entry in {path}",
        )
    change_input(path, lambda content: with_place(content, "keep", change.at, change.raw))
    return change


def promote(episode: LocalEpisode, at: float) -> tuple[str, str]:
    """Make the correction at `at` (seconds) a term of the glossary; returns what is heard, and its text."""
    change = _nearest(episode, at)
    heard, text = (
        " ".join(core(word)[1] or word for word in part.split())
        for part in (change.raw, change.published)
    )
    if change.kind != "correction" or not text:
        raise ConfigError(
            f"'{change.published or change.raw}' at {clock(change.at, 1)} is no correction that"
            " names a spelling",
            f"list the changes with: pullquote transcript changes {episode.slug}",
        )
    glossary = episode.workspace.feed / "glossary.toml"
    change_input(glossary, lambda content: with_term(content, text, heard))
    return heard, text


def _nearest(episode: LocalEpisode, at: float) -> Change:
    near = [change for change in episode.proofread().changes if abs(change.at - at) <= _NEAR]
    if not near:
        raise ConfigError(
            f"{episode.slug}: nothing was changed at {clock(at, 1)}",
            f"list the changes with: pullquote transcript changes {episode.slug}",
        )
    return min(near, key=lambda change: abs(change.at - at))
