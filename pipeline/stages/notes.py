"""notes: the show notes, as Markdown and as the simple HTML of podcast apps."""

from typing import Any

from pydantic import TypeAdapter

from pipeline.addresses import INDEX_KEY, page_key, public_url
from pipeline.config import Discussion, Link, Person
from pipeline.engine.stage import Stage, StageContext, StageSettings, from_episode, from_show
from pipeline.models import Chapter, Quote
from pipeline.rendering.templates import read_overrides
from pipeline.writing.facts import Facts, credited
from pipeline.writing.notes import show_notes


class Settings(StageSettings):
    """What the notes take from `show.toml` and `episode.toml`."""

    show_title: str = from_show("title")
    language: str = from_show("language")
    base_url: str = from_show("store.base_url")
    hosts: list[Person] = from_show("people")
    title: str = from_episode("title")
    summary: str = from_episode("summary")
    thesis: str = from_episode("thesis")
    notes: str = from_episode("notes")
    people: list[Person] = from_episode("people")
    links: list[Link] = from_episode("links")
    discussions: list[Discussion] = from_episode("discussions")
    video: str | None = from_episode("video")


def run(ctx: StageContext[Settings]) -> None:
    """Write `build/show-notes.md` and `.html`."""
    settings = ctx.settings
    facts = Facts(
        title=settings.title,
        show_title=settings.show_title,
        language=settings.language,
        page_url=public_url(settings.base_url, page_key(ctx.slug)),
        index_url=public_url(settings.base_url, INDEX_KEY),
        summary=settings.summary,
        thesis=settings.thesis,
        notes=settings.notes,
        people=credited(settings.hosts, settings.people),
        links=settings.links,
        discussions=settings.discussions,
        video=settings.video,
    )
    overrides = read_overrides(ctx.inputs("//feed/templates/*"))
    written = show_notes(facts, read_quotes(ctx), read_chapters(ctx), overrides)
    ctx.write_text("build/show-notes.md", written.markdown)
    ctx.write_text("build/show-notes.html", written.html)


def read_quotes(ctx: StageContext[Any]) -> list[Quote]:
    """The reviewed quotes of `build/quotes.json`, in the host's order."""
    return _QUOTES.validate_python(ctx.read_json("build/quotes.json")["quotes"])


def read_chapters(ctx: StageContext[Any]) -> list[Chapter]:
    """The chapters of `build/chapters.json` that a list shows, by time."""
    return [
        Chapter(entry["startTime"], entry["title"], entry.get("url"), entry.get("img"))
        for entry in ctx.read_json("build/chapters.json")["chapters"]
        if entry.get("title") and entry.get("toc", True)
    ]


_QUOTES: TypeAdapter[list[Quote]] = TypeAdapter(list[Quote])

STAGE = Stage(
    name="notes",
    run=run,
    inputs=("build/quotes.json", "build/chapters.json", "//feed/templates/*?"),
    outputs=("build/show-notes.md", "build/show-notes.html"),
    settings=Settings,
    belongs="episode.toml, quotes.toml or feed/templates/",
    version=2,  # in the show's language
)
