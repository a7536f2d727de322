"""Terms that sound like what was written, where the recogniser was unsure of it.

A wrong replacement puts words into people's mouths, so much must come together. Either the same letters
were written with other blanks ("open a i"). Or: no word of the passage was sure, at least one doubtful;
not all of its words are ordinary ones, said with certainty elsewhere; numbers are the same; and both the
letters and the sounds (Metaphone) are alike. Who said one word of a term has not said the others. Where
a shorter passage sounds as much like the term, the longer one is left alone: it would swallow a word.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.models import Word
from pipeline.text.punctuation import core, ends_clause, ends_sentence
from pipeline.transcript.words.words import apart

UNSURE = 0.6  # probability below which at least one word must lie
SURE = 0.9  # probability from which on a word is never touched
ORDINARY = 2  # times that a word must be said with certainty to be an ordinary one
LETTERS = 0.65  # of the letters alike, from 0 to 1
SHORT_LETTERS = 0.8  # the same for terms of four letters: "Mike" is not "make"
SOUNDS = 0.75  # of the sounds alike
_SHORTEST = 4  # letters of a term that can be told by its sound
_WORDS = 3  # of a passage at most
_STRETCH = 4  # letters by which a passage may be longer or shorter than the term
_POSSESSIVE = re.compile(r"['’]s\W*$", re.IGNORECASE)
_SAME_LETTERS = 3.0  # the likeness of the same letters in other words: more than any sound's
_OTHER_LENGTH = 0.08  # taken off for each word more or fewer than the term has


class Match(NamedTuple):
    """Words [first, last) sound like the term `text`; `likeness` up to 2, more for the same letters."""

    first: int
    last: int
    text: str
    likeness: float


class _Sound(NamedTuple):
    letters: str
    code: str  # Metaphone
    digits: str


def matches(terms: Sequence[str], words: Sequence[Word]) -> list[Match]:
    """Where terms are meant, apart and in order; the most alike wins."""
    known = {term: sound for term in terms if len((sound := _sound(term)).letters) >= _SHORTEST}
    if not known:
        return []
    ear = _Ear(words, known)
    found = [match for first in range(len(words)) for match in ear.at(first)]
    found.sort(key=lambda match: (-match.likeness, match.first, match.last, match.text))
    return apart(found)


class _Ear:
    """The words of a transcript, and the terms to hear in them."""

    def __init__(self, words: Sequence[Word], terms: dict[str, _Sound]) -> None:
        self._words = words
        self._terms = terms
        stems = [_POSSESSIVE.sub("", word.text) for word in words]
        self._tails = [word.text[len(stem) :] for word, stem in zip(words, stems, strict=True)]
        self._letters = [_letters(stem) for stem in stems]
        self._sure = Counter(
            letters
            for letters, word in zip(self._letters, words, strict=True)
            if (word.probability or 0.0) >= SURE
        )
        self._written = {sound.letters for sound in terms.values()}
        self._spelled = {term: [_letters(word) for word in term.split()] for term in terms}

    def at(self, first: int) -> Iterator[Match]:
        """The terms that passages from `first` on sound like."""
        for last in range(first + 1, min(first + _WORDS, len(self._words)) + 1):
            if last - first > 1 and self._parted(last - 2):
                return
            letters = "".join(self._letters[first:last])
            near = {
                term: sound
                for term, sound in self._terms.items()
                if abs(len(sound.letters) - len(letters)) <= _STRETCH
            }
            yield from self._same(first, last, letters, near)
            if near and self._open(first, last):
                yield from self._alike(first, last, letters, near)

    def _parted(self, index: int) -> bool:
        """Whether the passage cannot go on after a word."""
        word, after = self._words[index], self._words[index + 1]
        stops = ends_sentence(word.text) or ends_clause(word.text)
        return stops or word.speaker != after.speaker

    def _same(
        self, first: int, last: int, letters: str, terms: dict[str, _Sound]
    ) -> Iterator[Match]:
        for term, sound in terms.items():
            if sound.letters == letters and last - first != len(term.split()):
                yield self._match(first, last, term, _SAME_LETTERS)

    def _open(self, first: int, last: int) -> bool:
        """Whether the recogniser left a passage open to doubt, and it is no ordinary talk."""
        chances = [word.probability for word in self._words[first:last]]
        if any(chance is None or chance >= SURE for chance in chances):
            return False
        parts = self._letters[first:last]
        return (
            any(chance is not None and chance < UNSURE for chance in chances)
            and self._written.isdisjoint(parts)
            and not all(self._sure[part] >= ORDINARY for part in parts)
        )

    def _alike(
        self, first: int, last: int, letters: str, terms: dict[str, _Sound]
    ) -> Iterator[Match]:
        heard = _sound(letters)
        for term, sound in terms.items():
            likeness = None if self._is_part(first, last, term) else _likeness(heard, sound)
            if likeness is None or likeness <= self._best_part(first, last, sound):
                continue
            other_length = _OTHER_LENGTH * abs(last - first - len(term.split()))
            yield self._match(first, last, term, likeness - other_length)

    def _is_part(self, first: int, last: int, term: str) -> bool:
        """Whether the passage has words of the term as they are written: the others were not said."""
        parts, words = self._letters[first:last], self._spelled[term]
        size = len(parts)
        return any(words[at : at + size] == parts for at in range(len(words) - size + 1))

    def _match(self, first: int, last: int, term: str, likeness: float) -> Match:
        """A passage's term, with the possessive ending that its last word has."""
        tail = core(self._tails[last - 1])[1]
        return Match(first, last, f"{term}'{tail}" if tail else term, likeness)

    def _best_part(self, first: int, last: int, sound: _Sound) -> float:
        """How much the passage without its first or last word sounds like a term."""
        if last - first == 1:
            return 0.0
        parts = self._letters[first + 1 : last], self._letters[first : last - 1]
        return max(_likeness(_sound("".join(part)), sound) or 0.0 for part in parts)


def _likeness(heard: _Sound, term: _Sound) -> float | None:
    """Of letters and of sounds together, up to 2; None where it is too little."""
    if heard.digits != term.digits:
        return None
    letters = _alike(heard.letters, term.letters)
    least = LETTERS if len(term.letters) > _SHORTEST else SHORT_LETTERS
    if letters < least:
        return None
    sounds = _alike(heard.code, term.code)
    return letters + sounds if sounds >= SOUNDS else None


def _alike(one: str, other: str) -> float:
    import jellyfish  # late: only where there are terms

    longer = max(len(one), len(other))
    return 1 - jellyfish.levenshtein_distance(one, other) / longer if longer else 0.0


def _sound(text: str) -> _Sound:
    import jellyfish

    letters = _letters(text)
    digits = "".join(letter for letter in letters if letter.isdigit())
    return _Sound(letters, jellyfish.metaphone(letters), digits)


def _letters(text: str) -> str:
    """Letters and digits only, without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isalnum())
