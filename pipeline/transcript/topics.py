"""Where the subject changes, and what each part is about: lexical cohesion, without a model.

The method is Hearst's TextTiling (1997): words before and after each point are compared as bags of
words, and a deep valley of their likeness is a change of subject, the more so where somebody asks a
question. It is an honest aid for an episode whose host set no chapters, not a judgement.
`tests/benchmarks/bench_topics.py` measures it on the 35 transcripts of three shows with four or more
human section headings: with the constants chosen on two shows and measured on the third, Pk 0.44 against
0.50 for as many parts of even length, and WindowDiff 0.45 against 0.51.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from pipeline.models import Word
from pipeline.rendering.words import ENGLISH, Words
from pipeline.transcript.cues import ends_clause, ends_sentence
from pipeline.transcript.stop_words import stop_words
from pipeline.transcript.words import is_unspaced, normal

STEP = 20  # words between two points that are compared
STEM = 6  # letters: cuts endings off, in any language with letters
COMMON = 0.5  # a word in more than this share of the stretches says nothing about the subject
DEPTH = 1.0  # standard deviations above the mean that a valley must be deep, where nobody asks
_BESIDE = 0.7  # share of that one step beside it
_SHORTEST_ASKING = 8  # words of a turn; a shorter one only asks again
_ASKING_END = 40  # words at the end of a turn among which its question is
_PAUSE = 1.5  # seconds of silence at which a subject may change, where no speakers are known
_NAMED = 80  # words that open a part
_PHRASES = 3  # of a title; people use seven words
_NEARLY = 0.25  # of the score of the first phrase
LEAST_WORDS = 800  # in a part: about five minutes

_PUNCTUATION = ".,;:!?…\"'“”‘’()[]"


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


def parts(words: Sequence[Word], tuning: Tuning = TUNED, language: str = "en") -> list[int]:
    """The word ids at which parts begin, the first 0; a script without blanks has one part only.

    `language` is a BCP 47 tag.
    """
    if sum(is_unspaced(word.text) for word in words) > len(words) / 2:
        return [0]  # the "words" are single characters there
    stop = stop_words(language)
    stretches = [_stems(words[at : at + STEP], stop) for at in range(0, len(words), STEP)]
    _drop_common(stretches)
    depths = _standardised(_depths(_likeness(stretches, tuning.reach)))
    asking = _asking(words)
    for gap, weight in _near(asking, len(depths)).items():
        depths[gap] += tuning.question * weight
    least = tuning.depth if asking else DEPTH
    chosen = [0]
    for gap in sorted(range(len(depths)), key=lambda gap: (-depths[gap], gap)):
        if depths[gap] <= least:
            break
        start = _turn_start(words, (gap + 1) * STEP)
        room = min(abs(start - other) for other in [*chosen, len(words)])
        if room >= LEAST_WORDS:
            chosen.append(start)
    return sorted(chosen)


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
        if last - first >= _SHORTEST_ASKING and any(word.text.endswith("?") for word in end):
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


def titles(words: Sequence[Word], starts: Sequence[int], catalogue: Words = ENGLISH) -> list[str]:
    """What each part is about: the phrases that it says more often than the other parts do.

    What opens a part counts twice: that is where its subject is named. No two parts have one title.
    `catalogue` is of the language that is spoken.
    """
    stop = stop_words(catalogue.language)
    phrases = [
        _phrases(stop, words[first:last], words[first : min(last, first + _NAMED)])
        for first, last in pairwise([*starts, len(words)])
    ]
    spread = Counter(phrase for part in phrases for phrase in part)
    taken: set[str] = set()
    result = []
    for number, part in enumerate(phrases, start=1):
        scores = {
            phrase: _telling(forms, len(starts) / spread[phrase])
            for phrase, forms in part.items()
            if phrase not in taken and sum(forms.values()) > 1
        }
        best = _best(scores)
        taken.update(best)
        written = ", ".join(_written(part[phrase]) for phrase in best) or _numbered(
            number, catalogue
        )
        result.append(written[0].upper() + written[1:])
    return result


def _numbered(number: int, catalogue: Words) -> str:
    """The title of a part that says nothing which the others do not say as well."""
    return catalogue("Part %(number)s") % {"number": number}


def _best(scores: Mapping[str, float]) -> list[str]:
    """The best phrases that share no word; a further one must tell nearly as much."""
    chosen: list[str] = []
    for phrase in sorted(scores, key=lambda phrase: (-scores[phrase], phrase)):
        if chosen and scores[phrase] < _NEARLY * scores[chosen[0]]:
            break
        if not any(set(phrase.split()) & set(other.split()) for other in chosen):
            chosen.append(phrase)
        if len(chosen) == _PHRASES:
            break
    return chosen


def _telling(forms: Counter[str], rarity: float) -> float:
    """How well a phrase tells a part from the others; names and phrases say more than single words."""
    written = _written(forms)
    names = sum(part[0].isupper() for part in written.split())
    return sum(forms.values()) * math.log(1 + rarity) * (written.count(" ") + 0.3 + names / 2)


def _written(forms: Counter[str]) -> str:
    """The usual form; a capital at the start of a sentence is rarer than one of a name."""
    return min(forms, key=lambda form: (-forms[form], form))


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


def _phrases(stop: frozenset[str], *stretches: Sequence[Word]) -> dict[str, Counter[str]]:
    """Runs of one to three telling words, by their normal form, with how often each is written how."""
    found: dict[str, Counter[str]] = {}
    run: list[str] = []
    for word in chain(*stretches):
        text = normal(word.text)
        run = [*run[-2:], word.text] if _is_telling(text, stop) else []
        for size in range(1, len(run) + 1):
            written = " ".join(run[-size:]).strip(_PUNCTUATION)
            key = " ".join(normal(part) for part in run[-size:])
            found.setdefault(key, Counter())[written] += 1
        if ends_sentence(word.text) or ends_clause(word.text):
            run = []
    return found


def _is_telling(text: str, stop: frozenset[str]) -> bool:
    short_form = "'" in text and not text.endswith("'s")  # "we'd", "they'll"
    return len(text) > 2 and text not in stop and not short_form and not text.isdigit()
