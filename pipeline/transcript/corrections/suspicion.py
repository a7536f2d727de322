"""Which words to listen to again: what the recogniser's own signals make doubtful.

Each sign below gives a word a doubt between 0 and 1; independent doubts add up as chances do,
1 - (1 - a)(1 - b). Words that a correction or the glossary wrote are not doubted.

The first doubt is the chance that the recogniser misheard the word (see `mishearing`).

Passages are listed by how many wrong words a second of listening can be hoped to find, so that the
first minutes find most. The lead-in and the words in it count too: both are played. Longer passages,
and passages chosen so that a given time of listening finds most of all, were tried and find no more.
Where two speak at once, the word is not doubtful, but who says it. Such passages are listed, and quotes
over them ask. For that alone they are not worth more of the first minutes.
"""

import math
from bisect import bisect_right
from collections.abc import Collection, Sequence

from pipeline.models import Doubt, Recognition, Segment, Suspect, Transcript, Word
from pipeline.transcript.corrections.mishearing import chances
from pipeline.transcript.words.words import normal

UNSURE = 0.35  # chance of being wrong from which on a word is doubted
_SLIGHTLY = 0.1  # chance of being misheard that counts with other signs
LOOPING = 2.4  # zlib ratio above which Whisper itself takes a text for a loop
UNLIKELY = -1.0  # mean log-probability below which Whisper itself would decode again
SILENT = 0.6  # probability of no speech above which Whisper takes an unlikely text for silence
FASTEST = 30.0  # letters a second; a fast speaker reaches about 20
NO_TIME = 0.02  # seconds: one frame of Whisper's clock
_ENOUGH = 3  # words that a pace can be told from
PAUSE = 0.5  # seconds between doubtful words that are doubted as one
TOGETHER = 1.0  # seconds between doubtful words that are played in one go
AROUND = 1.0  # seconds played before a passage, and after it: fewer leave no sentence to hear

# Chances of being wrong that each sign gives by itself; chosen, to order what is played.
_LOOP_DOUBT, _SILENCE_DOUBT, _UNLIKELY_DOUBT, _FAST_DOUBT, _NO_TIME_DOUBT = 0.8, 0.9, 0.5, 0.6, 0.2
_TOGETHER_DOUBT = 0.5  # who says it: one of two
# how often so many words must be said over and over to be doubted; more words at once: as the last.
# "No, no, no, no, no" and "again and again and again and again" are said by people.
_ROUNDS = (6, 5, 4, 3)
_LONGEST_ROUND = 8  # words


def suspects(
    transcript: Transcript,
    recognition: Recognition,
    heard: Collection[int] = (),
    together: Collection[int] = (),
) -> list[Suspect]:
    """Doubtful passages, the most worth hearing first.

    `heard` are words that somebody found right, `together` raw words during which two speak at once.
    """
    misheard = chances(transcript.words)
    asked = [
        index
        for index, word in enumerate(transcript.words)
        if word.probability is not None and index not in heard
    ]
    doubts = _doubts(transcript, _Signs(recognition), misheard, asked)
    hoped = [
        0.0 if index in heard else max(chance, _combined(doubts.get(index, {})))
        for index, chance in enumerate(misheard)
    ]
    for index in asked:
        if any(raw_id in together for raw_id in transcript.raw_ids[index]):
            doubts[index] = doubts.get(index, {}) | {"two speak at once": _TOGETHER_DOUBT}
    found = [
        _suspect(transcript.words, span, doubts)
        for span in _runs(transcript.words, sorted(doubts), TOGETHER)
    ]
    worth = {suspect: _worth(suspect, transcript.words, hoped) for suspect in found}
    return sorted(found, key=lambda suspect: (-worth[suspect], suspect.first))


def _doubts(
    transcript: Transcript, signs: "_Signs", misheard: Sequence[float], asked: Sequence[int]
) -> dict[int, dict[str, float]]:
    """The signs of each word that is likely enough to be wrong."""
    round_and_round = repeated([normal(word.text) for word in transcript.words])
    doubts = {}
    for index in asked:
        word = transcript.words[index]
        seen = signs.of(word, transcript.raw_ids[index], misheard[index])
        if index in round_and_round:
            seen["the text goes round in a loop"] = _LOOP_DOUBT
        if _combined(seen) >= UNSURE:
            doubts[index] = seen
    return doubts


