"""Names and patterns of files, and a look at which of them are there.

A name is POSIX and relative to the episode's folder; `//` at its start means the show's root. A
pattern is a name that may hold `*` within a part; a `?` at its end marks what may be absent.
"""

import contextlib
import functools
import itertools
import os
import re
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ConfigError, PullquoteError
from pipeline.looking import check_link, look

SHARED = "//"
#: A file changed this shortly before it was hashed may change again within the same tick of the file
#: system's clock and keep its time (git's "racy" problem; FAT counts in 2 s).
RACY_NS = 2_000_000_000


def signature(stat: os.stat_result) -> list[int]:
    """What changes when a file's content does; the change time sees edits that restore the other one."""
    return [stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino]


def is_racy(stat: os.stat_result, now_ns: int) -> bool:
    """Whether the file was touched so shortly before `now_ns` that its times prove nothing."""
    return now_ns - max(stat.st_mtime_ns, stat.st_ctime_ns) <= RACY_NS


@dataclass(frozen=True, slots=True)
class Pattern:
    """A parsed pattern; `text` is without the closing `?`, `parts` without the opening `//`."""

    text: str
    optional: bool
    shared: bool
    parts: tuple[str, ...]
    regex: re.Pattern[str]

    @property
    def literal(self) -> bool:
        """Whether it stands for one name only."""
        return "*" not in self.text

    def matches(self, name: str) -> bool:
        return self.regex.fullmatch(name) is not None


@functools.lru_cache(maxsize=1024)
def parse(text: str) -> Pattern:
    """Parse a declared pattern; AssertionError for one that leaves its folder or names none."""
    optional = text.endswith("?")
    bare = text.removesuffix("?")
    shared = bare.startswith(SHARED)
    parts = tuple(bare.removeprefix(SHARED).split("/"))
    if any(part in {"", ".", ".."} or "\\" in part or "?" in part for part in parts):
        raise AssertionError(f"'{text}' is no pattern of files")
    body = "/".join(_part_regex(part) for part in parts)
    return Pattern(bare, optional, shared, parts, re.compile((SHARED if shared else "") + body))


def _part_regex(part: str) -> str:
    # A `*` at the start stands for no dot: hidden files are temporary ones, and `..` is no file.
    start = r"(?!\.)" if part.startswith("*") else ""
    return start + "[^/]*".join(re.escape(piece) for piece in part.split("*"))


def overlap(one: Pattern, other: Pattern) -> bool:
    """Whether some name is matched by both."""
    if one.literal or other.literal:
        return one.matches(other.text) or other.matches(one.text)
    if one.shared != other.shared or len(one.parts) != len(other.parts):
        return False
    return all(_parts_overlap(a, b) for a, b in zip(one.parts, other.parts, strict=True))


def _parts_overlap(one: str, other: str) -> bool:
    if not one or not other:
        return not one.strip("*") and not other.strip("*")
    if one[0] == "*":
        return _parts_overlap(one[1:], other) or _parts_overlap(one, other[1:])
    if other[0] == "*":
        return _parts_overlap(other, one)
    return one[0] == other[0] and _parts_overlap(one[1:], other[1:])


