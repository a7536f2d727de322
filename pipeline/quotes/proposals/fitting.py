"""Learning from what a host kept and rejected which passages to propose, and how long."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.errors import PullquoteError
from pipeline.models import Quote, Transcript
from pipeline.quotes.matching.sentences import Range
from pipeline.quotes.proposals.passages import AIM, LONGEST, passages
from pipeline.quotes.proposals.ranking import FEATURES, Floats, choose, features

FIRST = (1000, 2000, 4000)  # words of candidates, best first, among which picks are looked for
_JUDGED = 1  # of `FIRST`: which of them decides which weights are better
_SHARE = 25  # percent of the kept quotes that are shorter than passages should be
_RIDGE = 3.0  # penalty of a weight's square, and none to speak of for the constant; chosen
_NO_RIDGE = 1e-6
_CERTAIN = 30.0  # log-odds: beyond, exp overflows and nothing is less certain
_HALF = 12  # episodes from which what is learned counts as much as what is known
_STEPS = 12  # of Newton's method; it stands still after eight
_FOLDS = 5  # of the episodes, each judged by what was learned from the others
_DRAWS = 500  # of the bootstrap
_SURE = 0.8  # of its draws that must speak for new weights
_REJECTION = 3.0  # how much more a passage counts that was proposed and rejected


@dataclass(frozen=True, slots=True)
class Picked:
    """An episode and the words of each passage that somebody picked from it."""

    show: str
    transcript: Transcript
    hosts: Sequence[str]
    picks: Sequence[frozenset[int]]
    rejected: Sequence[Range] = ()


class Sample:
    """An episode's passages, `aim` words long or more, their features, and which hold half of a pick.

    `counts` is what each passage counts among those that were not picked.
    """

    def __init__(self, episode: Picked, aim: int = AIM) -> None:
        self.show, self.picks = episode.show, episode.picks
        self.passages = found = passages(episode.transcript, episode.hosts, aim=aim)
        self.matrix = features(found, episode.transcript)
        first = np.array([passage.first for passage in found], dtype=np.int64)
        last = np.array([passage.last for passage in found], dtype=np.int64)
        self.picked: Floats = np.zeros(len(found))
        for pick in episode.picks:
            said = np.zeros(len(episode.transcript.words) + 1, dtype=np.int64)
            said[[n + 1 for n in pick]] = 1
            before = said.cumsum()
            self.picked[2 * (before[last] - before[first]) >= len(pick)] = 1
        self.counts: Floats = np.ones(len(found))
        for start, end in episode.rejected:
            shared = np.minimum(end, last) - np.maximum(start, first)
            self.counts[2 * shared >= last - first] = _REJECTION


def reviewed(
    show: str,
    transcript: Transcript,
    hosts: Sequence[str],
    quotes: Sequence[Quote],
    rejected: Sequence[Range] = (),
) -> Picked:
    """An episode of this show whose host has decided on these quotes.

    What the host never kept is what was not picked; the words that the host was shown and
    `rejected` count more.
    """
    picks = [
        frozenset(n for first, last in quote.spans for n in range(first, last)) for quote in quotes
    ]
    return Picked(show, transcript, hosts, [pick for pick in picks if pick], rejected)


def beats_default(found: Sequence[Floats], by_default: Sequence[Floats]) -> bool:
    """Whether weights find more on episodes left out (`found`) than the default ones on the same.

    More in four of five draws of a bootstrap over the episodes: one lucky episode is not enough.
    """
    gain = np.array([a[_JUDGED] - b[_JUDGED] for a, b in zip(found, by_default, strict=True)])
    drawn = np.random.default_rng(0).integers(len(gain), size=(_DRAWS, len(gain)))
    return bool((gain[drawn].sum(axis=1) > 0).mean() >= _SURE)


def kept_words(episodes: Sequence[Picked]) -> int:
    """The words from which on passages should end with their thought: most kept quotes have more."""
    lengths = [len(pick) for episode in episodes for pick in episode.picks]
    return int(np.clip(np.percentile(lengths, _SHARE), 1, LONGEST))


def fit(samples: Sequence[Sample], known: Floats) -> Floats:
    """Weights: a logistic regression on the features, mixed with what is `known` of them.

    Every episode counts the same, but shows by the root of their episodes. Either part is scaled to
    deviation 1; what was learned counts the more, the more episodes there are.
    """
    usable = [s for s in samples if s.picked.any() and not s.picked.all()]
    if not usable:
        raise PullquoteError("no passage of these episodes was picked: there is nothing to learn")
    learned = _logistic(usable)
    trust = len(usable) / (len(usable) + _HALF)
    found: Floats = trust * _scaled(learned, usable) + (1 - trust) * _scaled(known, usable)
    return found


def _scaled(part: Floats, samples: Sequence[Sample]) -> Floats:
    """Weights with which the scores of an episode have deviation 1; as they are where all are alike."""
    deviation = float(np.mean([(s.matrix @ part).std() for s in samples]))
    return part / deviation if deviation > 0 else part


def _logistic(samples: Sequence[Sample]) -> Floats:
    """A logistic regression of being picked on the features."""
    episodes = Counter(s.show for s in samples)

    def counting(s: Sample) -> Floats:
        others = 0.5 * s.counts / ((1 - s.picked) * s.counts).sum()
        each: Floats = np.where(s.picked > 0, 0.5 / s.picked.sum(), others)
        return each / math.sqrt(episodes[s.show])

    weight = np.concatenate([counting(s) for s in samples])
    weight *= len(samples) / weight.sum()
    x = np.vstack([s.matrix for s in samples])
    x = np.column_stack([x, np.ones(len(x))])
    y = np.concatenate([s.picked for s in samples])
    ridge = _RIDGE * np.r_[np.ones(x.shape[1] - 1), _NO_RIDGE]
    b = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ b, -_CERTAIN, _CERTAIN)))
        gradient = x.T @ (weight * (p - y)) + ridge * b
        b -= np.linalg.solve((x * (weight * p * (1 - p))[:, None]).T @ x + np.diag(ridge), gradient)
    found: Floats = b[:-1]
    return found


def hits(sample: Sample, scores: Floats) -> Floats:
    """How many picks lie at least half in the first words of candidates, for each of `FIRST`."""
    chosen = choose(sample.passages, scores, len(sample.passages))
    passages = [sample.passages[n] for n, _ in chosen]
    read = [n for passage in passages for n in range(passage.first, passage.last)]
    covered = [set(read[:count]) for count in FIRST]
    found = [sum(2 * len(pick & each) >= len(pick) for pick in sample.picks) for each in covered]
    return np.array(found, dtype=np.float64)


def left_out(samples: Sequence[Sample], known: Floats) -> list[Floats]:
    """The hits of each episode, by weights that never saw it: a fifth is left out each time."""
    found: list[Floats] = [np.zeros(len(FIRST))] * len(samples)
    for first in range(min(_FOLDS, len(samples))):
        by = fit([s for n, s in enumerate(samples) if n % _FOLDS != first], known)
        for n in range(first, len(samples), _FOLDS):
            found[n] = hits(samples[n], samples[n].matrix @ by)
    return found


def shares(samples: Sequence[Sample], found: Sequence[Floats]) -> dict[str, float]:
    """The share of all picks that was found, by the number of candidates."""
    share = np.sum(found, axis=0) / sum(len(sample.picks) for sample in samples)
    return {str(count): round(float(each), 3) for count, each in zip(FIRST, share, strict=True)}


def as_json(by: Floats | None, words: int, recall: object) -> dict[str, Any]:
    """What a file of weights holds; none of `by` where the default ones are as good."""
    return {
        "command": "pullquote quotes fit",
        "recall": recall,
        "words": words,
        "weights": {}
        if by is None
        else {name: round(float(w), 3) for name, w in zip(FEATURES, by, strict=True)},
    }
