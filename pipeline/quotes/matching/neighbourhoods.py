"""The stretches of a transcript that share enough words with a quote to be searched for it."""

from bisect import bisect_left

import numpy as np

from pipeline.quotes.matching.published import Published
from pipeline.quotes.matching.source import Ints, Source

_RUN = 3  # words in a row that a quote and a place share
_STRETCH = 1.4  # tokens heard for each that is written: fillers and repetitions were dropped
_MARGIN = 30  # tokens around a neighbourhood, more than that
_COMMON = 12  # a run of words that stands in more places than this says nothing about where
_WIDEST = 6000  # tokens searched before neighbourhoods with few shared words are left out
_SAME_TIME = 0.05  # s; times in ledgers are written in tenths
_MANY, _FEW = 12, 3  # where one place shares this many, places that share fewer are chance


def neighbourhoods(quote: Published, source: Source, hint: float | None) -> Ints:
    """The transcript tokens worth searching, ascending."""
    ids = [source.id_of(token.text) for token in quote.tokens]
    total, count = len(source.ids), len(ids)
    votes = np.zeros(total + 1, dtype=np.int64)
    for position in range(count - _RUN + 1):
        found = source.positions(ids[position : position + _RUN])
        if not 0 < len(found) <= _COMMON:
            continue
        reach_back = round(position * _STRETCH) + _MARGIN
        reach_on = round((count - position) * _STRETCH) + _MARGIN
        np.add.at(votes, np.maximum(found - reach_back, 0), 1)
        np.add.at(votes, np.minimum(found + reach_on, total), -1)
    votes = np.cumsum(votes[:total])
    least = _FEW if votes.max() >= _MANY else 1
    while np.count_nonzero(votes >= least) > _WIDEST:
        least += 1
    wanted = votes >= least
    if hint is not None and wanted.any():
        near = bisect_left(range(len(source.tokens)), hint - _SAME_TIME, key=source.time_of)
        wanted[max(0, near - _MARGIN) : near + 2 * count + _MARGIN] = True
    chosen: Ints = np.flatnonzero(wanted)
    return chosen
