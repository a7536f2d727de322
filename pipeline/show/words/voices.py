"""Who the numbered voices of an episode are, proposed and then confirmed."""

from dataclasses import dataclass

from pipeline.artefacts import SPEAKERS
from pipeline.host_files import change_input
from pipeline.show.episode import LocalEpisode
from pipeline.stages.attribute import STAGE, VOICES
from pipeline.transcript.corrections.edits import with_voice

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


def unnamed_line(episode: LocalEpisode) -> str:
    """How many voices have no name yet, and what to do about it; empty when all have."""
    speakers = SPEAKERS.known(episode.paths)
    if speakers is None:
        return ""
    labels = {turn.speaker for turn in speakers.turns}
    left = sum(label.startswith(_NUMBERED) for label in labels - episode.corrections.names.keys())
    if not left:
        return ""
    voices = "1 voice has" if left == 1 else f"{left} voices have"
    return f"{episode.slug}: {voices} no name: pullquote transcript speakers {episode.slug}"


def voices_of(episode: LocalEpisode) -> list[Voice]:
    """The numbered voices of an episode in the order in which they speak, with who each may be.

    Proposed are people whose voice was named in another episode, then those of show.toml and
    episode.toml in the order in which they first speak, hosts first.
    """
    found: dict[str, Voice] = {}
    for label, start, end in SPEAKERS.of(episode.paths).turns:
        if label.startswith(_NUMBERED):
            voice = found.setdefault(label, Voice(label, start, 0.0))
            voice.seconds = round(voice.seconds + end - start, 1)
    names = episode.corrections.names
    for label, voice in found.items():
        voice.name = names.get(label)
    _propose(list(found.values()), episode)
    return list(found.values())


def _propose(voices: list[Voice], episode: LocalEpisode) -> None:
    from pipeline.speech.voices.references import propose

    taken = {voice.name for voice in voices if voice.name}
    references = {n: heard for n, heard in _references(episode).items() if n not in taken}
    known = propose(_heard(episode), references)
    unnamed = [voice for voice in voices if not voice.name]
    for voice in unnamed:
        if voice.label in known:
            voice.proposed, likeness = known[voice.label]
            voice.why = f"sounds like in an earlier episode, {likeness:.2f}"
    taken |= {voice.proposed for voice in unnamed if voice.proposed}
    left = [name for name in dict.fromkeys(episode.people) if name not in taken]
    rest = [voice for voice in unnamed if not voice.proposed]
    if len(rest) > len(left):
        return  # somebody speaks who is not listed: the order would be a guess
    for voice, name in zip(rest, left, strict=False):
        voice.proposed, voice.why = name, "by the order of speaking"


def name_voices(episode: LocalEpisode, chosen: dict[str, str]) -> None:
    """Write names by label into corrections.toml."""

    def named(content: str) -> str:
        for label, name in chosen.items():
            content = with_voice(content, label, name)
        return content

    change_input(episode.paths.corrections, named)


def _references(episode: LocalEpisode) -> dict[str, dict[str, list[float]]]:
    """What the voices are like that have a name in other episodes, by name and episode."""
    found: dict[str, dict[str, list[float]]] = {}
    for slug in episode.workspace.slugs():
        other = LocalEpisode(episode.workspace, slug)
        heard = _heard(other) if other != episode else {}
        names = other.corrections.names if heard else {}
        for label, name in names.items():
            if label in heard:
                found.setdefault(name, {})[slug] = heard[label]
    return found


def _heard(episode: LocalEpisode) -> dict[str, list[float]]:
    """What the voices of an episode are like, as the stage `attribute` keeps it."""
    folder = episode.workspace.state / "cache" / episode.slug / STAGE.name
    try:
        return VOICES.read(folder / VOICES).voices
    except FileNotFoundError:
        return {}


def nothing_tells(episode: LocalEpisode) -> bool:
    """Whether there is nothing that says who speaks: no tracks, and voices are not told apart."""
    return SPEAKERS.of(episode.paths).method == "none"
