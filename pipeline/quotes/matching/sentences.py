"""Turns and sentences of a transcript, as ranges of words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.models import Transcript, Word
from pipeline.quotes.languages.table import Language
from pipeline.text.punctuation import asks, ends_clause, ends_sentence

_PAUSE = 0.6  # seconds of silence that end a sentence where the recogniser set no full stop
_LONGEST = 45  # words; a longer one is cut at its pauses or commas
_LONG = 11  # words, from which on a sentence is cut at a pause twice as long
_INITIAL = re.compile(r"[A-Z]\.")  # "J. Smith"
_LONGEST_BACKCHANNEL = 4  # words


Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says in a row: words `[first, last)`."""

    first: int
    last: int
    speaker: str | None


def turns(transcript: Transcript) -> list[Turn]:
    """The speaker's turns; one for the whole transcript where nobody has said who speaks."""
    words = transcript.words
    found: list[Turn] = []
    for index, word in enumerate(words):
        if found and found[-1].speaker == word.speaker:
            found[-1] = Turn(found[-1].first, index + 1, word.speaker)
        else:
            found.append(Turn(index, index + 1, word.speaker))
    return found


def answers(transcript: Transcript, language: Language) -> list[list[Turn]]:
    """Turns in order, those of one speaker together over the listener's "right" and "yeah"."""
    found: list[list[Turn]] = []
    heard: Turn | None = None  # what the listener may only have said meanwhile
    for turn in turns(transcript):
        if heard and found[-1][-1].speaker == turn.speaker:
            found[-1].append(turn)
            heard = None
            continue
        if heard:
            found.append([heard])
            heard = None
        if found and _only_listens(transcript.words, turn, language):
            heard = turn
        else:
            found.append([turn])
    return [*found, [heard]] if heard else found


def _only_listens(words: Sequence[Word], turn: Turn, language: Language) -> bool:
    said = words[turn.first : turn.last]
    return len(said) <= _LONGEST_BACKCHANNEL and all(
        bare(word) in language.backchannels and not asks(word.text) for word in said
    )


def joined_sentences(
    words: Sequence[Word], answer: Sequence[Turn], language: Language
) -> list[Range]:
    """The sentences of turns that belong together; one that a "yeah" fell into stays whole."""
    found: list[Range] = []
    for turn in answer:
        parts = sentences(words, turn, language)
        if found and not closes_sentence(words, found[-1][1] - 1, language):
            found[-1] = (found[-1][0], parts[0][1])
            parts = parts[1:]
        found += parts
    return found


def sentences(words: Sequence[Word], turn: Turn, language: Language) -> list[tuple[int, int]]:
    """A turn's sentences as `[first, last)`: by full stops, and by pauses where these are missing."""
    found: list[tuple[int, int]] = []
    start = turn.first
    for index in range(turn.first, turn.last):
        if index == turn.last - 1 or closes_sentence(words, index, language):
            found.extend(_pieces(words, start, index + 1))
            start = index + 1
    return found


def closes_sentence(words: Sequence[Word], index: int, language: Language) -> bool:
    """Whether a full stop after word `index` ends a sentence."""
    text = words[index].text
    if not ends_sentence(text):
        return False
    return text.rstrip(".").lower() not in language.abbreviations and not _INITIAL.fullmatch(text)


def _pieces(words: Sequence[Word], first: int, last: int) -> Iterator[tuple[int, int]]:
    """A sentence, cut where it is too long to have been punctuated."""
    start = first
    for index in range(first, last - 1):
        if _cuts(words, index, index + 1 - start):
            yield start, index + 1
            start = index + 1
    yield start, last


def _cuts(words: Sequence[Word], index: int, length: int) -> bool:
    """Whether to cut after word `index`, `length` words into a sentence."""
    pause = words[index + 1].start - words[index].end
    if length >= _LONGEST:
        return pause > _PAUSE or ends_clause(words[index].text)
    return length >= _LONG and pause > 2 * _PAUSE


def bare(word: Word) -> str:
    """A word in lower case without punctuation: just these marks, which the ranking was fitted with."""
    return word.text.casefold().replace("’", "'").strip(".,;:!?\"“”'()-—–…")
