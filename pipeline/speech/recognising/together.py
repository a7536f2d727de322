"""A recogniser that many episodes share: it keeps its model, and fills a batch with chunks of all of them.

Each episode is in a process of its own, maybe on another machine, which decodes and cuts the recording and
asks for what is said in its chunks. That does not depend on who else is in the batch.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Lock
from typing import Any

import platformdirs

from pipeline.errors import SpeechError
from pipeline.speech.listening.listening import Sound
from pipeline.speech.recognising import devices
from pipeline.speech.recognising.engine import Choice, kept
from pipeline.speech.recognising.heard import Heard, Identity
from pipeline.times import clock
from pipeline.workspace import write_text

_MOMENT = 0.2  # seconds that a chunk waits for others, where nobody is heard; a batch takes seconds
_TRIES = 2  # times that the recogniser may end while it hears the same chunks


@dataclass(eq=False, slots=True)
class _Chunk:
    sound: Sound
    choice: Choice
    language: str
    asked: Path  # is there while the chunks that it was asked with are heard, and says how often
    alone: bool  # with those that it was asked with
    heard: Future[Heard] = field(default_factory=Future)

    def may_join(self, other: "_Chunk") -> bool:
        same = (self.choice, self.language) == (other.choice, other.language)
        return same and (self.asked == other.asked or not (self.alone or other.alone))


class Listener:
    """Runs where the model is, and is called by many threads.

    It may die of a chunk, which would take all in its batch along. So chunks that were being heard when it
    died are heard without others, and those of which it died again are refused.
    """

    def __init__(self, share: float = 1.0, run: str = "") -> None:
        """One that may take a `share` of its card's memory; no other run's end counts in this `run`."""
        devices.keep_to(share)
        self._turn = Lock()  # to hear
        self._line: list[_Chunk] = []
        self._changed = Condition()
        self._folder = platformdirs.user_cache_path("pullquote") / "hearing" / run

    def about(self, choice: Choice) -> tuple[Identity, int, Sequence[str]]:
        """The engine's identity, how many chunks it hears at once, and the languages that it knows."""
        with self._turn:
            engine = kept(choice)
        return engine.identity, engine.batch, engine.languages

    def why_no_card(self) -> str:
        """What CUDA says where it listens on a core."""
        return devices.why_no_card()

    def detect(self, choice: Choice, sounds: Sequence[Sound]) -> tuple[str, float]:
        with self._turn:
            return kept(choice).detect(sounds)

    def hear(self, choice: Choice, sounds: Sequence[Sound], language: str) -> list[Heard]:
        asked = _asked(self._folder, sounds)
        ended = _count(asked)
        if ended >= _TRIES:
            asked.unlink()
            raise SpeechError(
                f"the recogniser ended twice over what is said from {clock(sounds[0].start)} on",
                "hear that part of the recording, or take another model or engine",
            )
        mine = [_Chunk(sound, choice, language, asked, ended > 0) for sound in sounds]
        with self._changed:
            self._line += mine
            self._changed.notify_all()
        due = time.monotonic() + _MOMENT
        while not all(chunk.heard.done() for chunk in mine):
            with self._turn:
                if batch := self._next(mine, due):
                    self._hear(batch)
        return [chunk.heard.result() for chunk in mine]

    def _next(self, mine: Sequence[_Chunk], due: float) -> list[_Chunk]:
        """The chunks that are heard now, those first that came first; none where mine were heard."""
        with self._changed:
            if not any(chunk in self._line for chunk in mine):
                return []
            first = self._line[0]
            most = kept(first.choice).batch
            left = max(0.0, due - time.monotonic())
            self._changed.wait_for(lambda: len(self._line) >= most, left)
            found = [chunk for chunk in self._line if chunk.may_join(first)][:most]
            self._line = [chunk for chunk in self._line if chunk not in found]
        return found

    def _hear(self, batch: Sequence[_Chunk]) -> None:
        whose: dict[Path, list[_Chunk]] = {}
        for chunk in batch:
            whose.setdefault(chunk.asked, []).append(chunk)
        for path in whose:
            write_text(path, f"{_count(path) + 1}")
        try:
            sounds = [chunk.sound for chunk in batch]
            found = kept(batch[0].choice).hear(sounds, batch[0].language)
            for chunk, heard in zip(batch, found, strict=True):
                chunk.heard.set_result(heard)
        except Exception as error:
            devices.end_if_lost(error)  # as if it had died of these chunks: Ray starts another one
            if len(whose) == 1:
                self._fail(batch, error)
            else:
                for chunks in whose.values():
                    self._hear(chunks)
        for path in whose:
            path.unlink(missing_ok=True)

    def _fail(self, batch: Sequence[_Chunk], error: Exception) -> None:
        for chunk in batch:
            chunk.heard.set_exception(error)


class Elsewhere:
    """A `ChunkEngine` that asks a `Listener`: `ask` calls one of its methods by name."""

    workers = 0

    def __init__(self, ask: Callable[..., Any], choice: Choice) -> None:
        self._ask, self._choice = ask, choice
        self.identity: Identity
        self.batch: int
        self.languages: Sequence[str]
        self.identity, self.batch, self.languages = ask("about", choice)

    def detect(self, sounds: Sequence[Sound]) -> tuple[str, float]:
        found: tuple[str, float] = self._ask("detect", self._choice, sounds)
        return found

    def enlist(self) -> None:
        """Nothing is worked on here."""

    def hear(self, sounds: Sequence[Sound], language: str) -> list[Heard]:
        found: list[Heard] = self._ask("hear", self._choice, sounds, language)
        return found


def _asked(folder: Path, sounds: Sequence[Sound]) -> Path:
    digest = hashlib.sha256()
    for sound in sounds:
        digest.update(sound.samples.tobytes())
    return folder / digest.hexdigest()


def _count(path: Path) -> int:
    return int(path.read_text() or 0) if path.is_file() else 0
