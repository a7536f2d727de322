"""What a recogniser is, and the work that all of them share: cutting, keeping, joining.

An engine hears a batch of chunks; a `Recogniser` lets it hear recordings of any length, whose
finished batches survive a kill.
"""

import itertools
import json
import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Protocol, TypeAlias

from pydantic import TypeAdapter, ValidationError

from pipeline.engine.progress import Progress, silent
from pipeline.errors import ConfigError, SpeechError
from pipeline.models import Recognition, Segment, Word
from pipeline.speech.listening.activity import Samples
from pipeline.speech.listening.listening import Listener, Sound, halves
from pipeline.speech.recognising import devices
from pipeline.speech.recognising.faster_whisper import FasterWhisper
from pipeline.speech.recognising.heard import Heard, Identity
from pipeline.speech.recognising.openai_whisper import OpenAiWhisper
from pipeline.speech.recognising.words import capitalised
from pipeline.speech.weights.weights import english_only
from pipeline.text.punctuation import ends_sentence
from pipeline.workspace import write_text

_CHUNK_SECONDS = 26.0  # how long chunks of conversation turn out, on average
_CUTS = 2  # times that a doubtful chunk is cut in two, and the pieces again
_LIKELY = 0.5  # probability below which a detected language is a guess
_SURE = 0.8  # probability from which on a detected language speaks against the one that was given
_KEPT = TypeAdapter(list[Heard])

#: An engine's name, its model's, and the names that it is told to expect.
Choice: TypeAlias = tuple[str, str, tuple[str, ...]]


class ChunkEngine(Protocol):
    """A recogniser for batches of chunks."""

    identity: Identity
    batch: int  # chunks that are heard at once
    workers: int  # threads that may call `hear` at once; 0: only the one that has the recording
    languages: Sequence[str]  # codes that the model knows

    def detect(self, sounds: Sequence[Sound]) -> tuple[str, float]:
        """The language spoken in the chunks, and how likely it is; asked where there are several."""

    def enlist(self) -> None:
        """Called once in each thread before it calls `hear`."""

    def hear(self, sounds: Sequence[Sound], language: str) -> list[Heard]:
        """Recognise each chunk by itself; times are seconds of the recording."""


