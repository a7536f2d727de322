"""`pullquote quotes`: propose passages, judge a ledger, and show what was changed."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.artefacts import published
from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.errors import ConfigError, Refused
from pipeline.show.words.following import episode_guard, keep_consents

if TYPE_CHECKING:
    from pipeline.models import Transcript
    from pipeline.quotes.ledger.ledger import Ledger
    from pipeline.quotes.proof.guard import Guard, Verdict

_FILE = click.Path(path_type=Path, dir_okay=False)
_LANGUAGE = click.option(
    "--language",
    metavar="TAG",
    help="What is spoken in the transcript (default: as its words tell).",
)


@click.group()
def quotes() -> None:
    """Propose quotes, prove them against the transcript, and show every edit."""


@command("suggest")
@click.argument("transcript", type=_FILE)
@click.option("--out", type=_FILE, required=True, help="The JSON file to write.")
@click.option(
    "--host",
    "hosts",
    metavar="NAMES",
    default="",
    help="How the hosts' speaker labels begin, comma between; hosts are not quoted.",
)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=40, show_default=True, help="At most so many."
)
@_LANGUAGE
@click.option("--weights", type=_FILE, help="Weights made by `quotes fit`, for the default ones.")
@click.option(
    "--embed/--no-embed",
    default=True,
    help="Rank by what passages mean too; only where the extra [embed] is installed.",
)
@click.option("--explain", is_flag=True, help="Show what each feature adds to each candidate.")
@click.option("--json", "as_json", is_flag=True, help="Print the candidates as JSON too.")
def suggest(
    app: App,
    transcript: Path,
    out: Path,
    hosts: str,
    limit: int,
    language: str | None,
    weights: Path | None,
    embed: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Propose passages of TRANSCRIPT: ours, Podcasting 2.0 JSON, WebVTT or SRT."""
    from pipeline.artefacts import Candidates
    from pipeline.models import encode
    from pipeline.quotes.proposals import candidates, vectors
    from pipeline.workspace import dump_json, write_text

    names = [name.strip() for name in hosts.split(",") if name.strip()]
    heard = _read(transcript, language)
    ranked = candidates.rank(heard, names, ranking=weights, embed=embed and vectors.installed())
    found = candidates.propose(heard, ranked, limit)
    value = encode(Candidates(found))
    if explain:
        features = candidates.explanations(found, ranked)
        for entry, row in zip(value["candidates"], features, strict=True):
            entry["features"] = row
    write_text(out, dump_json(value))
    if as_json:
        emit_json(value)
        return
    if explain:
        for line in candidates.explained(value):
            say(line)
    note(f"{len(found)} candidates in {out}")


_SLUG = click.argument("slug", required=False)
_TRANSCRIPT = click.option(
    "--transcript", type=_FILE, help="Check against this transcript, without a show."
)
_LEDGER = click.option("--ledger", type=_FILE, help="The ledger to check, without a show.")


