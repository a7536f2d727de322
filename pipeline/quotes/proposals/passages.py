"""Passages that could become quotes: whole sentences of one speaker's turn, as long as a thought takes.

A passage ends where the next sentence begins something new, or where the answer ends: not before as
many words as this show's host usually keeps, if the thought goes on that long.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.models import Referent, Transcript, Word
from pipeline.quotes.languages.table import Language, language
from pipeline.quotes.matching.sentences import (
    Range,
    Turn,
    answers,
    bare,
    closes_sentence,
    joined_sentences,
)
from pipeline.quotes.proposals.referents import Referents
from pipeline.text.punctuation import asks, ends_clause
from pipeline.text.scripts import join

AIM = 45  # words from which on a passage ends with its thought; picks have a median of 24 to 80
LONGEST = 120  # words
_SHORTEST = 15  # words
_SENTENCE = 60  # words: who sets fewer full stops than one in so many has set none
_EDGE = 0.03  # share of the episode at either end where people greet and part
_MOST_LEAD_IN = 5  # words
#: Seconds at a full stop. A recogniser sets one at a hesitation, too: of those at a shorter pause a human
#: transcript has 73 % (of 395 in 41 minutes), of those at a longer one 96 % (of 114). So passages begin and
#: end at these, where at least one full stop of ten has such a pause: times are those of the sound then.
_PAUSE, _STOPS = 0.5, 10
_OPENING = '"“„«»¿¡([-–— '
_TRAILING = re.compile(r"(?:\.\.+|…|[-–—])[\"”’)\]»]*$")  # nobody ended this sentence
_MARK = re.compile(r"[\"“”„«»]")
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
    transcript: Transcript, hosts: Sequence[str] = (), doubted: Sequence[Range] = (), aim: int = AIM
) -> list[Passage]:
    """Every passage worth ranking: one for each sentence that may open a quote.

    `hosts` are the beginnings of speaker labels that are not quoted; `doubted` word ranges that the
    recogniser was unsure of; `aim` the words from which on a passage ends with its thought.
    """
    cutter = _Cutter(transcript, aim)
    begins = tuple(name.casefold() for name in hosts if name.strip())
    total = len(transcript.words)
    edges = range(int(total * _EDGE), int(total * (1 - _EDGE)) + 1)
    referents = Referents(transcript)
    found = []
    before: Turn | None = None
    for answer in answers(transcript, cutter.tables):
        asked, before = before, answer[-1]
        if begins and (answer[0].speaker or "").casefold().startswith(begins):
            continue
        for passage in cutter.passages(answer):
            referent = _referent(referents, passage.first, answer, asked)
            passage = replace(passage, referent=referent) if referent else passage
            inside = passage.first in edges and passage.last in edges
            heard = not any(a < passage.last and b > passage.first for a, b in doubted)
            if inside and heard and stands_alone(transcript.words, passage, cutter.tables):
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


class _Cutter:
    """Cuts the answers of one episode where sentences begin and end."""

    def __init__(self, transcript: Transcript, aim: int) -> None:
        self.words, self.aim = transcript.words, aim
        self.tables: Language = language(transcript.language)
        numbers = range(len(self.words))
        stops = [n for n in numbers if closes_sentence(self.words, n, self.tables)]
        self.punctuated = len(stops) * _SENTENCE >= len(self.words)
        resting = sum(rests(self.words, n + 1) for n in stops)
        self.paused = 0 < len(stops) <= resting * _STOPS

    def passages(self, answer: Sequence[Turn]) -> Iterator[Passage]:
        """The passages of an answer, each from another sentence on."""
        parts = joined_sentences(self.words, answer, self.tables)
        turn = Turn(answer[0].first, answer[-1].last, answer[0].speaker)
        begins = [n for n, part in enumerate(parts) if self._begins(parts, n, part[0])]
        fresh = {n for n in begins if not goes_on(self.words[parts[n][0]], self.tables)}
        fresh.add(len(parts))
        ends = [n for n in (*(n - 1 for n in begins if n), len(parts) - 1) if self._ends(parts[n])]
        for start in begins:
            first = parts[start][0]
            fitting = [n for n in ends if _SHORTEST <= parts[n][1] - first <= LONGEST]
            closing = [n for n in fitting if n + 1 in fresh]
            enough = [n for n in closing if parts[n][1] - first >= self.aim]
            for end in [*enough, *closing[::-1], *fitting[::-1]]:
                if not _is_torn(_text(self.words, first, parts[end][1])):
                    yield Passage(first, parts[end][1], turn, parts[start : end + 1])
                    break

    def _begins(self, parts: Sequence[Range], number: int, first: int) -> bool:
        """Whether a sentence begins there: no small letter, after another speaker, or a stop and a rest."""
        if not self.punctuated:
            return True
        rested = not self.paused or rests(self.words, first)
        closed = number and closes_sentence(self.words, parts[number - 1][1] - 1, self.tables)
        small = self.words[first].text.lstrip(_OPENING)[:1].islower()
        return not small and (not number or bool(closed and rested))

    def _ends(self, part: Range) -> bool:
        """Whether somebody ended a sentence there that asks nothing."""
        last = self.words[part[1] - 1].text
        stops = closes_sentence(self.words, part[1] - 1, self.tables) and not _TRAILING.search(last)
        return not asks(last) and (stops or not self.punctuated)


def goes_on(word: Word, tables: Language) -> bool:
    """Whether a sentence that begins with this word goes on with what was said before it, or replies."""
    opening = bare(word).partition("'")[0]
    replies = ends_clause(word.text) and opening in tables.backchannels | tables.negations
    return replies or opening in tables.dangling or opening in tables.connectives


def rests(words: Sequence[Word], border: int) -> bool:
    """Whether nobody speaks for a while before word `border`."""
    if not 0 < border < len(words):
        return True
    return words[border].start - words[border - 1].end >= _PAUSE


def _text(words: Sequence[Word], first: int, last: int) -> str:
    return " ".join(word.text for word in words[first:last]).replace("’", "'")


def after_lead_in(words: Sequence[Word], first: int, last: int, tables: Language) -> int:
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
    text = _text(words, passage.first, passage.last)
    first, end = passage.sentences[0]
    begin = after_lead_in(words, first, end, tables)
    answers = end - begin <= _SHORTEST_OPENING
    return not (
        answers  # "No." answers a question that the quote does not show
        or (bare(words[begin]).partition("'")[0] in tables.dangling and not passage.referent)
        or asks(words[passage.last - 1].text)
        or any(phrase in text.casefold() for phrase in tables.farewells)
        or _is_torn(text)
    )


def _is_torn(text: str) -> bool:
    """Whether quotation marks open without closing, or close without having opened."""
    opened = False
    for mark in _MARK.finditer(text):
        before, after = text[: mark.start()][-1:], text[mark.end() :][:1]
        opens = before in ("", " ", "\xa0", "(") and (mark[0] != "»" or after.isalnum())
        if opens == opened:
            return True
        opened = opens
    return opened


def stutters(words: Sequence[Word]) -> int:
    """How often one to three words are said twice in a row, or a word is broken off."""
    said = [bare(word) for word in words]
    return sum(
        word.text.endswith(("-", "–", "—"))
        or any(said[n - size : n] == said[n : n + size] for size in (1, 2, 3) if size <= n)
        for n, word in enumerate(words)
    )
