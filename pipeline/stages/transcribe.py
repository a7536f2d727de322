"""transcribe: what the recogniser hears in the published sound; never changed afterwards."""

import logging

from pipeline.audio.decode import stream_pcm
from pipeline.engine.stage import Resources, Stage, StageContext, StageSettings, from_show
from pipeline.errors import PullquoteError, Refused
from pipeline.models import Recognition, decode, encode
from pipeline.speech import engine
from pipeline.transcript.comparison import compare

_log = logging.getLogger(__name__)


class Settings(StageSettings):
    """Which recogniser listens, and for which language."""

    engine: str = from_show("transcribe.engine")
    model: str = from_show("transcribe.model")
    language: str | None = from_show("expected_language")


def run(ctx: StageContext[Settings]) -> None:
    """Write `transcript.raw.json`; finished batches wait in the scratch folder for a second try."""
    duration = float(ctx.read_json("build/audio.json")["duration"])
    recogniser = engine.load(ctx.settings.engine, ctx.settings.model, progress=ctx.progress)
    recognition = recogniser.transcribe(
        stream_pcm(ctx.input("build/master.mp3")),
        duration=duration,
        language=ctx.settings.language,
        scratch=ctx.scratch,
        progress=ctx.progress,
    )
    _report_language(ctx, recognition)
    _compare(ctx, recognition)
    ctx.write_json("build/transcript.raw.json", encode(recognition))


def _report_language(ctx: StageContext[Settings], recognition: Recognition) -> None:
    """Say what was detected, where it was asked for, and where it is not what was expected."""
    if doubt := engine.language_doubt(recognition):
        _log.warning("%s: %s; see [transcribe] language in feed/show.toml", ctx.slug, doubt)
    elif ctx.settings.language is None:
        _log.warning("%s: %s", ctx.slug, engine.heard_language(recognition))


def _compare(ctx: StageContext[Settings], recognition: Recognition) -> None:
    """Refuse a result that would spoil a good transcript, still in place; else say what differs."""
    path = ctx.input("build/audio.json").with_name("transcript.raw.json")
    try:
        before = decode(Recognition, path.read_bytes(), path.name)
    except (FileNotFoundError, PullquoteError):  # none, or one that is damaged and no loss
        return
    found = compare(before, recognition)
    if found.doubts:
        raise Refused(
            f"{ctx.slug}: the new transcription was not taken: {'; '.join(found.doubts)}",
            "the old one is still there; put [transcribe] in feed/show.toml back, or take the new one: "
            f"pullquote transcript accept {ctx.slug}",
        )
    if found.differing:
        _log.warning("%s: new transcription: %s", ctx.slug, found)


STAGE = Stage(
    name="transcribe",
    run=run,
    inputs=("build/master.mp3", "build/audio.json"),
    outputs=("build/transcript.raw.json",),
    settings=Settings,
    belongs="corrections.toml",
    resources=Resources(cpus=2),
)
