"""From moves over tokens to parts over words: what was kept, and what each edit is."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.models import Span
from pipeline.quotes.context.gaps import Gaps
from pipeline.quotes.context.quotation_marks import with_misplaced_marks
from pipeline.quotes.kinds.kept import Run
from pipeline.quotes.kinds.kinds import Classifier
from pipeline.quotes.kinds.marks import speaks, with_moved_ends, with_scare_quotes
from pipeline.quotes.matching.alignment import Alignment, Move
from pipeline.quotes.matching.edits import Part
from pipeline.quotes.matching.published import Mark, Published
from pipeline.quotes.matching.sounds import sounds_alike
from pipeline.quotes.matching.source import Source
from pipeline.text.scripts import join

_LONG_DROP = 40  # tokens left out unmarked that still count as a hole in one span


@dataclass(slots=True)
class _Block:
    """Moves that share words, as ranges of words and of tokens; a gap where the quote jumps."""

    run: Run
    kept: bool
    gap: Move | None = None


class Explanation:
    """A quote, word by word: parts in the quote's order, and the spans that it was cut from.

    Every difference from the words that it was cut from has a name. `token_spans` are the spans in
    tokens: a word may be torn at the edge of one. `kept` holds for each published word whether it, or
    another spelling of it, was said or misheard, and `spans_of` in which span.
    """

    def __init__(self, quote: Published, source: Source, alignment: Alignment) -> None:
        self.quote = quote
        self.words = source.transcript.words
        self.classifier = Classifier(quote, source)
        self.gaps = Gaps(source)
        self.parts: list[Part] = []
        self.spans: list[Span] = []
        self.token_spans: list[tuple[int, int]] = []
        self.kept = [False] * len(quote.words)
        self.spans_of = [-1] * len(quote.words)
        self._marks = list(quote.marks)  # those that no part shows yet
        self._shown = 0  # printed words that parts cover so far
        self._opens = True  # the next kept word begins a span
        moves = list(_gathered(alignment.moves, quote, source))
        for run_of_edits, blocks in itertools.groupby(
            _blocks(moves, quote, source), key=lambda block: not block.kept and block.gap is None
        ):
            if run_of_edits:
                self._edit([block.run for block in blocks])
                continue
            for block in blocks:
                self._skip(block.gap) if block.gap else self._keep(block.run)
        self._finish()

    def _keep(self, run: Run) -> None:
        """Words that were said, perhaps spelled otherwise."""
        self._marks_before(run.p, run.r, token=run.t)
        self._dashes(run.p, run.r)
        self._shown = run.p_end
        raw = join(word.text for word in self.words[run.r : run.r_end])
        published = join(self.quote.words[run.p : run.p_end])
        self._add(self.classifier.kept(run, raw, published), raw, published, run.r)
        self._cover(run, (run.r, run.r_end), (run.t, run.t_end))

    def _cover(self, run: Run, words: tuple[int, int], tokens: tuple[int, int]) -> None:
        """Put transcript words and tokens `[first, last)`, where a run was said, into the span."""
        if self._opens:
            self.spans.append(Span(*words))
            self.token_spans.append(tokens)
            self._opens = False
        else:
            self.spans[-1] = Span(self.spans[-1].first, max(self.spans[-1].last, words[1]))
            first, last = self.token_spans[-1]
            self.token_spans[-1] = (first, max(last, tokens[1]))
        self.kept[run.p : run.p_end] = [True] * (run.p_end - run.p)
        self.spans_of[run.p : run.p_end] = [len(self.spans) - 1] * (run.p_end - run.p)

    def _skip(self, gap: Move) -> None:
        """A place where the quote goes on elsewhere, or leaves words out at a visible [...]."""
        word = self.quote.tokens[gap.p].first
        position = self.spans[-1].last - 1 if self.spans else 0
        marked = gap.p in self.quote.ellipses
        self._marks_before(word, position, until_ellipsis=True)
        shown = (self._marks.pop(0).text or "…") if marked and self._marks else ""
        self._add(*self.gaps.gap(gap, marked), shown, position)
        self._opens = True

    def _edit(self, runs: Sequence[Run]) -> None:
        """Edited words without a kept one between them."""
        run = Run.joined(runs)
        inserted = self._replacement(run)
        if inserted is None:
            self._marks_before(run.p, run.r)
        self._dashes(run.p, run.r)
        self._shown = run.p_end
        for kind, first, last, published in self.classifier.edits(run, inserted):
            raw = self.classifier.source.heard(first, last)
            self._add(kind, raw, published, first)
            if published and kind in ("recognition", "name") and sounds_alike(raw, published):
                tokens = self.classifier.source.tokens_of(first, last)
                self._cover(run, (first, last), tokens)  # said, and misheard

    def _finish(self) -> None:
        """Add what stands behind the last word, and name what shows only beside other parts."""
        position = self.spans[-1].last - 1 if self.spans else 0
        self._marks_before(len(self.quote.words), position)
        self._dashes(len(self.quote.words), position)
        parts = with_misplaced_marks(self.parts, self.classifier.source)
        parts = with_scare_quotes(parts, self.classifier.language)
        marked = self.classifier.source.marked  # else every full stop is the host's
        self.parts = with_moved_ends(parts, self.classifier.language) if marked else parts

    def _replacement(self, run: Run) -> Mark | None:
        """The [bracketed insertion] that stands where words were dropped, if there is one."""
        if run.p == run.p_end and self._marks:
            mark = self._marks[0]
            if mark.before == run.p and not mark.ellipsis:
                return self._marks.pop(0)
        return None

    def _marks_before(
        self, word: int, position: int, until_ellipsis: bool = False, token: int = 0
    ) -> None:
        while self._marks and self._marks[0].before <= word:
            if until_ellipsis and self._marks[0].ellipsis and self._marks[0].before == word:
                return
            mark = self._marks.pop(0)
            if mark.text:
                kind, replaced = self.classifier.mark(mark, token, self._opens)
                self._add(kind, replaced, mark.text, position)

    def _dashes(self, word: int, position: int) -> None:
        """Printed marks that stand alone, up to `word`: they hold no token."""
        for number in range(self._shown, word):
            self.kept[number] = True
            mark = self.quote.words[number]
            # A dash is how a page is set; any other mark says something.
            self._add("symbol" if speaks(mark) else None, "", mark, position)

    def _add(self, kind: str | None, raw: str, published: str, position: int) -> None:
        position = min(position, len(self.words) - 1)
        at = self.words[position].start if self.words else 0.0
        self.parts.append(Part(kind, raw, published, position, at))


def _gathered(moves: Sequence[Move], quote: Published, source: Source) -> Iterator[Move]:
    """Moves with each stretch left out as either one jump or drops of single tokens."""
    for left_out, group in itertools.groupby(moves, key=lambda m: m.step in ("drop", "jump")):
        if not left_out:
            yield from group
            continue
        members = list(group)
        gap = Move("jump", members[0].p, members[0].p, members[0].r, members[-1].r_end)
        if gap.r == gap.r_end:
            continue
        if gap.p in quote.ellipses or not _is_hole(gap, source):
            yield gap
            continue
        for position in range(gap.r, gap.r_end):
            yield Move("drop", gap.p, gap.p, position, position + 1)


def _is_hole(gap: Move, source: Source) -> bool:
    """Whether words left out unmarked are of the same speaker, or only the other's "yeah"."""
    if not 0 < gap.r_end - gap.r <= _LONG_DROP or gap.r_end >= len(source.tokens):
        return False
    speaker = source.speakers[max(gap.r - 1, 0)]
    return source.speakers[gap.r_end] == speaker and all(
        source.speakers[position] == speaker or source.is_backchannel(position)
        for position in range(gap.r, gap.r_end)
    )


def _blocks(moves: Sequence[Move], quote: Published, source: Source) -> Iterator[_Block]:
    """Group moves whose tokens share a word: "don't" against "do" is one block."""
    current: _Block | None = None
    for move in moves:
        if move.step == "jump":
            if current:
                yield current
            current = None
            yield _Block(Run(0, 0, 0, 0, 0, 0, 0, 0), False, gap=move)
            continue
        run = Run.of(move, quote, source)
        if current and (run.p < current.run.p_end or run.r < current.run.r_end):
            current.run = Run.joined([current.run, run])
            current.kept = current.kept and move.step == "keep"
            continue
        if current:
            yield current
        current = _Block(run, move.step == "keep")
    if current:
        yield current
