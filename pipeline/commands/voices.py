"""`transcript speakers`: who the numbered voices of an episode are, proposed and then confirmed."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.errors import ConfigError, PullquoteError
from pipeline.times import clock

if TYPE_CHECKING:
    from pipeline.settings.show import Person
    from pipeline.workspace import EpisodePaths, Workspace

_NUMBERED = "Speaker "


@dataclass(slots=True)
class _Voice:
    """A numbered voice; `name` is confirmed, `proposed` is not, `why` says where that comes from."""

    label: str
    first: float  # seconds
    seconds: float  # of speech
    name: str | None = None
    proposed: str | None = None
    why: str = ""


@command("speakers")
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
    voices = _voices(app, slug)
    chosen = dict(_given(text, voices) for text in named)
    if accepted:
        proposals = {v.label: v.proposed for v in voices if v.proposed and not v.name}
        chosen = {label: name for label, name in proposals.items() if name} | chosen
    if chosen:
        _write_names(app.workspace, slug, chosen)
        voices = _voices(app, slug)
    if as_json:
        emit_json({"slug": slug, "speakers": [asdict(voice) for voice in voices]})
        return
    for voice in voices:
        say(_line(voice))
    if not voices and _method(app.workspace.episode(slug).build / "speakers.json") == "none":
        note(
            f"{slug}: nothing says who speaks: record tracks/<name>.wav, or set [transcribe] "
            "diarise = true in feed/show.toml"
        )
        return
    _advise(slug, voices, bool(chosen))


def unnamed_line(workspace: "Workspace", slug: str) -> str:
    """How many voices have no name yet, and what to do about it; empty when all have."""
    paths = workspace.episode(slug)
    if not (paths.build / "speakers.json").is_file():
        return ""
    labels = {turn["speaker"] for turn in _turns(paths.build / "speakers.json", slug)}
    left = sum(label.startswith(_NUMBERED) for label in labels - _names(paths).keys())
    if not left:
        return ""
    voices = "1 voice has" if left == 1 else f"{left} voices have"
    return f"{slug}: {voices} no name: pullquote transcript speakers {slug}"


def _line(voice: _Voice) -> str:
    who = voice.name or (f"{voice.proposed}? ({voice.why})" if voice.proposed else "nobody knows")
    return f"{voice.label:<11}  from {clock(voice.first)}, {voice.seconds:5.0f} s  {who}"


def _advise(slug: str, voices: list[_Voice], written: bool) -> None:
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


def _voices(app: App, slug: str) -> list[_Voice]:
    from pipeline.settings.show import load_episode

    paths = app.workspace.episode(slug)
    found: dict[str, _Voice] = {}
    for turn in _turns(paths.build / "speakers.json", slug):
        label, start, end = turn["speaker"], turn["start"], turn["end"]
        if label.startswith(_NUMBERED):
            voice = found.setdefault(label, _Voice(label, start, 0.0))
            voice.seconds = round(voice.seconds + end - start, 1)
    names = _names(paths)
    for label, voice in found.items():
        voice.name = names.get(label)
    people = [*app.show.people, *load_episode(app.workspace, slug).people]
    _propose(list(found.values()), people, app.workspace, slug)
    return list(found.values())


def _propose(
    voices: list[_Voice], people: "list[Person]", workspace: "Workspace", slug: str
) -> None:
    from pipeline.speech.voices.references import propose

    taken = {voice.name for voice in voices if voice.name}
    references = {n: heard for n, heard in _references(workspace, slug).items() if n not in taken}
    known = propose(_read(_heard(workspace, slug)), references)
    unnamed = [voice for voice in voices if not voice.name]
    for voice in unnamed:
        if voice.label in known:
            voice.proposed, likeness = known[voice.label]
            voice.why = f"sounds like in an earlier episode, {likeness:.2f}"
    taken |= {voice.proposed for voice in unnamed if voice.proposed}
    left = [name for name in dict.fromkeys(p.name for p in people) if name not in taken]
    rest = [voice for voice in unnamed if not voice.proposed]
    if len(rest) > len(left):
        return  # somebody speaks who is not listed: the order would be a guess
    for voice, name in zip(rest, left, strict=False):
        voice.proposed, voice.why = name, "by the order of speaking"


def _given(text: str, voices: list[_Voice]) -> tuple[str, str]:
    label, _, name = (part.strip() for part in text.partition("="))
    labels = [voice.label for voice in voices]
    if label not in labels or not name:
        raise ConfigError(
            f"--name '{text}': not a voice and its name",
            f"write --name '{labels[0]}=Ada Lovelace'" if labels else "no voice waits for a name",
        )
    return label, name


def _write_names(workspace: "Workspace", slug: str, chosen: dict[str, str]) -> None:
    from pipeline.host_files import change_input
    from pipeline.transcript.corrections.edits import with_voice

    def named(content: str) -> str:
        for label, name in chosen.items():
            content = with_voice(content, label, name)
        return content

    change_input(workspace.episode(slug).corrections, named)


def _names(paths: "EpisodePaths") -> dict[str, str]:
    """The names of numbered voices that the host has confirmed, here or on the review page."""
    from pipeline.transcript.corrections import corrections

    existing = paths.corrections if paths.corrections.is_file() else None
    return corrections.load(existing, f"episodes/{paths.slug}/{corrections.NAME}").names


def _references(workspace: "Workspace", slug: str) -> dict[str, dict[str, list[float]]]:
    """What the voices are like that have a name in other episodes, by name and episode."""
    found: dict[str, dict[str, list[float]]] = {}
    for other in workspace.slugs():
        heard = _read(_heard(workspace, other)) if other != slug else {}
        names = _names(workspace.episode(other)) if heard else {}
        for label, name in names.items():
            if label in heard:
                found.setdefault(name, {})[other] = heard[label]
    return found


def _heard(workspace: "Workspace", slug: str) -> Path:
    """What the voices of an episode are like, as the stage `attribute` keeps it.

    That tells people apart, so it lies where git does not carry it.
    """
    from pipeline.stages.attribute import STAGE, VOICES

    return workspace.state / "cache" / slug / STAGE.name / VOICES


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())["voices"]
        return found
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError):
        raise PullquoteError(f"{path}: damaged", "delete it") from None


def _method(path: Path) -> str:
    """How it was found who speaks; "none" where nothing says it."""
    try:
        return str(json.loads(path.read_bytes())["method"])
    except (ValueError, KeyError):
        return ""


def _turns(path: Path, slug: str) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads(path.read_bytes())["turns"]
        return found
    except FileNotFoundError:
        raise PullquoteError(
            f"{slug}: there is no build/{path.name} yet",
            f"make it with: pullquote run {slug} --to correct",
        ) from None
