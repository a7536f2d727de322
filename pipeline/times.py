"""Times as people write them: `hh:mm:ss`, to and from float seconds; moments by a place's clock."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_CLOCK = re.compile(r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d(?:\.\d{1,3})?)|(\d{1,7}(?:\.\d{1,3})?)")


def today() -> date:
    """The day of this machine's clock, in UTC: the one that a guest's deadline is held against."""
    return datetime.now(UTC).date()


def clock(seconds: float, decimals: int = 0) -> str:
    """`hh:mm:ss`, rounded to `decimals` (0 to 3) places: 2467.34 is `00:41:07`, or `00:41:07.3` with one.

    Raises ValueError for a negative time.
    """
    if seconds < 0:
        raise ValueError(f"a time cannot be negative: {seconds}")
    unit = 10**decimals
    whole, fraction = divmod(round(seconds * unit), unit)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    tail = f".{fraction:0{decimals}d}" if decimals else ""
    return f"{hours:02d}:{minute:02d}:{second:02d}{tail}"


def short_clock(seconds: float) -> str:
    """As a player shows it: `41:07`, `1:02:03`."""
    return clock(int(seconds)).removeprefix("00:").removeprefix("0")


def parse_clock(text: str) -> float:
    """Seconds of `hh:mm:ss.s`, `mm:ss` or plain seconds; ValueError for anything else."""
    match = _CLOCK.fullmatch(text.strip())
    if not match:
        raise ValueError(f"'{text}' is no time: write it as hh:mm:ss")
    hours, minutes, seconds, plain = match.groups()
    if plain:
        return float(plain)
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)


def parse_zoned(value: Any) -> Any:
    """A moment from `2026-03-29 08:00 Europe/Berlin`, or with an offset; anything else stays as it is.

    ValueError for a zone that does not exist, and for the hour that the clocks skip or repeat: a
    moment that never comes, or comes twice, is nobody's intention.
    """
    if not isinstance(value, str):
        return value
    text, _, zone = value.strip().rpartition(" ")
    if "/" not in zone and zone != "UTC":
        return _with_offset(value)
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"'{zone}' is no time zone: write it as Europe/Berlin") from None
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is no time: write it as 2026-03-29 08:00") from None
    if wall.tzinfo:
        raise ValueError("has two zones: give an offset or a place, not both")
    return _unique_moment(wall, place)


def _with_offset(text: str) -> datetime | str:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    if not moment.tzinfo:
        raise ValueError("has no zone: write it as 2026-03-29 08:00 Europe/Berlin")
    return moment


def _unique_moment(wall: datetime, place: ZoneInfo) -> datetime:
    early, late = wall.replace(tzinfo=place), wall.replace(tzinfo=place, fold=1)
    gap = late.utcoffset() or timedelta(), early.utcoffset() or timedelta()
    if gap[0] == gap[1]:
        return early.replace(tzinfo=timezone(gap[0]))
    happens = "never comes" if gap[0] > gap[1] else "comes twice"
    raise ValueError(
        f"{wall:%Y-%m-%d %H:%M} {happens} in {place.key}, because the clocks change: choose "
        "another hour, or give an offset"
    )
