"""The words that a chapter opened with when it was first seen, so that it moves with them.

A host writes a time. The words that are said there then, and a little later, are kept beside the
chapters in `build/`; when a cut, an intro or another recogniser moves them, the chapter goes along,
although `episode.toml` still has the old time. Another time there is a new beginning.
"""

from bisect import bisect_left
from collections.abc import Sequence

from pipeline.models import Opening, Phrase, Word
from pipeline.settings.episode import ChapterMark
from pipeline.shifts import STAYED_TYPED
from pipeline.times import parse_clock
from pipeline.transcript.moved.anchors import Anchors, shifts_of
from pipeline.transcript.words.words import Occurrences, split

_BEFORE = 1.0  # seconds by which a host's time may lie after the first word
_ROUNDING = 0.06  # seconds: a time is written with one decimal
_LENGTH = 5  # words that are hardly said twice, and few enough for a recogniser to repeat
_LATER = (0.0, 8.0, 16.0)  # seconds: the opening may be what was cut, or misheard


def openings(
    marks: Sequence[ChapterMark], words: Sequence[Word], known: Sequence[Opening]
) -> list[Opening]:
    """What each chapter opened with: as `known` has it, or as `words` have it now.

    One with `said` has what is said from there on, as long as that is said.
    """
    before = {opening.at: opening for opening in known}
    occurrences = Occurrences(words)
    found = []
    for mark in marks:
        opening = before.get(mark.at)
        if mark.said:
            start = _said_at(mark, words, occurrences)
            if start is not None:
                opening = Opening(mark.at, _phrases(start, words, _ROUNDING))
        elif opening is None:
            opening = Opening(mark.at, _phrases(parse_clock(mark.at), words, _BEFORE))
        found += [opening] if opening else []
    return found


def places(
    marks: Sequence[ChapterMark], known: Sequence[Opening], words: Sequence[Word]
) -> dict[str, float]:
    """Where chapters begin now (seconds), by the time in `episode.toml`, that their entry does not tell.

    Those without `said` that moved, and those whose `said` is heard otherwise now, or was mended.
    """
    own = {mark.at for mark in marks if not mark.said}
    moved = starts([opening for opening in known if opening.at in own], words)
    occurrences = Occurrences(words)
    lost = {m.at for m in marks if m.said and _said_at(m, words, occurrences) is None}
    gone = [opening for opening in known if opening.at in lost and opening.phrases]
    anchors = Anchors(words, shifts_of(words, _hints(known)))
    for opening in gone:
        first = opening.phrases[0].start
        moved[opening.at] = round(max(0.0, first + _shift(opening, first, anchors)), 3)
    return moved


def starts(known: Sequence[Opening], words: Sequence[Word]) -> dict[str, float]:
    """Where chapters begin now (seconds), by the time in `episode.toml`; only those that moved."""
    anchors = Anchors(words, shifts_of(words, _hints(known)))
    found = {}
    for opening in known:
        at = parse_clock(opening.at)
        shift = _shift(opening, at, anchors)
        if abs(shift) > STAYED_TYPED:
            found[opening.at] = round(max(0.0, at + shift), 3)
    return found


def _shift(opening: Opening, at: float, anchors: Anchors) -> float:
    for phrase in opening.phrases:
        place = anchors.place(phrase.said, phrase.start)
        if isinstance(place, int):
            return anchors.words[place].start - phrase.start
    return anchors.when(at) - at


def _hints(known: Sequence[Opening]) -> list[Phrase]:
    return [phrase for opening in known for phrase in opening.phrases]


def _said_at(mark: ChapterMark, words: Sequence[Word], occurrences: Occurrences) -> float | None:
    """When `said` is said, nearest to the chapter's time; None where it is not."""
    found = [words[first].start for first in occurrences.of(split(mark.said or ""))]
    at = parse_clock(mark.at)
    return min(found, key=lambda start: abs(start - at), default=None)


def _phrases(at: float, words: Sequence[Word], before: float) -> list[Phrase]:
    times = [word.start for word in words]
    found = []
    for later in _LATER:
        first = bisect_left(times, at - before + later)
        said = [word.text for word in words[first : first + _LENGTH]]
        if len(said) == _LENGTH:
            found.append(Phrase(said, round(times[first], 3)))
    return found
