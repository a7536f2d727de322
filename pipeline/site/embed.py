"""Small players for other people's pages, and what tells their programs how to show one (oEmbed)."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from pipeline.models import Quote
from pipeline.rendering.templates import render
from pipeline.rendering.text import one_line
from pipeline.site.assets import asset_keys
from pipeline.site.cards.card import CARD_SIZE
from pipeline.site.unfurl import EpisodeFacts, short
from pipeline.text.languages import direction
from pipeline.web import addresses
from pipeline.workspace import dump_json

_UP = "../"  # it stands in embed/, one level below the feed
WIDTH = 640  # pixels: the text of most blogs; a frame is as wide as what it stands in, and no wider
_HEIGHTS = {True: 200, False: 160}  # pixels of a quote's frame, and of an episode's


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedFacts(EpisodeFacts):
    """What a player shows and plays, by object keys.

    By the id of each quote, `clips` has the key of its sound, `cards` that of its picture; "" stands for
    the episode.
    """

    cover_key: str | None
    duration: float
    sounds: Mapping[str, str]
    cards: Mapping[str, str]


def embed_page(facts: EmbedFacts, quote: Quote | None, overrides: Mapping[str, str]) -> str:
    """HTML from `embed.html.j2` of a quote, or of the episode where there is none.

    Addresses are relative to `addresses.embed_key`.
    """
    name = quote.id if quote else ""
    audio = facts.sounds.get(name, "")
    values = {
        "quote": quote,
        "is_gone": False,
        "title": _title(facts, quote),
        "audio_href": _UP + audio if audio else "",
        "seconds": 0 if quote else facts.duration,
        "cover_href": _UP + facts.cover_key if facts.cover_key else "",
    }
    return _render(facts, name, values, overrides)


def gone_embed(facts: EpisodeFacts, quote_id: str, overrides: Mapping[str, str]) -> str:
    """HTML from the same template for a quote that was published and is not any more."""
    nothing = {"quote": None, "audio_href": "", "seconds": 0, "cover_href": ""}
    return _render(facts, quote_id, {"is_gone": True, "title": facts.title, **nothing}, overrides)


def _render(
    facts: EpisodeFacts, quote_id: str, values: Mapping[str, Any], overrides: Mapping[str, str]
) -> str:
    shared = {
        "episode": facts,
        "about_url": facts.page_url(quote_id),
        "show_title": facts.show_title,
        "language": facts.language,
        "direction": direction(facts.language),
        "css_href": _UP + asset_keys(overrides, facts.language)["embed.css"],
    }
    return render("embed.html.j2", {**shared, **values}, overrides, facts.language)


def embed_code(base_url: str, slug: str, quote_id: str, title: str) -> str:
    """The HTML that shows an embedded player in another page."""
    address = addresses.public_url(base_url, addresses.embed_key(slug, quote_id))
    return (
        f'<iframe src="{escape(address)}" title="{escape(one_line(title))}" '
        f'width="100%" height="{_HEIGHTS[bool(quote_id)]}" loading="lazy" '
        f'style="border: 0; max-width: {WIDTH}px"></iframe>'
    )


def oembed(facts: EmbedFacts, quote: Quote | None) -> str:
    """The oEmbed record (version 1.0, type rich) of the episode's page, or of a quote's."""
    name = quote.id if quote else ""
    record = _record(facts, name, _title(facts, quote))
    if quote and quote.speaker:
        record["author_name"] = quote.speaker
    if card := facts.cards.get(name):
        record["thumbnail_url"] = facts.url(card)
        record["thumbnail_width"], record["thumbnail_height"] = CARD_SIZE
    return dump_json(record)


def gone_oembed(facts: EpisodeFacts, quote_id: str) -> str:
    """The record of a quote that was published and is not any more: its words stand there no longer."""
    return dump_json(_record(facts, quote_id, _title(facts, None)))


def _record(facts: EpisodeFacts, quote_id: str, title: str) -> dict[str, Any]:
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": facts.show_title,
        "provider_url": facts.url(addresses.INDEX_KEY),
        "html": embed_code(facts.base_url, facts.slug, quote_id, title),
        "width": WIDTH,
        "height": _HEIGHTS[bool(quote_id)],
    }


def _title(facts: EpisodeFacts, quote: Quote | None) -> str:
    said = short(quote.text, facts.language) if quote else facts.title
    return f"{said} – {facts.show_title}"