class Recogniser:
    """Turns sound into words, by a `ChunkEngine`."""

    def __init__(self, engine: ChunkEngine) -> None:
        self._engine = engine

    @property
    def identity(self) -> Identity:
        """All that decides what it hears, besides the sound."""
        return self._engine.identity

    def transcribe(
        self,
        blocks: Iterable[Samples],
        *,
        duration: float | None,
        language: str | None,
        scratch: Path | None,
        progress: Progress,
    ) -> Recognition:
        """Recognise 16 kHz mono float32 blocks of any length.

        `duration` (s) serves progress and the size of batches, and need not be exact. `language` is
        a BCP 47 tag, or None to take the one that is heard. A model of several languages is asked in
        either case; the result's options say what it heard, and how likely that is. A model of one
        language takes all for that.
        Finished work is kept in the folder `scratch` and found again there by its content.
        """
        known = self._engine.languages
        spoken = self._check_language(language) if language else None
        if spoken is None and len(known) == 1:
            spoken = known[0]  # taken for it, never detected
        detected: tuple[str, float] | None = None
        listener = Listener()

        def batches() -> Iterator[Callable[[], list[Heard]]]:
            nonlocal spoken, detected, duration
            chunks, size = listener.chunks(blocks), self._batch_size(duration)
            while sounds := list(itertools.islice(chunks, size)):
                if detected is None and len(known) > 1:
                    detected = self._engine.detect(sounds)
                    spoken = spoken or detected[0]
                assert spoken is not None
                yield partial(self._hear, sounds, spoken, scratch)
            duration = duration or listener.duration

        heard: list[Heard] = []
        for done in _in_order(batches(), self._engine.workers, self._engine.enlist):
            heard += done
            progress(heard[-1].end, duration or 0.0, "s")
        return self._join(heard, spoken or "en", detected, listener.duration)

    def _batch_size(self, duration: float | None) -> int:
        """Chunks in a batch, so that all workers have about as much to do until the end."""
        most, workers = self._engine.batch, max(1, self._engine.workers)
        if not duration:
            return most
        expected = math.ceil(duration / _CHUNK_SECONDS)
        rounds = math.ceil(expected / (workers * most))
        return math.ceil(expected / (workers * rounds))

    def _check_language(self, tag: str) -> str:
        """The engine's code for a BCP 47 tag: `en-GB` is `en`."""
        code = tag.lower().replace("_", "-").split("-")[0]
        if code in self._engine.languages:
            return code
        model, known = self._engine.identity.model, self._engine.languages
        if len(known) == 1:
            raise english_only(model, tag)
        raise ConfigError(
            f"the model {model} does not know the language '{tag}'",
            f"it knows: {', '.join(sorted(known))}",
        )

    def _hear(self, sounds: Sequence[Sound], language: str, scratch: Path | None) -> list[Heard]:
        if scratch is None:
            return self._hear_twice(sounds, language)
        kept = scratch / f"{_key(self._engine.identity, language, sounds)}.json"
        known = _read_kept(kept, len(sounds))
        if known is None:
            known = self._hear_twice(sounds, language)
            write_text(kept, _KEPT.dump_json(known).decode())
        return known

    def _hear_twice(self, sounds: Sequence[Sound], language: str, cuts: int = _CUTS) -> list[Heard]:
        """Recognise each chunk, and a doubtful one again in two pieces, cut at a pause.

        The pieces are taken when they are better. Pieces may be cut again, `cuts` times in all.
        """
        heard = self._engine.hear(sounds, language)
        for index, (sound, whole) in enumerate(zip(sounds, heard, strict=True)):
            pieces = halves(sound) if whole.doubts > (0, 0.0) and cuts else ()
            if pieces:
                parts = _joined(self._hear_twice(pieces, language, cuts - 1))
                if _better(parts, whole):
                    heard[index] = parts
        return heard

    def _join(
        self,
        heard: Sequence[Heard],
        language: str,
        detected: tuple[str, float] | None,
        duration: float,
    ) -> Recognition:
        words, segments = _in_a_row(heard)
        identity = self._engine.identity
        options = dict(identity.options)
        if identity.names:
            options["names"] = list(identity.names)
        if detected is not None:
            options["detected_language"], odds = detected
            options["language_probability"] = round(odds, 4)
        return Recognition(
            words=tuple(words),
            segments=tuple(segments),
            language=language,
            duration=round(duration, 3),
            engine=identity.engine,
            model=identity.model,
            model_sha256=identity.sha256,
            options=options,
        )


def _in_a_row(heard: Sequence[Heard]) -> tuple[list[Word], list[Segment]]:
    """The words and segments of chunks, one after the other.

    A chunk is heard without the one before: where that ended its sentence, this one begins another.
    """
    words: list[Word] = []
    segments: list[Segment] = []
    for chunk in heard:
        segments += [
            replace(segment, first=segment.first + len(words), last=segment.last + len(words))
            for segment in chunk.segments
        ]
        before = words[-1].text if words else ""
        trails_off = before.endswith(("..", "…"))
        anew = ends_sentence(before) and not trails_off
        words += capitalised(chunk.words) if anew else chunk.words
    return words, segments


def _joined(parts: Sequence[Heard]) -> Heard:
    words, segments = _in_a_row(parts)
    doubtful, missing = (sum(of) for of in zip(*(part.doubts for part in parts), strict=True))
    return Heard(parts[-1].end, tuple(words), tuple(segments), round(doubtful), missing)


def _better(parts: Heard, whole: Heard) -> bool:
    """Whether the pieces of a chunk are better than the whole of it.

    They are better when fewer of their words are doubtful, and some words are left. Where no word is
    doubtful, they are better when less of the speech has no word. But that alone may be wrong: a piece
    that holds only a song gets words, too. A decoder that jumped over words is less sure of its text, so
    the pieces must then be likelier than the whole.
    """
    if not parts.words or parts.doubts >= whole.doubts:
        return False
    return whole.doubtful > 0 or _likelihood(parts) >= _likelihood(whole)


