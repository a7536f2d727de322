"""What kind of edit it is where words were said and stand there with other marks or letters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from pipeline.quotes.kinds.marks import adds_symbol, typeset
from pipeline.quotes.kinds.meaning import clause_start, guarded
from pipeline.quotes.languages.numbers import is_number
from pipeline.quotes.languages.table import Language
from pipeline.quotes.matching.alignment import Move
from pipeline.quotes.matching.edits import bare
from pipeline.quotes.matching.published import Published
from pipeline.quotes.matching.source import Source
from pipeline.quotes.matching.tokens import Token, is_mark
from pipeline.text.punctuation import asks, breaks, ends_sentence

_INNER_QUOTES = re.compile(r"(?<!\w)[\"']+|[\"']+(?!\w)")
_ALONE = re.compile("[«»“”„][.,;:!?…]*")
_LONGEST_ADDRESS = 2  # words
_LONGEST_TAG = 3  # words of "you know what?"
_AROUND = 20  # words beside one, whose capitals tell that the transcript has any
_BEGINS_AFTER = re.compile(r"[.?!…:;—–-][\"'”’»)]*$")
_SPOKEN = re.compile(r"^(?=.{3}).*[AEIOUYÄÖÜÁÉÍÓÚÀÈÊŒ]")  # "gpt" may become "GPT"


@dataclass(frozen=True, slots=True)
class Run:
    """Published words `[p, p_end)` against transcript words `[r, r_end)`, and both as tokens.

    `q` counts tokens of the quote, `t` tokens of the transcript. Either side may be empty.
    """

    p: int
    p_end: int
    r: int
    r_end: int
    q: int
    q_end: int
    t: int
    t_end: int

    @classmethod
    def of(cls, move: Move, quote: Published, source: Source) -> "Run":
        """A move in words."""
        p, p_end = _words(quote.tokens, move.p, move.p_end, len(quote.words))
        r, r_end = _words(source.tokens, move.r, move.r_end, len(source.transcript.words))
        return cls(p, p_end, r, r_end, move.p, move.p_end, move.r, move.r_end)

    @staticmethod
    def joined(runs: Sequence["Run"]) -> "Run":
        """Neighbouring runs as one."""
        p_end, r_end = max(run.p_end for run in runs), max(run.r_end for run in runs)
        return replace(
            runs[0], p_end=p_end, r_end=r_end, q_end=runs[-1].q_end, t_end=runs[-1].t_end
        )


def _words(tokens: Sequence[Token], first: int, last: int, total: int) -> tuple[int, int]:
    if first < last:
        return tokens[first].first, tokens[last - 1].last
    start = tokens[first].first if first < len(tokens) else total
    return start, start


class Kept:
    """Names the edits of words that were said, in one quote."""

    def __init__(self, quote: Published, source: Source) -> None:
        self.quote = quote
        self.source = source
        self.language: Language = source.language
        self.said = [token.text for token in quote.tokens]

    def kept(self, run: Run, raw: str, published: str) -> str | None:
        """The kind of edit of words that were said, perhaps written otherwise; None where the same."""
        if self._unquotes(run, published):
            return "scare quotes"
        kind = self.difference(self._with_marks(run, raw, published), published)
        if kind == "punctuation":
            cries = "!" in published and not ends_sentence(raw) and self.source.marked
            return "symbol" if cries else self._moved_end(run, raw, published)
        if kind == "spelling" and raw.count(" ") != published.count(" "):
            return self._compound(run)
        if kind == "contraction" and self._is_open(run):
            return "modal"
        if kind == "contraction" and (self._is_or_has(run) or self._misreads(run)):
            return "changed"
        return kind

    def _unquotes(self, run: Run, published: str) -> bool:
        """Whether a quotation mark that stands alone beside a word, as in French, was taken away."""
        beside = ((run.r - 1, run.p - 1), (run.r_end, run.p_end))
        left = [q for r, q in beside if self._alone(r)]
        kept = " ".join([published, *(word for q in left for word in self.quote.words[q : q + 1])])
        return bool(left and run.p > 0 and not _INNER_QUOTES.search(typeset(kept)))

    def _alone(self, position: int) -> str:
        """The quotation mark that stands alone as a word of the transcript, if one does."""
        words = self.source.transcript.words[max(position, 0) : position + 1]
        return next((word.text for word in words if _ALONE.fullmatch(word.text)), "")

    def _with_marks(self, run: Run, raw: str, published: str) -> str:
        """What was said, with the marks that stand alone beside it and are published with it."""
        marks = _INNER_QUOTES.findall(typeset(published))
        before, after = self._alone(run.r - 1), self._alone(run.r_end)
        return f"{before}{raw}{after}" if marks and (before or after) else raw

    def _moved_end(self, run: Run, raw: str, published: str) -> str:
        """What other punctuation does where a sentence ends, or ended."""
        if self.turns_question(run, raw, published):
            return "question"
        if self._parts_number(run):
            return "number"
        if self._makes_name(run, raw, published):
            return "capital"
        if self._narrows(run, raw, published):
            return "condition"
        if self._addresses(run, raw, published):
            return "changed"
        denies = self._moves_no(run, raw, published) or self._denies_before(run, raw, published)
        return "negation" if denies else "punctuation"

    def _makes_name(self, run: Run, raw: str, published: str) -> bool:
        """Whether a word within a sentence is given a capital: "the may tree", "the May tree"."""
        begins = not run.p or _BEGINS_AFTER.search(self.quote.words[run.p - 1]) is not None
        if begins or not raw[:1].islower() or not published[:1].isupper() or published.isupper():
            return False
        around = self.source.transcript.words[max(0, run.r - _AROUND) : run.r + _AROUND]
        cased = any(word.text[:1].isupper() for word in around)
        return cased and all(mark.before != run.p for mark in self.quote.marks)

    def _narrows(self, run: Run, raw: str, published: str) -> bool:
        """Whether a comma before a "who" comes or goes: which workers, those "who drink"?"""
        following = {*self.said[run.q_end : run.q_end + 1]} & self.language.relatives
        return bool(following) and breaks(raw) != breaks(published)

    def _addresses(self, run: Run, raw: str, published: str) -> bool:
        """Whether a comma after a verb makes of what is done it to who is spoken to: "we eat, children"."""
        table, last = self.language, run.q_end + _LONGEST_ADDRESS
        if breaks(raw) == breaks(published) or ends_sentence(raw) or ends_sentence(published):
            return False
        closing = next(
            (n + 1 for n in range(run.q_end, min(last, len(self.said))) if self._parts(n)), 0
        )
        texts = self.said[run.q_end : closing]
        heard = self.source.texts[run.t_end : run.t_end + len(texts)]
        common = table.function_words | table.backchannels | table.connectives | table.negations
        subjects = table.nominatives | table.we | table.you
        before = subjects | table.auxiliaries | table.modals | table.links  # "to eat"
        verb = run.q == 0 or self._closes(run.q - 1) or self.said[run.q - 1] in before
        return verb and bool(texts) and heard == texts and not common & {*texts} - table.articles

    def _closes(self, position: int) -> bool:
        """Whether a token of the quote ends its sentence."""
        return ends_sentence(self.quote.words[self.quote.tokens[position].last - 1])

    def _parts(self, position: int) -> bool:
        """Whether a clause ends at a token of the quote."""
        return breaks(self.quote.words[self.quote.tokens[position].last - 1])

    def _parts_number(self, run: Run) -> bool:
        """Whether a comma stands within a spoken number on one side only: "twenty, five thousand"."""
        if not is_number(self.said[run.q]):
            return False
        said = self.source.transcript.words[run.r : run.r_end - 1]
        printed = self.quote.words[run.p : run.p_end - 1]
        return [breaks(word.text) for word in said] != [breaks(word) for word in printed]

    def _moves_no(self, run: Run, raw: str, published: str) -> bool:
        """Whether a "no" goes over to other words: "No. Matter settled", "No, people may"."""
        negations = self.language.negations
        following = "".join(self.said[run.q_end : run.q_end + 1])
        if not following or breaks(raw) == breaks(published):
            return False
        denies = self.said[run.q_end - 1] in negations
        if ends_sentence(raw) and (denies or following in negations):
            return True
        directly = self.source.texts[run.t_end : run.t_end + 1]
        opens = breaks(published) or run.q_end == 1 or self._closes(run.q_end - 2)
        bound = negations | (self.language.pronouns if opens else frozenset())  # "No, I think"
        return denies and directly == [following] and following not in bound

    def _denies_before(self, run: Run, raw: str, published: str) -> bool:
        """Whether a comma went, and with it the border before a "not": "he wants to, she not"."""
        following = self.said[run.q_end : run.q_end + _LONGEST_ADDRESS]
        ends = [n for n in range(len(following)) if self._parts(run.q_end + n)]
        last = following[ends[0]] if ends else ""
        return last in self.language.negations and breaks(raw) and not breaks(published)

    def _compound(self, run: Run) -> str:
        """Words written together or apart: "may be" is not "maybe", nor "the rapist" a therapist."""
        raw = self.source.texts[run.t : run.t_end]
        said = self.said[run.q : run.q_end]
        parts = raw if len(raw) > len(said) else said
        kind = guarded(raw, said, self.language)
        if not kind and len(raw) != len(said):
            apart = {text for text in parts if text not in (raw if parts is said else said)}
            table = self.language
            shares = table.shares if parts is raw else frozenset()  # "every day", as "everyday"
            if apart & (table.articles | table.negating | shares):
                return "recognition"
        return kind or "spelling"

    def _is_open(self, run: Run) -> bool:
        """Whether "he'd put" was written out: "had put" and "would put" are two things."""
        table, tokens = self.language, self.source.tokens
        raw = {token.text for token in tokens[run.t : run.t_end]}
        open_raw = raw & set(table.open_suffixes) & table.modals
        if not open_raw or open_raw <= set(self.said[run.q : run.q_end]):
            return False
        following = range(run.t_end, min(run.t_end + 2, len(tokens)))
        return any(tokens[position].text in table.same_past for position in following)

    def _is_or_has(self, run: Run) -> bool:
        """Whether "it's changed" was written out: "is changed" and "has changed" are two things."""
        table, following = self.language, self.source.tokens[run.t_end : run.t_end + 1]
        raw = {*self.source.texts[run.t : run.t_end]}
        said = {*self.said[run.q : run.q_end]}
        if "'s" not in raw & set(table.open_suffixes) or "'s" in said or not following:
            return False
        text = following[0].text
        either = text in table.same_past or re.fullmatch(table.participle, text) is not None
        return either and text not in table.completed

    def _misreads(self, run: Run) -> bool:
        """Whether "he's" and "he'd" became the verb that can't be meant: "it has so important"."""
        table = self.language
        short = {*self.source.texts[run.t : run.t_end]} & set(table.open_suffixes)
        said = {*self.said[run.q : run.q_end]}
        if not short or short <= said:
            return False
        completed = bool(table.completed & {*self.source.texts[run.t_end : run.t_end + 2]})
        return completed != bool(said & table.completing)

    def difference(self, raw: str, published: str) -> str | None:
        """The kind of edit between words of the same tokens; None where they are the same.

        Typographic quotation marks, apostrophes and dashes are how a page is set, not an edit.
        """
        if raw == published:
            return None
        if adds_symbol(raw, published) or self._shouts(raw, published):
            return "symbol"
        raw, published = typeset(raw), typeset(published)
        if raw == published:
            return None
        if _quotes(raw, published):
            return "inner quotes"
        if _letters(raw) == _letters(published):
            return "punctuation" if raw.count(" ") == published.count(" ") else "spelling"
        if self._is_contraction(raw) or self._is_contraction(published):
            return "contraction"
        return "spelling"

    def _shouts(self, raw: str, published: str) -> bool:
        """Whether a common word is set in capitals: it is stressed, or another word: "us", "US"."""
        common = self.language.function_words | self.language.pronouns
        parted = len(raw.split()) != len(published.split())
        if parted and any(len(said) > 1 and said.isupper() for said in raw.split()):
            return False  # "a GI" is AGI
        return any(
            word.isupper()
            and len(word) > 1
            and not said.isupper()
            and (word.lower() in common or _SPOKEN.search(word))
            for said, word in zip(raw.split(), map(_stripped, published.split()), strict=False)
        )

    def turns_question(self, run: Run, raw: str, published: str) -> bool:
        """Whether a question was made a statement, or the other way round."""
        said = self.source.ending(run.t_end - 1) if run.t < run.t_end else raw
        if not ends_sentence(said):  # "do you sail, or not?" may be cut before its other half
            stated = self.source.marked and asks(published)
            return stated and not (self._asks_later(run.t_end) or self._inverts(run.t_end))
        if asks(said) and not ends_sentence(published):  # "Do I believe in it, on the coast, yes."
            return run.q_end - self._begins(run) > _LONGEST_TAG
        both = ends_sentence(published) and asks(said) != asks(published)
        return both and not self._asks_within(run, published)

    def _begins(self, run: Run) -> int:
        """The token of the quote with which the sentence begins that a run ends."""
        start = run.q_end - 1
        while start > 0 and not self._closes(start - 1):
            start -= 1
        return start

    def _asks_later(self, start: int) -> bool:
        """Whether the sentence that goes on at a token of the transcript ends as a question."""
        source = self.source
        ends = (n for n in range(start, len(source.tokens)) if source.ends_sentence(n))
        return any(source.asks(end) for end in islice(ends, 1))

    def _inverts(self, end: int) -> bool:
        """Whether the clause that ends before a token asks in its words: ", where should we go,"."""
        table, source = self.language, self.source
        first = clause_start(source, max(0, end - _AROUND), end - 1)
        verbs, subjects = table.auxiliaries | table.modals, table.nominatives | table.you
        pairs = pairwise(source.texts[first:end])
        return not table.noun_capitals and any(a in verbs and b in subjects for a, b in pairs)

    def _asks_within(self, run: Run, published: str) -> bool:
        """Whether a statement that lost its mark asks in its words all the same: "it's about how do we".

        Not after "I" and "we": who says so asks somebody.
        """
        table = self.language
        texts = self.said[self._begins(run) : run.q_end]
        while texts and texts[0] in table.connectives:
            texts = texts[1:]
        subjects = table.pronouns | table.nominatives
        others = subjects - table.i - table.we
        if asks(published) or table.inverts or not others.issuperset(texts[:1]):
            return False
        verbs = table.auxiliaries | table.modals
        return any(
            one not in subjects and verb in verbs and other in table.nominatives | table.you
            for one, verb, other in zip(texts[1:], texts[2:], texts[3:], strict=False)
        )

    def _is_contraction(self, text: str) -> bool:
        table = self.language.contractions
        return any("'" in word.strip('"') or bare([word]) in table for word in text.lower().split())


def _quotes(raw: str, published: str) -> bool:
    """Whether quotation marks come or go: round a word, in it ("l'« expert »"), with another full stop."""
    raw, published = raw.lower(), published.lower()
    if raw == published:
        return False
    other = bool(_INNER_QUOTES.search(published)) != bool(_INNER_QUOTES.search(raw))
    return (
        _INNER_QUOTES.sub("", raw) == _INNER_QUOTES.sub("", published)
        or _unquoted(raw) == _unquoted(published)
        or (other and _letters(raw) == _letters(published))
    )


def _unquoted(text: str) -> str:
    return re.sub(r'\s*"\s*', "", text).lower()


def _stripped(word: str) -> str:
    return bare([word]).replace("’", "'")


def _letters(text: str) -> str:
    """Letters with their vowel signs, digits and apostrophes within words, lower case."""
    kept = re.sub(r"(?<=\w)'(?=\w)", "\0", text.casefold())
    return "".join(c for c in kept if c.isalnum() or c in "\0%$£€&+" or is_mark(c)).replace(
        "\0", "'"
    )
