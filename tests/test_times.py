import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.times import clock, parse_clock, short_clock


@pytest.mark.parametrize(
    ("seconds", "decimals", "text"),
    [
        (0, 0, "00:00:00"),
        (2467.34, 1, "00:41:07.3"),
        (59.96, 1, "00:01:00.0"),
        (3599.9996, 3, "01:00:00.000"),
        (360_000, 0, "100:00:00"),
    ],
)
def test_clock(seconds: float, decimals: int, text: str) -> None:
    assert clock(seconds, decimals) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(7.9, "0:07"), (67, "1:07"), (2467, "41:07"), (3723, "1:02:03")]
)
def test_short_clock(seconds: float, text: str) -> None:
    assert short_clock(seconds) == text


@given(st.integers(0, 359_999_999))
def test_times_round_trip(milliseconds: int) -> None:
    seconds = milliseconds / 1000
    assert parse_clock(clock(seconds, 3)) == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize(("text", "seconds"), [("41:07", 2467), ("90.5", 90.5), ("1:02:03", 3723)])
def test_people_write_times_short(text: str, seconds: float) -> None:
    assert parse_clock(text) == seconds


@pytest.mark.parametrize("text", ["", "1:75", "1h", "-1", "1:2:3:4", "nan"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hh:mm:ss"):
        parse_clock(text)


def test_a_negative_time_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        clock(-1)
