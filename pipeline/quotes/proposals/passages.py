"""Passages that could become quotes: whole sentences of one speaker's turn, of a quote's length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.models import Referent, Transcript, Word
from pipeline.quotes.languages.table import Language, language
from pipeline.quotes.matching.sentences import Range, Turn, answers, bare, joined_sentences
from pipeline.quotes.proposals.referents import Referents
from pipeline.text.punctuation import asks
from pipeline.text.scripts import join

LENGTHS = (65, 85, 105)  # words aimed at; research: hosts quote 50 to 140
_LONGEST = 115
_SHORTEST = 60
_SHORTEST_ANSWER = 25  # words of a whole answer, which may stand alone
_EDGE = 0.03  # share of the episode at either end where people greet and part
_MOST_LEAD_IN = 5  # words
_SHORTEST_OPENING = 2  # words; a first sentence no longer than this is an answer


@dataclass(frozen=True, slots=True)
class Passage:
    """Words `[first, last)` within a turn; `sentences` are its sentences, the first perhaps trimmed.

    The turn goes on over a listener's "yeah"; then the passage holds that word as well. One that
    opens with a pronoun has the `referent` proposed for it.
    """

    first: int
    last: int
    turn: Turn
    sentences: Sequence[Range]
    referent: Referent | None = None


def passages(
    transcript: Transcript, hosts: Sequence[str] = (), doubted: Sequence[Range] = ()
) -> list[Passage]:
    """Every passage worth ranking.

    `hosts` are the beginnings of speaker labels that are not quoted; `doubted` word ranges that the
    recogniser was unsure of.
    """
    tables = language(transcript.language)
    begins = tuple(name.casefold() for name in hosts if name.strip())
    total = len(transcript.words)
    edges = range(int(total * _EDGE), int(total * (1 - _EDGE)) + 1)
    referents = Referents(transcript)
    found = []
    before: Turn | None = None
    for answer in answers(transcript, tables):
        asked, before = before, answer[-1]
        if begins and (answer[0].speaker or "").casefold().startswith(begins):
            continue
        for passage in _in_answer(transcript.words, answer, tables):
            referent = _referent(referents, passage.first, answer, asked)
            passage = replace(passage, referent=referent) if referent else passage
            inside = passage.first in edges and passage.last in edges
            heard = not any(a < passage.last and b > passage.first for a, b in doubted)
            if inside and heard and stands_alone(transcript.words, passage, tables):
                found.append(passage)
    return found


def _referent(
    referents: Referents, first: int, answer: Sequence[Turn], asked: Turn | None
) -> Referent | None:
    """What a passage that opens at word `first` refers to; looked for in its own turn."""
    for before, turn in zip([asked, *[None] * len(answer)], answer, strict=False):
        if turn.first <= first < turn.last:
            return referents.propose(first, turn, before)
    return None


def spoken(transcript: Transcript, first: int, last: int, speaker: str | None) -> str:
    """What `speaker` says in the words `[first, last)`, without the listener's "yeah" between."""
    return join(word.text for word in transcript.words[first:last] if word.speaker == speaker)


def _in_answer(
    words: Sequence[Word], answer: Sequence[Turn], tables: Language
) -> Iterator[Passage]:
    parts = joined_sentences(words, answer, tables)
    turn = Turn(answer[0].first, answer[-1].last, answer[0].speaker)
    for start, (first, last) in enumerate(parts):
        begin = _after_lead_in(words, first, last, tables)
        if begin >= last:
            continue
        for end in _ends(parts, start, begin):
            whole = start == 0 and end == len(parts) - 1
            if whole or parts[end][1] - begin >= _SHORTEST:
                trimmed = [(begin, last), *parts[start + 1 : end + 1]]
                yield Passage(begin, parts[end][1], turn, trimmed)


def _ends(parts: Sequence[Range], start: int, begin: int) -> list[int]:
    """The sentences at which a passage from `begin` on comes nearest to each length aimed at."""
    fitting = []
    for index in range(start, len(parts)):
        length = parts[index][1] - begin
        if length > _LONGEST:
            break
        if length >= _SHORTEST_ANSWER:
            fitting.append((length, index))
    nearest = {min(fitting, key=lambda f: abs(f[0] - aim))[1] for aim in LENGTHS if fitting}
    return sorted(nearest)


def _after_lead_in(words: Sequence[Word], first: int, last: int, tables: Language) -> int:
    """Where a sentence begins after "so", "and", "yeah, well", "I mean"."""
    start = first
    while start < min(last, first + _MOST_LEAD_IN):
        pair = tuple(bare(word) for word in words[start : start + 2])
        if pair in tables.fillers:
            start += 2
        elif pair[0] in tables.connectives:
            start += 1
        else:
            break
    return start


def stands_alone(words: Sequence[Word], passage: Passage, tables: Language) -> bool:
    """Whether a passage neither points outside itself nor answers or asks what it does not show."""
    text = " ".join(word.text.casefold() for word in words[passage.first : passage.last])
    text = text.replace("’", "'")
    opening = bare(words[passage.first])
    answers = passage.sentences[0][1] - passage.first <= _SHORTEST_OPENING
    return not (
        answers  # "No." answers a question that the quote does not show
        or (opening.partition("'")[0] in tables.dangling and not passage.referent)
        or asks(words[passage.last - 1].text)
        or any(phrase in text for phrase in tables.farewells)
    )
