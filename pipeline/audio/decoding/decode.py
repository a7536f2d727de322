"""Recordings: what they hold, whether they can be used, and their sound as numbers."""

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.decoding import ffmpeg
from pipeline.audio.decoding.ffmpeg import FfmpegFailed
from pipeline.engine.progress import Progress, silent
from pipeline.errors import AudioError

#: Seconds decoded before a wanted moment and thrown away: an MP3 frame needs up to nine earlier ones.
PREROLL = 0.5

# What a recording says of itself is indented deeper, and stands before or below these lines.
_STREAM = re.compile(
    r"^(?:\[info\] )?  (?:  )?Stream #0:\d+[^:\n]*: (Audio|Video): (.*)$", re.MULTILINE
)
_INPUT = re.compile(r"^(?:\[info\] )?Input #0, (.+), from ", re.MULTILINE)
_DURATION = re.compile(r"^(?:\[info\] )?  Duration: (\d+):(\d\d):(\d\d\.\d+)", re.MULTILINE)
_CHANNELS = {
    "mono": 1, "stereo": 2, "downmix": 2, "2.1": 3, "3.0": 3, "4.0": 4, "quad": 4, "3.1": 4,
    "5.0": 5, "4.1": 5, "5.1": 6, "6.0": 6, "6.1": 7, "7.0": 7, "7.1": 8,
}  # fmt: skip


#: Containers whose header says how many samples follow; a chain of Oggs says it of one link only.
_COUNTING = {"wav", "w64", "aiff", "flac", "mp3", "mov"}
_STANDARD_INPUT = (Path("/dev/stdin"), Path("/dev/fd/0"))


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a container says of the first sound in it; `duration` in seconds, `bitrate` in kbit/s.

    `estimated` means that the duration was guessed from size and bitrate, so it proves nothing.
    """

    path: Path
    container: str  # "mp3", "wav", "mov,mp4,m4a,3gp,3g2,mj2"
    codec: str  # "mp3", "aac", "pcm_s24le"
    sample_rate: int
    channels: int
    duration: float | None
    bitrate: int | None
    estimated: bool

    @property
    def mended(self) -> str:
        """A filter, with its comma, that makes silence of samples that are no numbers.

        Only samples kept as floats can be infinite or none (NaN); a filter that meets one spreads it. What
        is a million times too loud is as broken, and was never a voice.
        """
        holds_floats = self.codec.startswith(("pcm_f", "wavpack"))
        return "aeval='if(lt(abs(val(ch)),1e6),val(ch),0)':c=same," if holds_floats else ""


def probe(path: Path) -> SourceInfo:
    """Read what the container says; AudioError when there is no sound in it."""
    check_file(path)
    log = ffmpeg.probe_log(path)
    opened = _INPUT.search(log)
    if not opened:
        raise explain(path, log)
    streams = _STREAM.findall(log)
    sounds = [text for kind, text in streams if kind == "Audio"]
    if not sounds:
        what = "a video without sound" if streams else "a file without sound"
        raise AudioError(f"{path}: {what}", "put the file that holds the recorded voices here")
    return _source_info(path, opened[1], sounds[0], log)


def promised_seconds(path: Path) -> float | None:
    """How long the sound is by its header, where that counts samples; AudioError as `probe`."""
    info = probe(path)
    counts = info.container.split(",")[0] in _COUNTING and not info.estimated
    return info.duration if counts else None


def check_sound(path: Path) -> SourceInfo:
    """What the container says; AudioError unless the file begins with sound.

    Said before a recording takes its place, where a broken one would have to be removed by hand.
    """
    info = probe(path)
    for _ in stream_pcm(path, duration=1.0):
        pass
    return info


def ending_of(path: Path) -> str:
    """The ending of its name, or one for the kind of file; AudioError as `check_sound`."""
    container = check_sound(path).container.split(",")[0]
    return path.suffix.lower() or f".{container}"


def stream_pcm(
    path: Path,
    rate: int = 16000,
    *,
    start: float = 0.0,
    duration: float | None = None,
    block_seconds: float = 10.0,
    tempo: float = 1.0,
    progress: Progress = silent,
    total: float = 0.0,
    unit: str = "s",
) -> Iterator[NDArray[np.float32]]:
    """Yield the sound as float32 blocks, mono, -1 to 1, `rate` samples a second, from `start` seconds.

    Each block holds `block_seconds`, the last what is left, so memory does not grow with the file.
    With a `tempo` it is spoken that many times as fast, its pitch kept. `progress` is told how many
    seconds of `total` are through, each time that the next block is asked for.
    Sample 0 of the whole is second 0 of the file. AudioError for every fault, also in the middle.
    """
    check_file(path)
    mended = "" if path.suffix == ".mp3" else probe(path).mended  # ours, in every stage: no floats
    early = min(start, PREROLL)
    length = [] if duration is None else ["-t", f"{(duration + early) / tempo:.6f}"]
    filters = layout(rate, 1) if tempo == 1 else f"{layout(rate, 1)},atempo={tempo:g}"
    arguments = [
        *ffmpeg.source(path, start=start - early),
        *["-map", "0:a:0", "-af", mended + filters, *length, "-f", "f32le"],
    ]
    skip = round(early / tempo * rate)
    with unchanged(path), explained(path):
        heard = 0
        for block in ffmpeg.read(arguments, max(1, round(block_seconds * rate)) * 4):
            samples = np.frombuffer(block[: len(block) // 4 * 4], dtype="<f4")
            samples, skip = samples[skip:], max(0, skip - len(samples))
            if len(samples):
                yield np.clip(samples, -1, 1)
                heard += len(samples)
                progress(heard / rate, total, unit)
        if not heard and start == 0:
            raise header_without_sound(path)


def layout(rate: int, channels: int) -> str:
    """The filter that brings any sound to float samples at `rate` Hz in one or two channels.

    `rematrix_maxval`: without it, equal channels would come out 3 dB louder as one.
    """
    name = "mono" if channels == 1 else "stereo"
    return f"aresample={rate}:rematrix_maxval=1,aformat=sample_fmts=flt:channel_layouts={name}"


@contextlib.contextmanager
def unchanged(*paths: Path) -> Iterator[None]:
    """Around reading files: AudioError when one changed meanwhile, so nothing half-copied is published."""
    before = [_identity(path) for path in paths]
    yield
    for path, identity in zip(paths, before, strict=True):
        now = _identity(path)
        if identity and now is None:
            raise AudioError(f"{path}: gone while it was read", "put it back, then run again")
        if now != identity:
            raise AudioError(
                f"{path}: changed while it was read",
                "wait until the recorder or the copying has finished, then run again",
            )


def check_file(path: Path) -> None:
    """AudioError unless `path` is a readable file that holds something.

    What is piped in can be read once only, and a recording is read several times.
    """
    try:
        if path.is_fifo() or path.is_char_device() or path in _STANDARD_INPUT:
            raise AudioError(*piped(path))
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError:
        raise AudioError(*missing(path)) from None
    except PermissionError:
        raise AudioError(
            f"{path}: you may not read it", f"give yourself the right: chmod u+r '{path}'"
        ) from None
    except IsADirectoryError:
        raise AudioError(f"{path}: a folder, not a recording", "name the file in it") from None
    except OSError as error:
        raise AudioError(f"{path}: cannot be read: {error.strerror}", "copy it again") from None
    if empty:
        raise AudioError(
            f"{path}: empty (0 bytes)", "the recording or its copy failed; copy it again"
        )


def missing(path: Path) -> tuple[str, str]:
    """What is wrong with a file that is not there, and what to do: it may be no file at all."""
    if path.name == "-":
        return piped(path)
    scheme, slash, rest = str(path).partition(":/")  # a Path makes one slash of two
    if slash and scheme.isalpha() and len(scheme) > 1:
        return f"{scheme}://{rest}: an address, not a file", "download it first, and name the file"
    return f"{path}: there is no such file", "put the recording there, or name it otherwise"


def piped(path: Path) -> tuple[str, str]:
    """What is wrong with a pipe or a device in the place of a file, and what to do."""
    return f"{path}: what is piped in is not read", "save it to a file, and name that"


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Around ffmpeg at work on a recording: AudioError where it fails, in words for who has that."""
    try:
        yield
    except FfmpegFailed as error:
        raise explain(path, error.log) from None


