"""transcribe: what the recogniser hears in the published sound; never changed afterwards."""

from pipeline.audio.decode import stream_pcm
from pipeline.engine.stage import Resources, Stage, StageContext, StageSettings, from_show
from pipeline.models import encode
from pipeline.speech import engine


class Settings(StageSettings):
    """Which recogniser listens, and for which language."""

    engine: str = from_show("transcribe.engine")
    model: str = from_show("transcribe.model")
    language: str = from_show("spoken_language")


def run(ctx: StageContext[Settings]) -> None:
    """Write `transcript.raw.json`; finished batches wait in the scratch folder for a second try."""
    duration = float(ctx.read_json("build/audio.json")["duration"])
    recogniser = engine.load(ctx.settings.engine, ctx.settings.model)
    recognition = recogniser.transcribe(
        stream_pcm(ctx.input("build/master.mp3")),
        duration=duration,
        language=ctx.settings.language,
        scratch=ctx.scratch,
        progress=ctx.progress,
    )
    ctx.write_json("build/transcript.raw.json", encode(recognition))


STAGE = Stage(
    name="transcribe",
    run=run,
    inputs=("build/master.mp3", "build/audio.json"),
    outputs=("build/transcript.raw.json",),
    settings=Settings,
    resources=Resources(cpus=2, gpus=1),
)
