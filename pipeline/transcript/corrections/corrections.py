"""`corrections.toml`: what a person mends in one episode's transcript.

    [[replace]]
    at = "00:01:02.3"        # where it was said; may be left out if the words occur once
    said = "the archive"     # as the transcript has it; case and punctuation do not matter
    text = "the arXiv"       # what was really said; empty to take the words out

    [[speaker]]
    at = "00:01:02.3"        # from here on, until the next entry
    name = "Ada Lovelace"

    [[keep]]
    said = "archive"         # heard rightly: the glossary leaves it alone; `at` as above, or everywhere

    [[heard]]
    said = "in most"         # somebody listened and it is right: doubted no longer; `at` as above

    [names]
    "Speaker 1" = "Ada Lovelace"   # who a numbered voice is

An entry is anchored by its words and its time, not by numbers of words, so it survives another run of
the recogniser; where a cut or an intro has moved the words, the entries move with them (see `anchors`).
One that no longer fits is a problem that is reported at every run, because a correction
that silently stops working would publish the mistake again.
"""

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from pipeline.models import Problem, Word
from pipeline.settings.fields import Line, Table
from pipeline.settings.tables import load_table
from pipeline.shifts import STAYED_TYPED, Shifts
from pipeline.text.scripts import join
from pipeline.times import clock, parse_clock
from pipeline.transcript.corrections.glossary import Words
from pipeline.transcript.moved.anchors import NOWHERE, Anchors
from pipeline.transcript.words.words import label, split

NAME = "corrections.toml"
_ROUNDING = 0.001  # seconds: cues give times to the millisecond


def _seconds(value: Any) -> Any:
    if isinstance(value, str):
        return parse_clock(value)
    if isinstance(value, datetime.time):  # TOML's own time of day, written without quotes
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    # A whole number is read as it would be in quotes: TOML's may be too large for a float.
    return parse_clock(str(value)) if type(value) is int else value


At = Annotated[float, BeforeValidator(_seconds), Field(ge=0, allow_inf_nan=False)]


class Place(Table):
    """Words as the transcript has them, near `at` (seconds) or, in a list that says so, everywhere."""

    said: Words
    at: At | None = None

    def __str__(self) -> str:
        when = "" if self.at is None else f" at {clock(self.at, 1)}"
        return f"'{self.said}'{when}"


class Replacement(Place):
    """Words that were misheard, and what was said."""

    text: str


class SpeakerChange(Table):
    """Who speaks from `at` (seconds) on; with `said`, from these words near there on."""

    at: At
    name: Line
    said: Words | None = None


class Corrections(Table):
    """A whole `corrections.toml`."""

    replace: list[Replacement] = Field(default_factory=list)
    speaker: list[SpeakerChange] = Field(default_factory=list)
    keep: list[Place] = Field(default_factory=list)
    heard: list[Place] = Field(default_factory=list)
    names: dict[str, Line] = Field(default_factory=dict)

    @property
    def hints(self) -> list[tuple[list[str], float]]:
        """The words of entries with the times (seconds) at which they were said."""
        entries: list[Replacement | Place | SpeakerChange]
        entries = [*self.replace, *self.keep, *self.heard, *self.speaker]
        return [(split(e.said), e.at) for e in entries if e.said and e.at is not None]

    @model_validator(mode="after")
    def _one_speaker_at_a_time(self) -> "Corrections":
        times = [entry.at for entry in self.speaker]
        twice = next((time for time in times if times.count(time) > 1), None)
        if twice is not None:
            raise ValueError(f"[[speaker]]: two entries for {clock(twice, 1)}")
        return self


def load(path: Path | None, name: str = NAME) -> Corrections:
    """Read the file; none has no corrections. ConfigError names each entry that is wrong."""
    return load_table(Corrections, path, name) if path else Corrections()


