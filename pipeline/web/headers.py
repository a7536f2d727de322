"""What stands in a header: what servers say may be missing, doubled or nonsense; secrets are the host's."""

import os
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pipeline.errors import PullquoteError

_DIGITS = 18  # more are no number of bytes or seconds that could be meant
#: A date as HTTP has it (RFC 9110, 5.6.7). Servers behind each other send two, which arrive as one.
_DATE = re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", re.ASCII)


def whole_number(text: str | None) -> int | None:
    """A number of bytes or seconds; None for what is none."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        return int(text)
    return None


def moment(text: str | None) -> datetime | None:
    """A date of HTTP, a mail or a feed (the first, where two stand), in UTC if it names no zone."""
    text = text or ""
    found = _DATE.match(text)
    try:
        date = parsedate_to_datetime(found[0] if found else text)
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        date.astimezone(UTC)  # at the ends of time zones cannot be reckoned
    except (ValueError, TypeError, OverflowError):
        return None
    return date


def secret(name: str) -> str:
    """What the environment variable `name` holds; PullquoteError where a header cannot carry it."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise PullquoteError(f"the environment variable {name} is not set")
    if not value.isascii() or not value.isprintable():
        raise PullquoteError(f"the environment variable {name} holds what no header can carry")
    return value
