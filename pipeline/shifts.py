"""Where times went: the one map from the times of an earlier recording or transcript to those of now.

It is drawn from moments that are certain, and who is certain differs: a person's entry whose words are
said once (`transcript.moved.anchors`), a quote that is proven (`quotes.deciding.anchoring`), runs of words
that two transcriptions share (`quotes.deciding.takes`).

Beside it stands a map of words (`transcript.moved.aligned`), and each does what the other cannot. That one
needs the earlier transcription, which is at hand only while a new one waits; and it follows the order of
the words, so it loses a passage that was put elsewhere. This one cannot tell which words are heard now in
the place of others.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

ALIKE = 2.0  # seconds: shifts that differ by less are one cut

# Seconds up to which what is found stayed where it was. Recognisers differ by about half a second in where
# a word begins. The tool wrote the time of a quote from a word; a person who types one listens and rounds.
STAYED = 1.0
STAYED_TYPED = 2.0


class Shifts:
    """How far what was at a time has moved since: `certain` are times and their shifts, seconds."""

    def __init__(self, certain: Iterable[tuple[float, float]], stayed: float = 0.0) -> None:
        """A shift of up to `stayed` seconds is none."""
        ordered = sorted(certain)
        self._times = [at for at, _ in ordered]
        self._shifts = [shift for _, shift in ordered]
        self._stayed = stayed
        self.any = any(abs(shift) > stayed for shift in self._shifts)

    def moved(self, at: float) -> float | None:
        """Where what was at `at` is now; None where what is around it moved apart."""
        around = self.around(at)
        if not around:
            return at
        if max(around) - min(around) > ALIKE:
            return None
        shift = sum(around) / len(around)
        return at + shift if abs(shift) > self._stayed else at

    def around(self, at: float) -> Sequence[float]:
        """The shift that is certain at `at`, or else those of the nearest times before and after."""
        first = bisect_left(self._times, at)
        if first < len(self._times) and self._times[first] == at:
            return self._shifts[first : first + 1]
        return self.beside(at)

    def beside(self, at: float) -> Sequence[float]:
        """The shifts of the nearest other times before and after."""
        first, after = bisect_left(self._times, at), bisect_right(self._times, at)
        return [*self._shifts[max(0, first - 1) : first], *self._shifts[after : after + 1]]

    def within(self, at: float, reach: float) -> Sequence[float]:
        """The shifts at most `reach` seconds before `at`, and less than that after it."""
        first, last = bisect_left(self._times, at - reach), bisect_left(self._times, at + reach)
        return self._shifts[first:last]
