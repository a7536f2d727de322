"""A host's files: `episode.toml`, `quotes.toml` and the like. Editors save them while we work.

Nothing that somebody saved is lost. A command says how a text changes, not what the file holds
afterwards. Right before the new file takes its place, the old one is compared with what was read;
the place is taken by exchanging two names, one step of the system, and what stood there is compared
again. Whatever was saved meanwhile gets the same change, and a file that is being written is waited
for. Where a system cannot exchange names, the microseconds between comparing and renaming remain.
"""

import codecs
import contextlib
import ctypes
import difflib
import errno
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.errors import PullquoteError
from pipeline.looking import look
from pipeline.workspace import beside, flush

_CRLF = "\r\n"  # ends lines in files of some editors
_PATIENCE = 10.0  # seconds in which a change is tried while somebody saves all the time
_CALM = 3  # tries after which the disk is waited for afterwards: it takes longer than all the rest
_WAIT = 0.001  # seconds between two looks at a file that is being written
_LOOKS = 250  # at such a file: an editor writes a few kilobytes within a millisecond
_HERE, _EXCHANGE = -100, 2  # Linux: paths from this folder on; swap the two names


def read_input(path: Path) -> str:
    """The text of a host's file, lines ended by line feeds; empty where there is none.

    UnicodeDecodeError where it is not UTF-8.
    """
    look(path)
    return _text(_at_rest(path))


