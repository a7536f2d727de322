"""What a part of an episode may be called: a phrase that was said where it opens.

A person calls a part by its question, or by the subject that somebody names: “let's talk about …”.
Nothing is put together, and nothing is better than a bad title: who decides then types one.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.models import Word
from pipeline.text.punctuation import DOUBLE_MARKS, asks, ends_clause, ends_sentence
from pipeline.text.scripts import join
from pipeline.text.stop_words import stop_words
from pipeline.transcript.chapters.phrases import Phrases, language_of
from pipeline.transcript.chapters.topics import LEAST_WORDS, STEM
from pipeline.transcript.words.words import normal

_OPENING = 150  # words that open a part: a question comes at the end of a turn
_SENTENCE = 60  # words of a sentence that are looked at
_FEWEST, _MOST = 3, 9  # words of a question; a subject that is named may have two
_LONGEST = 70  # letters: apps show about as many
_SURE = 0.4  # probability of a word from which on it may stand in a title
_NAMED, _ASKED = 1.3, 1.0  # what each kind is worth; the telling words add up to 1
_ANSWERED = 30  # words after a question within which somebody else speaks
_MARKED = re.compile(f"[{DOUBLE_MARKS}]")  # what somebody quotes is not asked here


class _Found(NamedTuple):
    """A phrase, as the numbers of its words; `asks` where it keeps the mark of a question."""

    first: int
    last: int
    worth: float
    asks: bool


class Titles:
    """Titles for parts of one transcript; words whose numbers are `doubted` stand in none."""

    def __init__(self, words: Sequence[Word], doubted: Collection[int], language: str) -> None:
        self._words = words
        self._normals = [normal(word.text) for word in words]
        self._doubted = doubted
        self._talk = len({word.speaker for word in words}) > 1
        self._said = language_of(language)
        self._stop = stop_words(language)
        self._stems = [*map(self._stem, self._normals)]
        self._all = Counter(self._stems)

    def of(self, start: int) -> str:
        """The title of the part that begins with word `start`; empty where nothing good is said."""
        found = [each for each in self._phrases(start) if self._is_fit(each)]
        if not found:
            return ""
        part = Counter(self._stems[start : start + LEAST_WORDS])

        def worth(each: _Found) -> float:
            own = filter(None, self._stems[each.first : each.last])
            telling = max(
                (part[stem] / self._all[stem] for stem in own if part[stem] > 1), default=0
            )
            return each.worth + telling - (each.first - start) / _OPENING

        return self._written(max(found, key=worth))

    def _stem(self, text: str) -> str:
        """What tells words of one subject apart from others; empty for a word that says nothing."""
        return text[:STEM] if len(text) > 2 and text not in self._stop else ""

    def _phrases(self, start: int) -> Iterator[_Found]:
        for first, last in self._sentences(start):
            if self._is_advert(first, last):
                return
            yield from self._named(first, last)
            if asks(self._words[last - 1].text) and self._is_answered(last):
                yield from self._asked(first, last)

    def _sentences(self, start: int) -> Iterator[tuple[int, int]]:
        """Whole sentences that begin in the opening of a part."""
        words, first = self._words, start
        while first < min(len(words), start + _OPENING):
            last = first + 1
            while last < len(words) and not self._ends(last):
                last += 1
            if ends_sentence(words[last - 1].text):
                yield max(first, last - _SENTENCE), last
            first = last

    def _ends(self, number: int) -> bool:
        before = self._words[number - 1]
        return ends_sentence(before.text) or before.speaker != self._words[number].speaker

    def _is_advert(self, first: int, last: int) -> bool:
        return any(self._after(self._said.adverts, at, last) for at in range(first, last))

    def _is_answered(self, last: int) -> bool:
        """Whether somebody else speaks soon after a question: to others nobody else has an answer."""
        after = self._words[last - 1 : last + _ANSWERED]
        return not self._talk or len({word.speaker for word in after}) > 1

    def _named(self, first: int, last: int) -> Iterator[_Found]:
        """The subject that somebody says they come to."""
        for at in range(first, last):
            begun = self._after(self._said.naming, at, last)
            if begun and begun < last and self._normals[begun] not in self._said.leading:
                asked = self._normals[begun] in self._said.asking
                if not asked or not self._is_inverted(begun):
                    for end in self._cuts(begun, last):
                        yield _Found(begun, end, _NAMED, asks=False)

    def _asked(self, first: int, last: int) -> Iterator[_Found]:
        """The question that a sentence ends with, from the beginning of a clause on."""
        said, normals = self._said, self._normals
        if not said.asking:
            yield _Found(first, last, _ASKED, asks=True)
            return
        begins = True
        for at in range(first, last):
            begun = self._after(said.lead_ins, at, last)
            if begun and begun < last and normals[begun] in said.asking:
                clause = ends_clause(self._words[begun - 1].text)
                for end in self._cuts(begun, last):
                    yield _Found(begun, end, _ASKED, asks=clause or self._is_inverted(begun))
            if begins and normals[at] in said.asking | said.inverted:
                for end in self._cuts(at, last):
                    yield _Found(at, end, _ASKED, asks=True)
            begins = ends_clause(self._words[at].text) or (begins and normals[at] in said.openers)

    def _is_inverted(self, first: int) -> bool:
        """Whether a verb comes before the one who does it, as in a question of its own."""
        following = self._normals[first + 1 : first + 2]
        return "'" in self._normals[first] or not self._said.inverted.isdisjoint(following)

    def _after(self, wanted: Phrases, at: int, last: int) -> int:
        """The number of the word after the longest of some phrases that begins at `at`; 0 for none."""
        for phrase in wanted.get(self._normals[at], ()):
            if at + len(phrase) <= last and tuple(self._normals[at : at + len(phrase)]) == phrase:
                return at + len(phrase)
        return 0

    def _cuts(self, first: int, last: int) -> Iterator[int]:
        """Where a phrase may end: with its sentence, else before a clause that can be left out."""
        for end in range(first + 2, min(first + _MOST, last) + 1):
            if end == last or self._is_clause(end, last):
                yield end
                return

    def _is_clause(self, at: int, last: int) -> bool:
        """Whether another clause begins with a word."""
        said, normals = self._said, self._normals
        if normals[at - 1] in said.dangling:
            return False
        begins = said.asking | said.inverted | said.people
        if normals[at] in said.cutting:
            return True
        follows = at + 1 < last and normals[at] in said.joining and normals[at + 1] in begins
        return follows or (
            ends_clause(self._words[at - 1].text) and normals[at] in begins | said.joining
        )

    def _is_fit(self, found: _Found) -> bool:
        first, last, said = found.first, found.last, self._said
        inside = self._normals[first:last]
        return (
            (_FEWEST if found.asks else 2) <= len(inside)
            and len(join(word.text for word in self._words[first:last])) <= _LONGEST
            and said.referring.isdisjoint(inside)
            and not any(one == other for one, other in pairwise(inside))
            and not any(self._after(said.filling, at, last) for at in range(first, last))
            and not any(ends_clause(word.text) for word in self._words[first : last - 1])
            and self._says_enough(found)
            and all(map(self._is_sure, range(first, last)))
        )

    def _says_enough(self, found: _Found) -> bool:
        """Two words of a subject, or one that is a name or that nothing else points at."""
        if not self._said.asking:
            return True
        first, last = found.first, found.last
        telling = [at for at in range(first, last) if self._stems[at]]
        if len({self._stems[at] for at in telling}) != 1:
            return bool(telling)
        word = self._words[telling[0]].text
        is_name = telling[0] > first and word[:1].isupper()
        return is_name or not (found.asks or self._normals[first] in self._said.pointing)

    def _is_sure(self, number: int) -> bool:
        word = self._words[number]
        broken = word.text.endswith(("-", "–", "—", "…", "...")) or _MARKED.search(word.text)
        unsure = word.probability is not None and word.probability < _SURE
        return not (broken or unsure or number in self._doubted)

    def _written(self, found: _Found) -> str:
        text = join(word.text for word in self._words[found.first : found.last])
        text = text.strip(" ,;:.!?¿¡–—？")
        text = text[0].upper() + text[1:]
        return f"{self._said.opening_mark}{text}{self._said.gap}?" if found.asks else text
