"""Checking a whole ledger: one verdict for each quote, what is written back, what stops a release."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.artefacts import Proven
from pipeline.errors import ConfigError, PullquoteError, Refused
from pipeline.models import Quote, Span, encode
from pipeline.quotes.asking.questions import Question
from pipeline.quotes.deciding.anchoring import LOST, Placement, placements, shifts_of, summary
from pipeline.quotes.deciding.kept_ids import earlier, with_ids
from pipeline.quotes.deciding.standing import let_stand, passed_before
from pipeline.quotes.ledger import edits
from pipeline.quotes.ledger.ledger import Entry, Ledger, change_ledger
from pipeline.quotes.proof.guard import Guard, Verdict
from pipeline.quotes.proof.wording import pieces, starts
from pipeline.shifts import STAYED
from pipeline.text.scripts import is_unspaced
from pipeline.times import clock
from pipeline.web.addresses import quote_anchor

_MARK = "[...]"
_SHOWN = 60  # letters of a quote in a list


def check_ledger(ledger: Ledger, guard: Guard, known: Proven | None = None) -> list[Verdict]:
    """Judge every quote of a ledger, in the host's order.

    A quote whose words are said more than once, and that only its time tells apart, is looked for
    where the other quotes say that this time is now. `known` are those that had ids before; left out,
    as the file beside the ledger has them. One that passed by earlier rules stands.
    """
    entries = with_ids(ledger, known)
    verdicts = [guard.check(entry, heading) for heading, entry in entries]
    shifts = shifts_of([entry for _, entry in entries], verdicts)
    for index, (heading, entry) in enumerate(entries):
        if verdicts[index].rivals and entry.at is not None and not entry.follows:
            expected = shifts.moved(entry.at)
            if expected != entry.at:
                verdicts[index] = guard.check(entry, heading, expected, moved=True)
    if all(verdict.proven for verdict in verdicts):
        return verdicts
    before = passed_before(ledger.path, known)
    judged = zip(verdicts, entries, strict=True)
    return [let_stand(verdict, entry, before) for verdict, (_, entry) in judged]


def sign(verdicts: Sequence[Verdict], which: str, path: Path) -> list[str]:
    """Sign the questions of a quote, `k3v9`, or one of them, `k3v9:2`; a line for each."""
    asked = [question for _, question in _asked(verdicts, which, path)]

    def signed(ledger: Ledger) -> None:
        for question in asked:
            edits.sign(ledger, question.quote, question.line)

    change_ledger(path, path.name, signed)
    return [
        f"signed {question.id}, which says that you have heard it: {question.line}"
        for question in asked
    ]


def mark(verdicts: Sequence[Verdict], which: str, path: Path) -> list[str]:
    """Mark what was cut out of a quote as [...], or what one question asks about; a line for it."""
    asked = _asked(verdicts, which, path)
    cut = [question for _, question in asked if question.cuts] or [asked[0][1]]
    verdict = asked[0][0]
    whole = replace(cut[0], edits=[edit for question in cut for edit in question.edits])
    text = marked(verdict, whole)
    identity = verdict.quote.id
    change_ledger(path, path.name, lambda ledger: edits.set_text(ledger, identity, text, None))
    return [f"marked {which}: {_beginning(text)}"]


def marked(verdict: Verdict, question: Question) -> str:
    """The text of a quote with a [...] where the question says that a clause was cut out.

    PullquoteError where it asks about nothing that was left out in the middle.
    """
    text, cuts = verdict.quote.text, {(cut.raw, cut.at) for cut in question.cuts}
    found: list[int] = []
    waits = False
    for piece in pieces(verdict):
        if piece.token is None:
            waits = waits or (piece.raw, piece.at) in cuts
        elif waits:
            found.append(piece.token)
            waits = False
    if not found:
        raise PullquoteError(
            f"{question.id}: nothing was cut out here", "sign it, or change the text"
        )
    places = starts(text)
    for token in reversed(found):
        place = places[token]
        blank = "" if is_unspaced(text[place - 1 : place]) else " "
        text = f"{text[:place]}{_MARK}{blank}{text[place:]}"
    return text


def _asked(verdicts: Sequence[Verdict], which: str, path: Path) -> list[tuple[Verdict, Question]]:
    """The open questions of a quote, or one of them; ConfigError where nothing is asked there."""
    asked = [(verdict, each) for verdict in verdicts for each in verdict.open_questions]
    found = [pair for pair in asked if which in (pair[1].id, pair[1].quote)]
    if not found:
        there = ", ".join(question.id for _, question in asked)
        raise ConfigError(
            f"{path.name}: nothing is asked about {which}",
            f"questions: {there}" if there else "every quote is proven",
        )
    return found


def repeats(verdicts: Sequence[Verdict]) -> list[tuple[Verdict, Verdict]]:
    """Quotes that are in a ledger again, of the very same words, each after the one that comes first."""
    first: dict[tuple[Span, ...], Verdict] = {}
    found = []
    for verdict in verdicts:
        if verdict.quote.spans and verdict.quote.status not in LOST:
            earlier = first.setdefault(tuple(verdict.quote.spans), verdict)
            if earlier is not verdict:
                found.append((verdict, earlier))
    return found


def published(verdicts: Sequence[Verdict]) -> list[Quote]:
    """The quotes that go out: one that is in the ledger twice does so once."""
    again = [verdict for verdict, _ in repeats(verdicts)]
    return [verdict.quote for verdict in verdicts if not any(verdict is each for each in again)]


def twice(verdicts: Sequence[Verdict]) -> list[str]:
    """A line for each quote that is in the ledger again."""
    return [
        f"{verdict.quote.id}  the same words as {earlier.quote.id}, published once, where that stands:"
        " delete one of them"
        for verdict, earlier in repeats(verdicts)
    ]


def gone(ledger: Ledger, verdicts: Sequence[Verdict]) -> list[str]:
    """A line for each quote of the last run that the ledger has no more: links to it die."""
    here = {verdict.quote.id for verdict in verdicts}
    return [
        f"{quote.id}  “{_beginning(quote.text)}” is gone: links to #{quote_anchor(quote.id)} die with "
        f'the next release; if another quote takes its place, give it id = "{quote.id}"'
        for quote in earlier(ledger.path).quotes
        if quote.id not in here
    ]


def placed(ledger: Ledger, verdicts: Sequence[Verdict]) -> list[Placement]:
    """What became of each quote since its time was written into the ledger."""
    return placements([entry for _, entry in ledger.entries], verdicts)


def write_back(ledger: Ledger, verdicts: Sequence[Verdict], path: Path) -> bool:
    """Add missing ids, and the times of quotes that are new or moved, where their place is certain.

    A quote that the file holds otherwise by now is left as it is. Returns whether the file was changed.
    """
    entries = [entry for _, entry in ledger.entries]
    return change_ledger(path, path.name, lambda now: fill_in(now, entries, verdicts))


def fill_in(ledger: Ledger, judged: Sequence[Entry], verdicts: Sequence[Verdict]) -> None:
    """Write ids and times into the quotes that stand in a ledger just as they were judged."""
    left = list(zip(judged, verdicts, strict=True))
    for table, (_, entry) in zip(edits.tables(ledger), ledger.entries, strict=True):
        match = next((pair for pair in left if pair[0] == entry), None)
        if match:
            left.remove(match)
            _fill_in(table, *match)


def _fill_in(table: Any, entry: Entry, verdict: Verdict) -> None:
    quote = verdict.quote
    if quote.status in LOST:
        edits.complete(table, quote.id)
    else:
        stayed = entry.at is not None and abs(quote.start - entry.at) <= STAYED
        follows = verdict.preceded_by if verdict.rivals else None
        edits.complete(table, quote.id, None if stayed else quote.start, follows)


def as_json(verdicts: Sequence[Verdict], placed: Sequence[Placement]) -> dict[str, Any]:
    """What `quotes check --json` prints."""
    fields = ("id", "status", "speaker", "start", "end", "spans", "edits", "message", "heading")
    quotes = [encode(verdict.quote) for verdict in verdicts]
    return {
        "quotes": [
            {field: quote[field] for field in fields} | {"placement": encode(placement)}
            for quote, placement in zip(quotes, placed, strict=True)
        ],
        "questions": [asked.value for verdict in verdicts for asked in verdict.questions],
        "summary": summary(placed),
    }


def lines(verdicts: Sequence[Verdict]) -> list[str]:
    """The quotes that cannot be published: id, heading and what is wrong, one line each."""
    found = []
    for verdict in verdicts:
        if not verdict.proven:
            quote = verdict.quote
            heading = f" (“{quote.heading}”)" if quote.heading else ""
            found.append(f"{quote.id}{heading}: {quote.message}")
    return found


def followed(verdicts: Sequence[Verdict], placed: Sequence[Placement]) -> list[str]:
    """The count, and a line for each quote that has moved or needs the host; none where all stayed."""
    found = [
        f"{verdict.quote.id}  {placement.outcome}: {placement.why}"
        for verdict, placement in zip(verdicts, placed, strict=True)
        if placement.outcome != "kept"
    ]
    return [f"quotes: {summary(placed)}", *found] if found else []


def refuse_unproven(verdicts: Sequence[Verdict], hint: str) -> None:
    """Raise Refused, naming every quote that is not proven, unless all are."""
    wrong = lines(verdicts)
    if wrong:
        count = f"{len(wrong)} of {len(verdicts)} quotes"
        listed = "\n  ".join(wrong)
        raise Refused(f"{count} cannot be published as they stand:\n  {listed}", hint)


def report(verdicts: Sequence[Verdict], placed: Sequence[Placement]) -> list[str]:
    """Every quote in a line; below it what the host is asked, with the line to be pasted, or its move.

    The last line counts what was kept, has moved and needs the host.
    """
    found = []
    for verdict, placement in zip(verdicts, placed, strict=True):
        quote = verdict.quote
        found.append(
            f"{quote.id}  {clock(quote.start)}  {quote.status:13}  {_beginning(quote.text)}"
        )
        for asked in verdict.open_questions:
            line = json.dumps(asked.line, ensure_ascii=False)
            found += [f"      {each}" for each in (*asked.lines, f"{line},")]
        if quote.message and not verdict.open_questions:
            found.append(f"      {quote.message}")
        if placement.outcome == "moved":
            found.append(f"      moved {placement.why}")
    return [*found, summary(placed)] if found else []


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[:_SHOWN].rsplit(" ", 1)[0] + " …"
