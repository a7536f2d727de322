"""Errors for people: one line says what is wrong and where, one says what to do.

Every error that a host can cause or meet is a `PullquoteError`; anything else is a fault of ours.
The command line turns the class into the exit code and prints `message` and `hint`.
Errors cross process borders (executors), so each survives pickling.
"""

import errno
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

_FULL = ("the disk is full", "make room on it, then run the same command again")
_ELSEWHERE = "name another folder for temporary files in TMPDIR"
_FORBIDDEN = (
    "you may not read or write this",
    "give yourself the right to it (chmod, chown), or choose another folder",
)
_POOR = (
    "the disk knows no locks, or lacks something else that is needed",
    "keep the show on a disk of this machine's own",
)
#: What a machine refuses whoever asks, in words.
_REFUSALS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: ("your share of the disk is used up", _FULL[1]),
    errno.EFBIG: (
        "no file may grow as large as this one must",
        "allow it (ulimit -f unlimited, a disk that takes large files), then run it again",
    ),
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.ENOLCK: _POOR,
    errno.ESPIPE: _POOR,
    errno.ENOSYS: _POOR,
    errno.EOPNOTSUPP: _POOR,
    errno.EROFS: ("this folder can only be read", "choose one that can be written to"),
    errno.ENOTDIR: ("a file stands where a folder must be", "move it away, or name another place"),
    errno.EISDIR: ("a folder stands where a file must be", "move it away, or name another place"),
    errno.ENAMETOOLONG: ("the name is too long for this disk", "choose a shorter one"),
    errno.EMFILE: ("too many files are open", "allow more of them: ulimit -n 4096"),
    errno.EIO: (
        "the disk cannot be read or written",
        "look after the disk, and copy what it holds",
    ),
}


class PullquoteError(Exception):
    """Something failed; exit code 1.

    `message` names what is wrong and where, `hint` what to do about it. Both are plain sentences
    without a final line break.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class ConfigError(PullquoteError):
    """Wrong usage or a wrong setting; exit code 2. Several problems are one line each in `message`."""

    exit_code = 2


class Waiting(PullquoteError):  # noqa: N818 - not a failure: a gate is closed until the host has decided
    """A gate waits for the host; exit code 3."""

    exit_code = 3


class Refused(PullquoteError):  # noqa: N818 - the guard's verdict, not a malfunction
    """A guard refused to go on, for a quote or a release; exit code 4."""

    exit_code = 4


class AudioError(PullquoteError):
    """A recording that cannot be read, is empty or silent, or changed while it was read."""


class SpeechError(PullquoteError):
    """Recognition cannot start or failed: no weights, an engine that is not installed."""


class StorageError(PullquoteError):
    """The object store refused, failed or is not there."""


def together(problems: Sequence[PullquoteError]) -> PullquoteError:
    """One error that names every problem; where there is only one, that itself."""
    messages = dict.fromkeys(each.message for each in problems)
    if len(messages) == 1:
        return problems[0]
    hints = dict.fromkeys(each.hint for each in problems if each.hint)
    return ConfigError("\n".join(messages), "\n  ".join(hints))


def stopped(
    slugs: Iterable[str], step: Callable[[str], PullquoteError | None]
) -> dict[str, PullquoteError]:
    """Those of `slugs` that do not get past a step, and why; none of them stops the others."""
    found: dict[str, PullquoteError] = {}
    for slug in slugs:
        try:
            if waiting := step(slug):
                found[slug] = waiting
        except PullquoteError as error:
            if slug not in error.message:
                error.message = f"{slug}: {error.message}"
            found[slug] = error
    return found


def for_people(error: BaseException, near: Path | None = None) -> PullquoteError | None:
    """The error for people: itself, or that behind a refusal of the machine, such as a full disk.

    `near` is where was worked: a write that fails names no file. None where it is a fault of ours.
    """
    if isinstance(error, PullquoteError):
        return error
    if isinstance(error, ImportError):
        return _lacking((error.name or "pipeline").partition(".")[0])
    if not isinstance(error, OSError):
        return None
    if error.errno == errno.ENOENT and "temporary directory" in str(error):  # so `tempfile` says it
        told = f"temporary files can be written nowhere ({room(_temporary())})"
        return PullquoteError(told, f"make room, or {_ELSEWHERE}, then run the same command again")
    if error.errno not in _REFUSALS:
        return None
    what, hint = _REFUSALS[error.errno]
    where = error.filename2 or error.filename  # of a copy, the place that it goes to
    if error.errno == errno.ENOSPC:
        at = [Path(where) if where else near or Path(), _temporary()]
        fullest = min(at, key=lambda each: shutil.disk_usage(_folder(each)).free)
        what += f" ({room(fullest)})"
        hint = hint if fullest == at[0] else hint.replace(",", f" or {_ELSEWHERE},")
    return PullquoteError(f"{where}: {what}" if where else what, hint)


def _lacking(library: str) -> PullquoteError | None:
    """The error for a library that is not here, or in another version: code was pulled, and no more."""
    if library == "pipeline" or library in sys.stdlib_module_names:
        return None
    root = Path(__file__).parents[1]
    what = f"-e {shlex.quote(str(root))}" if (root / "pyproject.toml").is_file() else "pullquote"
    return ConfigError(
        f"the library '{library}' is not installed, or not as this Pullquote needs it",
        f"install what came with new code: {shlex.quote(sys.executable)} -m pip install --upgrade {what}",
    )


def _temporary() -> Path:
    """Where temporary files are written, or would be if that were possible."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:
        return Path(os.environ.get("TMPDIR", "/tmp"))  # noqa: S108 - only looked at


def room(path: str | Path) -> str:
    """How much is left on the disk that holds a file, or would hold it."""
    folder = _folder(Path(path))
    usage, disk = shutil.disk_usage(folder), folder.resolve()
    while not disk.is_mount():
        disk = disk.parent
    files = os.statvfs(folder)  # a disk may have room for bytes, and none for another file
    out = ", but no more files fit on it" if files.f_favail == 0 < files.f_files else ""
    return f"{_size(usage.free)} of {_size(usage.total)} are free on {disk}{out}"


def _folder(path: Path) -> Path:
    """The nearest folder that is there."""
    path = path.absolute()
    return path if path.is_dir() else _folder(path.parent)


def _size(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
