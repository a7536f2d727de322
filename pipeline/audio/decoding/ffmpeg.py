"""ffmpeg as a child process: the one place that finds it, starts it and reads what it says.

Recordings come from anybody, and some formats are programs: a playlist or a `concat` script makes
ffmpeg open other files and addresses. So inputs are limited to the file itself (no network
protocol) and to containers that hold their own sound.
"""

import contextlib
import errno
import functools
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from pipeline.engine.progress import Progress, silent
from pipeline.errors import AudioError
from pipeline.text.cleaning import printable

# Demuxers that read sound from the file itself and open nothing else. `mov` follows references to
# other files only with -enable_drefs, which stays off.
_CONTAINERS = (
    "wav,w64,aiff,caf,au,voc,mp3,aac,loas,mov,matroska,ogg,flac,asf,avi,flv,mpeg,mpegts,"
    "ac3,eac3,amr,ape,wv,tta,tak,dsf"
)
#: The environment variable that names another ffmpeg, as the package imageio-ffmpeg reads it.
VARIABLE = "IMAGEIO_FFMPEG_EXE"
_LOG_LIMIT = 4_000_000  # bytes of messages kept: a broken file can complain for hours
_SHOWN = 200  # letters of one of them


# What ffmpeg says of a setting that it does not have; never a fault of the recording.
_REFUSED = re.compile(
    r"\[(?:error|fatal)\] ("
    r"Unrecognized option .*|Option .*not found.*|No such filter: .*|Unknown (?:en|de)coder .*"
    r"|Unknown (?:in|out)put format: .*|Requested output format .*|Error (?:applying|setting) option .*"
    r"|Unable to parse .*|Undefined constant .*|Invalid (?:en|de)coder type .*|.*Assertion .*)"
    r"|\[panic\] (.*)"
)
# What the machine says no to while ffmpeg writes, in the words of every C library.
_MACHINE = {
    "No space left on device": errno.ENOSPC,
    "Disk quota exceeded": errno.EDQUOT,
    "File too large": errno.EFBIG,
    "Illegal seek": errno.ESPIPE,  # a disk of the network that takes bytes in order only
}
_UNWRITTEN = re.compile(rf"\[(?:error|fatal)\] .*({'|'.join(_MACHINE)})")


class FfmpegFailed(Exception):  # noqa: N818 - internal: callers turn it into an AudioError that names the file
    """ffmpeg ended with an error; `log` is what it wrote."""

    def __init__(self, log: str) -> None:
        super().__init__(log[-2000:])
        self.log = log


@functools.cache
def executable() -> str:
    """The ffmpeg that IMAGEIO_FFMPEG_EXE names, else the packaged one, else the one on PATH.

    The packaged one is the same on every machine; AudioError where there is none at all.
    """
    try:
        import imageio_ffmpeg

        found = str(imageio_ffmpeg.get_ffmpeg_exe())  # PATH, too, where none is packaged
    except (ImportError, RuntimeError):
        found = os.environ.get(VARIABLE) or "ffmpeg"
    program = shutil.which(found)
    if program:
        return program
    if os.environ.get(VARIABLE):
        raise AudioError(
            f"{VARIABLE} names {found}, which is no program that can be run",
            f"name an ffmpeg, or take the one that comes along: unset {VARIABLE}",
        )
    raise AudioError(
        "no ffmpeg on this machine: neither in the package imageio-ffmpeg nor on PATH",
        "pip install imageio-ffmpeg, or install ffmpeg",
    )


def source(path: Path, *, start: float = 0.0) -> list[str]:
    """Arguments that open a recording, from `start` seconds, and nothing but that file."""
    window = ["-ss", f"{start:.6f}"] if start > 0 else []
    guards = ["-protocol_whitelist", "file,pipe", "-format_whitelist", _CONTAINERS]
    return [*guards, *window, "-i", file_url(path)]


def file_url(path: Path) -> str:
    """A path as ffmpeg takes it literally, whatever characters it holds."""
    return f"file:{os.path.abspath(path)}"


def probe_log(path: Path) -> str:
    """What ffmpeg says of a file's streams. Its exit code means nothing here: there is no output."""
    with _child(source(path), progress=False) as (process, log):
        process.wait()
        text = _read_log(log)
    _judge(process, text)
    return text


def run(
    arguments: Sequence[str], progress: Progress = silent, total: float = 0.0
) -> tuple[str, float]:
    """Run ffmpeg to its end: what it wrote, and seconds of output; FfmpegFailed when it fails."""
    with _child(arguments, progress=True) as (process, log):
        assert process.stdout is not None
        seconds = 0.0
        for line in process.stdout:
            name, _, value = line.decode("ascii", "replace").strip().partition("=")
            if name == "out_time_us" and value.lstrip("-").isdigit():
                seconds = max(seconds, int(value) / 1e6)
                progress(seconds, max(total, seconds), "s")
        return _finish(process, log), seconds


