"""What a guest said of a quote: the ledger's key `guest`, as `approved 2026-11-29`, and what was seen."""

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from pipeline.models import Quote
    from pipeline.quotes.ledger.ledger import Entry

Verb = Literal["approved", "confirmed", "asks", "withdrawn"]
#: The guest agrees: with what will be published, or only with what was said.
AGREED: frozenset[Verb] = frozenset({"approved", "confirmed"})
_SAID = re.compile(r"(approved|confirmed|asks|withdrawn) (\d{4}-\d\d-\d\d)(?:: (.*))?", re.DOTALL)
_DIGITS = 12  # of a hash: 48 bits tell the texts of a quote apart


@dataclass(frozen=True, slots=True)
class Said:
    """A guest's answer, the day on which it came, and a remark, empty for none."""

    verb: Verb
    day: date
    remark: str = ""

    def __str__(self) -> str:
        return f"{self.verb} {self.day}" + (f": {self.remark}" if self.remark else "")

    @property
    def why(self) -> str:
        """The remark, as a sentence goes on with it."""
        return f": “{self.remark}”" if self.remark else ""


def parse_said(value: str) -> Said:
    """The ledger's key; ValueError for anything that is no answer of a guest's."""
    match = _SAID.fullmatch(value.strip())
    if not match:
        raise ValueError('write it as "approved 2026-11-29"')
    verb, day, remark = match.groups()
    return Said(cast("Verb", verb), date.fromisoformat(day), remark or "")


def seen(quote: "Entry | Quote") -> str:
    """A hash of all that is printed of a quote: another one when any of its letters is another."""
    notes = [part for item in sorted(quote.footnotes.items()) for part in item]
    texts = [quote.text, quote.question or "", *notes]
    plain = [" ".join(unicodedata.normalize("NFC", text).split()) for text in texts]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:_DIGITS]
