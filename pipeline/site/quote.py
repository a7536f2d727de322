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
from pipeline.site.unfurl import Unfurl, card_picture, preview, short
from pipeline.web import addresses

_UP = "../"  # the page stands in quotes/, one level below the feed


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteFacts:
    """What the pages of an episode's quotes say of it; texts as the host typed them.

    `base_url` ends in a slash; `artwork_key` is an object key. By the id of each quote, `clips` has the
    key of its sound, `seconds` its length, and `cards` the key of its picture, where one was drawn.
    """

    slug: str
    title: str
    date: datetime
    show_title: str
    language: str
    base_url: str
    artwork_key: str | None
    artwork_size: tuple[int, int] = (0, 0)
    errata: Sequence[Erratum]
    clips: Mapping[str, str]
    seconds: Mapping[str, float]
    cards: Mapping[str, str] = field(default_factory=dict)

    @property
    def described(self) -> dict[str, Any]:
        """The episode for schema.org."""
        series = {
            "@type": "PodcastSeries",
            "name": self.show_title,
            "webFeed": addresses.public_url(self.base_url, addresses.FEED_KEY),
        }
        page = addresses.public_url(self.base_url, addresses.page_key(self.slug))
        return {
            "@type": "PodcastEpisode", "name": self.title, "url": page, "partOfSeries": series,
        }  # fmt: skip


def quote_page(
    facts: QuoteFacts, quotes: Sequence[Quote], place: int, overrides: Mapping[str, str]
) -> str:
    """HTML from the template `quote.html.j2` of the quote at `place` among the episode's.

    Addresses are relative to `addresses.quote_page_key`.
    """
    quote = quotes[place]
    clip = facts.clips.get(quote.id, "")
    before, after = quotes[:place][-1:], quotes[place + 1 : place + 2]
    values: dict[str, Any] = {
        "quote": quote,
        "clip_href": _UP + clip if clip else "",
        "seconds": facts.seconds.get(quote.id, 0.0),
        "moment_href": f"{_UP}{addresses.page_key(facts.slug)}#{moment(quote.start)}",
        "neighbours": [_neighbour(facts, each, "prev") for each in before]
        + [_neighbour(facts, each, "next") for each in after],
        "errata": [each for each in facts.errata if each.quote == quote.id],
        "embed_code": embed_code(
            facts.base_url,
            facts.slug,
            quote.id,
            f"{short(quote.text, facts.language)} – {facts.show_title}",
        ),
    }
    audio = addresses.public_url(facts.base_url, clip) if clip else ""
    values["described"] = quotation(
        quote,
        addresses.public_url(facts.base_url, addresses.quote_page_key(facts.slug, quote.id)),
        audio,
        facts.language,
        facts.date,
        facts.described,
    )
    return _render(
        facts, quote.id, short(quote.text, facts.language), quote.text, values, audio, overrides
    )


def gone_page(facts: QuoteFacts, quote_id: str, overrides: Mapping[str, str]) -> str:
    """HTML from the same template for a quote that was published and is not any more."""
    errata = [each for each in facts.errata if each.quote == quote_id]
    values: dict[str, Any] = {"quote": None, "errata": errata}
    return _render(facts, quote_id, "", "", values, "", overrides)


def _render(
    facts: QuoteFacts,
    quote_id: str,
    title: str,
    text: str,
    values: Mapping[str, Any],
    audio: str,
    overrides: Mapping[str, str],
) -> str:
    unfurl = Unfurl(
        title or facts.title,
        preview(text),
        picture=card_picture(
            facts.base_url, facts.cards.get(quote_id), preview(quoted(text, facts.language))
        ),
        audio=audio,
        published=facts.date,
        oembed=addresses.public_url(facts.base_url, addresses.oembed_key(facts.slug, quote_id))
        if text
        else "",
    )
    shared = shared_values(facts, addresses.quote_page_key(facts.slug, quote_id), overrides, unfurl)
    known = {
        "episode": facts,
        "title": title,
        "episode_href": _UP + addresses.page_key(facts.slug),
        "episode_url": addresses.public_url(facts.base_url, addresses.page_key(facts.slug)),
        "anchor": addresses.quote_anchor(quote_id),
        "correction_anchor": addresses.correction_anchor,
        "annotations_href": _UP + addresses.annotations_key(facts.slug),
    }
    return render("quote.html.j2", {**known, **shared, **values}, overrides, facts.language)


def _neighbour(facts: QuoteFacts, quote: Quote, relation: str) -> dict[str, str]:
    key = addresses.quote_page_key(facts.slug, quote.id)
    return {"rel": relation, "href": _UP + key, "text": short(quote.text, facts.language)}
