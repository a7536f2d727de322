"""Loudness by EBU R 128 (ITU-R BS.1770): how loud a file is as a whole, and its true peak."""

import math
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.audio.decoding import ffmpeg
from pipeline.audio.decoding.decode import (
    SourceInfo,
    explained,
    header_without_sound,
    probe,
    unchanged,
)
from pipeline.engine.progress import Progress, silent
from pipeline.errors import AudioError

SILENCE_LUFS = -70.0  # BS.1770's absolute gate: quieter blocks do not count
SHORTEST = 1.0  # seconds; loudness is defined over blocks of 0.4 s
# Containers round, and encoders pad, by less: seconds, or a share of the whole where that is more.
_LOST_SECONDS, _LOST_SHARE = 2.0, 0.005

# A recorder that cannot go back writes 0, or one of the largest sizes (sox: just below 2 GiB).
_UNKNOWN_FROM = 0x7FFF0000
_IN_DS64 = 0xFFFFFFFF  # RF64: the size stands in a chunk of its own

_INTEGRATED = re.compile(r"^(?:\[info\] )?    I: +(-?[\d.]+|-?inf|nan) LUFS", re.MULTILINE)
_METERS = re.compile(r"\[ebur128@meter(\d+) @.*?    I: +(-?[\d.]+|-?inf|nan) LUFS", re.DOTALL)
_NO_NUMBERS = re.compile(r"Number of (?:NaNs|Infs): ([\d.]+)")
_COUNTED = "astats=measure_perchannel=none:measure_overall=Number_of_NaNs+Number_of_Infs"
_PEAK = re.compile(r"^(?:\[info\] )?    Peak: +(-?[\d.]+|-?inf|nan) dBFS", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS and true peak in dBTP, in steps of 0.1; length in seconds.

    `broken` counts the samples of each channel that were no numbers; they are heard as silence.
    """

    lufs: float
    true_peak: float
    seconds: float
    broken: int = 0

    @property
    def flaw(self) -> str:
        """What the host should know of the samples, to be said after the file's name; mostly nothing."""
        if not self.broken:
            return ""
        return (
            f"holds {self.broken} samples that are no numbers (NaN or infinite): silence stands in "
            "their place"
        )


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that was decoded from beginning to end and found usable."""

    info: SourceInfo
    loudness: Loudness

    @property
    def path(self) -> Path:
        return self.info.path

    @property
    def silent(self) -> bool:
        return self.loudness.lufs <= SILENCE_LUFS


def measure(
    path: Path, progress: Progress = silent, total: float = 0.0, mended: str = ""
) -> Loudness:
    """Decode the whole file and measure it; AudioError when it cannot be decoded.

    A single channel counts once, as in ffmpeg's `loudnorm` and most meters, not as two. `mended` is the
    filter of a recording (`SourceInfo`) that makes silence of broken samples.
    """
    filters = f"{_COUNTED},{mended}" if mended else ""
    arguments = [
        # One frame in ten may be broken: recorders leave a torn one. ffmpeg's limit is two in three.
        *["-max_error_rate", "0.1"],
        *ffmpeg.source(path),
        *["-map", "0:a:0", "-af", f"{filters}ebur128=peak=true:framelog=verbose"],
        *["-f", "null", "-"],
    ]
    with explained(path):
        log, seconds = ffmpeg.run(arguments, progress, total)
    integrated, peak = _INTEGRATED.findall(log), _PEAK.findall(log)
    if not integrated or not peak:
        raise header_without_sound(path)
    broken = sum(math.ceil(float(count)) for count in _NO_NUMBERS.findall(log))
    return Loudness(_level(integrated[-1]), _level(peak[-1]), seconds, broken)


def inspect(path: Path, progress: Progress = silent) -> Recording:
    """Read a recording from beginning to end and judge it.

    AudioError when it is empty, no audio, damaged, cut off, too short, or changes meanwhile. Whether
    it is silent is for the caller to judge: one silent track among several is no fault.
    """
    with unchanged(path):
        info = probe(path)
        loudness = measure(path, progress, info.duration or 0.0, info.mended)
    _check_whole(info, loudness.seconds)
    if loudness.seconds < SHORTEST:
        raise AudioError(
            f"{path}: too short: {loudness.seconds:.2f} seconds of sound",
            "put the whole recording here",
        )
    return Recording(info, loudness)


def refuse_silence(path: Path) -> AudioError:
    """The error for a recording in which nobody can be heard."""
    return AudioError(
        f"{path}: silent: nothing in it is louder than {SILENCE_LUFS:.0f} LUFS",
        "was the microphone muted, or the wrong input recorded? Put the right recording here",
    )


def meter(number: int) -> str:
    """A filter that measures loudness somewhere in a graph; `metered` reads its result."""
    return f"ebur128@meter{number}=framelog=verbose"


def metered(log: str) -> list[float]:
    """LUFS of each `meter` of a run, by number."""
    found = {int(match[1]): _level(match[2]) for match in _METERS.finditer(log)}
    return [found[number] for number in sorted(found)]


def _check_whole(info: SourceInfo, heard: float) -> None:
    """AudioError when the container promises clearly more than could be decoded."""
    promised = info.duration
    if info.container == "wav" and info.bitrate:
        promised = heard + missing_bytes(info.path) / (info.bitrate * 125)
        if heard - promised > _LOST_SECONDS:
            raise AudioError(
                f"{info.path}: its header counts {heard:.1f} of {2 * heard - promised:.1f} seconds",
                "a WAV counts to 4 GB only: export it again, as FLAC or RF64",
            )
    elif promised is None or info.estimated:
        return
    if promised is not None and promised - heard > max(_LOST_SECONDS, _LOST_SHARE * promised):
        raise AudioError(
            f"{info.path}: cut off: {heard:.1f} of {promised:.1f} seconds could be decoded",
            "copy it again from where it was recorded; if nothing is missing, export it again",
        )


def missing_bytes(path: Path) -> int:
    """How many bytes of sound a WAV (RIFF, RF64, BW64) promises and does not hold; 0 where unknown.

    Negative: so many more lie behind those that it counts. ffmpeg plays either to where it ends and
    says nothing.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        kind = file.read(12)
        if kind[:4] not in {b"RIFF", b"RF64", b"BW64"}:
            return 0
        long_size = 0
        while len(header := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", header)
            if name == b"ds64" and length >= 16:
                body = file.read(length + length % 2)
                long_size = int(struct.unpack_from("<8xQ", body)[0]) if len(body) >= 16 else 0
            elif name == b"data":
                return _missing(file, length, long_size, size - file.tell())
            else:
                file.seek(length + length % 2, 1)
    return 0


def _missing(file: BinaryIO, length: int, long_size: int, held: int) -> int:
    if length == _IN_DS64 and long_size:
        length = long_size
    elif length == 0 or (length >= _UNKNOWN_FROM and held <= length):
        return 0
    return length - held if held <= length else -_uncounted(file, length + length % 2, held)


def _uncounted(file: BinaryIO, length: int, held: int) -> int:
    """How many bytes follow so many of sound, unless they are chunks that a recorder writes there."""
    file.seek(length, 1)
    left = held - length
    while len(header := file.read(8)) == 8:
        name, more = struct.unpack("<4sI", header)
        left -= 8 + more
        if not name.isascii() or left < 0:
            return held - length
        left -= more % 2
        file.seek(more + more % 2, 1)
    return 0


def _level(text: str) -> float:
    """A printed level; silence is printed as -inf or nan."""
    return float(text) if text[-1].isdigit() else SILENCE_LUFS
