"""`transcript compare` and `transcript accept`: a new transcription that waits beside the old one."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.errors import ConfigError, PullquoteError
from pipeline.times import clock
from pipeline.workspace import read_json

if TYPE_CHECKING:
    from pipeline.models import Recognition, Word
    from pipeline.workspace import Workspace

_OLD, _NEW = "transcript.raw.json", "transcript.new.json"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Both transcriptions, where they differ, and the ids of the quotes that this touches."""

    old: "Recognition"
    new: "Recognition"
    differences: list[tuple[slice, slice]]
    quotes: list[str]

    @property
    def differing(self) -> int:
        from pipeline.transcript.words.comparison import differing_words

        return differing_words(self.old.words, self.new.words)


@command("compare")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
def compare(app: App, slug: str, as_json: bool) -> None:
    """Show where a new transcription of the episode SLUG, which waits, differs from the one in force.

    The old one stays in force until you take the new one with `transcript accept`.
    """
    found = _waiting(app.workspace, slug)
    if found is None:
        if as_json:
            emit_json({"slug": slug, "differing": 0, "quotes": [], "differences": []})
        note(f"{slug}: no new transcription waits")
        return
    rows = [_row(found, before, after) for before, after in found.differences]
    if as_json:
        summary = {"slug": slug, "differing": found.differing, "quotes": found.quotes}
        emit_json({**summary, "differences": rows})
        return
    for row in rows:
        old, new = (row[side] or "(nothing)" for side in ("old", "new"))
        say(f"{clock(row['at'], 1)}  {old} -> {new}")
    note(_summary(found, slug))


@command("accept")
@click.argument("slug", required=False)
@click.option("--all", "everything", is_flag=True, help="Every episode in which one waits.")
def accept(app: App, slug: str | None, everything: bool) -> None:
    """Let a new transcription of the episode SLUG take the place of the one in force.

    That is one which waits beside it, or one that was refused and is then made again. The old one is
    kept in .pullquote/replaced/. Corrections whose words the new one hears otherwise get its words.
    """
    from pipeline.workspace import write_bytes

    if bool(slug) == everything:
        raise ConfigError("which episode? Name one, or all of them with --all")
    slugs = [slug] if slug else [s for s in app.workspace.slugs() if waits(app.workspace, s)]
    for one in slugs:
        path = app.workspace.episode(one).build / _OLD
        if not path.is_file():
            raise PullquoteError(
                f"{one}: there is no build/{path.name} yet",
                f"make it with: pullquote run {one} --to correct",
            )
        _check_that_one_is_there(app.workspace, one)
        _reword_corrections(app.workspace, one)
        kept = app.workspace.state / "replaced" / one / path.name
        write_bytes(kept, path.read_bytes())
        path.unlink()  # so that the stage runs, which takes the one that waits
        note(f"the old transcript lies in {kept}; now: pullquote run {one}")
    if everything:
        note(f"{len(slugs)} accepted")


def _reword_corrections(workspace: "Workspace", slug: str) -> None:
    """Write into corrections.toml how its words are heard in the transcription that waits."""
    from pipeline.host_files import change_input
    from pipeline.transcript.corrections import corrections
    from pipeline.transcript.corrections.rewording import Reworded, reworded
    from pipeline.transcript.words.words import from_recognition

    path = workspace.episode(slug).corrections
    if not path.is_file() or not waits(workspace, slug):
        return
    name = f"episodes/{slug}/{path.name}"
    before, after = (from_recognition(one, ()).words for one in _both(workspace, slug))
    found: list[Reworded] = []

    def follow(content: str) -> str:
        text, found[:] = reworded(content, corrections.load(path, name), before, after)
        return text if found else content

    change_input(path, follow)
    for entry in found:
        note(f"{name}: at {clock(entry.at, 1)} '{entry.was}' is heard as '{entry.now}' now")


def _check_that_one_is_there(workspace: "Workspace", slug: str) -> None:
    """ConfigError where none waits and none was refused: the one in force would only be lost."""
    from pipeline.engine.running.runner import Runner
    from pipeline.stages import all_stages

    if waits(workspace, slug):
        return
    states = {each.stage: each.state for each in Runner(workspace, all_stages()).explain(slug)}
    if states.get("transcribe") == "fresh":
        raise ConfigError(
            f"{slug}: no new transcription waits, and the one in force is up to date",
            f"to hear the recording anew: pullquote run {slug} --force transcribe",
        )


def waits(workspace: "Workspace", slug: str) -> bool:
    """Whether a new transcription waits for the host."""
    build = workspace.new_episode(slug).build
    return (build / _NEW).is_file() and (build / _OLD).is_file()


def waiting_line(workspace: "Workspace", slug: str) -> str:
    """What waits and what to do about it; empty when nothing does."""
    found = _waiting(workspace, slug) if waits(workspace, slug) else None
    return _summary(found, slug) if found else ""


def _summary(found: _Waiting, slug: str) -> str:
    most = max(len(found.old.words), len(found.new.words))
    touched = f"{len(found.quotes)} quote{'' if len(found.quotes) == 1 else 's'}"
    names = f" ({', '.join(found.quotes)})" if found.quotes else ""
    return (
        f"{slug}: a new transcription waits, the old one is in force: {found.differing} of"
        f" {most} words differ, {touched} would be touched{names}; see: pullquote"
        f" transcript compare {slug}; take it with: pullquote transcript accept {slug}"
    )


def _waiting(workspace: "Workspace", slug: str) -> _Waiting | None:
    from pipeline.transcript.words.comparison import differences

    if not waits(workspace, slug):
        return None
    old, new = _both(workspace, slug)
    found = differences(old.words, new.words)
    return _Waiting(old, new, found, _touched(workspace.episode(slug).build, found))


def _both(workspace: "Workspace", slug: str) -> "tuple[Recognition, Recognition]":
    """The transcription in force, and the one that waits."""
    from pipeline.models import Recognition, decode

    build = workspace.episode(slug).build
    old, new = (
        decode(Recognition, (build / name).read_bytes(), f"episodes/{slug}/build/{name}")
        for name in (_OLD, _NEW)
    )
    return old, new


def _touched(build: Path, found: list[tuple[slice, slice]]) -> list[str]:
    """The ids of the quotes whose words, as the recogniser heard them, would be others."""
    import json

    from pipeline.models import Quote, Transcript, decode

    try:
        listed = read_json(build / "quotes.json")["quotes"]
        words = decode(
            Transcript, (build / "transcript.words.json").read_bytes(), "transcript.words.json"
        )
    except (FileNotFoundError, KeyError):  # not reviewed yet
        return []
    quotes = [decode(Quote, json.dumps(entry).encode(), "quotes.json") for entry in listed]
    return [quote.id for quote in quotes if _is_touched(quote.spans, words.raw_ids, found)]


def _is_touched(spans: Any, raw_ids: Any, found: list[tuple[slice, slice]]) -> bool:
    for span in spans:
        ids = [raw for word in raw_ids[span.first : span.last] for raw in word]
        # Words that are new at the very edge of a quote stand outside it.
        if ids and any(b.start <= max(ids) and b.stop > min(ids) for b, _ in found):
            return True
    return False


def _row(found: _Waiting, before: slice, after: slice) -> dict[str, Any]:
    old, new = _of(before, found.old), _of(after, found.new)
    at = (new or old)[0].start
    return {
        "at": at,
        "old": " ".join(word.text for word in old),
        "new": " ".join(word.text for word in new),
    }


def _of(part: slice, recognition: "Recognition") -> "list[Word]":
    return list(recognition.words[part])
