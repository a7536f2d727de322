"""Small players for other people's pages, and what tells their programs how to show one (oEmbed)."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

from pipeline.models import Quote
from pipeline.rendering.templates import render
from pipeline.rendering.text import one_line
from pipeline.site.assets import asset_keys
from pipeline.site.unfurl import CARD_SIZE, short
from pipeline.text.languages import direction
from pipeline.web import addresses
from pipeline.workspace import dump_json

_UP = "../"  # it stands in embed/, one level below the feed
WIDTH = 640  # pixels: the text of most blogs; a frame is as wide as what it stands in, and no wider
_HEIGHTS = {True: 200, False: 160}  # pixels of a quote's frame, and of an episode's


class _Said(Protocol):
    """What an embedded player says of the episode; `base_url` ends in a slash."""

    @property
    def slug(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def show_title(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def base_url(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedFacts:
    """The same with what it shows and plays, by object keys.

    By the id of each quote, `clips` has the key of its sound, `cards` that of its picture; "" stands for
    the episode.
    """

    slug: str
    title: str
    show_title: str
    language: str
    base_url: str
    cover_key: str | None
    duration: float
    sounds: Mapping[str, str]
    cards: Mapping[str, str]


def embed_page(facts: EmbedFacts, quote: Quote | None, overrides: Mapping[str, str]) -> str:
    """HTML from `embed.html.j2` of a quote, or of the episode where there is none.

    Addresses are relative to `addresses.embed_key`.
    """
    audio = facts.sounds.get(quote.id if quote else "", "")
    key = (
        addresses.quote_page_key(facts.slug, quote.id) if quote else addresses.page_key(facts.slug)
    )
    values: dict[str, Any] = {
        "quote": quote,
        "is_gone": False,
        "title": _title(facts, quote),
        "about_url": addresses.public_url(facts.base_url, key),
        "audio_href": _UP + audio if audio else "",
        "seconds": 0 if quote else facts.duration,
        "cover_href": _UP + facts.cover_key if facts.cover_key else "",
    }
    return _render(facts, values, overrides)


def gone_embed(facts: _Said, quote_id: str, overrides: Mapping[str, str]) -> str:
    """HTML from the same template for a quote that was published and is not any more."""
    key = addresses.quote_page_key(facts.slug, quote_id)
    values: dict[str, Any] = {
        "quote": None,
        "is_gone": True,
        "title": facts.title,
        "about_url": addresses.public_url(facts.base_url, key),
        "audio_href": "",
        "seconds": 0,
        "cover_href": "",
    }
    return _render(facts, values, overrides)


def _render(facts: _Said, values: Mapping[str, Any], overrides: Mapping[str, str]) -> str:
    shared = {
        "episode": facts,
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
    if name in facts.cards:
        record["thumbnail_url"] = addresses.public_url(facts.base_url, facts.cards[name])
        record["thumbnail_width"], record["thumbnail_height"] = CARD_SIZE
    return dump_json(record)


def gone_oembed(facts: _Said, quote_id: str) -> str:
    """The record of a quote that was published and is not any more: its words stand there no longer."""
    return dump_json(_record(facts, quote_id, _title(facts, None)))


def _record(facts: _Said, quote_id: str, title: str) -> dict[str, Any]:
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": facts.show_title,
        "provider_url": addresses.public_url(facts.base_url, addresses.INDEX_KEY),
        "html": embed_code(facts.base_url, facts.slug, quote_id, title),
        "width": WIDTH,
        "height": _HEIGHTS[bool(quote_id)],
    }


def _title(facts: _Said, quote: Quote | None) -> str:
    said = short(quote.text, facts.language) if quote else facts.title
    return f"{said} – {facts.show_title}"
