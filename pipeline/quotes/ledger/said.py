"""What a guest said of a quote: the ledger's key `guest`, as `approved 2026-11-29`."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

Verb = Literal["approved", "confirmed", "asks", "withdrawn"]
#: The guest agrees: with what will be published, or only with what was said.
AGREED: frozenset[Verb] = frozenset({"approved", "confirmed"})
_SAID = re.compile(r"(approved|confirmed|asks|withdrawn) (\d{4}-\d\d-\d\d)(?:: (.*))?", re.DOTALL)


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
