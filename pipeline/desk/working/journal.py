"""The journal: what each decision changed on disk, so that all of them can be taken back.

One file an entry, below `.pullquote/`; it outlives the server. Entries hold whole texts of small files.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from pipeline.errors import PullquoteError
from pipeline.models import decode, encode
from pipeline.workspace import dump_json, write_text

_MOST = 1000  # entries kept


def _plain(text: str | None) -> str:
    """A text as files are read today: earlier versions kept line ends, marks, and None for no file."""
    return (text or "").removeprefix("\ufeff").replace("\r\n", "\n")


_Text = Annotated[str, BeforeValidator(_plain)]


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision: the command's id, its name for people, what it was about, and texts before and after.

    `changes` maps a file's name to (before, after), empty where there was no file.
    """

    command: str
    name: str
    focus: str
    changes: Mapping[str, tuple[_Text, _Text]]


class Journal:
    """Entries in order, and how many of them are in force."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries: list[Entry] = []
        self.position = 0
        self.turned = ""  # the undo or redo command that moved the position last
        self._first = 0  # number of the oldest entry's file
        self._load()

    @property
    def undoable(self) -> Entry | None:
        return self.entries[self.position - 1] if self.position else None

    @property
    def redoable(self) -> Entry | None:
        return self.entries[self.position] if self.position < len(self.entries) else None

    def record(self, entry: Entry) -> None:
        """Add a decision; those that were undone before it are gone."""
        for number in range(self.position, len(self.entries)):
            self._path(number).unlink(missing_ok=True)
        del self.entries[self.position :]
        self.entries.append(entry)
        write_text(self._path(len(self.entries) - 1), dump_json(encode(entry)))
        self.move(len(self.entries))
        if len(self.entries) > _MOST:
            self._path(0).unlink(missing_ok=True)
            self.entries.pop(0)
            self._first += 1
            self.position -= 1

    def move(self, position: int, command: str = "") -> None:
        """Set how many entries are in force; `command` is the undo or redo that asks for it."""
        self.position = position
        self.turned = command
        write_text(self.folder / "position", f"{self._first + position} {command}".strip() + "\n")

    def _path(self, index: int) -> Path:
        return self.folder / f"{self._first + index:08d}.json"

    def _load(self) -> None:
        paths = sorted(self.folder.glob("[0-9]*.json"))  # "*" would match half-written files, too
        if not paths:
            return
        # A journal that was cut off: what could be read can be undone.
        with contextlib.suppress(OSError, ValueError, PullquoteError):
            self._first = int(paths[0].stem)
            for path in paths:
                self.entries.append(decode(Entry, path.read_bytes(), path.name))
            self.position = len(self.entries)
            number, *turned = (self.folder / "position").read_text().split()
            self.position = int(number) - self._first
            self.turned = "".join(turned)
        self.position = max(0, min(self.position, len(self.entries)))
