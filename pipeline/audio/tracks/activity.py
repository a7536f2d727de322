"""Who speaks when, from one recording a speaker: by level, with what bled over from the others removed.

Every microphone in a room hears everybody. While `b` speaks, the level in track `a` stays a nearly
constant number of decibels below the level in track `b`: that is how much `b` bleeds into `a`. So
`a` speaks where its track is clearly louder than the others' bleeding explains.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.tracks import levels as sound
from pipeline.audio.tracks.levels import FLOOR_DB, Levels, Powers
from pipeline.audio.tracks.synchrony import Clock, clock
from pipeline.engine.progress import Progress, silent
from pipeline.models import Turns

Flags = NDArray[np.bool_]

_FRAMES = 5  # of `levels`, in each of ours
FRAME = _FRAMES * sound.FRAME  # seconds: shorter than a syllable, longer than a period of any voice
QUIETEST_SPEECH_DB = -60.0  # a track that never gets louder holds nobody
LEAST_RANGE_DB = 9.0  # between noise and speech; steady noise stays below
_BEGINS, _GOES_ON = 0.5, 0.3  # of the range, above which a voice begins, and goes on; chosen
_PERCENTILES = 10, 95  # of the levels: a track's pauses, and its speech
_GATED = 0.8  # of the frames sound at most where a gate closed between the words
_GATED_RANGE_DB = 30.0  # and then speech is taken to be no deeper than this
_FLOOR_MARGIN_DB = 3.0  # above the floor a frame sounds
BLEED_MARGIN_DB = 6.0  # how much louder than bleeding explains
_BLEED_PERCENTILE = 25  # of the difference, because now and then both talk
ECHO_FRAMES = 3  # a room answers for about 150 ms
HOLD = 0.6  # seconds of quiet within a turn: between words, not between sentences
SHORTEST = 0.2  # seconds: "yes" takes longer, a bump does not


def track_turns(
    paths: Mapping[str, Path], recording: Path, offset: float, progress: Progress = silent
) -> Turns:
    """Who speaks when in `recording`, by the tracks that it was mixed from.

    `paths` maps each speaker's label to the track. A track may have been started at any time and by a
    clock of its own; one that cannot be heard in the recording, because it is silent or something else,
    is taken to begin at `offset` seconds of it. AudioError when a file cannot be read.
    """
    whole = sound.frame_powers(recording, "s of the recording", progress)
    tracks = []
    for number, path in enumerate(paths.values(), start=1):
        powers = sound.frame_powers(path, f"s of track {number} of {len(paths)}", progress)
        found = clock(powers, whole) or Clock(offset)
        tracks.append(found.placed(powers, len(whole)))
    return turns_of(dict(zip(paths, tracks, strict=True)))


def turns_of(tracks: Mapping[str, Powers]) -> Turns:
    """Who speaks when, by the powers of tracks that begin together and are equally long."""
    levels = [sound.decibels(sound.coarser(powers, _FRAMES)) for powers in tracks.values()]
    turns = [
        (speaker, round(first * FRAME, 3), round(last * FRAME, 3))
        for speaker, flags in zip(tracks, _speaking(levels), strict=True)
        for first, last in _runs(flags)
    ]
    return sorted(turns, key=lambda turn: (turn[1], turn[2], turn[0]))


def _speaking(levels: list[Levels]) -> list[Flags]:
    """For each track, the frames in which its own speaker talks."""
    ranges = [_range(track) for track in levels]
    loud = [
        track > quiet + _BEGINS * (speech - quiet)
        for track, (quiet, speech) in zip(levels, ranges, strict=True)
    ]
    flags = []
    for own, (track, (quiet, speech)) in enumerate(zip(levels, ranges, strict=True)):
        if speech < QUIETEST_SPEECH_DB or speech - quiet < LEAST_RANGE_DB:
            flags.append(np.zeros(len(track), dtype=np.bool_))
            continue
        explained = np.full(len(track), FLOOR_DB, dtype=np.float32)
        for other in range(len(levels)):
            if other != own:
                bled = _bleeding(track, levels[other], loud[other])
                explained = np.maximum(explained, bled)
        excess = track - explained
        begins = loud[own] & (excess > BLEED_MARGIN_DB)
        goes_on = (track > quiet + _GOES_ON * (speech - quiet)) & (excess > BLEED_MARGIN_DB / 2)
        flags.append(_hysteresis(begins, goes_on))
    return flags


def _range(track: Levels) -> tuple[float, float]:
    """Levels of the pauses and of the speech. Digital silence is no pause: it has no room in it."""
    sounding = track[track > FLOOR_DB + _FLOOR_MARGIN_DB]
    if not len(sounding):
        return FLOOR_DB, FLOOR_DB
    quiet, speech = np.percentile(sounding, _PERCENTILES)
    if len(sounding) < _GATED * len(track):  # gated between the words: all that sounds is speech
        quiet = min(quiet, speech - _GATED_RANGE_DB)
    return float(quiet), float(speech)


def _bleeding(track: Levels, other: Levels, other_speaks: Flags) -> Levels:
    """The level that `other`'s speaker explains in `track`: constantly below, and a little later."""
    if not other_speaks.any():
        return np.full(len(track), FLOOR_DB, dtype=np.float32)
    below = np.percentile((track - other)[other_speaks], _BLEED_PERCENTILE)
    recent = other.copy()
    for delay in range(1, ECHO_FRAMES + 1):
        recent[delay:] = np.maximum(recent[delay:], other[:-delay])
    recent[:-1] = np.maximum(recent[:-1], other[1:])
    result: Levels = (recent + below).astype(np.float32)
    return result


def _hysteresis(begins: Flags, goes_on: Flags) -> Flags:
    """Frames from where a turn begins to where it stops going on, in both directions."""
    wanted = np.zeros(len(begins), dtype=np.bool_)
    for first, last in _edges(goes_on):
        wanted[first:last] = begins[first:last].any()
    return wanted


def _edges(flags: Flags) -> Iterator[tuple[int, int]]:
    """[first, last) of each unbroken run of true frames."""
    changes = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    yield from zip(changes[::2].tolist(), changes[1::2].tolist(), strict=True)


def _runs(flags: Flags) -> list[tuple[int, int]]:
    """Turns in frames: runs with short pauses closed, bumps left out."""
    merged: list[tuple[int, int]] = []
    for first, last in _edges(flags):
        if merged and (first - merged[-1][1]) * FRAME <= HOLD:
            merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return [(first, last) for first, last in merged if (last - first) * FRAME >= SHORTEST]
