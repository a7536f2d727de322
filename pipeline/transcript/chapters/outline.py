"""An episode's chapters as its host sees them: those that are kept, and those that are proposed."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.models import Opening, ProposedChapter, Word
from pipeline.settings.episode import ChapterMark
from pipeline.times import parse_clock
from pipeline.transcript.chapters.chapters import SAID, start_of
from pipeline.transcript.moved.chapter_words import places
from pipeline.transcript.words.words import Occurrences

_BESIDE = 30.0  # seconds: so near to a chapter of the host's none is proposed
_ROUNDING = 0.06  # seconds: a time is written with one decimal


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter and its first second; `at` is what `episode.toml` has, empty where it is proposed."""

    start: float
    title: str
    said: str
    at: str = ""


def outline(
    marks: Sequence[ChapterMark],
    proposed: Sequence[ProposedChapter],
    words: Sequence[Word],
    known: Sequence[Opening],
) -> list[Part]:
    """What is kept, where its words are now, and what else is proposed, by time.

    `known` are the words that chapters opened with. One whose words are not said stays at its time.
    """
    moved, occurrences = places(marks, known, words), Occurrences(words)
    kept = []
    for mark in marks:
        try:
            start = moved[mark.at] if mark.at in moved else start_of(mark, words, occurrences)
        except ValueError:
            start = parse_clock(mark.at)
        kept.append(Part(start, mark.title, mark.said or "", mark.at))
    others = [
        Part(each.start, each.title, each.said)
        for each in proposed
        if all(abs(each.start - own.start) > _BESIDE for own in kept)
    ]
    return sorted((*kept, *others), key=lambda part: part.start)


def opening(words: Sequence[Word], at: float) -> tuple[float, str]:
    """When the word is said that begins at `at` (seconds) or next; and the words from there on."""
    first = bisect_left(words, at - _ROUNDING, key=lambda word: word.start)
    first = min(first, len(words) - 1)
    return words[first].start, " ".join(word.text for word in words[first : first + SAID])
