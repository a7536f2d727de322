"""A review in progress: what is left to decide, and decisions that are on disk as soon as they are made.

Independent of how the host is asked: the review page drives it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.errors import PullquoteError
from pipeline.host_files import change_input
from pipeline.models import Candidate
from pipeline.quotes.deciding.acceptance import name_of, open_ledger, quote_values
from pipeline.quotes.deciding.anchoring import LOST
from pipeline.quotes.deciding.checking import check_ledger, fill_in, marked
from pipeline.quotes.deciding.kept_ids import identified, with_ids
from pipeline.quotes.ledger import edits as edits
from pipeline.quotes.ledger.edits import with_section_moved
from pipeline.quotes.ledger.ledger import Entry, Ledger, parse_ledger, quote_id
from pipeline.quotes.proof.guard import Guard, Verdict
from pipeline.times import clock, parse_clock

#: Changes a host's file as `change_input` does.
Write = Callable[[Path, Callable[[str], str | None]], tuple[str, str]]

_SAME = 0.5  # share of a candidate's words in a quote from which it counts as kept


class Decisions:
    """Those on one episode's quotes. To look at them changes nothing on disk; to make one does."""

    def __init__(
        self, path: Path, guard: Guard, candidates: Sequence[Candidate], write: Write = change_input
    ) -> None:
        self.path = path
        self.guard = guard
        self.candidates = candidates
        self._write = write
        self.reload()

    def reload(self) -> None:
        """Read the ledger as it is on disk, and judge it; ConfigError when it cannot be read."""
        self.ledger = open_ledger(self.path)
        self.verdicts = check_ledger(self.ledger, self.guard)

    def open(self) -> None:
        """Note that the review is in progress: the host takes back that it is finished."""
        self._decide(lambda ledger: edits.set_review(ledger, "open"))

    @property
    def is_open(self) -> bool:
        """Whether the host has still to decide."""
        return not self.ledger.decided

    def undecided(self) -> list[Candidate]:
        """The candidates that are neither kept nor rejected, best first."""
        return [candidate for candidate in self.candidates if not self._is_decided(candidate)]

    def _is_decided(self, candidate: Candidate) -> bool:
        if candidate.id in self.ledger.rejected:
            return True
        if any(verdict.quote.id == candidate.id for verdict in self.verdicts):
            return True
        covered = {
            number
            for verdict in self.verdicts
            for span in verdict.quote.spans
            for number in range(max(span.first, candidate.first), min(span.last, candidate.last))
        }
        return len(covered) >= _SAME * (candidate.last - candidate.first)

    def verdict(self, identity: str) -> Verdict:
        """The verdict on a quote of the ledger."""
        return next(verdict for verdict in self.verdicts if verdict.quote.id == identity)

    def try_text(self, text: str, at: float | None, speaker: str | None) -> Verdict:
        """What the guard says of a text, before anything is written."""
        return self.guard.check(Entry(text, at=at, speaker=speaker))

    def keep(self, candidate: Candidate, heading: str, text: str | None = None) -> str:
        """Put a candidate, perhaps edited, into the ledger; returns the quote's id."""
        values = quote_values(candidate)
        if text is not None:
            values["text"] = text
            at = self._begins(Entry(text, at=candidate.start, speaker=candidate.speaker))
            values["at"] = values["at"] if at is None else clock(at, 1)

        def keep(ledger: Ledger) -> None:
            taken = {entry.id for _, entry in ledger.entries}
            if values["id"] in taken:
                values["id"] = quote_id(candidate.text, taken)
            edits.restore(ledger, candidate.id)
            edits.add_quote(ledger, heading, values)

        self._decide(keep)
        return values["id"]

    def add(self, heading: str, values: dict[str, Any]) -> str:
        """Put any passage into the ledger, its keys as in the file; returns the quote's id."""
        made = dict(values)

        def add(ledger: Ledger) -> None:
            at = values.get("at")
            entry = Entry(values["text"], at=None if at is None else parse_clock(at))
            others = [each for _, each in ledger.entries]
            made["id"] = identified([*others, entry], self.path)[-1].id
            edits.add_quote(ledger, heading, made)

        self._decide(add)
        return str(made["id"])

    def reject(self, candidate: Candidate) -> None:
        """Note that a candidate is not wanted."""
        self._decide(lambda ledger: edits.reject(ledger, candidate.id))

    def restore(self, candidate: str) -> None:
        """Take the rejection of a candidate back."""
        self._decide(lambda ledger: edits.restore(ledger, candidate))

    def remove(self, identity: str) -> None:
        """Take a quote out of the ledger, and do not propose it again."""

        def remove(ledger: Ledger) -> None:
            edits.remove_quote(ledger, identity)
            edits.reject(ledger, identity)

        self._decide(remove, identity)

    def edit(self, identity: str, text: str) -> Verdict:
        """Replace a quote's text, and judge it; its time follows the words with which it now begins."""
        entry = next(found for _, found in self.ledger.entries if found.id == identity)
        at = self._begins(replace(entry, text=text))
        self._decide(lambda ledger: edits.set_text(ledger, identity, text, at), identity)
        return self.verdict(identity)

    def sign(self, identity: str, line: str) -> Verdict:
        """Put the host's consent under an edit; `line` is one of the verdict's wanted lines."""
        if line not in self.verdict(identity).wanted():
            raise PullquoteError(f"{identity}: no edit of this quote asks for: {line}")
        self._decide(lambda ledger: edits.sign(ledger, identity, line), identity)
        return self.verdict(identity)

    def mark(self, identity: str, line: str) -> Verdict:
        """Mark what was cut out as [...], where the question with this line asks about it."""
        verdict = self.verdict(identity)
        asked = next((each for each in verdict.open_questions if each.line == line), None)
        if asked is None:
            raise PullquoteError(f"{identity}: no edit of this quote asks for: {line}")
        return self.edit(identity, marked(verdict, asked))

    def unsign(self, identity: str, line: str) -> None:
        """Take a consent back."""
        self._decide(lambda ledger: edits.unsign(ledger, identity, line), identity)

    def set_value(self, identity: str, key: str, value: Any) -> None:
        """Set a quote's question, speaker, footnotes or soundbite; an empty value removes it."""
        self._decide(lambda ledger: edits.set_value(ledger, identity, key, value), identity)

    def move(self, identity: str, heading: str, place: int | None = None) -> None:
        """Put a quote below another heading, or elsewhere below its own (`place` counts from 0)."""
        self._decide(lambda ledger: edits.move_quote(ledger, identity, heading, place), identity)

    def rename(self, heading: str, name: str) -> None:
        """Give a heading another name."""
        self._decide(lambda ledger: edits.rename_section(ledger, heading, name))

    def move_section(self, heading: str, place: int) -> None:
        """Put a heading with its quotes elsewhere; `place` counts headings from 0."""
        self._decide(lambda ledger: with_section_moved(ledger.dumps(), heading, place))

    def remove_section(self, heading: str) -> None:
        """Take out a heading that has no quotes."""
        self._decide(lambda ledger: edits.remove_section(ledger, heading))

    def finish(self) -> None:
        """The host has decided."""
        self._decide(lambda ledger: edits.set_review(ledger, "host"), finishes=True)

    def _begins(self, entry: Entry) -> float | None:
        """When a quote is said (seconds); None where its place is not certain."""
        quote = self.guard.check(entry).quote
        return quote.start if quote.spans and quote.status not in LOST else None

    def _decide(
        self, edit: Callable[[Ledger], object], identity: str = "", finishes: bool = False
    ) -> None:
        """Make a decision, one on the quote `identity` if that is given; `edit` may return a new text.

        Missing ids, and times of quotes that moved, are written with it. A review that was finished
        stays so unless a quote cannot be published any more.
        """

        def decided(text: str) -> str:
            ledger = self._parsed(text)
            self._fill_in(ledger)
            if identity and all(entry.id != identity for _, entry in with_ids(ledger)):
                raise PullquoteError(
                    f"the quote {identity} is no longer in the ledger",
                    "it was taken out in the file, or in another window",
                )
            if not ledger.decided:
                edits.set_review(ledger, "open")
            edited = edit(ledger)
            after = self._parsed(edited if isinstance(edited, str) else ledger.dumps())
            proven = self._fill_in(after)
            if after.decided and not (proven or finishes):
                edits.set_review(after, "open")
            return after.dumps()

        self._write(self.path, decided)
        self.reload()

    def _fill_in(self, ledger: Ledger) -> bool:
        """Write what the tool knows of the quotes; returns whether all may be published."""
        verdicts = check_ledger(ledger, self.guard)
        fill_in(ledger, [entry for _, entry in ledger.entries], verdicts)
        return all(verdict.proven for verdict in verdicts)

    def _parsed(self, text: str) -> Ledger:
        return parse_ledger(text, name_of(self.path), self.path)
