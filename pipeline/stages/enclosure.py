"""enclosure: the file that subscribers download: the master with tags, cover and chapters."""

from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.audio.tags import Tags, tag
from pipeline.engine.declared.stage import (
    Keeping,
    Stage,
    StageContext,
    StageSettings,
    from_episode,
    from_show,
)
from pipeline.models import Chapter

MASTER = "build/master.mp3"
AUDIO = "build/audio.json"
CHAPTERS = "build/chapters.json"
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
        chapters=_chapters(ctx.read_json(CHAPTERS)),
    )
    with ctx.output("build/enclosure.mp3") as out:
        tag(ctx.input(MASTER), out, tags, ctx.read_json(AUDIO)["duration"])


def _artwork(ctx: StageContext[Settings]) -> Path | None:
    found = [path for path in map(ctx.optional, ARTWORK) if path]
    return found[0] if found else None


def _chapters(content: Any) -> list[Chapter]:
    """The chapters that a table of contents shows; `toc: false` marks those that only change a picture."""
    return [
        Chapter(start=entry["startTime"], title=entry["title"], url=entry.get("url"))
        for entry in content["chapters"]
        if entry.get("toc", True) and entry.get("title")
    ]


STAGE = Stage(
    name="enclosure",
    run=run,
    inputs=(MASTER, AUDIO, CHAPTERS, *(f"{name}?" for name in ARTWORK)),
    outputs=("build/enclosure.mp3",),
    settings=Settings,
    version=2,  # no summary: each change of it would be another file for every app
    keeps=Keeping("tags", "--retag", follows=(MASTER,)),
)
