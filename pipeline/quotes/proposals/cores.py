"""The second step: the quote inside a passage, and what could be left out of the passage.

The core is the longest run of whole sentences, 10 to 35 words, that stands alone and holds the fewest
stutters; the cut a sentence in the middle that only leads from one to the next. Both are proposals
beside the passage.
"""

from collections.abc import Iterator

from pipeline.models import Transcript
from pipeline.quotes.languages.table import Language, language
from pipeline.quotes.matching.sentences import Range, bare
from pipeline.quotes.proposals.passages import Passage, goes_on, stands_alone, stutters

SHORTEST, LONGEST = 10, 35  # words of a core
_LONGEST_LINK = 14  # words of a sentence that only connects
_MOSTLY = 0.75  # of its words are small ones, at least; chosen


def core(passage: Passage, transcript: Transcript) -> Range | None:
    """The words [first, last) of a passage's core; None where no sentence stands alone."""
    words, tables = transcript.words, language(transcript.language)
    fitting = [
        (-stutters(words[window.first : window.last]), window.last - window.first, window)
        for window in _windows(passage)
        if stands_alone(words, window, tables)
        and not goes_on(words[window.first], tables)
        # Nobody else speaks meanwhile: a core is taken as it is, without a "yeah" in it.
        and all(w.speaker == window.turn.speaker for w in words[window.first : window.last])
        and not any(_connects(transcript, part, tables) for part in window.sentences)
    ]
    if not fitting:
        return None
    best = max(fitting, key=lambda each: each[:2])[2]
    return best.first, best.last


def _windows(passage: Passage) -> Iterator[Passage]:
    parts = passage.sentences
    for start, (first, _) in enumerate(parts):
        for end in range(start, len(parts)):
            length = parts[end][1] - first
            if length > LONGEST:
                break
            if length >= SHORTEST:
                yield Passage(first, parts[end][1], passage.turn, parts[start : end + 1])


def link(passage: Passage, core: Range | None, transcript: Transcript) -> Range | None:
    """A sentence in the middle of a passage that only connects, to be left out; None without one."""
    tables = language(transcript.language)
    found = [
        (first, last)
        for first, last in passage.sentences[1:-1]
        if not (core and first < core[1] and core[0] < last)
        and _connects(transcript, (first, last), tables)
    ]
    return max(found, key=lambda part: part[1] - part[0], default=None)


def _connects(transcript: Transcript, part: Range, tables: Language) -> bool:
    """Whether a short sentence says little of its own: it points back, or is mostly small words."""
    words = [bare(word) for word in transcript.words[part[0] : part[1]]]
    if not 0 < len(words) <= _LONGEST_LINK:
        return False
    small = tables.function_words | tables.connectives | tables.dangling
    return sum(word in small for word in words) > _MOSTLY * len(words)
