"""What kind of edit a difference is: the judgement at the heart of the guard.

Each rule errs on the side of stopping: a kind is only free where the table of the language and the
neighbouring words say that the meaning cannot have changed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.quotes.kinds.insertions import Insertions
from pipeline.quotes.kinds.kept import Kept, Run
from pipeline.quotes.kinds.light_edits import Light
from pipeline.quotes.kinds.meaning import guarded, leads_in
from pipeline.quotes.languages.numbers import is_number
from pipeline.quotes.matching.edits import bare
from pipeline.quotes.matching.published import Mark, Published
from pipeline.quotes.matching.sounds import likeness, sounds_alike
from pipeline.quotes.matching.source import Source
from pipeline.text.punctuation import ends_sentence
from pipeline.text.scripts import join

_LONGEST_REPETITION = 6  # tokens
_LONGEST_RESTART = 3  # tokens
_POINTING = 2  # tokens of "that is"
_NEAR = 3  # tokens after "ne" in which its "pas" stands
_SHORTEST_CLAUSE, _SURELY_CLAUSE = 4, 8  # tokens left out, at a clause's border and anywhere
_HALF = 0.5  # likeness of letters from which words on either side of a filler are misheard ones
_FREELY = frozenset({"repetition", "false start", "contraction"})
_MAY_BE_LIGHT = frozenset({"added", "dropped", "changed", "recognition", "hedge", "number"})
_PLAIN = frozenset({"added", "dropped", "changed", "recognition"})
_CUT_OFF = re.compile(r"(?:\w[-–—]+|…|\.\.\.),?$")


class Classifier(Kept):
    """Names the edits of one quote."""

    def __init__(self, quote: Published, source: Source) -> None:
        super().__init__(quote, source)
        self.insertions = Insertions(quote, source)

    def mark(self, mark: Mark, position: int, opens: bool) -> tuple[str, str]:
        """The kind of an [insertion], or of a [...] at which nothing was left out, and what it replaces.

        It stands before transcript token `position`. Where a span `opens` there, it takes the place
        of an "I", or of what else the sentence was about, right before it that was left outside.
        """
        if mark.ellipsis:
            return "ellipsis", ""
        if not any(character.isalnum() for character in mark.text):
            return "symbol", ""  # "[?]"
        if opens and position and self._is_subject(position - 1, position):
            word = self.source.tokens[position - 1].first
            replaced = [self.source.texts[position - 1]]
            kind = self.insertions.kind(mark, replaced, position)
            return kind, self.source.heard(word, word + 1)
        return self.insertions.kind(mark, (), position), ""

    def _is_subject(self, position: int, following: int) -> bool:
        source = self.source
        return (
            following < len(source.tokens)
            and self.insertions.is_replaced(source.texts[position])
            and not source.breaks(position)
            and source.speakers[position] == source.speakers[following]
        )

    def edits(self, run: Run, inserted: Mark | None) -> Iterator[tuple[str, int, int, str]]:
        """The edits in a run: kind, transcript words `[first, last)`, words published."""
        if not inserted and (parted := self._parted(run)):
            first, filler, rest = parted
            yield from self.edits(first, None)
            yield self._free(filler.start, filler.stop)
            yield from self.edits(rest, None)
            return
        lead = self._lead(run)
        trail = self._trail(run.t + lead, run.t_end)
        core = range(run.t + lead, run.t_end - trail)
        if lead:
            yield self._free(run.t, run.t + lead)
        if core or run.p < run.p_end or inserted:
            yield self._core(run, core, inserted)
        if trail:
            yield self._free(run.t_end - trail, run.t_end)

    def _parted(self, run: Run) -> tuple[Run, range, Run] | None:
        """A run on either side of fillers within it, where the words there are misheard ones."""
        tokens, start = self.source.tokens, run.t + 1
        while start < run.t_end - 1 and not self._filler(start, run.t_end):
            start += 1
        end = start
        while end < run.t_end and (length := self._filler(end, run.t_end)):
            end += length
        if not start < end < run.t_end or run.p_end - run.p < 2:
            return None
        heard = self.source.heard
        before = heard(run.r, tokens[start].first)
        after = heard(tokens[end].first, run.r_end)

        def alike(p: int) -> float:
            printed = join(self.quote.words[run.p : p]), join(self.quote.words[p : run.p_end])
            return min(likeness(before, printed[0]), likeness(after, printed[1]))

        p = max(range(run.p + 1, run.p_end), key=alike)
        if alike(p) < _HALF:
            return None
        q = next(n for n in range(run.q, run.q_end) if self.quote.tokens[n].last > p)
        first = replace(run, p_end=p, r_end=tokens[start].first, q_end=q, t_end=start)
        rest = replace(run, p=p, r=tokens[end].first, q=q, t=end)
        return first, range(start, end), rest

    def _free(self, first: int, last: int) -> tuple[str, int, int, str]:
        words, filler = self.source.tokens, self.source.filler
        listening = all(self.source.is_backchannel(n) and not filler[n] for n in range(first, last))
        kind = "backchannel" if listening else "filler"
        return kind, words[first].first, words[last - 1].last, ""

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
        texts = tuple(self.source.texts[p] for p in range(position, min(position + 3, end)))
        for length in range(len(texts), 0, -1):
            if texts[:length] in self.language.openers:
                return length if leads_in(self.source, position + length) else 0
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
            return self.insertions.kind(inserted, raw, run.t), first, last, inserted.text
        published = self.quote.words[run.p : run.p_end]
        said = self.said[run.q : run.q_end]
        words = [word.text for word in self.source.transcript.words[first:last]]
        kind = "" if published else self._dropped(run, core)
        kind = kind or self._unspoken(raw, said, core.stop, run.q_end)
        kind = kind or guarded(raw, said, self.language) or self._named(words, published, first)
        kind = kind or _plain(raw, said)
        if not published and kind not in _FREELY and self._is_clause(core):
            kind = "cut"
        elif kind in _MAY_BE_LIGHT:
            light = Light(self.quote, self.source, replace(run, t=core.start, t_end=core.stop))
            if light.is_light():
                kind = "wording"
            elif kind in _PLAIN and light.is_small():
                kind = "particle"
            elif kind == "dropped" and light.is_habit():
                kind = "like"
        return kind, first, last, join(published)

    def _is_clause(self, core: range) -> bool:
        """Whether words left out are a clause: long, or a little shorter and at its border."""
        source, table = self.source, self.language
        length = sum(not source.filler[position] for position in core)
        opens = source.texts[core.start] in table.joining | table.clauses | table.connectives
        edges = (position for position in (core.start - 1, core.stop - 1) if position >= 0)
        border = opens or any(source.breaks(position) for position in edges)
        return length >= (_SHORTEST_CLAUSE if border else _SURELY_CLAUSE)

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
        following = self.source.texts[after : after + _NEAR]
        printed = [*printed, *self.said[after_said : after_said + _NEAR]]
        denied = table.completions & {*heard, *following} & {*printed}
        return "contraction" if denied else ""

    def _dropped(self, run: Run, core: range) -> str:
        """Whether words left out were a repetition or a false start; empty where neither."""
        said = [self.source.texts[p] for p in core if not self.source.filler[p]]
        if any(is_number(text) for text in said):
            return ""
        denies = len(said) == 1 and said[0] in self.language.negations
        if 0 < len(said) <= _LONGEST_REPETITION and not denies:
            before = self.said[max(run.q - len(said), 0) : run.q]
            after = self.said[run.q_end : run.q_end + len(said)]
            first = core.start if said == after else core.start - len(core)
            if said in (before, after) and not self._over_stop(first, len(core)):
                return "repetition"
        return "false start" if self._is_false_start(run, core, said) else ""

    def _over_stop(self, first: int, count: int) -> bool:
        """Whether a full stop parts the two times, and neither is a sentence: "it is. It is easy".

        Or a comma does, and only the first is denied: "no, it's not open, open is the bar".
        """
        ends, last = self.source.ends_sentence, len(self.source.tokens)
        denied = first > 0 and self.source.texts[first - 1] in self.language.negations
        if denied and self.source.breaks(min(first + count, last) - 1):
            return True
        for start in (max(first, 0), first + count):
            end = start + count - 1
            done = end < last and (ends(end) or _CUT_OFF.search(self.source.ending(end)))
            if done and (not start or ends(start - 1)):
                return False
        return any(ends(position) for position in range(max(first, 0), first + count))

    def _is_false_start(self, run: Run, core: range, said: Sequence[str]) -> bool:
        words = self.source.transcript.words
        texts = [words[self.source.tokens[p].last - 1].text for p in core]
        if not said or len(said) > _LONGEST_REPETITION or guarded(said, (), self.language):
            return False
        opening = {phrase[0] for phrase in self.language.frames} - self.language.articles
        limiting = self.language.conditions | opening
        if limiting & {*said} or any(text.endswith(",") for text in texts):
            return False  # "the first team, the second team" is a list
        first = self.source.tokens[core.start].first
        if self._named(texts, (), first) or any(ends_sentence(text) for text in texts[:-1]):
            return False
        if _CUT_OFF.search(texts[-1]):
            return True
        following = self.said[run.q_end : run.q_end + len(said)]
        restarts = said[:1] == following[:1] or self._points_anew(said, following)
        return restarts and len(said) <= _LONGEST_RESTART and not ends_sentence(texts[-1])

    def _points_anew(self, said: Sequence[str], following: Sequence[str]) -> bool:
        """Whether "that is" was begun again as "it is": neither names what it points to."""
        return (
            len(said) == _POINTING
            and said[1:] == following[1:]
            and said[1] in self.language.auxiliaries
            and {said[0], *following[:1]} <= self.language.things
        )

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


def _plain(raw: Sequence[str], said: Sequence[str]) -> str:
    if not raw:
        return "added"
    if not said:
        return "dropped"
    return "recognition" if sounds_alike("".join(raw), "".join(said)) else "changed"
