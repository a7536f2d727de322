"""Edits of wording: what was said is said, in slightly other words.

Only what stands in closed lists, at a place where it can do nothing else, is wording: an "and" at the
border of two sentences, a "kind of" before what it softens, "is" for "are", the same number in other
figures, a beginning that the speaker began anew. Whatever denies, counts, names, limits or adds is not,
nor is a clause; in doubt it is meaning.
"""

from collections.abc import Sequence

from pipeline.quotes.kinds.kept import Run
from pipeline.quotes.kinds.meaning import leads_in
from pipeline.quotes.languages.numbers import is_number
from pipeline.quotes.matching.published import Published
from pipeline.quotes.matching.source import HABIT, Source, filler_at
from pipeline.text.punctuation import breaks, ends_sentence

_LONGEST_START = 2  # tokens of a beginning that was begun anew
_CONDITIONAL = 12  # tokens before an edit in which an "if" makes another thing of "and" and "were"


class Light:
    """Tells wording from meaning in one edit: `run`, of which neither side was kept.

    `raw` are the tokens that were said, `said` those of the quote; `before` and `after` stand around these.
    """

    def __init__(self, quote: Published, source: Source, run: Run) -> None:
        self.quote = quote
        self.source = source
        self.run = run
        self.table = source.language
        self.raw = source.texts[run.t : run.t_end]
        self.printed = [token.text for token in quote.tokens]
        self.said = self.printed[run.q : run.q_end]
        self.before = self.printed[run.q - 1] if run.q else ""
        self.after = "".join(self.printed[run.q_end : run.q_end + 1])

    def is_light(self) -> bool:
        """Whether an edit leaves what was said as it is."""
        if self._stops_within():
            return False
        if self.raw and self.said:
            return self._agrees() or self._counts_the_same()
        if self.raw:
            return (
                self._connects(self.table.loose)
                or self._softens()
                or self._begins_anew()
                or self._opens_clause()
            )
        return self._connects(self.table.neutral) or self._fills() or self._opens_clause()

    def is_small(self) -> bool:
        """Whether only a "the" or a "to" came, went or is another."""
        return not self._stops_within() and (*self.raw, *self.said) in self.table.small

    def is_habit(self) -> bool:
        """Whether only a "like" went that may compare, of somebody who says it all the time."""
        return self.raw == [HABIT] and self.source.speakers[self.run.t] in self.source.habitual

    def _stops_within(self) -> bool:
        """Whether a sentence ends within the edit, on either side."""
        last = bool(self.raw and self.said)  # where both end one, it is the same sentence
        words = self.quote.words[self.run.p : self.run.p_end - last]
        heard = range(self.run.t, self.run.t_end - last)
        return any(map(self.source.ends_sentence, heard)) or any(map(ends_sentence, words))

    def _at_border(self) -> bool:
        """Whether a clause has just ended, as it was said and as it is published."""
        heard = not self.run.t or self.source.breaks(self.run.t - 1)
        return heard and (not self.run.p or breaks(self.quote.words[self.run.p - 1]))

    def _connects(self, wanted: frozenset[tuple[str, ...]]) -> bool:
        """Whether an "and" between two clauses came or went: not one in a list, or before a "not"."""
        found = tuple(self.raw or self.said)
        if found not in wanted or not self._at_border():
            return False
        opens = not self.run.p or ends_sentence(self.quote.words[self.run.p - 1])
        if self.raw and opens and found not in self.table.neutral:  # "so" where a sentence begins
            return self.after not in self.table.negations and leads_in(self.source, self.run.t_end)
        return self.after in self.table.nominatives and not self._hangs()

    def _hangs(self) -> bool:
        """Whether an "if" is right before: without "and", what follows hangs on it, or with one not."""
        table = self.table
        opening = table.conditions | {phrase[0] for phrase in table.frames if len(phrase) == 1}
        earlier = self.printed[max(0, self.run.q - _CONDITIONAL) : self.run.q]
        return not opening.isdisjoint(earlier) or not table.disowning.isdisjoint(earlier)

    def _softens(self) -> bool:
        """Whether a "kind of" went: not "this kind of", nor one that says about how many."""
        table, after = self.table, self.after
        if tuple(self.raw) not in table.fudges or not after:
            return False
        weighs = is_number(after) or after in table.quantities | table.negations | table.shares
        before = self.before
        if before == "'s" and self.printed[self.run.q - 2] not in table.pronouns:
            return False  # "the baker's kind of bread"
        return not weighs and (before in table.nominatives | table.auxiliaries or self._at_border())

    def _begins_anew(self) -> bool:
        """Whether "he was" went before "they were": the speaker began again with somebody else."""
        raw, table = self.raw, self.table
        if len(raw) > _LONGEST_START or raw[0] not in table.nominatives:
            return False
        if len(raw) == _LONGEST_START and raw[1] not in table.auxiliaries:
            return False
        ended = self.source.breaks(self.run.t_end - 1)
        return not ended and self._at_border() and self.after in table.nominatives

    def _opens_clause(self) -> bool:
        """Whether a "that" came or went between "I know" and "he left"."""
        table = self.table
        if [*self.raw, *self.said] != [table.optional]:
            return False
        marks = [self.source.ending(position) for position in range(self.run.t, self.run.t_end)]
        if self.run.t:
            marks.append(self.source.ending(self.run.t - 1))
        marks += self.quote.words[max(0, self.run.p - 1) : self.run.p_end]
        reported = self.before in table.reporting
        return reported and not any(map(breaks, marks)) and self.after in table.nominatives

    def _fills(self) -> bool:
        """Whether what was put in between commas only fills: transcripts leave out what hosts hear."""
        table, position = self.table, self.run.q
        words = self.quote.words
        if not (
            breaks(words[self.run.p_end - 1]) and (not self.run.p or breaks(words[self.run.p - 1]))
        ):
            return False  # "they like stealing"
        if self.before in table.likened or self.after in table.quantities:
            return False
        while position < self.run.q_end:
            length = filler_at(self.printed, position, table)
            if not length or tuple(self.printed[position : position + length]) not in table.voiced:
                return False
            position += length
        return position == self.run.q_end

    def _agrees(self) -> bool:
        """Whether only one word of them has another form: "is" for "are", "a" for "an"."""
        if len(self.raw) != len(self.said):
            return False
        other = [pair for pair in zip(self.raw, self.said, strict=True) if pair[0] != pair[1]]
        if len(other) != 1 or not {other[0], other[0][::-1]} & self.table.agreements:
            return False
        return not self._hangs()

    def _counts_the_same(self) -> bool:
        """Whether both are one number: "three point five" and "3.5"."""
        spaced = [
            self.source.ending(position) for position in range(self.run.t, self.run.t_end - 1)
        ]
        spaced += self.quote.words[self.run.p : self.run.p_end - 1]
        if any(map(breaks, spaced)):
            return False
        heard, printed = self._value(self.raw), self._value(self.said)
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
