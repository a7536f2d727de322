"""Episodes with the passages that people picked from them, read for the benchmarks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.models import Transcript, Word

SECONDS_PER_WORD = 0.36
Range = tuple[int, int]


@dataclass(frozen=True)
class Episode:
    """An episode, its transcript, and each human pick, of a kind, as text and ranges of words."""

    show: str
    kind: str
    transcript: Transcript
    picks: list[tuple[str, list[Range]]]


def load(path: Path) -> Episode:
    """Read one file of DATA, at a steady pace of words."""
    data = json.loads(path.read_text(encoding="utf-8"))
    words: list[Word] = []
    offsets: list[int] = []
    for turn in data["turns"]:
        offsets.append(len(words))
        for text in turn["text"].split():
            at = round(len(words) * SECONDS_PER_WORD, 2)
            words.append(Word(text, at, round(at + SECONDS_PER_WORD, 2), None, turn["speaker"]))
    picks = [
        (pick.get("text", ""), [_range(window, offsets) for window in pick["windows"]])
        for pick in data["picked"]
        if not (data.get("pick_kind") == "cold_open" and pick.get("role") == "host")
    ]
    return Episode(
        data["show"],
        data.get("pick_kind", ""),
        Transcript(words, [[n] for n in range(len(words))], offsets),
        picks,
    )


def _range(window: dict[str, int], offsets: Sequence[int]) -> Range:
    return (
        offsets[window["start_turn"]] + window["start_word"],
        offsets[window["end_turn"]] + window["end_word"] + 1,
    )
