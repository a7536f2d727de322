"""Which of the recogniser's doubts stop a quote until somebody has listened."""

from typing import Any

from pipeline.quotes.sentences import Range

#: Score of `suspects.json` from which on a passage is doubted here. Small models are unsure of every
#: other name; below this, listening finds the words right nearly always.
DOUBTED = 0.7


def doubted(suspects: Any) -> list[Range]:
    """The word ranges of a parsed `suspects.json` that are doubted enough."""
    return [
        (entry["first"], entry["last"])
        for entry in suspects["suspects"]
        if entry["score"] >= DOUBTED
    ]
