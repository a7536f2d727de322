"""Recognise any recordings, with or without a show."""

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.audio.decoding.decode import check_file, probe, stream_pcm, unchanged
from pipeline.audio.mastering.loudness import measure
from pipeline.audio.tracks.channels import why_silent
from pipeline.engine.progress import Reporter
from pipeline.errors import ConfigError, PullquoteError
from pipeline.models import Recognition
from pipeline.transcript.formats import podcast_json, srt, text, vtt
from pipeline.transcript.words.words import from_recognition
from pipeline.workspace import dump_json, write_text

if TYPE_CHECKING:
    from pipeline.speech.recognising.engine import Recogniser

FORMATS = ("json", "vtt", "srt", "txt", "words.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What hears the recordings, and what is written of them; `names` are told to it beforehand."""

    engine: str
    model: str
    device: str | None
    language: str | None
    names: Sequence[str]
    formats: Sequence[str]
    force: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """What was written of each recording, and the recordings of which nothing was."""

    done: list[dict[str, Any]]
    failures: list[dict[str, str]]


def transcribe_all(files: Sequence[Path], out: Path, wanted: Wanted, reporter: Reporter) -> Heard:
    """Write the words of each file, with their times, to the folder `out`.

    One that cannot be read does not keep the others from being done; a line says so at once.
    """
    from pipeline.speech.recognising.engine import load  # late: torch

    heard = Heard([], [])
    files = list({path.absolute(): path for path in files}.values())  # each once
    readable = [path for path in files if _is_readable(path, heard, reporter)]
    if not readable:
        return heard
    with reporter.stage("", f"model {wanted.model}") as progress:  # perhaps it is downloaded first
        recogniser = load(wanted.engine, wanted.model, wanted.device, progress, wanted.names)
    job = _Job(recogniser, wanted, reporter)
    stems = dict(zip(files, output_stems(files), strict=True))
    for number, path in enumerate(readable, start=1):
        label = path.name if len(readable) == 1 else f"{number}/{len(readable)} {path.name}"
        try:
            heard.done.append(job.transcribe(path, out / stems[path], label))
        except ConfigError:  # it holds for all files
            raise
        except PullquoteError as error:
            _fail(path, error, heard, reporter)
    return heard


def _is_readable(path: Path, heard: Heard, reporter: Reporter) -> bool:
    try:
        check_file(path)
    except PullquoteError as error:
        _fail(path, error, heard, reporter)
        return False
    return True


def _fail(path: Path, error: PullquoteError, heard: Heard, reporter: Reporter) -> None:
    message = str(error) if path.name in error.message else f"{path}: {error}"
    heard.failures.append({"source": str(path), "error": message})
    reporter.note(message)


def output_stems(files: Sequence[Path]) -> list[str]:
    """A name for the outputs of each file, different for all: the stem, where two share it the file's
    whole name, and where that is not enough either, a few digits of the path's hash with it.
    """
    stems = [path.stem for path in files]
    names = [path.name for path in files]
    chosen = [
        stem if stems.count(stem) == 1 else name for stem, name in zip(stems, names, strict=True)
    ]
    counts = Counter(name.casefold() for name in chosen)  # some file systems ignore case
    return [
        name if counts[name.casefold()] == 1 else f"{name}-{_digits(path)}"
        for name, path in zip(chosen, files, strict=True)
    ]


def _digits(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:8]


@dataclass(frozen=True)
class _Job:
    """What is done with each file."""

    recogniser: "Recogniser"
    wanted: Wanted
    reporter: Reporter

    def transcribe(self, path: Path, target: Path, label: str) -> dict[str, Any]:
        """Write a file's transcripts, named after `target`, unless they are there already."""
        check_file(path)
        with unchanged(path):
            key = self._key(path)
            target = _of_its_own(target, path, key)
            kept = None if self.wanted.force else _kept(target, key, self.wanted.formats)
            found = kept or self._recognise(path, target, label, key)
        told = {"source": str(path), "words": found["words"], "kept": kept is not None}
        told |= {name: found[name] for name in ("language", "duration", "language_probability")}
        return told | {suffix: str(_beside(target, suffix)) for suffix in self.wanted.formats}

    def _recognise(self, path: Path, target: Path, label: str, key: str) -> dict[str, Any]:
        """Hear a file and write what is wanted; gives its summary."""
        from pipeline.speech.recognising.engine import heard_language, language_doubt

        info = probe(path)
        if info.mended and (flaw := measure(path, mended=info.mended).flaw):
            self.reporter.note(f"{path} {flaw}")
        scratch = target.parent / f".{target.name}.unfinished"
        with self.reporter.stage("", label) as progress:
            recognition = self.recogniser.transcribe(
                stream_pcm(path),
                duration=info.duration,
                language=self.wanted.language,
                scratch=scratch,
                progress=progress,
            )
        if not recognition.words:
            self.reporter.note(f"{path}: nobody is heard to speak; {why_silent(path)}")
        elif doubt := language_doubt(recognition):
            self.reporter.note(f"{path}: {doubt}")
        elif self.wanted.language is None:
            self.reporter.note(f"{path}: {heard_language(recognition)}")
        words = words_json(recognition, key, _digits(path))
        _write(recognition, words, target, self.wanted.formats)
        shutil.rmtree(scratch, ignore_errors=True)
        return _summary(words)

    def _key(self, path: Path) -> str:
        """Names what is heard in the file by this recogniser."""
        digest = self.recogniser.identity.digest(self.wanted.language)
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: digest).hexdigest()


