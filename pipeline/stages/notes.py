"""notes: the show notes, as Markdown and as the simple HTML of podcast apps."""

from typing import Any

from pydantic import TypeAdapter

from pipeline.engine.declared.stage import (
    Stage,
    StageContext,
    StageLook,
    StageSettings,
    from_episode,
    from_show,
)
from pipeline.models import Chapter, Quote
from pipeline.rendering import example
from pipeline.rendering.templates import read_overrides
from pipeline.settings.podcasting import Discussion, Link, Person
from pipeline.web.addresses import INDEX_KEY, page_key, public_url
from pipeline.writing.facts import Facts, credited
from pipeline.writing.notes import show_notes

TEMPLATES = "//feed/templates/*"  # the show's own, and its translations


class TextSettings(StageSettings):
    """What every text about an episode takes from `show.toml` and `episode.toml`."""

    show_title: str = from_show("title")
    language: str = from_show("language")
    base_url: str = from_show("store.base_url")
    hosts: list[Person] = from_show("people")
    title: str = from_episode("title")
    thesis: str = from_episode("thesis")
    people: list[Person] = from_episode("people")
    guest_hosted: bool = from_episode("guest_hosted")
    video: str | None = from_episode("video")


class Settings(TextSettings):
    """What the notes take besides."""

    summary: str = from_episode("summary")
    notes: str = from_episode("notes")
    links: list[Link] = from_episode("links")
    discussions: list[Discussion] = from_episode("discussions")


def run(ctx: StageContext[Settings]) -> None:
    """Write `build/show-notes.md` and `.html`."""
    facts = facts_of(ctx.slug, ctx.settings)
    overrides = read_overrides(ctx.inputs(TEMPLATES))
    written = show_notes(facts, read_quotes(ctx), read_chapters(ctx), overrides)
    ctx.write_text("build/show-notes.md", written.markdown)
    ctx.write_text("build/show-notes.html", written.html)


def check(look: StageLook[Settings]) -> None:
    """What stops the notes: their own Markdown, a template or words of the show's that are wrong."""
    facts = facts_of(look.slug, look.settings)
    show_notes(facts, example.QUOTES, example.CHAPTERS, read_overrides(look.inputs(TEMPLATES)))


def facts_of(slug: str, settings: TextSettings) -> Facts:
    """What a text says of an episode; `settings` hold nothing that `Facts` does not know."""
    said = dict(settings)
    base_url, people = said.pop("base_url"), heard(said)
    return Facts(
        page_url=public_url(base_url, page_key(slug)),
        index_url=public_url(base_url, INDEX_KEY),
        people=people,
        **said,
    )


def heard(said: dict[str, Any]) -> list[Person]:
    """Take out of `TextSettings` who is in the episode: the show's people, too, if they were there."""
    hosts, people = said.pop("hosts"), said.pop("people")
    return credited(() if said.pop("guest_hosted") else hosts, people)


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
    inputs=("build/quotes.json", "build/chapters.json", f"{TEMPLATES}?"),
    outputs=("build/show-notes.md", "build/show-notes.html"),
    settings=Settings,
    check=check,
    belongs="episode.toml, quotes.toml or feed/templates/",
    version=2,  # in the show's language
)
