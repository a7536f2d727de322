"""Words one by one: broken into lines, and each with its own place and outlines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pipeline.site.cards.fonts import outline, runs, shape, width
from pipeline.text.languages import Direction

_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}  # numbers count as right to left


@dataclass(frozen=True, slots=True)
class Placed:
    """A word on its line: from where to where, and its outlines; in pixels."""

    left: float
    right: float
    path: str


def broken(words: Sequence[str], line: float, bold: bool) -> list[range]:
    """The words of each line of `line` em; a word has its blank before it. None is broken."""
    found = [range(0)]
    used = 0.0
    for number, word in enumerate(words):
        used += width(word, bold)
        if used > line and len(found[-1]):
            found.append(range(number, number))
            used = width(word.lstrip(), bold)
        found[-1] = range(found[-1].start, number + 1)
    return found


def placed(words: Sequence[str], direction: Direction, size: float, bold: bool) -> list[Placed]:
    """The words of a line, from x = 0 on, in their own order; each has its blank before it."""
    lefts, rights = [float("inf")] * len(words), [0.0] * len(words)
    paths: list[list[str]] = [[] for _ in words]
    x = 0.0
    for owner, text, level in _visual(words, direction):
        way: Direction = "rtl" if level % 2 else "ltr"
        found = [shape(face, run, way) for face, run in runs(text, bold)]
        for run in reversed(found) if way == "rtl" else found:
            paths[owner] += [outline(glyph, x, size) for glyph in run.glyphs]
            if not text.isspace():
                lefts[owner] = min(lefts[owner], x)
                rights[owner] = max(rights[owner], x + run.width * size)
            x += run.width * size
    return [Placed(*each) for each in zip(lefts, rights, map("".join, paths), strict=True)]


def _visual(words: Sequence[str], direction: Direction) -> list[tuple[int, str, int]]:
    """Pieces of words that run one way, from left to right (rule L2 of the bidi algorithm).

    Each is the number of its word, its text, and its level.
    """
    text = "".join(words)
    owners = [number for number, word in enumerate(words) for _ in word]
    letters = zip(owners, _levels(text, direction), map(str.isspace, text), text, strict=True)
    parts = [
        (owner, "".join(letter for *_, letter in group), level)
        for (owner, level, _), group in groupby(letters, lambda each: each[:3])
    ]
    for least in range(max((level for *_, level in parts), default=0), 0, -1):
        parts = list(_reversed_from(parts, least))
    return parts


def _reversed_from(
    parts: Sequence[tuple[int, str, int]], least: int
) -> Iterator[tuple[int, str, int]]:
    for high, group in groupby(parts, lambda part: part[2] >= least):
        found = list(group)
        yield from reversed(found) if high else found


def _levels(text: str, direction: Direction) -> list[int]:
    """The embedding level of each character, by the Unicode bidi algorithm."""
    if text.isascii() and direction == "ltr":
        return [0] * len(text)
    from bidi import algorithm

    storage: dict[str, Any] = algorithm.get_empty_storage()
    storage["base_level"] = 1 if direction == "rtl" else 0
    storage["base_dir"] = "R" if direction == "rtl" else "L"
    algorithm.get_embedding_levels(text, storage)
    for index, character in enumerate(storage["chars"]):
        character["index"] = index
        character["type"] = character["type"] or "ON"  # newer than Python's tables: an emoji
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    _pair_brackets(storage["chars"], storage["base_dir"])
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    found = {character["index"]: character["level"] for character in storage["chars"]}
    levels: list[int] = []
    for index in range(len(text)):  # joiners have no level of their own
        before = levels[-1] if levels else storage["base_level"]
        levels.append(found.get(index, before))
    return levels


def _pair_brackets(characters: Sequence[dict[str, Any]], base: str) -> None:
    """Give both brackets of a pair the way of what is in them (rule N0), which the library leaves out."""
    opened: list[int] = []
    for index, character in enumerate(characters):
        if character["ch"] in _BRACKETS:
            opened.append(index)
        elif opened and character["ch"] == _BRACKETS[characters[opened[-1]]["ch"]]:
            first = opened.pop()
            inside = set(_strong(characters[first + 1 : index]))
            before = [base, *_strong(characters[:first])][-1]
            if inside:
                way = base if base in inside else before
                characters[first]["type"] = character["type"] = way


def _strong(characters: Sequence[dict[str, Any]]) -> Iterator[str]:
    return (way for each in characters if (way := _STRONG.get(each["type"])))
