"""Which passages a host would quote: plain features, weighted as hosts and editors have chosen.

The weights are in `weights.json`, with the command that made them. Features are taken relative to
the episode, so that talkative shows and short ones compare.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.errors import PullquoteError
from pipeline.models import Transcript, Word
from pipeline.quotes.languages.table import Language, language
from pipeline.quotes.matching.sentences import bare
from pipeline.quotes.proposals.passages import Passage

SHOW_WEIGHTS = "quote-weights.json"  # in feed/: learned from the show's own reviews
DEFAULT_WEIGHTS = Path(__file__).with_name("weights.json")
_OPENING = 0.05  # share of an episode in which its subjects are announced and listeners welcomed
_COMMON = 20  # how often a word may be said in an episode before announcing it tells nothing
_REACTION = 15  # words after a turn in which the listener reacts to it
_STRETCH = 30  # words: how often an episode returns to a word is counted in stretches
_PAUSE = 0.3  # seconds; a stop consonant takes up to half of that
_OPENS = 25  # words from the start of a turn that open the answer
_NEAR = 600.0  # words: how far a chosen passage makes its surroundings less wanted
_SPREAD = 0.3  # by how much at most
_MEAN_LENGTH = 100  # words of the candidates chosen so far, on average: what a host can read
_LEEWAY = 8  # words that they may be over it
_FARTHEST = 2.0  # deviations: one rare word more must not decide
_REASONS = 3
_LEAST_GAIN = 0.05

_LATER = frozenset({"fluent"})  # features that came after weights had been learned by shows

Floats = npt.NDArray[np.float64]

#: Feature: what it means in a host's words, said when it speaks for a passage.
FEATURES = {
    "guest": "said by a guest",
    "turn": "from a long answer",
    "early": "early in the episode",
    "offset": "near the start of the answer",
    "length": "long enough to make a point",
    "absolute": "takes a clear stand",
    "strong": "strong words",
    "we": "speaks of us",
    "i": "speaks from experience",
    "you": "speaks to the listener",
    "turning": "gives a reason or a contrast",
    "claim": "makes claims",
    "rare": "words that this episode is about",
    "fresh": "says much in few words",
    "short": "short sentences",
    "plain": "few fillers",
    "numbers": "names numbers",
    "question": "asks and answers a question",
    "answer": "opens an answer",
    "asked": "answers a question",
    "closes": "near the end of the answer",
    "central": "on what the episode returns to",
    "announced": "on what the episode announced",
    "reaction": "the listener reacted to it",
    "words": "chosen words",
    "names": "names few names",
    "fluent": "said without a break",
}
#: What is not weighted by `weights`, but stands behind the features where the extra `[embed]` counts.
_EMBEDDED = {"meaning": "means what people like to quote"}
_NAMES = {**FEATURES, **_EMBEDDED}


def features(passages: Sequence[Passage], transcript: Transcript) -> Floats:
    """One row a passage, one column a feature of `FEATURES`; mean 0 and deviation 1 in the episode.

    Nothing is farther from the mean than two deviations. Passages whose opening needs a [referent]
    are measured by the others.
    """
    matrix = measured(passages, transcript)
    if not passages:
        return matrix
    whole = matrix[[passage.referent is None for passage in passages]]
    usual = whole if len(whole) else matrix
    relative = (matrix - usual.mean(axis=0)) / deviation(usual)
    within: Floats = np.clip(relative, -_FARTHEST, _FARTHEST)
    return within


def measured(passages: Sequence[Passage], transcript: Transcript) -> Floats:
    """The features as they are."""
    if not passages:
        return np.zeros((0, len(FEATURES)))
    episode = _Episode.of(transcript)
    return np.array([episode.row(passage) for passage in passages], dtype=np.float64)


def deviation(matrix: Floats) -> Floats:
    """Of each feature; 1 where all passages have the same."""
    found: Floats = matrix.std(axis=0) if len(matrix) else np.ones(len(FEATURES))
    return np.where(found > 0, found, 1.0)


@dataclass(frozen=True, slots=True)
class _Episode:
    """What the features of every passage of one episode are taken from."""

    transcript: Transcript
    tables: Language
    words: Sequence[str]
    counts: Counter[str]
    fillers: frozenset[str]
    returns: Mapping[str, float]  # how much the episode returns to a word
    announced: Mapping[str, float]  # a word of the opening: how rare it is elsewhere
    presenter: str | None  # who welcomes the listeners

    @classmethod
    def of(cls, transcript: Transcript) -> "_Episode":
        tables = language(transcript.language)
        words = [bare(word) for word in transcript.words]
        stretches = [words[at : at + _STRETCH] for at in range(0, len(words), _STRETCH)]
        spread = Counter(word for stretch in stretches for word in set(stretch))
        telling = {word for word in spread if len(word) > 2 and word not in tables.function_words}
        opening = words[: int(len(words) * _OPENING)]
        counts = Counter(words)
        return cls(
            transcript,
            tables,
            words,
            counts,
            frozenset(phrase[0] for phrase in tables.fillers if len(phrase) == 1),
            {word: math.log1p(spread[word]) for word in telling if spread[word] > 2},
            {
                word: math.log(len(words) / (_COMMON * counts[word]))
                for word in set(opening) & telling
            },
            _presenter(transcript, opening, tables),
        )

    def row(self, passage: Passage) -> list[float]:
        """The features of one passage as they are, in the order of `FEATURES`."""
        return [
            *self._place(passage),
            *self._wording(passage),
            *self._company(passage),
            -_paused(self.transcript.words[passage.first : passage.last]),
        ]

    def _place(self, passage: Passage) -> list[float]:
        return [
            float(passage.turn.speaker != self.presenter),
            math.log(passage.turn.last - passage.turn.first),
            -math.sqrt(passage.first / len(self.words)),
            -math.log1p(passage.first - passage.turn.first),
            math.log(passage.last - passage.first),
        ]

    def _wording(self, passage: Passage) -> list[float]:
        text = self.words[passage.first : passage.last]
        size, tables, counts = len(text), self.tables, self.counts
        common = len(self.words) / 300
        once = dict.fromkeys(text)  # in order: sums in the order of a set differ from run to run
        return [
            _share(text, tables.absolutes),
            _share(text, tables.strong),
            _share(text, tables.we),
            _share(text, tables.i),
            _share(text, tables.you),
            _share(text, tables.turning),
            _share(text, tables.claims),
            sum(math.log(counts[w]) for w in once if 2 <= counts[w] < common) / size,
            len(once) / math.sqrt(size),
            -math.log(size / len(passage.sentences)),
            -_share(text, self.fillers),
            sum(any(c.isdigit() for c in word) for word in text) / size,
        ]

    def _company(self, passage: Passage) -> list[float]:
        """The questions around a passage, what comes after it, and what it has of the episode's."""
        heard, turn = self.transcript.words, passage.turn
        text = self.words[passage.first : passage.last]
        size = len(text)
        before = heard[turn.first - 1].text if turn.first else ""
        asked = before.endswith("?")  # as the weights were fitted
        asks = any(heard[last - 1].text.endswith("?") for _, last in passage.sentences)
        capitals = sum(word.text[:1].isupper() for word in heard[passage.first : passage.last])
        after = self.words[turn.last : turn.last + _REACTION]
        return [
            float(asks),
            float(asked and passage.first - turn.first < _OPENS),
            float(asked),
            -math.log1p(turn.last - passage.last),
            sum(self.returns.get(word, 0.0) for word in text) / size,
            sum(self.announced.get(word, 0.0) for word in text) / size,
            float(len(self.tables.reactions.intersection(after))),
            sum(map(len, text)) / size,
            -capitals / size,
        ]


