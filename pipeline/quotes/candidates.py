"""Candidates: the passages proposed to the host, best first."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import PullquoteError
from pipeline.models import Candidate, Transcript
from pipeline.quotes.edits import DEFAULT_FREE
from pipeline.quotes.guard import Guard
from pipeline.quotes.ledger import Entry, quote_id
from pipeline.quotes.passages import Range, passages
from pipeline.quotes.ranking import choose, features, reasons, score

_SPARE = 8  # passages looked at beyond the limit, for those that the guard stops


def suggest(
    transcript: Transcript,
    limit: int,
    hosts: Sequence[str] = (),
    doubted: Sequence[Range] = (),
) -> list[Candidate]:
    """At most `limit` passages that the guard passes as they are; none for an empty transcript.

    `hosts` are the beginnings of the labels of speakers who are not quoted, unless nobody else
    speaks; `doubted` word ranges
    that the recogniser was unsure of. A candidate keeps its id while its words stay the same.
    """
    found = passages(transcript, hosts, doubted) or passages(transcript, (), doubted)
    matrix = features(found, transcript)
    guard = Guard(transcript, DEFAULT_FREE, doubted)
    taken: set[str] = set()
    candidates: list[Candidate] = []
    for index, value in choose(found, score(matrix), limit + _SPARE):
        passage = found[index]
        words = transcript.words[passage.first : passage.last]
        text = " ".join(word.text for word in words)
        entry = Entry(text, at=words[0].start, speaker=passage.turn.speaker)
        if len(candidates) == limit or not guard.check(entry).proven:
            continue
        identity = quote_id(text, taken)
        taken.add(identity)
        candidates.append(
            Candidate(
                id=identity,
                first=passage.first,
                last=passage.last,
                start=words[0].start,
                end=words[-1].end,
                speaker=passage.turn.speaker,
                text=text,
                score=round(value, 3),
                why=reasons(matrix[index]),
            )
        )
    return candidates


def as_json(candidates: Sequence[Candidate]) -> dict[str, Any]:
    """What `candidates.json` holds."""
    return {
        "candidates": [
            {
                "id": candidate.id,
                "words": [candidate.first, candidate.last],
                "start": candidate.start,
                "end": candidate.end,
                "speaker": candidate.speaker,
                "text": candidate.text,
                "score": candidate.score,
                "why": list(candidate.why),
            }
            for candidate in candidates
        ]
    }


def read_candidates(path: Path, command: str) -> list[Candidate]:
    """The candidates of a `candidates.json`; `command` makes it where it is missing."""
    try:
        return from_json(json.loads(path.read_bytes()))
    except FileNotFoundError:
        raise PullquoteError(f"{path}: there is no such file", f"run: {command}") from None
    except (ValueError, KeyError, TypeError, IndexError):
        raise PullquoteError(
            f"{path}: damaged, or edited by hand", f"delete it and run: {command}"
        ) from None


def from_json(value: Any) -> list[Candidate]:
    """The candidates of a parsed `candidates.json`."""
    return [
        Candidate(
            id=entry["id"],
            first=entry["words"][0],
            last=entry["words"][1],
            start=entry["start"],
            end=entry["end"],
            speaker=entry["speaker"],
            text=entry["text"],
            score=entry["score"],
            why=entry["why"],
        )
        for entry in value["candidates"]
    ]
