"""Words that the speaker lends to somebody else: direct speech, in quotation marks or without them.

"The critics wrote: the tower is a danger. They should tear it down." Whoever begins at "They" makes
the speaker say it. In transcripts that have quotation marks an open one tells; in others the report
goes on over full stops until the speaker says "I" again.
"""

from pipeline.quotes.matching.source import Source
from pipeline.quotes.proof.meaning import begins_with

_SENTENCES = 3  # that a report goes on for, and no longer
_SENTENCE = 40  # tokens; longer ones are the recogniser's, which has lost a full stop
_SUBJECT = 6  # tokens of a sentence in which it is said who reports
_RETURN = 3  # tokens of a sentence in which the speaker returns to "I"


def voiced(source: Source, start: int, first: int, least: int) -> int | None:
    """Where the report begins that goes on at token `first`, of the sentence from `start` on.

    None where there is none, or where the quote shows it: it begins before token `least`.
    """
    opened = int(source.quoted[first]) if first < len(source.quoted) else -1
    if opened >= 0:
        return max(opened - 1, 0) if opened >= least and opened + first else None
    own = source.language.subjects
    for _ in range(_SENTENCES):
        if _says(source, start, _RETURN, own) or start <= least:
            return None
        before = _sentence_before(source, start, least)
        if before == start:
            return None
        if _reports(source, before, start):
            return before
        if _says(source, before, start - before, own):
            return None
        start = before
    return None


def _says(source: Source, start: int, count: int, wanted: frozenset[str]) -> bool:
    return any(token.text in wanted for token in source.tokens[start : start + count])


def _sentence_before(source: Source, start: int, least: int) -> int:
    """The first token of the sentence, of the same turn, that ends before token `start`."""
    position = start
    while (
        position > max(least, start - _SENTENCE)
        and source.turns[position - 1] == source.turns[start]
        and (position == start or not source.ends_sentence(position - 1))
    ):
        position -= 1
    return position


def _reports(source: Source, start: int, end: int) -> bool:
    """Whether a sentence gives what others say: "they said ...", "he'd be like ..."."""
    table = source.language
    texts = [token.text for token in source.tokens[start:end]]
    if (source.quoted[start:end] >= 0).any():
        return False  # quotation marks tell where it ended
    if any(begins_with(texts[at : at + 5], table.quoting) for at in range(len(texts))):
        return True
    subject = texts[:_SUBJECT]
    at = next((n for n, text in enumerate(subject) if text in table.telling), None)
    if not at or {*texts} & table.subjects or texts[at - 1] in table.you:
        return False
    return at + _RETURN < len(texts)