def read(arguments: Sequence[str], block_bytes: int) -> Iterator[bytes]:
    """Run ffmpeg and yield its stdout in blocks (the last may be shorter); FfmpegFailed after the last.

    Closing the iterator ends the child.
    """
    with _child([*arguments, "pipe:1"], progress=False) as (process, log):
        assert process.stdout is not None
        while block := process.stdout.read(block_bytes):
            yield block
        _finish(process, log)


def write(arguments: Sequence[str], blocks: Iterator[bytes]) -> None:
    """Run ffmpeg and feed it `blocks` as its `pipe:0`; FfmpegFailed when it fails."""
    with _child(arguments, progress=False, feed=True) as (process, log):
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it died: its own message says why
            for block in blocks:
                process.stdin.write(block)
            process.stdin.close()
        _finish(process, log)


def first_complaint(log: str) -> str:
    """The first error of a log, which causes the others, without addresses and control characters."""
    found = re.search(r"\[(?:error|fatal)\] (.*)", log)
    text = found[1].removeprefix("Error opening input: ") if found else ""
    return printable(text)[:_SHOWN]


@contextlib.contextmanager
def _child(
    arguments: Sequence[str], *, progress: bool, feed: bool = False
) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """Start ffmpeg; whatever ends the block, the child is gone afterwards."""
    command = [executable(), "-hide_banner", "-nostats", "-loglevel", "level+info"]
    command += [] if feed else ["-nostdin"]
    command += ["-progress", "pipe:1"] if progress else []
    # Messages go to a file: a pipe that nobody empties would stop ffmpeg.
    with tempfile.TemporaryFile() as log:
        try:
            process = subprocess.Popen(
                [*command, "-y", *arguments],
                stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        except OSError as error:
            raise unfit(f"it does not start: {error.strerror}") from None
        try:
            yield process, log
        finally:
            if process.poll() is None:
                process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
            process.wait()


def _finish(process: subprocess.Popen[bytes], log: IO[bytes]) -> str:
    code = process.wait()
    text = _read_log(log)
    _judge(process, text)
    if code:
        raise FfmpegFailed(text if code > 0 else f"{text}\n[fatal] ended by {_signal(code)}")
    return text


def _judge(process: subprocess.Popen[bytes], log: str) -> None:
    """Raise what is no fault of the recording: of the machine (OSError), or of ffmpeg (AudioError)."""
    code = process.returncode
    if code == -signal.SIGXFSZ:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), _target(process))
    # ffmpeg 5.1 ends as if all was well when only the last bytes could not be written.
    if unwritten := _UNWRITTEN.search(log):
        raise OSError(_MACHINE[unwritten[1]], unwritten[1], _target(process))
    if code in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP):
        raise AudioError(
            f"ffmpeg was ended from outside ({_signal(code)})", "was memory short? Run it again"
        )
    if code and (refused := _REFUSED.search(log)):
        raise unfit(refused[1] or refused[2])


def _target(process: subprocess.Popen[bytes]) -> str | None:
    """The file that ffmpeg writes, if it writes one."""
    assert isinstance(process.args, list)
    last = str(process.args[-1])
    return last.removeprefix("file:") if last.startswith("file:") else None


def _signal(code: int) -> str:
    return signal.Signals(-code).name


def unfit(complaint: str) -> AudioError:
    """The error for an ffmpeg that cannot do what we ask, whatever the recording is."""
    shown = printable(complaint)[:_SHOWN]
    return AudioError(
        f"this ffmpeg cannot do what is asked of it: {shown} ({executable()}, {version()})",
        f"take the one that comes along (pip install imageio-ffmpeg; unset {VARIABLE}), or let "
        f"{VARIABLE} name another of version 4.2 or newer",
    )


@functools.cache
def version() -> str:
    """The version that ffmpeg says it is, such as 5.1.9-0+deb12u1."""
    try:
        done = subprocess.run([executable(), "-version"], capture_output=True, text=True)
        return (done.stdout.removeprefix("ffmpeg version ").split() or ["no version"])[0]
    except OSError:
        return "no version"


def _read_log(log: IO[bytes]) -> str:
    """Beginning and end of the messages: streams are named first, results and errors last."""
    size = log.seek(0, os.SEEK_END)
    log.seek(0)
    if size <= _LOG_LIMIT:
        return log.read().decode("utf-8", "replace")
    first = log.read(_LOG_LIMIT // 2)
    log.seek(size - _LOG_LIMIT // 2)
    return (first + b"\n" + log.read()).decode("utf-8", "replace")
