"""`transcribe`: recognise any recordings, with or without a show."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from pipeline.commands.app import App, answer, command, note
from pipeline.engine.progress import reporter
from pipeline.errors import PullquoteError
from pipeline.settings.production import ENGINES
from pipeline.show.words.transcribing import FORMATS, Wanted, transcribe_all


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
    names: str | None,
    as_json: bool,
    **how: Any,
) -> None:
    """Write the words of each FILE, with their times, to a folder.

    Needs no show. A file that cannot be read does not keep the others from being done; the exit code
    is then 1. A run that was stopped goes on where it was: finished parts of a recording are kept in
    the folder, and a recording that is done is not heard again: a small hidden file says so.
    """
    del app  # it works without a show
    expected = [name.strip() for name in (names or "").split(",") if name.strip()]
    wanted = Wanted(names=expected, formats=tuple(dict.fromkeys(formats)) or FORMATS, **how)
    rows = [*transcribe_all(files, out, wanted, reporter())]
    failures = [row for row in rows if "error" in row]
    done = [row for row in rows if row not in failures]
    value = {"transcripts": done, "failed": len(failures), "failures": failures}
    answer(as_json, value, map(_line, done))
    if failures and len(done) + len(failures) > 1:
        listed = ", ".join(Path(failure["source"]).name for failure in failures)
        note(f"{len(failures)} of {len(done) + len(failures)} files were not transcribed: {listed}")
    if failures:
        sys.exit(PullquoteError.exit_code)


def _line(item: dict[str, Any]) -> str:
    again = " (done before)" if item["kept"] else ""
    written = next(item[suffix] for suffix in FORMATS if suffix in item)
    return f"{item['source']}: {item['words']} words, {item['language']}{again} -> {written}"
