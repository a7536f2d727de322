"""sha256 of files, remembered by modification time, size and inode in `.pullquote/`.

The memory only saves reading: losing it, or an update to it, costs time and nothing else. One database
serves the whole show, with a row for each episode, so that a run of one episode parses one row and two
processes do not undo each other's rows. What is learnt gets a new number: a look at the higher ones is
all that it takes to know what others have learnt.
"""

import contextlib
import json
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from pipeline.engine.declared.files import is_racy, signature
from pipeline.engine.state.recalled import Recalled
from pipeline.workspace import file_sha256

_TABLE = (
    "CREATE TABLE IF NOT EXISTS known"
    " (id INTEGER PRIMARY KEY AUTOINCREMENT, slug TEXT UNIQUE, memo BLOB, files BLOB)"
)


class Group:
    """The remembered hashes of one episode's files, and what else is known about its state.

    `memo` is free for the caller; assign it whole.
    """

    def __init__(self, memo: bytes = b"{}", files: bytes = b"{}") -> None:
        self._raw = (memo, files)
        self._memo: dict[str, Any] | None = None
        self._files: dict[str, Any] | None = None
        self.dirty = False

    @property
    def memo(self) -> dict[str, Any]:
        if self._memo is None:
            self._memo = _parse(self._raw[0])
        return self._memo

    @memo.setter
    def memo(self, value: dict[str, Any]) -> None:
        self._memo = value
        self.dirty = True

    def sha256(self, name: str, path: str, stat: os.stat_result) -> str:
        """The hash of the file at `path`, whose stat was taken before this call."""
        if self._files is None:
            self._files = _parse(self._raw[1])
        seen = signature(stat)
        known = self._files.get(name)
        if isinstance(known, list) and known[:-1] == seen:
            return str(known[-1])
        now = time.time_ns()
        digest = file_sha256(path)
        if not is_racy(stat, now):
            self._files[name] = [*seen, digest]
            self.dirty = True
        return digest

    def dump(self) -> tuple[bytes, bytes]:
        return (
            self._raw[0] if self._memo is None else _dump(self._memo),
            self._raw[1] if self._files is None else _dump(self._files),
        )


class FileHashes:
    """The memory of a show: groups by episode; the empty slug is the show itself.

    `recalled` are records that were read from files.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: dict[str, tuple[bytes, bytes]] = {}
        self._groups: dict[str, Group] = {}
        self._seen = 0  # the last row that was read
        self._base: sqlite3.Connection | None = None
        self.recalled = Recalled(path.parent / "recalled")
        self.refresh()

    def refresh(self) -> "FileHashes":
        """Take in what other processes have learnt since."""
        with contextlib.suppress(OSError):
            try:
                self._read()
            except sqlite3.OperationalError:
                pass  # another process has it, or nobody may read it
            except sqlite3.DatabaseError:
                self._base = None
                self._path.unlink()  # damaged, or of an earlier release
        return self

    def group(self, slug: str) -> Group:
        if slug not in self._groups:
            self._groups[slug] = Group(*self._rows.get(slug, ()))
        return self._groups[slug]

    def save(self) -> None:
        """Write what was learnt, beside what other processes wrote meanwhile."""
        changed = {slug: group for slug, group in self._groups.items() if group.dirty}
        if not changed:
            return
        rows = {slug: group.dump() for slug, group in changed.items()}
        # A show that may only be read has a status, too.
        with contextlib.suppress(OSError, sqlite3.Error):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as base:
                base.execute(_TABLE)
                base.executemany(
                    "REPLACE INTO known (slug, memo, files) VALUES (?, ?, ?)",
                    [(slug, *row) for slug, row in rows.items()],
                )
        self._rows |= rows
        for group in changed.values():
            group.dirty = False

    def _open(self) -> sqlite3.Connection:
        """The database, opened once: a run of ten thousand episodes asks for it twice for each."""
        if self._base is None:
            self._base = sqlite3.connect(self._path, check_same_thread=False)
            self._base.execute("PRAGMA synchronous = OFF")  # what a power cut loses is read again
        return self._base

    def _read(self) -> None:
        if not self._path.is_file():
            return
        with self._open() as base:
            news = base.execute("SELECT * FROM known WHERE id > ? ORDER BY id", (self._seen,))
            for self._seen, slug, *row in news:
                self._rows[slug] = (row[0], row[1])
                if slug in self._groups and not self._groups[slug].dirty:
                    del self._groups[slug]


def _parse(content: bytes) -> dict[str, Any]:
    try:
        value = from_json(content, cache_strings="keys")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _dump(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
