"""Which place of the transcript a quote means, where its words are said more than once.

The time in the ledger is a hint that goes stale when the recording is cut. So a quote whose words
are said twice also keeps the words that it followed; where neither settles it, the host is asked.
`transcript.moved.anchors` asks the same of a person's entries. Those hold the very words that are said;
a quote is edited, so its places come out of its alignment.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.models import Span
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.alignment import Alignment, align
from pipeline.quotes.matching.published import Published
from pipeline.quotes.matching.source import Source
from pipeline.quotes.proof.explanation import Explanation
from pipeline.text.scripts import join

CONTEXT = 6  # words before a quote that tell its place from another
_REACH = 40  # words around the beginning in which they are looked for: the host may trim a quote
_STEP_COST = 0.005  # of likeness for each word further away
_LIKE = 0.6  # likeness from which on a context is the same: recognisers differ in a word or two
_CLEARLY = 0.15  # by which one place must be more like it than the others
_SLACK = 20.0  # seconds by which the time may be off, where only it tells two places apart
_CLEARLY_NEARER = 2.0  # times


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote was found, the times of other places that say the same, and whether it is sure.

    `problem` says in the host's words why the place is not certain; empty where it is. `follows` are
    the words before it, empty where they would not tell it from another place.
    """

    explanation: Explanation
    rivals: Sequence[float]
    problem: str
    follows: str = ""


def locate(
    published: Published,
    source: Source,
    entry: Entry,
    expected: float | None,
    shown: str,
    bold: bool = False,
) -> Place:
    """Find a quote, near `expected` (seconds) first; `shown` is the time in the ledger as text.

    `bold` as in `align`.
    """
    place, rivals = _found(published, source, expected, bold)
    if entry.follows:
        return _by_context(published, source, entry.follows, place, rivals, bold)
    times = [source.time_of(rival) for rival in rivals]
    problem = ""
    if rivals:
        here = _start(place, source)
        if expected is None:
            problem = 'add at = "hh:mm:ss"'
        elif not _clearly_nearest(here, times, expected):
            problem = f"neither is surely the one that was at {shown}: correct at"
    return Place(place, times, problem, _follows(place, source, rivals))


def _follows(explanation: Explanation, source: Source, rivals: Sequence[int]) -> str:
    if not explanation.spans:
        return ""
    first = explanation.spans[0].first
    words = [word.text for word in source.transcript.words[max(0, first - CONTEXT) : first]]
    here = source.token_at(first)
    ranked = _ranked(words, here, rivals, source)
    is_told = len(ranked) > 1 and ranked[0][1] == here and _is_clear(ranked)
    return join(words) if is_told else ""


def _found(
    published: Published, source: Source, hint: float | None, bold: bool
) -> tuple[Explanation, list[int]]:
    """The cheapest explanation, and the tokens of other places where its first span is said."""
    alignment = align(published, source, hint, bold)
    explanation = Explanation(published, source, alignment)
    spans = explanation.spans
    if not spans:
        return explanation, []
    rivals = source.twins(*_as_written(spans[0], alignment, source))
    if not rivals and len(spans) == 1 and alignment.elsewhere is not None:
        rivals = [alignment.elsewhere]
    return explanation, rivals


def _as_written(span: Span, alignment: Alignment, source: Source) -> Span:
    """A span without misheard words at its edges: elsewhere they may be heard otherwise."""
    tokens = source.tokens
    kept = [
        move
        for move in alignment.moves
        if move.step == "keep" and span.first <= tokens[move.r].first < span.last
    ]
    return Span(tokens[kept[0].r].first, tokens[kept[-1].r_end - 1].last) if kept else span


def _by_context(
    published: Published,
    source: Source,
    follows: str,
    place: Explanation,
    rivals: Sequence[int],
    bold: bool,
) -> Place:
    here = source.token_at(place.spans[0].first) if place.spans else None
    ranked = _ranked(follows.split(), here, rivals, source)
    times = [source.time_of(rival) for rival in rivals]
    if not ranked or ranked[0][0] < _LIKE:
        return Place(place, times, f"the words before it, “{follows}”, are gone: correct follows")
    if not _is_clear(ranked):
        return Place(place, times, f"both follow “{follows}”: lengthen follows")
    if ranked[0][1] != here:
        place, rivals = _found(published, source, source.time_of(ranked[0][1]), bold)
        times = [source.time_of(rival) for rival in rivals]
    return Place(place, times, "")


def _ranked(
    before: Sequence[str], here: int | None, rivals: Sequence[int], source: Source
) -> list[tuple[float, int]]:
    """Places with how like the words around them are to those `before`, the most like first.

    Each has the words nearer to it than to others.
    """
    wanted = [token.text for token in source.tokenizer.tokens(before)]
    places = [*([] if here is None else [here]), *rivals]
    found = []
    for place in places:
        ways = [abs(place - other) for other in places if other != place]
        reach = min([_REACH, *(way // 2 for way in ways)])
        found.append((_likeness(wanted, place, source, reach), place))
    return sorted(found, key=lambda each: -each[0])


def _is_clear(ranked: Sequence[tuple[float, int]]) -> bool:
    return len(ranked) < 2 or ranked[0][0] - ranked[1][0] >= _CLEARLY


def _likeness(wanted: Sequence[str], position: int, source: Source, reach: int) -> float:
    """How much the words around a place are like those that were before it, 0 to 1."""
    best = 0.0
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(list(wanted))
    for away in range(-reach, reach + 1):
        last = position + away
        if len(wanted) <= last <= len(source.tokens):
            matcher.set_seq1(source.texts[last - len(wanted) : last])
            best = max(best, matcher.ratio() - _STEP_COST * abs(away))
    return best


def _clearly_nearest(here: float, others: Sequence[float], expected: float) -> bool:
    distance = abs(here - expected)
    nearest = min(abs(other - expected) for other in others)
    return distance <= _SLACK and _CLEARLY_NEARER * distance <= nearest


def _start(explanation: Explanation, source: Source) -> float:
    return source.transcript.words[explanation.spans[0].first].start
