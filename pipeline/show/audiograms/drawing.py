"""How an audiogram looks: its shapes, and the pictures of which its film is made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.audio.film import Area, Page, Picture
from pipeline.errors import PullquoteError
from pipeline.feeds.contents.artwork import covers
from pipeline.rendering.templates import own_templates
from pipeline.settings.show import load_show
from pipeline.show.audiograms.timing import Shown
from pipeline.show.episode import LocalEpisode
from pipeline.site.cards.card import Look, look, picture, png
from pipeline.site.cards.colours import contrast, mixed
from pipeline.site.cards.fonts import missing
from pipeline.site.cards.lines import LEADING, direction_of
from pipeline.site.cards.words import broken, placed
from pipeline.text.languages import Direction

TEMPLATE = "audiogram.svg.j2"
_LINES = 4  # of a page: more is not read in the time
_COMING = 0.5  # of the ink in a word that is still to come, or as much as is read on the ground
_LEGIBLE = 3  # contrast of large letters (WCAG 2.2)
_MARKED = 0.2  # of the ink in the ground of the word that is being said
_MARGIN = 0.11  # em of that ground beside the word: less than half a blank
_ASCENT = 1.07  # em from the top of a line to its baseline: Noto's own
Box = tuple[int, int, int, int]  # x, y, width and height in pixels


@dataclass(frozen=True, slots=True)
class Shape:
    """A format, with places that the buttons and bars of networks leave free; pixels, all even.

    `alone` is where the names stand without a cover, `middle` whether halfway down, else at the top.
    """

    width: int
    height: int
    cover: Box
    names: Box
    alone: Box
    text: Box
    outline: Box
    size: int  # of the text
    centred: bool = False  # the names
    middle: bool = False

    @property
    def margin(self) -> int:
        """Pixels beside a line, in which the ground of its first and last words ends."""
        return _even(self.size * _MARGIN)


SHAPES: Mapping[str, Shape] = {
    "square": Shape(
        1080, 1080, (80, 80, 176, 176), (290, 80, 710, 176), (80, 80, 920, 176),
        (72, 340, 936, 440), (80, 840, 920, 140), 72, middle=True,
    ),
    "portrait": Shape(
        1080, 1920, (380, 250, 320, 320), (100, 610, 880, 180), (100, 400, 880, 180),
        (92, 860, 896, 440), (100, 1330, 880, 140), 72, centred=True,
    ),
    "landscape": Shape(
        1920, 1080, (120, 220, 380, 380), (120, 640, 380, 260), (120, 220, 380, 260),
        (592, 220, 1216, 460), (600, 760, 1200, 140), 76,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawing:
    """A quote's looks in one shape, in the show's colours; the record tells whether they changed."""

    shape: Shape
    by: str
    show: str
    language: str
    cover: bytes
    colour: str | None
    overrides: tuple[tuple[str, str], ...]

    def fits(self, words: Sequence[Shown]) -> bool:
        return len(self._lines(words)) <= _LINES

    def picture(
        self, pages: Sequence[Sequence[Shown]], tick: Callable[[], None] = lambda: None
    ) -> Picture:
        """Everything that the film needs, drawn; ConfigError where a template of the show is wrong.

        `tick` is called before each page, and may stop it.
        """
        shown = (word.text for page in pages for word in page)
        if unknown := missing("".join((self.by, self.show, *shown))):
            raise PullquoteError(
                f"no font that comes along has these signs: {unknown[:20]}",
                "write it without them; Chinese, Japanese and Korean: pip install 'pullquote[cjk]'",
            )
        shape, found = self.shape, look(self.cover or None, self.colour)
        ink, drawn = _rgb(found.ink), []
        for words in pages:
            tick()
            drawn.append(self._page(words, found, alone=len(pages) == 1))
        return Picture(
            shape.width,
            shape.height,
            self._background(found),
            drawn,
            Area(*shape.text),
            Area(*shape.outline),
            ((*ink, 0.95), (*ink, 0.35)),
        )

    def _lines(self, words: Sequence[Shown]) -> list[range]:
        texts = [f"{' ' if word.blank else ''}{word.text}" for word in words]
        return broken(
            texts, (self.shape.text[2] - 2 * self.shape.margin) / self.shape.size, bold=True
        )

    def _background(self, found: Look) -> bytes:
        """All that does not move."""
        values = {"shape": self.shape, "look": found, "by": self.by, "show": self.show}
        side = direction_of(self.by or self.show)
        return picture(TEMPLATE, values, side, dict(self.overrides), self.language)

    def _page(self, words: Sequence[Shown], look: Look, *, alone: bool) -> Page:
        size, (left, top, _, height) = self.shape.size, self.shape.text
        ground, ink = look.ground, look.ink
        lines = self._lines(words)
        y = (height - len(lines) * size * LEADING) / 2 if alone else 0.0
        direction = direction_of(" ".join(word.text for word in words))
        found: list[_Word] = []
        for line in lines:
            found += _line([words[number] for number in line], direction, self.shape, y)
            y += size * LEADING
        areas = [word.area for word in found]
        return Page(
            (
                self._layer(found, _coming(ground, ink)),
                self._layer(found, ink, mixed(ground, ink, _MARKED)),
                self._layer(found, ink),
            ),
            [Area(left + x, top + y, *rest) for x, y, *rest in areas],
        )

    def _layer(self, words: Sequence["_Word"], colour: str, marked: str = "") -> bytes:
        """A page on which all words are in one light."""
        _, _, width, height = self.shape.text
        drawn = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">']
        for word in words if marked else ():
            x, y, wide, high = word.area
            drawn.append(
                f'<rect x="{x}" y="{y + high * 0.07:.1f}" width="{wide}" height="{high * 0.9:.1f}"'
                f' rx="{high * 0.12:.1f}" fill="{marked}"/>'
            )
        drawn.append(f'<g fill="{colour}">')
        drawn += [word.drawn for word in words]
        return png("".join([*drawn, "</g></svg>"]))


def drawing_for(episode: LocalEpisode, speaker: str | None, shape: str) -> Drawing:
    show, folder = load_show(episode.workspace), episode.workspace.feed
    overrides = own_templates(episode.workspace)
    pictures = covers(sorted(folder.glob("artwork.*")))
    cover = pictures[0].read_bytes() if pictures else b""
    own = tuple(sorted(overrides.items()))
    return Drawing(SHAPES[shape], speaker or "", show.title, show.language, cover, show.colour, own)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word on its page: the SVG of its letters, and the box that is its own."""

    drawn: str
    area: Box


