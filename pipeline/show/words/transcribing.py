"""Recognise any recordings, with or without a show."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import TypeAdapter

from pipeline.audio.decoding.decode import check_file, probe, stream_pcm, unchanged
from pipeline.audio.mastering.loudness import measure
from pipeline.audio.tracks.channels import why_silent
from pipeline.engine.progress import Reporter
from pipeline.errors import ConfigError, PullquoteError
from pipeline.models import Recognition, encode
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


def transcribe_all(
    files: Sequence[Path], out: Path, wanted: Wanted, reporter: Reporter
) -> Iterator[dict[str, Any]]:
    """Write the words of each file, with their times, to the folder `out`; what was written of each.

    One that cannot be read does not keep the others from being done: its `error` is told at once.
    """
    from pipeline.speech.recognising.engine import load  # late: torch

    readable = []
    for path in {path.absolute(): path for path in files}.values():  # each once
        try:
            check_file(path)
            readable.append(path)
        except PullquoteError as error:
            yield _failed(path, error, reporter)
    if not readable:
        return
    with reporter.stage("", f"model {wanted.model}") as progress:  # perhaps it is downloaded first
        recogniser = load(wanted.engine, wanted.model, wanted.device, progress, wanted.names)
    job = _Job(recogniser, wanted, reporter)
    for number, path in enumerate(readable, start=1):
        label = path.name if len(readable) == 1 else f"{number}/{len(readable)} {path.name}"
        try:
            yield job.transcribe(path, out / path.stem, label)
        except ConfigError:  # it holds for all files
            raise
        except PullquoteError as error:
            yield _failed(path, error, reporter)


def _failed(path: Path, error: PullquoteError, reporter: Reporter) -> dict[str, Any]:
    message = str(error) if path.name in error.message else f"{path}: {error}"
    reporter.note(message)
    return {"source": str(path), "error": message}


def _digits(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:8]


class _Done(NamedTuple):
    """What is kept of a recording that was heard, in a small hidden file beside its words.

    `key` names the sound and the recogniser, `source` is a digest of the recording's path.
    """

    key: str
    source: str
    words: int
    language: str
    duration: float
    language_probability: float | None


_DONE = TypeAdapter(_Done)


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
            key, source = self._key(path), _digits(path)
            done = _read(target)
            if done and done.key != key and done.source != source:  # of another file of that name
                target = target.with_name(f"{target.name}-{source}")
                done = _read(target)
            there = all(_beside(target, suffix).is_file() for suffix in self.wanted.formats)
            kept = there and done is not None and done.key == key and not self.wanted.force
            if done is None or not kept:
                done = self._recognise(path, target, label, key)
        told = {"source": str(path), "words": done.words, "kept": kept}
        told |= {name: getattr(done, name) for name in _Done._fields[3:]}
        return told | {suffix: str(_beside(target, suffix)) for suffix in self.wanted.formats}

    def _recognise(self, path: Path, target: Path, label: str, key: str) -> _Done:
        """Hear a file and write what is wanted; what says that it is done comes last."""
        from pipeline.speech.recognising.engine import heard_language, language_doubt

        info = probe(path)
        if info.mended and (flaw := measure(path, mended=info.mended).flaw):
            self.reporter.note(f"{path} {flaw}")
        scratch = target.parent / f".{target.name}.unfinished"
        with self.reporter.stage("", label) as progress:
            found = self.recogniser.transcribe(
                stream_pcm(path),
                duration=info.duration,
                language=self.wanted.language,
                scratch=scratch,
                progress=progress,
            )
        if not found.words:
            self.reporter.note(f"{path}: nobody is heard to speak; {why_silent(path)}")
        elif doubt := language_doubt(found):
            self.reporter.note(f"{path}: {doubt}")
        elif self.wanted.language is None:
            self.reporter.note(f"{path}: {heard_language(found)}")
        _write(found, target, self.wanted.formats)
        odds = found.options.get("language_probability")
        about = len(found.words), found.language, found.duration, odds
        done = _Done(key, _digits(path), *about)
        write_text(_hidden(target), _DONE.dump_json(done).decode())
        shutil.rmtree(scratch, ignore_errors=True)
        return done

    def _key(self, path: Path) -> str:
        """Names what is heard in the file by this recogniser."""
        digest = self.recogniser.identity.digest(self.wanted.language)
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: digest).hexdigest()


def _read(target: Path) -> _Done | None:
    with suppress(OSError, ValueError):  # a damaged one counts as none
        return _DONE.validate_json(_hidden(target).read_bytes())
    with suppress(OSError, ValueError, KeyError, TypeError):  # as it was kept until November 2026
        old = json.loads(_beside(target, "words.json").read_bytes())
        odds = old["options"].get("language_probability")
        about = len(old["words"]), old["language"], old["duration"], odds
        return _Done(old["key"], old["source"], *about)
    return None


def _hidden(target: Path) -> Path:
    return target.with_name(f".{target.name}.done")


def _write(found: Recognition, target: Path, formats: Sequence[str]) -> None:
    """Write the formats beside each other, named after `target`."""
    transcript = from_recognition(found, ())
    writers = {"json": podcast_json.write, "vtt": vtt.write, "srt": srt.write, "txt": text.write}
    for suffix in formats:
        written = writers[suffix](transcript) if suffix in writers else dump_json(encode(found))
        write_text(_beside(target, suffix), written)


def _beside(target: Path, suffix: str) -> Path:
    return target.with_name(f"{target.name}.{suffix}")
