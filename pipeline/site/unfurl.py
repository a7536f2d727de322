"""What a page says of itself to chats, networks and blogs that show a preview of its address.

The template `unfurl.html.j2`, which every page includes, prints it as Open Graph and Twitter tags.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipeline.rendering.quotation import quoted
from pipeline.site.cards.card import CARD_SIZE
from pipeline.text.cleaning import begun
from pipeline.web.addresses import page_key, public_url, quote_page_key

_SUMMARY_LENGTH = 300  # characters of a description that link previews show at most
_TITLE = 70  # letters of a quote in a title, chosen: chats and search engines cut there
_WIDE = 1.5  # width to height, from where on a picture is shown in full above the text


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeFacts:
    """What pages beside the episode's own say of it; `base_url` ends in a slash."""

    slug: str
    title: str
    show_title: str
    language: str
    base_url: str

    def url(self, key: str) -> str:
        return public_url(self.base_url, key)

    def page_url(self, quote_id: str = "") -> str:
        if quote_id:
            return self.url(quote_page_key(self.slug, quote_id))
        return self.url(page_key(self.slug))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its address; sizes in pixels, 0 where nobody knows; `alt` empty for the show's cover."""

    url: str
    width: int = 0
    height: int = 0
    alt: str = ""

    @property
    def type(self) -> str:
        return "image/png" if self.url.endswith(".png") else "image/jpeg"

    @property
    def is_wide(self) -> bool:
        return self.width >= self.height * _WIDE > 0


def card_picture(base_url: str, key: str | None, alt: str) -> Picture | None:
    """A card by its object key; None where none was drawn."""
    return Picture(public_url(base_url, key), *CARD_SIZE, alt) if key else None


@dataclass(frozen=True, slots=True)
class Unfurl:
    """A page's preview; `audio` is the address of an MP3, `oembed` that of its oEmbed record, if any."""

    title: str
    text: str = ""
    kind: Literal["website", "article"] = "article"
    picture: Picture | None = None
    audio: str = ""
    published: datetime | None = None
    oembed: str = ""


def preview(text: str) -> str:
    """A text for link previews, cut after a word."""
    return begun(" ".join(text.split()), _SUMMARY_LENGTH)


def short(text: str, language: str) -> str:
    """The beginning of a quote in its language's marks, for a title."""
    line = " ".join(text.split())
    if len(line) > _TITLE:
        line = line[:_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:.–—-") + "…"
    return quoted(line, language)
