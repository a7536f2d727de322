"""Where a quote's words were said: the cheapest explanation of every word of it.

Dynamic programming over quote tokens (rows) and transcript tokens (columns). A step keeps a token,
exchanges it, inserts one, drops transcript tokens, or jumps to where the quote goes on: cheaply at
a visible [...], dearly without. Only the neighbourhoods that share three words in a row with the
quote are searched; the whole transcript is when these leave too much unexplained.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from pipeline.quotes.published import Published
from pipeline.quotes.source import Ints, Source

INSERT = 1000
EXCHANGE = 1300
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
_MARGIN = 30  # tokens around a neighbourhood
_COMMON = 12  # a run of words that stands in more places than this says nothing about where
_WIDEST = 6000  # tokens searched before neighbourhoods with few shared words are left out
_MANY, _FEW = 12, 3  # where one place shares this many, places that share fewer are chance
_TIED = 60  # two places that cost this little apart are both possible
_UNEXPLAINED = 0.2  # share of inserted words above which the whole transcript is searched
_JOINED = (2, 3)  # tokens that may be written as one word
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
        return _Search(quote, source, everywhere, hint, _BOLD).run()
    columns = _neighbourhoods(quote, source, hint)
    if not len(columns):
        columns = everywhere
    found = _Search(quote, source, columns, hint).run()
    inserted = sum(move.step in ("insert", "exchange") for move in found.moves)
    if inserted > _UNEXPLAINED * len(quote.tokens) and len(columns) < len(everywhere):
        wider = _Search(quote, source, everywhere, hint).run()
        found = min(found, wider, key=lambda alignment: alignment.cost)
    return found


def _neighbourhoods(quote: Published, source: Source, hint: float | None) -> Ints:
    """The transcript tokens worth searching, ascending."""
    ids = [source.id_of(token.text) for token in quote.tokens]
    total, count = len(source.ids), len(ids)
    votes = np.zeros(total + 1, dtype=np.int64)
    for position in range(count - 2):
        found = source.positions(ids[position : position + 3])
        if not 0 < len(found) <= _COMMON:
            continue
        reach_back = round(position * 1.4) + _MARGIN
        reach_on = round((count - position) * 1.4) + _MARGIN
        np.add.at(votes, np.maximum(found - reach_back, 0), 1)
        np.add.at(votes, np.minimum(found + reach_on, total), -1)
    votes = np.cumsum(votes[:total])
    least = _FEW if votes.max() >= _MANY else 1
    while np.count_nonzero(votes >= least) > _WIDEST:
        least += 1
    wanted = votes >= least
    if hint is not None and wanted.any():
        near = _token_at(source, hint)
        wanted[max(0, near - _MARGIN) : near + 2 * count + _MARGIN] = True
    chosen: Ints = np.flatnonzero(wanted)
    return chosen


def _with_walls(columns: Ints) -> Ints:
    """Columns with one more token behind each neighbourhood, for the wall there."""
    ends = columns[:-1][np.diff(columns) > 1] + 1
    found: Ints = np.unique(np.concatenate((columns, ends)))
    return found


def _token_at(source: Source, seconds: float) -> int:
    low, high = 0, len(source.tokens)
    while low < high:
        middle = (low + high) // 2
        if source.time_of(middle) < seconds - 0.05:
            low = middle + 1
        else:
            high = middle
    return low


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
        heard = [source.tokens[column].text for column in columns.tolist()]
        self.merges, self.splits = self._merges(heard), self._splits(heard)

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
        costs: Ints = np.where(self.ids == self.source.id_of(text), 0, EXCHANGE)
        for variant in _variants(text, self.source):
            costs[self.ids == variant] = VARIANT
        costs[self.wall] = _WALL
        return costs

    def _reach(self, row: int) -> Ints:
        before = self.rest[row - 1]
        costs: Ints = before + INSERT
        np.minimum(costs[1:], before[:-1] + self._match_costs(row - 1), out=costs[1:])
        for column, length in self.merges.get(row - 1, ()):
            costs[column + length] = min(costs[column + length], before[column] + VARIANT)
        for column, length in self.splits.get(row, ()):
            costs[column + 1] = min(costs[column + 1], self.rest[row - length][column] + VARIANT)
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

    def _merges(self, heard: Sequence[str]) -> dict[int, list[tuple[int, int]]]:
        """Words that the quote writes together: quote token to (column, columns)."""
        rows: dict[str, list[int]] = {}
        for row, text in enumerate(self.texts):
            rows.setdefault(text, []).append(row)
        begins = {text[:n] for text in rows for n in range(1, len(text))}
        columns = [column for column, text in enumerate(heard) if text in begins]
        found: dict[int, list[tuple[int, int]]] = {}
        for length in _JOINED:
            for column in columns:
                joined = "".join(heard[column : column + length])
                if column + length > len(heard) or joined not in rows:
                    continue
                if not self.wall[column : column + length].any():
                    for row in rows[joined]:
                        found.setdefault(row, []).append((column, length))
        return found

    def _splits(self, heard: Sequence[str]) -> dict[int, list[tuple[int, int]]]:
        """Words that the quote writes apart: row after them to (column, tokens)."""
        places: dict[str, list[int]] = {}
        for column, text in enumerate(heard):
            if not self.wall[column]:
                places.setdefault(text, []).append(column)
        found: dict[int, list[tuple[int, int]]] = {}
        for length in _JOINED:
            for row in range(len(self.texts) - length + 1):
                joined = "".join(self.texts[row : row + length])
                for column in places.get(joined, ()):
                    found.setdefault(row + length, []).append((column, length))
        return found

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
        for start, length in self.merges.get(row - 1, ()):
            if start + length == column and before[start] + VARIANT == cost:
                return Move("keep", row - 1, row, int(self.columns[start]), self._after(column))
        for start, length in self.splits.get(row, ()):
            if start + 1 == column and self.rest[row - length][start] + VARIANT == cost:
                return Move(
                    "keep", row - length, row, int(self.columns[start]), self._after(column)
                )
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
