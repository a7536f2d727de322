"""When a track was started, compared with the recording that it was mixed into, and how fast it ran.

Recorders are started by hand, minutes apart, and their clocks differ by some hundred parts in a million.
Both show in the rise and fall of the levels, which a track shares with the mix however it was mastered.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.tracks.levels import FRAME, Powers, decibels

Signal = NDArray[np.float32]

_SMOOTH = 1.0  # seconds: what changes more slowly (fades, levelling) says nothing about time
_RANGE_DB = 40.0  # below the loudest; the rest is noise, and differs between microphones
_CERTAIN = 8.0  # standard deviations by which the best place must stand out; chance reaches 5.5
_WINDOW = 60.0  # seconds in which the clock is read again
_REACH = 1.0  # seconds around the reading before in which it is read
_AGREE = 0.3  # of 1: the same sound with something else beside it
_PIECE = 600.0  # seconds in which no clock drifts so far that the best place is smeared
_PIECES = 6  # that are tried, spread over a track
_ENOUGH = 4  # readings that show a drift; with fewer, one offset
_LEAST_DRIFT = 0.03  # seconds over the whole track; below, one offset will do


@dataclass(frozen=True, slots=True)
class Clock:
    """A track's time in the recording's: second t of the track is `offset + t * rate` of the recording."""

    offset: float
    rate: float = 1.0

    def placed(self, powers: Powers, frames: int) -> Powers:
        """A track's frames in the places of the recording's `frames`; silent outside the track."""
        wanted = np.rint((np.arange(frames) * FRAME - self.offset) / (self.rate * FRAME))
        inside = (wanted >= 0) & (wanted < len(powers))
        result = np.zeros(frames, dtype=np.float32)
        result[inside] = powers[wanted[inside].astype(np.int64)]
        return result


def clock(track: Powers, recording: Powers) -> Clock | None:
    """The clock of a track that can be heard in the recording; None when it cannot be found there."""
    ours, theirs = _changes(track), _changes(recording)
    found = _anchor(ours, theirs)
    if found is None:
        return None
    times, shifts = _readings(ours, theirs, *found)
    if len(times) < _ENOUGH:
        return Clock(found[1] * FRAME)
    # Seconds of offset gained a second: the median over all pairs, which stray readings do not move.
    first, second = np.triu_indices(len(times), 1)
    gained = (shifts[second] - shifts[first]) / (times[second] - times[first])
    slope = float(np.median(gained))
    if abs(slope) * len(track) * FRAME < _LEAST_DRIFT:
        return Clock(round(float(np.median(shifts)) / FRAME) * FRAME)
    return Clock(float(np.median(shifts - slope * times)), 1 + slope)


def _changes(powers: Powers) -> Signal:
    """Levels without their slow part, in standard deviations."""
    levels = decibels(powers)
    levels = np.maximum(levels, np.max(levels, initial=-200.0) - _RANGE_DB)
    width = round(_SMOOTH / FRAME) | 1
    sums = np.cumsum(np.pad(levels, (width // 2 + 1, width // 2), mode="edge"), dtype=np.float64)
    changes = levels - (sums[width:] - sums[:-width]) / width
    deviation = float(np.std(changes))
    signal: Signal = (changes / deviation if deviation > 0 else changes).astype(np.float32)
    return signal


def _anchor(ours: Signal, theirs: Signal) -> tuple[int, int] | None:
    """A frame of ours, and the frames by which ours begins later, as they are around it.

    Over hours a drifting clock smears the place at which all of ours fits best; then some minutes of it
    fit better. None where nothing stands out.
    """
    pieces = [(0, len(ours))]
    length = round(_PIECE / FRAME)
    if len(ours) > 2 * length:
        firsts = np.linspace(0, len(ours) - length, _PIECES).astype(int).tolist()
        pieces += [(first, first + length) for first in firsts]
    tried = [(*_best_shift(ours[first:last], theirs), first, last) for first, last in pieces]
    certainty, shift, first, last = max(tried)
    if certainty <= _CERTAIN:
        return None
    return (first + last) // 2, shift - first


def _best_shift(ours: Signal, theirs: Signal) -> tuple[float, int]:
    """How far the best place stands out from all others, in standard deviations, and ours' shift there."""
    size = 1 << (len(ours) + len(theirs) - 1).bit_length()
    spectrum = np.fft.rfft(theirs, size) * np.conj(np.fft.rfft(ours, size))
    agreement = np.fft.irfft(spectrum, size)
    best = int(np.argmax(agreement))
    near = round(_SMOOTH / FRAME)
    elsewhere = np.delete(agreement, np.arange(best - near, best + near + 1) % size)
    deviation = float(np.std(elsewhere)) if len(elsewhere) else 0.0
    certainty = float(agreement[best]) / deviation if deviation > 0 else 0.0
    return certainty, best if best < len(theirs) else best - size


def _readings(ours: Signal, theirs: Signal, anchor: int, shift: int) -> tuple[Signal, Signal]:
    """Times in the track and offsets there, in seconds, of the windows in which both clearly agree.

    From the anchor on in both directions: each window is looked for near where the one before it was.
    """
    length = round(_WINDOW / FRAME)
    found: list[tuple[float, float]] = []
    for firsts in (
        range(anchor, len(ours) - length + 1, length),
        range(anchor - length, -1, -length),
    ):
        near = shift
        for first in firsts:
            read = _read(ours[first : first + length], theirs, first + near)
            if read is not None:
                near += read
                found.append(((first + length / 2) * FRAME, near * FRAME))
    times, shifts = np.array(sorted(found), dtype=np.float32).reshape(-1, 2).T
    return times, shifts


def _read(window: Signal, theirs: Signal, at: int) -> int | None:
    """Frames by which a window lies later in theirs than `at`; None where it does not clearly agree."""
    reach = round(_REACH / FRAME)
    begin, end = at - reach, at + len(window) + reach
    if begin < 0 or end > len(theirs):
        return None
    agreement = np.correlate(theirs[begin:end], window) / len(window)
    best = int(np.argmax(agreement))
    return best - reach if agreement[best] > _AGREE else None
