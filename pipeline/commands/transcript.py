"""`pullquote transcript`: where to listen, what was changed, what waits beside it, and who speaks."""

from collections.abc import Iterator, Sequence
from typing import Any

import click

from pipeline.artefacts import SUSPECTS
from pipeline.commands.app import App, command, counted, emit_json, note, say, tell_left
from pipeline.errors import ConfigError, PullquoteError, stopped
from pipeline.models import Change, encode
from pipeline.show.words import mending, waiting
from pipeline.show.words.voices import Voice, name_voices, nothing_tells, voices_of
from pipeline.times import clock, parse_clock
from pipeline.workspace import Workspace


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
        say(*map(_change_line, made))
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
        say(*(f"{slug}  {row}" for slug, each in found.items() for row in _rows(each)))
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


def _change_line(change: Change) -> str:
    heard = f"{clock(change.at, 1)}  {change.raw}"
    return f"{heard} -> {change.published or '(nothing)'}   [{change.rule}]"


@command("compare", transcript)
@click.argument("slugs", nargs=-1)
@click.option(
    "--all", "everything", is_flag=True, help="Every episode in which one waits, in a line."
)
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
def compare(app: App, slugs: Sequence[str], everything: bool, as_json: bool) -> None:
    """Show where a new transcription of an episode, which waits, differs from the one in force.

    The old one stays in force until you take the new one with `transcript accept`. Of several episodes,
    each is a line, and those come first whose quotes would be touched.
    """
    episodes = app.chosen(slugs, everything)
    if len(slugs) != 1:
        _compare_all(app.workspace, [each.slug for each in episodes], as_json)
        return
    (slug,), found = slugs, waiting.newer(*episodes)
    if as_json:
        emit_json(_json(found) if found else {**_NONE, "slug": slug})
    elif found:
        for row in found.rows():
            old, new = (row[side] or "(nothing)" for side in ("old", "new"))
            say(f"{clock(row['at'], 1)}  {old} -> {new}")
        note(found.line)
    if not found:
        note(f"{slug}: no new transcription waits")


_NONE: dict[str, Any] = {"slug": "", "differing": 0, "quotes": [], "differences": []}


def _json(newer: waiting.Newer) -> dict[str, Any]:
    found = {"differing": newer.differing, "quotes": newer.quotes}
    return {"slug": newer.slug, **found, "differences": list(newer.rows())}


def _compare_all(workspace: Workspace, slugs: Sequence[str], as_json: bool) -> None:
    found = waiting.new_transcripts(workspace, slugs)
    if as_json:
        emit_json([_json(newer) for newer in found])
        return
    say(*(newer.line for newer in found))
    note(waiting.how_many(found))


@command("accept", transcript)
@click.argument("slugs", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every episode in which one waits.")
def accept(app: App, slugs: Sequence[str], everything: bool) -> None:
    """Let new transcriptions of the episodes SLUGS take the place of those in force.

    That is one which waits beside it, or one that was refused and is then made again. The old one is
    kept in .pullquote/replaced/. Corrections whose words the new one hears otherwise get its words.
    """
    chosen = app.chosen(slugs, everything)
    wanted = [each.slug for each in chosen if slugs or waiting.waits(each)]

    def take(slug: str) -> None:
        note(*waiting.accept(app.episode(slug)))

    left = stopped(wanted, take)
    done = [slug for slug in wanted if slug not in left]
    imported = any(app.episode(slug).settings.enclosure for slug in done)
    run = f"run {done[0]}" if len(done) == 1 else "backfill"
    if done:
        note(
            f"{len(done)} accepted, and the old kept in .pullquote/replaced/; now: pullquote {run}"
            + " --to suggest" * imported
        )
    tell_left(left)


@command("speakers", transcript)
@click.argument("slug")
@click.option(
    "--name", "named", metavar="LABEL=NAME", multiple=True, help="Name a voice: 'Speaker 1=Ada'."
)
@click.option("--accept", "accepted", is_flag=True, help="Take the names that are proposed.")
@click.option("--json", "as_json", is_flag=True, help="Print the voices as JSON.")
def speakers(app: App, slug: str, named: tuple[str, ...], accepted: bool, as_json: bool) -> None:
    """List the numbered voices of the episode SLUG, with who each may be.

    Proposed are people whose voice you have named in another episode, then those of show.toml and
    episode.toml in the order in which they first speak, hosts first. Names that you give or accept go
    into corrections.toml; what the voices are like lies in .pullquote/ and never leaves this machine.
    """
    episode = app.episode(slug)
    voices = voices_of(episode)
    chosen = dict(_given(text, voices) for text in named)
    if accepted:
        proposals = {v.label: v.proposed for v in voices if v.proposed and not v.name}
        chosen = {label: name for label, name in proposals.items() if name} | chosen
    if chosen:
        name_voices(episode, chosen)
        voices = voices_of(episode)
    if as_json:
        emit_json({"slug": slug, "speakers": voices})
        return
    say(*map(_voice_line, voices))
    if not voices and nothing_tells(episode):
        note(
            f"{slug}: nothing says who speaks: record tracks/<name>.wav, or set [transcribe] "
            "diarise = true in feed/show.toml"
        )
        return
    _advise(slug, voices, bool(chosen))


def _given(text: str, voices: list[Voice]) -> tuple[str, str]:
    label, _, name = (part.strip() for part in text.partition("="))
    labels = [voice.label for voice in voices]
    if label not in labels or not name:
        raise ConfigError(
            f"--name '{text}': not a voice and its name",
            f"write --name '{labels[0]}=Ada Lovelace'" if labels else "no voice waits for a name",
        )
    return label, name


def _voice_line(voice: Voice) -> str:
    who = voice.name or (f"{voice.proposed}? ({voice.why})" if voice.proposed else "nobody knows")
    return f"{voice.label:<11}  from {clock(voice.first)}, {voice.seconds:5.0f} s  {who}"


def _advise(slug: str, voices: list[Voice], written: bool) -> None:
    unnamed = [voice for voice in voices if not voice.name]
    if not voices:
        note(f"{slug}: no voice waits for a name")
    elif any(voice.proposed for voice in unnamed):
        note(f"listen, then: pullquote transcript speakers {slug} --accept, or --name LABEL=NAME")
    elif unnamed:
        note(
            f"add who speaks to episodes/{slug}/episode.toml, or say it here: pullquote transcript"
            f" speakers {slug} --name '{unnamed[0].label}=NAME'"
        )
    if written:
        note(f"written to episodes/{slug}/corrections.toml; now: pullquote run {slug}")
