"""site: the show's index page, and the style sheet and script of all pages."""

from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline.artefacts import ASSETS, CORRECTED, INDEX, PUBLISHED, everywhere
from pipeline.engine.declared.stage import Stage, StageContext, StageLook, StageSettings, from_show
from pipeline.feeds.contents.model import ITEM, ItemFile
from pipeline.rendering import example
from pipeline.rendering.templates import read_overrides
from pipeline.settings.channel import IndexSettings
from pipeline.site.assets import VERSION, read_assets
from pipeline.site.index import IndexFacts, Listed, index_page
from pipeline.stages.notes import TEMPLATES
from pipeline.stages.page import ARTWORK, cover

ITEMS = everywhere(ITEM)


class Settings(IndexSettings, StageSettings):
    """What the index says of the show, and where it is."""

    base_url: str = from_show("store.base_url")


def run(ctx: StageContext[Settings]) -> None:
    """Write `feed/build/index.html` and `feed/build/assets/`."""
    episodes = [listed(ITEM.read(path)) for path in ctx.inputs(ITEMS)]
    if published := ctx.known(PUBLISHED):
        episodes = [episode for episode in episodes if episode.slug in published.episodes]
    index, assets = _written(ctx, episodes)
    ctx.write_text(INDEX, index)
    for name, content in assets.items():
        with ctx.output(ASSETS.replace("*", name)) as path:
            path.write_bytes(content)


def _written(look: StageLook[Settings], episodes: Sequence[Listed]) -> tuple[str, dict[str, bytes]]:
    overrides = read_overrides(look.inputs(TEMPLATES))
    facts = IndexFacts.model_construct(
        **dict(look.settings),
        **cover(look.inputs(ARTWORK)),
        corrected=look.optional(CORRECTED) is not None,
    )
    return index_page(facts, episodes, overrides), read_assets(overrides, look.settings.language)


def check(look: StageLook[Settings]) -> None:
    """A template of the show's own that is wrong."""
    date = datetime(2026, 1, 1, tzinfo=UTC)
    _written(look, [Listed("example", "An episode", date, example.DURATION, "What it is about.")])


def listed(file: ItemFile) -> Listed:
    """An episode as the index lists it."""
    return Listed(
        file.slug, file.title, file.date, file.duration, file.item.summary, file.item.page
    )


STAGE = Stage(
    name="site",
    run=run,
    inputs=(ITEMS, f"{PUBLISHED}?", f"{ARTWORK}?", f"{TEMPLATES}?", f"{CORRECTED}?"),
    outputs=(INDEX, ASSETS),
    settings=Settings,
    check=check,
    belongs="feed/show.toml or feed/templates/",
    scope="show",
    version=VERSION,
)