def explain(path: Path, log: str) -> AudioError:
    """The error for a recording, by what ffmpeg wrote when it failed."""
    if "moov atom not found" in log:
        return AudioError(
            f"{path}: cut off: the index at its end is missing",
            "copy it again from the recorder, or let the recorder repair it",
        )
    if "whitelist" in log:
        return AudioError(
            f"{path}: not a recording, but a list or another kind of file",
            "export it as WAV, FLAC, MP3 or M4A",
        )
    if "matches no streams" in log or "does not contain any stream" in log:
        return AudioError(f"{path}: holds no sound that can be decoded", "export it as WAV or MP3")
    if "Input #0" not in log:
        return AudioError(
            f"{path}: not an audio file, or damaged at its beginning"
            + _in_brackets(ffmpeg.first_complaint(log)),
            "play it to hear what it is; export it again as WAV, FLAC, MP3 or M4A",
        )
    return AudioError(
        f"{path}: damaged: ffmpeg cannot decode it" + _in_brackets(ffmpeg.first_complaint(log)),
        "copy it again from where it was recorded, or export it again",
    )


def header_without_sound(path: Path) -> AudioError:
    return AudioError(
        f"{path}: a header without sound behind it",
        "the recording or its copy failed; copy it again from where it was recorded",
    )


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""


def _identity(path: Path) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return (status.st_ino, status.st_size, status.st_mtime_ns)


def _source_info(path: Path, container: str, sound: str, log: str) -> SourceInfo:
    rate = re.search(r"(\d+) Hz(?:, ([^,]+))?", sound)
    if not rate:
        raise AudioError(
            f"{path}: its sound is in a form that ffmpeg does not know ({sound[:60]})",
            "export it as WAV, FLAC, MP3 or M4A",
        )
    clock = _DURATION.search(log)
    duration = None
    if clock and "invalid concatenated file" not in log:  # MP3s in a row, the header of the first
        duration = int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3])
    bitrate = re.search(r"(\d+) kb/s", sound)
    return SourceInfo(
        path=path,
        container=container,
        codec=re.split(r"[ ,]", sound)[0],
        sample_rate=int(rate[1]),
        channels=_channel_count(rate[2] or ""),
        duration=duration,
        bitrate=int(bitrate[1]) if bitrate else None,
        estimated="Estimating duration from bitrate" in log,
    )


def _channel_count(layout: str) -> int:
    name = layout.split("(")[0].strip()
    spelled = re.match(r"(\d+) channels", name)
    return int(spelled[1]) if spelled else _CHANNELS.get(name, 2)
