"""Which passages a host would quote: early long turns, each begun near its start and said cleanly.

Twenty more features (wording, questions, what the episode returns to, what passages mean) found no
more on shows that they were not fitted to: `tests/benchmarks/bench_candidates.py`. Features are taken
relative to the episode, so that talkative shows and short ones compare.
"""

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.errors import PullquoteError
from pipeline.models import Transcript
from pipeline.quotes.languages.table import language
from pipeline.quotes.matching.sentences import bare
from pipeline.quotes.proposals.passages import AIM, Passage, goes_on, rests, stutters

SHOW_WEIGHTS = "quote-weights.json"  # in feed/: learned from the show's own reviews
_OPENING = 0.05  # share of an episode in which listeners are welcomed
_NEAR = 600.0  # words: how far a chosen passage makes its surroundings less wanted
_SPREAD = 1.0  # by how much at most: one a topic
_FARTHEST = 2.0  # deviations: one stutter more must not decide
_REASONS = 3  # told a passage, at most
_LEAST_GAIN = 0.05  # of score, in deviations: what is worth less is no reason

Floats = npt.NDArray[np.float64]

#: Feature: what it means in a host's words, said when it speaks for a passage.
FEATURES = {
    "guest": "said by a guest",
    "turn": "from a long answer",
    "early": "early in the episode",
    "offset": "near the start of the answer",
    "clean": "said without a stutter",
    "opens": "begins a thought",
    "rests": "between two pauses",
}
#: What each counts where the show has learned nothing of its own.
DEFAULT = dict.fromkeys(FEATURES, 1.0) | {"offset": 0.5, "opens": 0.5}


def features(passages: Sequence[Passage], transcript: Transcript) -> Floats:
    """One row a passage, one column a feature of `FEATURES`; mean 0 and deviation 1 in the episode.

    Nothing is farther from the mean than two deviations. Passages whose opening needs a [referent]
    are measured by the others.
    """
    matrix = measured(passages, transcript)
    if not passages:
        return matrix
    whole = matrix[[passage.referent is None for passage in passages]]
    usual = whole if len(whole) else matrix
    relative = (matrix - usual.mean(axis=0)) / deviation(usual)
    within: Floats = np.clip(relative, -_FARTHEST, _FARTHEST)
    return within


def measured(passages: Sequence[Passage], transcript: Transcript) -> Floats:
    """The features as they are."""
    words, tables = transcript.words, language(transcript.language)
    presenter = _presenter(transcript)
    rows = [
        [
            float(passage.turn.speaker != presenter),
            math.log(passage.turn.last - passage.turn.first),
            -math.sqrt(passage.first / len(words)),
            -math.log1p(passage.first - passage.turn.first),
            -math.log1p(stutters(words[passage.first : passage.last])),
            -float(goes_on(words[passage.first], tables)),
            float(sum(rests(words, border) for border in (passage.first, passage.last))),
        ]
        for passage in passages
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, len(FEATURES))


def deviation(matrix: Floats) -> Floats:
    """Of each feature; 1 where all passages have the same."""
    found: Floats = matrix.std(axis=0) if len(matrix) else np.ones(len(FEATURES))
    return np.where(found > 0, found, 1.0)


def _presenter(transcript: Transcript) -> str | None:
    """The speaker who welcomes the listeners first; None where nobody does."""
    tables = language(transcript.language)
    opening = transcript.words[: int(len(transcript.words) * _OPENING)]
    for one, other in pairwise(opening):
        if (bare(one), bare(other)) in tables.welcomes:
            return one.speaker
    return None


def learned(path: Path | None = None) -> tuple[Floats, int]:
    """The weight of each feature, and from how many words on a passage ends with its thought.

    Those of a show that has learned, in the file at `path`; what it does not name counts as by default.
    PullquoteError for a damaged file.
    """
    try:
        value = json.loads(path.read_bytes()) if path else {"weights": {}}
        found = DEFAULT | value["weights"]
        return np.array([float(found[name]) for name in FEATURES]), int(value.get("words", AIM))
    except (ValueError, KeyError, TypeError, AttributeError):
        name = path.name if path else ""
        raise PullquoteError(
            f"{name}: holds no weights for quotes", "make it again: pullquote quotes fit"
        ) from None


def choose(passages: Sequence[Passage], scores: Floats, limit: int) -> list[tuple[int, float]]:
    """The best passages, none over another, spread over the episode: (index, score), best first.

    Each choice lowers its neighbours, so that one good answer does not fill the list.
    """
    left = scores.copy()
    first = np.array([passage.first for passage in passages])
    last = np.array([passage.last for passage in passages])
    middle = (first + last) / 2
    chosen: list[tuple[int, float]] = []
    while len(chosen) < limit and len(left) and np.isfinite(left).any():
        best = int(np.argmax(left))
        chosen.append((best, float(left[best])))
        left -= _SPREAD * np.exp(-np.abs(middle - middle[best]) / _NEAR)
        left[(first < last[best]) & (last > first[best])] = -np.inf
    return chosen


def reasons(row: Floats, by: Floats) -> list[str]:
    """What speaks most for a passage, in a host's words."""
    gains = dict(zip(FEATURES, (row * by).tolist(), strict=True))
    best = sorted(gains, key=lambda name: (-gains[name], name))
    return [FEATURES[name] for name in best if gains[name] > _LEAST_GAIN][:_REASONS]
