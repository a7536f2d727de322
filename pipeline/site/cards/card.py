"""A card: the picture that a preview of an episode's or a quote's address shows."""

import base64
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from pipeline.errors import ConfigError
from pipeline.models import Quote
from pipeline.rendering.quotation import marks, quoted
from pipeline.rendering.templates import render
from pipeline.rendering.text import one_line
from pipeline.rendering.words import OVERRIDES
from pipeline.site.cards import colours
from pipeline.site.cards.fonts import missing
from pipeline.site.cards.lines import Block, direction_of, fit
from pipeline.text.languages import Direction

TEMPLATE = "card.svg.j2"
CARD_SIZE = (1200, 630)  # pixels: what networks show large, without cutting
#: Pixels a side of the cover, made one of the other: halving leaves no jagged edges.
_SIDES = (800, 400, 200, 100, 50, 25)
_COVER, _SMALL = 400, 200
_GRID = 8  # places a side at which a cover's colours are looked at

_FOOTNOTE = re.compile(r"\s*\[(\d{1,4})\]")


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says: `text` is a quote within its marks, or an episode's title.

    `people` is who said it, or the guests.
    """

    kind: str  # "quote" or "episode"
    text: str
    people: Sequence[str]
    show: str
    episode: str
    closing: str = ""  # the mark that ends a quote


@dataclass(frozen=True, slots=True)
class Look:
    """The show's cover, as addresses of images in two sizes, empty without one; and its colours."""

    cover: str
    small: str
    ground: str
    ink: str
    muted: str


def quote_card(quote: Quote, show: str, episode: str, language: str) -> Card:
    """The card of a quote; it has no room for footnotes, so their marks go."""
    bare = _FOOTNOTE.sub(lambda m: "" if m[1] in quote.footnotes else m[0], quote.text)
    return Card(
        "quote",
        quoted(bare, language),
        [quote.speaker] if quote.speaker else [],
        show,
        episode,
        marks(language).closing,
    )


def episode_card(title: str, guests: Sequence[str], show: str) -> Card:
    return Card("episode", title, guests, show, title)


def look(artwork: bytes | None, colour: str | None) -> Look:
    """The colours of a show: `colour` if it names one, else from its cover, a JPEG or PNG file."""
    sizes = _shrunk(artwork) if artwork else {}
    ground = colour or colours.ground(_pixels(sizes[_SIDES[-1]]) if sizes else ())
    ink = colours.ink(ground)
    share = 0.35
    while colours.contrast(muted := colours.mixed(ink, ground, share), ground) < 4.5:
        share -= 0.05
    cover, small = (_address(sizes[side]) if sizes else "" for side in (_COVER, _SMALL))
    return Look(cover, small, ground, ink, muted)


def small_cover(artwork: bytes) -> bytes:
    """A cover for small places, as a PNG."""
    return _shrunk(artwork)[_SMALL]


def icon(artwork: bytes, side: int) -> bytes:
    """A cover as the icon of a page, so many pixels wide."""
    return png(_image(_shrunk(artwork)[_SMALL]), side)


def draw(card: Card, look: Look, overrides: Mapping[str, str], language: str) -> bytes:
    """The card as a PNG; ConfigError where a template of the show's own makes no picture."""
    values = {"card": card, "look": look, "width": CARD_SIZE[0], "height": CARD_SIZE[1]}
    return picture(TEMPLATE, values, direction_of(card.text), overrides, language)


def picture(
    template: str,
    values: Mapping[str, Any],
    side: Direction,
    overrides: Mapping[str, str],
    language: str,
) -> bytes:
    """A template as a PNG; ConfigError where one of the show's own makes none.

    It may use `side`, the way that its texts run, and `fit`, which lays one out.
    """
    svg = render(
        template,
        {**values, "side": side, "fit": functools.partial(_fit, side=side)},
        overrides,
        language,
    )
    try:
        return png(svg)
    except BaseException as error:  # a panic of resvg's is no Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        problem = str(error)
    if template not in overrides:
        raise AssertionError(f"{template}: {problem}")
    raise ConfigError(
        f"{OVERRIDES}/{template} makes no picture: {problem}",
        "mend it, or delete it to get the built-in one back",
    )


def _fit(text: str, *places: Any, **more: Any) -> Block:
    """`fit` for templates, whose words are escaped already."""
    return fit(text.unescape() if isinstance(text, Markup) else text, *places, **more)


def unknown(card: Card) -> str:
    """The characters of a card that no packaged font has; without them it says something else."""
    return missing(one_line("".join([card.text, *card.people, card.show, card.episode])))


def png(svg: str, width: int | None = None) -> bytes:
    """A picture of an SVG, in its own size or so wide."""
    import resvg_py  # late: 3 MB

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True))


def _address(picture: bytes) -> str:
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def _image(picture: bytes, box: str = "0 0 1 1") -> str:
    """A drawing of a picture, or of a part of it, whose sides are 1."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1" viewBox="{box}">'
        f'<image width="1" height="1" preserveAspectRatio="xMidYMid slice" href="{_address(picture)}"/>'
        "</svg>"
    )


@functools.lru_cache(maxsize=1)  # it takes half a second
def _shrunk(picture: bytes) -> dict[int, bytes]:
    found = {}
    for side in _SIDES:
        picture = png(_image(picture), side)
        found[side] = picture
    return found


def _pixels(picture: bytes) -> Sequence[colours.Colour]:
    """The colours of a small picture at places all over it."""
    step = 1 / _GRID
    return [
        _pixel(png(_image(picture, f"{x * step} {y * step} {step} {step}"), 1))
        for y in range(_GRID)
        for x in range(_GRID)
    ]


def _pixel(png: bytes) -> colours.Colour:
    """The colour of a PNG of one pixel, which needs no decoder: every filter leaves it as it is."""
    import zlib

    start = png.index(b"IDAT") + 4
    red, green, blue = zlib.decompressobj().decompress(png[start:])[1:4]
    return red / 255, green / 255, blue / 255
