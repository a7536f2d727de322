"""`pullquote transcript`: where to listen, what was changed and by which rule, and what would change."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.artefacts import SUSPECTS, WORDS
from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.commands.transcriptions import accept, compare
from pipeline.commands.voices import speakers
from pipeline.errors import ConfigError, PullquoteError
from pipeline.models import Change, Suspect, encode
from pipeline.show.words import waiting
from pipeline.show.words.following import proofread_now
from pipeline.times import clock, parse_clock

if TYPE_CHECKING:
    from pipeline.models import Transcript
    from pipeline.transcript.corrections.proofreading import Proofread

_NEAR = 1.0  # seconds from a time that is typed to the change that it means
_SHARE = 0.05  # of an episode: what `suspects` lists unless asked for more
_CONTEXT = 4  # words shown before and after a passage


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


@command("suspects")
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
    from pipeline.transcript.corrections.suspicion import AROUND

    paths = app.workspace.episode(slug)
    words, found = WORDS.of(paths), SUSPECTS.of(paths).suspects
    seconds = minutes * 60 if minutes else _SHARE * max((w.end for w in words.words), default=0.0)
    listed: list[Suspect] = []
    heard = 0.0
    for suspect in found:
        length = suspect.end - suspect.start + 2 * AROUND
        if heard + length > seconds and listed and not everything:
            break
        heard += length
        listed.append(suspect)
    texts = [_passage(words, suspect.first, suspect.last) for suspect in listed]
    if as_json:
        entries = [encode(each) | {"text": text} for each, text in zip(listed, texts, strict=True)]
        emit_json({"slug": slug, "suspects": entries, "of": len(found)})
        return
    for suspect, text in zip(listed, texts, strict=True):
        say(f"{clock(suspect.start, 1)}  {suspect.end - suspect.start:4.1f} s  {text}")
        say(f"{'':20}{', '.join(suspect.why)}")
    note(_count(len(listed), len(found), heard))


def _count(listed: int, found: int, seconds: float) -> str:
    if not found:
        return "nothing is doubtful"
    few = listed < found
    count = f"{listed} of {found}" if few else str(found)
    passages = f"{count} passage{'' if found == 1 else 's'}, {seconds:.0f} s to listen to"
    return f"{passages}; --all lists the rest" if few else passages


@command("changes")
@click.argument("slug")
@_JSON
def changes(app: App, slug: str, as_json: bool) -> None:
    """List what corrections and glossary changed in the episode SLUG, and by which rule.

    Corrections that no longer fit the transcript are listed too; the exit code is then 1.
    """
    listed = SUSPECTS.of(app.workspace.episode(slug))
    made, problems = listed.changes, listed.problems
    if as_json:
        emit_json({"slug": slug, "changes": _plain(made), "problems": _plain(problems)})
    else:
        for change in made:
            say(_change_line(change))
        count = f"{len(made)} change{'' if len(made) == 1 else 's'}"
        note(
            f"{count}; refuse one with: pullquote transcript refuse {slug} TIME" if made else count
        )
    if problems:
        raise PullquoteError(
            "\n".join(waiting.problem_lines(app.workspace, slug)),
            f"mend these entries in episodes/{slug}/corrections.toml, or delete them",
        )


@command("refuse")
@click.argument("slug")
@_AT
def refuse(app: App, slug: str, at: float) -> None:
    """Take back what the glossary changed at the time AT of the episode SLUG, for good.

    Writes a [[keep]] into corrections.toml.
    """
    from pipeline.transcript.corrections.edits import with_keep

    change = _nearest(_corrected(app, slug), at, slug)
    path = app.workspace.episode(slug).corrections
    if change.kind == "correction":
        raise ConfigError(
            f"'{change.published}' at {clock(change.at, 1)} comes from a correction of yours",
            f"delete its entry in {path}",
        )
    _rewrite(path, lambda content: with_keep(content, change.at, change.raw))
    note(
        f"'{change.raw}' stays as it was heard at {clock(change.at, 1)}; now: pullquote run {slug}"
    )


@command("promote")
@click.argument("slug")
@_AT
def promote(app: App, slug: str, at: float) -> None:
    """Make the correction at the time AT of the episode SLUG a term of the show's glossary.

    See what it changes elsewhere with: pullquote transcript recheck --all.
    """
    from pipeline.transcript.corrections.edits import with_term
    from pipeline.transcript.words.words import core

    change = _nearest(_corrected(app, slug), at, slug)
    heard, text = (
        " ".join(core(word)[1] or word for word in part.split())
        for part in (change.raw, change.published)
    )
    if change.kind != "correction" or not text:
        raise ConfigError(
            f"'{change.published or change.raw}' at {clock(change.at, 1)} is no correction that"
            " names a spelling",
            f"list the changes with: pullquote transcript changes {slug}",
        )
    path = app.workspace.feed / "glossary.toml"
    _rewrite(path, lambda content: with_term(content, text, heard))
    note(f"'{heard}' is '{text}' from now on; see first: pullquote transcript recheck --all")


@command("recheck")
@click.argument("slug", required=False)
@click.option("--all", "everything", is_flag=True, help="Every episode.")
@_JSON
def recheck(app: App, slug: str | None, everything: bool, as_json: bool) -> None:
    """Show what glossary and corrections as they are now would change; nothing is written.

    `+` is a change that a run would make, `-` one that it would take back.
    """
    if bool(slug) == everything:
        raise ConfigError("which episode? Name one, or all of them with --all")
    slugs = [slug] if slug else _transcribed(app)
    found = {one: _difference(app, one) for one in slugs}
    if as_json:
        plain = {one: {key: _plain(listed) for key, listed in found[one].items()} for one in slugs}
        emit_json({"episodes": [{"slug": one, **plain[one]} for one in slugs]})
        return
    for one, difference in found.items():
        for mark, kind in (("+", "added"), ("-", "removed")):
            for change in difference[kind]:
                say(f"{one}  {mark} {_change_line(change)}")
        for problem in difference["problems"]:
            note(f"{one}  ! {problem}")
    touched = sum(bool(found[one]["added"] or found[one]["removed"]) for one in slugs)
    note(f"{touched} of {len(slugs)} transcripts would change; a run makes the changes")


for _command in (suspects, changes, refuse, promote, recheck, speakers, compare, accept):
    transcript.add_command(_command)


def _change_line(change: Change) -> str:
    heard = f"{clock(change.at, 1)}  {change.raw}"
    return f"{heard} -> {change.published or '(nothing)'}   [{change.rule}]"


def _plain(records: Sequence[Any]) -> list[Any]:
    return [encode(record) for record in records]


def _difference(app: App, slug: str) -> dict[str, list[Any]]:
    """Changes that a run would add and remove, and entries that would not fit."""
    corrected = _corrected(app, slug)
    before = SUSPECTS.of(app.workspace.episode(slug)).changes
    had, has = ({_effect(change) for change in changes} for changes in (before, corrected.changes))
    return {
        "added": [change for change in corrected.changes if _effect(change) not in had],
        "removed": [change for change in before if _effect(change) not in has],
        "problems": list(corrected.problems),
    }


def _effect(change: Change) -> tuple[float, str, str]:
    """What a change does, whichever rule makes it."""
    return change.at, change.raw, change.published


def _corrected(app: App, slug: str) -> "Proofread":
    """The episode's transcript as a run would correct it now."""
    from pipeline.settings.show import load_episode

    people = (*app.show.people, *load_episode(app.workspace, slug).people)
    return proofread_now(app.workspace, slug, people)


def _nearest(corrected: "Proofread", at: float, slug: str) -> "Change":
    near = [change for change in corrected.changes if abs(change.at - at) <= _NEAR]
    if not near:
        raise ConfigError(
            f"{slug}: nothing was changed at {clock(at, 1)}",
            f"list the changes with: pullquote transcript changes {slug}",
        )
    return min(near, key=lambda change: abs(change.at - at))


def _transcribed(app: App) -> list[str]:
    return [
        slug
        for slug in app.workspace.slugs()
        if SUSPECTS.path(app.workspace.episode(slug)).is_file()
    ]


def _rewrite(path: Path, edit: Callable[[str], str]) -> None:
    from pipeline.host_files import change_input

    change_input(path, edit)


def _passage(words: "Transcript", first: int, last: int) -> str:
    """A passage in brackets among the words around it."""
    from pipeline.transcript.words.words import join

    texts = [word.text for word in words.words]
    before, after = texts[max(0, first - _CONTEXT) : first], texts[last : last + _CONTEXT]
    return join(["…", *before, f"[{join(texts[first:last])}]", *after, "…"])