def _presenter(transcript: Transcript, opening: Sequence[str], tables: Language) -> str | None:
    """The speaker who welcomes the listeners first; None where nobody does."""
    for index, pair in enumerate(pairwise(opening)):
        if pair in tables.welcomes:
            return transcript.words[index].speaker
    return None


def weights(path: Path | None = None) -> Floats:
    """The weight of each feature, in the order of `FEATURES`; PullquoteError for a damaged file."""
    path = path or DEFAULT_WEIGHTS
    try:
        values = json.loads(path.read_bytes())["weights"]
        return np.array([_weight(values, name) for name in FEATURES])
    except (ValueError, KeyError, TypeError):
        raise PullquoteError(
            f"{path.name}: holds no weights for quotes", "make it again: pullquote quotes fit"
        ) from None


def _weight(values: Mapping[str, float], name: str) -> float:
    """A show's own weights may be older than a feature, which they then leave out of account."""
    return float(values.get(name, 0.0) if name in _LATER else values[name])


def choose(passages: Sequence[Passage], scores: Floats, limit: int) -> list[tuple[int, float]]:
    """The best passages, none over another, spread over the episode: (index, score), best first.

    Each choice lowers its neighbours, so that one good answer does not fill the list; a long one
    waits until shorter ones have made room for it.
    """
    left = scores.copy()
    first = np.array([passage.first for passage in passages])
    last = np.array([passage.last for passage in passages])
    length, middle = last - first, (first + last) / 2
    words = 0  # of those chosen
    chosen: list[tuple[int, float]] = []
    while len(chosen) < limit and len(left) and np.isfinite(left).any():
        room = _MEAN_LENGTH * (len(chosen) + 1) + _LEEWAY - words
        fitting = np.where(length <= room, left, -np.inf)
        best = int(np.argmax(fitting if np.isfinite(fitting).any() else left))
        words += int(length[best])
        chosen.append((best, float(left[best])))
        left -= _SPREAD * np.exp(-np.abs(middle - middle[best]) / _NEAR)
        left[(first < last[best]) & (last > first[best])] = -np.inf
    return chosen


def gains(row: Floats, by: Floats) -> list[tuple[str, float]]:
    """How much each feature speaks for a passage, or against it, most first."""
    found = zip(_NAMES, (row * by).tolist(), strict=False)  # the last only where it counts
    return sorted(found, key=lambda gain: (-gain[1], gain[0]))


def reasons(row: Floats, by: Floats) -> list[str]:
    """What speaks most for a passage, in a host's words."""
    best = [name for name, gain in gains(row, by) if gain > _LEAST_GAIN]
    return [_NAMES[name] for name in best[:_REASONS]]


def _paused(words: Sequence[Word]) -> float:
    """The share of the time in which nobody speaks; 0 for transcripts that only count words."""
    rests = (after.start - before.end for before, after in pairwise(words))
    return sum(rest for rest in rests if rest >= _PAUSE) / (words[-1].end - words[0].start or 1.0)


def _share(text: Sequence[str], words: frozenset[str] | set[str]) -> float:
    return sum(word in words for word in text) / len(text)
