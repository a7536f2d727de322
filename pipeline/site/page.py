"""The page of one episode: player, quotes, chapters, notes and the whole transcript."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

from pipeline.models import Chapter, Quote, Transcript
from pipeline.rendering.templates import render
from pipeline.rendering.words import read_words
from pipeline.settings.episode import PageSettings
from pipeline.site.assets import asset_keys
from pipeline.site.transcript import Passage, moment, paragraph_at, passages
from pipeline.text.languages import direction
from pipeline.web import addresses

_UP = "../"  # the page stands in episodes/, one level below the feed
_SUMMARY_LENGTH = 300  # characters of a description that link previews show at most


class PageFacts(PageSettings):
    """What the page says of the episode, with everybody who is heard; texts as the host typed them.

    `base_url` ends in a slash; `audio_key` and `artwork_key` are object keys; `duration` in seconds,
    `audio_bytes` the size of the download.
    """

    slug: str
    duration: float
    language: str
    show_title: str
    base_url: str
    audio_key: str
    audio_bytes: int
    artwork_key: str | None
    lightly_edited: bool = False  # a rule of the show
    corrected: bool = False  # whether the show has a feed of corrections


@dataclass(frozen=True, slots=True)
class TranscriptFile:
    """A transcript to download: the words of its link, and its address relative to the page."""

    title: str
    url: str


def episode_page(
    facts: PageFacts,
    quotes: Sequence[Quote],
    chapters: Sequence[Chapter],
    transcript: Transcript,
    overrides: Mapping[str, str],
) -> str:
    """HTML from the template `episode.html.j2`, with addresses relative to `addresses.page_key`."""
    laid_out = passages(transcript, chapters)
    words = read_words(facts.language, overrides)
    files = (*_TRANSCRIPTS, (words("plain text"), ".txt"))
    values: dict[str, Any] = {
        "episode": facts,
        "sections": [
            (heading, list(group)) for heading, group in groupby(quotes, attrgetter("heading"))
        ],
        "chapters": chapters,
        "chapter_anchors": [_anchor(chapter, laid_out) for chapter in chapters],
        "passages": laid_out,
        "context": {quote.id: paragraph_at(laid_out, quote.start) for quote in quotes},
        "audio_url": _UP + facts.audio_key,
        "transcripts": [
            TranscriptFile(title, _UP + addresses.transcript_key(facts.slug, suffix))
            for title, suffix in files
        ],
        "anchor": addresses.quote_anchor,
        "correction_anchor": addresses.correction_anchor,
        "corrected": facts.corrected or bool(facts.errata),
        "preview": preview(facts.summary or facts.thesis),
        **shared_values(facts, addresses.page_key(facts.slug), overrides),
    }
    return render("episode.html.j2", values, overrides, facts.language)


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


def shared_values(facts: SiteFacts, key: str, overrides: Mapping[str, str]) -> dict[str, Any]:
    """What the template of every page needs: language, and addresses absolute and relative to it."""
    up = _UP * key.count("/")
    assets = asset_keys(overrides, facts.language)
    base_url, artwork_key = facts.base_url, facts.artwork_key
    return {
        "show_title": facts.show_title,
        "language": facts.language,
        "direction": direction(facts.language),
        "page_url": addresses.public_url(base_url, key),
        "feed_url": addresses.public_url(base_url, addresses.FEED_KEY),
        "artwork_url": addresses.public_url(base_url, artwork_key) if artwork_key else "",
        "feed_href": up + addresses.FEED_KEY,
        "posts_href": up + addresses.POSTS_FEED_KEY,
        "corrections_href": up + addresses.CORRECTIONS_KEY,
        "index_href": up + addresses.INDEX_KEY,
        "css_href": up + assets["page.css"],
        "js_href": up + assets["page.js"],
    }


def preview(text: str) -> str:
    """A text for link previews, cut after a word."""
    text = " ".join(text.split())
    if len(text) <= _SUMMARY_LENGTH:
        return text
    return text[:_SUMMARY_LENGTH].rsplit(" ", 1)[0] + "…"


def _anchor(chapter: Chapter, laid_out: Sequence[Passage]) -> str:
    """Where a chapter begins in the transcript; a bare time where nothing is said in it."""
    begun = [passage for passage in laid_out if passage.chapter is chapter]
    return begun[0].paragraphs[0].anchor if begun else moment(chapter.start)
