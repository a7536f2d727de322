"""quote_pages: a page for each quote, at an address of its own, and all of them for machines.

They say less of the episode than its page does, so that another line in the notes leaves them alone.
"""

from collections.abc import Mapping
from datetime import datetime

from pipeline.artefacts import (
    ANNOTATIONS,
    CARDS,
    CLIPS,
    ENCLOSURE,
    QUOTE_PAGES,
    QUOTES,
    TRANSCRIPT,
    TRANSCRIPT_FILES,
)
from pipeline.engine.declared.settings import from_episode
from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.rendering import example
from pipeline.rendering.templates import read_overrides
from pipeline.settings.podcasting import Erratum
from pipeline.site.assets import VERSION
from pipeline.site.machines import annotations, spoken
from pipeline.site.quote import QuoteFacts, gone_page, quote_page
from pipeline.stages.notes import TEMPLATES
from pipeline.stages.page import ARTWORK, FactsSettings, cover, key, keys
from pipeline.web.addresses import clip_key
from pipeline.workspace import dump_json


class Settings(FactsSettings):
    """What the pages say of the episode, and whose it is."""

    date: datetime = from_episode("date")
    errata: list[Erratum] = from_episode("errata")


def run(ctx: StageContext[Settings]) -> None:
    """Write `build/site/quotes/*.html`, by the ids of the quotes, and `build/site/quotes.jsonld`."""
    quotes, overrides = ctx.read(QUOTES).quotes, read_overrides(ctx.inputs(TEMPLATES))
    words = ctx.read(TRANSCRIPT).words
    times = {quote.id: spoken(quote, words) for quote in quotes}
    seconds = {name: sum(end - start for start, end in found) for name, found in times.items()}
    facts = _facts(ctx, keys(ctx, CLIPS), seconds)
    found = annotations(
        facts,
        quotes,
        words,
        ctx.input(f"{TRANSCRIPT_FILES}.txt").read_text(encoding="utf-8"),
        audio_key=key(ctx, ENCLOSURE) or "",
        clips=facts.clips,
    )
    ctx.write_text(ANNOTATIONS, dump_json(found))  # without any too: they may have been published
    for place, quote in enumerate(quotes):
        ctx.write_text(
            QUOTE_PAGES.replace("*", quote.id), quote_page(facts, quotes, place, overrides)
        )


def check(look: StageLook[Settings]) -> None:
    """A template of the show's own that is wrong."""
    overrides = read_overrides(look.inputs(TEMPLATES))
    name = example.QUOTES[0].id
    facts = _facts(look, {name: clip_key(look.slug, name, "0" * 64)}, {name: 10.0})
    quote_page(facts, example.QUOTES, 0, overrides)
    gone_page(facts, "gone", overrides)


def _facts(
    look: StageLook[Settings], clips: Mapping[str, str], seconds: Mapping[str, float]
) -> QuoteFacts:
    return QuoteFacts(
        **dict(look.settings),
        clips=clips,
        seconds=seconds,
        cards=keys(look, CARDS),
        **cover(look.inputs(ARTWORK)),
    )


STAGE = Stage(
    name="quote_pages",
    run=run,
    inputs=(
        *(QUOTES, CLIPS, ENCLOSURE, TRANSCRIPT, f"{TRANSCRIPT_FILES}.txt"),
        *(f"{CARDS}?", f"{ARTWORK}?", f"{TEMPLATES}?"),
    ),
    outputs=(QUOTE_PAGES, ANNOTATIONS),
    settings=Settings,
    check=check,
    belongs="episode.toml, quotes.toml or feed/templates/",
    version=VERSION,
)
