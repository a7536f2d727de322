"""How loud a recording is from moment to moment: the powers of short frames, whatever its length."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.engine.progress import Progress, silent

Levels = NDArray[np.float32]  # dBFS of each frame
Powers = NDArray[np.float32]  # mean square of each frame
Samples = NDArray[np.float32]  # -1 to 1

FRAME = 0.01  # seconds: speech begins and ends no more exactly
RATE = 8000  # Hz: the power of speech lies below 4 kHz
FLOOR_DB = -90.0  # below any microphone's noise; stands for digital silence

_SIZE = round(FRAME * RATE)


class Meter:
    """The powers of one channel's frames, block by block; 400 bytes a second, whatever the sample rate.

    Differences of samples are measured: they weigh consonants up and take hum and table knocks away.
    """

    def __init__(self) -> None:
        self._found: list[Powers] = [np.zeros(0, dtype=np.float32)]
        self._before: Samples = np.zeros(1, dtype=np.float32)

    def add(self, block: Samples) -> Samples:
        """Measure whole frames of samples, only the last block may end in part of one; the differences."""
        differences: Samples = np.diff(block, prepend=self._before)
        self._before = block[-1:]
        padded = np.pad(differences, (0, -len(block) % _SIZE))
        self._found.append(np.mean(np.square(padded.reshape(-1, _SIZE)), axis=1))
        return differences

    def powers(self) -> Powers:
        return np.concatenate(self._found)


def frame_powers(path: Path, unit: str = "s", progress: Progress = silent) -> Powers:
    """The power of each frame of a recording, as one channel. AudioError as `stream_pcm`.

    `unit` is what progress is told in.
    """
    meter = Meter()
    for block in stream_pcm(path, RATE, progress=progress, unit=unit):  # ten seconds: whole frames
        meter.add(block)
    return meter.powers()


def decibels(powers: Powers) -> Levels:
    """Powers as dBFS, not below `FLOOR_DB`."""
    levels: Levels = 10 * np.log10(powers + np.float32(10 ** (FLOOR_DB / 10)))
    return levels


def coarser(powers: Powers, frames: int) -> Powers:
    """The mean power of so many frames each, the last filled up with silence."""
    padded = np.pad(powers, (0, -len(powers) % frames))
    mean: Powers = padded.reshape(-1, frames).mean(axis=1, dtype=np.float32)
    return mean
