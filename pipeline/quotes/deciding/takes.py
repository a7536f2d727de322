"""Whether a passage of a new recording is the same take as in the one before: cut, or behind an intro.

Nobody says a passage a second time at the same pace to a tenth of a second, word for word. Where the
words around a moment lie as far apart as they did, it is the same sound, and only stands elsewhere. In
a conversation of 41 minutes of which half a minute was cut and 20 seconds put before it, encoded anew,
that held at 346 of 348 moments.
"""

import statistics
from collections import Counter
from collections.abc import Sequence

from pipeline.models import Word
from pipeline.quotes.matching.edits import bare
from pipeline.shifts import Shifts

_GRAM = 4  # words in a row that tell a place where they are said once
_WITHIN = 8.0  # seconds on either side of a moment
_FEWEST = 8  # such places around it
_ALIKE = 0.1  # seconds
_SHARE = 0.8  # of the places; a recogniser puts a word elsewhere now and then


class Takes:
    """Finds moments of a new recording in the one before, by the words heard in both."""

    def __init__(self, before: Sequence[Word], now: Sequence[Word]) -> None:
        were, are = _places(before), _places(now)
        both = were.keys() & are.keys()
        self._shifts = Shifts((are[gram], are[gram] - were[gram]) for gram in both)

    def shift(self, at: float) -> float | None:
        """By how many seconds what is at `at` now stood earlier; None where it is another take."""
        near = self._shifts.within(at, _WITHIN)
        if len(near) < _FEWEST:
            return None
        middle = statistics.median(near)
        alike = sum(abs(shift - middle) <= _ALIKE for shift in near)
        return middle if alike >= _SHARE * len(near) else None


def _places(words: Sequence[Word]) -> dict[tuple[str, ...], float]:
    """Where each run of words that is said once begins, seconds; by its second word, which is surer."""
    texts = [bare([word.text.strip()]).casefold() for word in words]
    grams = [tuple(texts[n : n + _GRAM]) for n in range(len(texts) - _GRAM + 1)]
    times = Counter(grams)
    return {gram: words[n].start for n, gram in enumerate(grams, 1) if times[gram] == 1}
