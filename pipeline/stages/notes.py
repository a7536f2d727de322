"""notes: the show notes, as Markdown and as the simple HTML of podcast apps."""

from pipeline.artefacts import CHAPTERS, NOTES, QUOTES
from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.rendering import example
from pipeline.rendering.templates import read_overrides
from pipeline.settings.episode import NotesSettings
from pipeline.writing.facts import TextSettings, facts_of
from pipeline.writing.notes import show_notes

TEMPLATES = "//feed/templates/*"  # the show's own, and its translations


class Settings(NotesSettings, TextSettings):
    """What the notes say, and whose they are."""


def run(ctx: StageContext[Settings]) -> None:
    """Write `build/show-notes.md` and `.html`."""
    proven, overrides = ctx.read(QUOTES), read_overrides(ctx.inputs(TEMPLATES))
    facts = facts_of(ctx.settings, wordless=proven.wordless)
    written = show_notes(facts, proven.quotes, ctx.read(CHAPTERS), overrides)
    ctx.write_text(f"{NOTES}.md", written.markdown)
    ctx.write_text(f"{NOTES}.html", written.html)


def check(look: StageLook[Settings]) -> None:
    """What stops the notes: their own Markdown, a template or words of the show's that are wrong."""
    overrides = read_overrides(look.inputs(TEMPLATES))
    show_notes(facts_of(look.settings), example.QUOTES, example.CHAPTERS, overrides)


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
