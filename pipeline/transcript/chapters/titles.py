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
from pipeline.text.punctuation import DOUBLE_MARKS, SINGLE_MARKS, asks, ends_clause, ends_sentence
from pipeline.text.scripts import join
from pipeline.text.stop_words import stop_words
from pipeline.transcript.chapters.phrases import Phrases, language_of
from pipeline.transcript.chapters.topics import LEAST_WORDS, STEM
from pipeline.transcript.words.words import normal

_OPENING = 220  # words that open a part: a question comes at the end of a turn
_SENTENCE = 60  # words of a sentence that are looked at
_FEWEST, _MOST = 3, 9  # words of a question; a subject that is named may have two
_COMPOUND = 10  # letters of a word that can stand alone: Windkanäle
_NAME = 7  # words of a subject that is named, at most
_LONGEST = 70  # letters: apps show about as many
_SURE = 0.4  # probability of a word from which on it may stand in a title
_NAMED, _ASKED, _CONFIRMED = 1.2, 1.0, 0.5  # what each kind is worth; the telling words add up to 1
_SPOKEN_OF = 2  # times that a subject is spoken of in its part, the title among them
_TELLING = 0.15  # share of all times that it is spoken of which a part has at least
_ANSWERED = 60  # words after a question within which somebody else speaks
_LED = 80  # words after a subject was named within which somebody else speaks of it
_ASKING = "?؟？"
_MARKED = re.compile(  # what somebody quotes is not asked here
    rf"[{DOUBLE_MARKS}\[\]]|^[{SINGLE_MARKS}]|(?<![sS])[{SINGLE_MARKS}]\W*$"
)


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
        part = Counter(self._stems[start : start + LEAST_WORDS])
        best = max(
            ((self._worth(each, start, part), each) for each in self._phrases(start)), default=None
        )
        return self._written(best[1]) if best and best[0] > 0 else ""

    def _worth(self, found: _Found, start: int, part: Counter[str]) -> float:
        """How good a title is a phrase for the part that begins with `start`; 0 for none at all.

        Its subject is spoken of there again, and more than elsewhere.
        """
        own = {stem for stem in self._stems[found.first : found.last] if part[stem] >= _SPOKEN_OF}
        telling = max((part[stem] / self._all[stem] for stem in own if stem), default=0.0)
        if (telling < _TELLING and self._said.asking) or not self._is_fit(found):
            return 0.0
        late = (found.first - start) / _OPENING
        return max(found.worth + telling - late, 0.01)

    def _stem(self, text: str) -> str:
        """What tells words of one subject apart from others; empty for a word that says nothing."""
        return text[:STEM] if len(text) > 2 and text not in self._stop else ""

    def _phrases(self, start: int) -> Iterator[_Found]:
        for first, last in self._sentences(start):
            if self._is_advert(first, last):
                return
            if self._is_answered(last, _LED):
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

    def _is_answered(self, last: int, within: int = _ANSWERED) -> bool:
        """Whether somebody else speaks soon after a question: to others nobody else has an answer."""
        after = self._words[last - 1 : last + within]
        return not self._talk or len({word.speaker for word in after}) > 1

    def _named(self, first: int, last: int) -> Iterator[_Found]:
        """The subject that somebody says they come to."""
        unfit = self._said.leading | self._said.inverted
        for at in range(first, last):
            begun = self._after(self._said.naming, at, last)
            if not begun or begun == last or self._normals[begun] in unfit:
                continue
            asked = self._normals[begun] in self._said.asking
            if not asked or not self._is_inverted(begun):
                for end in self._cuts(begun, last):
                    if self._normals[end - 1] in self._said.dangling:
                        continue
                    if asked or end - begun <= _NAME:
                        yield _Found(begun, end, _NAMED, asks=False)

    def _asked(self, first: int, last: int) -> Iterator[_Found]:
        """The question that a sentence ends with, from the beginning of a clause on."""
        said, normals = self._said, self._normals
        if not said.asking:
            yield _Found(first, last, _ASKED, asks=True)
            return
        begins, led = True, -1
        for at in range(first, last):
            begun = self._after(said.lead_ins, at, last)
            if begun and begun < last and normals[begun] in said.asking:
                led = begun
                for end in self._cuts(begun, last):
                    question = self._is_inverted(begun) or "" in said.verbs
                    yield _Found(begun, end, _ASKED, question)
            if begins and at != led and self._is_question(at, last):
                worth = _ASKED if normals[at] in said.asking else _CONFIRMED
                for end in self._cuts(at, last):
                    yield _Found(at, end, worth, asks=True)
            begins = ends_clause(self._words[at].text) or (begins and normals[at] in said.openers)

    def _is_question(self, first: int, last: int) -> bool:
        """Whether a question begins with a word: one of those that ask, or a verb before who does it."""
        said, normals = self._said, self._normals
        if first + 1 >= last:
            return False
        follows = normals[first + 1]
        if normals[first] in said.asking:
            if normals[first] in said.adverbs and follows not in said.grading:
                return self._is_inverted(first)
            verbs = said.inverted.intersection(normals[first + 1 : first + 6])
            return bool(verbs) or self._is_inverted(first) or follows.endswith(said.verbs)
        subject = (
            follows in said.people | said.pointing or self._words[first + 1].text[:1].isupper()
        )
        return normals[first] in said.inverted and subject

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
        for end in range(first + 1, min(first + _MOST, last) + 1):
            if end == last or self._is_clause(end, last):
                yield end
                return

    def _is_clause(self, at: int, last: int) -> bool:
        said, normals = self._said, self._normals
        if normals[at - 1] in said.dangling and not ends_clause(self._words[at - 1].text):
            return False
        if normals[at] in said.cutting:
            return True
        after = at + (normals[at] in said.joining)
        if after == at and not ends_clause(self._words[at - 1].text):
            return False
        starts = after < last and normals[after] in said.asking | said.people
        return starts or self._is_question(after, last)

    def _is_fit(self, found: _Found) -> bool:
        first, last, said = found.first, found.last, self._said
        inside = self._normals[first:last]
        if len(inside) == 1 and (found.asks or len(inside[0]) < _COMPOUND):
            return False
        return (
            (_FEWEST if inside[0] in said.asking | said.inverted else 1) <= len(inside)
            and inside[-1] not in said.joining | said.openers
            and len(join(word.text for word in self._words[first:last])) <= _LONGEST
            and said.referring.isdisjoint(inside)
            and not any(one == other for one, other in pairwise(inside))
            and len(set(pairwise(inside))) == len(inside) - 1  # nobody began twice
            and not any(self._is_filling(at, last) for at in range(first, last))
            and not any(ends_clause(word.text) for word in self._words[first : last - 1])
            and self._says_enough(found)
            and all(map(self._is_sure, range(first, last)))
        )

    def _is_filling(self, at: int, last: int) -> bool:
        """Whether a word only fills; two do not after one that asks or points: "what kind of"."""
        said, after = self._said, self._after(self._said.filling, at, last)
        led = at > 0 and self._normals[at - 1] in said.asking | said.pointing
        return after > 0 and not (led and after - at == 2)

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
        marks = [each for each in text[-3:] if each in _ASKING]
        text = text.strip(f" ,;:.!¿¡–—{_ASKING}")
        text = text[0].upper() + text[1:]
        return (
            f"{self._said.opening_mark}{text}{self._said.gap}{(marks or '?')[0]}"
            if found.asks
            else text
        )
