"""posts: the link post, to paste into a forum or a blog."""

from pipeline.artefacts import LINK_POST, QUOTES
from pipeline.engine.declared.settings import from_show
from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.rendering import example
from pipeline.rendering.templates import read_overrides
from pipeline.settings.episode import PostSettings
from pipeline.settings.posts import Wording
from pipeline.stages.notes import TEMPLATES
from pipeline.writing.facts import TextSettings, facts_of
from pipeline.writing.posting.source import FORMATS, link_posts


class Settings(PostSettings, TextSettings):
    """What the post says, in whose words, and whose it is."""

    wording: Wording = from_show("posts.wording")


def run(ctx: StageContext[Settings]) -> None:
    """Write `build/posts/link-post.*`, one a format."""
    proven, overrides = ctx.read(QUOTES), read_overrides(ctx.inputs(TEMPLATES))
    facts = facts_of(ctx.settings, wordless=proven.wordless)
    for form, text in link_posts(facts, proven.quotes, overrides, ctx.settings.wording).items():
        ctx.write_text(f"{LINK_POST}.{form}", text)


def check(look: StageLook[Settings]) -> None:
    """A template of the show's own that is wrong."""
    overrides = read_overrides(look.inputs(TEMPLATES))
    link_posts(facts_of(look.settings), example.QUOTES, overrides, look.settings.wording)


STAGE = Stage(
    name="posts",
    run=run,
    inputs=(QUOTES, f"{TEMPLATES}?"),
    outputs=tuple(f"{LINK_POST}.{form}" for form in FORMATS),
    settings=Settings,
    check=check,
    belongs="episode.toml, quotes.toml or feed/templates/",
    version=2,  # in the show's language
)
