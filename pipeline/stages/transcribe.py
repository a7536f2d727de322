"""transcribe: what the recogniser hears in the published sound; never changed afterwards."""

import logging

from pipeline.artefacts import AUDIO, MASTER, NEW, RAW
from pipeline.engine.declared.settings import StageSettings, from_episode, from_show
from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.errors import Refused
from pipeline.models import Recognition
from pipeline.speech.weights.weights import check_choice, memory
from pipeline.transcript.moved.comparison import SAME_LENGTH, compare

_log = logging.getLogger(__name__)


class Settings(StageSettings):
    """Which recogniser listens, for which language, and for which names of this episode."""

    engine: str = from_show("transcribe.engine")
    model: str = from_show("transcribe.model")
    language: str | None = from_show("expected_language")
    names: list[str] = from_episode("names")


def run(ctx: StageContext[Settings]) -> None:
    """Write `transcript.raw.json`; finished batches wait in the scratch folder for a second try.

    Where it would say something else than a transcript that is there, that one stays, and the new one
    waits beside it as `transcript.new.json`.
    """
    before, waiting = ctx.earlier(RAW), ctx.earlier(NEW)
    if before is None and waiting and _is_wanted(ctx, waiting):
        ctx.write(RAW, waiting)  # accepted
        return
    recognition = _transcribe(ctx)
    if before is None or not _must_wait(ctx, before, recognition):
        ctx.write(RAW, recognition)
        return
    ctx.write(RAW, before)
    ctx.write(NEW, recognition)


def check(look: StageLook[Settings]) -> None:
    """A model that there is not, or that does not know the language."""
    check_choice(look.settings.engine, look.settings.model, look.settings.language)


def _transcribe(ctx: StageContext[Settings]) -> Recognition:
    from pipeline.audio.decoding.decode import stream_pcm  # late: numpy
    from pipeline.speech.recognising import engine

    duration = ctx.read(AUDIO).duration
    recogniser = engine.load(
        ctx.settings.engine, ctx.settings.model, progress=ctx.progress, names=ctx.settings.names
    )
    recognition = recogniser.transcribe(
        stream_pcm(ctx.input(MASTER)),
        duration=duration,
        language=ctx.settings.language,
        scratch=ctx.scratch,
        progress=ctx.progress,
    )
    _report_language(ctx, recognition)
    return recognition


def _report_language(ctx: StageContext[Settings], recognition: Recognition) -> None:
    """Say what was detected, where it was asked for, and where it is not what was expected or nothing."""
    from pipeline.audio.tracks.channels import why_silent  # late: numpy
    from pipeline.speech.recognising import engine

    if not recognition.words:
        why = why_silent(ctx.input(MASTER))
        _log.warning("%s: nobody is heard to speak in build/master.mp3; %s", ctx.slug, why)
    elif doubt := engine.language_doubt(recognition):
        _log.warning("%s: %s; see [transcribe] language in feed/show.toml", ctx.slug, doubt)
    elif ctx.settings.language is None:
        _log.warning("%s: %s", ctx.slug, engine.heard_language(recognition))


def _is_wanted(ctx: StageContext[Settings], waiting: Recognition) -> bool:
    """Whether a transcription that waited was made from this sound, as the settings are now."""
    duration = ctx.read(AUDIO).duration
    return (waiting.engine, waiting.model) == (ctx.settings.engine, ctx.settings.model) and abs(
        waiting.duration - duration
    ) <= SAME_LENGTH


def _must_wait(ctx: StageContext[Settings], before: Recognition, after: Recognition) -> bool:
    """Refuse a result that collapsed; whether another waits until the host has accepted it."""
    found = compare(before, after)
    if found.doubts:
        raise Refused(
            f"{ctx.slug}: the new transcription was not taken: {'; '.join(found.doubts)}",
            "the old one is still there; put [transcribe] in feed/show.toml back, or take the new one: "
            f"pullquote transcript accept {ctx.slug}",
        )
    if found.differing and not found.same_recording:
        _log.warning("%s: another recording: %s", ctx.slug, found)
    return found.same_recording and bool(before.words) and found.differing > 0


STAGE = Stage(
    name="transcribe",
    run=run,
    inputs=(MASTER, AUDIO),
    outputs=(RAW, f"{NEW}?"),
    settings=Settings,
    heard=True,
    belongs="corrections.toml",
    check=check,
    long=lambda _: "transcribed",
    memory=lambda settings: memory(settings.model),
    warm=True,
    version=5,  # words begin where the heads that tell time best first look at them
)
