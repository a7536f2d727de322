"""When an episode may be public: `publish_at`, by the clock of a place."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from pipeline.config import Episode
from pipeline.times import parse_zoned

DATE = datetime(2026, 1, 1, 8, tzinfo=UTC)


def episode(publish_at: object) -> Episode:
    return Episode.model_validate(
        {"title": "T", "guid": "g", "date": DATE, "publish_at": publish_at}
    )


@pytest.mark.parametrize(
    ("text", "utc_hour"),
    [
        ("2026-03-28 08:00 Europe/Berlin", 7),
        ("2026-03-29 08:00 Europe/Berlin", 6),
        ("2026-10-25T08:00:00 Europe/Berlin", 7),
        ("2026-10-24 08:00 Europe/Berlin", 6),
        ("2026-03-29 08:00 UTC", 8),
        ("2026-03-08 08:00 America/New_York", 12),
        ("2026-03-07 08:00 America/New_York", 13),
    ],
)
def test_the_clock_of_a_place_keeps_its_summer_time(text: str, utc_hour: int) -> None:
    found = episode(text)
    assert found.publish_at is not None
    assert found.publish_at.astimezone(UTC).hour == utc_hour
    assert found.date == found.publish_at, "listeners see it from then on, and that is its date"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2026-03-29 02:30 Europe/Berlin", "never comes in Europe/Berlin"),
        ("2026-10-25 02:30 Europe/Berlin", "comes twice in Europe/Berlin"),
        ("2026-03-29 08:00 Europe/Berlim", "'Europe/Berlim' is no time zone"),
        ("2026-03-29 8 o'clock Europe/Berlin", "is no time"),
        ("2026-03-29T08:00+02:00 Europe/Berlin", "has two zones"),
        ("2026-03-29 08:00", "valid datetime"),
        (datetime(2026, 3, 29, 8), "timezone"),
        ("../../etc/passwd/x 08:00 ../../etc/passwd", "is no time zone"),
    ],
)
def test_a_moment_that_is_none_is_said(text: object, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        episode(text)


def test_an_offset_is_a_zone_and_none_leaves_the_date() -> None:
    assert episode(DATE).date == DATE
    assert episode(None).date == DATE
    assert parse_zoned(DATE) is DATE