@command("check")
@_SLUG
@_TRANSCRIPT
@_LEDGER
@_LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
def check(
    app: App,
    slug: str | None,
    transcript: Path | None,
    ledger: Path | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Prove every quote of the episode SLUG, and fill in missing ids and times that have changed.

    Exit code 4 when a quote was not said, needs your consent, or was said more than once.
    """
    from pipeline.quotes.deciding import checking

    path, parsed, verdicts = _checked(app, slug, transcript, ledger, language, follow=True)
    placed = checking.placed(parsed, verdicts)
    if _may_write(path):
        checking.write_back(parsed, verdicts, path)
    if as_json:
        emit_json(checking.as_json(verdicts, placed))
    else:
        for line in checking.report(verdicts, placed):
            say(line)
        lost = checking.gone(parsed, verdicts) if slug in published(app.workspace).ever else []
        for line in (*checking.twice(verdicts), *lost):
            note(line)
    wrong = checking.lines(verdicts)
    if wrong:
        raise Refused(
            f"{len(wrong)} of {len(verdicts)} quotes cannot be published as they stand",
            f"change the text in {path}, or sign: paste a line such as those above into consent",
        )


@command("diff")
@_SLUG
@_TRANSCRIPT
@_LEDGER
@_LANGUAGE
@click.option("--markdown", is_flag=True, help="For a pull request.")
@click.option("--json", "as_json", is_flag=True, help="Print every part as JSON.")
def diff(
    app: App,
    slug: str | None,
    transcript: Path | None,
    ledger: Path | None,
    language: str | None,
    markdown: bool,
    as_json: bool,
) -> None:
    """Show what was said beside what is published, for each quote of the episode SLUG."""
    from pipeline.quotes.proof import diff as rendering

    _, _, verdicts = _checked(app, slug, transcript, ledger, language)
    if not verdicts:
        note("the ledger holds no quotes")
    if as_json:
        emit_json(rendering.as_json(verdicts))
    elif markdown:
        say(rendering.as_markdown(verdicts))
    else:
        rendering.print_diff(verdicts)


@command("fit")
@click.option("--json", "as_json", is_flag=True, help="Print the recall and weights as JSON.")
def fit(app: App, as_json: bool) -> None:
    """Learn from the quotes that you kept and rejected which passages to propose.

    Writes feed/quote-weights.json, which `suggest` uses from then on, if these weights find more of
    your quotes in episodes left out than the default ones do.
    """
    from pipeline.show.words.fitting import fit as fit_weights

    found = fit_weights(app.workspace)
    if found.out:
        note(f"weights of {found.episodes} episodes in {found.out}")
    if as_json:
        emit_json(found.value)
    else:
        say(
            f"{found.picks} quotes of {found.episodes} episodes, each ranked by what the others teach:"
        )
        for count, share in found.recall.items():
            default = f"with the default weights {found.default[count]:.0%}"
            say(f"  first {count} candidates: {share:.0%}, {default}")
    if not found.out:
        note("no better than the default weights on episodes left out: nothing was written")


for _command in (suggest, check, diff, fit):
    quotes.add_command(_command)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Work without looking for garbage that refers to itself: a tenth of a check, and there is none."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@_without_collector()
def _checked(
    app: App,
    slug: str | None,
    transcript: Path | None,
    ledger: Path | None,
    language: str | None,
    follow: bool = False,
) -> "tuple[Path, Ledger, list[Verdict]]":
    """Load a ledger and a transcript, of an episode or as two files, and judge every quote.

    With `follow`, consents of an episode are kept where a recogniser only hears otherwise.
    """
    from pipeline.quotes.deciding.checking import check_ledger
    from pipeline.quotes.ledger.ledger import load_ledger

    if transcript and ledger and not slug:
        path, guard = ledger, _guard_of(_read(transcript, language))
    elif slug and not transcript and not ledger:
        path, guard = (
            app.workspace.episode(slug).ledger,
            episode_guard(app.workspace, slug),
        )
    else:
        raise ConfigError(
            "which quotes? Name an episode, or both --transcript and --ledger",
            "pullquote quotes check SLUG",
        )
    if slug and follow and path.exists() and _may_write(path):
        for line in keep_consents(app.workspace, slug, guard):
            note(f"{slug}: {line}")
    name = f"episodes/{slug}/{path.name}" if slug else path.name
    parsed = load_ledger(path, name)
    return path, parsed, check_ledger(parsed, guard)


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _read(path: Path, language: str | None) -> "Transcript":
    from pipeline.transcript.formats.foreign import read_transcript

    heard = read_transcript(path)
    return replace(heard, language=language) if language else heard


def _guard_of(transcript: "Transcript") -> "Guard":
    from pipeline.quotes.matching.edits import DEFAULT_FREE
    from pipeline.quotes.proof.guard import Guard

    return Guard(transcript, DEFAULT_FREE)
