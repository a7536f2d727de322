"""master: the recording, or one track a speaker, becomes the published sound.

`audio.*` is the recording; tracks beside it only say who speaks. Without it, the tracks are mixed.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.config import AudioSettings
from pipeline.engine.stage import Stage, StageContext, StageSettings, from_show
from pipeline.errors import AudioError, ConfigError

if TYPE_CHECKING:
    from pipeline.audio.mastering import Master

RECORDING = "audio.*"
TRACKS = "tracks/*"
SOUNDS = "//feed/sounds/*"


class Settings(StageSettings):
    audio: AudioSettings = from_show("audio")


def run(ctx: StageContext[Settings]) -> None:
    """Inspect what was recorded, master it, and write down what came out."""
    from pipeline.audio.decode import unchanged  # late: numpy
    from pipeline.audio.loudness import inspect
    from pipeline.audio.mastering import master
    from pipeline.audio.programme import Programme, Target

    settings = ctx.settings.audio
    voices = _voices(ctx)
    music = {name: _music(ctx, name) for name in ("intro", "outro")}
    with unchanged(*voices, *filter(None, music.values())):
        programme = Programme(
            voices=[inspect(path, ctx.progress) for path in voices],
            **{name: inspect(path) for name, path in music.items() if path},
        )
        target = Target(
            lufs=settings.lufs,
            true_peak=settings.true_peak,
            bitrate=settings.bitrate,
            channels=settings.channels,
            fade=settings.fade,
        )
        with ctx.output("build/master.mp3") as out:
            result = master(programme, target, out, ctx.progress)
            description = _description(result, out)
    ctx.write_json("build/audio.json", description)


def _voices(ctx: StageContext[Settings]) -> Sequence[Path]:
    recordings = ctx.inputs(RECORDING)
    if len(recordings) > 1:
        names = ", ".join(path.name for path in recordings)
        raise AudioError(
            f"{recordings[0].parent}: several recordings: {names}",
            "keep one file called audio.* there, and move or rename the others",
        )
    tracks = ctx.inputs(TRACKS)
    if not recordings and not tracks:
        raise AudioError(
            f"episodes/{ctx.slug}: no recording",
            "put it there as audio.wav (or .mp3, .m4a, .flac, …), or as one file a speaker in tracks/",
        )
    return recordings or tracks


def _music(ctx: StageContext[Settings], name: str) -> Path | None:
    """The file that `[audio] intro` or `outro` names; it lies in feed/sounds/."""
    wanted: str | None = getattr(ctx.settings.audio, name)
    if wanted is None:
        return None
    known = {f"sounds/{path.name}": path for path in ctx.inputs(SOUNDS)}
    if wanted not in known:
        there = f"there are: {', '.join(known)}" if known else "feed/sounds/ is empty"
        raise ConfigError(
            f"feed/show.toml: [audio] {name}: no file feed/{wanted}",
            f"put it into feed/sounds/ and write it as 'sounds/NAME'; {there}",
        )
    return known[wanted]


def _description(result: "Master", path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "version": 1,
        "duration": round(result.loudness.seconds, 3),
        "lufs": result.loudness.lufs,
        "true_peak": result.loudness.true_peak,
        "sample_rate": result.sample_rate,
        "channels": result.channels,
        "bitrate": result.bitrate,
        "bytes": path.stat().st_size,
        "sha256": sha256,
        "type": "audio/mpeg",
        "encoded": result.encoded,
        "offset": result.offset,  # seconds: where the recording begins, after an intro
    }


STAGE = Stage(
    name="master",
    run=run,
    inputs=(f"{RECORDING}?", f"{TRACKS}?", f"{SOUNDS}?"),
    outputs=("build/master.mp3", "build/audio.json"),
    settings=Settings,
    belongs="feed/show.toml, under [audio]",
)
