"""What an engine hears in a chunk, and what decides it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.models import Segment, Word

ENGINES = ("openai-whisper", "faster-whisper")


@dataclass(frozen=True, slots=True)
class Heard:
    """What an engine heard in one chunk: words, and segments whose word ids count from the first.

    `doubtful` counts the words that loop, are mostly guessed or come faster than anybody speaks, where
    the engine found nothing better for the chunk as a whole. `missing` is how many seconds of speech in a
    row have no word, where that is more than somebody hesitates.
    """

    end: float  # of the chunk, in seconds of the recording
    words: Sequence[Word] = ()
    segments: Sequence[Segment] = ()
    doubtful: int = 0
    missing: float = 0.0


@dataclass(frozen=True, slots=True)
class Identity:
    """All that decides what an engine hears, besides the sound; part of every kept result's key."""

    engine: str
    model: str
    sha256: str
    options: dict[str, Any]
    names: tuple[str, ...] = ()  # that the recogniser is told to expect
