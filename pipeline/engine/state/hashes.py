"""sha256 of files, remembered by modification time, size and inode in `.pullquote/`.

The memory only saves reading: losing it, or an update to it, costs time and nothing else. One file
serves the whole show, with lines for each episode, so that a run of one episode parses one line and
two processes do not undo each other's lines.
"""

import contextlib
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

from pipeline.errors import PullquoteError
from pipeline.workspace import write_bytes

#: A file changed this shortly before it was hashed may change again within the same tick of the file
#: system's clock and keep its time (git's "racy" problem; FAT counts in 2 s).
RACY_NS = 2_000_000_000

_HEADER = b"pullquote hashes 1"
_EMPTY = b"{}\t{}"  # the line of an episode of which nothing is known
_OUTDATED = 1000  # lines more than twice as many as count


def hash_file(path: Path | str) -> str:
    """The sha256 of a file's content; PullquoteError when it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PullquoteError(
            f"{path}: cannot be read: {error.strerror or error}", "check the file and run again"
        ) from None


def signature(stat: os.stat_result) -> list[int]:
    """What changes when a file's content does; the change time sees edits that restore the other one."""
    return [stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino]


def is_racy(stat: os.stat_result, now_ns: int) -> bool:
    """Whether the file was touched so shortly before `now_ns` that its times prove nothing."""
    return now_ns - max(stat.st_mtime_ns, stat.st_ctime_ns) <= RACY_NS


class Group:
    """The remembered hashes of one episode's files, and what else is known about its state.

    `memo` is free for the caller; assign it whole.
    """

    def __init__(self, memo: bytes = b"{}", files: bytes = b"{}") -> None:
        self._raw = (memo, files)
        self._memo: dict[str, Any] | None = None
        self._files: dict[str, Any] | None = None
        self._used: dict[str, Any] = {}
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
            self._used[name] = known
            return str(known[-1])
        now = time.time_ns()
        digest = hash_file(path)
        if not is_racy(stat, now):
            self._files[name] = self._used[name] = [*seen, digest]
            self.dirty = True
        return digest

    def prune(self) -> None:
        """Forget files that nobody asked about since the group was loaded."""
        if self._files is not None and len(self._used) < len(self._files):
            self._files = dict(self._used)
            self.dirty = True

    def dump(self) -> bytes:
        """The two fields of the group's line."""
        memo = self._raw[0] if self._memo is None else _dump(self._memo)
        files = self._raw[1] if self._files is None else _dump(self._files)
        return memo + b"\t" + files


class FileHashes:
    """The memory of a show: groups by episode; the empty slug is the show itself.

    What is learnt is appended, and the last line of an episode counts: a command that goes through
    thousands of episodes writes and reads each line once. Now and then the file is written anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: dict[bytes, bytes] = {}
        self._groups: dict[str, Group] = {}
        self._read = (0, 0)  # the file's inode, and how much of it was read
        self._rows = 0  # in the file, outdated ones too
        self._renew = False
        self.refresh()

    def refresh(self) -> "FileHashes":
        """Take in what other processes have learnt since."""
        for row in self._news().splitlines():
            slug, _, line = row.partition(b"\t")
            if b"\t" not in line:
                continue
            self._rows += 1
            self._keep(slug, line)
            known = self._groups.get(slug.decode(errors="replace"))
            if known and not known.dirty:
                del self._groups[slug.decode(errors="replace")]
        return self

    def group(self, slug: str) -> Group:
        """The group of an episode, empty when nothing is remembered."""
        if slug not in self._groups:
            line = self._lines.get(slug.encode())
            self._groups[slug] = Group(*line.split(b"\t", 1)) if line else Group()
        return self._groups[slug]

    def keep_only(self, slugs: set[str]) -> None:
        """Forget the episodes that are no longer there."""
        gone = {slug for slug in self._lines if slug and slug.decode() not in slugs}
        for slug in gone:
            self._groups[slug.decode()] = Group()
            self._groups[slug.decode()].dirty = True
            self._renew = True

    def save(self) -> None:
        """Write what was learnt, beside what other processes wrote meanwhile."""
        changed = {
            slug.encode(): group.dump() for slug, group in self._groups.items() if group.dirty
        }
        if not changed:
            return
        with contextlib.suppress(OSError):  # a show that may only be read has a status, too
            if self._renew or self._rows + len(changed) > 2 * len(self._lines) + _OUTDATED:
                self._write_anew(changed)
            else:
                self._append(changed)
        for slug, line in changed.items():
            self._groups[slug.decode()].dirty = False
            self._keep(slug, line)

    def _keep(self, slug: bytes, line: bytes) -> None:
        if line == _EMPTY:
            self._lines.pop(slug, None)
        else:
            self._lines[slug] = line

    def _news(self) -> bytes:
        """The whole lines that were not read yet."""
        try:
            with self._path.open("rb") as file:
                stat = os.fstat(file.fileno())
                inode, start = self._read
                if stat.st_ino != inode or stat.st_size < start:
                    start, self._rows = 0, 0
                    self._lines.clear()
                file.seek(start)
                content = file.read()
        except OSError:
            return b""
        if start == 0 and not content.startswith(_HEADER + b"\n"):
            self._renew = True
            return b""
        end = content.rfind(b"\n") + 1
        self._read = (stat.st_ino, start + end)
        return content[:end]

    def _append(self, changed: dict[bytes, bytes]) -> None:
        if not self._read[0]:
            self._write_anew(changed)
            return
        # The line before may be one that a killed process did not end.
        content = b"\n" + _rows(changed)
        with self._path.open("ab") as file:
            file.write(content)
            file.flush()
            end = file.tell()
        self._rows += len(changed)
        if self._read[1] + len(content) == end:  # else others' lines are in between
            self._read = (self._read[0], end)

    def _write_anew(self, changed: dict[bytes, bytes]) -> None:
        self.refresh()
        lines = {slug: line for slug, line in (self._lines | changed).items() if line != _EMPTY}
        content = _HEADER + b"\n" + _rows(dict(sorted(lines.items())))
        write_bytes(self._path, content)
        self._read, self._rows = (self._path.stat().st_ino, len(content)), len(lines)
        self._renew = False


def _rows(lines: dict[bytes, bytes]) -> bytes:
    return b"".join(slug + b"\t" + line + b"\n" for slug, line in lines.items())


def _parse(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _dump(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
