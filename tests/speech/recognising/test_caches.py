"""One room for batch after batch: what is taken, narrowed and moved."""

from types import SimpleNamespace

import torch
from hypothesis import given
from hypothesis import strategies as st

from pipeline.speech.recognising.caches import Caches

DIMS = SimpleNamespace(n_text_layer=2, n_text_head=2, n_text_state=6, n_audio_ctx=4)


def filled(rows: int) -> Caches:
    """Every number of a row is the row's own."""
    caches = Caches.empty(DIMS, 1, rows, 5, torch.float32, "cpu")
    for row in range(rows):
        for keys, values in (*caches.own, *caches.cross):
            keys[row], values[row] = row, -row
        caches.queries[row] = row
    return caches


@given(rows=st.sets(st.integers(0, 7), min_size=1).map(sorted))
def test_rows_that_stay_move_to_the_front(rows: list[int]) -> None:
    kept = filled(8).move_up(rows)
    for keys, values in (*kept.own, *kept.cross):
        assert keys[:, 0, 0, 0].tolist() == rows
        assert values[:, 1, 3, 2].tolist() == [-row for row in rows]
    assert kept.queries[:, 4, 0, 0].tolist() == rows


def test_the_first_rows_are_the_same_memory() -> None:
    caches = filled(8)
    part = caches.first(3).move_up([1, 2])
    assert part.cross[0][0].data_ptr() == caches.cross[0][0].data_ptr()
    assert part.own[1][1].shape == (2, 2, 5, 3)


def test_room_is_for_as_many_rows_and_tokens_at_most() -> None:
    caches = Caches.empty(DIMS, 1, 4, 5, torch.bfloat16, "cpu")
    assert caches.holds(4, 5)
    assert not caches.holds(5, 5)
    assert not caches.holds(4, 6)
    assert caches.own.dtype == torch.float32
    assert caches.cross.dtype == torch.bfloat16
