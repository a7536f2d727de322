"""When each of several tracks began, and how fast its clock ran: recorders are switched on one by one.

Told by the host; else by the sound, because every microphone in a room hears everybody, if softly; else
by the time stamp that recorders write (BWF, counted in samples since midnight). Tracks of which none of
this says anything are taken to begin together, as exports of one session do. Only the sound tells of
clocks: two recorders drift apart by up to a second an hour.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pipeline.audio.decoding import ffmpeg
from pipeline.audio.decoding.decode import probe
from pipeline.audio.tracks.levels import Powers, frame_powers
from pipeline.audio.tracks.synchrony import clock
from pipeline.engine.progress import Progress, silent
from pipeline.errors import ConfigError

How = Literal["told", "sound", "time stamp", "together"]

_STAMP = re.compile(r"^(?:\[info\] )?\s+time_reference\s*: (\d+)", re.MULTILINE)
_LONGEST = 6 * 3600.0  # seconds between two starts; more is another day's stamp


@dataclass(frozen=True, slots=True)
class Start:
    """A track begins `seconds` after the one that began first; `how` tells who says so.

    Second t of the track belongs `t * rate` after its beginning, by the clock of the first track named.
    """

    seconds: float
    how: How
    rate: float = 1.0


def starts(
    paths: Sequence[Path], told: Mapping[str, float], progress: Progress = silent
) -> list[Start]:
    """When each track begins, to 10 ms; `told` has seconds by the stem of a file's name.

    Memory grows by 400 bytes for each second and track. AudioError when a track cannot be read,
    ConfigError when `told` names one that is not there.
    """
    unknown = sorted(told.keys() - {path.stem for path in paths})
    if unknown:
        there = ", ".join(path.stem for path in paths)
        raise ConfigError(f"episode.toml: starts: no track '{unknown[0]}'", f"there are: {there}")
    by_host = [Start(told.get(path.stem, 0.0), "told") for path in paths]
    found = by_host if told else _heard(paths, progress)
    earliest = min(start.seconds for start in found)
    return [replace(start, seconds=round(start.seconds - earliest, 3)) for start in found]


def _heard(paths: Sequence[Path], progress: Progress) -> list[Start]:
    powers = [
        frame_powers(path, f"s of track {number} of {len(paths)}", progress)
        for number, path in enumerate(paths, start=1)
    ]
    found = {0: Start(0.0, "sound")}
    while place := next(_places(powers, found), None):
        found[place[0]] = place[1]
    if len(found) == 1:
        found[0] = Start(0.0, "together")
    for number, seconds in _by_stamp(paths).items():
        found.setdefault(number, Start(seconds, "time stamp"))
    return [found.get(number, Start(0.0, "together")) for number in range(len(paths))]


def _places(powers: Sequence[Powers], placed: Mapping[int, Start]) -> Iterator[tuple[int, Start]]:
    """Further tracks that can be heard in one whose start is known."""
    for number in (each for each in range(len(powers)) if each not in placed):
        for other, start in placed.items():
            if heard := clock(powers[number], powers[other]):
                seconds = start.seconds + start.rate * heard.offset
                yield number, Start(seconds, "sound", start.rate * heard.rate)


def _by_stamp(paths: Sequence[Path]) -> dict[int, float]:
    """Seconds after the first track, of all that carry a time stamp, if the first does."""
    stamps: dict[int, float] = {}
    for number, path in enumerate(paths):
        match = _STAMP.search(ffmpeg.probe_log(path))
        if match:
            stamps[number] = int(match[1]) / probe(path).sample_rate
    if 0 not in stamps or max(stamps.values()) - min(stamps.values()) > _LONGEST:
        return {}
    return {number: stamp - stamps[0] for number, stamp in stamps.items()}
