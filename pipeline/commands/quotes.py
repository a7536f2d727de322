"""`pullquote quotes`: propose passages, judge a ledger, and show what was changed."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.artefacts import Candidates
from pipeline.commands.app import App, answer, command, emit_json, note, say
from pipeline.errors import ConfigError, Refused
from pipeline.models import encode
from pipeline.workspace import dump_json, write_text

if TYPE_CHECKING:
    from pipeline.show.words.judging import Judged

_FILE = click.Path(path_type=Path, dir_okay=False)
_LANGUAGE = click.option(
    "--language",
    metavar="TAG",
    help="What is spoken in the transcript (default: as its words tell).",
)


@click.group()
def quotes() -> None:
    """Propose quotes, prove them against the transcript, and show every edit."""


@command("suggest", quotes)
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
@click.option("--json", "as_json", is_flag=True, help="Print the candidates as JSON too.")
def suggest(
    app: App,
    transcript: Path,
    out: Path,
    hosts: str,
    limit: int,
    language: str | None,
    weights: Path | None,
    as_json: bool,
) -> None:
    """Propose passages of TRANSCRIPT: ours, Podcasting 2.0 JSON, WebVTT or SRT."""
    from pipeline.quotes.proposals.candidates import suggest as propose
    from pipeline.show.words.judging import read_words

    names = [name.strip() for name in hosts.split(",") if name.strip()]
    heard = read_words(transcript, language)
    found = propose(heard, limit, names, ranking=weights)
    value = encode(Candidates(found))
    write_text(out, dump_json(value))
    if as_json:
        emit_json(value)
    else:
        note(f"{len(found)} candidates in {out}")


_SLUG = click.argument("slug", required=False)
_TRANSCRIPT = click.option(
    "--transcript", type=_FILE, help="Check against this transcript, without a show."
)
_LEDGER = click.option("--ledger", type=_FILE, help="The ledger to check, without a show.")


@command("check", quotes)
@_SLUG
@_TRANSCRIPT
@_LEDGER
@_LANGUAGE
@click.option(
    "--sign",
    metavar="ID[:N]",
    multiple=True,
    help="Sign what is asked about a quote, or its question N: you have heard it.",
)
@click.option(
    "--mark",
    metavar="ID[:N]",
    multiple=True,
    help="Mark what was cut out of a quote as [...] in its text, or what question N asks about.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
def check(app: App, sign: Sequence[str], mark: Sequence[str], as_json: bool, **which: Any) -> None:
    """Prove every quote of the episode SLUG, and fill in missing ids and times that have changed.

    Exit code 4 when a quote was not said, needs your consent, or was said more than once.
    """
    from pipeline.quotes.deciding import checking

    judged = _judged(app, **which, follow=True)
    told = filter(None, (*judged.kept, judged.silent))
    note(*(f"{which['slug']}: {line}" for line in told))
    judged.write_back()
    steps = [(checking.mark, each) for each in mark] + [(checking.sign, each) for each in sign]
    for step, quote in steps:
        note(*step(judged.verdicts, quote, judged.path))
        judged = _judged(app, **which)
    verdicts, placed = judged.verdicts, judged.placed
    if as_json:
        emit_json(checking.as_json(verdicts, placed))
    else:
        say(*checking.report(verdicts, placed))
        note(*judged.advice)
    wrong = checking.lines(verdicts)
    if wrong:
        raise Refused(
            f"{len(wrong)} of {len(verdicts)} quotes cannot be published as they stand",
            f"change the text in {judged.path}, or hear it and sign: --sign ID, or paste the line into"
            " consent",
        )


@command("diff", quotes)
@_SLUG
@_TRANSCRIPT
@_LEDGER
@_LANGUAGE
@click.option("--markdown", is_flag=True, help="For a pull request.")
@click.option("--json", "as_json", is_flag=True, help="Print every part as JSON.")
def diff(app: App, markdown: bool, as_json: bool, **which: Any) -> None:
    """Show what was said beside what is published, for each quote of the episode SLUG."""
    from pipeline.quotes.proof import diff as rendering

    verdicts = _judged(app, **which).verdicts
    if not verdicts:
        note("the ledger holds no quotes")
    if as_json:
        emit_json(rendering.as_json(verdicts))
    elif markdown:
        say(rendering.as_markdown(verdicts))
    else:
        rendering.print_diff(verdicts)


@command("fit", quotes)
@click.option("--json", "as_json", is_flag=True, help="Print the recall and weights as JSON.")
def fit(app: App, as_json: bool) -> None:
    """Learn from the quotes that you kept and rejected which passages to propose.

    Writes feed/quote-weights.json, which `suggest` uses from then on: how long your quotes are, and
    weights if these find more of your quotes in episodes left out than the default ones do.
    """
    from pipeline.show.words.fitting import fit as fit_weights

    found = fit_weights(app.workspace)
    weights = "with weights" if found.beat else "the default weights are as good"
    note(f"candidates of {found.value['words']} words or more, {weights}: {found.out}")
    answer(as_json, found.value, found.lines)


def _judged(
    app: App,
    slug: str | None,
    transcript: Path | None,
    ledger: Path | None,
    language: str | None,
    follow: bool = False,
) -> "Judged":
    """Judge the quotes of an episode, or of two files."""
    from pipeline.show.words.judging import judge, judge_files, read_words

    if transcript and ledger and not slug:
        return judge_files(read_words(transcript, language), ledger)
    if slug and not transcript and not ledger:
        return judge(app.episode(slug), follow=follow)
    raise ConfigError(
        "which quotes? Name an episode, or both --transcript and --ledger",
        "pullquote quotes check SLUG",
    )
