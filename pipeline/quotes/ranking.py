"""Which passages a host would quote: plain features, weighted as hosts and editors have chosen.

The weights were fitted by `tests/benchmarks/bench_quotes.py --fit` on real picks (see its help).
Features are taken relative to the episode, so that talkative shows and short ones compare.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.models import Transcript
from pipeline.quotes.language import language
from pipeline.quotes.passages import Passage, bare
from pipeline.quotes.source import SENTENCE_END

#: Weight of each feature, the fitted part and the plain prior (long, early, whole) added; see above.
WEIGHTS = {
    "turn": 0.583,
    "early": 0.92,
    "offset": 0.078,
    "length": 0.922,
    "absolute": 0.163,
    "strong": 0.289,
    "we": -0.107,
    "i": -0.168,
    "you": 0.022,
    "turning": -0.064,
    "claim": 0.349,
    "rare": -0.132,
    "fresh": 0.013,
    "short": -0.29,
    "plain": -0.128,
    "numbers": -0.083,
    "question": 0.129,
    "answer": 0.134,
}

_NEAR = 600.0  # words: how far a chosen passage makes its surroundings less wanted
_SPREAD = 0.3  # by how much at most
_REASONS = 3

Floats = npt.NDArray[np.float64]

#: Feature: what it means in a host's words, said when it speaks for a passage.
FEATURES = {
    "turn": "from a long answer",
    "early": "early in the episode",
    "offset": "near the start of the answer",
    "length": "long enough to make a point",
    "absolute": "takes a clear stand",
    "strong": "strong words",
    "we": "speaks of us",
    "i": "speaks from experience",
    "you": "speaks to the listener",
    "turning": "gives a reason or a contrast",
    "claim": "makes claims",
    "rare": "words that this episode is about",
    "fresh": "says much in few words",
    "short": "short sentences",
    "plain": "few fillers",
    "numbers": "names numbers",
    "question": "asks and answers a question",
    "answer": "opens an answer",
}


def features(passages: Sequence[Passage], transcript: Transcript) -> Floats:
    """One row a passage, one column a feature of `FEATURES`; mean 0 and deviation 1 in the episode."""
    if not passages:
        return np.zeros((0, len(FEATURES)))
    tables = language(transcript.language)
    words = [bare(word) for word in transcript.words]
    counts = Counter(words)
    total = len(words)
    fillers = {phrase[0] for phrase in tables.fillers if len(phrase) == 1}
    rows = []
    for passage in passages:
        text = words[passage.first : passage.last]
        size = len(text)
        start = passage.first - passage.turn.first
        before = transcript.words[passage.turn.first - 1].text if passage.turn.first else ""
        asked = [
            bool(transcript.words[last - 1].text.endswith("?")) for _, last in passage.sentences
        ]
        rows.append(
            (
                math.log(passage.turn.last - passage.turn.first),
                -math.sqrt(passage.first / total),
                -math.log1p(start),
                math.log(size),
                _share(text, tables.absolutes),
                _share(text, tables.strong),
                _share(text, tables.we),
                _share(text, tables.i),
                _share(text, tables.you),
                _share(text, tables.turning),
                _share(text, tables.claims),
                sum(math.log(counts[w]) for w in set(text) if 2 <= counts[w] < total / 300) / size,
                len(set(text)) / math.sqrt(size),
                -math.log(size / len(passage.sentences)),
                -_share(text, fillers),
                sum(any(c.isdigit() for c in word) for word in text) / size,
                float(any(asked)),
                float(start < 25 and bool(SENTENCE_END.search(before)) and before.endswith("?")),
            )
        )
    matrix = np.array(rows, dtype=np.float64).reshape(len(rows), len(FEATURES))
    deviation = matrix.std(axis=0)
    relative: Floats = (matrix - matrix.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    return relative


def score(matrix: Floats) -> Floats:
    """How much each passage is worth proposing, higher is better."""
    weights = np.array([WEIGHTS[name] for name in FEATURES])
    found: Floats = matrix @ weights
    return found


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


def reasons(row: Floats) -> list[str]:
    """What speaks most for a passage, in a host's words."""
    gains = [(WEIGHTS[name] * value, name) for name, value in zip(FEATURES, row, strict=True)]
    best = sorted((gain, name) for gain, name in gains if gain > 0.05)[::-1]
    return [FEATURES[name] for _, name in best[:_REASONS]]


def _share(text: Sequence[str], words: frozenset[str] | set[str]) -> float:
    return sum(word in words for word in text) / len(text)
