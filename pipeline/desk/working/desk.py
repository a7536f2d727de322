"""The desk: takes the page's commands one at a time, each on disk before it is answered.

A command on a quote that the file holds differently from what the page showed is not done; it
is kept on disk as a conflict until the host chooses.
"""

import contextlib
import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.desk.working import commands
from pipeline.desk.working.commands import Command
from pipeline.desk.working.files import ReviewFiles, fingerprint, stands
from pipeline.desk.working.journal import Entry, Journal
from pipeline.desk.working.material import Material
from pipeline.desk.working.news import Seen, news
from pipeline.desk.working.watch import Watch
from pipeline.errors import PullquoteError
from pipeline.host_files import transplant
from pipeline.models import decode, encode
from pipeline.quotes.deciding.decisions import Decisions
from pipeline.quotes.ledger.ledger import parse_ledger
from pipeline.workspace import dump_json, sweep, write_text

_NEWS = 12  # lines that a page which looks rarely still gets


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command; `focus` is the quote or candidate that it was about."""

    name: str
    focus: str


class Desk:
    """One review in progress."""

    def __init__(self, material: Material, folder: Path) -> None:
        self.listen: Callable[[], None] = lambda: None  # asks the sound
        self.files = ReviewFiles(material, folder)
        self.lock = threading.RLock()
        for place in (folder, folder / "journal"):
            sweep(place)
        self.journal = Journal(folder / "journal")
        self.problem = ""
        self._conflicts = folder / "conflicts.json"
        self._unfinished = folder / "unfinished.json"
        self._watch = Watch()
        self._left: dict[str, str] = {}  # command to the fingerprint that it left its target with
        self._record_unfinished()
        self._seen = self._digest()
        self._shown = Seen.of(material, self.decisions)
        self._told = 0
        # Numbered lines: what changed, and not by a decision here.
        self.news: list[tuple[int, str]] = []

    @property
    def material(self) -> Material:
        return self.files.material

    @property
    def decisions(self) -> Decisions:
        return self.files.decisions

    @property
    def revision(self) -> str:
        """Changes whenever anything that the page shows changes."""
        return f"{self._seen}-{self.journal.position}-{self.material.generation}"

    @property
    def conflicts(self) -> list[Command]:
        """Commands that met a change in the file."""
        path = self._conflicts
        return decode(list[Command], path.read_bytes(), path.name) if path.exists() else []

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

    def _take_in(self) -> None:
        """Read again what changed, and say what it was."""
        self.files.take_in()
        now = Seen.of(self.material, self.decisions)
        lines = news(self._shown, now)
        self._tell(lines)
        self._shown = now
        if lines:
            self.listen()

    def _tell(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._told += 1
            self.news = [*self.news, (self._told, line)][-_NEWS:]

    def settled(self, lines: Sequence[str]) -> None:
        """Take in what the sound has settled, and say it."""
        with self.lock:
            self.files.take_in()
            self._decided()
            self._tell(lines)

    def _decided(self) -> None:
        """What a decision here has changed is no news; what an editor saved right after it is."""
        self._shown = Seen.of(self.material, self.decisions)
        self._seen = ""

    def do(self, command: Command) -> Outcome:
        """Carry a command out; done before, it is not done again."""
        with self.lock:
            done = self._done(command.id)
            if done:
                return Outcome(done.name, done.focus)
            if command.id == self.journal.turned:
                return Outcome("Done", "")
            self._take_in()
            if command.do in ("undo", "redo"):
                return self._turn(command)
            if command.do == "resolve":
                return self._resolve(command)
            if self._is_conflict(command):
                return self._put_aside(command)
            return self._carry_out(command)

    def _carry_out(self, command: Command) -> Outcome:
        known = {verdict.quote.id for verdict in self.decisions.verdicts}
        note = {"command": command.id, "target": command.target}
        self.files.begin(  # what it is about to make of the files, should we be stopped
            lambda changes: write_text(self._unfinished, dump_json({**note, "changes": changes}))
        )
        try:
            name = commands.apply(self.files, command)
        except BaseException:
            self.files.take_back()
            with contextlib.suppress(OSError, PullquoteError):
                self._unfinished.unlink(missing_ok=True)
                self.files.take_in()
            raise
        new = [v.quote.id for v in self.decisions.verdicts if v.quote.id not in known]
        focus = new[0] if new else command.target
        self.journal.record(Entry(command.id, name, focus, self.files.changes))
        self._unfinished.unlink(missing_ok=True)
        verdict = self.files.verdict(focus)
        self._left[command.id] = fingerprint(verdict) if verdict else ""
        self._decided()
        if verdict and (verdict.wanted() or command.do == "sign"):
            self.listen()
        return Outcome(name, focus)

    def _record_unfinished(self) -> None:
        """Put a command on record that was on disk already when an earlier server was stopped.

        The page sends it again, and it must not be done twice. What an editor has saved since is not
        its doing.
        """
        if not self._unfinished.exists():
            return
        note = json.loads(self._unfinished.read_bytes())
        now = self.files.texts
        planned = {name: (old, new) for name, (old, new) in note.get("changes", {}).items()}
        changes = {key: pair for key, pair in planned.items() if stands(*pair, now[key])}
        done = self._done(note["command"])
        if done:  # perhaps without the position, which is written after it
            self.journal.move(max(self.journal.position, self.journal.entries.index(done) + 1))
        elif changes:
            name = "the decision before the review stopped"
            self.journal.record(Entry(note["command"], name, note["target"], changes))
        self._unfinished.unlink()

    def _turn(self, command: Command) -> Outcome:
        """Undo or redo, and leave alone what an editor changed elsewhere in the same files."""
        back = command.do == "undo"
        entry = self.journal.undoable if back else self.journal.redoable
        if entry is None:
            raise PullquoteError(f"there is nothing to {'undo' if back else 'redo'}")
        turns = {
            key: (new, old) if back else (old, new) for key, (old, new) in entry.changes.items()
        }
        now = self.files.texts
        for key, turn in turns.items():  # all of them, or none
            _transplanted(key, turn, now[key])
        self.files.begin(lambda _: None)
        for key, turn in turns.items():
            self.files.change(self.files.paths[key], partial(_transplanted, key, turn))
        self.journal.move(self.journal.position + (-1 if back else 1), command.id)
        self.files.take_in()
        self._decided()
        return Outcome(f"{'Undone' if back else 'Done again'}: {entry.name}", entry.focus)

    def _is_conflict(self, command: Command) -> bool:
        if not commands.edits_a_quote(command):
            return False
        if any(entry.id == command.after for entry in self.conflicts):
            return True  # a further step of an edit that waits for the host's choice
        base = self._left.get(command.after) if command.after else command.base
        verdict = self.files.verdict(command.target)
        return base is not None and verdict is not None and fingerprint(verdict) != base

    def _put_aside(self, command: Command) -> Outcome:
        kept = [entry for entry in self.conflicts if entry.id != command.id]
        write_text(self._conflicts, dump_json(encode([*kept, command])))
        return Outcome("conflict", command.target)

    def _resolve(self, command: Command) -> Outcome:
        kept = self.conflicts
        chosen = next((entry for entry in kept if entry.id == command.target), None)
        if chosen is None:
            raise PullquoteError("this was decided already")
        outcome = Outcome("Leave as in the file", chosen.target)
        if command.value == "page":
            again = {"id": command.id, "base": None, "after": None}
            outcome = self._carry_out(chosen.model_copy(update=again))
        kept.remove(chosen)
        write_text(self._conflicts, dump_json(encode(kept)))
        return outcome

    def _done(self, identity: str) -> Entry | None:
        return next((entry for entry in self.journal.entries if entry.command == identity), None)

    def _digest(self) -> str:
        files = f"{self.files.digest}{self.material.digest}{self._watch.digest(self._conflicts)}"
        return hashlib.sha256(files.encode()).hexdigest()[:16]


def _transplanted(key: str, turn: tuple[str, str], now: str) -> str | None:
    """A file's text with a change made to it once more, or taken back; None for a file that goes."""
    source, goal = turn
    text = goal if now in turn else transplant(source, goal, now)
    if text is None:
        raise PullquoteError(
            f"{key} was changed in the same place since", "change it back by hand, there or here"
        )
    if key == "quotes.toml":
        parse_ledger(text, key)
    return text or None
