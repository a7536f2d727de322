"""When each printed word of a quote is heard: its text, with the times of the guard's parts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.models import Word
from pipeline.quotes.matching.edits import Part
from pipeline.text.scripts import letters

Times = tuple[float, float]

_ELLIPSIS = re.compile(r"([\[(])\s*(\.{3}|…)\s*([\])])")
_ITEM = re.compile(r"[^ \t\n]+")  # a blank that does not break holds two words together
_CAPITAL = re.compile(r"\[(\w)\](?=\w)")  # "[T]he": said, an editor's capital
_INSERTED = re.compile(r"\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed word: `said` from when to when, in seconds of the recording; None where it was not.

    `blank`: one stands before it. `cut`: it is no word but the [...] of words left out.
    """

    text: str
    blank: bool
    said: Times | None
    cut: bool


def printed_words(text: str, parts: Sequence[Part], words: Sequence[Word]) -> list[Printed]:
    """The words of `text`, which says what `parts` publish of the transcript's `words`.

    What stands in brackets was not said, whatever it replaces.
    """
    text = _ELLIPSIS.sub(r"\1\2\3", text)
    times = _times(text, parts, words)
    found = []
    for item in _ITEM.finditer(text):
        at = item.start()
        for number, piece in enumerate(letters(item[0])):
            heard = [times[place] for place in range(at, at + len(piece)) if place in times]
            said = (
                (min(start for start, _ in heard), max(end for _, end in heard)) if heard else None
            )
            cut = not any(map(str.isalnum, piece)) and ("..." in piece or "…" in piece)
            found.append(Printed(piece, number == 0, said, cut))
            at += len(piece)
    return found


def _times(text: str, parts: Sequence[Part], words: Sequence[Word]) -> dict[int, Times]:
    """By the place of a letter in the text, when it is said."""
    hidden = {
        place
        for inserted in _INSERTED.finditer(text)
        if not _CAPITAL.match(text, inserted.start())
        for place in range(*inserted.span())
    }
    places = [place for place, character in enumerate(text) if character.isalnum()]
    published = [pair for part in parts for pair in _published(part, words)]
    same = SequenceMatcher(
        None, [text[place] for place in places], [letter for letter, _ in published], autojunk=False
    )
    found = {}
    for block in same.get_matching_blocks():
        for step in range(block.size):
            place, said = places[block.a + step], published[block.b + step][1]
            if said and place not in hidden:
                found[place] = said
    return found


def _published(part: Part, words: Sequence[Word]) -> Iterator[tuple[str, Times | None]]:
    """The letters that a part prints, each with its share of the time that its words were said in."""
    printed = [character for character in part.published if character.isalnum()]
    heard = _heard(part, words)
    for number, letter in enumerate(printed):
        if not heard:
            yield letter, None
            continue
        first = number * len(heard) // len(printed)
        last = max(first, -(-(number + 1) * len(heard) // len(printed)) - 1)
        yield letter, (heard[first][0], heard[last][1])


def _heard(part: Part, words: Sequence[Word]) -> list[Times]:
    """When each letter of what was said is heard; within a word evenly."""
    wanted = sum(map(str.isalnum, part.raw))
    found: list[Times] = []
    for word in words[part.position :]:
        if len(found) >= wanted:
            break
        count = max(1, sum(map(str.isalnum, word.text)))
        step = (word.end - word.start) / count
        found += [(word.start + n * step, word.start + (n + 1) * step) for n in range(count)]
    return found
