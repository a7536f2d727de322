"""The packaged fonts: text becomes outlines, the same on every machine, whatever is installed there.

resvg could set text itself, but puts dots of Arabic letters in the wrong places, wraps nothing and
ends in a panic at some emoji. HarfBuzz shapes what stands on a card, so its width is known exactly.
"""

import functools
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from pipeline.text.languages import Direction

_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")  # the latter is the extra `cjk`
_FIRST = "NotoSans[wght].ttf"  # before the fonts of single scripts
_WEIGHTS = {False: 400, True: 700}
_JOINED = frozenset({"Mn", "Me", "Cf"})  # marks, joiners, variation selectors


@dataclass(frozen=True, slots=True)
class Face:
    """A font file in one weight; `unit` is the em of one of its units."""

    font: Any
    characters: Any
    unit: float


@dataclass(frozen=True, slots=True)
class Glyph:
    """An outline at its place in a run, in em; y grows upwards in fonts."""

    x: float
    y: float
    face: Face
    number: int


@dataclass(frozen=True, slots=True)
class Shaped:
    """A run of one font as it is set; `width` in em."""

    width: float
    glyphs: tuple[Glyph, ...]


@functools.cache
def faces(bold: bool) -> tuple[Face, ...]:
    """Every packaged font, the one for most of the world's scripts first."""
    import uharfbuzz

    paths = [
        path
        for package in _PACKAGES
        if find_spec(package)
        for path in sorted(files(package).iterdir(), key=lambda path: path.name)
        if path.name.endswith((".ttf", ".otf", ".ttc")) and "Italic" not in path.name
    ]
    found = []
    for path in sorted(paths, key=lambda path: path.name != _FIRST):
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
        font = uharfbuzz.Font(face)
        font.set_variations({"wght": _WEIGHTS[bold]})
        found.append(Face(font, face.unicodes, 1 / face.upem))
    return tuple(found)


def runs(text: str, bold: bool) -> Iterator[tuple[Face | None, str]]:
    """`text` cut wherever another font is needed; None for what none has."""
    run, face = "", None
    for character in text:
        chosen = _face_for(character, face, bold)
        if run and chosen is not face:
            yield face, run
            run = ""
        run, face = run + character, chosen
    if run:
        yield face, run


def _face_for(character: str, before: Face | None, bold: bool) -> Face | None:
    """The first that has it; marks and joiners stay with the letter before them."""
    if before and unicodedata.category(character) in _JOINED:
        return before
    return next((face for face in faces(bold) if ord(character) in face.characters), None)


def shape(face: Face | None, text: str, direction: Direction | None = None) -> Shaped:
    """A run of one font, which runs as its script does unless `direction` says otherwise."""
    import uharfbuzz

    if face is None:
        return Shaped(0, ())
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    if direction:
        buffer.direction = direction
    uharfbuzz.shape(face.font, buffer, {})
    glyphs, x = [], 0
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        at = ((x + place.x_offset) * face.unit, place.y_offset * face.unit)
        glyphs.append(Glyph(*at, face, info.codepoint))
        x += place.x_advance
    return Shaped(x * face.unit, tuple(glyphs))


@functools.lru_cache(maxsize=4096)
def width(text: str, bold: bool) -> float:
    """How wide `text` is set, in em."""
    return sum(shape(face, run).width for face, run in runs(text, bold))


def missing(text: str) -> str:
    """The characters of `text` that no packaged font has, each once."""
    found = dict.fromkeys("".join(run for face, run in runs(text, False) if face is None))
    return "".join(character for character in found if not character.isspace())


class _Pen:
    """Writes the outline of a glyph as SVG path commands, scaled and moved."""

    def __init__(self, x: float, y: float, scale: float) -> None:
        self.commands: list[str] = []
        self._x, self._y, self._scale = x, y, scale

    def _add(self, command: str, *points: tuple[float, float]) -> None:
        at = (f"{self._x + x * self._scale:.1f} {self._y - y * self._scale:.1f}" for x, y in points)
        self.commands.append(command + " ".join(at))

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - names of fontTools' pens
        self._add("M", point)

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._add("L", point)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._add("C", *points)

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._add("Q", *points)

    def closePath(self) -> None:  # noqa: N802
        self.commands.append("Z")


def outline(glyph: Glyph, x: float, size: float) -> str:
    """The path of a glyph whose run begins at `x` pixels on the baseline, at `size` pixels an em."""
    pen = _Pen(x + glyph.x * size, -glyph.y * size, size * glyph.face.unit)
    glyph.face.font.draw_glyph_with_pen(glyph.number, pen)
    return "".join(pen.commands)
