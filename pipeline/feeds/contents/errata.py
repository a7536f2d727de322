"""A correction as one line of text, which a podcast:txt carries and an import reads back."""

import datetime as dt
import re

from pipeline.settings.podcasting import Erratum
from pipeline.web.addresses import quote_anchor

PURPOSE = "correction"
_GONE = "[...]"  # in the place of words that were taken out
_LINE = re.compile(
    r"(\d{4}-\d\d-\d\d): “(.+?)” → (?:“(.+?)”|\[\.\.\.\]): (.+?)(?: (https?://\S+)#q-([a-z0-9]+))?"
)


def as_line(erratum: Erratum, page: str) -> str:
    """The line; `page` is the address of the episode's page."""
    says = f"“{erratum.says}”" if erratum.says else _GONE
    line = f"{erratum.date}: “{erratum.said}” → {says}: {erratum.why}"
    return f"{line} {page}#{quote_anchor(erratum.quote)}" if erratum.quote else line


def read_line(line: str) -> Erratum | None:
    """The correction that a line tells; None where it was not written here."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    date, said, says, why, page, quote = found.groups()
    try:
        values = {"date": dt.date.fromisoformat(date), "said": said, "says": says or ""}
        read = Erratum.model_validate({**values, "why": why, "quote": quote})
    except ValueError:
        return None
    return read if as_line(read, page or "") == line else None
