"""`transcribe`: recognise any recordings, with or without a show."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.engine.progress import Reporter, reporter
from pipeline.errors import PullquoteError
from pipeline.models import Recognition
from pipeline.speech.names import ENGINES
from pipeline.workspace import dump_json, write_text

if TYPE_CHECKING:
    from pipeline.speech.engine import Transcriber


@command("transcribe")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder for the transcripts: .json (Podcasting 2.0), .vtt, .srt, .txt, .words.json.",
)
@click.option(
    "--engine", type=click.Choice(ENGINES), default=ENGINES[0], show_default=True, help="Who hears."
)
@click.option(
    "--model", default="tiny.en", show_default=True, metavar="NAME_OR_PATH", help="The weights."
)
@click.option("--language", metavar="TAG", help="What is spoken, such as en (default: detect it).")
@click.option("--device", metavar="NAME", help="cpu, cuda or mps (default: the best there is).")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def transcribe(
    app: App,
    files: Sequence[Path],
    out: Path,
    engine: str,
    model: str,
    language: str | None,
    device: str | None,
    as_json: bool,
) -> None:
    """Write the words of each FILE, with their times, to a folder.

    Needs no show. A file that cannot be read does not keep the others from being done; the exit code
    is then 1. What a stopped run has finished is kept in the folder and used by the next.
    """
    del app  # it works without a show
    from pipeline.speech.engine import load  # late: torch

    stems = output_stems(files)
    transcriber = load(engine, model, device)
    show = reporter()
    done: list[dict[str, Any]] = []
    failed = 0
    for path, stem in zip(files, stems, strict=True):
        try:
            done.append(_transcribe(transcriber, path, out / stem, language, show))
        except PullquoteError as error:
            failed += 1
            note(f"{path}: {error}" if str(path) not in error.message else str(error))
    if as_json:
        emit_json({"transcripts": done, "failed": failed})
    else:
        for item in done:
            say(f"{item['source']}: {item['words']} words -> {item['json']}")
    if failed:
        raise PullquoteError(f"{failed} of {len(files)} files could not be transcribed")


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


def _transcribe(
    transcriber: "Transcriber", path: Path, target: Path, language: str | None, show: Reporter
) -> dict[str, Any]:
    from pipeline.audio.decode import probe, stream_pcm, unchanged

    scratch = target.parent / f".{target.name}.unfinished"
    with show.stage("", path.name) as progress, unchanged(path):
        recognition = transcriber.transcribe(
            stream_pcm(path),
            duration=probe(path).duration,
            language=language,
            scratch=scratch,
            progress=progress,
        )
    written = write_transcripts(recognition, target)
    for kept in sorted(scratch.glob("*.json")):
        kept.unlink()
    if scratch.is_dir():
        scratch.rmdir()
    described = {"source": str(path), "language": recognition.language}
    counts = {"duration": recognition.duration, "words": len(recognition.words)}
    return described | counts | written


def write_transcripts(recognition: Recognition, target: Path) -> dict[str, str]:
    """Write every format beside each other, named after `target`; give their paths by format."""
    from pipeline.transcript import podcast_json, srt, text, vtt
    from pipeline.transcript.words import from_recognition

    transcript = from_recognition(recognition, ())
    contents = {
        "json": podcast_json.write(transcript),
        "vtt": vtt.write(transcript),
        "srt": srt.write(transcript),
        "txt": text.write(transcript),
        "words.json": dump_json(words_json(recognition)),
    }
    written: dict[str, str] = {}
    for suffix, content in contents.items():
        path = target.with_name(f"{target.name}.{suffix}")
        write_text(path, content)
        written[suffix] = str(path)
    return written


def words_json(recognition: Recognition) -> dict[str, Any]:
    """What `.words.json` holds: each word as [text, start, end, probability, speaker]."""
    return {
        "words": [list(word) for word in recognition.words],
        "engine": recognition.engine,
        "model": recognition.model,
        "model_sha256": recognition.model_sha256,
        "language": recognition.language,
        "duration": recognition.duration,
        "options": recognition.options,
    }
