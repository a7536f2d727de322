"""When what is shown: the words of a quote in seconds of its film, their pages, and captions."""

import bisect
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.audio.cutting import Passage
from pipeline.audio.film import RATE, Shot
from pipeline.models import Transcript, Word
from pipeline.quotes.proof.printed import Printed, Times
from pipeline.text.punctuation import ends_clause, ends_sentence

_NEAR = 0.1  # seconds by which a word may lie outside its passage: edges are cut where it is quiet
_HELD = 0.3  # seconds of a pause over which the word before stays lit: shorter ones would flicker
_REST = 4  # words: fewer are not left alone on a page

#: Of a word at a moment: still to come, being said, was said; as `Page.lights` has them.
COMING, NOW, HEARD = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Shown:
    """A printed word; `lit` from when to when, in seconds of the film; None where it is never heard."""

    text: str
    blank: bool
    lit: Times | None
    cut: bool = False


def shown_words(printed: Sequence[Printed], passages: Sequence[Passage]) -> list[Shown]:
    """Printed words in the time of the film; a [...] is lit while the cut is heard that it stands for."""
    places: list[int | None] = []
    for word in printed:
        near = next((place for place in reversed(places) if place is not None), 0)
        places.append(_place(word.said, passages, near))
    found = [
        Shown(word.text, word.blank, _in_film(word.said, passages, place), word.cut)
        for word, place in zip(printed, places, strict=True)
    ]
    heard = [number for number, place in enumerate(places) if place is not None]
    for before, after in itertools.pairwise(heard):
        if places[before] == places[after]:
            continue
        for number in range(before + 1, after):
            if found[number].cut:
                between = (_lit(found[before])[1], _lit(found[after])[0])
                found[number] = replace(found[number], lit=between)
    return _without_flicker(found)


def _place(said: Times | None, passages: Sequence[Passage], near: int) -> int | None:
    """The passage in which a word is heard: `near` or one behind it, else one before."""
    if said is None:
        return None
    middle = (said[0] + said[1]) / 2
    order: list[int] = [*range(near, len(passages)), *range(near)]
    for number in order:
        _, start, end = passages[number]
        if start - _NEAR <= middle <= end + _NEAR:
            return number
    return None


def _in_film(said: Times | None, passages: Sequence[Passage], place: int | None) -> Times | None:
    if said is None or place is None:
        return None
    at, start, end = passages[place]
    first, last = (at + min(max(moment, start), end) - start for moment in said)
    return first, max(first, last)


def _lit(word: Shown) -> Times:
    assert word.lit
    return word.lit


def _without_flicker(words: Sequence[Shown]) -> list[Shown]:
    """The words, each lit until the next one begins where that is soon."""
    found = list(words)
    lit = [number for number, word in enumerate(words) if word.lit]
    for number, after in itertools.pairwise(lit):
        (start, end), then = _lit(found[number]), _lit(found[after])[0]
        if start <= then < end + _HELD:
            found[number] = replace(found[number], lit=(start, then))
    return found


def pages(words: Sequence[Shown], fits: Callable[[Sequence[Shown]], bool]) -> list[range]:
    """The words of each page: as many as fit, up to the end of a sentence, else of a clause."""
    found = []
    first = 0
    while first < len(words):
        last = len(words)
        while last > first + 1 and not fits(words[first:last]):
            last -= 1
        found.append(range(first, _end(words, first, last)))
        first = found[-1].stop
    return found


def _end(words: Sequence[Shown], first: int, last: int) -> int:
    """Where a page ends that begins at `first` and has room for the words up to `last`."""
    if last == len(words):
        return last
    least = first + (last - first) // 3 + 1
    for ends in (ends_sentence, ends_clause):
        for stop in range(last, least - 1, -1):
            if not words[stop - 1].cut and ends(words[stop - 1].text):
                return stop
    return min(last, max(least, len(words) - _REST))


def shots(words: Sequence[Shown], found: Sequence[range], frames: int) -> list[Shot]:
    """The page of each frame, and how its words stand in the middle of it."""
    starts = _turns(words, found)
    shown = []
    for number in range(frames):
        moment = (number + 0.5) / RATE
        page = bisect.bisect_right(starts, moment) - 1
        stop = found[page].stop
        shown.append((page, _lights(words[found[page].start : stop], moment)))
    return shown


def _turns(words: Sequence[Shown], found: Sequence[range]) -> list[float]:
    """When each page begins to show, in seconds: as the last word before it ends."""
    starts = [0.0]
    for page in found[1:]:
        before = [word.lit[1] for word in words[: page.start] if word.lit]
        starts.append(max(before, default=starts[-1]))
    return starts


def _lights(words: Sequence[Shown], moment: float) -> tuple[int, ...]:
    """How each word stands at a moment of the film; a mark between words as the word before it."""
    found: list[int] = []
    for word in words:
        if not (word.cut or any(map(str.isalnum, word.text))):
            found.append(HEARD if found and found[-1] != COMING else COMING)
        elif word.lit is None or moment < word.lit[0]:
            found.append(COMING)
        else:
            found.append(NOW if moment < word.lit[1] else HEARD)
    return tuple(found)


def captions(words: Sequence[Shown], speaker: str | None, language: str) -> Transcript:
    """The words as a transcript of the film; what is never heard stands with the word before it."""
    found: list[Word] = []
    moment = next((word.lit[0] for word in words if word.lit), 0.0)
    for word in words:
        start, moment = word.lit or (moment, moment)
        found.append(Word(word.text, start, moment, None, speaker))
    return Transcript(found, [(number,) for number in range(len(found))], (0,), language)
