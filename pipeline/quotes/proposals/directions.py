"""Which way passages lean that people quote, in the space of what passages mean.

One direction for all shows, learned from human picks and kept in `direction.json` with the command
that made it. It needs the extra `[embed]`; without it nothing of this counts.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.errors import PullquoteError
from pipeline.models import Transcript
from pipeline.quotes.proposals import vectors
from pipeline.quotes.proposals.passages import Passage
from pipeline.quotes.proposals.ranking import Floats
from pipeline.quotes.proposals.vectors import Meanings

DEFAULT_DIRECTION = Path(__file__).with_name("direction.json")
#: What one deviation of it adds to the score of a passage, of which the features make deviations of
#: 1.3. Fixed before it was measured on the shows that `direction.json` names, each left out of the fit:
#: there the first 40 hold 0.508 of the picks, and 0.460 without it (by bootstrap +0.010 to +0.087 more).
#: Twice as much finds more in the first 20 and less in the first 40, each within the noise.
WEIGHT = 0.6


def is_english(transcript: Transcript) -> bool:
    """Whether the transcript is in the language that the network reads."""
    return transcript.language.partition("-")[0] == "en"


def leaning(passages: Sequence[Passage], transcript: Transcript) -> Floats:
    """How much more each passage leans that way than others of its episode, in deviations.

    PullquoteError where the extra is missing.
    """
    return along(vectors.meanings(passages, transcript), _direction())


def along(meant: Meanings, direction: Floats) -> Floats:
    """How much more each passage means what lies in a direction than others, in deviations."""
    found = meant.over_passages(meant.rows @ direction)
    deviation = float(found.std()) if len(found) else 0.0
    return (found - found.mean()) / deviation if deviation > 0 else np.zeros(len(found))


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
