"""The same mishearing elsewhere: what a correction has mended in one place is heard again in others."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.models import Change, Word
from pipeline.text.punctuation import core
from pipeline.transcript.corrections.corrections import Corrections
from pipeline.transcript.words.words import Occurrences, split

_SAME = 0.1  # seconds: times of entries have one decimal


@dataclass(frozen=True, slots=True)
class Again:
    """Words `[first, last)` that are heard as what was mended to `text` at `at` (seconds)."""

    first: int
    last: int
    text: str
    at: float


class Elsewhere:
    """Finds the other places of mishearings in one transcript."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = words
        self._occurrences = Occurrences(words)
        self._common = {core(word.text)[1] for word in words if word.text.islower()}

    def places(self, said: str, text: str) -> list[int]:
        """The words with which `said` begins, heard for `text`; an ordinary word is none by itself."""
        names = core(text)[1].casefold() not in self._common and text.casefold() != text
        return self._occurrences.of(split(said)) if names or " " in said else []

    def again(self, changes: Sequence[Change], there: Corrections) -> list[Again]:
        """Where nobody has listened yet, in order; `changes` are those of the transcript."""
        entries = (*there.replace, *there.keep, *there.heard)
        known = [entry.at for entry in entries if entry.at is not None]
        found: dict[int, Again] = {}
        for change in changes:
            mends = change.kind == "correction" and change.raw and change.published
            for first in self.places(change.raw, change.published) if mends else ():
                start = self._words[first].start
                if all(abs(start - at) > _SAME for at in known):
                    last = first + len(split(change.raw))
                    found.setdefault(first, Again(first, last, change.published, change.at))
        return [found[first] for first in sorted(found)]
