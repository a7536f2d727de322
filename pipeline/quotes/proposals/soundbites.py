"""The stretch of an episode that a quote marked as a soundbite points apps to.

An app plays a soundbite in one piece, so of a quote joined from distant passages it is the longest; and
apps expect 15 to 120 seconds, so a short one begins and ends with the sentences around it.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.models import Quote, Transcript, Word
from pipeline.quotes.languages.table import language
from pipeline.quotes.matching.published import without_outer_marks
from pipeline.quotes.matching.sentences import Range, Turn, sentences, turns
from pipeline.text.punctuation import ends_sentence

SHORTEST, LONGEST = 15.0, 120.0  # seconds
_LEFT_OUT = re.compile(r"\s*(?:\[\s*(?:\.{3}|…)\s*\]|\(\s*(?:\.{3}|…)\s*\))\s*")
_FOOTNOTE = re.compile(r"\s*\[\d+\]")
_HOLE = 8.0  # seconds between two spans that are heard as one passage


class Stretch(NamedTuple):
    """Start and end in seconds, and the words of the quote that are heard there."""

    start: float
    end: float
    text: str


def stretch(quote: Quote, transcript: Transcript) -> Stretch:
    """What an app plays of a quote; the whole of one without words."""
    words = transcript.words
    pieces = _pieces(quote, words)
    if not pieces:
        return Stretch(quote.start, quote.end, _text(quote, (0, len(words))))
    first, last = max(pieces, key=lambda piece: _seconds(words, piece))
    text = _text(quote, (first, last))
    if _seconds(words, (first, last)) < SHORTEST:
        first, last = _widened(transcript, first, last)
    last = _shortened(words, first, last)
    return Stretch(words[first].start, words[last - 1].end, text)


def _text(quote: Quote, piece: Range) -> str:
    """What the quote has of a piece; all, where they can't be paired.

    Without marks of footnotes, and without the quotation marks that a host set around the whole.
    """
    plain = without_outer_marks(_FOOTNOTE.sub("", quote.text))
    parts = _LEFT_OUT.split(plain)
    if len(parts) != len(quote.spans):
        return plain
    held = zip(parts, quote.spans, strict=True)
    first, last = piece
    return " [...] ".join(part for part, span in held if first <= span.first and span.last <= last)


def _pieces(quote: Quote, words: Sequence[Word]) -> list[Range]:
    """The quote's spans, those that nearly follow one another as one."""
    found: list[Range] = []
    for span in quote.spans:
        if not span.first < span.last <= len(words):
            continue
        goes_on = found and 0 <= words[span.first].start - words[found[-1][1] - 1].end <= _HOLE
        if goes_on and span.first >= found[-1][1]:
            found[-1] = (found[-1][0], span.last)
        else:
            found.append((span.first, span.last))
    return found


def _widened(transcript: Transcript, first: int, last: int) -> Range:
    """With whole sentences around it, of the same turn: what led to it first, then what follows."""
    words = transcript.words
    turn = next(turn for turn in turns(transcript) if turn.first <= first < turn.last)
    parts = sentences(
        words, Turn(turn.first, turn.last, turn.speaker), language(transcript.language)
    )
    starts = [part[0] for part in parts if part[0] <= first]
    ends = [part[1] for part in parts if part[1] >= last] or [last]  # a hole may cross a turn
    wider = [(starts.pop(), ends.pop(0))]  # the sentences that it begins and ends in
    wider += [(start, wider[0][1]) for start in reversed(starts)]
    wider += [(wider[-1][0], end) for end in ends]
    for candidate in wider:
        if _seconds(words, candidate) > LONGEST:
            break
        first, last = candidate
        if _seconds(words, candidate) >= SHORTEST:
            break
    return first, last


def _shortened(words: Sequence[Word], first: int, last: int) -> int:
    """The last word within the longest time: of a sentence, where one ends in its second half."""
    fits = [n for n in range(first + 1, last + 1) if _seconds(words, (first, n)) <= LONGEST]
    if not fits or fits[-1] == last:
        return last
    whole = [n for n in fits[len(fits) // 2 :] if ends_sentence(words[n - 1].text)]
    return (whole or fits)[-1]


def _seconds(words: Sequence[Word], piece: Range) -> float:
    return words[piece[1] - 1].end - words[piece[0]].start
