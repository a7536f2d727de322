"""Where the quotes of a ledger went when the recording or its transcript changed.

Words are the address: each quote is looked for anew, and the time in the ledger is compared with
where it was found. What the other quotes did tells a cut or an intro from a quote that went astray.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.proof.guard import Verdict
from pipeline.times import clock

Outcome = Literal["kept", "moved", "needs you"]

#: Seconds from the time in the ledger to where a quote was found, up to which it stayed where it was:
#: recognisers differ by about half a second in where a word begins.
STAYED = 1.0
_TOGETHER = 2.0  # seconds: shifts that differ by less are one cut

LOST = frozenset({"ambiguous", "not-said"})  # statuses without a certain place


@dataclass(frozen=True, slots=True)
class Placement:
    """What became of a quote: where the ledger has it and where it is now (seconds), and why."""

    outcome: Outcome
    was: float | None
    now: float | None
    why: str


class Drift:
    """How far the words moved, by the quotes whose place is beyond doubt."""

    def __init__(self, entries: Sequence[Entry], verdicts: Sequence[Verdict]) -> None:
        certain = sorted(
            (entry.at, verdict.quote.start - entry.at)
            for entry, verdict in zip(entries, verdicts, strict=True)
            if entry.at is not None and not verdict.rivals and verdict.quote.status not in LOST
        )
        self._times = [at for at, _ in certain]
        self._shifts = [shift for _, shift in certain]

    def expected(self, at: float) -> float | None:
        """Where what was at `at` should be now; None where the quotes around it moved apart."""
        around = self.around(at)
        if not around:
            return at
        return None if max(around) - min(around) > _TOGETHER else at + around[0]

    def around(self, at: float) -> list[float]:
        """The shifts of the nearest other quotes before and after."""
        before = bisect_left(self._times, at)
        after = before
        while after < len(self._times) and self._times[after] == at:
            after += 1
        return [
            *self._shifts[max(0, before - 1) : before],
            *self._shifts[after : after + 1],
        ]


def placements(entries: Sequence[Entry], verdicts: Sequence[Verdict]) -> list[Placement]:
    """What became of each quote; `entries` as the ledger had them, before times are written back."""
    drift = Drift(entries, verdicts)
    return [
        _placement(entry, verdict, drift) for entry, verdict in zip(entries, verdicts, strict=True)
    ]


def _placement(entry: Entry, verdict: Verdict, drift: Drift) -> Placement:
    quote = verdict.quote
    now = None if quote.status in LOST else quote.start
    if not verdict.proven:
        return Placement("needs you", entry.at, now, quote.message)
    assert now is not None
    if entry.at is None or abs(now - entry.at) <= STAYED:
        return Placement("kept", entry.at, now, "")
    shift = now - entry.at
    why = f"from {clock(entry.at, 1)} to {clock(now, 1)} ({shift:+.1f} s)"
    around = drift.around(entry.at)
    if around and min(abs(other - shift) for other in around) > _TOGETHER:
        why += "; the quotes around it did not move with it: listen to it"
    return Placement("moved", entry.at, now, why)


def summary(placed: Sequence[Placement]) -> str:
    """The count in one line, such as "31 kept, 2 moved, 1 needs you"."""
    counts = Counter(placement.outcome for placement in placed)
    needs = counts["needs you"]
    parts = [
        f"{counts['kept']} kept",
        f"{counts['moved']} moved",
        f"{needs} need{'s' if needs == 1 else ''} you",
    ]
    return ", ".join(parts)
