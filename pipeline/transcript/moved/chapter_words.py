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

_BEFORE = 1.0  # seconds by which a host's time may lie after the first word
_LENGTH = 5  # words that are hardly said twice, and few enough for a recogniser to repeat
_LATER = (0.0, 8.0, 16.0)  # seconds: the opening may be what was cut, or misheard


def openings(
    marks: Sequence[ChapterMark], words: Sequence[Word], known: Sequence[Opening]
) -> list[Opening]:
    """What each chapter without `said` opened with: as `known` has it, or as `words` have it now."""
    before = {opening.at: opening for opening in known}
    return [
        before.get(mark.at) or Opening(mark.at, _phrases(mark, words))
        for mark in marks
        if not mark.said
    ]


def starts(known: Sequence[Opening], words: Sequence[Word]) -> dict[str, float]:
    """Where chapters begin now (seconds), by the time in `episode.toml`; only those that moved."""
    hints = [phrase for opening in known for phrase in opening.phrases]
    anchors = Anchors(words, shifts_of(words, hints))
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


def _phrases(mark: ChapterMark, words: Sequence[Word]) -> list[Phrase]:
    """None where the time is none: that is said where the chapters are made."""
    try:
        at = parse_clock(mark.at)
    except ValueError:
        return []
    times = [word.start for word in words]
    found = []
    for later in _LATER:
        first = bisect_left(times, at - _BEFORE + later)
        said = [word.text for word in words[first : first + _LENGTH]]
        if len(said) == _LENGTH:
            found.append(Phrase(said, round(times[first], 3)))
    return found
