"""Where a quote's words were said: the cheapest explanation of every word of it.

Dynamic programming over quote tokens (rows) and transcript tokens (columns). A step keeps a token,
exchanges it, inserts one, drops transcript tokens, or jumps to where the quote goes on: cheaply at
a visible [...], dearly without. Only the neighbourhoods that share three words in a row with the
quote are searched; the whole transcript is when these leave too much unexplained.

Words that nothing explains are looked at once more by their sound: "a zillion" was heard as
"kazillion". Within a span an exchange is cheaper than an addition anyway; at its edges, where nothing
needs to be left out for an addition, only the sound tells that a word was said and misheard.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from pipeline.quotes.matching.neighbourhoods import neighbourhoods
from pipeline.quotes.matching.published import Published
from pipeline.quotes.matching.sounds import likeness, sounds_alike
from pipeline.quotes.matching.source import Ints, Source

# Costs in thousandths of an inserted word, as in `source`; chosen so that the laws of the tests hold.
INSERT = 1000
EXCHANGE = 1300
MISHEARD = (300, 1500)  # the least, and for each letter out of all that differs: less than INSERT
VARIANT = 20  # "'s" for "is", "super intelligent" for "superintelligent"
JUMP = 3500
JUMP_BACK = 4500
JUMP_MARKED = 250
JUMP_BACK_MARKED = 2500
_BOLD = 0.4  # of the price of an unmarked jump, where a sentence was not found by cautious ones
_NEARER = 1  # a token further on costs this much more: of two places, the next one
_FAR = 1500  # the most that distance costs
_HINT_SLOPE = 20  # a second away from the hint
_HINT_MOST = 1500
_TIED = 60  # two places that cost this little apart are both possible
_UNEXPLAINED = 0.2  # share of inserted words above which the whole transcript is searched
_JOINED = (2, 3)  # tokens that may be written as one word
_ALIKE = ((1, 1), (2, 1), (1, 2))  # tokens written, tokens heard, that may be the same sound
_DEEP = 4  # tokens from an edge among which misheard ones are looked for
_WALL = 10_000_000  # no path drops the border between two neighbourhoods

Step = Literal["keep", "exchange", "insert", "drop", "jump"]


class Move(NamedTuple):
    """One step: quote tokens `[p, p_end)` against transcript tokens `[r, r_end)`.

    A jump has empty quote tokens; its `r` is where the transcript was left, `r_end` where the quote
    goes on (smaller than `r` when it goes back).
    """

    step: Step
    p: int
    p_end: int
    r: int
    r_end: int


class _Joined(NamedTuple):
    """`rows` quote tokens that end before a row, explained by `columns` columns from `column` on."""

    rows: int
    column: int
    columns: int
    cost: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """The moves in the quote's order, their cost, and another place that fits as well, if any."""

    moves: Sequence[Move]
    cost: int
    elsewhere: int | None = None  # transcript token


def align(quote: Published, source: Source, hint: float | None, bold: bool = False) -> Alignment:
    """The cheapest explanation of a quote, near `hint` (seconds) first and then anywhere.

    With `bold` it looks everywhere at once and jumps for less: for a short sentence that somebody
    said elsewhere, for which leaving it unexplained would be cheaper than the way there and back.
    """
    if not quote.tokens or not len(source.ids):
        count = len(quote.tokens)
        return Alignment([Move("insert", n, n + 1, 0, 0) for n in range(count)], INSERT * count)
    everywhere = np.arange(len(source.ids))
    if bold:
        return _with_misheard(_Search(quote, source, everywhere, hint, _BOLD))
    columns = neighbourhoods(quote, source, hint)
    if not len(columns):
        columns = everywhere
    search = _Search(quote, source, columns, hint)
    found = _with_misheard(search)
    inserted = sum(move.step in ("insert", "exchange") for move in found.moves)
    if inserted > _UNEXPLAINED * len(quote.tokens) and len(columns) < len(everywhere):
        wider = _with_misheard(_Search(quote, source, everywhere, hint))
        found = min(found, wider, key=lambda alignment: alignment.cost)
    return found