class Files:
    """The files of one scope as they were when first looked at.

    `base` is the episode's folder relative to `root` (`"episodes/x"`), or empty for the show.
    """

    def __init__(self, root: Path, base: str) -> None:
        self._root = os.fspath(root)
        self._base = base
        self._listings: dict[str, dict[str, os.DirEntry[str]]] = {}
        self._stats: dict[str, os.stat_result | None] = {}
        self._found: dict[Pattern, list[str]] = {}
        self._folders = {"": True}  # whether there is such a one, which then lies in the show
        self._began = time.time_ns()

    def path(self, name: str) -> str:
        return f"{self._root}/{self.from_root(name)}"

    def stat(self, name: str) -> os.stat_result | None:
        """The stat of a file, or None when there is none; links are followed inside the show only.

        ConfigError for one that leads out, and for what is no file (`workspace.look`).
        """
        if name not in self._stats:
            self._stats[name] = self._look(name)
        return self._stats[name]

    def forget(self, name: str) -> None:
        """Look again at a file and at the folders that it lies in."""
        self._stats.pop(name, None)
        self._found = {each: names for each, names in self._found.items() if not each.matches(name)}
        folder = self.from_root(name)
        while folder := folder.rpartition("/")[0]:
            self._listings.pop(folder, None)
            self._folders.pop(folder, None)
        self._listings.pop("", None)

    def unsure(self) -> list[str] | None:
        """Of the files that were looked at, those whose times don't prove that they are as they were.

        None where one is not, or came or went: then all has to be looked at once more.
        """
        now = Files(Path(self._root), self._base)
        same = itertools.chain(
            (now.find(pattern) == names for pattern, names in self._found.items()),
            (_is_same(was, now.stat(name)) for name, was in self._stats.items()),
        )
        if not all(same):
            return None
        return [name for name, was in self._stats.items() if was and is_racy(was, self._began)]

    def find(self, pattern: Pattern) -> list[str]:
        """The names of the files that a pattern stands for, sorted."""
        if pattern.literal:
            return [pattern.text] if self.stat(pattern.text) else []
        if pattern not in self._found:
            self._found[pattern] = sorted(filter(self._is_meant, self._expand(pattern)))
        return self._found[pattern]

    def entries(self, directory: str) -> dict[str, os.DirEntry[str]]:
        """What a directory (relative to the root) holds; nothing when it is not there."""
        if directory not in self._listings:
            found = {}
            if self._has_folder(directory):
                with (
                    contextlib.suppress(FileNotFoundError, NotADirectoryError),
                    os.scandir(f"{self._root}/{directory}") as entries,
                ):
                    found = {entry.name: entry for entry in entries}
            self._listings[directory] = found
        return self._listings[directory]

    def from_root(self, name: str) -> str:
        if name.startswith(SHARED):
            return name[2:]
        return f"{self._base}/{name}"

    def _look(self, name: str) -> os.stat_result | None:
        relative = self.from_root(name)
        path = f"{self._root}/{relative}"
        found = _lstat(path) if self._has_folder(relative.rpartition("/")[0]) else None
        if found is None or stat.S_ISREG(found.st_mode):
            return found
        return look(path, self._root)

    def _has_folder(self, directory: str) -> bool:
        """Whether there is one; ConfigError where one on the way is a link that leads out of the show."""
        if directory not in self._folders:
            path = f"{self._root}/{directory}"
            above = self._has_folder(directory.rpartition("/")[0])
            found = _lstat(path) if above else None
            if found and stat.S_ISLNK(found.st_mode):
                check_link(path, self._root)
            self._folders[directory] = found is not None
        return self._folders[directory]

    def _is_meant(self, name: str) -> bool:
        """Whether it is there, and no folder: `tracks/old/` lies beside the tracks."""
        try:
            return self.stat(name) is not None
        except ConfigError:
            if os.path.isdir(self.path(name)):
                return False
            raise

    def _expand(self, pattern: Pattern) -> list[str]:
        names = [SHARED if pattern.shared else ""]
        for index, part in enumerate(pattern.parts):
            joint = "/" if index else ""
            if "*" in part:
                regex = re.compile(_part_regex(part))
                names = [
                    f"{name}{joint}{found}"
                    for name in names
                    for found in self.entries(self._directory(name))
                    if regex.fullmatch(found) and self._readable(name, found)
                ]
            else:
                names = [f"{name}{joint}{part}" for name in names]
        return names

    def _directory(self, name: str) -> str:
        return self._base if not name else self.from_root(name).rstrip("/")

    def _readable(self, folder: str, found: str) -> bool:
        """Names go into the lock, which is UTF-8; a name in another encoding cannot."""
        try:
            found.encode()
        except UnicodeEncodeError:
            raise PullquoteError(
                f"{self._directory(folder)}: a file's name is not UTF-8: {found!a}", "rename it"
            ) from None
        return True


def _lstat(path: str) -> os.stat_result | None:
    """That of a file, a folder or a link; None where there is none."""
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_same(was: os.stat_result | None, now: os.stat_result | None) -> bool:
    return was is now if was is None or now is None else signature(was) == signature(now)
