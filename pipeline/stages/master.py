"""master: the recording, or one track a speaker, becomes the published sound.

`audio.*` is the recording; tracks beside it only say who speaks. Without it, the tracks are mixed, from
when each of them began. A recording with a voice on each of two channels is folded to the middle.
"""

import contextlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.artefacts import AUDIO, MASTER, OPENINGS
from pipeline.engine.declared.settings import StageSettings, from_episode, from_show
from pipeline.engine.declared.stage import Keeping, Stage, StageContext, StageLook
from pipeline.errors import AudioError, ConfigError, PullquoteError
from pipeline.settings.production import AudioSettings, EpisodeAudio
from pipeline.times import clock, parse_clock

if TYPE_CHECKING:
    from pipeline.audio.tracks.starts import Start

RECORDING = "audio.*"
TRACKS = "tracks/*"
SOUNDS = "//feed/sounds/*"
_ROUNDED = 1.0  # seconds by which a header may be short: encoders pad

_log = logging.getLogger(__name__)


class Settings(StageSettings):
    audio: AudioSettings = from_show("audio")
    own: EpisodeAudio = from_episode("audio")
    starts: dict[str, float] = from_episode("starts")

    @property
    def sound(self) -> AudioSettings:
        return self.own.over(self.audio)


def run(ctx: StageContext[Settings]) -> None:
    """Inspect what was recorded, master it, and write down what came out."""
    from pipeline.audio.decoding.decode import unchanged  # late: numpy
    from pipeline.audio.mastering.loudness import inspect
    from pipeline.audio.mastering.mastering import master
    from pipeline.audio.mastering.programme import Programme

    voices = _voices(ctx)
    begun = _starts(ctx, voices)
    music = {name: _music(ctx, name) for name in ("intro", "outro")}
    with unchanged(*voices, *filter(None, music.values())):
        programme = Programme(
            voices=[inspect(path, ctx.progress) for path in voices],
            starts=[start.seconds for start in begun],
            rates=[start.rate for start in begun],
            folded=_is_folded(ctx, voices),
            **{name: inspect(path) for name, path in music.items() if path},
        )
        for part in filter(None, (*programme.voices, programme.intro, programme.outro)):
            if flaw := part.loudness.flaw:
                _log.warning("%s: %s %s", ctx.slug, part.path.name, flaw)
        with ctx.output(MASTER) as out:
            result = master(programme, ctx.settings.sound, out, ctx.progress)
    ctx.write(AUDIO, result)


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


def _starts(ctx: StageContext[Settings], voices: Sequence[Path]) -> "list[Start]":
    """When each voice begins; the host is told where nothing says so, and of clocks that differ."""
    from pipeline.audio.tracks.starts import starts

    if len(voices) < 2 and not ctx.settings.starts:
        return []
    found = starts(voices, ctx.settings.starts, ctx.progress)
    unsure = [
        path.name for path, start in zip(voices, found, strict=True) if start.how == "together"
    ]
    if unsure:
        _log.warning(
            "%s: nothing in %s says when it began; it is taken to begin with the first track: "
            "if it did not, set starts in episode.toml",
            ctx.slug,
            ", ".join(f"tracks/{name}" for name in unsure),
        )
    for path, start in zip(voices, found, strict=True):
        if start.rate != 1:
            _log.warning(
                "%s: tracks/%s ran %s than tracks/%s, by %.2f s an hour: evened out",
                ctx.slug,
                path.name,
                "faster" if start.rate < 1 else "slower",
                voices[0].name,
                abs(start.rate - 1) * 3600,
            )
    return found


def _is_folded(ctx: StageContext[Settings], voices: Sequence[Path]) -> bool:
    from pipeline.audio.tracks.channels import channel_turns

    if len(voices) > 1 or not ctx.settings.sound.fold:
        return False
    return channel_turns(voices[0], ("left", "right"), ctx.progress) is not None


def check(look: StageLook[Settings]) -> None:
    """Music that is not there, and chapters behind the end of the recording."""
    music = [_music(look, name) for name in ("intro", "outro")]
    _check_chapters(look, [path for path in music if path])


def _check_chapters(look: StageLook[Settings], music: Sequence[Path]) -> None:
    """Only what is surely wrong: a chapter with words goes where these are said, in another cut too.

    Tracks overlap by an unknown time, so they end at the latest after the length of all of them.
    """
    kept = None
    with contextlib.suppress(PullquoteError):  # what is damaged is made anew
        kept = look.known(OPENINGS)
    known = {each.at for each in kept.chapters} if kept else set()
    recordings = look.inputs(RECORDING) or look.inputs(TRACKS)
    marks = look.episode.chapters if look.episode else []
    if not any(not mark.said and mark.at not in known for mark in marks):
        return
    from pipeline.audio.decoding.decode import promised_seconds  # late: numpy

    lengths = [promised_seconds(path) for path in (*recordings, *music)]
    if None in lengths:
        return
    end = sum(filter(None, lengths)) + max(look.settings.starts.values(), default=0.0)
    late = [
        f"episodes/{look.slug}/episode.toml: [chapters[{number}]] at: {mark.at} lies after the end of "
        f"the recording ({clock(end)})"
        for number, mark in enumerate(marks, start=1)
        if not mark.said and mark.at not in known and parse_clock(mark.at) > end + _ROUNDED
    ]
    if late:
        raise ConfigError("\n".join(late), "mend the chapters, or put the whole recording there")


def _music(ctx: StageLook[Settings], name: str) -> Path | None:
    """The file that `[audio] intro` or `outro` names; it lies in feed/sounds/."""
    wanted: str | None = getattr(ctx.settings.sound, name)
    if not wanted:
        return None
    folder, _, file = wanted.rpartition("/")
    found = ctx.pick(SOUNDS, file) if folder == "sounds" else None
    if found is None:
        is_own = name in ctx.settings.own.model_fields_set
        known = [f"sounds/{path.name}" for path in ctx.inputs(SOUNDS)]
        there = f"there are: {', '.join(known)}" if known else "feed/sounds/ is empty"
        raise ConfigError(
            f"{f'episodes/{ctx.slug}/episode.toml' if is_own else 'feed/show.toml'}: [audio] {name}: "
            f"no file feed/{wanted}",
            f"put it into feed/sounds/ and write it as 'sounds/NAME'; {there}",
        )
    return found


STAGE = Stage(
    name="master",
    run=run,
    inputs=(f"{RECORDING}?", f"{TRACKS}?", f"{SOUNDS}?"),
    outputs=(MASTER, AUDIO),
    settings=Settings,
    version=3,  # tracks from when they began, at one pace; voices on two channels folded
    belongs="feed/show.toml, under [audio]",
    long=lambda _: "mastered",
    keeps=Keeping(
        "sound",
        "--remaster",
        follows=(RECORDING, TRACKS, "episode.toml starts", "episode.toml audio"),
        remembers=True,
    ),
    picks=(SOUNDS,),
    check=check,
)
