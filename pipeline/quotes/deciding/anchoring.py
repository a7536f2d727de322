"""Where the quotes of a ledger went when the recording or its transcript changed.

Words are the address: each quote is looked for anew, and the time in the ledger is compared with
where it was found. What the other quotes did tells a cut or an intro from a quote that went astray.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.proof.guard import Verdict
from pipeline.shifts import ALIKE, STAYED, Shifts
from pipeline.times import clock

Outcome = Literal["kept", "moved", "needs you"]

LOST = frozenset({"ambiguous", "not-said"})  # statuses without a certain place


@dataclass(frozen=True, slots=True)
class Placement:
    """What became of a quote: where the ledger has it and where it is now (seconds), and why."""

    outcome: Outcome
    was: float | None
    now: float | None
    why: str


def shifts_of(entries: Sequence[Entry], verdicts: Sequence[Verdict]) -> Shifts:
    """How far the words moved, by the quotes whose place is beyond doubt."""
    certain = (
        (entry.at, verdict.quote.start - entry.at)
        for entry, verdict in zip(entries, verdicts, strict=True)
        if entry.at is not None and not verdict.rivals and verdict.quote.status not in LOST
    )
    return Shifts(certain, STAYED)


def placements(entries: Sequence[Entry], verdicts: Sequence[Verdict]) -> list[Placement]:
    """What became of each quote; `entries` as the ledger had them, before times are written back."""
    shifts = shifts_of(entries, verdicts)
    return [
        _placement(entry, verdict, shifts) for entry, verdict in zip(entries, verdicts, strict=True)
    ]


def _placement(entry: Entry, verdict: Verdict, shifts: Shifts) -> Placement:
    quote = verdict.quote
    now = None if quote.status in LOST else quote.start
    if not verdict.proven:
        return Placement("needs you", entry.at, now, quote.message)
    assert now is not None
    if entry.at is None or abs(now - entry.at) <= STAYED:
        return Placement("kept", entry.at, now, "")
    shift = now - entry.at
    why = f"from {clock(entry.at, 1)} to {clock(now, 1)} ({shift:+.1f} s)"
    around = shifts.beside(entry.at)
    if around and min(abs(other - shift) for other in around) > ALIKE:
        why += "; the quotes around it did not move with it: listen to it"
    return Placement("moved", entry.at, now, why)


def summary(placed: Sequence[Placement]) -> str:
    """The count in one line, such as "31 kept, 2 moved, 1 needs you"."""
    counts = Counter(placement.outcome for placement in placed)
    needs = "1 needs" if counts["needs you"] == 1 else f"{counts['needs you']} need"
    return f"{counts['kept']} kept, {counts['moved']} moved, {needs} you"