def _likelihood(heard: Heard) -> float:
    """Of the unlikeliest segment, as a mean over its chunk; nothing is less likely than no words."""
    return min((segment.avg_logprob or 0.0 for segment in heard.segments), default=-math.inf)


def _key(identity: Identity, language: str, sounds: Sequence[Sound]) -> str:
    """Names the result of a batch: chunks heard together may round each other's numbers."""
    digest = identity.digest(language)
    for sound in sounds:
        digest.update(json.dumps([sound.start, sound.speech]).encode())
        digest.update(sound.samples.tobytes())
    return digest.hexdigest()


def _read_kept(path: Path, count: int) -> list[Heard] | None:
    """A batch heard before; a damaged file counts as none."""
    try:
        heard = _KEPT.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    return heard if len(heard) == count else None


def _in_order(
    tasks: Iterable[Callable[[], list[Heard]]], workers: int, enlist: Callable[[], None]
) -> Iterator[list[Heard]]:
    """The results of tasks, in their order, of which a few are worked on at a time.

    Batches run side by side, each on a core of its own. That is faster than to spread every small
    operation of one batch over all cores, above all on a machine that does other things too.
    """
    if not workers:
        yield from (task() for task in tasks)
        return
    pending: deque[Future[list[Heard]]] = deque()
    pool = ThreadPoolExecutor(workers, "recogniser", initializer=enlist)
    try:
        for task in tasks:
            pending.append(pool.submit(task))
            if len(pending) > workers:  # one waits, so that nobody is idle
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def heard_language(recognition: Recognition) -> str:
    """`the language is es (97%)`, or why it was not detected; with what to do where that may be wrong."""
    language, odds = recognition.language, recognition.options.get("language_probability")
    if odds is None:
        return f"taken for {language}, the one language that the model {recognition.model} knows"
    wrong = "" if odds >= _LIKELY else "; if that is wrong, say which it is"
    return f"the language is {language} ({odds:.0%}){wrong}"


def language_doubt(recognition: Recognition) -> str:
    """What speaks against the language that was given, in a sentence; empty where nothing does."""
    heard = recognition.options.get("detected_language", recognition.language)
    odds = recognition.options.get("language_probability", 0.0)
    if heard == recognition.language or odds < _SURE:
        return ""
    return f"transcribed as {recognition.language}, but it sounds like {heard} ({odds:.0%})"


_ENGINES: Mapping[str, type[OpenAiWhisper | FasterWhisper]] = {
    "openai-whisper": OpenAiWhisper,
    "faster-whisper": FasterWhisper,
}
#: Where engines come from in a process of a cluster, which goes on with other episodes.
source: Callable[[Choice], ChunkEngine] | None = None


def load(
    engine: str,
    model: str,
    device: str | None = None,
    progress: Progress = silent,
    names: Sequence[str] = (),
) -> Recogniser:
    """A recogniser by its engine's name; `device` is torch's name, None for the best there is.

    `progress` is told of the bytes of weights that have to be downloaded; `names` are made likelier.
    """
    if source:
        return Recogniser(source((engine, model, tuple(names))))
    return Recogniser(_load(engine, model, device, progress).with_names(names))


def kept(choice: Choice, device: str | None = None) -> OpenAiWhisper | FasterWhisper:
    """An engine whose model this process keeps until it is asked for another one."""
    engine, model, names = choice
    return _last(engine, model, device).with_names(names)


@lru_cache(maxsize=1)
def _last(engine: str, model: str, device: str | None) -> OpenAiWhisper | FasterWhisper:
    return _load(engine, model, device, silent)


def _load(
    engine: str, model: str, device: str | None, progress: Progress
) -> OpenAiWhisper | FasterWhisper:
    if engine not in _ENGINES:
        raise SpeechError(
            f"there is no engine '{engine}'", f"the engines are: {', '.join(_ENGINES)}"
        )
    try:
        return _ENGINES[engine].load(model, device, progress)
    except RuntimeError as error:
        if devices.ran_out(error):
            raise devices.no_room(model) from None
        raise