def _with_misheard(search: "_Search") -> Alignment:
    """The cheapest explanation; what it adds at an edge may be a misheard word beside that edge."""
    found = search.run()
    edges = list(_edges(found.moves, search.source))
    if not sum(search.hear(rows, tokens) for rows, tokens in edges):
        return found
    again = search.run()
    # Only this place was listened to: another that fitted as well before does so still.
    return again if again.elsewhere is not None else replace(again, elsewhere=found.elsewhere)


def _edges(moves: Sequence[Move], source: Source) -> Iterator[tuple[range, range]]:
    """Added quote tokens at the edges of spans, and the transcript tokens right beyond each edge."""
    groups = [
        (kept, list(group))
        for kept, group in itertools.groupby(moves, key=lambda move: move.step == "keep")
    ]
    for number, (kept, group) in enumerate(groups):
        if kept or not any(move.step == "insert" for move in group):
            continue
        rows = range(group[0].p, group[-1].p_end)
        ends = not number or number == len(groups) - 1
        if not ends and not any(move.step == "jump" for move in group):
            continue  # within a span: what was left out beside it was weighed against it
        if number:
            edge = groups[number - 1][1][-1].r_end
            yield rows[:_DEEP], _turn(edge, 1, source)
        if number < len(groups) - 1:
            edge = groups[number + 1][1][0].r
            yield rows[-_DEEP:], _turn(edge - 1, -1, source)


def _turn(edge: int, step: int, source: Source) -> range:
    """Up to twice `_DEEP` tokens from `edge` on, forwards or back, that the same person said."""
    inside = edge - step
    position = edge
    while (
        0 <= position < len(source.tokens)
        and abs(position - edge) < 2 * _DEEP
        and source.turns[position] == source.turns[inside]
    ):
        position += step
    return range(edge, position) if step > 0 else range(position + 1, edge + 1)


def _with_walls(columns: Ints) -> Ints:
    """Columns with one more token behind each neighbourhood, for the wall there."""
    ends = columns[:-1][np.diff(columns) > 1] + 1
    found: Ints = np.flatnonzero(np.bincount(np.concatenate((columns, ends))))
    return found


