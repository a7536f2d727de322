"""What puts right, or takes back, what was just said: "er, July", "no, kidding", "I mean the other one"."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.quotes.kinds.limits import has_verb
from pipeline.quotes.kinds.meaning import (
    PHRASE,
    SENTENCE,
    begins_with,
    clause_start,
    grants,
    sentence_start,
)
from pipeline.quotes.matching.source import Source

_AFTERTHOUGHT = 7  # tokens of "That is what they tell us."
_FEW = 4  # tokens of "but the old baker", "well, you know, but", "er, the younger son"
_LEAST = 3  # tokens of a clause with its "but"; "but slowly" is none

#: Kind of edit, and the transcript tokens `[first, last)` that it is about.
Cut = tuple[str, int, int]


def led_in(source: Source, first: int, most: int) -> int:
    """The token after the "but", "well" or "um" with which somebody goes on."""
    table, at = source.language, first
    while at < min(most - 1, first + _FEW):
        texts = source.texts[at : at + PHRASE]
        length = begins_with(texts, table.openers | table.slips) or source.filler_length(at)
        length = length or int(texts[0] in table.joining)
        if not length or _denies(source, at, at + length):
            break
        at += length
    return min(at, most - 1)


def _denies(source: Source, at: int, end: int) -> bool:
    """Whether it is the "no" of "no lo hago", and not that of "no, lo hago"."""
    table = source.language
    verbal = table.verb_tells_person and source.texts[at] in table.negations
    return verbal and not source.breaks(end - 1)


def clause_before(source: Source, last: int) -> list[str]:
    """The clause that ends right before token `last`."""
    return source.texts[clause_start(source, max(0, last - SENTENCE), last - 1) : last]


def retraction(source: Source, last: int, most: int) -> Iterator[Cut]:
    """What takes back, or puts right, what was just said: "Just kidding.", ", risen, sorry, risen"."""
    table, whole = source.language, source.ends_sentence(last - 1)
    near = range(last, min(most, last + _AFTERTHOUGHT))
    ends = next((n for n in near if source.ends_sentence(n)), near.stop - 1)
    starts = (
        n for n in near[: ends - last + 1] if n == last or (not whole and source.breaks(n - 1))
    )
    refused = source.texts[last] in table.refusals and not (whole and source.asks(last - 1))
    refused &= not _denies(source, last, last + 1)
    denied = not whole or not table.negations.isdisjoint(source.texts[last + 1 : ends + 1])
    # "He hit, no, pushed me.", "He is honest. No, he's not."
    granted = whole and grants(source, last, min(most, last + _FEW))
    about = source.breaks(last - 1) and (not whole or source.texts[last] in table.pronouns)
    jested = (begins_with(source.texts[n : ends + 1], table.jesting) for n in near if about)
    granted |= any(jested)  # ", I said as a joke", "That was meant ironically."
    if (refused and denied) or granted or any(_takes_back(source, at, whole) for at in starts):
        yield "retraction", last, ends + 1 if whole else clause_end(source, last, most)


def _takes_back(source: Source, at: int, whole: bool) -> bool:
    table, length = (
        source.language,
        begins_with(source.texts[at : at + PHRASE], source.language.retractions),
    )
    goes_on = length > whole and table.negations.isdisjoint(source.texts[at : at + length])
    return length > 0 and (goes_on or source.breaks(at + length - 1))


def repairs(source: Source, last: int, clause: Sequence[str], slip: bool) -> bool:
    """Whether a sentence is begun anew: "I saw him, well, I saw his hat", "no fish, no fish from here"."""
    kept = {*clause_before(source, last)}
    said = source.texts[sentence_start(source, last - 1, 0) : last]
    if slip and not source.asks(last - 1) and clause[:2] != clause[:1]:
        return tuple(clause[:2]) in {*pairwise(said)} or len(clause) <= 2 * sum(
            text in kept for text in clause[1:]
        )
    return len(kept) >= _LEAST and kept < {*clause}


def puts_right(source: Source, last: int, at: int, end: int) -> bool:
    """Whether the next words are an "er, July", or the last ones an "or nearly all"."""
    table = source.language
    slip = begins_with(source.texts[last : last + PHRASE], table.slips)
    start = max(at, last + slip)
    end = clause_end(source, start, end) if slip else end
    idle = slip and not has_verb(source.texts[start:end], table)
    return 0 < end - start <= _FEW and bool(idle or (source.texts[at],) in table.alternatives)


def clause_end(source: Source, first: int, most: int) -> int:
    most = min(most, first + SENTENCE)
    return next((n + 1 for n in range(first, most) if source.breaks(n)), most)
