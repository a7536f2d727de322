"""Which way passages lean that people quote, in the space of what passages mean.

One direction for all shows, learned from human picks (`learn`) and kept in `direction.json` with the
command that made it. It needs the extra `[embed]`; without it nothing of this counts.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import PullquoteError
from pipeline.models import Transcript
from pipeline.quotes import fitting, vectors
from pipeline.quotes.fitting import Sample
from pipeline.quotes.passages import Passage
from pipeline.quotes.ranking import Floats
from pipeline.quotes.vectors import Meanings

DEFAULT_DIRECTION = Path(__file__).with_name("direction.json")
#: What one deviation of it adds to the score of a passage, of which the features make deviations of
#: 1.3. Fixed before it was measured on the shows that `direction.json` names, each left out of the fit:
#: there the first 40 hold 0.508 of the picks, and 0.460 without it (by bootstrap +0.010 to +0.087 more).
#: Twice as much finds more in the first 20 and less in the first 40, each within the noise.
WEIGHT = 0.6
_RIDGE = 100.0  # of numbers with deviation 1; 300 finds as much
_DIGITS = 4


def is_english(transcript: Transcript) -> bool:
    """Whether the transcript is in the language that the network reads."""
    return transcript.language.partition("-")[0] == "en"


def leaning(passages: Sequence[Passage], transcript: Transcript) -> Floats:
    """How much more each passage leans that way than others of its episode, in deviations.

    PullquoteError where the extra is missing.
    """
    return _along(vectors.meanings(passages, transcript), _direction())


def learn(samples: Sequence[Sample], meant: Sequence[Meanings]) -> Floats:
    """The direction, of length 1: a logistic regression on sentences, half of which were picked or not.

    `meant` has what the sentences of each sample's passages mean.
    """
    scale = np.sqrt(np.mean([np.mean(each.rows**2) for each in meant]))
    rows = [each.rows.astype(np.float64) / (scale or 1.0) for each in meant]
    judged = [_judged(*pair) for pair in zip(samples, meant, strict=True)]
    found = fitting.logistic(judged, rows, _RIDGE)
    return found / float(np.linalg.norm(found) or 1.0)


def left_out(samples: Sequence[Sample], meant: Sequence[Meanings]) -> list[Floats]:
    """The hits of each episode, by weights and a direction that saw nothing of its show."""
    found: list[Floats] = [np.zeros(len(fitting.FIRST))] * len(samples)
    for show in {sample.show for sample in samples}:
        others = [n for n, sample in enumerate(samples) if sample.show != show]
        by = fitting.fit([samples[n] for n in others])
        direction = learn([samples[n] for n in others], [meant[n] for n in others])
        for n, sample in enumerate(samples):
            if sample.show == show:
                scores = sample.matrix @ by + WEIGHT * _along(meant[n], direction)
                found[n] = fitting.hits_of(sample, scores)
    return found


def _judged(sample: Sample, meant: Meanings) -> Sample:
    """The sample with its sentences in place of its passages: whether half of each was picked."""
    picked = np.zeros(len(meant.sentences))
    for pick in sample.picks:
        for n, (first, last) in enumerate(meant.sentences):
            if 2 * len(pick.intersection(range(first, last))) >= last - first:
                picked[n] = 1
    return replace(sample, picked=picked, counts=np.ones(len(picked)))


def as_json(direction: Floats, command: str, measured: Sequence[fitting.Recall]) -> dict[str, Any]:
    """What `direction.json` holds."""
    return {
        "command": command,
        "recall": fitting.recall_json(measured),
        "direction": [round(value, _DIGITS) for value in direction.tolist()],
    }


def _along(meant: Meanings, direction: Floats) -> Floats:
    along = meant.over_passages(meant.rows @ direction)
    deviation = float(along.std()) if len(along) else 0.0
    return (along - along.mean()) / deviation if deviation > 0 else np.zeros(len(along))


def _direction() -> Floats:
    try:
        found: Floats = np.array(json.loads(DEFAULT_DIRECTION.read_bytes())["direction"], float)
    except (OSError, ValueError, KeyError, TypeError):
        found = np.zeros(0)
    if found.shape != (vectors.WIDTH,):
        raise PullquoteError(
            f"{DEFAULT_DIRECTION.name}: holds no direction", "install pullquote again"
        )
    return found
