"""What a quote leaves out between two spans, or before the first: a [...] may not hide everything."""

from itertools import pairwise

from pipeline.quotes.context.corrections import puts_right
from pipeline.quotes.context.endings import afterthought
from pipeline.quotes.kinds.meaning import PHRASE, begins_with, past_conjunction, weight
from pipeline.quotes.matching.alignment import Move
from pipeline.quotes.matching.edits import shortened
from pipeline.quotes.matching.source import Source

_LEADING = 3  # words before the "but" of a sentence
_ANSWER = 6  # tokens of "no, not in my whole life"
_NEAR_GAP = 6  # tokens on either side of a gap in which a negation belongs to the kept words


class Gaps:
    """Names what is left out of quotes of one transcript."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.language = source.language

    def gap(self, gap: Move, marked: bool) -> tuple[str, str]:
        """The kind of a jump, and the words that it leaves out or (going back) goes back to."""
        if gap.r_end < gap.r:
            return "order", self._range(gap.r_end, min(gap.r_end + _NEAR_GAP, gap.r))
        raw = shortened(self._range(gap.r, gap.r_end))
        if not marked:
            source = self.source
            last = min(gap.r_end, len(source.turns) - 1)
            same_turn = source.turns[max(gap.r - 1, 0)] == source.turns[last]
            return ("cut" if same_turn else "join"), raw
        if not gap.r or gap.r_end >= len(self.source.tokens):
            return "ellipsis", raw
        if negation := self._negation_at(gap):
            return "negation", negation
        if self._answers_another(gap):
            return "answer", raw
        if turned := self._turned(gap) or self._opposed(gap):
            return "retraction", turned
        hidden = self._within_clause(gap)
        splices = self._splices(gap) or self._changes_subject(gap)
        return hidden or ("splice" if splices else "ellipsis"), raw

    def _turned(self, gap: Move) -> str:
        """What takes back or limits, under a [...], what stands before it: "But nobody ..."."""
        source, at = self.source, gap.r
        if not source.breaks(gap.r - 1):
            return ""
        if source.ends_sentence(gap.r - 1):
            for _, first, last in afterthought(source, gap.r, gap.r_end):
                return shortened(self._range(first, last))
        elif puts_right(source, at, at, gap.r_end):
            return shortened(self._range(at, gap.r_end))
        turning = self.language.turns | self.language.retractions
        whole = source.ends_sentence if source.ends_sentence(gap.r - 1) else source.breaks
        for _ in range(_LEADING):
            texts = source.texts[at : min(at + PHRASE, gap.r_end)]
            limits = at > gap.r and not self.language.narrowing.isdisjoint(texts[:1])
            limits &= source.ends_sentence(gap.r - 1)
            if begins_with(texts, turning) and not limits:  # "there was only light"
                ends = (p for p in range(at, gap.r_end) if whole(p))
                least = gap.r_end if texts[0] in self.language.joining else gap.r
                end = next(ends, least - 1)
                return "" if source.asks(end) else shortened(self._range(gap.r, end + 1))
            at += max(source.filler_length(at) if at < gap.r_end else 0, 1)
        return ""

    def _opposed(self, gap: Move) -> str:
        """A "but it broke" under a [...] with which an "and they won" right after it goes on."""
        source, table = self.source, self.language
        opposing = {text for text in table.joining if (text,) in table.turns}
        if source.texts[gap.r_end] not in table.joining - opposing:
            return ""
        for n in range(gap.r_end - 1, gap.r, -1):
            if source.texts[n] in opposing:
                return shortened(self._range(n, gap.r_end)) if source.breaks(n - 1) else ""
            if source.ends_sentence(n):
                return ""
        return ""

    def _changes_subject(self, gap: Move) -> bool:
        """Whether a "he" after a [...] was somebody whom only the sentences under it name."""
        source, table = self.source, self.language
        if not source.ends_sentence(gap.r_end - 1):
            return False
        if source.speakers[gap.r - 1] != source.speakers[gap.r_end]:
            return False
        opens = source.texts[gap.r_end : gap.r_end + _LEADING + 1]
        starts = (n for n in range(gap.r + 1, gap.r_end) if source.ends_sentence(n - 1))
        last = max(starts, default=gap.r)
        hidden = {*source.texts[last : gap.r_end]}
        verbs = table.auxiliaries | table.modals  # "it is full of rats"
        pointing = {one for one, next_one in pairwise(opens) if next_one in verbs} & table.things
        pointing |= table.persons & {*opens}
        named = not hidden.isdisjoint(table.articles - table.things)
        known = source.texts[last] in table.persons  # "[He had six children.] His house ..."
        return (opens[0] in table.persons and not known) or (named and bool(pointing - hidden))

    def _negation_at(self, gap: Move) -> str:
        """A negation under a [...] that belongs to the sentence on either side of it."""
        ends = [p for p in range(gap.r, gap.r_end) if self.source.ends_sentence(p)]
        tail = range(gap.r, min(ends[0] + 1 if ends else gap.r_end, gap.r + _NEAR_GAP))
        if self.source.ends_sentence(gap.r - 1):
            tail = range(0)
        found = [p for p in tail if self.source.texts[p] in self.language.negations]
        if found:
            return self._range(gap.r, found[0] + 1)
        return self.cropped(gap.r_end, gap.r)

    def cropped(self, start: int, least: int = 0) -> str:
        """The words before transcript token `start` from a negation on that governs it, if any.

        Such as "don't think" before "it works": the same sentence, near, and nothing between that
        breaks the clause.
        """
        tokens = self.source.tokens
        start = past_conjunction(self.source, start)
        if self._begins_anew(start):
            return ""
        aside = self._before_aside(start, least)
        last = start - 1 if aside is None else aside
        for position in range(last, max(last - _NEAR_GAP, least - 1), -1):
            reports = position == start - 1 and tokens[position].text in self.language.reporting
            reports = reports and not self.source.ends_sentence(position)
            if self.source.breaks(position) and position != aside and not reports:
                return ""
            if self.source.speakers[position] != self.source.speakers[start]:
                return ""
            torn = self.language.negating if tokens[position].last > tokens[start].first else ()
            if tokens[position].text in self.language.negations or tokens[position].text in torn:
                first = tokens[position].first
                return self.source.heard(first, max(tokens[start].first, first + 1))
        return ""

    def refused(self, start: int | None) -> str:
        """The "no," of an answer that was cut off before transcript token `start`."""
        source, before = self.source, (start or 0) - 1
        if before < 0 or source.texts[before] not in self.language.refusals:
            return ""
        return self._range(before, before + 1)

    def _begins_anew(self, start: int) -> bool:
        """Whether "the mill ..." begins a clause where no mark shows it: not after "do not think"."""
        table, texts = self.language, self.source.texts
        governing = table.reporting | table.conjunctions | table.auxiliaries | table.modals
        opening = table.nominatives | table.articles | table.connectives
        opens = texts[start] in opening and not self.source.marked
        return opens and texts[start - 1] not in governing | table.negations | table.links

    def _before_aside(self, start: int, least: int) -> int | None:
        """The last token before an aside, or a comma, before `start`: "is not, in my view, that ..."."""
        source, end = self.source, start - 2
        if end <= least or source.texts[start - 1] not in self.language.conjunctions:
            return None
        if not source.breaks(end) or source.ends_sentence(end):
            return None
        for position in range(end - 1, max(end - 1 - _NEAR_GAP, least - 1), -1):
            if source.breaks(position):
                return end if source.ends_sentence(position) else position
        return end  # German sets the comma of "nicht so, dass"

    def _answers_another(self, gap: Move) -> bool:
        """Whether a [...] puts the answer to a later question behind a question, or behind a "yes"."""
        source = self.source
        agreeing = self.language.backchannels | self.language.refusals
        answers = source.texts[gap.r_end] in agreeing or self._only_answers(gap.r - 1)
        if not self.source.asks(gap.r - 1) and not answers:
            return False
        return any(self.source.asks(position) for position in range(gap.r, gap.r_end))

    def _only_answers(self, position: int) -> bool:
        """Whether a sentence ends at a token that is a turn's first few words."""
        turns, ends = self.source.turns, self.source.ends_sentence
        if not ends(position):
            return False
        first = position
        while first and turns[first - 1] == turns[position] and not ends(first - 1):
            first -= 1
        opens = not first or turns[first - 1] != turns[first]
        return opens and position - first < _ANSWER

    def _splices(self, gap: Move) -> bool:
        """Whether a [...] goes from the middle of a clause to the middle of another.

        Within a sentence too: "The mayor [hated the worker who] stole the bread".
        """
        source = self.source
        table, before = self.language, source.texts[gap.r_end - 1]
        acts = source.texts[gap.r_end] in table.auxiliaries and before not in table.connectives
        if (source.breaks(gap.r - 1) and not acts) or source.breaks(gap.r_end - 1):
            return False
        opening = table.joining | table.clauses
        return any(
            source.ends_sentence(position) or source.texts[position] in opening
            for position in range(gap.r, gap.r_end)
        )

    def _within_clause(self, gap: Move) -> str:
        """What a [...] in the middle of a clause takes out of it: a number, a hedge, a view, a "stop"."""
        if not gap.r or any(map(self.source.breaks, range(gap.r - 1, gap.r_end))):
            return ""
        table, texts = self.language, self.source.texts[gap.r : gap.r_end]
        if texts[-1] in table.thwarting:
            return "negation"
        if any(text in table.reporting for text in texts) and not table.subjects & {*texts}:
            return "attribution"
        return weight(texts, table)

    def _range(self, first: int, last: int) -> str:
        words = self.source.tokens
        return self.source.heard(words[first].first, words[last - 1].last) if first < last else ""
