"""Whether this ffmpeg does all that we ask of one: tried on a second of made sound, by our own code."""

import tempfile
import wave
from collections.abc import Collection
from pathlib import Path

import numpy as np

from pipeline.audio.alternate import Codec, encode
from pipeline.audio.cutting import cut
from pipeline.audio.decoding.ffmpeg import unfit
from pipeline.audio.mastering.loudness import inspect
from pipeline.audio.mastering.programme import Levels, Plan, Programme
from pipeline.engine.progress import silent
from pipeline.errors import AudioError
from pipeline.settings.production import AudioSettings

_RATE = 48_000  # Hz
_SECONDS = 1.2  # loudness asks for one, and the fades for a little more


def try_all(codecs: Collection[Codec]) -> None:
    """Read, measure, mix with music, limit, encode and cut, and encode in `codecs`.

    AudioError says what this ffmpeg cannot do.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            _try(Path(folder), codecs)
        except AudioError as error:
            if error.message.startswith(folder):  # of a sound that is right
                raise unfit(error.message.removeprefix(f"{folder}/")) from None
            raise


def _try(folder: Path, codecs: Collection[Codec]) -> None:
    voice = inspect(_made(folder / "sound.wav"))
    programme = Programme([voice, voice], intro=voice, starts=[0.0, 0.1], rates=[1.0, 1.0001])
    plan = Plan(programme, AudioSettings(fade=0.1))
    plan.rehearse([0.0], -1.0)
    result = folder / "master.mp3"
    plan.encode(Levels(0.0, -1.0), result, silent)
    cut(result, [(0.2, 0.9)], folder / "quote.mp3")
    for codec in codecs:
        encode(result, folder / f"other.{codec}", codec, 32)


def _made(path: Path) -> Path:
    """A tone in two channels."""
    tone = 0.1 * np.sin(2 * np.pi * 440 * np.arange(round(_RATE * _SECONDS)) / _RATE)
    samples = (np.stack((tone, tone), axis=1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples.tobytes())
    return path
