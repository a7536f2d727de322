"""Who speaks when: from one track a speaker, or from a recording with a voice on each of two channels."""

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.config import Person
from pipeline.engine.stage import Stage, StageContext, StageSettings, from_episode, from_show
from pipeline.errors import AudioError
from pipeline.transcript.people import name_of

if TYPE_CHECKING:
    from pipeline.audio.activity import Turns

CHANNEL_SPEAKERS = ("Speaker 1", "Speaker 2")


class Settings(StageSettings):
    """The people whose names tracks may bear."""

    hosts: list[Person] = from_show("people")
    guests: list[Person] = from_episode("people")


def run(ctx: StageContext[Settings]) -> None:
    """Write `speakers.json`; times are those of the published audio, after any intro."""
    offset = float(ctx.read_json("build/audio.json").get("offset", 0.0))
    method, turns = _from_tracks(ctx, offset)
    if method == "none":
        method, turns = _from_channels(ctx, offset)
    entries = [
        {"speaker": speaker, "start": round(start, 3), "end": round(end, 3)}
        for speaker, start, end in turns
    ]
    ctx.write_json("build/speakers.json", {"version": 1, "method": method, "turns": entries})


def _from_tracks(ctx: StageContext[Settings], offset: float) -> tuple[str, "Turns"]:
    from pipeline.audio.activity import track_turns  # late: numpy

    names = [person.name for person in (*ctx.settings.guests, *ctx.settings.hosts)]
    tracks = _tracks(ctx.inputs("tracks/*"), names)
    if not tracks:
        return "none", []
    turns = track_turns(tracks, ctx.input("build/master.mp3"), offset, ctx.progress)
    return "tracks", turns


def _from_channels(ctx: StageContext[Settings], offset: float) -> tuple[str, "Turns"]:
    """Nothing says whose voice is on which side, and a wrong name is worse than none: numbers, which
    `corrections.toml` turns into names.
    """
    from pipeline.audio.channels import channel_turns  # late: numpy

    for recording in ctx.inputs("audio.*"):
        turns = channel_turns(recording, CHANNEL_SPEAKERS, ctx.progress)
        if turns:
            later = [(speaker, start + offset, end + offset) for speaker, start, end in turns]
            return "channels", later
    return "none", []


def _tracks(paths: list[Path], names: list[str]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in paths:
        if path.name.startswith("."):
            continue  # such as .DS_Store
        name = name_of(path.stem, names)
        if name in found:
            raise AudioError(
                f"tracks/{found[name].name} and tracks/{path.name} are both of {name}",
                "keep one file for each speaker in tracks/",
            )
        found[name] = path
    return found


STAGE = Stage(
    name="attribute",
    run=run,
    inputs=("tracks/*?", "audio.*?", "build/master.mp3", "build/audio.json"),
    outputs=("build/speakers.json",),
    settings=Settings,
    belongs="corrections.toml",
    version=2,
)