def change_input(path: Path, change: Callable[[str], str | None]) -> tuple[str, str]:
    """Change a host's file, and return its text before and after: they differ by this change only.

    `change` makes the new text of the old one, and makes it again where somebody saves the same lines
    meanwhile; None takes the file away. Line ends and byte-order mark stay as an editor left them, and
    a link stays a link. After an exception the file is as it was saved last.
    """
    look(path)
    path = path.resolve()
    with _alone(path.parent):
        return _change(path, change)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One of us at a time: what two exchange with an editor, three would lose among themselves."""
    import fcntl

    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # no folder yet, or a file system without locks
            here = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, here)
            fcntl.flock(here, fcntl.LOCK_EX)
        yield


def _change(path: Path, change: Callable[[str], str | None]) -> tuple[str, str]:
    saved = stands = _at_rest(path)  # what somebody saved last, and what is there now
    before, after = "", None
    tries, until = 0, time.monotonic() + _PATIENCE
    try:
        while time.monotonic() < until:
            # To move lines takes a millisecond, to make a change anew perhaps seconds.
            moved = transplant(before, after, _text(saved)) if after is not None else None
            before = _text(saved)
            after = change(before) if moved is None else moved
            content = _as_before(after, saved)
            if content == stands:
                return before, after or ""
            put, found = _put(path, content, stands, hurried=tries > _CALM)
            if put and found == stands:
                return before, after or ""
            saved, stands = found, content if put else found
            tries += 1
        raise PullquoteError(
            f"{path.name} is saved again and again by another program: it was not changed",
            "stop that program, and do this once more",
        )
    except BaseException:
        if saved != stands:
            _put(path, saved, stands)
        raise


def appended(content: str, name: str, values: Mapping[str, Any]) -> str:
    """TOML with a table `[[name]]` at its end: entries may stand in any order, and nothing else moves."""
    import tomlkit  # late: whoever only reads needs none

    gap = "" if not content else "\n" if content.endswith("\n") else "\n\n"
    return content + gap + tomlkit.dumps({name: [dict(values)]}).lstrip("\n")


def with_comments(lines: Sequence[str], table: int) -> int:
    """The first of the comment lines right above a table of TOML."""
    while table and lines[table - 1].lstrip().startswith("#"):
        table -= 1
    return table


def transplant(old: str, new: str, current: str) -> str | None:
    """Make the change from `old` to `new` in `current`, line by line; None where it changed there too."""
    if current == old:
        return new
    before, after, lines = (text.splitlines(keepends=True) for text in (old, new, current))
    place = {
        block.a + offset: block.b + offset
        for block in _matcher(before, lines).get_matching_blocks()
        for offset in range(block.size)
    }
    place |= {-1: -1, len(before): len(lines)}
    for kind, i, j, k, m in reversed(_matcher(before, after).get_opcodes()):
        if kind == "equal":
            continue
        start, end = place.get(i - 1), place.get(j)
        if start is None or end is None or lines[start + 1 : end] != before[i:j]:
            return None
        lines[start + 1 : end] = after[k:m]
    return "".join(lines)


def _matcher(one: list[str], other: list[str]) -> difflib.SequenceMatcher[str]:
    return difflib.SequenceMatcher(None, one, other, autojunk=False)


def _text(content: bytes | None) -> str:
    return (content or b"").decode("utf-8-sig").replace(_CRLF, "\n")


def _as_before(text: str | None, before: bytes | None) -> bytes | None:
    """A text as bytes, with line ends and byte-order mark as an editor left them; None for no file."""
    if text is None or (before is None and not text):
        return None
    before = before or b""
    if _CRLF.encode() in before:
        text = _with_line_ends(text, before)
    return (codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b"") + text.encode()


def _with_line_ends(content: str, before: bytes) -> str:
    """Lines with the end that they had; new ones with the end that most lines have."""
    old = [line.removesuffix("\r") for line in before.decode("utf-8-sig").split("\n")]
    ends = [_CRLF if line.endswith("\r") else "\n" for line in before.decode().split("\n")]
    most = ends[-1] = _CRLF if 2 * ends.count(_CRLF) >= len(ends) - 1 else "\n"
    new = content.split("\n")
    chosen = [most] * len(new)
    for block in _matcher(old, new).get_matching_blocks():
        chosen[block.b : block.b + block.size] = ends[block.a : block.a + block.size]
    return "".join(map(str.__add__, new[:-1], chosen)) + new[-1]


def _at_rest(path: Path) -> bytes | None:
    """What a file holds once nobody is writing it, None where there is none.

    Many editors empty a file and then write it. One that is held open for longer than a quarter of
    a second is read as it is.
    """
    for number in range(_LOOKS):
        try:
            with path.open("rb") as file:
                if number == _LOOKS - 1 or not _is_written(file):
                    return file.read()
        except FileNotFoundError:
            return None
        time.sleep(_WAIT)
    return None


def _is_written(file: BinaryIO) -> bool:
    """Whether somebody has the file open for writing: then Linux grants no lease for reading it."""
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        # Who opens the file meanwhile breaks the lease with a signal: one that ends no process.
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN  # else the file system knows no leases
    return False


def _put(
    path: Path, content: bytes | None, stands: bytes | None, hurried: bool = False
) -> tuple[bool, bytes | None]:
    """Let `content` take the place of `stands`; whether it did, and what was there really.

    It does not where something else is seen there before.
    """
    with beside(path) as temporary:
        temporary.write_bytes(content or b"")
        if not hurried:
            flush(temporary)
        if path.exists():
            shutil.copymode(path, temporary)
        if _now(path) != stands:
            return False, _at_rest(path)
        try:
            found = _take_place(temporary, path, content, stands)
        except (FileExistsError, FileNotFoundError):
            return False, _at_rest(path)
        if hurried and path.exists():
            flush(path)
        return True, found


def _take_place(
    temporary: Path, path: Path, content: bytes | None, stands: bytes | None
) -> bytes | None:
    """What stood at the path; FileExistsError or FileNotFoundError where it came or went meanwhile."""
    if content is None:
        path.replace(temporary)
    elif stands is None:
        _appear(temporary, path)
        return None
    elif not _exchanged(temporary, path):
        temporary.replace(path)
        return stands
    return _at_rest(temporary)


def _appear(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a stick or a disk of the network knows no second name of a file
        path.touch(exist_ok=False)
        temporary.replace(path)


def _now(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two files' names; False where the system or the file system cannot."""
    try:
        rename = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError):
        return False
    failed: int = rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return not failed
