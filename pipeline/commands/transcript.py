"""`pullquote transcript`: where to listen, what was changed and by which rule, and what would change."""

from collections.abc import Iterator, Sequence
from typing import Any

import click

from pipeline.artefacts import SUSPECTS
from pipeline.commands.app import App, command, counted, emit_json, note, say, tell_left
from pipeline.commands.transcriptions import accept, compare
from pipeline.commands.voices import speakers
from pipeline.errors import PullquoteError, stopped
from pipeline.models import Change, encode
from pipeline.show.words import mending, waiting
from pipeline.times import clock, parse_clock


class _Time(click.ParamType[float]):
    """A time as `hh:mm:ss.s`, in seconds."""

    name = "time"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        try:
            return parse_clock(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


_JSON = click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
_AT = click.argument("at", type=_Time())


@click.group()
def transcript() -> None:
    """Trust a transcript: where to listen, what was changed in it, and what would change."""


@command("suspects", transcript)
@click.argument("slug")
@click.option(
    "--minutes",
    type=click.FloatRange(min=0.1),
    help="List so many minutes of listening (default: a twentieth of the episode).",
)
@click.option("--all", "everything", is_flag=True, help="List every doubtful passage.")
@_JSON
def suspects(app: App, slug: str, minutes: float | None, everything: bool, as_json: bool) -> None:
    """List the passages of the episode SLUG that are most worth hearing, best first.

    Mend what you hear in corrections.toml.
    """
    found = mending.to_hear(app.episode(slug), minutes, everything=everything)
    rows = list(zip(found.listed, found.texts, strict=True))
    if as_json:
        entries = [encode(each) | {"text": text} for each, text in rows]
        emit_json({"slug": slug, "suspects": entries, "of": found.found})
        return
    for suspect, text in rows:
        say(f"{clock(suspect.start, 1)}  {suspect.end - suspect.start:4.1f} s  {text}")
        say(f"{'':20}{', '.join(suspect.why)}")
    note(_count(len(rows), found.found, found.seconds))


def _count(listed: int, found: int, seconds: float) -> str:
    if not found:
        return "nothing is doubtful"
    few = listed < found
    count = f"{listed} of {found}" if few else str(found)
    passages = f"{count} passage{'' if found == 1 else 's'}, {seconds:.0f} s to listen to"
    return f"{passages}; --all lists the rest" if few else passages


@command("changes", transcript)
@click.argument("slug")
@_JSON
def changes(app: App, slug: str, as_json: bool) -> None:
    """List what corrections and glossary changed in the episode SLUG, and by which rule.

    Corrections that no longer fit the transcript are listed too; the exit code is then 1.
    """
    episode = app.episode(slug)
    listed = SUSPECTS.of(episode.paths)
    made, problems = listed.changes, listed.problems
    if as_json:
        emit_json({"slug": slug, "changes": made, "problems": problems})
    else:
        for change in made:
            say(_change_line(change))
        how = f"; refuse one with: pullquote transcript refuse {slug} TIME" if made else ""
        note(counted(len(made), "change") + how)
    if problems:
        raise PullquoteError(
            "\n".join(waiting.problem_lines(episode)),
            f"mend these entries in episodes/{slug}/corrections.toml, or delete them",
        )


@command("refuse", transcript)
@click.argument("slug")
@_AT
def refuse(app: App, slug: str, at: float) -> None:
    """Take back what the glossary changed at the time AT of the episode SLUG, for good.

    Writes a [[keep]] into corrections.toml.
    """
    change = mending.refuse(app.episode(slug), at)
    note(
        f"'{change.raw}' stays as it was heard at {clock(change.at, 1)}; now: pullquote run {slug}"
    )


@command("promote", transcript)
@click.argument("slug")
@_AT
def promote(app: App, slug: str, at: float) -> None:
    """Make the correction at the time AT of the episode SLUG a term of the show's glossary.

    See what it changes elsewhere with: pullquote transcript recheck --all.
    """
    heard, text = mending.promote(app.episode(slug), at)
    note(f"'{heard}' is '{text}' from now on; see first: pullquote transcript recheck --all")


@command("recheck", transcript)
@click.argument("slugs", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every episode.")
@_JSON
def recheck(app: App, slugs: Sequence[str], everything: bool, as_json: bool) -> None:
    """Show what glossary and corrections as they are now would change in SLUGS; nothing is written.

    `+` is a change that a run would make, `-` one that it would take back, `!` a correction that would
    fit no more; the exit code is then 1, as when an episode can't be looked at.
    """
    here = app.chosen(slugs, everything)
    episodes = [each for each in here if slugs or SUSPECTS.path(each.paths).is_file()]
    found: dict[str, mending.Difference] = {}

    def check(slug: str) -> None:
        found[slug] = mending.difference(app.episode(slug))

    left = stopped((each.slug for each in episodes), check)
    if as_json:
        rows = [{"slug": slug, **encode(each)} for slug, each in found.items()]
        wrong = [{"slug": slug, "error": why.message} for slug, why in left.items()]
        emit_json({"episodes": [*rows, *wrong]})
    else:
        for line in (f"{slug}  {row}" for slug, each in found.items() for row in _rows(each)):
            say(line)
        touched = sum(bool(each.added or each.removed) for each in found.values())
        note(f"{touched} of {len(found)} transcripts would change; a run makes the changes")
    tell_left(left)
    if problems := sum(len(each.problems) for each in found.values()):
        raise PullquoteError(
            f"{counted(problems, 'correction')} would fit no more",
            "mend these entries in corrections.toml, or delete them",
        )


def _rows(found: mending.Difference) -> Iterator[str]:
    for mark, listed in (("+", found.added), ("-", found.removed)):
        yield from (f"{mark} {_change_line(change)}" for change in listed)
    yield from (f"! {problem}" for problem in found.problems)


for _command in (speakers, compare, accept):
    transcript.add_command(_command)


def _change_line(change: Change) -> str:
    heard = f"{clock(change.at, 1)}  {change.raw}"
    return f"{heard} -> {change.published or '(nothing)'}   [{change.rule}]"
