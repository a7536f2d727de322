"""The chance that each word was misheard, from how sure the recogniser was.

A logistic regression over a word's own probability, the next one's, the word's length, and whether it is
said anywhere else with certainty. What a recogniser hears once, unsurely, is often a name or a term that
it does not know. The weights were fitted on what tiny.en heard in the first half of a 41-minute
conversation and in 20 recordings of other people. They are measured on the second half and on 20 more
recordings (`tests/benchmarks/bench_transcript.py`, which also fits them again, and says what was tried).
"""

import math
from collections import Counter
from collections.abc import Sequence

from pipeline.models import Word

SURE = 0.9  # probability from which on the recogniser knows a word

# a constant; log(-log(probability)) of the word and of the next; one where the word is said with
# certainty nowhere else; the word's letters
WEIGHTS = (0.6, 0.97, 0.18, 0.63, -0.07)

_MOST_LETTERS = 12  # of a word; more make it no surer
_EDGE = 1e-4  # probabilities nearer to 0 or 1 say no more


def chances(words: Sequence[Word]) -> list[float]:
    """For each word; 0 for words without a probability, which people wrote."""
    return [
        0.0 if word.probability is None else _logistic(row)
        for word, row in zip(words, features(words), strict=True)
    ]


def features(words: Sequence[Word]) -> list[tuple[float, ...]]:
    """What the regression looks at: for each word as many numbers as there are `WEIGHTS`."""
    doubts = [_doubt(word.probability) for word in words]
    spelled = ["".join(filter(str.isalnum, word.text.casefold())) for word in words]
    sure = [word.probability is None or word.probability > SURE for word in words]
    known = Counter(letters for letters, certain in zip(spelled, sure, strict=True) if certain)
    return [
        (
            1.0,
            doubts[index],
            doubts[min(index + 1, len(words) - 1)],
            float(known[letters] <= sure[index]),
            float(min(_MOST_LETTERS, len(letters))),
        )
        for index, letters in enumerate(spelled)
    ]


def _logistic(row: Sequence[float]) -> float:
    score = sum(weight * value for weight, value in zip(WEIGHTS, row, strict=True))
    return 1 / (1 + math.exp(-score))


def _doubt(probability: float | None) -> float:
    odds = 1.0 if probability is None else probability
    return math.log(-math.log(min(1 - _EDGE, max(_EDGE, odds))))
