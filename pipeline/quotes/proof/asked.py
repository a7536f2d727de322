"""Whether a question line was asked so, and is what the quote answers.

Hosts shorten what they asked; another question would make another answer of the quote.
"""

from collections.abc import Collection

from pipeline.models import Transcript
from pipeline.quotes.context.borders import cut_off
from pipeline.quotes.context.gaps import Gaps
from pipeline.quotes.kinds.meaning import PHRASE, begins_with
from pipeline.quotes.matching.alignment import align
from pipeline.quotes.matching.published import read_published
from pipeline.quotes.matching.source import Source
from pipeline.quotes.proof.explanation import Explanation

_WITHIN, _INSIDE = 200, 5  # words before a quote, and of it, that may be its question


def misasked(
    source: Source, question: str, first: int, stopped: Collection[str]
) -> tuple[str, str, str] | None:
    """The kind, words said and words published of what is wrong with the question before word `first`."""
    start = _asked_from(source, first)
    words = source.transcript.words[start : first + _INSIDE]
    language = source.transcript.language
    heard = Source(Transcript(words, [[n] for n in range(len(words))], (0,), language))
    asked = read_published(question, source.tokenizer)
    found = Explanation(asked, heard, align(asked, heard, None))
    edits = {part.kind for part in found.parts} & {*stopped} - {"question"}
    fair = len(found.spans) == 1 and not edits and _is_whole(heard, found)
    if not fair or _answers_another(source, start + found.spans[0].last, first):
        return "asked", "", " ".join(question.split())
    refused = Gaps(source).refused(source.token_at(first))
    return ("negation", refused, "") if refused else None


def _answers_another(source: Source, asked: int, first: int) -> bool:
    """Whether a "no" at word `first` answers another question than the one that ends before `asked`."""
    start, end = source.tokens_of(asked, first)
    answers = source.language.refusals | source.language.backchannels
    if answers.isdisjoint(source.texts[end : end + 1]):
        return False
    return any(source.asks(position) for position in range(start, end))


def _asked_from(source: Source, first: int) -> int:
    """The word with which the other's turn before the answer at word `first` begins."""
    least = max(0, first - _WITHIN)
    answer = _turn_start(source, first, first, least)
    return _turn_start(source, answer, answer - 1, least) if answer > least else least


def _turn_start(source: Source, position: int, spoken: int, least: int) -> int:
    """The first word before `position` from which on the speaker of word `spoken` speaks."""
    words = source.transcript.words
    while position > least and words[position - 1].speaker == words[spoken].speaker:
        position -= 1
    return position


def _is_whole(source: Source, asked: Explanation) -> bool:
    """Whether a question was cut where questions begin and clauses end: not "one do you want?"."""
    table, (first, last) = source.language, asked.token_spans[0]
    opening = table.clauses | table.auxiliaries | table.modals | table.conjunctions
    begins = not first or source.breaks(first - 1) or source.texts[first] in opening
    begins = begins or source.texts[first - 1] in table.connectives
    goes_on = begins_with(source.texts[last : last + PHRASE], table.alternatives | table.turns)
    ends = source.ends_sentence(last - 1) or (source.breaks(last - 1) and not goes_on)
    denied = Gaps(source).cropped(first)
    return bool(begins and ends and not denied) and not any(cut_off(source, asked.token_spans))
