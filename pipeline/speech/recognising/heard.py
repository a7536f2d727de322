"""What an engine hears in a chunk, what decides it, and what all engines over Whisper's models share."""

import copy
import hashlib
import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import torch
from whisper.tokenizer import LANGUAGES, get_tokenizer

from pipeline import __version__
from pipeline.models import Segment, Word
from pipeline.speech.listening.listening import Sound
from pipeline.speech.recognising import devices


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


class WhisperEngine(ABC):
    """An engine over a Whisper model that knows `count` languages, or English alone.

    `sizes` are chunks in a batch, and batches at the same time.
    """

    def __init__(
        self, identity: Identity, sizes: tuple[int, int], multilingual: bool, count: int
    ) -> None:
        self.identity = identity
        self.batch, self.workers = sizes
        self._fitting = [sys.maxsize]  # chunks that memory was enough for; copies know it too
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

    def hear(self, sounds: Sequence[Sound], language: str) -> list[Heard]:
        """Recognise each chunk by itself; fewer at once from when memory ran out."""
        most = self._fitting[0]
        if len(sounds) > most:
            return [*self.hear(sounds[:most], language), *self.hear(sounds[most:], language)]
        try:
            return self._hear(sounds, language)
        except (RuntimeError, MemoryError) as error:
            if not devices.ran_out(error):
                raise
            if len(sounds) == 1:
                raise devices.no_room(self.identity.model) from None
        self._fitting[0] = len(sounds) // 2
        torch.cuda.empty_cache()
        return self.hear(sounds, language)

    @abstractmethod
    def _hear(self, sounds: Sequence[Sound], language: str) -> list[Heard]:
        """Recognise them all at once; what it raises for too little memory differs."""

    def enlist(self) -> None:
        """Share the cores among the threads; the setting holds for the calling thread.

        CTranslate2 has as many of its own, and they take turns.
        """
        torch.set_num_threads(self._threads)
