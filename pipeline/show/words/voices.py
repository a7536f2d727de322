"""Who the numbered voices of an episode are, proposed and then confirmed."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.artefacts import SPEAKERS
from pipeline.errors import PullquoteError

if TYPE_CHECKING:
    from pipeline.settings.podcasting import Person
    from pipeline.workspace import EpisodePaths, Workspace

_NUMBERED = "Speaker "


@dataclass(slots=True)
class Voice:
    """A numbered voice; `name` is confirmed, `proposed` is not, `why` says where that comes from."""

    label: str
    first: float  # seconds
    seconds: float  # of speech
    name: str | None = None
    proposed: str | None = None
    why: str = ""


def unnamed_line(workspace: "Workspace", slug: str) -> str:
    """How many voices have no name yet, and what to do about it; empty when all have."""
    paths = workspace.episode(slug)
    speakers = SPEAKERS.known(paths)
    if speakers is None:
        return ""
    labels = {turn.speaker for turn in speakers.turns}
    left = sum(label.startswith(_NUMBERED) for label in labels - _names(paths).keys())
    if not left:
        return ""
    voices = "1 voice has" if left == 1 else f"{left} voices have"
    return f"{slug}: {voices} no name: pullquote transcript speakers {slug}"


def voices_of(workspace: "Workspace", slug: str) -> list[Voice]:
    """The numbered voices of an episode in the order in which they speak, with who each may be.

    Proposed are people whose voice was named in another episode, then those of show.toml and
    episode.toml in the order in which they first speak, hosts first.
    """
    from pipeline.settings.show import load_episode, load_show

    paths = workspace.episode(slug)
    found: dict[str, Voice] = {}
    for label, start, end in SPEAKERS.of(paths).turns:
        if label.startswith(_NUMBERED):
            voice = found.setdefault(label, Voice(label, start, 0.0))
            voice.seconds = round(voice.seconds + end - start, 1)
    names = _names(paths)
    for label, voice in found.items():
        voice.name = names.get(label)
    people = [*load_show(workspace).people, *load_episode(workspace, slug).people]
    _propose(list(found.values()), people, workspace, slug)
    return list(found.values())


def _propose(
    voices: list[Voice], people: "list[Person]", workspace: "Workspace", slug: str
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


def name_voices(workspace: "Workspace", slug: str, chosen: dict[str, str]) -> None:
    """Write names by label into corrections.toml."""
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


def nothing_tells(workspace: "Workspace", slug: str) -> bool:
    """Whether there is nothing that says who speaks: no tracks, and voices are not told apart."""
    return SPEAKERS.of(workspace.episode(slug)).method == "none"