def repeated(words: Sequence[str]) -> set[int]:
    """Places of words that say the same up to eight words over and over."""
    found: set[int] = set()
    for size in range(1, _LONGEST_ROUND + 1):
        run = 0  # words that are as those `size` before them
        for index in range(size, len(words)):
            run = run + 1 if words[index] == words[index - size] else 0
            if run >= size * (_ROUNDS[min(size, len(_ROUNDS)) - 1] - 1):
                found.update(range(index - run - size + 1, index + 1))
    return found


def _runs(words: Sequence[Word], doubtful: Sequence[int], pause: float) -> list[list[int]]:
    """Doubtful words of one speaker with at most so many seconds between them."""
    runs: list[list[int]] = []
    for index in doubtful:
        before, word = words[runs[-1][-1] if runs else index], words[index]
        if runs and before.speaker == word.speaker and word.start - before.end <= pause:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _worth(suspect: Suspect, words: Sequence[Word], hoped: Sequence[float]) -> float:
    """Wrong words that a second of listening to the passage can be hoped to find."""
    begin, end = suspect.start - AROUND, suspect.end + AROUND
    first, last = suspect.first, suspect.last
    while first > 0 and _middle(words[first - 1]) >= begin:
        first -= 1
    while last < len(words) and _middle(words[last]) <= end:
        last += 1
    return sum(hoped[first:last]) / (end - begin)


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2


def _suspect(
    words: Sequence[Word], span: list[int], doubts: dict[int, dict[str, float]]
) -> Suspect:
    first, last = span[0], span[-1] + 1
    why: dict[str, float] = {}
    for index in span:
        for sign, doubt in doubts[index].items():
            why[sign] = max(doubt, why.get(sign, 0.0))
    return Suspect(
        first,
        last,
        round(words[first].start, 3),
        round(max(word.end for word in words[first:last]), 3),
        round(max(_combined(doubts[index]) for index in span), 3),
        tuple(sorted(why, key=lambda sign: (-why[sign], sign))),
        tuple(
            Doubt(run[0], run[-1] + 1, round(max(_combined(doubts[index]) for index in run), 3))
            for run in _runs(words, span, PAUSE)
        ),
    )


def _combined(doubts: dict[str, float]) -> float:
    return 1 - math.prod(1 - doubt for doubt in doubts.values())


class _Signs:
    """The signs of each raw word, its segment's worked out once."""

    def __init__(self, recognition: Recognition) -> None:
        self._segments = sorted(recognition.segments, key=lambda segment: segment.first)
        self._firsts = [segment.first for segment in self._segments]
        self._signs = [_segment_signs(segment, recognition.words) for segment in self._segments]

    def of(self, word: Word, raw_ids: Sequence[int], misheard: float) -> dict[str, float]:
        place = bisect_right(self._firsts, raw_ids[0]) - 1 if raw_ids else -1
        inside = place >= 0 and raw_ids[0] < self._segments[place].last
        found = dict(self._signs[place]) if inside else {}
        if misheard >= _SLIGHTLY:
            found["the recogniser is unsure"] = misheard
        if word.end - word.start < NO_TIME:
            found["no time to say it"] = _NO_TIME_DOUBT
        return found


def _segment_signs(segment: Segment, words: Sequence[Word]) -> dict[str, float]:
    found: dict[str, float] = {}
    unlikely = segment.avg_logprob is not None and segment.avg_logprob < UNLIKELY
    if unlikely and (segment.no_speech_prob or 0.0) > SILENT:
        found["probably silence"] = _SILENCE_DOUBT
    elif unlikely:
        found["an unlikely text"] = _UNLIKELY_DOUBT
    if (segment.compression_ratio or 0.0) > LOOPING:
        found["the text goes round in a loop"] = _LOOP_DOUBT
    spoken = words[segment.first : segment.last]
    if len(spoken) >= _ENOUGH:
        seconds = max(word.end for word in spoken) - spoken[0].start
        if sum(len(word.text) for word in spoken) > FASTEST * max(seconds, NO_TIME):
            found["faster than anybody speaks"] = _FAST_DOUBT
    return found
