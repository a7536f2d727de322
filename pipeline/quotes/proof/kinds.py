"""What kind of edit a difference is: the judgement at the heart of the guard.

Each rule errs on the side of stopping: a kind is only free where the table of the language and the
neighbouring words say that the meaning cannot have changed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.quotes.languages.numbers import is_number
from pipeline.quotes.languages.table import Language
from pipeline.quotes.matching.alignment import Move
from pipeline.quotes.matching.edits import bare
from pipeline.quotes.matching.published import Mark, Published
from pipeline.quotes.matching.sounds import sounds_alike
from pipeline.quotes.matching.source import Source
from pipeline.quotes.matching.tokens import Token, is_mark
from pipeline.quotes.proof.insertions import Insertions
from pipeline.quotes.proof.marks import adds_symbol, speaks, typeset
from pipeline.quotes.proof.meaning import guarded
from pipeline.text.punctuation import asks, breaks, ends_sentence
from pipeline.text.scripts import join

_LONGEST_REPETITION = 6  # tokens
_LONGEST_RESTART = 3
_NEAR = 3  # tokens after "ne" in which its "pas" stands
_INNER_QUOTES = re.compile(r"(?<!\w)[\"']+|[\"']+(?!\w)")
_CUT_OFF = re.compile(r"(?:\w[-–—]+|…|\.\.\.),?$")


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

    @classmethod
    def joined(cls, runs: Sequence["Run"]) -> "Run":
        """Neighbouring runs as one."""
        first, last = runs[0], runs[-1]
        return cls(
            first.p,
            max(run.p_end for run in runs),
            first.r,
            max(run.r_end for run in runs),
            first.q,
            last.q_end,
            first.t,
            last.t_end,
        )


def _words(tokens: Sequence[Token], first: int, last: int, total: int) -> tuple[int, int]:
    if first < last:
        return tokens[first].first, tokens[last - 1].last
    start = tokens[first].first if first < len(tokens) else total
    return start, start


class Classifier:
    """Names the edits of one quote."""

    def __init__(self, quote: Published, source: Source) -> None:
        self.quote = quote
        self.source = source
        self.language: Language = source.language
        self.said = [token.text for token in quote.tokens]
        self.insertions = Insertions(quote, source)

    def kept(self, run: Run, raw: str, published: str) -> str | None:
        """The kind of edit of words that were said, perhaps written otherwise; None where the same."""
        kind = self.difference(raw, published)
        if kind == "punctuation":
            return self._moved_end(run, raw, published)
        if kind == "spelling" and raw.count(" ") != published.count(" "):
            return self._compound(run)
        if kind == "contraction" and self._is_open(run):
            return "modal"
        return kind

    def _moved_end(self, run: Run, raw: str, published: str) -> str:
        """What other punctuation does where a sentence ends, or ended."""
        if self.turns_question(run, raw, published):
            return "question"
        if self._parts_number(run):
            return "number"
        return "negation" if self._moves_no(run, raw, published) else "punctuation"

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
        directly = [token.text for token in self.source.tokens[run.t_end : run.t_end + 1]]
        bound = negations | self.language.pronouns  # "No, I think": it denies nothing but itself
        return denies and directly == [following] and following not in bound

    def alone(self, mark: str) -> str | None:
        """The kind of a printed mark between the words that holds no word; None for a dash."""
        return "symbol" if speaks(mark) else None

    def _compound(self, run: Run) -> str:
        """Words written together or apart: "may be" is not "maybe", nor "the rapist" a therapist."""
        raw = [self.source.tokens[position].text for position in range(run.t, run.t_end)]
        said = self.said[run.q : run.q_end]
        parts = raw if len(raw) > len(said) else said
        kind = guarded(raw, said, self.language)
        if not kind and len(raw) != len(said):
            apart = {text for text in parts if text not in (raw if parts is said else said)}
            if apart & (self.language.articles | self.language.negating):
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
        if _INNER_QUOTES.sub("", raw) == _INNER_QUOTES.sub("", published):
            return "inner quotes"
        if _letters(raw) == _letters(published):
            return "punctuation" if raw.count(" ") == published.count(" ") else "spelling"
        if self._is_contraction(raw) or self._is_contraction(published):
            return "contraction"
        return "spelling"

    def _shouts(self, raw: str, published: str) -> bool:
        """Whether a common word is set in capitals: it is stressed, or another word: "us", "US"."""
        common = self.language.function_words | self.language.pronouns
        return any(
            word.isupper() and len(word) > 1 and not said.isupper() and word.lower() in common
            for said, word in zip(raw.split(), map(_stripped, published.split()), strict=False)
        )

    def turns_question(self, run: Run, raw: str, published: str) -> bool:
        """Whether a question to the other person was made a statement, or the other way round.

        Within a turn a question mark is often the recogniser's guess at a rising voice, and hosts
        take it away without another thought; they put none where it heard a statement.
        """
        if not (ends_sentence(raw) and ends_sentence(published)) or asks(raw) == asks(published):
            return False
        if asks(published):
            return True
        turns = self.source.turns
        return run.t_end >= len(turns) or turns[run.t_end] != turns[run.t_end - 1]

    def _is_contraction(self, text: str) -> bool:
        table = self.language.contractions
        return any("'" in word.strip('"') or bare([word]) in table for word in text.lower().split())

    def mark(self, mark: Mark, position: int, opens: bool) -> tuple[str, str]:
        """The kind of an [insertion], or of a [...] at which nothing was left out, and what it replaces.

        It stands before transcript token `position`. Where a span `opens` there, it takes the place
        of an "I", or of what else the sentence was about, right before it that was left outside.
        """
        if mark.ellipsis:
            return "ellipsis", ""
        if opens and position and self._is_subject(position - 1, position):
            word = self.source.tokens[position - 1].first
            replaced = [self.source.tokens[position - 1].text]
            return self.insertions.kind(mark, replaced), self.source.heard(word, word + 1)
        return self.insertions.kind(mark), ""

    def _is_subject(self, position: int, following: int) -> bool:
        source = self.source
        return (
            following < len(source.tokens)
            and self.insertions.is_replaced(source.tokens[position].text)
            and not breaks(source.ending(position))
            and source.speakers[position] == source.speakers[following]
        )

    def edits(self, run: Run, inserted: Mark | None) -> Iterator[tuple[str, int, int, str]]:
        """The edits in a run: kind, transcript words `[first, last)`, words published."""
        lead, trail = self._lead(run), 0
        if run.t + lead < run.t_end:
            trail = self._trail(run.t + lead, run.t_end)
        core = range(run.t + lead, run.t_end - trail)
        if lead:
            yield self._free(run.t, run.t + lead)
        if core or run.p < run.p_end or inserted:
            yield self._core(run, core, inserted)
        if trail:
            yield self._free(run.t_end - trail, run.t_end)

    def _free(self, first: int, last: int) -> tuple[str, int, int, str]:
        words = self.source.tokens
        listening = all(self._is_listening(position) for position in range(first, last))
        kind = "backchannel" if listening else "filler"
        return kind, words[first].first, words[last - 1].last, ""

    def _is_listening(self, position: int) -> bool:
        return self.source.is_backchannel(position) and not self.source.filler[position]

    def _lead(self, run: Run) -> int:
        """How many tokens at the start of a run are fillers, lead-ins or the listener's."""
        used = 0
        starts = run.t == 0 or self.source.ends_sentence(run.t - 1)
        while run.t + used < run.t_end:
            position = run.t + used
            taken = self._filler(position, run.t_end)
            if not taken and starts:
                taken = self._opener(position, run.t_end)
            if not taken:
                break
            used += taken
        return used

    def _filler(self, position: int, end: int) -> int:
        if self.source.is_backchannel(position):
            return 1
        length = self.source.filler_length(position)
        return length if position + length <= end else 0

    def _opener(self, position: int, end: int) -> int:
        texts = tuple(self.source.tokens[p].text for p in range(position, min(position + 3, end)))
        for length in range(len(texts), 0, -1):
            if texts[:length] in self.language.openers:
                return length
        return 0

    def _trail(self, first: int, end: int) -> int:
        """How many tokens at the end of a run are fillers."""
        position, start = first, end
        while position < end:
            taken = self._filler(position, end)
            start = min(start, position) if taken else end
            position += taken or 1
        return end - start

    def _core(self, run: Run, core: range, inserted: Mark | None) -> tuple[str, int, int, str]:
        tokens = self.source.tokens
        first = tokens[core.start].first if core else min(run.r, len(self.source.transcript.words))
        last = tokens[core.stop - 1].last if core else first
        raw = [tokens[position].text for position in core]
        if inserted:
            return self.insertions.kind(inserted, raw), first, last, inserted.text
        published = self.quote.words[run.p : run.p_end]
        said = self.said[run.q : run.q_end]
        words = [word.text for word in self.source.transcript.words[first:last]]
        kind = ""
        if not published:
            kind = self._dropped(run, core)
        kind = kind or self._unspoken(raw, said, core.stop, run.q_end)
        kind = kind or guarded(raw, said, self.language) or self._named(words, published, first)
        return kind or _plain(raw, said), first, last, join(published)

    def _unspoken(
        self, raw: Sequence[str], said: Sequence[str], after: int, after_said: int
    ) -> str:
        """`contraction` where only what French writes and hardly says differs: "(il) y a", "ne … pas".

        The "pas" that denies stands on both sides.
        """
        table = self.language
        following_said = self.said[after_said : after_said + 1]
        if (
            not raw
            and len(said) == 1
            and table.unspoken.get(said[0], frozenset()) & {*following_said}
        ):
            return "contraction"
        heard, printed = ([t for t in texts if t not in table.particles] for texts in (raw, said))
        if list(raw) == list(said) or heard != printed:
            return ""
        following = [token.text for token in self.source.tokens[after : after + _NEAR]]
        printed = [*printed, *self.said[after_said : after_said + _NEAR]]
        denied = table.completions & {*heard, *following} & {*printed}
        return "contraction" if denied else ""

    def _dropped(self, run: Run, core: range) -> str:
        """Whether words left out were a repetition or a false start; empty where neither."""
        said = [self.source.tokens[p].text for p in core if not self.source.filler[p]]
        if any(is_number(text) for text in said):
            return ""
        if 0 < len(said) <= _LONGEST_REPETITION and not self._lone_negation(said):
            before = self.said[max(run.q - len(said), 0) : run.q]
            after = self.said[run.q_end : run.q_end + len(said)]
            if said in (before, after):
                return "repetition"
        return "false start" if self._is_false_start(run, core, said) else ""

    def _lone_negation(self, said: Sequence[str]) -> bool:
        return len(said) == 1 and said[0] in self.language.negations

    def _is_false_start(self, run: Run, core: range, said: Sequence[str]) -> bool:
        words = self.source.transcript.words
        texts = [words[self.source.tokens[p].last - 1].text for p in core]
        if not said or len(said) > _LONGEST_REPETITION or guarded(said, (), self.language):
            return False
        first = self.source.tokens[core.start].first
        if self._named(texts, (), first) or any(ends_sentence(text) for text in texts[:-1]):
            return False
        if _CUT_OFF.search(texts[-1]):
            return True
        restarts = run.q_end < len(self.said) and said[0] == self.said[run.q_end]
        return restarts and len(said) <= _LONGEST_RESTART and not ends_sentence(texts[-1])

    def _named(self, raw: Sequence[str], published: Sequence[str], first: int) -> str:
        """`name` where a name stands on one side only."""
        starts = first == 0 or ends_sentence(self.source.transcript.words[first - 1].text)
        heard = Counter(_name_in(raw, self.source.lower_words, starts))
        printed = Counter(_name_in(published, self.source.lower_words, True))
        if self.language.noun_capitals and not (heard and printed):
            return ""  # a noun, as likely as a name
        return "name" if heard != printed else ""


def _name_in(words: Sequence[str], lower_words: frozenset[str], starts: bool) -> Iterator[str]:
    """Words with a capital that is not the sentence's, lower-cased."""
    for index, word in enumerate(words):
        text = bare([word])
        opens = (starts and index == 0) or (index and ends_sentence(words[index - 1]))
        if not text or text == "I" or text.startswith(("I'", "I’")):
            continue
        inner_capital = any(character.isupper() for character in text[1:])
        common = opens and text.lower() in lower_words
        if inner_capital or (text[0].isupper() and not common):
            yield text.lower()


def _stripped(word: str) -> str:
    return bare([word]).replace("’", "'")


def _plain(raw: Sequence[str], said: Sequence[str]) -> str:
    if not raw:
        return "added"
    if not said:
        return "dropped"
    return "recognition" if sounds_alike("".join(raw), "".join(said)) else "changed"


def _letters(text: str) -> str:
    """Letters with their vowel signs, digits and apostrophes within words, lower case."""
    kept = re.sub(r"(?<=\w)'(?=\w)", "\0", text.casefold())
    return "".join(c for c in kept if c.isalnum() or c in "\0%$£€&+" or is_mark(c)).replace(
        "\0", "'"
    )
