"""Where the words went that a person's entries are about, when a cut or an intro has moved them.

Each entry has a time that was right when it was written. An entry whose words are said once only tells
how far the words around it have moved. The others are looked for where that leads. One entry of one or
two words proves nothing: its place may have been cut, and the same words may be said elsewhere. A longer
entry proves it, or two that moved alike.
"""

from collections.abc import Sequence

from pipeline.models import Word
from pipeline.shifts import ALIKE, STAYED_TYPED, Shifts
from pipeline.times import clock
from pipeline.transcript.words.words import Occurrences

#: Seconds from the time of an entry in which its words are looked for while nothing has moved: people
#: write times from memory. Where something has, only what the other entries tell can be trusted.
REACH = 60.0
_MOVED_REACH = 5.0  # seconds
NOWHERE = "these words are not in the transcript"
_LONG = 3  # words that are hardly said twice by chance


def shifts_of(words: Sequence[Word], hints: Sequence[tuple[Sequence[str], float]]) -> Shifts:
    """How far words moved; `hints` are words of entries with the time (seconds) that each has.

    To be told from the words as they were heard: where an entry has mended them, they are gone.
    """
    occurrences = Occurrences(words)
    once = [
        (at, words[found[0]].start - at, len(said))
        for said, at in dict.fromkeys((tuple(said), at) for said, at in hints)
        if len(found := occurrences.of(said)) == 1
    ]
    certain = (
        (at, shift)
        for at, shift, length in once
        if length >= _LONG or sum(abs(other - shift) <= ALIKE for _, other, _ in once) > 1
    )
    return Shifts(certain, STAYED_TYPED)


class Anchors:
    """Looks for words of entries among `words`, where `shifts` lead."""

    def __init__(self, words: Sequence[Word], shifts: Shifts) -> None:
        self.words = words
        self.shifts = shifts
        self.occurrences = Occurrences(words)

    def place(self, said: Sequence[str], at: float | None) -> int | str:
        """The word at which `said` begins that was at `at`, or a sentence that says why none is certain.

        Without a time it is the only place. Where the entries around moved apart, a cut lies between them,
        and all that is said between their two guesses may be meant.
        """
        found = self.occurrences.of(said)
        if not found:
            return NOWHERE
        if at is None:
            times = ", ".join(map(self._clock, found[:5]))
            why = f"said {len(found)} times ({times}); say which with at = …"
            return found[0] if len(found) == 1 else why
        goals = [at + shift for shift in self.shifts.around(at)] or [at]
        reach = _MOVED_REACH if self.shifts.any else REACH
        if max(goals) - min(goals) > ALIKE:  # between the two, wherever the cut is
            within = (min(goals) - reach, max(goals) + reach)
            near = {n for n in found if within[0] <= self.words[n].start <= within[1]}
        else:
            nearest = self._nearest(found, goals[0])
            near = {nearest} if abs(self.words[nearest].start - goals[0]) <= reach else set()
        if len(near) == 1:
            return near.pop()
        if near:
            times = " and at ".join(self._clock(first) for first in sorted(near))
            return f"said at {times}, and each may be meant: correct at"
        return (
            f"not said within {reach:.0f} s; the nearest is at "
            f"{self._clock(self._nearest(found, goals[0]))}: correct at"
        )

    def when(self, at: float) -> float:
        """Where what was at `at` is now, seconds: there, unless entries on both sides moved alike."""
        now = self.shifts.moved(at)
        return at if now is None else now

    def _nearest(self, found: Sequence[int], goal: float) -> int:
        return min(found, key=lambda index: abs(self.words[index].start - goal))

    def _clock(self, first: int) -> str:
        return clock(max(0.0, self.words[first].start), 1)
