"""embed: small players of the episode and of each quote for other people's pages, with their oEmbed."""

from pipeline.artefacts import (
    AUDIO,
    CARD,
    CARDS,
    CLIPS,
    EMBED,
    EMBEDS,
    ENCLOSURE,
    QUOTES,
    SMALL_COVER,
)
from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.rendering import example
from pipeline.rendering.templates import read_overrides
from pipeline.site.assets import VERSION
from pipeline.site.embed import EmbedFacts, embed_page, oembed
from pipeline.stages.notes import TEMPLATES
from pipeline.stages.page import FactsSettings, key, keys


def run(ctx: StageContext[FactsSettings]) -> None:
    """Write `build/site/embed.html`, `.json`, and those of the quotes into `build/site/embed/`."""
    overrides = read_overrides(ctx.inputs(TEMPLATES))
    facts = _facts(ctx, ctx.read(AUDIO).duration)
    ctx.write_text(f"{EMBED}.html", embed_page(facts, None, overrides))
    ctx.write_text(f"{EMBED}.json", oembed(facts, None))
    for quote in ctx.read(QUOTES).quotes:
        name = EMBEDS.replace("*", quote.id)
        ctx.write_text(f"{name}.html", embed_page(facts, quote, overrides))
        ctx.write_text(f"{name}.json", oembed(facts, quote))


def check(look: StageLook[FactsSettings]) -> None:
    """A template of the show's own that is wrong."""
    overrides = read_overrides(look.inputs(TEMPLATES))
    facts = _facts(look, example.DURATION)
    embed_page(facts, None, overrides)
    embed_page(facts, example.QUOTES[0], overrides)


def _facts(look: StageLook[FactsSettings], duration: float) -> EmbedFacts:
    return EmbedFacts(
        **dict(look.settings),
        cover_key=key(look, SMALL_COVER),
        duration=duration,
        sounds={**keys(look, CLIPS), "": key(look, ENCLOSURE) or ""},
        cards={**keys(look, CARDS), "": key(look, CARD) or ""},
    )


STAGE = Stage(
    name="embed",
    run=run,
    inputs=(
        *(AUDIO, ENCLOSURE, QUOTES, CLIPS),
        *(f"{name}?" for name in (CARD, CARDS, SMALL_COVER, TEMPLATES)),
    ),
    outputs=(f"{EMBED}.html", f"{EMBED}.json", f"{EMBEDS}.html", f"{EMBEDS}.json"),
    settings=FactsSettings,
    check=check,
    belongs="episode.toml, quotes.toml or feed/templates/",
    version=VERSION,
)
