"""notes: the show notes, as Markdown and as the simple HTML of podcast apps."""

from typing import Any

from pipeline.artefacts import CHAPTERS, NOTES, QUOTES
from pipeline.engine.declared.settings import StageSettings, from_show
from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.rendering import example
from pipeline.rendering.templates import read_overrides
from pipeline.settings.episode import EpisodeTexts, NotesSettings
from pipeline.settings.podcasting import Person
from pipeline.writing.facts import Facts, facts_of
from pipeline.writing.notes import show_notes

TEMPLATES = "//feed/templates/*"  # the show's own, and its translations


class TextSettings(EpisodeTexts, StageSettings):
    """What every text about an episode takes from `show.toml` and `episode.toml`."""

    show_title: str = from_show("title")
    language: str = from_show("language")
    base_url: str = from_show("store.base_url")
    hosts: list[Person] = from_show("people")
    lightly_edited: bool = from_show("quotes.lightly_edited")


class Settings(NotesSettings, TextSettings):
    """What the notes say, and whose they are."""


def run(ctx: StageContext[Settings]) -> None:
    """Write `build/show-notes.md` and `.html`."""
    overrides = read_overrides(ctx.inputs(TEMPLATES))
    written = show_notes(facts(ctx), ctx.read(QUOTES).quotes, ctx.read(CHAPTERS), overrides)
    ctx.write_text(f"{NOTES}.md", written.markdown)
    ctx.write_text(f"{NOTES}.html", written.html)


def check(look: StageLook[Settings]) -> None:
    """What stops the notes: their own Markdown, a template or words of the show's that are wrong."""
    overrides = read_overrides(look.inputs(TEMPLATES))
    show_notes(facts(look), example.QUOTES, example.CHAPTERS, overrides)


def facts(look: StageLook[Any]) -> Facts:
    """What a text says of the episode, of a stage whose settings are `TextSettings`."""
    settings: TextSettings = look.settings
    return facts_of(
        look.slug,
        settings,
        settings.hosts,
        show_title=settings.show_title,
        language=settings.language,
        base_url=settings.base_url,
        lightly_edited=settings.lightly_edited,
    )


STAGE = Stage(
    name="notes",
    run=run,
    inputs=(QUOTES, CHAPTERS, f"{TEMPLATES}?"),
    outputs=(f"{NOTES}.md", f"{NOTES}.html"),
    settings=Settings,
    check=check,
    belongs="episode.toml, quotes.toml or feed/templates/",
    version=2,  # in the show's language
)
