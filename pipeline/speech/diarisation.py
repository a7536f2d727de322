"""Who speaks when in a recording on one track: voices grouped by how alike they are.

Stretches of speech are turned into embeddings (`voices`), a sample of them is clustered, and every
moment goes to the speaker whose voice the stretches around it are most like. Two who talk at once
are one turn, that of the louder voice.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.speech.activity import SAMPLE_RATE, Samples
from pipeline.speech.voices import Embeddings, Stretch, hear

Labels = NDArray[np.int64]

_SAMPLED = 1500  # stretches that are clustered: their distances take 18 MB, whatever the length
_MOST = 8  # speakers looked for when nobody says how many there are
_SMALL = 0.015  # of the stretches: a smaller cluster is a cough, a laugh or a jingle, no speaker
_SPLIT = 0.2  # silhouette from which on two clusters are two voices, not moods of one
_SPLIT_HINTED = 0.1  # the same, where the host says how many people speak
_BETTER = 0.05  # of silhouette by which more speakers must be told apart better than fewer
_ALIKE = 0.75  # cosine of the typical voices from which on they are one person's
_BEYOND = 12  # clusters more than speakers that a tree is cut into, to get past the small ones
_MOMENT = 0.1  # seconds
_CHANGE = 0.9  # of likeness: the price of a change of speakers, against flickering
_JOIN = 1.0  # seconds between regions of one speaker's turn

#: (speaker, start, end) in seconds, by start.
Turns = list[tuple[str, float, float]]


@dataclass(frozen=True, slots=True)
class Diarisation:
    """Turns of "Speaker 1" and so on, numbered as they first speak, and what each voice is like."""

    turns: Turns
    voices: dict[str, list[float]]


def diarise(
    blocks: Iterable[Samples],
    people: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Diarisation:
    """Listen to samples at 16 kHz. `people` is how many are expected; None: as many as are told apart.

    Memory grows by 6 MB an hour. SpeechError when the extra is not installed.
    """
    speech: list[Stretch] = []
    stretches: list[Stretch] = []
    found: list[Embeddings] = []
    for heard in hear(_counted(blocks, progress)):
        speech += heard.speech
        stretches += heard.stretches
        found.append(heard.embeddings)
    if not stretches:
        return Diarisation([], {})
    embeddings = np.concatenate(found)
    centres = _centres(embeddings, people)
    turns = _turns(speech, stretches, embeddings @ centres.T)
    order = list(dict.fromkeys(speaker for speaker, _, _ in turns))
    names = {speaker: f"Speaker {number}" for number, speaker in enumerate(order, start=1)}
    return Diarisation(
        [(names[speaker], round(start, 3), round(end, 3)) for speaker, start, end in turns],
        {name: centres[speaker].round(5).tolist() for speaker, name in names.items()},
    )


def _counted(
    blocks: Iterable[Samples], progress: Callable[[float], None] | None
) -> Iterable[Samples]:
    heard = 0
    for block in blocks:
        yield block
        heard += len(block)
        if progress:
            progress(heard / SAMPLE_RATE)


def _centres(embeddings: Embeddings, people: int | None) -> Embeddings:
    """The typical voice of each speaker, (speakers, 192), each of length one."""
    places = np.linspace(0, len(embeddings) - 1, min(len(embeddings), _SAMPLED))
    sample = embeddings[places.round().astype(int)]
    labels = _clusters(sample, people)
    centres = _means(sample, labels)
    for _ in range(3):  # with all stretches, each where it belongs
        nearest = np.argmax(embeddings @ centres.T, axis=1)
        if len(np.unique(nearest)) < len(centres):
            break
        centres = _means(embeddings, nearest)
    return centres


def _means(embeddings: Embeddings, labels: Labels) -> Embeddings:
    sums = [embeddings[labels == label].sum(axis=0) for label in np.unique(labels[labels >= 0])]
    means = np.stack(sums)
    result: Embeddings = means / np.linalg.norm(means, axis=1, keepdims=True)
    return result


def _clusters(sample: Embeddings, people: int | None) -> Labels:
    """A speaker for each embedding, -1 for those in clusters too small to be one."""
    from sklearn.metrics.pairwise import cosine_distances

    alone = np.zeros(len(sample), dtype=np.int64)
    if len(sample) < 3 or people == 1:
        return alone
    distances = cosine_distances(sample)
    most = people or _MOST
    apart, labels = (_SPLIT_HINTED if people else _SPLIT) - _BETTER, alone
    for count in range(2, min(len(sample), most + (_BEYOND if people else 1))):
        whole = _cut(distances, count)
        tried = _without_small(whole)
        speakers = len(np.unique(tried[tried >= 0]))
        if not 2 <= speakers <= most or _alike(sample, tried):
            continue
        better = _silhouette(distances, whole)
        if better >= apart + _BETTER:
            apart, labels = better, tried
        if speakers == people and better >= _SPLIT_HINTED:
            return tried
    return labels


def _alike(sample: Embeddings, labels: Labels) -> bool:
    """Whether some two of the speakers have one voice."""
    centres = _means(sample, labels)
    return bool(np.max(np.triu(centres @ centres.T, 1)) >= _ALIKE)


def _cut(distances: NDArray[np.float32], count: int) -> Labels:
    from sklearn.cluster import AgglomerativeClustering

    clustering: Any = AgglomerativeClustering(count, metric="precomputed", linkage="average")
    labels: Labels = clustering.fit_predict(distances)
    return labels


def _without_small(labels: Labels) -> Labels:
    sizes = np.bincount(labels)
    small = sizes < max(2, _SMALL * len(labels))
    return np.where(small[labels], -1, labels)


def _silhouette(distances: NDArray[np.float32], labels: Labels) -> float:
    from sklearn.metrics import silhouette_score

    return float(silhouette_score(distances, labels, metric="precomputed"))


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
