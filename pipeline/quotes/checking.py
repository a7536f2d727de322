"""Checking a whole ledger: one verdict for each quote, what is written back, what stops a release."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import Refused
from pipeline.models import encode
from pipeline.quotes.guard import Guard, Verdict
from pipeline.quotes.ledger import Ledger, with_ids
from pipeline.quotes.ledger_edits import complete
from pipeline.times import clock
from pipeline.workspace import write_text

_SHOWN = 60  # letters of a quote in a list


def check_ledger(ledger: Ledger, guard: Guard) -> list[Verdict]:
    """Judge every quote of a ledger, in the host's order."""
    return [guard.check(entry, heading) for heading, entry in with_ids(ledger)]


def write_back(ledger: Ledger, verdicts: Sequence[Verdict], path: Path) -> bool:
    """Add missing ids, and the times of quotes whose place is certain; whether anything was missing."""
    found = [
        (
            verdict.quote.id,
            None if verdict.quote.status in ("ambiguous", "not-said") else verdict.quote.start,
        )
        for verdict in verdicts
    ]
    changed = complete(ledger, found)
    if changed:
        write_text(path, ledger.dumps())
    return changed


def as_json(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """What `quotes check --json` prints."""
    fields = ("id", "status", "speaker", "start", "end", "spans", "edits", "message", "heading")
    quotes = [encode(verdict.quote) for verdict in verdicts]
    return {"quotes": [{field: quote[field] for field in fields} for quote in quotes]}


def lines(verdicts: Sequence[Verdict]) -> list[str]:
    """The quotes that cannot be published: id, heading and what is wrong, one line each."""
    found = []
    for verdict in verdicts:
        if not verdict.proven:
            quote = verdict.quote
            heading = f" (“{quote.heading}”)" if quote.heading else ""
            found.append(f"{quote.id}{heading}: {quote.message}")
    return found


def refuse_unproven(verdicts: Sequence[Verdict], hint: str) -> None:
    """Raise Refused, naming every quote that is not proven, unless all are."""
    wrong = lines(verdicts)
    if wrong:
        count = f"{len(wrong)} of {len(verdicts)} quotes"
        listed = "\n  ".join(wrong)
        raise Refused(f"{count} cannot be published as they stand:\n  {listed}", hint)


def report(verdicts: Sequence[Verdict]) -> list[str]:
    """Every quote in a line, with the consent lines that are missing below it, to be pasted."""
    found = []
    for verdict in verdicts:
        quote = verdict.quote
        found.append(
            f"{quote.id}  {clock(quote.start)}  {quote.status:13}  {_beginning(quote.text)}"
        )
        wanted = verdict.wanted()
        if wanted:
            found += [f"      {json.dumps(line, ensure_ascii=False)}," for line in wanted]
        elif quote.message:
            found.append(f"      {quote.message}")
    return found


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[:_SHOWN].rsplit(" ", 1)[0] + " …"
