"""The map from times of then to times of now."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.shifts import ALIKE, STAYED, Shifts

TIMES = st.lists(st.integers(0, 1000).map(float), min_size=1, unique=True)


@given(TIMES, st.floats(-500, 500), st.floats(0, 1000))
def test_where_all_moved_alike_so_did_what_is_between(
    times: list[float], shift: float, at: float
) -> None:
    shifts = Shifts(((time, shift) for time in times), STAYED)
    assert shifts.any is (abs(shift) > STAYED)
    assert shifts.moved(at) == pytest.approx(at + shift if shifts.any else at)


@given(TIMES, st.floats(0, 1000))
def test_nothing_is_said_of_what_lies_around_a_cut(times: list[float], at: float) -> None:
    shifts = Shifts((time, 0.0 if time < at else 2 * ALIKE) for time in times if time != at)
    apart = min(times) < at < max(times)
    assert (shifts.moved(at) is None) is apart


def test_what_is_certain_is_not_asked_of_its_neighbours() -> None:
    shifts = Shifts([(30.0, 9.0), (10.0, 5.0), (20.0, 50.0)])
    assert list(shifts.around(20.0)) == [50.0]
    assert list(shifts.beside(20.0)) == [5.0, 9.0]
    assert list(shifts.around(40.0)) == [9.0]
    assert Shifts([]).moved(7.0) == 7.0
    assert list(shifts.within(20.0, 10.0)) == [5.0, 50.0]
