"""Who speaks when in a recording on one track: voices grouped by how alike they are.

Stretches of speech are turned into embeddings (`voices`). Those of one voice alone are clustered. Every
moment goes to the speaker whose voice the stretches around it are most like. Where two talk at once, the
one who is next most like has a turn too.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.models import Turns
from pipeline.speech.listening.activity import Samples
from pipeline.speech.voices.clustering import centres
from pipeline.speech.voices.voices import Heard, Stretch, hear

Labels = NDArray[np.int64]

_MOMENT = 0.1  # seconds, in each of which one person speaks: shorter than any word
_CHANGE = 0.9  # of likeness: the price of a change of speakers, against flickering
_JOIN = 1.0  # seconds between regions of one speaker's turn
#: Probability that one person speaks, from which on a stretch shows what a voice is like.
_CLEAR = 0.6
_FEW = 5  # such stretches: with fewer, all are taken
_NEAR = 0.75  # seconds from the middle of an overlap to the stretches that tell whose it is
_SHORTEST = 0.25  # seconds for which two must speak at once


@dataclass(frozen=True, slots=True)
class Diarisation:
    """Turns of "Speaker 1" and so on, numbered as they first speak, and what each voice is like."""

    turns: Turns
    voices: dict[str, list[float]]


def diarise(blocks: Iterable[Samples], people: int | None = None) -> Diarisation:
    """Listen to samples at 16 kHz. `people` is how many are expected; None: as many as are told apart.

    Memory grows by 6 MB an hour. SpeechError when the extra is not installed.
    """
    return tell_apart(list(hear(blocks)), people)


def tell_apart(heard: Sequence[Heard], people: int | None) -> Diarisation:
    """The turns of a recording of which all was heard; `people` as for `diarise`."""
    speech = [region for part in heard for region in part.speech]
    stretches = [stretch for part in heard for stretch in part.stretches]
    if not stretches:
        return Diarisation([], {})
    embeddings = np.concatenate([part.embeddings for part in heard])
    clear = np.concatenate([part.clarity for part in heard]) >= _CLEAR
    typical = centres(embeddings[clear] if clear.sum() >= _FEW else embeddings, people)
    likeness = embeddings @ typical.T
    turns = _turns(speech, stretches, likeness)
    turns += _second_voices(
        [overlap for part in heard for overlap in part.overlaps], turns, stretches, likeness
    )
    turns.sort(key=lambda turn: (turn[1], turn[2], turn[0]))
    order = list(dict.fromkeys(speaker for speaker, _, _ in turns))
    names = {speaker: f"Speaker {number}" for number, speaker in enumerate(order, start=1)}
    return Diarisation(
        [(names[speaker], round(start, 3), round(end, 3)) for speaker, start, end in turns],
        {name: typical[speaker].round(5).tolist() for speaker, name in names.items()},
    )


def _turns(
    speech: Sequence[Stretch], stretches: Sequence[Stretch], likeness: NDArray[np.float32]
) -> list[tuple[int, float, float]]:
    """Turns within the regions of speech; one speaker's regions close to each other are one turn."""
    turns: list[tuple[int, float, float]] = []
    at = 0
    for region in speech:
        first = at
        while at < len(stretches) and stretches[at].start < region.end:
            at += 1
        if at == first:
            continue
        for speaker, start, end in _within(region, stretches[first:at], likeness[first:at]):
            if turns and turns[-1][0] == speaker and start - turns[-1][2] <= _JOIN:
                turns[-1] = (speaker, turns[-1][1], end)
            else:
                turns.append((speaker, start, end))
    return turns


def _second_voices(
    overlaps: Sequence[Stretch],
    turns: Sequence[tuple[int, float, float]],
    stretches: Sequence[Stretch],
    likeness: NDArray[np.float32],
) -> list[tuple[int, float, float]]:
    """Turns of those who speak while somebody else has the word: the likeliest besides that one."""
    if likeness.shape[1] < 2:
        return []
    middles = np.array([(stretch.start + stretch.end) / 2 for stretch in stretches])
    found = []
    for start, end in overlaps:
        loudest = max(turns, key=lambda turn: min(end, turn[2]) - max(start, turn[1]))
        if end - start < _SHORTEST or min(end, loudest[2]) - max(start, loudest[1]) <= 0:
            continue
        near = np.abs(middles - (start + end) / 2) <= max(_NEAR, (end - start) / 2)
        if not near.any():
            continue
        order = np.argsort(-likeness[near].mean(axis=0)).tolist()
        second = next(speaker for speaker in order if speaker != loudest[0])
        found.append((int(second), start, end))
    return found


def _within(
    region: Stretch, stretches: Sequence[Stretch], likeness: NDArray[np.float32]
) -> list[tuple[int, float, float]]:
    moments = max(1, round((region.end - region.start) / _MOMENT))
    times = region.start + (np.arange(moments) + 0.5) * _MOMENT
    scores = np.zeros((moments, likeness.shape[1]))
    weights = np.full(moments, 1e-9)
    for stretch, row in zip(stretches, likeness, strict=True):
        middle, reach = (stretch.start + stretch.end) / 2, (stretch.end - stretch.start) / 2
        weight = np.maximum(0.0, 1 - np.abs(times - middle) / (reach + _MOMENT))
        scores += weight[:, None] * row
        weights += weight
    path = _steady(scores / weights[:, None])
    edges = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), moments]
    return [
        (
            int(path[first]),
            region.start + first * _MOMENT,
            region.end if last == moments else region.start + last * _MOMENT,
        )
        for first, last in itertools.pairwise(edges)
    ]


def _steady(scores: NDArray[np.float64]) -> Labels:
    """The most likely speaker of each moment when every change has its price (Viterbi)."""
    total = scores[0]
    back = np.zeros(scores.shape, dtype=np.int64)
    for moment in range(1, len(scores)):
        best = int(np.argmax(total))
        changed = total[best] - _CHANGE
        back[moment] = np.where(total >= changed, np.arange(len(total)), best)
        total = np.maximum(total, changed) + scores[moment]
    path = np.zeros(len(scores), dtype=np.int64)
    path[-1] = int(np.argmax(total))
    for moment in range(len(scores) - 1, 0, -1):
        path[moment - 1] = back[moment][path[moment]]
    return path
