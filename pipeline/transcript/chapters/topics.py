"""Where the subject changes, by lexical cohesion, without a model.

The method is Hearst's TextTiling (1997): words before and after each point are compared as bags of
words. A deep valley of their likeness is a change of subject, the more so where somebody asks a question.
It is an honest aid for an episode whose host set no chapters, not a judgement.
`tests/benchmarks/bench_topics.py` measures it on the 35 transcripts of three shows with four or more
human section headings: Pk 0.41 against 0.49 for as many parts of even length, WindowDiff 0.42 against 0.50.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from pipeline.models import Word
from pipeline.text.punctuation import asks, ends_sentence
from pipeline.text.scripts import is_unspaced
from pipeline.text.stop_words import stop_words
from pipeline.transcript.words.words import normal

STEP = 20  # words between two points that are compared
STEM = 6  # letters: cuts endings off, in any language with letters
COMMON = 0.5  # a word in more than this share of the stretches says nothing about the subject
DEPTH = 1.0  # standard deviations above the mean that a valley must be deep, where nobody asks
_BESIDE = 0.7  # share of that one step beside it
_SHORTEST_ASKING = 8  # words of a turn; a shorter one only asks again
_ASKING_END = 40  # words at the end of a turn among which its question is
_PAUSE = 1.5  # seconds of silence at which a subject may change, where no speakers are known
LEAST_WORDS = 800  # in a part: about five minutes


@dataclass(frozen=True, slots=True)
class Tuning:
    """What was chosen by the headings of people; `bench_topics.py --left-out` chooses it anew.

    `reach`: steps of words compared on each side. `question`: standard deviations that a turn which
    asks makes a valley deeper. `depth`: in place of `DEPTH` where there are such turns.
    """

    reach: int = 25
    question: float = 4.0
    depth: float = 2.5


TUNED = Tuning()


class Border(NamedTuple):
    """The number of a word at which a part may begin, and how clearly: above 0, it surely does."""

    start: int
    clear: float


def borders(words: Sequence[Word], tuning: Tuning = TUNED, language: str = "en") -> list[Border]:
    """Where parts may begin, the clearest first; nowhere in a script without blanks.

    `language` is a BCP 47 tag.
    """
    if sum(is_unspaced(word.text) for word in words) > len(words) / 2:
        return []  # the "words" are single characters there
    stop = stop_words(language)
    stretches = [_stems(words[at : at + STEP], stop) for at in range(0, len(words), STEP)]
    _drop_common(stretches)
    depths = _standardised(_depths(_likeness(stretches, tuning.reach)))
    asking = _asking(words)
    for gap, weight in _near(asking, len(depths)).items():
        depths[gap] += tuning.question * weight
    least = tuning.depth if asking else DEPTH
    ordered = sorted(range(len(depths)), key=lambda gap: (-depths[gap], gap))
    return [Border(_turn_start(words, (gap + 1) * STEP), depths[gap] - least) for gap in ordered]


def _standardised(depths: Sequence[float]) -> list[float]:
    """Depths in standard deviations from their mean."""
    if not depths:
        return []
    mean = sum(depths) / len(depths)
    spread = math.sqrt(sum((depth - mean) ** 2 for depth in depths) / len(depths)) or 1.0
    return [(depth - mean) / spread for depth in depths]


def _asking(words: Sequence[Word]) -> list[int]:
    """The words at which turns begin that end in a question, as an interviewer's do."""
    starts = [
        index for index in range(1, len(words)) if words[index].speaker != words[index - 1].speaker
    ]
    found = []
    for first, last in pairwise([*starts, len(words)]):
        end = words[max(first, last - _ASKING_END) : last]
        if last - first >= _SHORTEST_ASKING and any(asks(word.text) for word in end):
            found.append(first)
    return found


def _near(starts: Sequence[int], gaps: int) -> dict[int, float]:
    """The gaps at and beside the given words, with how near they are."""
    found: dict[int, float] = {}
    for start in starts:
        at = min(max(round(start / STEP) - 1, 0), gaps - 1)
        for gap, weight in ((at - 1, _BESIDE), (at, 1.0), (at + 1, _BESIDE)):
            if 0 <= gap < gaps:
                found[gap] = max(found.get(gap, 0.0), weight)
    return found


def _stems(words: Sequence[Word], stop: frozenset[str]) -> Counter[str]:
    texts = (normal(word.text) for word in words)
    return Counter(text[:STEM] for text in texts if len(text) > 2 and text not in stop)


def _drop_common(stretches: Sequence[Counter[str]]) -> None:
    spread = Counter(stem for stretch in stretches for stem in stretch)
    common = {stem for stem, count in spread.items() if count > COMMON * len(stretches)}
    for stretch in stretches:
        for stem in common & stretch.keys():
            del stretch[stem]


def _likeness(stretches: Sequence[Counter[str]], reach: int) -> list[float]:
    """The cosine of the words on both sides of each gap between two stretches."""
    result = []
    for gap in range(1, len(stretches)):
        before, after = Counter[str](), Counter[str]()
        for stretch in stretches[max(0, gap - reach) : gap]:
            before.update(stretch)
        for stretch in stretches[gap : gap + reach]:
            after.update(stretch)
        shared = sum(count * after[stem] for stem, count in before.items())
        sizes = sum(n * n for n in before.values()) * sum(n * n for n in after.values())
        result.append(shared / math.sqrt(sizes) if sizes else 0.0)
    return result


def _depths(likeness: Sequence[float]) -> list[float]:
    """How deep each gap's valley lies below the peaks beside it; 0 where there is no valley."""
    depths = []
    for gap, value in enumerate(likeness):
        left = right = gap
        while left > 0 and likeness[left - 1] >= likeness[left]:
            left -= 1
        while right + 1 < len(likeness) and likeness[right + 1] >= likeness[right]:
            right += 1
        valley = left < gap or right > gap
        depths.append(likeness[left] + likeness[right] - 2 * value if valley else 0.0)
    return depths


def _turn_start(words: Sequence[Word], at: int) -> int:
    """The nearest start of a turn within two steps, else of a sentence, else the point itself.

    Of sentences, one after a long pause comes first.
    """
    near = sorted(
        range(max(1, at - 2 * STEP), min(len(words), at + 2 * STEP)), key=lambda i: (abs(i - at), i)
    )
    for index in near:
        if words[index].speaker != words[index - 1].speaker:
            return index
    begun = [index for index in near if ends_sentence(words[index - 1].text)]
    rested = [i for i in begun if words[i].start - words[i - 1].end >= _PAUSE]
    return next(iter([*rested, *begun]), at)
