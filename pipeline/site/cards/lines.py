"""Text in a box of a card: as large as it fits, cut at a word where the smallest size is too large."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.site.cards.fonts import width
from pipeline.site.cards.words import placed
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
    """Text laid out in its box; `height` in pixels. `is_cut` where its end is not there."""

    size: float
    height: float
    lines: Sequence[Line]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class _Word:
    """What is not broken; `blank` before it, unless it begins a line. `width` in em."""

    text: str
    blank: str
    width: float


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
            return _block(lines, line, size, bold, side, is_cut=False)
        if size <= smallest:
            break
        size = max(smallest, size - _STEP)
    kept = _cut(lines[:room], closing, line / size, bold)
    return _block(kept, line, size, bold, side, is_cut=True)


def _words(text: str, line: float, bold: bool) -> list[_Word]:
    """Words, and letters of scripts without blanks; one that is wider than a line is broken anywhere."""
    found: list[_Word] = []
    for word in text.split(" "):
        blank = " " if found else ""
        for part in letters(word):
            wide = width(part, bold) > line
            for piece in _graphemes(part) if wide else [part]:
                found.append(_Word(piece, blank, width(piece, bold)))
                blank = ""
    return found


def _graphemes(text: str) -> list[str]:
    import regex  # late, as in writing

    found: list[str] = regex.findall(r"\X", text)
    return found


def _broken(words: Iterable[_Word], line: float, bold: bool) -> list[str]:
    """The lines, as full as they get; `line` is what fits on one, in em."""
    blank = width(" ", bold)
    lines: list[str] = []
    used = 0.0
    for word in words:
        more = word.width + (blank if word.blank else 0)
        if lines and used + more <= line:
            lines[-1] += word.blank + word.text
            used += more
        else:
            lines.append(word.text)
            used = word.width
    return lines


def _balanced(words: Sequence[_Word], lines: list[str], line: float, bold: bool) -> list[str]:
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
        words = _words(last, line, bold)
        shorter = "".join(each.blank + each.text for each in words[:-1])
        last = shorter or "".join(_graphemes(last)[:-1])
        if not last:
            break
    return [*lines[:-1], last + end]


def direction_of(text: str) -> Direction:
    """Which way a text runs: as its first letter does."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return (
        "rtl" if next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L") != "L" else "ltr"
    )


def _block(
    lines: Sequence[str], box: float, size: float, bold: bool, side: Direction, *, is_cut: bool
) -> Block:
    direction = direction_of(" ".join(lines))
    placed = []
    for number, text in enumerate(lines):
        y = size * (_ASCENT + number * LEADING)
        line = _line(text, direction, y, size, bold)
        placed.append(replace(line, x=box - line.width) if side == "rtl" else line)
    return Block(size, size * LEADING * len(lines), placed, is_cut)


def _line(text: str, direction: Direction, y: float, size: float, bold: bool) -> Line:
    (whole,) = placed([text], direction, size, bold)
    return Line(0.0, y, whole.right, whole.path, text)
