"""A new transcription against the one that it would replace: never worse in silence.

A recogniser can collapse: a model that is wrong for the language, a setting, half a file. What was good
must not be lost to that. A new result of the same recording is refused when it is much shorter, is in
another language, goes round in loops, or has few words in common. Any other in which a word differs
waits beside the old one until a person accepts it.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.models import Recognition, Word
from pipeline.transcript.words.words import normal

SHORTER = 0.7  # of the words before; another model leaves out a few per cent of fillers
LOOPING = 2.4  # zlib ratio above which Whisper itself takes a text for a loop
LOOPS = 0.05  # of the words may go round more than before
ALIKE = 0.5  # of the words at least: recognisers of one recording never agree on fewer
SAME_LENGTH = 0.05  # seconds, two MP3 frames: a recording that was cut anew differs by more


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a transcription differs from the one before, and why it should not replace it by itself."""

    before: int  # words
    after: int
    differing: int  # words of the longer one that the other does not have at their place
    doubts: tuple[str, ...]  # why it collapsed
    same_recording: bool  # else the old words are no measure, and their times are wrong

    def __str__(self) -> str:
        return (
            f"{self.differing} of {max(self.before, self.after)} words differ from the one before"
        )


def compare(before: Recognition, after: Recognition) -> Comparison:
    """Compare two transcriptions; of a recording of another length, only loops and language count."""
    differing = Aligned(before.words, after.words).differing
    longer = max(len(before.words), len(after.words))
    doubts = []
    if _tongue(before.language) != _tongue(after.language):
        doubts.append(f"it is in another language ({after.language}, not {before.language})")
    loops = _looping(after)
    if loops > _looping(before) + LOOPS:
        doubts.append(f"it goes round in loops ({loops:.0%} of it)")
    same = abs(before.duration - after.duration) <= SAME_LENGTH
    good = same and bool(before.words) and _looping(before) <= LOOPS
    if good and len(after.words) < SHORTER * len(before.words):
        doubts.append(f"it is much shorter ({len(after.words)} words, not {len(before.words)})")
    elif good and differing > (1 - ALIKE) * longer:
        doubts.append(
            f"most of its words are others ({differing} of {longer}), as in another recording"
        )
    return Comparison(len(before.words), len(after.words), differing, tuple(doubts), same)


def _looping(recognition: Recognition) -> float:
    """The share of the words that stand in segments that go round."""
    words = sum(
        segment.last - segment.first
        for segment in recognition.segments
        if (segment.compression_ratio or 0.0) > LOOPING
    )
    return words / max(1, len(recognition.words))


def _tongue(language: str) -> str:
    return language.partition("-")[0].casefold()


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
