"""Recordings with a voice on each of two channels, told from ordinary stereo.

In a stereo mix both channels carry everybody, at levels that hardly differ (3 dB in music, 7 dB where
voices are placed apart). With a microphone on each channel the louder side changes with the speaker,
by 10 dB and more, even where the microphones hear each other. The waves have little in common.
"""

from pathlib import Path

import numpy as np

from pipeline.audio.decoding import ffmpeg
from pipeline.audio.decoding.decode import SourceInfo, explained, layout, probe, unchanged
from pipeline.audio.tracks import activity
from pipeline.audio.tracks.levels import RATE, Meter, Powers, coarser, decibels
from pipeline.engine.progress import Progress, silent
from pipeline.models import Turns

_BLOCK = 10 * RATE  # samples of each channel
_FRAMES = 5  # of `levels`, joined to compare: 50 ms, longer than any way between microphones
_LIKE = 0.7  # correlation of the waves from which on it is one sound
_LOUDER_DB = 8.0  # by which one side leads while its speaker talks
_SHARE = 0.05  # of the sounding time in which each side leads, at least
_LEAST = 5  # frames in which each side leads, at least: a word
_LOUD = 95  # percentile of the levels: the loud moments
_SOUNDING_DB = 25.0  # below those; the rest is pause


def channel_turns(path: Path, names: tuple[str, str], progress: Progress = silent) -> Turns | None:
    """Who speaks when in seconds of the recording, the first to speak called by the first name.

    None when the recording does not hold a voice on each of two channels. AudioError when it cannot
    be read.
    """
    info = probe(path)
    if info.channels != 2:
        return None
    left, right, likeness = _measure(info, progress)
    if abs(likeness) > _LIKE or not _apart(left, right):
        return None
    turns = activity.turns_of({"left": left, "right": right})
    if len({side for side, _, _ in turns}) < 2:
        return None
    first = turns[0][0]
    return [(names[side != first], start, end) for side, start, end in turns]


def why_silent(path: Path) -> str:
    """What may keep a recording in which nobody is heard from being heard; AudioError as above."""
    info = probe(path)
    if info.channels == 2 and _measure(info, silent)[2] < -_LIKE:
        return (
            "its channels cancel each other out where they are played as one, as on a phone; turn the"
            " polarity of one round (Invert in most editors)"
        )
    return "play it"


def _measure(info: SourceInfo, progress: Progress) -> tuple[Powers, Powers, float]:
    """Powers of both channels, and how alike their waves are, from -1 (turned round) to 1."""
    meters = Meter(), Meter()
    products = np.zeros(3)
    heard = 0
    filters = info.mended + layout(RATE, 2)
    arguments = [*ffmpeg.source(info.path), "-map", "0:a:0", "-af", filters, "-f", "f32le"]
    with unchanged(info.path), explained(info.path):
        for data in ffmpeg.read(arguments, _BLOCK * 8):
            samples = np.frombuffer(data[: len(data) // 8 * 8], dtype="<f4").reshape(-1, 2)
            left, right = (
                meter.add(samples[:, side]).astype(np.float64) for side, meter in enumerate(meters)
            )
            products += (left @ left, right @ right, left @ right)
            heard += len(samples)
            progress(heard / RATE, 0.0, "s of the channels")
    scale = float(np.sqrt(products[0] * products[1]))
    return meters[0].powers(), meters[1].powers(), float(products[2]) / scale if scale else 1.0


def _apart(left: Powers, right: Powers) -> bool:
    """Whether each side clearly leads for a part of the time."""
    levels = [decibels(coarser(powers, _FRAMES)) for powers in (left, right)]
    louder = np.maximum(*levels)
    sounding = louder > np.percentile(louder, _LOUD) - _SOUNDING_DB
    leads = (levels[0] - levels[1])[sounding]
    least = max(_LEAST, _SHARE * len(leads))
    return bool((leads > _LOUDER_DB).sum() >= least and (leads < -_LOUDER_DB).sum() >= least)