def named_speakers(
    words: Sequence[Word], corrections: Corrections, shifts: Shifts
) -> tuple[list[Word], list[Problem]]:
    """Give words to the speakers that a person named, and the entries that name nobody."""
    result = list(words)
    problems = [
        Problem(f"[names] '{voice}'", "no speaker is called so")
        for voice in corrections.names
        if all(word.speaker != voice for word in words)
    ]
    for index, word in enumerate(result):
        if word.speaker in corrections.names:
            result[index] = word._replace(speaker=label(corrections.names[word.speaker]))
    anchors = Anchors(words, shifts)
    begins: list[tuple[float, SpeakerChange]] = []
    for entry in corrections.speaker:
        start, why = _begins(entry, anchors)
        begins.append((start, entry))
        if why:
            problems.append(_speaker_problem(entry, why))
    begins.sort(key=lambda begin: begin[0])
    for number, (start, entry) in enumerate(begins):
        until = begins[number + 1][0] if number + 1 < len(begins) else float("inf")
        ids = [
            index
            for index, word in enumerate(words)
            if start - _ROUNDING <= word.start < until - _ROUNDING
        ]
        if not ids:
            problems.append(_speaker_problem(entry, "nothing is said there"))
        for index in ids:
            result[index] = result[index]._replace(speaker=label(entry.name))
    return result, problems


def named_from(words: Sequence[Word], corrections: Corrections, shifts: Shifts) -> float:
    """From when on a person says who speaks, seconds; infinity where nobody does."""
    anchors = Anchors(words, shifts)
    begins = (_begins(entry, anchors)[0] for entry in corrections.speaker)
    return min(begins, default=float("inf")) - _ROUNDING


def _begins(entry: SpeakerChange, anchors: Anchors) -> tuple[float, str]:
    """When a speaker begins, seconds, and a sentence that says why that is not certain, if it is not.

    Then the time decides: another recogniser may only have heard another word.
    """
    found = anchors.place(split(entry.said), entry.at) if entry.said else ""
    if isinstance(found, int):
        return anchors.words[found].start, ""
    why = found and f"“{entry.said}”: {found}; by its time until then"
    return anchors.when(entry.at), why


def _speaker_problem(entry: SpeakerChange, why: str) -> Problem:
    return Problem(f"[[speaker]] {entry.name} at {clock(entry.at, 1)}", why, entry.at)


def fitting(
    table: str, entries: Sequence[Place], anchors: Anchors
) -> tuple[set[int], list[Problem]]:
    """The numbers of the words that the entries of a table mean, and the entries that fit nothing."""
    ids: set[int] = set()
    problems = []
    for entry in entries:
        said = split(entry.said)
        found = anchors.occurrences.of(said)
        if entry.at is not None:
            place = anchors.place(said, entry.at)
            found = [] if isinstance(place, str) else [place]
        if not found:
            why = "these words are not in the transcript there"
            problems.append(Problem(f"[[{table}]] {entry}", why, entry.at))
        for first in found:
            ids.update(range(first, first + len(said)))
    return ids, problems


def anchor(entry: Replacement, anchors: Anchors) -> tuple[int, int] | str:
    """The words [first, last) that an entry means, or a sentence that says why there are none."""
    said = split(entry.said)
    first = anchors.place(said, entry.at)
    if first == NOWHERE:
        if _said_already(entry, anchors):
            return "no longer needed: the transcript says this by itself; delete the entry"
        return NOWHERE + _instead(said, entry.at, anchors)
    return first if isinstance(first, str) else (first, first + len(said))


def _instead(said: Sequence[str], at: float | None, anchors: Anchors) -> str:
    """What is said at `at` (seconds) in the place of `said`, to write it there; empty for nothing."""
    words = anchors.words
    if at is None or not words:
        return ""
    goal = anchors.when(at)
    first = min(range(len(words)), key=lambda number: abs(words[number].start - goal))
    if abs(words[first].start - goal) > STAYED_TYPED:
        return ""
    heard = join(word.text for word in words[first : first + len(said) + 1])
    return f"; at {clock(words[first].start, 1)} it says “{heard} …”"


def _said_already(entry: Replacement, anchors: Anchors) -> bool:
    """Whether another run of the recogniser heard rightly what the entry mends."""
    right = split(entry.text)
    if entry.at is None or not right:
        return bool(right and anchors.occurrences.of(right))
    return not isinstance(anchors.place(right, entry.at), str)
