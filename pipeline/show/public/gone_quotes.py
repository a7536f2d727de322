"""What becomes of a quote's public page when the quote goes: shared links never end at nothing."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pipeline.feeds.contents.model import ITEM
from pipeline.rendering.templates import own_templates
from pipeline.settings.show import Show
from pipeline.site.embed import gone_embed, gone_oembed
from pipeline.site.quote import QuoteFacts, gone_page
from pipeline.stages.page import cover
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import EMBED_PREFIX, QUOTES_PREFIX, oembed_key, quote_of
from pipeline.workspace import Workspace


def quote_pages(store: ObjectStore, slugs: Collection[str]) -> list[str]:
    """The keys of the public pages of quotes of these episodes, and of their embedded players."""
    found = {**store.list(QUOTES_PREFIX), **store.list(EMBED_PREFIX)}
    return [key for key in sorted(found) if quote_of(key)[0] in slugs]


def gone_quotes(
    workspace: Workspace,
    show: Show,
    store: ObjectStore,
    slugs: Collection[str],
    sent: Collection[str],
    folder: Path,
) -> Iterator[ReleaseObject]:
    """A page for each quote of `slugs` that is public and not among the keys that are `sent`.

    It says that the quote was taken out; a correction that tells why stands there too.
    """
    for key in quote_pages(store, slugs):
        if key in sent:
            continue
        slug, quote_id = quote_of(key)
        item = ITEM.of(workspace.new_episode(slug))
        facts = QuoteFacts(
            slug=slug,
            title=item.title,
            date=item.date,
            show_title=show.title,
            language=show.language,
            base_url=show.store.base_url,
            errata=item.item.errata,
            clips={},
            seconds={},
            **cover(sorted(workspace.feed.glob("artwork.*"))),
        )
        overrides = own_templates(workspace)
        for name, content in _instead(facts, key, quote_id, overrides):
            yield ReleaseObject.made(name, content.encode(), folder, slug)


def _instead(
    facts: QuoteFacts, key: str, quote_id: str, overrides: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Key and content of what takes the place of a page; of a player, of its oEmbed record too."""
    if not key.startswith(EMBED_PREFIX):
        yield key, gone_page(facts, quote_id, overrides)
        return
    yield key, gone_embed(facts, quote_id, overrides)
    yield oembed_key(facts.slug, quote_id), gone_oembed(facts, quote_id)
