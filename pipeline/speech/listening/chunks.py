"""Where to cut a recording for a recogniser that hears 30 seconds at a time.

Speech is cut in its pauses and packed into chunks; a chunk is one stretch of the recording, so a
time within it is the recording's time minus its start. Everything here counts in frames of
`activity.FRAME` samples, is pure, and works on a stream: what was given out never changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

_BLUR = (1, 2, 3, 2, 1)  # weights of a frame and its neighbours, to find the quietest


class Region(NamedTuple):
    """A stretch of frames `[first, last)`."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Cutting:
    """How regions of speech are found and packed; lengths in frames of 32 ms."""

    speech: float = 0.5  # a region begins at this probability (silero-vad's default)
    silence: float = 0.35  # and ends below this one
    pause: int = 5  # after so many frames below it; shorter pauses belong to the speech
    shortest: int = 3  # anything shorter is a click
    padding: int = 8  # 256 ms kept around speech, as far as the neighbours leave room
    longest: int = 937  # 29.98 s: the window is 30
    gap: int = 94  # 3 s without speech end a chunk: Whisper invents words over long silence
    early: float = 0.8  # of `longest`: from here on a chunk ends at its longest pause


class RegionFinder:
    """Finds regions of speech in a stream of frame probabilities.

    A region that grows over-long is cut where speech was least likely, so the memory is bounded.
    """

    def __init__(self, cutting: Cutting) -> None:
        self._cutting = cutting
        self.frame = 0  # the next to come
        self._start: int | None = None
        self._quiet_since: int | None = None
        self._open: list[float] = []  # probabilities since `_start`
        self._shortest = cutting.shortest  # 1 after a cut: the rest of speech is no click
        self._longest = cutting.longest - 2 * cutting.padding

    def feed(self, probabilities: Iterable[float]) -> Iterator[Region]:
        """Take the next frames; give the regions that they complete."""
        for probability in probabilities:
            yield from self._step(probability)
            self.frame += 1

    def finish(self) -> Iterator[Region]:
        """Give the region that the end of the recording closes."""
        if self._start is not None:
            yield from self._close(self._quiet_since or self.frame)

    @property
    def settled(self) -> int:
        """Every region still to come begins at or after this frame."""
        return self.frame if self._start is None else self._start

    def _step(self, probability: float) -> Iterator[Region]:
        if self._start is None:
            if probability >= self._cutting.speech:
                self._start = self.frame
                self._open = [probability]
            return
        self._open.append(probability)
        if probability >= self._cutting.speech:
            self._quiet_since = None
        elif probability < self._cutting.silence and self._quiet_since is None:
            self._quiet_since = self.frame
        quiet = self._quiet_since
        if quiet is not None and self.frame + 1 - quiet >= self._cutting.pause:
            yield from self._close(quiet)
        elif len(self._open) > self._longest:
            yield from self._cut()

    def _close(self, last: int) -> Iterator[Region]:
        assert self._start is not None
        region = Region(self._start, last)
        self._start = self._quiet_since = None
        self._open = []
        if region.length >= self._shortest:
            yield region
        self._shortest = self._cutting.shortest

    def _cut(self) -> Iterator[Region]:
        assert self._start is not None
        at = quietest(self._open, first=self._longest // 2, last=self._longest)
        yield Region(self._start, self._start + at)
        self._start += at
        self._open = self._open[at:]
        self._shortest = 1
        if self._quiet_since is not None:
            self._quiet_since = max(self._quiet_since, self._start)


def quietest(probabilities: Sequence[float], first: int, last: int) -> int:
    """The frame in `[first, last)` with the least speech in itself and its neighbours."""
    values = np.asarray(probabilities, dtype=np.float64)
    padded = np.pad(values, len(_BLUR) // 2, mode="edge")
    smooth = np.convolve(padded, _BLUR, mode="valid")
    return first + int(np.argmin(smooth[first:last]))


@dataclass(frozen=True, slots=True)
class Chunk:
    """Frames `[first, last)` for one window of the recogniser, and the speech in it."""

    first: int
    last: int
    regions: tuple[Region, ...]


class Packer:
    """Packs regions into chunks of at most `longest` frames, in order.

    A full chunk ends at the longest pause in its last fifth rather than at the last one: a long
    pause is more likely between sentences.
    """

    def __init__(self, cutting: Cutting) -> None:
        self._cutting = cutting
        self._held: list[Region] = []
        self._end = 0  # of the last chunk given out

    def feed(self, region: Region) -> Iterator[Chunk]:
        """Take the next region; give the chunks that it completes."""
        yield from self.advance(region.first)
        while self._held and not self._fits(region):
            following = [*self._held[1:], region]
            count = self._best_end(following)
            yield self._chunk(self._held[:count], following[count - 1].first)
            self._held = self._held[count:]
        self._held.append(region)

    def advance(self, frame: int) -> Iterator[Chunk]:
        """No region begins before `frame`: give the chunk that so much silence completes."""
        if self._held and frame - self._held[-1].last > self._cutting.gap:
            yield self._chunk(self._held, frame)
            self._held = []

    def finish(self, total: int) -> Iterator[Chunk]:
        """Give the last chunk of a recording of `total` frames."""
        if self._held:
            yield self._chunk(self._held, total + self._cutting.padding, total)
        self._held = []

    def needed(self, frame: int) -> int:
        """The first frame that chunks to come may hold, when no region begins before `frame`."""
        first = self._held[0].first if self._held else frame
        return max(self._end, first - self._cutting.padding)

    def _fits(self, region: Region) -> bool:
        length = region.last - self._held[0].first + 2 * self._cutting.padding
        return length <= self._cutting.longest

    def _best_end(self, following: Sequence[Region]) -> int:
        """How many held regions make the best full chunk; `following[i]` comes after the i-th."""
        late = self._held[0].first + self._cutting.early * self._cutting.longest
        pairs = list(enumerate(zip(self._held, following, strict=True), start=1))
        ends = [(after.first - held.last, n) for n, (held, after) in pairs if held.last >= late]
        return max(ends)[1] if ends else len(self._held)

    def _chunk(self, regions: Sequence[Region], following: int, total: int | None = None) -> Chunk:
        """The chunk over `regions`, padded to the middle of a shorter pause at most."""
        padding = self._cutting.padding
        first = max(self._end, regions[0].first - padding)
        last = regions[-1].last + min(padding, (following - regions[-1].last + 1) // 2)
        self._end = last if total is None else min(last, total)
        return Chunk(first, self._end, tuple(regions))
