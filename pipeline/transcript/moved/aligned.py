"""Which words of one transcription stand where words of another stood, while both are at hand."""

import difflib
from collections.abc import Sequence

from pipeline.models import Word
from pipeline.transcript.words.words import normal


class Aligned:
    """Two transcriptions of one recording, laid beside each other word by word."""

    def __init__(self, before: Sequence[Word], after: Sequence[Word]) -> None:
        one, other = ([normal(word.text) for word in words] for words in (before, after))
        codes = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
        self._stretches = [(tag == "equal", slice(a, b), slice(c, d)) for tag, a, b, c, d in codes]
        self._longer = max(len(one), len(other))

    @property
    def differences(self) -> list[tuple[slice, slice]]:
        """The stretches in which they have other words: word ids before, and after."""
        return [(before, after) for same, before, after in self._stretches if not same]

    @property
    def differing(self) -> int:
        """How many words of the longer one the other does not have at their place."""
        return self._longer - sum(
            before.stop - before.start for same, before, _ in self._stretches if same
        )

    def place(self, first: int, size: int) -> slice | None:
        """The words in the place of `size` words from `first` on; None where no border is certain."""
        last = first + size
        inside = []
        for same, before, after in self._stretches:
            if before.stop <= first or before.start >= last:
                continue  # also words that are new at an edge: they stand outside
            early, late = max(0, first - before.start), max(0, before.stop - last)
            if not same and (early or late):
                return None  # the words before or after changed with them
            inside.append((after.start + early, after.stop - late))
        start, stop = inside[0][0], inside[-1][1]
        return slice(start, stop) if start < stop else None
