"""Words: cleaned, timed, given to speakers, and put together again as people write them.

Every list of words here keeps one contract, on which the addresses of quotes rest. A word holds no white
space, so that `" ".join(words).split()` gives the words back. A word of a foreign file is one item of
`body.split()`.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from pipeline.models import Recognition, Transcript, Turns, Word
from pipeline.text.cleaning import FORBIDDEN
from pipeline.text.punctuation import core
from pipeline.transcript.words.attribution import speakers

_Match = TypeVar("_Match", bound=tuple[Any, ...])
_REPLACEMENT = "\ufffd"  # for a word of which nothing can be printed: its number must not be lost


def split(text: str) -> list[str]:
    """The words of a text: exactly `text.split()`, without the unprintable characters in them."""
    words = text.split()
    if FORBIDDEN.search(text):
        return [FORBIDDEN.sub("", word) or _REPLACEMENT for word in words]
    return words


def label(text: str | None) -> str | None:
    """A speaker's name on one line; None when nothing is left of it."""
    return " ".join(split(text or "")) or None


def interpolate(
    texts: Sequence[str], start: float, end: float, speaker: str | None, probability: float | None
) -> list[Word]:
    """Words that share the seconds from `start` to `end` in proportion to their letters.

    The first begins exactly at `start`, the last ends exactly at `end`.
    """
    total = sum(map(len, texts))
    edges = [start]
    done = 0
    for text in texts:
        done += len(text)
        edge = round(start + (end - start) * done / total, 3)
        edges.append(min(max(edge, start), end))
    edges[-1] = end
    return [
        Word(text, edges[index], edges[index + 1], probability, speaker)
        for index, text in enumerate(texts)
    ]


def from_recognition(recognition: Recognition, turns: Turns) -> Transcript:
    """The raw words as a transcript, each with its speaker; breaks at segments and speaker changes.

    Without turns the recogniser's own speakers stay. A raw word that holds white space becomes several
    words with the same raw id; an empty one is left out.
    """
    heard = speakers(recognition.words, turns)
    starts = {segment.first for segment in recognition.segments}
    words: list[Word] = []
    raw_ids: list[tuple[int, ...]] = []
    breaks: list[int] = []
    pending = True  # a segment whose first raw word is empty begins with the next word
    for raw_id, (word, speaker) in enumerate(zip(recognition.words, heard, strict=True)):
        pending = pending or raw_id in starts
        texts = split(word.text)
        if not texts:
            continue
        if pending or speaker != words[-1].speaker:
            breaks.append(len(words))
        pending = False
        words.extend(interpolate(texts, word.start, word.end, speaker, word.probability))
        raw_ids.extend([(raw_id,)] * len(texts))
    return Transcript(words, raw_ids, breaks or [0], recognition.language)


def normal(text: str) -> str:
    """A word for comparison: without case, the kind of apostrophe, and punctuation around it."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return core(folded)[1] or folded


def apart(matches: Iterable[_Match]) -> list[_Match]:
    """Of matches, the best first, those that share no word with a better one, in the order of words.

    A match begins with its words [first, last).
    """
    taken: set[int] = set()
    chosen = []
    for match in matches:
        ids = range(match[0], match[1])
        if taken.isdisjoint(ids):
            taken.update(ids)
            chosen.append(match)
    return sorted(chosen)


class Occurrences:
    """Where sequences of words occur, compared by `normal`."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._normals = [normal(word.text) for word in words]
        self._places: dict[str, list[int]] = {}
        for index, text in enumerate(self._normals):
            self._places.setdefault(text, []).append(index)

    def of(self, texts: Sequence[str]) -> list[int]:
        """The word ids at which `texts` begin, in order."""
        wanted = [normal(text) for text in texts]
        return [
            first
            for first in self._places.get(wanted[0], [])
            if self._normals[first : first + len(wanted)] == wanted
        ]
