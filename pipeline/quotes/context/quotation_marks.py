"""Quotation marks that a host put in, where direct speech goes on after them, or was over before.

"He said, “I need blood.” Nobody reads nuance." makes the speaker say what he was told.
"""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.quotes.context.direct_speech import voiced
from pipeline.quotes.context.turning import is_back, sentence_end
from pipeline.quotes.kinds.marks import marked_anew
from pipeline.quotes.matching.edits import Part
from pipeline.quotes.matching.source import Source


def with_misplaced_marks(parts: Sequence[Part], source: Source) -> list[Part]:
    """Parts with the marks named that close too early or too late."""
    found = list(parts)
    for opened, closed in marked_anew(parts):
        whole = closed - opened == len(parts) - 1  # set around a quote, as pages do
        if whole or parts[closed].kind != "inner quotes":
            continue
        last = parts[closed].position + len(parts[closed].raw.split())
        first, end = source.tokens_of(parts[opened].position, last)
        follows = closed + 1 < len(parts) and parts[closed + 1].kind != "ellipsis"
        if _is_over(source, first, end) or (follows and _goes_on(source, end)):
            found[closed] = replace(parts[closed], kind="scare quotes")
    return found


def _is_over(source: Source, first: int, end: int) -> bool:
    """Whether the speaker is back in a sentence of tokens `[first, end)`: "You are late. We laughed."."""
    start = sentence_end(source, first)
    theirs = not (source.language.i & source.language.nominatives).isdisjoint(
        source.texts[first:start]
    )
    while start < end:
        after = sentence_end(source, start)
        if is_back(source, start, after, theirs):
            return True
        start = after
    return False


def _goes_on(source: Source, end: int) -> bool:
    """Whether somebody still speaks in the sentence that begins at token `end`."""
    if end >= len(source.tokens) or not source.ends_sentence(end - 1):
        return False
    return voiced(source, end, end, 0) is not None
