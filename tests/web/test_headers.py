from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.headers import moment, whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *[("0", 0), (" 12 ", 12), ("9" * 18, 10**18 - 1)],
        *[(text, None) for text in ("", None, "-1", "²", "٣", "1,1", "1e3", "9" * 5000)],
    ],
)
def test_a_number_is_one_or_nothing(text: str | None, number: int | None) -> None:
    assert whole_number(text) == number


AT = datetime(2026, 11, 29, 6, 21, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Sun, 29 Nov 2026 06:21:20 GMT", AT),
        ("Sun, 29 Nov 2026 06:21:20 GMT, Sun, 29 Nov 2026 06:21:21 GMT", AT),
        ("Sun, 29 Nov 2026 06:21:20 -0000", AT),
        ("Sun, 29 Nov 2026 07:21:20 +0100", AT.astimezone(timezone(timedelta(hours=1)))),
        ("Fri, 31 Dec 9999 23:59:59 -2300", None),
        ("Sun, 29 Nov 2026 06:21:20 +9999999999", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_is_one_or_nothing(text: str | None, date: datetime | None) -> None:
    assert moment(text) == date


@given(st.text())
def test_whatever_a_server_says_is_read(text: str) -> None:
    whole_number(text)
    moment(text)
