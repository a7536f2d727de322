"""From a stream of samples to chunks of sound that a recogniser can hear, in bounded memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

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


class _Tape:
    """The samples from frame `first` on; the front is dropped when nobody needs it any more."""

    def __init__(self) -> None:
        self._blocks: list[Samples] = []
        self._first = 0
        self.samples = 0  # heard so far, kept or not

    def append(self, block: Samples) -> None:
        self._blocks.append(block)
        self.samples += len(block)

    def cut(self, chunk: Chunk) -> Samples:
        joined = np.concatenate(self._blocks)
        self._blocks = [joined]
        offset = self._first * FRAME
        return joined[chunk.first * FRAME - offset : chunk.last * FRAME - offset].copy()

    def forget(self, frame: int) -> None:
        while len(self._blocks) > 1 and self._first + len(self._blocks[0]) // FRAME <= frame:
            self._first += len(self._blocks.pop(0)) // FRAME
        ahead = (frame - self._first) * FRAME
        if len(self._blocks) == 1 and 0 < ahead < len(self._blocks[0]):
            self._blocks[0] = self._blocks[0][ahead:]
            self._first = frame


class Listener:
    """Cuts one recording; after the last chunk, `duration` is its length in seconds."""

    def __init__(self) -> None:
        self._tape = _Tape()

    @property
    def duration(self) -> float:
        return self._tape.samples / SAMPLE_RATE

    def chunks(self, blocks: Iterable[Samples]) -> Iterator[Sound]:
        """The speech of 16 kHz mono blocks of any length, as chunks in order."""
        cutting = Cutting()
        finder, packer = RegionFinder(cutting), Packer(cutting)
        frames = 0
        for block, probabilities in listen(blocks):
            self._tape.append(block)
            frames += len(probabilities)
            regions = list(finder.feed(probabilities.tolist()))
            for chunk in self._pack(packer, regions, finder.settled):
                yield self._sound(chunk)
            self._tape.forget(packer.needed(finder.settled))
        for chunk in self._pack(packer, list(finder.finish()), frames):
            yield self._sound(chunk)
        for chunk in packer.finish(frames):
            yield self._sound(chunk)

    def _pack(self, packer: Packer, regions: list[Region], settled: int) -> Iterator[Chunk]:
        for region in regions:
            yield from packer.feed(region)
        yield from packer.advance(settled)

    def _sound(self, chunk: Chunk) -> Sound:
        seconds = FRAME / SAMPLE_RATE
        speech = tuple((region.first * seconds, region.last * seconds) for region in chunk.regions)
        return Sound(chunk.first * seconds, self._tape.cut(chunk), speech)
