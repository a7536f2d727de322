"""The episode's chapters: the host's, else for a long episode by change of subject."""

from pipeline.config import ChapterMark
from pipeline.engine.stage import Stage, StageContext, StageSettings, from_episode
from pipeline.models import Transcript, decode
from pipeline.transcript import chapters


class Settings(StageSettings):
    """The chapters that the host set."""

    marks: list[ChapterMark] = from_episode("chapters")


def run(ctx: StageContext[Settings]) -> None:
    """Write `chapters.json`."""
    duration = float(ctx.read_json("build/audio.json")["duration"])
    path = ctx.input("build/transcript.words.json")
    transcript = decode(Transcript, path.read_bytes(), "build/transcript.words.json")
    if ctx.settings.marks:
        found = chapters.from_marks(ctx.settings.marks, duration, transcript.words)
    else:
        found = chapters.derived(transcript, duration)
    ctx.write_text("build/chapters.json", chapters.write(found))


STAGE = Stage(
    name="chapter",
    run=run,
    inputs=("build/transcript.words.json", "build/audio.json"),
    outputs=("build/chapters.json",),
    settings=Settings,
    belongs="episode.toml, under [[chapters]]",
    version=3,  # questions count for more, and titles of three phrases
)