class _Search:
    """One run of the dynamic programme over chosen transcript tokens ("columns").

    `reach[i][j]` is the least cost of having explained i quote tokens with the transcript read up to
    column j, right after the i-th token; `rest[i][j]` the same after drops and jumps.
    """

    def __init__(
        self,
        quote: Published,
        source: Source,
        columns: Ints,
        hint: float | None,
        price: float = 1.0,
    ) -> None:
        self.quote = quote
        self.jump, self.jump_back = round(JUMP * price), round(JUMP_BACK * price)
        self.source = source
        columns = _with_walls(columns)
        self.columns = columns
        self.hint = hint
        self.ids = source.ids[columns]
        self.texts = [token.text for token in quote.tokens]
        # The token behind each neighbourhood is a wall that can be neither matched nor dropped, so
        # that only a jump leads out.
        self.wall = np.append(np.diff(columns) > 1, False)
        drop = source.drop[columns] + self.wall * _WALL
        self.dropped = np.concatenate(([0], np.cumsum(drop)))  # cost of dropping columns before j
        self.place = np.concatenate((columns, columns[-1:] + 1)) if len(columns) else columns
        self.slope = self.place * _NEARER
        heard = [source.texts[column] for column in columns.tolist()]
        self.matches: dict[str, Ints] = {}
        self.joined: dict[int, list[_Joined]] = {}
        self._merge(heard)
        self._split(heard)

    def run(self) -> Alignment:
        """Fill the table and walk back through it."""
        width, count = len(self.columns) + 1, len(self.texts)
        self.reach = np.empty((count + 1, width), dtype=np.int64)
        self.rest = np.empty_like(self.reach)
        self.reach[0] = self._start_costs()
        self.rest[0] = self.reach[0]
        for row in range(1, count + 1):
            self.reach[row] = self._reach(row)
            self.rest[row] = self._rest(row) if row < count else self.reach[row]
        end = int(np.argmin(self.reach[count]))
        cost = int(self.reach[count][end])
        moves = self._walk_back(count, end)
        return Alignment(moves, cost, self._tie(end, cost, moves))

    def _start_costs(self) -> Ints:
        costs: Ints = np.zeros(len(self.columns) + 1, dtype=np.int64)
        if self.hint is None:
            return costs
        words = self.source.transcript.words
        starts = np.array([words[self.source.tokens[c].first].start for c in self.columns.tolist()])
        costs[:-1] = np.minimum(np.abs(starts - self.hint) * _HINT_SLOPE, _HINT_MOST)
        costs[-1] = _HINT_MOST
        return costs

    def _match_costs(self, row: int) -> Ints:
        """What each column costs as the explanation of quote token `row` (from 0)."""
        text = self.texts[row]
        if text not in self.matches:
            costs: Ints = np.where(self.ids == self.source.id_of(text), 0, EXCHANGE)
            for variant in _variants(text, self.source):
                costs[self.ids == variant] = VARIANT
            costs[self.wall] = _WALL
            self.matches[text] = costs
        return self.matches[text]

    def _reach(self, row: int) -> Ints:
        before = self.rest[row - 1]
        costs: Ints = before + INSERT
        np.minimum(costs[1:], before[:-1] + self._match_costs(row - 1), out=costs[1:])
        for rows, column, columns, cost in self.joined.get(row, ()):
            end = column + columns
            costs[end] = min(costs[end], self.rest[row - rows][column] + cost)
        return costs

    def _rest(self, row: int) -> Ints:
        costs = self.reach[row]
        forward, back = self._jump_costs(row)
        dropping = np.minimum.accumulate(costs - self.dropped) + self.dropped
        onward = np.minimum.accumulate(costs - self.slope) + self.slope + forward
        far = np.minimum.accumulate(costs) + (forward + _FAR)
        backward = np.minimum.accumulate(costs[::-1])[::-1] + back
        found: Ints = np.minimum.reduce([dropping, onward, far, backward])
        return found

    def _jump_costs(self, row: int) -> tuple[int, int]:
        if row in self.quote.ellipses:
            return JUMP_MARKED, JUMP_BACK_MARKED
        return self.jump, self.jump_back

    def _merge(self, heard: Sequence[str]) -> None:
        """Find words that the quote writes together."""
        rows: dict[str, list[int]] = {}
        for row, text in enumerate(self.texts):
            rows.setdefault(text, []).append(row)
        begins = {text[:n] for text in rows for n in range(1, len(text))}
        columns = [column for column, text in enumerate(heard) if text in begins]
        for length in _JOINED:
            for column in columns:
                for row in rows.get("".join(heard[column : column + length]), ()):
                    self._join(row + 1, _Joined(1, column, length, VARIANT))

    def _split(self, heard: Sequence[str]) -> None:
        """Find words that the quote writes apart."""
        places: dict[str, list[int]] = {}
        for column, text in enumerate(heard):
            places.setdefault(text, []).append(column)
        for length in _JOINED:
            for row in range(len(self.texts) - length + 1):
                joined = "".join(self.texts[row : row + length])
                for column in places.get(joined, ()):
                    self._join(row + length, _Joined(length, column, 1, VARIANT))

    def hear(self, rows: range, heard: range) -> int:
        """Let quote tokens `rows` stand for transcript tokens of `heard` that sound like them.

        Returns how many ways there are.
        """
        found = 0
        tokens = self.source.tokens
        for written, spoken in _ALIKE:
            for row in range(rows.start, rows.stop - written + 1):
                text = "".join(self.texts[row : row + written])
                for first in range(heard.start, heard.stop - spoken + 1):
                    other = "".join(token.text for token in tokens[first : first + spoken])
                    column = self._column(first)
                    searched = self.columns[column : column + spoken].tolist()
                    if searched != [*range(first, first + spoken)] or text == other:
                        continue
                    if sounds_alike(other, text):
                        cost = MISHEARD[0] + round(MISHEARD[1] * (1 - likeness(other, text)))
                        self._join(row + written, _Joined(written, column, spoken, cost))
                        found += 1
        return found

    def _join(self, row: int, joined: _Joined) -> None:
        columns = range(joined.column, joined.column + joined.columns)
        if columns.stop <= len(self.columns) and not self.wall[columns.start : columns.stop].any():
            self.joined.setdefault(row, []).append(joined)

    def _walk_back(self, row: int, column: int) -> list[Move]:
        moves: list[Move] = []
        while row:
            move = self._last_match(row, column)
            moves.append(move)
            row, column = move.p, self._column(move.r) if move.step != "insert" else column
            if row:
                column = self._undo_rest(row, column, moves)
        moves.reverse()
        return moves

    def _column(self, position: int) -> int:
        return int(np.searchsorted(self.columns, position))

    def _last_match(self, row: int, column: int) -> Move:
        """How quote token `row - 1` was explained, ending at `column`."""
        cost, before = self.reach[row][column], self.rest[row - 1]
        place = int(self.place[column])
        for rows, start, columns, price in self.joined.get(row, ()):
            if start + columns == column and self.rest[row - rows][start] + price == cost:
                way: Step = "keep" if price == VARIANT else "exchange"
                return Move(way, row - rows, row, int(self.columns[start]), self._after(column))
        if column:
            match = int(self._match_costs(row - 1)[column - 1])
            if before[column - 1] + match == cost:
                heard = int(self.columns[column - 1])
                step: Step = "exchange" if match == EXCHANGE else "keep"
                return Move(step, row - 1, row, heard, heard + 1)
        return Move("insert", row - 1, row, place, place)

    def _after(self, column: int) -> int:
        return int(self.columns[column - 1]) + 1

    def _undo_rest(self, row: int, column: int, moves: list[Move]) -> int:
        """The column at which quote token `row - 1` ended, with the drops or jump after it."""
        cost, costs = self.rest[row][column], self.reach[row]
        if costs[column] == cost:
            return column
        forward, back = self._jump_costs(row)
        upto, on = costs[: column + 1], costs[column:]
        dropped = self._cheapest(upto, self.dropped, column)
        if costs[dropped] + self.dropped[column] - self.dropped[dropped] == cost:
            for left_out in range(column - 1, dropped - 1, -1):
                place = int(self.columns[left_out])
                moves.append(Move("drop", row, row, place, place + 1))
            return dropped
        near = self._cheapest(upto, self.slope, column)
        if costs[near] + self.slope[column] - self.slope[near] + forward == cost:
            start = near
        elif int(upto.min()) + forward + _FAR == cost:
            start = int(np.argmin(upto))
        else:
            start = column + int(np.argmin(on))
            assert costs[start] + back == cost
        left = self._after(start) if start else int(self.place[start])
        moves.append(Move("jump", row, row, left, int(self.place[column])))
        return start

    def _cheapest(self, costs: Ints, way: Ints, column: int) -> int:
        return int(np.argmin(costs - way[: column + 1]))

    def _tie(self, end: int, cost: int, moves: Sequence[Move]) -> int | None:
        """Another end of the quote that costs about the same, away from the one found."""
        last = self.reach[len(self.texts)]
        length = sum(move.r_end - move.r for move in moves if move.step == "keep")
        rivals = np.flatnonzero(last <= cost + _TIED)
        here = int(self.place[end])
        for rival in rivals.tolist():
            if abs(int(self.place[rival]) - here) > max(length // 2, 2):
                return int(self.place[rival]) - 1
        return None


def _variants(text: str, source: Source) -> list[int]:
    """Ids of the transcript tokens that stand for `text` in another spelling."""
    open_suffixes = source.language.open_suffixes
    found = [source.id_of(suffix) for suffix, words in open_suffixes.items() if text in words]
    found += [source.id_of(word) for word in open_suffixes.get(text, ())]
    if text == "because":
        found.append(source.id_of("cause"))
    return [identity for identity in found if identity >= 0]
