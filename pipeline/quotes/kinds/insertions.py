"""[Bracketed insertions]: the reader sees that they are the host's, and yet they can lie.

One is free where it only says what the talk itself says: a few words, each of them said somewhere in
the episode, none that denies, counts, hedges or gives a view. "[The baker]" for "he" is such a one;
"[illegally]", "[un]safe", and "[They]" for the speaker's own "I" are not.
"""

from collections.abc import Sequence

from pipeline.quotes.kinds.meaning import guarded
from pipeline.quotes.languages.numbers import is_number
from pipeline.quotes.matching.published import Mark, Published
from pipeline.quotes.matching.source import Source
from pipeline.text.punctuation import core

_LOOKED_BACK = 3  # sentences: the one that it stands in and two before
_LONGEST = 4  # tokens; the longest that a host of the shared picks wrote


class Insertions:
    """Names the insertions of one quote."""

    def __init__(self, quote: Published, source: Source) -> None:
        self.quote = quote
        self.source = source
        self.language = source.language
        self._views = self.language.reporting | self.language.disowning

    def kind(self, mark: Mark, replaced: Sequence[str], position: int) -> str:
        """The kind of an insertion before transcript token `position`, in place of tokens `replaced`."""
        texts = self._tokens(mark)
        if not self._may_stand_for(texts, replaced):
            return guarded(replaced, texts, self.language) or "changed"
        # What it completes was said: "he" and "[he, the baker]" differ by what is new.
        new = [text for text in texts if text not in replaced]
        kind = guarded((), new, self.language)
        if kind:
            return kind
        if mark.within:
            return "changed"
        if any(text in self.language.absolutes for text in new):
            return "added"  # "[All] the workers"
        if not replaced and texts and texts[0] in self.language.asserting:
            return "added"  # "[and the mayor]": somebody else who did it
        if self._length(mark) > _LONGEST or not self._views.isdisjoint(new):
            return "added"
        kind = self._unsaid(mark)
        if kind or not self._refers(new or texts, replaced, position):
            return kind or "added"
        return "insertion"

    def _refers(self, texts: Sequence[str], replaced: Sequence[str], position: int) -> bool:
        """Whether it stands for, or right after, a pronoun, and was spoken of just before."""
        source, table = self.source, self.language
        before = source.texts[position - 1] if position else ""
        if not {*replaced, before} & (table.pronouns | {""}):
            return False
        light = table.articles | table.links
        wanted = [text for text in texts if text not in light]
        start, left = position, _LOOKED_BACK
        while start and left:
            start -= 1
            left -= bool(start and source.ends_sentence(start - 1))
        said = [text for text in source.texts[start:position] if text not in light]
        together = (said[n : n + len(wanted)] == wanted for n in range(len(said)))
        return bool(wanted) and any(together)

    def is_own(self, text: str) -> bool:
        """Whether a token is the speaker: nobody else may be put in its place."""
        return text in self.language.i or text in self.language.we

    def is_replaced(self, text: str) -> bool:
        """Whether an insertion right after a token takes its place: an "I", or a noun."""
        table = self.language
        grammar = table.function_words | table.pronouns | table.articles | table.connectives
        clauses = table.conjunctions | table.conditions | table.joining
        common = not table.function_words or text in grammar | clauses | self._views
        return self.is_own(text) or not (common or is_number(text))

    def _tokens(self, mark: Mark) -> list[str]:
        return [token.text for token in self.source.tokenizer.tokens(mark.text.split())]

    def _may_stand_for(self, texts: Sequence[str], replaced: Sequence[str]) -> bool:
        """A referent may stand for a pronoun that is not the speaker's, or repeat what it completes."""
        missing = [text for text in replaced if text not in texts]
        if any(text not in self.language.pronouns or self.is_own(text) for text in missing):
            return False
        return not missing or not all(text in self.language.pronouns for text in texts)

    def _length(self, mark: Mark) -> int:
        """Tokens of this and of the insertions right beside it: several may not say what one may not."""
        beside = [
            other
            for other in self.quote.marks
            if other.before == mark.before and not other.ellipsis
        ]
        return sum(len(self._tokens(other)) for other in beside)

    def _unsaid(self, mark: Mark) -> str:
        """`name` or `added` where a word of it is said nowhere in the episode."""
        for word in mark.text.strip("[]").split():
            for text in self.source.tokenizer.pieces(word):
                if not self._is_said(text):
                    capital = core(word)[1][:1].isupper()
                    return "name" if capital and not self.language.noun_capitals else "added"
        return ""

    def _is_said(self, text: str) -> bool:
        language = self.language
        grammar = (language.function_words, language.pronouns, language.articles)
        if any(text in words for words in grammar) or text == "'s" or is_number(text):
            return True
        forms = {text, text.removesuffix("s"), text.removesuffix("es"), f"{text}s", f"{text}es"}
        return any(self.source.id_of(form) >= 0 for form in forms if form)
