"""Cues: a transcript cut into pieces that fit on a screen and can be read in the time they stand.

A cue never crosses a change of speaker or a long pause. Within those it ends at the last sentence end
that fits, else at the last clause end or short pause, else where the room ends. Times are whole
milliseconds, as the formats write them; cues are in order and never overlap.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.models import Word
from pipeline.text.punctuation import ends_clause, ends_sentence
from pipeline.text.scripts import is_unspaced, join
from pipeline.transcript.words.words import interpolate

SHORTEST = 1.0  # seconds that a cue stands where the next one leaves room: less cannot be read
LONGEST = 7.0  # seconds: the customary limit of subtitles
LONG_PAUSE = 1.5  # seconds of silence that end a cue: no text stands while nobody speaks
SHORT_PAUSE = 0.3  # seconds: as good a place to break as a comma
HEAD = 5  # words of a cue that its label may depend on
LOOKAHEAD = 4  # words: a rest shorter than this is not left alone in a cue of its own


@dataclass(frozen=True, slots=True)
class Layout:
    """The room of one cue.

    `escape` writes a word as it stands in the file; `prefix` is the width that the cue's first line
    loses to the speaker's label, given the speaker, whether the turn begins with this cue, and its
    first words.
    """

    columns: int
    lines: int
    escape: Callable[[str], str]
    prefix: Callable[[str | None, bool, Sequence[str]], int]


@dataclass(frozen=True, slots=True)
class Cue:
    """Escaped words that stand together, from `start` to `end` in milliseconds."""

    texts: Sequence[str]
    speaker: str | None
    start: int
    end: int
    prefix: int  # columns that the label takes on the first line; 0 for no label


def cut(words: Sequence[Word], layout: Layout) -> list[Cue]:
    """Cut words into cues whose times are those of their words, clipped where they overlap."""
    pieces = _breakable(words, layout.columns)
    texts = [layout.escape(word.text) for word in pieces]
    cues: list[Cue] = []
    first = free = 0  # free: milliseconds at which the cue before ends
    for stop in _hard_stops(pieces):
        while first < stop:
            begins = first == 0 or pieces[first].speaker != pieces[first - 1].speaker
            prefix = layout.prefix(
                pieces[first].speaker, begins, texts[first : min(first + HEAD, stop)]
            )
            fit = _fit(pieces, texts, first, stop, layout, prefix)
            last = stop if fit == stop else _best_end(pieces, first, fit, stop)
            start, free = _times(pieces, first, last, free)
            cues.append(Cue(texts[first:last], pieces[first].speaker, start, free, prefix))
            first = last
    return cues


def held(cues: Sequence[Cue]) -> list[Cue]:
    """The cues for a screen: each stands for `SHORTEST` where there is room, and never over `LONGEST`."""
    shortest, longest = round(SHORTEST * 1000), round(LONGEST * 1000)
    result = []
    for index, cue in enumerate(cues):
        limit = cues[index + 1].start if index + 1 < len(cues) else cue.start + longest
        end = min(max(cue.end, min(cue.start + shortest, limit)), cue.start + longest)
        result.append(Cue(cue.texts, cue.speaker, cue.start, end, cue.prefix))
    return result


def wrap(texts: Sequence[str], columns: int, prefix: int) -> list[str]:
    """Fill lines of at most `columns` characters, the first shorter by `prefix`.

    Only a single word may be longer than a line; a word is never broken. Where the first word does not
    fit beside the prefix, the first line is empty.
    """
    lines: list[list[str]] = [[]]
    fill = prefix
    if prefix and prefix + len(texts[0]) > columns:
        lines, fill = [[], []], 0
    for text in texts:
        step = _step(lines[-1][-1], text) if lines[-1] else len(text)
        if lines[-1] and fill + step > columns:
            lines.append([])
            fill, step = 0, len(text)
        lines[-1].append(text)
        fill += step
    return [join(line) for line in lines]


def _step(before: str, text: str) -> int:
    """What a word adds to a line: its width, and a blank unless the script has none."""
    return len(join((before[-1], text))) - 1


def _breakable(words: Sequence[Word], columns: int) -> list[Word]:
    """Cut words that are wider than a line, in scripts where a line may break anywhere."""
    pieces: list[Word] = []
    for word in words:
        if len(word.text) <= columns or not is_unspaced(word.text):
            pieces.append(word)
            continue
        size = columns // 2
        parts = [word.text[at : at + size] for at in range(0, len(word.text), size)]
        pieces.extend(interpolate(parts, word.start, word.end, word.speaker, word.probability))
    return pieces


def _hard_stops(words: Sequence[Word]) -> list[int]:
    """Where a cue must end: speaker changes, long pauses, the end."""
    stops = [
        index + 1
        for index, (word, after) in enumerate(pairwise(words))
        if word.speaker != after.speaker or after.start - word.end >= LONG_PAUSE
    ]
    return [*stops, len(words)]


def _fit(
    words: Sequence[Word], texts: Sequence[str], first: int, stop: int, layout: Layout, prefix: int
) -> int:
    """One past the last word that fits into a cue from `first`; at least one word does."""
    begin = words[first].start
    room = layout.columns - prefix
    fill = len(texts[first])
    line = 1 if fill <= room else 2
    for index in range(first + 1, stop):
        if words[index].end - begin > LONGEST:
            return index
        step = _step(texts[index - 1], texts[index])
        if fill + step <= (room if line == 1 else layout.columns):
            fill += step
            continue
        line += 1
        fill = len(texts[index])
        if line > layout.lines:
            return index
    return stop


def _best_end(words: Sequence[Word], first: int, fit: int, stop: int) -> int:
    """The best place to end, when words from `first` to `fit` would fit but the speech goes on."""
    for last in range(fit, first, -1):
        if (
            ends_sentence(words[last - 1].text)
            and words[last - 1].end - words[first].start >= SHORTEST
        ):
            return last
    near = range(fit, min(fit + LOOKAHEAD, stop))
    # Leave more than a word or two for the next cue.
    if any(i == stop - 1 or ends_sentence(words[i].text) for i in near):
        fit = max(first + 1, fit - LOOKAHEAD)
    for last in range(fit, first + (fit - first) // 2, -1):
        if (
            ends_clause(words[last - 1].text)
            or words[last].start - words[last - 1].end >= SHORT_PAUSE
        ):
            return last
    return fit


def _times(words: Sequence[Word], first: int, last: int, free: int) -> tuple[int, int]:
    """When a cue begins and ends, milliseconds: not before `free`, nor over the word after it."""
    start = max(_ms(words[first].start), free)
    end = _ms(max(word.end for word in words[first:last]))
    after = _ms(words[last].start) if last < len(words) else end
    return start, max(min(end, after) if after > start else end, start + 1)


def _ms(seconds: float) -> int:
    return max(0, math.floor(seconds * 1000 + 0.5))
