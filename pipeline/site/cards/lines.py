"""Text in a box of a card: as large as it fits, cut at a word where the smallest size is too large."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.site.cards.fonts import width
from pipeline.site.cards.words import broken, placed
from pipeline.text.languages import Direction
from pipeline.text.scripts import letters

LEADING = 1.36  # line height in em: Noto's own
_ASCENT = 1.07  # from the top of a line to its baseline, in em: Noto's own
_SHARES = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)  # of a line, to even the lines out
_STEP = 2  # pixels between the sizes that are tried
CUT = "…"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a box: where its baseline begins, and its outlines from there on; all in pixels."""

    x: float
    y: float
    width: float
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """Text laid out in its box; `height` in pixels."""

    size: float
    height: float
    lines: Sequence[Line]


def fit(
    text: str,
    box: tuple[float, float],
    sizes: tuple[float, float],
    *,
    bold: bool = False,
    closing: str = "",
    side: Direction = "ltr",
) -> Block:
    """Lay `text` out in a box of width and height, in a size between the largest and the smallest.

    Where even the smallest is too large, it ends after a word with … and the mark `closing`. Lines
    begin at the left of the box, or at its right where `side` is "rtl".
    """
    line, height = box
    size, smallest = sizes
    text = " ".join(text.split())
    while True:
        words = _words(text, line / size, bold)
        lines = _broken(words, line / size, bold)
        room = max(1, int(height / (size * LEADING)))
        if len(lines) <= room:
            lines = _balanced(words, lines, line / size, bold)
            return _block(lines, line, size, bold, side)
        if size <= smallest:
            break
        size = max(smallest, size - _STEP)
    kept = _cut(lines[:room], closing, line / size, bold)
    return _block(kept, line, size, bold, side)


def _words(text: str, line: float, bold: bool) -> list[str]:
    """Words, and letters of scripts without blanks; one that is wider than a line is broken anywhere.

    Each has its blank before it.
    """
    found: list[str] = []
    for word in text.split(" "):
        blank = " " if found else ""
        for part in letters(word):
            wide = width(part, bold) > line
            for piece in _graphemes(part) if wide else [part]:
                found.append(blank + piece)
                blank = ""
    return found


def _graphemes(text: str) -> list[str]:
    import regex  # late, as in writing

    found: list[str] = regex.findall(r"\X", text)
    return found


def _broken(words: Sequence[str], line: float, bold: bool) -> list[str]:
    """The lines, as full as they get; `line` is what fits on one, in em."""
    found = broken(words, line, bold) if words else ()
    return ["".join(words[each.start : each.stop]).lstrip(" ") for each in found]


def _balanced(words: Sequence[str], lines: list[str], line: float, bold: bool) -> list[str]:
    """As many lines, as even as they get: no single word below a full line."""
    for share in _SHARES:
        narrower = _broken(words, line * share, bold)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _cut(lines: list[str], closing: str, line: float, bold: bool) -> list[str]:
    """The lines with the last one ended by … after a whole word, or within one that is alone there."""
    last, end = lines[-1], CUT + closing
    while width(last + end, bold) > line or not last[-1:].isalnum():
        shorter = "".join(_words(last, line, bold)[:-1])
        last = shorter or "".join(_graphemes(last)[:-1])
        if not last:
            break
    return [*lines[:-1], last + end]


def direction_of(text: str) -> Direction:
    """Which way a text runs: as its first letter does."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    first = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L")
    return "ltr" if first == "L" else "rtl"


def _block(lines: Sequence[str], box: float, size: float, bold: bool, side: Direction) -> Block:
    direction = direction_of(" ".join(lines))
    found = []
    for number, text in enumerate(lines):
        (whole,) = placed([text], direction, size, bold)
        x, y = box - whole.right if side == "rtl" else 0.0, size * (_ASCENT + number * LEADING)
        found.append(Line(x, y, whole.right, whole.path, text))
    return Block(size, size * LEADING * len(lines), found)
