"""item: what the feed shows of the episode, and every file that the release uploads for it."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter

from pipeline.config import Discussion, Funding, Link, Person
from pipeline.engine.stage import Stage, StageContext, StageSettings, from_episode, from_show
from pipeline.feeds.item import (
    TRANSCRIPTS,
    EpisodeContent,
    EpisodeFacts,
    EpisodeFiles,
    make_item,
)
from pipeline.models import Quote, encode


class Settings(StageSettings):
    """What the feed takes from `episode.toml`."""

    title: str = from_episode("title")
    guid: str = from_episode("guid")
    date: datetime = from_episode("date")
    language: str = from_show("spoken_language")
    summary: str = from_episode("summary")
    thesis: str = from_episode("thesis")
    season: int | None = from_episode("season")
    season_name: str | None = from_episode("season_name")
    episode: int | None = from_episode("episode")
    type: str = from_episode("type")
    explicit: bool | None = from_episode("explicit")
    block: bool = from_episode("block")
    video: str | None = from_episode("video")
    license: str | None = from_episode("license")
    license_url: str | None = from_episode("license_url")
    people: list[Person] = from_episode("people")
    links: list[Link] = from_episode("links")
    discussions: list[Discussion] = from_episode("discussions")
    funding: list[Funding] = from_episode("funding")
    txt: dict[str, str] = from_episode("txt")


def run(ctx: StageContext[Settings]) -> None:
    """Write `build/item.json`."""
    quotes: Sequence[Quote] = TypeAdapter(list[Quote]).validate_python(
        ctx.read_json("build/quotes.json")["quotes"]
    )
    enclosure = ctx.input("build/enclosure.mp3")
    content = EpisodeContent(
        duration=ctx.read_json("build/audio.json")["duration"],
        notes=ctx.input("build/show-notes.html").read_text(encoding="utf-8"),
        chapters=ctx.read_json("build/chapters.json")["chapters"],
        quotes=quotes,
    )
    files = EpisodeFiles(
        directory=enclosure.parent.parent,
        enclosure=enclosure,
        page=ctx.input("build/site/page.html"),
        post=ctx.input("build/posts/link-post.html"),
        transcripts={suffix: ctx.input(f"build/transcript{suffix}") for suffix in TRANSCRIPTS},
        chapters=ctx.input("build/chapters.json"),
        clips=ctx.inputs("build/clips/*.mp3"),
    )
    item = make_item(ctx.slug, EpisodeFacts(**dict(ctx.settings)), content, files)
    ctx.write_json("build/item.json", encode(item))


STAGE = Stage(
    name="item",
    run=run,
    inputs=(
        "build/audio.json",
        "build/enclosure.mp3",
        "build/chapters.json",
        "build/quotes.json",
        "build/show-notes.html",
        "build/transcript.vtt",
        "build/transcript.srt",
        "build/transcript.json",
        "build/transcript.txt",
        "build/clips/*.mp3?",
        "build/posts/link-post.html",
        "build/site/page.html",
    ),
    outputs=("build/item.json",),
    settings=Settings,
)
