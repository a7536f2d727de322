"""enclosure: the file that subscribers download: the master with tags, cover and chapters."""

from datetime import datetime
from pathlib import Path

from pipeline.artefacts import AUDIO, CHAPTERS, ENCLOSURE, MASTER
from pipeline.audio.tags import Tags, tag
from pipeline.engine.declared.stage import (
    Keeping,
    Stage,
    StageContext,
    StageSettings,
    from_episode,
    from_show,
)

ARTWORK = ("//feed/artwork.jpg", "//feed/artwork.png")


class Settings(StageSettings):
    show: str = from_show("title")
    author: str = from_show("author")
    language: str = from_show("language")
    title: str = from_episode("title")
    date: datetime = from_episode("date")
    season: int | None = from_episode("season")
    episode: int | None = from_episode("episode")


def run(ctx: StageContext[Settings]) -> None:
    """Tag a copy of the master."""
    settings = ctx.settings
    tags = Tags(
        title=settings.title,
        artist=settings.author,
        album=settings.show,
        date=settings.date,
        language=settings.language,
        track=settings.episode,
        disc=settings.season,
        cover=_artwork(ctx),
        chapters=ctx.read(CHAPTERS),
    )
    with ctx.output(ENCLOSURE) as out:
        tag(ctx.input(MASTER), out, tags, ctx.read(AUDIO).duration)


def _artwork(ctx: StageContext[Settings]) -> Path | None:
    found = [path for path in map(ctx.optional, ARTWORK) if path]
    return found[0] if found else None


STAGE = Stage(
    name="enclosure",
    run=run,
    inputs=(MASTER, AUDIO, CHAPTERS, *(f"{name}?" for name in ARTWORK)),
    outputs=(ENCLOSURE,),
    settings=Settings,
    version=2,  # no summary: each change of it would be another file for every app
    keeps=Keeping("tags", "--retag", follows=(MASTER,)),
)
