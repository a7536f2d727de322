"""A review in progress: what is left to decide, and decisions that are on disk as soon as they are made.

Independent of how the host is asked; the terminal session and the review page both drive it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.errors import PullquoteError
from pipeline.models import Candidate
from pipeline.quotes import ledger_edits as edits
from pipeline.quotes.acceptance import open_ledger, quote_values
from pipeline.quotes.anchoring import LOST
from pipeline.quotes.checking import check_ledger, write_back
from pipeline.quotes.guard import Guard, Verdict
from pipeline.quotes.ledger import Entry, Ledger, quote_id
from pipeline.quotes.section_order import with_section_moved
from pipeline.times import clock
from pipeline.workspace import write_bytes, write_input

_SAME = 0.5  # share of a candidate's words in a quote from which it counts as kept


@dataclass(frozen=True, slots=True)
class Item:
    """Something to decide: a candidate, or a quote that cannot be published as it stands."""

    candidate: Candidate | None
    verdict: Verdict | None

    @property
    def key(self) -> str:
        """The id of the candidate or quote."""
        if self.candidate:
            return self.candidate.id
        assert self.verdict is not None
        return self.verdict.quote.id


class Review:
    """The review of one episode's ledger."""

    def __init__(self, path: Path, guard: Guard, candidates: Sequence[Candidate]) -> None:
        self.path = path
        self.guard = guard
        self.candidates = candidates
        self._undo: list[bytes | None] = []
        self.ledger: Ledger = open_ledger(path)
        self.verdicts: list[Verdict] = []
        self._judge()

    def open(self) -> None:
        """Note on disk that the review is in progress, and fill in missing ids and times."""
        if self.ledger.review != "open":
            edits.set_review(self.ledger, "open")
            self._save()

    @property
    def headings(self) -> list[str]:
        """The headings so far, in the host's order."""
        return [section.heading for section in self.ledger.sections]

    def items(self) -> list[Item]:
        """What is left: first quotes that are not proven, then candidates, best first."""
        unproven = [Item(None, verdict) for verdict in self.verdicts if not verdict.proven]
        return unproven + [Item(c, None) for c in self.candidates if not self._is_decided(c)]

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
        self._remember()
        values = quote_values(candidate)
        taken = {verdict.quote.id for verdict in self.verdicts}
        if values["id"] in taken:
            values["id"] = quote_id(candidate.text, taken)
        if text is not None:
            values["text"] = text
            at = self._begins(Entry(text, at=candidate.start, speaker=candidate.speaker))
            values["at"] = values["at"] if at is None else clock(at, 1)
        edits.restore(self.ledger, candidate.id)
        edits.add_quote(self.ledger, heading, values)
        self._save()
        return values["id"]

    def add(self, heading: str, values: dict[str, Any]) -> str:
        """Put any passage into the ledger, its keys as in the file; returns the quote's id."""
        self._remember()
        taken = {verdict.quote.id for verdict in self.verdicts}
        identity = quote_id(values["text"], taken)
        edits.add_quote(self.ledger, heading, {"id": identity, **values})
        self._save()
        return identity

    def restore(self, candidate: str) -> None:
        """Take the rejection of a candidate back."""
        self._remember()
        edits.restore(self.ledger, candidate)
        self._save()

    def unsign(self, identity: str, line: str) -> None:
        """Take a consent back."""
        self._remember()
        edits.unsign(self.ledger, identity, line)
        self._save()

    def set_value(self, identity: str, key: str, value: Any) -> None:
        """Set a quote's question, speaker, footnotes or soundbite; an empty value removes it."""
        self._remember()
        edits.set_value(self.ledger, identity, key, value)
        self._save()

    def rename(self, heading: str, name: str) -> None:
        """Give a heading another name."""
        self._remember()
        edits.rename_section(self.ledger, heading, name)
        self._save()

    def move_section(self, heading: str, place: int) -> None:
        """Put a heading with its quotes elsewhere; `place` counts headings from 0."""
        moved = with_section_moved(self.ledger.dumps(), heading, place)
        self._remember()
        write_input(self.path, moved)
        self._judge()

    def remove_section(self, heading: str) -> None:
        """Take out a heading that has no quotes."""
        self._remember()
        edits.remove_section(self.ledger, heading)
        self._save()

    def reload(self) -> None:
        """Take in what an editor wrote meanwhile; ConfigError when the file cannot be read."""
        self._judge()

    def reject(self, candidate: Candidate) -> None:
        """Note that a candidate is not wanted."""
        self._remember()
        edits.reject(self.ledger, candidate.id)
        self._save()

    def remove(self, identity: str) -> None:
        """Take a quote out of the ledger, and do not propose it again."""
        self._remember()
        edits.remove_quote(self.ledger, identity)
        edits.reject(self.ledger, identity)
        self._save()

    def edit(self, identity: str, text: str) -> Verdict:
        """Replace a quote's text, and judge it; its time follows the words with which it now begins."""
        self._remember()
        entry = next(found for _, found in self.ledger.entries if found.id == identity)
        edits.set_text(self.ledger, identity, text, self._begins(replace(entry, text=text)))
        self._save()
        return self.verdict(identity)

    def sign(self, identity: str, line: str) -> Verdict:
        """Put the host's consent under an edit; `line` is one of the verdict's wanted lines."""
        if line not in self.verdict(identity).wanted():
            raise PullquoteError(f"{identity}: no edit of this quote asks for: {line}")
        self._remember()
        edits.sign(self.ledger, identity, line)
        self._save()
        return self.verdict(identity)

    def move(self, identity: str, heading: str, place: int | None = None) -> None:
        """Put a quote below another heading, or elsewhere below its own (`place` counts from 0)."""
        self._remember()
        edits.move_quote(self.ledger, identity, heading, place)
        self._save()

    def finish(self) -> None:
        """The host has decided."""
        self._remember()
        edits.set_review(self.ledger, "host")
        self._save()

    def undo(self) -> bool:
        """Take the last decision of this session back; False when there is none."""
        if not self._undo:
            return False
        before = self._undo.pop()
        if before is None:
            self.path.unlink(missing_ok=True)
        else:
            write_bytes(self.path, before)
        self._judge()
        return True

    def _begins(self, entry: Entry) -> float | None:
        """When a quote is said (seconds); None where its place is not certain."""
        quote = self.guard.check(entry).quote
        return quote.start if quote.spans and quote.status not in LOST else None

    def _remember(self) -> None:
        self._undo.append(self.path.read_bytes() if self.path.exists() else None)

    def _save(self) -> None:
        write_input(self.path, self.ledger.dumps())
        self._judge()

    def _judge(self) -> None:
        """Read the ledger as it is on disk and judge it; missing ids and times are filled in."""
        self.ledger = open_ledger(self.path)
        self.verdicts = check_ledger(self.ledger, self.guard)
        if self.path.exists() and write_back(self.ledger, self.verdicts, self.path):
            self.ledger = open_ledger(self.path)
