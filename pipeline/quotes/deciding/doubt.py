"""Which of the recogniser's doubts stop a quote until somebody has listened."""

from collections.abc import Sequence

from pipeline.models import Suspect
from pipeline.quotes.matching.sentences import Range

#: Score of `suspects.json` from which on a passage is doubted here: a word of it is more likely wrong
#: than right. Over 41 minutes with tiny.en that are 3 % of the words; 64 % of them are wrong.
DOUBTED = 0.5


def doubted(suspects: Sequence[Suspect]) -> list[Range]:
    """The word ranges of the passages that are doubted enough."""
    return listed(suspects, DOUBTED)


def listed(suspects: Sequence[Suspect], least: float = 0.0) -> list[Range]:
    """The word ranges of the passages whose score is at least `least`."""
    return [
        (doubt.first, doubt.last)
        for suspect in suspects
        for doubt in suspect.doubts
        if doubt.score >= least
    ]
