"""Edits of wording: what was said is said, in slightly other words.

Only what stands in closed lists, at a place where it can do nothing else, is wording: an "and" at the
border of two sentences, a "kind of" before what it softens, "is" for "are", the same number in other
figures, a beginning that the speaker began anew. Whatever denies, counts, names, limits or adds is not,
nor is a clause; in doubt it is meaning.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.quotes.kinds.meaning import leads_in
from pipeline.quotes.languages.numbers import is_number
from pipeline.quotes.matching.published import Published
from pipeline.quotes.matching.source import Source, filler_at
from pipeline.text.punctuation import breaks, ends_sentence

_LONGEST_START = 2  # tokens of a beginning that was begun anew
_CONDITIONAL = 12  # tokens before an edit in which an "if" makes another thing of "and" and "were"


@dataclass(frozen=True, slots=True)
class Swap:
    """Tokens `raw` that were said, against tokens `said` of the quote.

    `at` and `end` are where `raw` stands in the transcript, `q` and `q_end` where `said` does in the
    quote; `p` and `p_end` are the same place in words.
    """

    raw: Sequence[str]
    said: Sequence[str]
    at: int
    end: int
    q: int
    q_end: int
    p: int
    p_end: int


class Light:
    """Tells wording from meaning, in one quote."""

    def __init__(self, quote: Published, source: Source) -> None:
        self.quote = quote
        self.source = source
        self.table = source.language
        self.printed = [token.text for token in quote.tokens]

    def is_light(self, swap: Swap) -> bool:
        """Whether an edit leaves what was said as it is."""
        if self._stops_within(swap):
            return False
        if swap.raw and swap.said:
            return self._agrees(swap) or self._counts_the_same(swap)
        if swap.raw:
            return (
                self._connects(swap, self.table.loose)
                or self._softens(swap)
                or self._begins_anew(swap)
                or self._opens_clause(swap)
            )
        return (
            self._connects(swap, self.table.neutral)
            or self._fills(swap)
            or self._opens_clause(swap)
        )

    def _stops_within(self, swap: Swap) -> bool:
        """Whether a sentence ends within the edit, on either side."""
        last = bool(swap.raw and swap.said)  # where both end one, it is the same sentence
        words = self.quote.words[swap.p : swap.p_end - last]
        heard = range(swap.at, swap.end - last)
        return any(map(self.source.ends_sentence, heard)) or any(map(ends_sentence, words))

    def _before(self, swap: Swap) -> str:
        return self.printed[swap.q - 1] if swap.q else ""

    def _after(self, swap: Swap) -> str:
        return self.printed[swap.q_end] if swap.q_end < len(self.printed) else ""

    def _at_border(self, swap: Swap) -> bool:
        """Whether a clause has just ended, as it was said and as it is published."""
        heard = not swap.at or breaks(self.source.ending(swap.at - 1))
        return heard and (not swap.p or breaks(self.quote.words[swap.p - 1]))

    def _connects(self, swap: Swap, wanted: frozenset[tuple[str, ...]]) -> bool:
        """Whether an "and" between two clauses came or went: not one in a list, or before a "not"."""
        found = tuple(swap.raw or swap.said)
        if found not in wanted or not self._at_border(swap):
            return False
        opens = not swap.p or ends_sentence(self.quote.words[swap.p - 1])
        if swap.raw and opens and found not in self.table.neutral:  # "so" where a sentence begins
            return self._after(swap) not in self.table.negations and leads_in(self.source, swap.end)
        return self._after(swap) in self.table.nominatives and not self._hangs(swap)

    def _hangs(self, swap: Swap) -> bool:
        """Whether an "if" is right before: without "and", what follows hangs on it, or with one not."""
        table = self.table
        opening = table.conditions | {phrase[0] for phrase in table.frames if len(phrase) == 1}
        earlier = self.printed[max(0, swap.q - _CONDITIONAL) : swap.q]
        return not opening.isdisjoint(earlier) or not table.disowning.isdisjoint(earlier)

    def _softens(self, swap: Swap) -> bool:
        """Whether a "kind of" went: not "this kind of", nor one that says about how many."""
        table, after = self.table, self._after(swap)
        if tuple(swap.raw) not in table.fudges or not after:
            return False
        weighs = is_number(after) or after in table.quantities | table.negations | table.shares
        before = self._before(swap)
        if before == "'s" and self.printed[swap.q - 2] not in table.pronouns:
            return False  # "the baker's kind of bread"
        return not weighs and (
            before in table.nominatives | table.auxiliaries or self._at_border(swap)
        )

    def _begins_anew(self, swap: Swap) -> bool:
        """Whether "he was" went before "they were": the speaker began again with somebody else."""
        raw, table = swap.raw, self.table
        if len(raw) > _LONGEST_START or raw[0] not in table.nominatives:
            return False
        if len(raw) == _LONGEST_START and raw[1] not in table.auxiliaries:
            return False
        ended = breaks(self.source.ending(swap.end - 1))
        return not ended and self._at_border(swap) and self._after(swap) in table.nominatives

    def _opens_clause(self, swap: Swap) -> bool:
        """Whether a "that" came or went between "I know" and "he left"."""
        table = self.table
        if [*swap.raw, *swap.said] != [table.optional]:
            return False
        marks = [self.source.ending(position) for position in range(swap.at, swap.end)]
        if swap.at:
            marks.append(self.source.ending(swap.at - 1))
        marks += self.quote.words[max(0, swap.p - 1) : swap.p_end]
        reported = self._before(swap) in table.reporting
        return reported and not any(map(breaks, marks)) and self._after(swap) in table.nominatives

    def _fills(self, swap: Swap) -> bool:
        """Whether what was put in between commas only fills: transcripts leave out what hosts hear."""
        table, position = self.table, swap.q
        words = self.quote.words
        if not (breaks(words[swap.p_end - 1]) and (not swap.p or breaks(words[swap.p - 1]))):
            return False  # "they like stealing"
        if self._before(swap) in table.likened or self._after(swap) in table.quantities:
            return False
        while position < swap.q_end:
            length = filler_at(self.printed, position, table)
            if not length or tuple(self.printed[position : position + length]) not in table.voiced:
                return False
            position += length
        return position == swap.q_end

    def _agrees(self, swap: Swap) -> bool:
        """Whether only one word of them has another form: "is" for "are", "a" for "an"."""
        if len(swap.raw) != len(swap.said):
            return False
        other = [pair for pair in zip(swap.raw, swap.said, strict=True) if pair[0] != pair[1]]
        if len(other) != 1 or not {other[0], other[0][::-1]} & self.table.agreements:
            return False
        return not self._hangs(swap)

    def _counts_the_same(self, swap: Swap) -> bool:
        """Whether both are one number: "three point five" and "3.5"."""
        spaced = [self.source.ending(position) for position in range(swap.at, swap.end - 1)]
        spaced += self.quote.words[swap.p : swap.p_end - 1]
        if any(map(breaks, spaced)):
            return False
        heard, printed = self._value(swap.raw), self._value(swap.said)
        return heard is not None and heard == printed

    def _value(self, texts: Sequence[str]) -> str | None:
        """The number that tokens say, as digits; None where they say anything else."""
        if len(texts) == 1 and is_number(texts[0]):
            return texts[0]
        whole = [text for text in texts if text.isdecimal()]
        point = self.table.decimal_word or "point"
        if len(texts) > 2 and texts[1] == point and len(whole) == len(texts) - 1:
            return f"{texts[0]}.{''.join(texts[2:])}"
        return None
