"""The page of one episode: player, quotes, chapters, notes and the whole transcript."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

from pipeline.models import Chapter, Quote, Transcript
from pipeline.rendering.templates import render
from pipeline.rendering.words import read_words
from pipeline.settings.episode import PageSettings
from pipeline.site.assets import asset_keys
from pipeline.site.embed import embed_code
from pipeline.site.machines import chapter_clips, clip, spoken
from pipeline.site.transcript import Passage, moment, paragraph_at, passages
from pipeline.site.unfurl import Picture, Unfurl, card_picture, preview, short
from pipeline.text.languages import direction, locale
from pipeline.web import addresses

_UP = "../"  # the page stands in episodes/, one level below the feed


class PageFacts(PageSettings):
    """What the page says of the episode, with everybody who is heard; texts as the host typed them.

    `base_url` ends in a slash; `audio_key`, `artwork_key` and `card_key` are object keys; `duration` in
    seconds, `audio_bytes` the size of the download; `artwork_size` is width and height.
    """

    slug: str
    duration: float
    language: str
    show_title: str
    base_url: str
    audio_key: str
    audio_bytes: int
    artwork_key: str | None
    artwork_size: tuple[int, int] = (0, 0)
    card_key: str | None = None
    cover_key: str | None = None  # of the cover in a small size, if one was drawn
    lightly_edited: bool = False  # a rule of the show
    corrected: bool = False  # whether the show has a feed of corrections


def episode_page(
    facts: PageFacts,
    quotes: Sequence[Quote],
    chapters: Sequence[Chapter],
    transcript: Transcript,
    overrides: Mapping[str, str],
    clips: Mapping[str, str] | None = None,
) -> str:
    """HTML from the template `episode.html.j2`, with addresses relative to `addresses.page_key`.

    `clips` has the object key of each quote's own sound, by its id.
    """
    laid_out = passages(transcript, chapters)
    words = read_words(facts.language, overrides)
    files = (*_TRANSCRIPTS, (words("plain text"), ".txt"))
    values: dict[str, Any] = {
        "episode": facts,
        "sections": [(name, list(each)) for name, each in groupby(quotes, attrgetter("heading"))],
        "chapters": chapters,
        "chapter_anchors": [_anchor(chapter, laid_out) for chapter in chapters],
        "passages": laid_out,
        "context": {quote.id: paragraph_at(laid_out, quote.start) for quote in quotes},
        "audio_url": _UP + facts.audio_key,
        "cover_href": _UP + key if (key := facts.cover_key or facts.artwork_key) else "",
        "clips": {name: _UP + key for name, key in (clips or {}).items()},
        "transcripts": [  # to download: the words of a link, and where it leads
            {"title": title, "url": _UP + addresses.transcript_key(facts.slug, suffix)}
            for title, suffix in files
        ],
        "page_key": addresses.page_key(facts.slug),
        "anchor": addresses.quote_anchor,
        "quote_hrefs": {q.id: _UP + addresses.quote_page_key(facts.slug, q.id) for q in quotes},
        "annotations_href": _UP + addresses.annotations_key(facts.slug),
        "parts": _parts(facts, quotes, chapters, transcript),
        "correction_anchor": addresses.correction_anchor,
        "embed_code": embed_code(
            facts.base_url, facts.slug, "", f"{facts.title} – {facts.show_title}"
        ),
        "corrected": facts.corrected or bool(facts.errata),
        **shared_values(facts, addresses.page_key(facts.slug), overrides, _unfurl(facts)),
    }
    return render("episode.html.j2", values, overrides, facts.language)


def _unfurl(facts: PageFacts) -> Unfurl:
    return Unfurl(
        facts.title,
        preview(facts.summary or facts.thesis),
        picture=card_picture(facts.base_url, facts.card_key, f"{facts.title} – {facts.show_title}"),
        audio=addresses.public_url(facts.base_url, facts.audio_key),
        published=facts.date,
        oembed=addresses.public_url(facts.base_url, addresses.oembed_key(facts.slug)),
    )


def _parts(
    facts: PageFacts, quotes: Sequence[Quote], chapters: Sequence[Chapter], transcript: Transcript
) -> list[dict[str, Any]]:
    """Chapters and quotes as schema.org has parts of an episode."""
    page_url = addresses.public_url(facts.base_url, addresses.page_key(facts.slug))
    found = chapter_clips(chapters, facts.duration, page_url)
    for quote in quotes:
        url = addresses.public_url(facts.base_url, addresses.quote_page_key(facts.slug, quote.id))
        name = short(quote.text, facts.language)
        found += [clip(name, *times, url) for times in spoken(quote, transcript.words)]
    return found


_TRANSCRIPTS = (("WebVTT", ".vtt"), ("SubRip", ".srt"), ("JSON", ".json"))


class SiteFacts(Protocol):
    """What every page says; `base_url` ends in a slash, `artwork_key` is an object key."""

    @property
    def show_title(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def base_url(self) -> str: ...
    @property
    def artwork_key(self) -> str | None: ...
    @property
    def artwork_size(self) -> tuple[int, int]: ...


def shared_values(
    facts: SiteFacts, key: str, overrides: Mapping[str, str], unfurl: Unfurl
) -> dict[str, Any]:
    """What the template of every page needs: language, and addresses absolute and relative to it.

    The preview has the show's cover where `unfurl` has no picture.
    """
    # Nobody knows under which address a store shows what stands for a page that is not there.
    up = facts.base_url if key == addresses.NOT_FOUND_KEY else _UP * key.count("/")
    assets = asset_keys(overrides, facts.language)
    base_url, artwork_key = facts.base_url, facts.artwork_key
    artwork_url = addresses.public_url(base_url, artwork_key) if artwork_key else ""
    cover = Picture(artwork_url, *facts.artwork_size) if artwork_url else None
    return {
        "unfurl": replace(unfurl, picture=unfurl.picture or cover),
        "preview": unfurl.text,  # a template of the show's own may print it
        "show_title": facts.show_title,
        "language": facts.language,
        "locale": locale(facts.language),
        "direction": direction(facts.language),
        "page_url": addresses.public_url(base_url, key),
        "feed_url": addresses.public_url(base_url, addresses.FEED_KEY),
        "artwork_url": artwork_url,
        "artwork_href": up + artwork_key if artwork_key else "",
        "feed_href": up + addresses.FEED_KEY,
        "posts_href": up + addresses.POSTS_FEED_KEY,
        "corrections_href": up + addresses.CORRECTIONS_KEY,
        "index_href": up + addresses.INDEX_KEY,
        "search_href": up + addresses.SEARCH_KEY,
        "episodes_href": up + addresses.EPISODES_KEY,
        "icon_hrefs": {side: up + key for side, key in addresses.ICON_KEYS.items() if artwork_key},
        "css_href": up + assets["page.css"],
        "js_href": up + assets["page.js"],
    }


def _anchor(chapter: Chapter, laid_out: Sequence[Passage]) -> str:
    """Where a chapter begins in the transcript; a bare time where nothing is said in it."""
    begun = [passage for passage in laid_out if passage.chapter is chapter]
    return begun[0].paragraphs[0].anchor if begun else moment(chapter.start)
