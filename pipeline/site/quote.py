"""The page of one quote, which unfurls by itself where its address is shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.models import Quote
from pipeline.rendering.quotation import quoted
from pipeline.rendering.templates import render
from pipeline.settings.podcasting import Erratum
from pipeline.site.embed import embed_code
from pipeline.site.machines import quotation
from pipeline.site.page import shared_values
from pipeline.site.transcript import moment
from pipeline.site.unfurl import EpisodeFacts, Unfurl, card_picture, preview, short
from pipeline.web import addresses

_UP = "../"  # the page stands in quotes/, one level below the feed


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteFacts(EpisodeFacts):
    """What the pages of an episode's quotes say; `artwork_key` is an object key.

    By the id of each quote, `clips` has the key of its sound, `seconds` its length, and `cards` the key
    of its picture, where one was drawn.
    """

    date: datetime
    artwork_key: str | None
    artwork_size: tuple[int, int] = (0, 0)
    errata: Sequence[Erratum]
    clips: Mapping[str, str]
    seconds: Mapping[str, float]
    cards: Mapping[str, str] = field(default_factory=dict)


def quote_page(
    facts: QuoteFacts, quotes: Sequence[Quote], place: int, overrides: Mapping[str, str]
) -> str:
    """HTML from the template `quote.html.j2` of the quote at `place` among the episode's.

    Addresses are relative to `addresses.quote_page_key`.
    """
    quote = quotes[place]
    clip = facts.clips.get(quote.id, "")
    title, audio = short(quote.text, facts.language), facts.url(clip) if clip else ""
    before, after = quotes[:place][-1:], quotes[place + 1 : place + 2]
    values: dict[str, Any] = {
        "quote": quote,
        "title": title,
        "clip_href": _UP + clip if clip else "",
        "seconds": facts.seconds.get(quote.id, 0.0),
        "moment_href": f"{_UP}{addresses.page_key(facts.slug)}#{moment(quote.start)}",
        "neighbours": [_neighbour(facts, each, "prev") for each in before]
        + [_neighbour(facts, each, "next") for each in after],
        "embed_code": embed_code(
            facts.base_url, facts.slug, quote.id, f"{title} – {facts.show_title}"
        ),
        "described": quotation(facts, quote, facts.date, audio),
    }
    alt = preview(quoted(quote.text, facts.language))
    unfurl = Unfurl(
        title,
        preview(quote.text),
        picture=card_picture(facts.base_url, facts.cards.get(quote.id), alt),
        audio=audio,
        published=facts.date,
        oembed=facts.url(addresses.oembed_key(facts.slug, quote.id)),
    )
    return _render(facts, quote.id, values, unfurl, overrides)


def gone_page(facts: QuoteFacts, quote_id: str, overrides: Mapping[str, str]) -> str:
    """HTML from the same template for a quote that was published and is not any more."""
    unfurl = Unfurl(facts.title, published=facts.date)
    return _render(facts, quote_id, {"quote": None, "title": ""}, unfurl, overrides)


def _render(
    facts: QuoteFacts,
    quote_id: str,
    values: Mapping[str, Any],
    unfurl: Unfurl,
    overrides: Mapping[str, str],
) -> str:
    key = addresses.quote_page_key(facts.slug, quote_id)
    known = {
        "episode": facts,
        "errata": [each for each in facts.errata if each.quote == quote_id],
        "episode_href": _UP + addresses.page_key(facts.slug),
        "episode_url": facts.page_url(),
        "anchor": addresses.quote_anchor(quote_id),
        "correction_anchor": addresses.correction_anchor,
        "annotations_href": _UP + addresses.annotations_key(facts.slug),
        **shared_values(facts, key, overrides, unfurl),
    }
    return render("quote.html.j2", {**known, **values}, overrides, facts.language)


def _neighbour(facts: QuoteFacts, quote: Quote, relation: str) -> dict[str, str]:
    key = addresses.quote_page_key(facts.slug, quote.id)
    return {"rel": relation, "href": _UP + key, "text": short(quote.text, facts.language)}
