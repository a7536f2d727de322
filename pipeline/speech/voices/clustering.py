"""How many people speak, and what the voice of each is like: embeddings grouped by likeness."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import silhouette_score
from sklearn.metrics.pairwise import cosine_distances

from pipeline.speech.voices.voices import Embeddings

Labels = NDArray[np.int64]

_SAMPLED = 1500  # stretches that are clustered: their distances take 18 MB, whatever the length
_MOST = 8  # speakers looked for when nobody says how many there are
_SMALL = 0.015  # of the stretches: a smaller cluster is a cough, a laugh or a jingle, no speaker
_SPLIT = 0.2  # silhouette from which on two clusters are two voices, not moods of one
_SPLIT_HINTED = 0.1  # the same, where the host says how many people speak
_BETTER = 0.05  # of silhouette by which more speakers must be told apart better than fewer
_ALIKE = 0.75  # cosine of the typical voices from which on they are one person's
_STRANGER = 0.1  # the same, for a voice more than people are expected
_ROUNDS = 3  # of moving stretches to the nearest voice; chosen
_FEWEST = 3  # stretches that can be told apart
_BEYOND = 12  # clusters more than speakers that a tree is cut into, to get past the small ones


def centres(embeddings: Embeddings, people: int | None) -> Embeddings:
    """The typical voice of each speaker, (speakers, 192), each of length one.

    `people` is how many are expected; None: as many as are told apart.
    """
    places = np.linspace(0, len(embeddings) - 1, min(len(embeddings), _SAMPLED))
    sample = embeddings[places.round().astype(int)]
    labels = _clusters(sample, people)
    found = _means(sample, labels)
    for _ in range(_ROUNDS):  # with all stretches, each where it belongs
        nearest = np.argmax(embeddings @ found.T, axis=1)
        if len(np.unique(nearest)) < len(found):
            break
        found = _means(embeddings, nearest)
    return found


def _means(embeddings: Embeddings, labels: Labels) -> Embeddings:
    sums = [embeddings[labels == label].sum(axis=0) for label in np.unique(labels[labels >= 0])]
    means = np.stack(sums)
    result: Embeddings = means / np.linalg.norm(means, axis=1, keepdims=True)
    return result


class _Grouping(NamedTuple):
    """A speaker for each embedding, -1 for those in clusters too small to be one."""

    labels: Labels
    speakers: int
    fit: float  # silhouette of the clusters, small ones too


def _clusters(sample: Embeddings, people: int | None) -> Labels:
    alone = np.zeros(len(sample), dtype=np.int64)
    if len(sample) < _FEWEST or people == 1:
        return alone
    most = people or _MOST
    groupings = list(_groupings(sample, most + (_BEYOND if people else 1)))
    expected = next((g for g in groupings if g.speakers == people and g.fit >= _SPLIT_HINTED), None)
    if expected:
        return _with_strangers(expected, groupings).labels
    apart, labels = (_SPLIT_HINTED if people else _SPLIT) - _BETTER, alone
    for grouping in groupings:
        if grouping.speakers <= most and grouping.fit >= apart + _BETTER:
            apart, labels = grouping.fit, grouping.labels
    return labels


def _groupings(sample: Embeddings, end: int) -> Iterator[_Grouping]:
    """Groupings into two clusters and more that tell two voices apart or more."""
    distances = cosine_distances(sample)
    for count in range(2, min(len(sample), end)):
        tree: Any = AgglomerativeClustering(count, metric="precomputed", linkage="average")
        whole: Labels = tree.fit_predict(distances)
        labels = _without_small(whole)
        speakers = len(np.unique(labels[labels >= 0]))
        if speakers > 1 and not _alike(sample, labels):
            fit = float(silhouette_score(distances, whole, metric="precomputed"))
            yield _Grouping(labels, speakers, fit)


def _with_strangers(expected: _Grouping, groupings: Sequence[_Grouping]) -> _Grouping:
    """The grouping with a voice more than expected, where it is clearly another one.

    A guest whom nobody has listed would else be taken for one of the others.
    """
    more = [
        grouping
        for grouping in groupings
        if grouping.speakers > expected.speakers and grouping.fit >= expected.fit + _STRANGER
    ]
    return max(more, key=lambda grouping: grouping.fit, default=expected)


def _alike(sample: Embeddings, labels: Labels) -> bool:
    """Whether some two of the speakers have one voice."""
    means = _means(sample, labels)
    return bool(np.max(np.triu(means @ means.T, 1)) >= _ALIKE)


def _without_small(labels: Labels) -> Labels:
    sizes = np.bincount(labels)
    small = sizes < max(2, _SMALL * len(labels))
    return np.where(small[labels], -1, labels)
