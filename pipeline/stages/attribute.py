"""Who speaks when: from one track a speaker, from two channels with a voice each, or by the voices."""

import contextlib
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.artefacts import AUDIO, MASTER, SPEAKERS, Artefact, Speakers
from pipeline.engine.declared.settings import StageSettings, from_episode, from_show
from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.errors import AudioError, PullquoteError
from pipeline.models import Turn, Turns
from pipeline.speech.weights.weights import voices_package
from pipeline.transcript.words.attribution import name_of
from pipeline.workspace import write_text

if TYPE_CHECKING:
    from pipeline.speech.voices.diarisation import Diarisation

_KEPT_VERSION = 2  # voices told apart as they are now
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Voices:
    """What each voice is like, and the recording and the number of people that it was found for."""

    version: int
    sha256: str | None
    people: int
    turns: Turns
    voices: dict[str, list[float]]


#: In the stage's cache: it tells people apart, so it stays on this machine.
VOICES = Artefact("voices.json", Voices)

CHANNEL_SPEAKERS = ("Speaker 1", "Speaker 2")

#: Who speaks when, and how that was found; None where this way tells nothing.
Found = tuple[str, Turns] | None


class Settings(StageSettings):
    """The people whose names tracks may bear, and whether voices are told apart without tracks."""

    hosts: list[str] = from_show("people_names", of="people")
    guests: list[str] = from_episode("people_names", of="people")
    diarise: bool = from_show("transcribe.diarise")

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys((*self.guests, *self.hosts)))


def run(ctx: StageContext[Settings]) -> None:
    """Write `speakers.json`; times are those of the published audio, after any intro."""
    offset = ctx.read(AUDIO).offset
    found = _from_tracks(ctx, offset) or _from_channels(ctx, offset) or _from_voices(ctx)
    method, turns = found or ("none", [])
    rounded = [Turn(speaker, round(start, 3), round(end, 3)) for speaker, start, end in turns]
    ctx.write(SPEAKERS, Speakers(method=method, turns=rounded))


def _from_tracks(ctx: StageContext[Settings], offset: float) -> Found:
    from pipeline.audio.tracks.activity import track_turns  # late: numpy

    tracks = _tracks(ctx.inputs("tracks/*"), ctx.settings.names)
    if not tracks:
        return None
    return "tracks", track_turns(tracks, ctx.input(MASTER), offset, ctx.progress)


def check(look: StageLook[Settings]) -> None:
    """Voices that shall be told apart, without what tells them."""
    if look.settings.diarise and not look.inputs("tracks/*"):
        voices_package()


def _from_channels(ctx: StageContext[Settings], offset: float) -> Found:
    """Nothing says whose voice is on which side, and a wrong name is worse than none: numbers, which
    `corrections.toml` turns into names.
    """
    from pipeline.audio.tracks.channels import channel_turns  # late: numpy

    for recording in ctx.inputs("audio.*"):
        turns = channel_turns(recording, CHANNEL_SPEAKERS, ctx.progress)
        if turns:
            later = [(speaker, start + offset, end + offset) for speaker, start, end in turns]
            return "channels", later
    return None


def _from_voices(ctx: StageContext[Settings]) -> Found:
    """Numbered speakers, from the published audio: whose voice is whose, only the host can say."""
    people = len(ctx.settings.names)
    if not ctx.settings.diarise:
        if people > 1:
            _log.warning(
                "%s: nothing says who speaks: record tracks/<name>.wav, or set [transcribe] "
                "diarise = true in feed/show.toml",
                ctx.slug,
            )
        return None
    wanted = (_KEPT_VERSION, ctx.read(AUDIO).sha256, people)
    kept = None
    with contextlib.suppress(FileNotFoundError, PullquoteError):  # not there, or damaged
        kept = VOICES.read(ctx.cache / VOICES)
    # A name that changes is no reason to listen again.
    if kept is None or not kept.sha256 or wanted != (kept.version, kept.sha256, kept.people):
        found = _carried(ctx, _diarised(ctx, people), kept)
        kept = Voices(*wanted, found.turns, found.voices)
        write_text(ctx.cache / VOICES, VOICES.dump(kept))
    _tell_of_strangers(ctx.slug, len(kept.voices), people)
    return "diarisation", kept.turns


def _tell_of_strangers(slug: str, voices: int, people: int) -> None:
    if 0 < people < voices:
        _log.warning(
            "%s: %d voices are heard, and only %s named in feed/show.toml and episode.toml: "
            "add who is missing, then: pullquote transcript speakers %s",
            *(slug, voices, "1 person is" if people == 1 else f"{people} people are", slug),
        )
    elif not voices:
        _log.warning("%s: nobody is heard to speak, so nobody is named", slug)


def _carried(
    ctx: StageContext[Settings], found: "Diarisation", kept: Voices | None
) -> "Diarisation":
    """What was found, by the labels of an earlier run: a host may have named them."""
    from pipeline.speech.voices.labels import carried

    if kept:
        return carried(found, kept.voices, kept.turns)
    before = ctx.earlier(SPEAKERS)  # in a fresh clone, what voices are like is not there
    if before is None or before.method != "diarisation":
        return found
    return carried(found, {}, before.turns)


def _diarised(ctx: StageContext[Settings], people: int) -> "Diarisation":
    from pipeline.audio.decoding.decode import stream_pcm  # late: numpy
    from pipeline.speech.voices.diarisation import diarise

    duration = ctx.read(AUDIO).duration
    blocks = stream_pcm(
        ctx.input(MASTER), progress=ctx.progress, total=duration, unit="s of the voices"
    )
    return diarise(blocks, people if people > 1 else None)


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
    inputs=("tracks/*?", "audio.*?", MASTER, AUDIO),
    outputs=(SPEAKERS,),
    settings=Settings,
    heard=True,
    check=check,
    belongs="corrections.toml",
    long=lambda _: "sorted by voice",
    version=3,  # overlapping turns; voices keep their numbers
)
