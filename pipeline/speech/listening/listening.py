"""From a stream of samples to chunks of sound that a recogniser can hear, in bounded memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.speech.listening.activity import FRAME, SAMPLE_RATE, Samples, listen
from pipeline.speech.listening.chunks import Chunk, Cutting, Packer, Region, RegionFinder

_PAUSE = 0.15  # seconds; the voice activity finds none that is shorter


@dataclass(frozen=True, slots=True)
class Sound:
    """The samples of one chunk; `start` and `speech` are seconds of the recording."""

    start: float
    samples: Samples
    speech: tuple[tuple[float, float], ...]

    @property
    def duration(self) -> float:
        return len(self.samples) / SAMPLE_RATE

    @property
    def end(self) -> float:
        return self.start + self.duration


def halves(sound: Sound) -> tuple[Sound, ...]:
    """A chunk as two, cut in its longest pause; none where nobody pauses, or not for long enough."""
    pauses = [
        (after[0] - before[1], before[1], after[0]) for before, after in pairwise(sound.speech)
    ]
    length, last, first = max(pauses, default=(0.0, 0.0, 0.0))
    if length < _PAUSE:
        return ()
    middle = round((last + length / 2 - sound.start) * SAMPLE_RATE)
    before = tuple(region for region in sound.speech if region[1] <= last)
    after = tuple(region for region in sound.speech if region[0] >= first)
    return (
        Sound(sound.start, sound.samples[:middle], before),
        Sound(sound.start + middle / SAMPLE_RATE, sound.samples[middle:], after),
    )


class Tape:
    """What is known of frames, from one on: the front is dropped when nobody needs it any more.

    Along its first dimension `nothing` has `size` values a frame, as what is appended.
    """

    def __init__(self, nothing: NDArray[np.float32], size: int) -> None:
        self._held, self._size = nothing, size
        self._first = 0

    def append(self, block: NDArray[np.float32]) -> None:
        self._held = np.concatenate((self._held, block))

    def cut(self, first: int, last: int) -> NDArray[np.float32]:
        """The values of frames `[first, last)`."""
        start, end = ((frame - self._first) * self._size for frame in (first, last))
        return self._held[start:end].copy()

    def forget(self, frame: int) -> None:
        """Nobody needs what is before this frame; it is not before the last that was forgotten."""
        self._held = self._held[(frame - self._first) * self._size :]
        self._first = frame


class Listener:
    """Cuts one recording; after the last chunk, `duration` is its length in seconds."""

    def __init__(self) -> None:
        self._tape = Tape(np.zeros(0, dtype=np.float32), FRAME)
        self._samples = 0  # heard so far, kept or not

    @property
    def duration(self) -> float:
        return self._samples / SAMPLE_RATE

    def chunks(self, blocks: Iterable[Samples]) -> Iterator[Sound]:
        """The speech of 16 kHz mono blocks of any length, as chunks in order."""
        cutting = Cutting()
        finder, packer = RegionFinder(cutting), Packer(cutting)
        for block, probabilities in listen(blocks):
            self._tape.append(block)
            self._samples += len(block)
            regions = list(finder.feed(probabilities.tolist()))
            yield from map(self._sound, _packed(packer, regions, finder.settled))
            self._tape.forget(packer.needed(finder.settled))
        yield from map(self._sound, _packed(packer, finder.finish(), finder.frame))
        yield from map(self._sound, packer.finish(finder.frame))

    def _sound(self, chunk: Chunk) -> Sound:
        seconds = FRAME / SAMPLE_RATE
        speech = tuple((region.first * seconds, region.last * seconds) for region in chunk.regions)
        return Sound(chunk.first * seconds, self._tape.cut(chunk.first, chunk.last), speech)


def _packed(packer: Packer, regions: Iterable[Region], settled: int) -> Iterator[Chunk]:
    for region in regions:
        yield from packer.feed(region)
    yield from packer.advance(settled)
