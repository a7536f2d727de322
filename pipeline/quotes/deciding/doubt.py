"""Which of the recogniser's doubts stop a quote until somebody has listened."""

from collections.abc import Collection, Sequence

from pipeline.models import Suspect, Transcript
from pipeline.quotes.matching.edits import free_kinds
from pipeline.quotes.matching.sentences import Range
from pipeline.quotes.proof.guard import Guard

#: Score of `suspects.json` from which on a passage is doubted here: a word of it is more likely wrong
#: than right. Over 41 minutes with tiny.en that are 3 % of the words; 64 % of them are wrong.
DOUBTED = 0.5


def guard_of(
    transcript: Transcript,
    suspects: Sequence[Suspect] = (),
    free: Collection[str] | None = None,
    recording: str = "",
    people: Collection[str] = (),
    lightly_edited: bool = False,
) -> Guard:
    """The guard of an episode: its words, what is doubted of them, what the show lets pass.

    `recording` is the SHA-256 of the sound that its quotes are proven against, `people` may speak.
    """
    allowed = free_kinds(free, lightly_edited)
    return Guard(transcript, allowed, doubted(suspects), recording, people)


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