def _line(words: Sequence[Shown], direction: Direction, shape: Shape, y: float) -> list[_Word]:
    """The words of a line whose top is `y`; each has half of the blanks beside it for its own."""
    size, margin, width = shape.size, shape.margin, shape.text[2]
    blank = [word.blank or not number for number, word in enumerate(words)]
    texts = [
        f"{' ' if word.blank and number else ''}{word.text}" for number, word in enumerate(words)
    ]
    there = placed(texts, direction, size, bold=True)
    end = max(word.right for word in there)
    scale = min(1.0, (width - 2 * margin) / end)  # of a single word that is wider than the line
    begin = width - margin - end * scale if direction == "rtl" else margin
    top, bottom = _even(y), _even(y + size * LEADING)
    found = []
    for word, before, after in zip(there, blank, [*blank[1:], True], strict=True):
        room = (before, after) if direction == "ltr" else (after, before)
        left = _even(begin + word.left * scale - margin * room[0])
        right = _even(begin + word.right * scale + margin * room[1])
        place = f"translate({begin:.1f} {y + size * _ASCENT:.1f}) scale({scale:.4f})"
        drawn = f'<g transform="{place}"><path d="{word.path}"/></g>'
        found.append(_Word(drawn, (left, top, right - left, bottom - top)))
    return found


def _coming(ground: str, ink: str) -> str:
    share = _COMING
    while contrast(found := mixed(ground, ink, share), ground) < _LEGIBLE:
        share += 0.05
    return found


def _even(value: float) -> int:
    return round(value / 2) * 2


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue
