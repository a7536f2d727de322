"""Which of the recogniser's doubts stop a quote until somebody has listened."""

from typing import Any

from pipeline.quotes.sentences import Range

#: Score of `suspects.json` from which on a passage is doubted here: a word of it is more likely wrong
#: than right. Over 41 minutes with tiny.en that are 3 % of the words; 64 % of them are wrong.
DOUBTED = 0.5


def doubted(suspects: Any) -> list[Range]:
    """The word ranges of a parsed `suspects.json` that are doubted enough."""
    return [
        (entry["first"], entry["last"])
        for entry in suspects["suspects"]
        if entry["score"] >= DOUBTED
    ]
