"""Where somebody speaks, and where two do: the network on the sample's voices."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.speech.voices.segmentation import FRAME, listen, threads
from pipeline.speech.weights.weights import voices_installed, voices_package

TRACKS = Path(__file__).resolve().parents[3] / "episodes/why-bridges-hum/tracks"

if not voices_installed():
    pytest.skip("the extra 'diarise' is not installed", allow_module_level=True)

RATE = 16_000


def in_blocks(samples: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    yield from np.array_split(samples, 7)


def loudest(path: Path, seconds: float) -> NDArray[np.float32]:
    """The stretch of a track in which most is said."""
    track = np.concatenate(list(stream_pcm(path, duration=60.0)))
    energy = np.cumsum(np.concatenate(([0.0], track.astype(np.float64) ** 2)))
    length = round(seconds * RATE)
    start = int(np.argmax(energy[length:] - energy[:-length]))
    loud = track[start : start + length]
    found: NDArray[np.float32] = loud / np.sqrt(np.mean(loud**2)) * np.float32(0.05)
    return found


def test_two_who_speak_at_once_are_heard_as_two() -> None:
    one, other = (loudest(path, 8.0) for path in sorted(TRACKS.glob("*.mp3")))
    quiet = np.zeros(RATE * 2, dtype=np.float32)
    sound = np.concatenate((one, quiet, one[: 4 * RATE] + other[: 4 * RATE], quiet))
    blocks = list(listen(in_blocks(sound), voices_package(), threads()))
    activity = np.concatenate([found for _, found in blocks])
    passed_on = np.concatenate([samples for samples, _ in blocks])
    assert np.array_equal(passed_on[: len(sound)], sound)
    assert len(passed_on) == len(activity) * FRAME

    def mean(start: float, end: float) -> list[float]:
        found: list[float] = (
            activity[round(start * RATE / FRAME) : round(end * RATE / FRAME)].mean(axis=0).tolist()
        )
        return found

    (alone, beside), (pause, _), (both, together) = mean(1, 7), mean(8.5, 9.5), mean(10.5, 13.5)
    assert alone > 0.8
    assert beside < 0.1
    assert pause < 0.3
    assert both > 0.9
    assert together > 0.6


def test_nothing_and_silence() -> None:
    assert list(listen(iter(()), voices_package(), threads())) == []
    ((samples, activity),) = listen([np.zeros(100, dtype=np.float32)], voices_package(), threads())
    assert len(samples) == FRAME
    assert activity[0, 0] < 0.5
