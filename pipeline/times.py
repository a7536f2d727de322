"""Times as people write them: `hh:mm:ss`, to and from float seconds."""

import re

_CLOCK = re.compile(r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d(?:\.\d{1,3})?)|(\d+(?:\.\d{1,3})?)")


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
