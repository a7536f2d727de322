"""What an engine hears in a chunk, what decides it, and what all engines over Whisper's models share."""

import copy
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import torch
from whisper.tokenizer import LANGUAGES, get_tokenizer

from pipeline import __version__
from pipeline.models import Segment, Word


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

    @property
    def doubts(self) -> tuple[int, float]:
        return self.doubtful, self.missing


@dataclass(frozen=True, slots=True)
class Identity:
    """All that decides what an engine hears, besides the sound; part of every kept result's key."""

    engine: str
    model: str
    sha256: str
    options: dict[str, Any]
    names: tuple[str, ...] = ()  # that the recogniser is told to expect

    def digest(self, language: str | None) -> "hashlib._Hash":
        """Of all that decides what is heard in this language, for the sound to be added."""
        described = [__version__, self.engine, self.sha256, self.options, self.names, language]
        return hashlib.sha256(json.dumps(described, sort_keys=True).encode())


class WhisperEngine:
    """An engine over a Whisper model that knows `count` languages, or English alone.

    `sizes` are chunks in a batch, and batches at the same time.
    """

    def __init__(
        self, identity: Identity, sizes: tuple[int, int], multilingual: bool, count: int
    ) -> None:
        self.identity = identity
        self.batch, self.workers = sizes
        self.languages: Sequence[str] = list(LANGUAGES)[:count] if multilingual else ("en",)
        self._tokenizer = partial(
            get_tokenizer, multilingual, num_languages=count, task="transcribe"
        )
        self._threads = max(1, torch.get_num_threads() // self.workers)

    def with_names(self, names: Sequence[str]) -> Self:
        """The same engine, told of other names."""
        other = copy.copy(self)
        other.identity = replace(self.identity, names=tuple(names))
        return other

    def enlist(self) -> None:
        """Share the cores among the threads; the setting holds for the calling thread.

        CTranslate2 has as many of its own, and they take turns.
        """
        torch.set_num_threads(self._threads)
