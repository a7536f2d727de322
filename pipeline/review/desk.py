"""The desk: takes the page's commands one at a time, each on disk before it is answered.

The files are the truth: they are read again before every command, so what an editor wrote meanwhile
stays. A command on a quote that the file holds differently from what the page showed is not done; it
is kept on disk as a conflict until the host chooses.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import PullquoteError
from pipeline.quotes.guard import Verdict
from pipeline.quotes.ledger import parse_ledger
from pipeline.quotes.session import Review
from pipeline.review import commands
from pipeline.review.commands import Command
from pipeline.review.journal import Entry, Journal, transplant
from pipeline.review.material import Material
from pipeline.workspace import dump_json, write_text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command; `focus` is the quote or candidate that it was about."""

    name: str
    focus: str


class Desk:
    """One review in progress."""

    def __init__(self, material: Material, folder: Path) -> None:
        self.material = material
        self.lock = threading.RLock()
        self.journal = Journal(folder / "journal")
        self.problem = ""
        paths = material.paths
        self._files = {
            "quotes.toml": paths.ledger,
            "corrections.toml": paths.corrections,
            "glossary.toml": material.workspace.feed / "glossary.toml",
            "later.json": folder / "later.json",
        }
        self._conflicts = folder / "conflicts.json"
        self._turned: dict[str, Outcome] = {}  # undo and redo commands, which have no entry
        self._left: dict[str, str] = {}  # command to the fingerprint that it left its target with
        self._material_seen = self._material_digest()
        self.review = Review(paths.ledger, material.guard, material.candidates)
        self._seen = self._digest()

    @property
    def revision(self) -> str:
        """Changes whenever anything that the page shows changes."""
        return f"{self._seen}-{self.journal.position}-{self.material.generation}"

    @property
    def later(self) -> list[str]:
        """The candidates that were put off."""
        found: list[str] = self._json(self._files["later.json"])
        return found

    @property
    def conflicts(self) -> list[dict[str, Any]]:
        """Commands that met a change in the file, as plain values."""
        found: list[dict[str, Any]] = self._json(self._conflicts)
        return found

    def look(self) -> None:
        """Take in what changed on disk; a file that cannot be read is told in `problem`."""
        with self.lock:
            seen = self._digest()
            if seen == self._seen:
                return
            try:
                self._take_in()
                self.problem = ""
            except PullquoteError as error:
                self.problem = str(error)
            self._seen = seen

    def do(self, command: Command) -> Outcome:
        """Carry a command out; done before, it is not done again."""
        with self.lock:
            done = self._done(command.id)
            if done:
                return Outcome(done.name, done.focus)
            if command.id in self._turned:
                return self._turned[command.id]
            self._take_in()
            if command.do in ("undo", "redo"):
                self._turned[command.id] = self._turn(back=command.do == "undo")
                return self._turned[command.id]
            if command.do == "resolve":
                return self._resolve(command)
            if self._is_conflict(command):
                return self._put_aside(command)
            return self._carry_out(command)

    def verdict(self, identity: str) -> Verdict | None:
        """The verdict on a quote, None where the ledger has none of that id."""
        found = (verdict for verdict in self.review.verdicts if verdict.quote.id == identity)
        return next(found, None)

    def put_off(self, candidate: str) -> None:
        """Note that a candidate is to be decided later."""
        write_text(self._files["later.json"], dump_json([*self.later, candidate]))

    def drop_later(self, candidate: str) -> None:
        """A candidate is decided, so it is no longer put off."""
        later = self.later
        if candidate in later:
            later.remove(candidate)
            write_text(self._files["later.json"], dump_json(later))

    def rewrite(self, name: str, change: Callable[[str], str]) -> None:
        """Change one of the correction files, and read the transcript again."""
        path = self._files[name]
        content = path.read_text(encoding="utf-8") if path.exists() else ""
        write_text(path, change(content))
        self._load_material()

    def _carry_out(self, command: Command) -> Outcome:
        before = self._texts()
        known = {verdict.quote.id for verdict in self.review.verdicts}
        try:
            name = commands.apply(self, command)
        except BaseException:
            self._put_back(before)
            raise
        after = self._texts()
        new = [v.quote.id for v in self.review.verdicts if v.quote.id not in known]
        focus = new[0] if new else command.target
        changes = {
            key: (before[key], after[key]) for key in self._files if before[key] != after[key]
        }
        self.journal.record(Entry(command.id, name, focus, changes))
        verdict = self.verdict(focus)
        self._left[command.id] = fingerprint(verdict) if verdict else ""
        self._seen = self._digest()
        return Outcome(name, focus)

    def _turn(self, back: bool) -> Outcome:
        """Undo or redo, and leave alone what an editor changed elsewhere in the same files."""
        entry = self.journal.undoable if back else self.journal.redoable
        if entry is None:
            raise PullquoteError(f"there is nothing to {'undo' if back else 'redo'}")
        now = self._texts()
        wanted: dict[str, str | None] = {}
        for key, (old, new) in entry.changes.items():
            source, goal = (new, old) if back else (old, new)
            wanted[key] = self._transplanted(key, source, goal, now[key])
        self._write(wanted)
        self.journal.move(self.journal.position + (-1 if back else 1))
        self._take_in()
        self._seen = self._digest()
        return Outcome(f"{'Undone' if back else 'Done again'}: {entry.name}", entry.focus)

    def _transplanted(
        self, key: str, source: str | None, goal: str | None, current: str | None
    ) -> str | None:
        if current == source:
            return goal
        text = transplant(source or "", goal or "", current or "")
        if text is None:
            raise PullquoteError(
                f"{key} was changed in the same place since",
                "change it back by hand, there or here",
            )
        if key == "quotes.toml":
            parse_ledger(text, key)
        return text

    def _is_conflict(self, command: Command) -> bool:
        if not commands.edits_a_quote(command):
            return False
        if any(entry["id"] == command.after for entry in self.conflicts):
            return True  # a further step of an edit that waits for the host's choice
        base = self._left.get(command.after) if command.after else command.base
        verdict = self.verdict(command.target)
        return base is not None and verdict is not None and fingerprint(verdict) != base

    def _put_aside(self, command: Command) -> Outcome:
        kept = [entry for entry in self.conflicts if entry["id"] != command.id]
        write_text(self._conflicts, dump_json([*kept, command.model_dump(mode="json")]))
        return Outcome("conflict", command.target)

    def _resolve(self, command: Command) -> Outcome:
        kept = self.conflicts
        chosen = next((entry for entry in kept if entry["id"] == command.target), None)
        if chosen is None:
            raise PullquoteError("this was decided already")
        outcome = Outcome("Leave as in the file", chosen["target"])
        if command.value == "page":
            again = chosen | {"id": command.id, "base": None, "after": None}
            words = again.get("words")
            outcome = self._carry_out(
                Command.model_validate(again | {"words": tuple(words) if words else None})
            )
        kept.remove(chosen)
        write_text(self._conflicts, dump_json(kept))
        return outcome

    def _done(self, identity: str) -> Entry | None:
        return next((entry for entry in self.journal.entries if entry.command == identity), None)

    def _take_in(self) -> None:
        if self._material_digest() != self._material_seen:
            self._load_material()
        self.review.reload()

    def _load_material(self) -> None:
        self.material.load()
        self._material_seen = self._material_digest()
        self.review = Review(
            self.material.paths.ledger, self.material.guard, self.material.candidates
        )

    def _material_digest(self) -> str:
        return _digest_of([self._files["corrections.toml"], self._files["glossary.toml"]])

    def _digest(self) -> str:
        return _digest_of([*self._files.values(), self._conflicts])

    def _texts(self) -> dict[str, str | None]:
        return {
            key: path.read_bytes().decode() if path.exists() else None
            for key, path in self._files.items()
        }

    def _put_back(self, texts: Mapping[str, str | None]) -> None:
        """A command that failed leaves nothing behind."""
        now = self._texts()
        self._write({key: text for key, text in texts.items() if text != now[key]})
        self._take_in()

    def _write(self, texts: Mapping[str, str | None]) -> None:
        for key, text in texts.items():
            if text is None:
                self._files[key].unlink(missing_ok=True)
            else:
                write_text(self._files[key], text)

    def _json(self, path: Path) -> Any:
        return json.loads(path.read_bytes()) if path.exists() else []


def fingerprint(verdict: Verdict) -> str:
    """Changes with everything of a quote that an editor can change."""
    quote = verdict.quote
    signed = sorted(edit.raw + edit.published for edit in quote.edits if edit.consented)
    values = (
        quote.heading,
        quote.text,
        quote.speaker,
        quote.question,
        quote.footnotes,
        quote.soundbite,
        signed,
    )
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def _digest_of(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes() if path.exists() else b"-"
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()[:16]
