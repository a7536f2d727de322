"""site: the show's own pages, and the style sheets and scripts of all pages."""

from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline.artefacts import (
    ASSETS,
    CORRECTED,
    EPISODES,
    ICONS,
    INDEX,
    NOT_FOUND,
    PUBLISHED,
    ROBOTS,
    SITEMAP,
    everywhere,
)
from pipeline.engine.declared.settings import StageSettings, from_show
from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.feeds.contents.heads import HEAD, ItemHead
from pipeline.feeds.contents.model import ITEM
from pipeline.rendering import example
from pipeline.rendering.templates import read_overrides
from pipeline.settings.channel import IndexSettings
from pipeline.site.assets import VERSION, read_assets
from pipeline.site.cards.card import icon
from pipeline.site.index import IndexFacts, Listed
from pipeline.site.listing import lasting_pages, listing_pages
from pipeline.stages.notes import TEMPLATES
from pipeline.stages.page import ARTWORK, cover, read_cover
from pipeline.web.addresses import ICON_KEYS, QUOTES_PREFIX, quote_of

ITEMS = everywhere(ITEM)


class Settings(IndexSettings, StageSettings):
    """What the index says of the show, and where it is."""

    base_url: str = from_show("store.base_url")
    seasons: dict[str, str] = from_show(
        "seasons", late="the index names them when it is made for another reason"
    )


def run(ctx: StageContext[Settings]) -> None:
    """Write the show's pages into `feed/build/` by their object keys, and `feed/build/assets/`."""
    episodes = [listed(head) for head in ctx.records(HEAD, ITEMS).values()]
    if published := ctx.known(PUBLISHED):
        public = set(published.episodes)
        episodes = [episode for episode in episodes if episode.slug in public]
    pages, assets = _written(ctx, episodes)
    for key, text in pages.items():
        ctx.write_text(f"//feed/build/{key}", text)
    for name, content in assets.items():
        with ctx.output(ASSETS.replace("*", name)) as path:
            path.write_bytes(content)
    for key, picture in _icons(ctx).items():
        with ctx.output(f"//feed/build/{key}") as path:
            path.write_bytes(picture)


def _icons(ctx: StageContext[Settings]) -> dict[str, bytes]:
    """The cover as icons, by object key; as they were while the cover is, since it may be large."""
    found = ctx.inputs(ARTWORK)
    before = {path.name: path.read_bytes() for path in ctx.before(ICONS)}
    if {*ICON_KEYS.values()} == {*before} and len(ctx.unchanged(ARTWORK)) == len(found):
        return before
    artwork = read_cover(found)
    return {key: icon(artwork, side) for side, key in ICON_KEYS.items()} if artwork else {}


def _written(
    look: StageLook[Settings], episodes: Sequence[Listed]
) -> tuple[dict[str, str], dict[str, bytes]]:
    overrides = read_overrides(look.inputs(TEMPLATES))
    facts = IndexFacts.model_construct(
        **dict(look.settings),
        **cover(look.inputs(ARTWORK)),
        corrected=look.optional(CORRECTED) is not None,
    )
    pages = listing_pages(facts, episodes, overrides) | lasting_pages(facts, overrides)
    return pages, read_assets(overrides, look.settings.language)


def check(look: StageLook[Settings]) -> None:
    """A template of the show's own that is wrong."""
    date = datetime(2026, 1, 1, tzinfo=UTC)
    _written(look, [Listed("example", "An episode", date, example.DURATION, "What it is about.")])


def listed(head: ItemHead) -> Listed:
    """An episode as the index lists it."""
    told = (head.slug, head.title, head.date, head.duration, head.summary, head.page, head.season)
    corrected = [erratum.date for erratum in head.errata]
    keys = (each.key for each in head.objects if each.key.startswith(QUOTES_PREFIX))
    return Listed(
        *told, head.season_name or "", corrected, [key for key in keys if quote_of(key)[0]]
    )


STAGE = Stage(
    name="site",
    run=run,
    inputs=(ITEMS, f"{PUBLISHED}?", f"{ARTWORK}?", f"{TEMPLATES}?", f"{CORRECTED}?"),
    outputs=(
        INDEX,
        ASSETS,
        ICONS,
        *(f"{name}?" for name in (EPISODES, SITEMAP, ROBOTS, NOT_FOUND)),
    ),
    settings=Settings,
    check=check,
    belongs="feed/show.toml or feed/templates/",
    scope="show",
    version=VERSION,
)
