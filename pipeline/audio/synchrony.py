"""When a track was started, compared with the recording that it was mixed into, and how fast it ran.

Recorders are started by hand, minutes apart, and their clocks differ by some hundred parts in a million.
Both show in the rise and fall of the levels, which a track shares with the mix however it was mastered.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.levels import FRAME, Powers, decibels

Signal = NDArray[np.float32]

_SMOOTH = 1.0  # seconds: what changes more slowly (fades, levelling) says nothing about time
_RANGE_DB = 40.0  # below the loudest; the rest is noise, and differs between microphones
_CERTAIN = 8.0  # standard deviations by which the best place must stand out; chance reaches 5.5
_WINDOW = 60.0  # seconds in which the clock is read again
_REACH = 1.0  # seconds around the common offset in which it is read
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
    found = _best_shift(ours, theirs)
    if found is None:
        return None
    times, shifts = _readings(ours, theirs, found)
    offset = found * FRAME
    if len(times) < 4:
        return Clock(offset)
    slope = _slope(times, shifts)
    if abs(slope) * len(track) * FRAME < _LEAST_DRIFT:
        return Clock(offset)
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


def _best_shift(ours: Signal, theirs: Signal) -> int | None:
    """Frames by which ours begin later, where that stands out from every other place."""
    size = 1 << (len(ours) + len(theirs) - 1).bit_length()
    spectrum = np.fft.rfft(theirs, size) * np.conj(np.fft.rfft(ours, size))
    agreement = np.fft.irfft(spectrum, size)
    best = int(np.argmax(agreement))
    near = round(_SMOOTH / FRAME)
    elsewhere = np.delete(agreement, np.arange(best - near, best + near + 1) % size)
    deviation = float(np.std(elsewhere)) if len(elsewhere) else 0.0
    if agreement[best] <= max(_CERTAIN * deviation, 0.0):
        return None
    return best if best < len(theirs) else best - size


def _readings(ours: Signal, theirs: Signal, shift: int) -> tuple[Signal, Signal]:
    """Times in the track and offsets there, in seconds, of the windows in which both clearly agree."""
    length, reach = round(_WINDOW / FRAME), round(_REACH / FRAME)
    times, shifts = [], []
    for first in range(0, len(ours) - length + 1, length):
        begin = first + shift - reach
        if begin < 0 or begin + length + 2 * reach > len(theirs):
            continue
        window = ours[first : first + length]
        agreement = np.correlate(theirs[begin : begin + length + 2 * reach], window) / length
        best = int(np.argmax(agreement))
        if agreement[best] > 0.3:  # of 1: the same sound with something else beside it
            times.append((first + length / 2) * FRAME)
            shifts.append((shift + best - reach) * FRAME)
    return np.array(times, dtype=np.float32), np.array(shifts, dtype=np.float32)


def _slope(times: Signal, shifts: Signal) -> float:
    """Seconds of offset gained a second: the median over all pairs, which stray readings do not move."""
    first, second = np.triu_indices(len(times), 1)
    return float(np.median((shifts[second] - shifts[first]) / (times[second] - times[first])))