def _of_its_own(target: Path, path: Path, key: str) -> Path:
    """`target`, or one with digits of the path behind it where another file's words are there."""
    source = _digits(path)
    known = [(record["key"], record["source"]) for record in _records(target)]
    if not known or any(one == key or whose in (None, source) for one, whose in known):
        return target
    return target.with_name(f"{target.name}-{source}")


def _kept(target: Path, key: str, formats: Sequence[str]) -> dict[str, Any] | None:
    """The summary of what an earlier run wrote of the same sound, if all that is wanted is there."""
    if not all(_beside(target, suffix).is_file() for suffix in formats):
        return None
    return next((record for record in _records(target) if record["key"] == key), None)


def _records(target: Path) -> Iterator[dict[str, Any]]:
    """The summaries of what earlier runs wrote; damaged files and somebody else's count as none."""
    for path in (_beside(target, "words.json"), _hidden(target)):
        try:
            content = json.loads(path.read_bytes())
            whole = isinstance(content["words"], list)
            yield _summary(content) if whole else {"source": None, **content}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue


def _summary(words: dict[str, Any]) -> dict[str, Any]:
    """What is told of a recording, and kept where `words.json` is not wanted."""
    return {
        "key": words["key"],
        "source": words.get("source"),
        "words": len(words["words"]),
        "language": words["language"],
        "duration": words["duration"],
        "language_probability": words["options"].get("language_probability"),
    }


def _hidden(target: Path) -> Path:
    return target.with_name(f".{target.name}.done")


def _write(
    recognition: Recognition, words: dict[str, Any], target: Path, formats: Sequence[str]
) -> None:
    """Write the formats beside each other, named after `target`; what says that all is done comes last:
    `words.json`, or a small hidden file in its place.
    """
    transcript = from_recognition(recognition, ())
    writers = {"json": podcast_json.write, "vtt": vtt.write, "srt": srt.write, "txt": text.write}
    for suffix, write in writers.items():
        if suffix in formats:
            write_text(_beside(target, suffix), write(transcript))
    if "words.json" in formats:
        write_text(_beside(target, "words.json"), dump_json(words))
        _hidden(target).unlink(missing_ok=True)
    else:
        write_text(_hidden(target), dump_json(_summary(words)))


def _beside(target: Path, suffix: str) -> Path:
    return target.with_name(f"{target.name}.{suffix}")


def words_json(recognition: Recognition, key: str, source: str) -> dict[str, Any]:
    """What `.words.json` holds: each word as [text, start, end, probability, speaker]; `key` names the
    sound and the recogniser, `source` is a digest of the recording's path.
    """
    told = ("engine", "model", "model_sha256", "language", "duration", "options")
    words = {"words": [list(word) for word in recognition.words]}
    by = {name: getattr(recognition, name) for name in told}
    return {**words, **by, "key": key, "source": source}
