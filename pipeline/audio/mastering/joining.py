"""Intro, voices and outro as one programme: joined by pydub at the seams, streamed in between.

pydub holds whole segments in memory, so it gets only the music and the few seconds of speech under
its fades; the hours between pass through as blocks.
"""

import itertools
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.audio.decoding import ffmpeg
from pipeline.audio.decoding.decode import explained, layout
from pipeline.audio.mastering.loudness import Recording
from pipeline.errors import AudioError

#: Everything is joined this many dB too soft, so that no sum clips in 32-bit integers.
HEADROOM_DB = 18.0
LONGEST_MUSIC = 300.0  # seconds, of intro or outro: it is held in memory
SAMPLE_BYTES = 4  # of a 32-bit integer
_RESAMPLING = 0.01  # seconds by which another sample rate may shorten a sound


@dataclass(frozen=True, slots=True)
class Form:
    """The shape of the samples that are joined: interleaved signed 32-bit integers."""

    rate: int
    channels: int

    @property
    def arguments(self) -> list[str]:
        """With which ffmpeg takes such samples from us."""
        return ["-f", "s32le", "-ar", str(self.rate), "-ac", str(self.channels), "-i", "pipe:0"]

    def size(self, seconds: float) -> int:
        """Bytes of so many seconds, in whole frames."""
        return round(seconds * self.rate) * self.channels * SAMPLE_BYTES


@dataclass(frozen=True, slots=True)
class Music:
    """An intro or outro, the gain in dB that brings it to the show's loudness, and its `seam`."""

    recording: Recording
    gain: float
    seam: float

    @property
    def alone(self) -> float:
        """Seconds for which nobody speaks."""
        return self.recording.loudness.seconds - self.seam


def check_length(music: Recording) -> None:
    """AudioError when an intro or outro is too long to be one."""
    if music.loudness.seconds > LONGEST_MUSIC:
        raise AudioError(
            f"{music.path}: {music.loudness.seconds:.0f} seconds are too long for an intro or outro",
            f"cut it to {LONGEST_MUSIC:.0f} seconds or less",
        )


def seam(fade: float, music: Recording, voices_seconds: float) -> float:
    """Seconds for which music and voices sound together: the fade, where both are long enough for it.

    In whole hundredths, because pydub counts in milliseconds and 10 ms are the least that are whole
    samples at 44.1 kHz.
    """
    most = min(fade, music.loudness.seconds - _RESAMPLING, voices_seconds / 2)
    return max(0, math.floor(most * 100)) / 100


def join(
    voices: Iterator[bytes], form: Form, intro: Music | None = None, outro: Music | None = None
) -> Iterator[bytes]:
    """Yield the programme in blocks.

    The intro fades out under the first words and the outro fades in under the last: the voices keep
    their level. At most the music and one seam of voices are in memory.
    """
    if intro:
        opening, voices = _opening(voices, form, intro)
        yield opening
    held = b""
    keep = form.size(outro.seam) if outro else 0
    for block in voices:
        held += block
        if len(held) > keep:
            yield held[: len(held) - keep]
            held = held[len(held) - keep :]
    if outro:
        sound = _load(outro, form)
        under = sound[: len(held)]
        yield _over(under, held, form, outro.seam, "fade_in") + sound[len(held) :]


def _opening(voices: Iterator[bytes], form: Form, music: Music) -> tuple[bytes, Iterator[bytes]]:
    """The intro with the first words over its end, and the voices that follow."""
    sound, size = _load(music, form), form.size(music.seam)
    taken = b""
    while len(taken) < size and (block := next(voices, b"")):
        taken += block
    head, rest = taken[:size], taken[size:]
    alone = len(sound) - len(head)
    fading = _over(sound[alone:], head, form, music.seam, "fade_out")
    return sound[:alone] + fading, itertools.chain((rest,), voices)


def _over(sound: bytes, voice: bytes, form: Form, seconds: float, fade: str) -> bytes:
    """Voice over equally long music that fades."""
    if not voice:
        return b""
    faded = getattr(segment(sound, form), fade)(round(seconds * 1000))
    both: bytes = faded.overlay(segment(voice, form)).raw_data
    return both


def _load(music: Music, form: Form) -> bytes:
    path: Path = music.recording.path
    shape = music.recording.info.mended + layout(form.rate, form.channels)
    filters = f"{shape},volume={music.gain - HEADROOM_DB:.3f}dB"
    arguments = [*ffmpeg.source(path), "-map", "0:a:0", "-af", filters, "-f", "s32le"]
    with explained(path):
        return b"".join(ffmpeg.read(arguments, 1 << 20))


def segment(samples: bytes, form: Form) -> Any:
    """Samples as a pydub AudioSegment. It is given these only, so pydub's search for ffmpeg is idle."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no ffmpeg on PATH; audioop is deprecated; stray escapes
        from pydub import AudioSegment
    return AudioSegment(
        data=samples, sample_width=SAMPLE_BYTES, frame_rate=form.rate, channels=form.channels
    )
