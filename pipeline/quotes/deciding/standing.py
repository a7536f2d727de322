"""Quotes that passed by earlier rules: they stand while their text and the transcript stay as they are.

The guard learns to see more. What a host has published is no new question because of that, and a show
that was published yesterday must not stop today.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipeline.artefacts import SUSPECTS, TRANSCRIPT, Proven
from pipeline.engine.state.lock import read_lock
from pipeline.errors import PullquoteError
from pipeline.models import Quote
from pipeline.quotes.asking.signatures import names
from pipeline.quotes.deciding.kept_ids import earlier
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import consent_line
from pipeline.quotes.proof.guard import PROVEN, Verdict
from pipeline.workspace import file_sha256

_HEARD = (TRANSCRIPT, SUSPECTS)


def passed_before(ledger: Path | None, known: Proven | None = None) -> Mapping[str, Quote]:
    """The quotes that the last review let pass, by id; none where the transcript is another by now.

    `known` are they; left out, as the file beside the ledger has them.
    """
    if ledger is None:
        return {}
    folder = ledger.parent
    try:
        review = read_lock(folder / "build" / "lock.json", "lock.json").stages["review"]
        seen = [review.inputs.get(name) for name in _HEARD]
        if review.waiting or seen != [file_sha256(folder / name) for name in _HEARD]:
            return {}
    except (KeyError, OSError, PullquoteError):
        return {}
    return {
        quote.id: quote for quote in (known or earlier(ledger)).quotes if quote.status in PROVEN
    }


def let_stand(verdict: Verdict, entry: Entry, before: Mapping[str, Quote]) -> Verdict:
    """A verdict as it was, where only the rules have changed: no text, no consent, no setting."""
    quote = verdict.quote
    old = before.get(quote.id)
    if old is None or quote.status != "needs-consent" or _asked(old) != _asked(quote):
        return verdict
    signed = {
        (edit.raw, edit.published)
        for edit in old.edits
        if edit.kind in verdict.stopped
        and not any(names(line, consent_line(edit)) for line in entry.consent)
    }
    if any((part.raw, part.published) in signed for part in verdict.missing):
        return verdict
    known = {(edit.kind, edit.raw, edit.published) for edit in old.edits}
    parts = [
        part if (part.kind, part.raw, part.published) in known else replace(part, kind=None)
        for part in verdict.parts
        if part.published or (part.kind, part.raw, part.published) in known
    ]
    stood = replace(quote, edits=old.edits, status=old.status, message="")
    return replace(verdict, quote=stood, parts=parts, questions=())


def _asked(quote: Quote) -> tuple[object, ...]:
    return quote.text, quote.speaker, quote.question, list(quote.spans)
