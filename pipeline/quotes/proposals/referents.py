"""What an opening "it" or "they" means: a [referent] lifted from the words just before.

Nothing is parsed and nothing made up. A noun is a word that this episode uses as one: behind an
article and before a word that ends the phrase. Only a phrase that the same speaker, or the question,
said right before the passage is proposed, and only where what it names is said again around there and
no other phrase fits as well. The host takes it or strikes it; the guard takes a [referent] in place of
a pronoun as what it is, an insertion.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.models import Referent, Transcript
from pipeline.quotes.languages.table import Language, language
from pipeline.quotes.matching.sentences import Range, Turn, bare, sentences
from pipeline.text.punctuation import asks

_LONGEST = 3  # words of a phrase behind its article
_LOOKED_BACK = 2  # sentences
_BEFORE, _AFTER = 80, 80  # words around the pronoun in which its referent is said again
_OPENS = 3  # words into a sentence: what begins there is its subject
_ENDS_PHRASE = re.compile(r"[.,;:!?—–…\"”]$|-$")
_PERFECT = frozenset({"been", "got", "gotten", "had", "become"})


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A noun phrase, words `[first, last)`, as it would be printed."""

    first: int
    last: int
    text: str
    plural: bool
    name: bool


class Referents:
    """Proposes referents in one episode; learns its nouns and names once."""

    def __init__(self, transcript: Transcript) -> None:
        self.words = transcript.words
        self.tables: Language = language(transcript.language)
        self.bare = [bare(word) for word in self.words]
        self.nouns = self._nouns()
        self.names = self._names()

    def propose(self, first: int, turn: Turn, before: Turn | None) -> Referent | None:
        """The referent of the pronoun at word `first` of a turn; None where none is plausible.

        `before` is the turn before it, which may have asked.
        """
        pronoun, _, suffix = self.bare[first].partition("'")
        if pronoun not in self.tables.referring or self._is_no_pronoun(first, pronoun, suffix):
            return None
        follows = self.bare[first + 1] if first + 1 < turn.last else ""
        verb = self.tables.suffixes | {"": "", "s": "has" if follows in _PERFECT else "is"}
        if suffix not in verb or suffix == "d":
            return None
        found = self._meant(pronoun, self._sentences_before(first, turn, before))
        if found is None or not self._is_said_again(found, first):
            return None
        text = f"[{found.text[0].upper()}{found.text[1:]}]"
        return Referent(first, " ".join(filter(None, (text, verb[suffix]))))

    def _is_no_pronoun(self, first: int, pronoun: str, suffix: str) -> bool:
        """Whether "this" belongs to a noun, or "it" to a clause that follows: "it is hard to say"."""
        after = self.bare[first + 1 : first + 7]
        if self.tables.referring[pronoun] == "pointing":
            return bool(suffix) or not (after and after[0] in self.tables.finite)
        linking = self.tables.finite | self.tables.seeming
        links = bool(suffix) or not linking.isdisjoint(after[:1])
        return pronoun == "it" and links and any(word in self.tables.clauses for word in after)

    def _sentences_before(
        self, first: int, turn: Turn, before: Turn | None
    ) -> list[tuple[Range, bool]]:
        """The nearest sentences, nearest first, and whether the same speaker says them."""
        own = [part for part in sentences(self.words, turn, self.tables) if part[1] <= first]
        found = [(part, True) for part in reversed(own[-_LOOKED_BACK:])]
        if not found and before:
            asked = sentences(self.words, before, self.tables)[-1:]
            found = [(part, False) for part in asked if asks(self.words[part[1] - 1].text)]
        return found

    def _is_said_again(self, phrase: _Phrase, first: int) -> bool:
        """Whether the talk is about it: its last word is said elsewhere around the pronoun."""
        head = self._singular(self.bare[phrase.last - 1])
        near = range(max(0, first - _BEFORE), min(len(self.bare), first + _AFTER))
        return any(
            self._singular(self.bare[at]) == head
            for at in near
            if not phrase.first <= at < phrase.last
        )

    def _meant(self, pronoun: str, parts: Sequence[tuple[Range, bool]]) -> _Phrase | None:
        kind = self.tables.referring[pronoun]
        plural = pronoun in self.tables.referring_many
        for part, own in parts:
            phrases = [
                phrase
                for phrase in self._phrases(part, own)
                if (phrase.name if kind == "person" else phrase.name or phrase.plural == plural)
            ]
            if phrases:
                return self._only(kind, phrases, part)
        return None

    def _only(self, kind: str, phrases: Sequence[_Phrase], part: Range) -> _Phrase | None:
        """The one phrase that is meant: the subject, or for "this" what was named last."""
        if kind == "pointing":
            last = phrases[-1]
            return last if last.last == part[1] and not last.name else None
        alone = len({phrase.text.casefold() for phrase in phrases}) == 1
        opens = phrases[0].first - part[0] < _OPENS
        if kind == "person":
            return phrases[0] if alone and not phrases[0].text.isupper() else None
        return phrases[0] if opens or (alone and not phrases[0].name) else None

    def _phrases(self, part: Range, own: bool) -> Iterator[_Phrase]:
        at = part[0]
        while at < part[1]:
            phrase = self._name_at(at, part[1]) or self._noun_at(at, part[1], own)
            if phrase:
                yield phrase
            at = phrase.last if phrase else at + 1

    def _name_at(self, at: int, end: int) -> _Phrase | None:
        last = at
        while last < end and self.bare[last] in self.names:
            last += 1
            if _ENDS_PHRASE.search(self.words[last - 1].text):
                break
        return self._phrase("", at, at, last, plural=False, name=True) if last > at else None

    def _noun_at(self, at: int, end: int, own: bool) -> _Phrase | None:
        """The phrase behind an article or a possessive at word `at`."""
        article = self.bare[at]
        if article not in self.tables.articles or _ENDS_PHRASE.search(self.words[at].text):
            return None
        last = at + 1
        while last < min(end, at + 1 + _LONGEST) and self._belongs(last):
            last += 1
            if _ENDS_PHRASE.search(self.words[last - 1].text):
                break
        while last > at + 1 and self.bare[last - 1] not in self.nouns:
            last -= 1
        if self.bare[last - 1] in self.tables.vague:
            return None
        possessive = article in self.tables.possessives
        if last == at + 1 or (possessive and not own):
            return None
        head = self.bare[last - 1]
        printed = article if possessive else self.tables.definite
        return self._phrase(printed, at, at + 1, last, plural=self._is_plural(head), name=False)

    def _phrase(
        self, article: str, at: int, first: int, last: int, *, plural: bool, name: bool
    ) -> _Phrase:
        words = [self.words[n].text.strip('.,;:!?"“”()…') for n in range(first, last)]
        return _Phrase(at, last, " ".join(filter(None, (article, *words))), plural, name)

    def _singular(self, noun: str) -> str:
        noun = noun.removesuffix("'s")
        return noun[:-1] if self._is_plural(noun) else noun

    def _is_plural(self, noun: str) -> bool:
        return noun.endswith("s") and not noun.endswith(("ss", "us", "is"))

    def _belongs(self, at: int) -> bool:
        return self.bare[at].isalpha() and not self._ends_before(at)

    def _ends_before(self, at: int) -> bool:
        word = self.bare[at].partition("'")[0]
        tables = self.tables
        return word in tables.function_words or word in tables.finite or word in tables.clauses

    def _nouns(self) -> frozenset[str]:
        """Words that stand behind an article and end the phrase there, somewhere in the episode."""
        return frozenset(
            word
            for at, (article, word) in enumerate(pairwise(self.bare), start=1)
            if article in self.tables.articles
            and self._belongs(at)
            and (
                _ENDS_PHRASE.search(self.words[at].text)
                or (at + 1 < len(self.words) and self._ends_before(at + 1))
            )
        )

    def _names(self) -> frozenset[str]:
        """Words with a capital in the middle of sentences, and never without one."""
        lower = {word.text.strip('.,;:!?"“”()…') for word in self.words}
        return frozenset(
            text
            for before, word, text in zip(self.words, self.words[1:], self.bare[1:], strict=False)
            if word.text[:1].isupper()
            and word.text.strip('.,;:!?"“”()…').isalpha()
            and text not in lower
            and not _ENDS_PHRASE.search(before.text)
            and len(text) > 1
            and text.partition("'")[0] not in self.tables.function_words
        )


def with_referent(text: str, referent: Referent | None) -> str:
    """A candidate's text with its opening pronoun replaced by the proposed referent."""
    if referent is None:
        return text
    return " ".join([referent.text, *text.split()[1:]])
