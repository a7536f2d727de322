"""Who speaks when: from one track a speaker, where the recording has tracks."""

from pathlib import Path

from pipeline.config import Person
from pipeline.engine.stage import Stage, StageContext, StageSettings, from_episode, from_show
from pipeline.errors import AudioError
from pipeline.transcript.people import name_of


class Settings(StageSettings):
    """The people whose names tracks may bear."""

    hosts: list[Person] = from_show("people")
    guests: list[Person] = from_episode("people")


def run(ctx: StageContext[Settings]) -> None:
    """Write `speakers.json`; times are those of the published audio, after any intro."""
    from pipeline.audio.activity import track_turns  # late: numpy

    names = [person.name for person in (*ctx.settings.guests, *ctx.settings.hosts)]
    tracks = _tracks(ctx.inputs("tracks/*"), names)
    offset = float(ctx.read_json("build/audio.json").get("offset", 0.0))
    turns = [
        {"speaker": speaker, "start": round(start + offset, 3), "end": round(end + offset, 3)}
        for speaker, start, end in (track_turns(tracks, ctx.progress) if tracks else [])
    ]
    method = "tracks" if tracks else "none"
    ctx.write_json("build/speakers.json", {"version": 1, "method": method, "turns": turns})


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
    inputs=("tracks/*?", "build/audio.json"),
    outputs=("build/speakers.json",),
    settings=Settings,
)
