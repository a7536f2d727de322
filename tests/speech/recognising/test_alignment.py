from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.speech.recognising.alignment import (
    Looks,
    _median_filter,
    cost_matrix,
    onsets,
    token_starts,
)

Matrix = NDArray[np.float32]

shapes = st.tuples(st.integers(1, 12), st.integers(1, 20))


def random_matrix(shape: tuple[int, int], seed: int) -> Matrix:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def slow_starts(costs: Matrix) -> list[int]:
    """Whisper's loop (`whisper.timing.dtw_cpu`), cell by cell."""
    rows, columns = costs.shape
    total = np.full((rows + 1, columns + 1), np.inf)
    total[0, 0] = 0
    trace = np.zeros((rows + 1, columns + 1), int)
    for column in range(1, columns + 1):
        for row in range(1, rows + 1):
            both, token = total[row - 1, column - 1], total[row - 1, column]
            frame = total[row, column - 1]
            step = (
                0 if both < token and both < frame else 1 if token < both and token < frame else 2
            )
            total[row, column] = costs[row - 1, column - 1] + (both, token, frame)[step]
            trace[row, column] = step
    trace[0, :], trace[:, 0] = 2, 1
    at, path = (rows, columns), []
    while at != (0, 0):
        path.append((at[0] - 1, at[1] - 1))
        step = int(trace[at])
        at = (at[0] - (step != 2), at[1] - (step != 1))
    first: dict[int, int] = {}
    for token, frame in reversed(path):
        first.setdefault(token, frame)
    return [first[token] for token in range(rows)]


@given(st.lists(shapes, min_size=1, max_size=4), st.integers(0, 1000))
def test_warping_many_is_warping_each_as_whisper_does(
    many: list[tuple[int, int]], seed: int
) -> None:
    matrices = [random_matrix(shape, seed + index) for index, shape in enumerate(many)]
    assert [list(starts) for starts in token_starts(matrices)] == [
        slow_starts(matrix) for matrix in matrices
    ]


@given(shapes, st.integers(0, 1000))
def test_starts_never_decrease_and_lie_in_the_sound(shape: tuple[int, int], seed: int) -> None:
    (starts,) = token_starts([random_matrix(shape, seed)])
    assert len(starts) == shape[0]
    assert all(0 <= a <= b < shape[1] for a, b in pairwise(starts))


def test_no_chunks_no_starts() -> None:
    assert token_starts([]) == []


@pytest.mark.parametrize("length", [1, 3, 4, 7, 50])
def test_median_filter_is_the_median_of_mirrored_windows(length: int) -> None:
    values = torch.randn(5, length)
    if length <= 3:
        assert torch.equal(_median_filter(values), values)
        return
    padded = np.pad(values.numpy(), ((0, 0), (3, 3)), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 7, axis=1)
    assert np.array_equal(_median_filter(values).numpy(), np.median(windows, axis=2))


def test_costs_are_least_where_the_heads_look() -> None:
    scores = torch.zeros(2, 4, 40)
    for token, frame in enumerate((5, 12, 20, 33)):
        scores[:, token, frame - 3 : frame + 4] = 8.0
    costs = cost_matrix(scores, before=1)
    assert costs.shape == (3, 40)
    assert [9 <= costs[0].argmin() <= 15, 17 <= costs[1].argmin() <= 23] == [True, True]


def test_shares_of_a_token_add_up_to_one() -> None:
    looks = Looks.of(torch.randn(3, 6, 40), before=2)
    assert looks.costs.shape == looks.shares.shape == (4, 40)
    assert np.allclose(looks.shares.sum(axis=1), 1.0)


def shares(*frames: range, of: int = 100) -> Matrix:
    rows = np.full((len(frames), of), 1e-4, np.float32)
    for row, some in zip(rows, frames, strict=True):
        row[some] = 1 / len(some)
    return rows


def test_a_token_begins_where_its_heads_look_for_the_first_time() -> None:
    """Between the two, something was said that the text leaves out."""
    assert onsets([10, 30], shares(range(10, 30), range(60, 70))) == [10, 60]


def test_a_token_that_is_looked_at_soon_begins_where_it_takes_over() -> None:
    assert onsets([10, 30], shares(range(10, 30), range(36, 50))) == [10, 30]


def test_looks_at_other_times_of_the_recording_count_for_nothing() -> None:
    """Attention that goes to another place where the same word is said does not move this one."""
    assert onsets([40, 60], shares(range(5), range(20, 40))) == [40, 60]


@given(shapes, st.integers(0, 1000))
def test_onsets_lie_in_the_time_of_their_tokens(shape: tuple[int, int], seed: int) -> None:
    starts = [int(start) for start in token_starts([random_matrix(shape, seed)])[0]]
    looks = np.abs(random_matrix(shape, seed + 1))
    ends = [*starts[1:], shape[1]]
    for start, onset, end in zip(starts, onsets(starts, looks), ends, strict=True):
        assert start <= onset <= max(start, end)
