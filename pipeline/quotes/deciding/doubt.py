"""Which of the recogniser's doubts stop a quote until somebody has listened."""

from typing import Any

from pipeline.quotes.matching.sentences import Range

#: Score of `suspects.json` from which on a passage is doubted here: a word of it is more likely wrong
#: than right. Over 41 minutes with tiny.en that are 3 % of the words; 64 % of them are wrong.
DOUBTED = 0.5


def doubted(suspects: Any) -> list[Range]:
    """The word ranges of a parsed `suspects.json` that are doubted enough."""
    return listed(suspects, DOUBTED)


def listed(suspects: Any, least: float = 0.0) -> list[Range]:
    """The word ranges of a parsed `suspects.json` whose score is at least `least`."""
    return [
        (first, last)
        for entry in suspects["suspects"]
        for first, last, score in _parts(entry)
        if score >= least
    ]


def _parts(entry: Any) -> Any:
    """The doubtful words of a passage; the whole of it in files of earlier versions."""
    return entry.get("parts") or [(entry["first"], entry["last"], entry["score"])]
