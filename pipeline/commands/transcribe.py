"""`transcribe`: recognise any recordings, with or without a show."""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import __version__
from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.engine.progress import Reporter, reporter
from pipeline.errors import ConfigError, PullquoteError
from pipeline.models import Recognition
from pipeline.speech.recognising.names import ENGINES
from pipeline.workspace import dump_json, write_text

if TYPE_CHECKING:
    from pipeline.speech.recognising.engine import Recogniser

FORMATS = ("json", "vtt", "srt", "txt", "words.json")


@command("transcribe")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder for the transcripts.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(FORMATS),
    help="What to write; may be given several times (default: all). json is Podcasting 2.0's,"
    " words.json holds every word with its times and probability.",
)
@click.option(
    "--engine", type=click.Choice(ENGINES), default=ENGINES[0], show_default=True, help="Who hears."
)
@click.option(
    "--model", default="tiny.en", show_default=True, metavar="NAME_OR_PATH", help="The weights."
)
@click.option("--language", metavar="TAG", help="What is spoken, such as en (default: detect it).")
@click.option("--names", metavar="A,B", help="Names and terms to expect, with commas between.")
@click.option("--device", metavar="NAME", help="cpu, cuda or mps (default: the best there is).")
@click.option("--force", is_flag=True, help="Also what an earlier run has done.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def transcribe(
    app: App,
    files: Sequence[Path],
    out: Path,
    formats: Sequence[str],
    engine: str,
    model: str,
    language: str | None,
    names: str | None,
    device: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the words of each FILE, with their times, to a folder.

    Needs no show. A file that cannot be read does not keep the others from being done; the exit code
    is then 1. A run that was stopped goes on where it was: finished parts of a recording are kept in
    the folder, and a recording that is done is not heard again: words.json says so, or, where it isn't
    wanted, a small hidden file.
    """
    del app  # it works without a show
    from pipeline.speech.recognising.engine import load  # late: torch

    files = list({path.absolute(): path for path in files}.values())  # each once
    failures: list[dict[str, str]] = []
    readable = [path for path in files if _is_readable(path, failures)]
    show = reporter()
    expected = [name.strip() for name in (names or "").split(",") if name.strip()]
    if readable:  # a model may have to be downloaded first
        with show.stage("", f"model {model}") as progress:
            transcriber = load(engine, model, device, progress, expected)
        job = _Job(transcriber, language, tuple(dict.fromkeys(formats)) or FORMATS, force, show)
    done: list[dict[str, Any]] = []
    stems = dict(zip(files, output_stems(files), strict=True))
    for number, path in enumerate(readable, start=1):
        label = path.name if len(readable) == 1 else f"{number}/{len(readable)} {path.name}"
        try:
            done.append(job.transcribe(path, out / stems[path], label))
        except ConfigError:  # it holds for all files
            raise
        except PullquoteError as error:
            _tell(path, error, failures)
    _report(done, failures, as_json)


def _report(done: list[dict[str, Any]], failures: list[dict[str, str]], as_json: bool) -> None:
    if as_json:
        emit_json({"transcripts": done, "failed": len(failures), "failures": failures})
    else:
        for item in done:
            say(_line(item))
    if failures and len(done) + len(failures) > 1:
        listed = ", ".join(Path(failure["source"]).name for failure in failures)
        note(f"{len(failures)} of {len(done) + len(failures)} files were not transcribed: {listed}")
    if failures:
        sys.exit(PullquoteError.exit_code)


def _is_readable(path: Path, failures: list[dict[str, str]]) -> bool:
    from pipeline.audio.decoding.decode import check_file

    try:
        check_file(path)
    except PullquoteError as error:
        _tell(path, error, failures)
        return False
    return True


def _tell(path: Path, error: PullquoteError, failures: list[dict[str, str]]) -> None:
    message = str(error) if path.name in error.message else f"{path}: {error}"
    failures.append({"source": str(path), "error": message})
    note(message)


def _line(item: dict[str, Any]) -> str:
    again = " (done before)" if item["kept"] else ""
    written = next(item[suffix] for suffix in FORMATS if suffix in item)
    return f"{item['source']}: {item['words']} words, {item['language']}{again} -> {written}"


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
    return hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:8]


@dataclass(frozen=True)
class _Job:
    """What is done with each file."""

    transcriber: "Recogniser"
    language: str | None
    formats: Sequence[str]
    force: bool
    show: Reporter

    def transcribe(self, path: Path, target: Path, label: str) -> dict[str, Any]:
        """Write a file's transcripts, named after `target`, unless they are there already."""
        from pipeline.audio.decoding.decode import check_file, unchanged

        check_file(path)
        with unchanged(path):
            key = self._key(path)
            target = _of_its_own(target, path, key)
            kept = None if self.force else _kept(target, key, self.formats)
            found = kept or self._recognise(path, target, label, key)
        described = {"source": str(path), "words": found["words"], "kept": kept is not None}
        for name in ("language", "duration", "language_probability"):
            described[name] = found[name]
        paths = {suffix: str(_beside(target, suffix)) for suffix in self.formats}
        return described | paths

    def _recognise(self, path: Path, target: Path, label: str, key: str) -> dict[str, Any]:
        """Hear a file and write what is wanted; gives its summary."""
        from pipeline.audio.decoding.decode import probe, stream_pcm
        from pipeline.audio.mastering.loudness import measure
        from pipeline.audio.tracks.channels import why_silent
        from pipeline.speech.recognising.engine import heard_language, language_doubt

        info = probe(path)
        if info.mended and (flaw := measure(path, mended=info.mended).flaw):
            note(f"{path} {flaw}")
        scratch = target.parent / f".{target.name}.unfinished"
        with self.show.stage("", label) as progress:
            recognition = self.transcriber.transcribe(
                stream_pcm(path),
                duration=info.duration,
                language=self.language,
                scratch=scratch,
                progress=progress,
            )
        if not recognition.words:
            note(f"{path}: nobody is heard to speak; {why_silent(path)}")
        elif doubt := language_doubt(recognition):
            note(f"{path}: {doubt}")
        elif self.language is None:
            note(f"{path}: {heard_language(recognition)}")
        words = words_json(recognition, key, _digits(path))
        _write(recognition, words, target, self.formats)
        for finished in sorted(scratch.glob("*.json")):
            finished.unlink()
        if scratch.is_dir():
            scratch.rmdir()
        return _summary(words)

    def _key(self, path: Path) -> str:
        """Names what is heard in the file by this recogniser."""
        identity = self.transcriber.identity
        heard_by = (identity.engine, identity.sha256, identity.options, identity.names)
        described = [__version__, *heard_by, self.language]
        digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode())
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
    from pipeline.transcript.formats import podcast_json, srt, text, vtt
    from pipeline.transcript.words.words import from_recognition

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
    return {
        "words": [list(word) for word in recognition.words],
        "engine": recognition.engine,
        "model": recognition.model,
        "model_sha256": recognition.model_sha256,
        "language": recognition.language,
        "duration": recognition.duration,
        "options": recognition.options,
        "key": key,
        "source": source,
    }
