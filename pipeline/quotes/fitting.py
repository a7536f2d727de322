"""Learning from people which passages are quoted: the weights of `ranking`, and what they are worth.

An episode with picks is one JSON file: `show`, `turns` [{speaker, text}], and `picked` [{windows:
[{start_turn, start_word, end_turn, end_word}], role}], words counted by `text.split()`, ends
included; what has the role "host" in a `pick_kind` "cold_open" is a question and no pick. Or it is
an episode of this show that its host has reviewed.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import PullquoteError
from pipeline.models import Transcript, Word
from pipeline.quotes.passages import Passage, passages
from pipeline.quotes.ranking import FEATURES, Floats, choose, features, weights
from pipeline.quotes.sentences import Range

FIRST = (10, 20, 40)  # candidates among which picks are looked for
SECONDS_PER_WORD = 0.36  # for data without times
_JUDGED = 1  # of `FIRST`: the first twenty decide which weights are better
_RIDGE = 3.0
_HALF = 12  # episodes from which what is learned counts half as much as what is known
_STEPS = 12  # of Newton's method; it stands still after eight
_FOLDS = 5
_DRAWS = 500  # of the bootstrap
_SURE = 0.8  # of its draws that must speak for new weights
_REJECTION = 3.0  # how much more a passage counts that was proposed and rejected
#: What is known without data: guests, long answers, early ones, whole ones. Added to the fitted weights,
#: because each of them alone is worse on shows that were not seen. And what is said without a break: in
#: the one recording with picks, six of them pause less than 86 of 100 passages of the same guest, while
#: pitch, loudness, pace and the pauses around a passage do not tell them apart.
PRIOR = {"guest": 1.0, "turn": 1.0, "early": 1.0, "length": 0.5, "fluent": 0.5}
#: Features left out together, to see what they add.
GROUPS = {
    "place": ("turn", "early", "offset", "length", "closes"),
    "wording": (
        *("absolute", "strong", "we", "i", "you", "turning", "claim", "rare", "fresh", "short"),
        *("plain", "numbers", "words", "names"),
    ),
    "conversation": ("guest", "question", "answer", "asked", "reaction"),
    "subjects": ("central", "announced"),
    "delivery": ("fluent",),
}


@dataclass(frozen=True, slots=True)
class Picked:
    """An episode and the words of each passage that somebody picked from it."""

    show: str
    transcript: Transcript
    hosts: Sequence[str]
    picks: Sequence[frozenset[int]]
    rejected: Sequence[Range] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """An episode's passages, their features, and which of them hold half of a pick.

    `counts` is what each passage counts among those that were not picked; `reach` how many of the
    picks lie at least half in a passage, which is the most that a ranking can find alone.
    """

    show: str
    passages: Sequence[Passage]
    matrix: Floats
    picked: Floats
    picks: Sequence[frozenset[int]]
    counts: Floats
    reach: int


@dataclass(frozen=True, slots=True)
class Recall:
    """The share of a show's picks found among the first candidates, with its 95% interval.

    One entry for each of `FIRST`. The interval is of a bootstrap over episodes. `reach` is the share
    of the picks that lie at least half in some passage.
    """

    show: str
    episodes: int
    picks: int
    found: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    reach: float


@dataclass(frozen=True, slots=True)
class Change:
    """How much more is found in the mean over shows, for each of `FIRST`, with its 95% interval.

    The interval is of a bootstrap over episodes, the same ones for both sides.
    """

    gained: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def read_picked(path: Path, hosts: Mapping[str, Sequence[str]]) -> Picked:
    """Read one episode with picks; PullquoteError names the file where it is something else.

    `hosts` has how the labels of a show's hosts begin, for shows that do not quote them.
    """
    try:
        data = json.loads(path.read_bytes())
        return _parsed(data, hosts.get(data["show"], ()))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise PullquoteError(
            f"{path}: this is no episode with picks", "see: pullquote quotes fit --help"
        ) from None


def _parsed(data: dict[str, Any], hosts: Sequence[str]) -> Picked:
    words: list[Word] = []
    offsets: list[int] = []
    for turn in data["turns"]:
        offsets.append(len(words))
        for text in turn["text"].split():
            at = round(len(words) * SECONDS_PER_WORD, 2)
            words.append(Word(text, at, round(at + SECONDS_PER_WORD, 2), None, turn["speaker"]))
    asked = data.get("pick_kind") == "cold_open"
    quoted = [pick for pick in data["picked"] if not (asked and pick.get("role") == "host")]
    picks = [frozenset(_words_of(pick["windows"], offsets)) for pick in quoted]
    transcript = Transcript(words, [[n] for n in range(len(words))], offsets)
    return Picked(data["show"], transcript, hosts, [pick for pick in picks if pick])


def _words_of(windows: Iterable[dict[str, int]], offsets: Sequence[int]) -> Iterator[int]:
    for window in windows:
        first = offsets[window["start_turn"]] + window["start_word"]
        yield from range(first, offsets[window["end_turn"]] + window["end_word"] + 1)


def reviewed(
    show: str,
    transcript: Transcript,
    hosts: Sequence[str],
    quotes: Any,
    rejected: Sequence[Range] = (),
) -> Picked:
    """An episode of this show whose host has decided; `quotes` is its parsed `quotes.json`.

    What the host never kept is what was not picked; the words that the host was shown and
    `rejected` count more.
    """
    picks = [
        frozenset(n for first, last in quote["spans"] for n in range(first, last))
        for quote in quotes["quotes"]
    ]
    return Picked(show, transcript, hosts, [pick for pick in picks if pick], rejected)


def beats_default(samples: Sequence[Sample], found: Sequence[Floats]) -> bool:
    """Whether weights fitted here find more on episodes left out (`found`) than the default ones.

    More in four of five draws of a bootstrap over the episodes: one lucky episode is not enough.
    """
    default = weights()
    gain = np.array(
        [hit[_JUDGED] - hits(s, default)[_JUDGED] for s, hit in zip(samples, found, strict=True)]
    )
    drawn = np.random.default_rng(0).integers(len(gain), size=(_DRAWS, len(gain)))
    return bool((gain[drawn].sum(axis=1) > 0).mean() >= _SURE)


def sample(episode: Picked) -> Sample:
    """Passages of an episode with the truth about them."""
    found = passages(episode.transcript, episode.hosts)
    first = np.array([passage.first for passage in found], dtype=np.int64)
    last = np.array([passage.last for passage in found], dtype=np.int64)
    picked, reach = np.zeros(len(found)), 0
    for pick in episode.picks:
        said = np.zeros(len(episode.transcript.words) + 1, dtype=np.int64)
        said[[n + 1 for n in pick]] = 1
        before = said.cumsum()
        holds = 2 * (before[last] - before[first]) >= len(pick)
        picked[holds] = 1
        reach += bool(holds.any())
    counts = np.ones(len(found))
    for start, end in episode.rejected:
        shared = np.minimum(end, last) - np.maximum(start, first)
        counts[2 * shared >= last - first] = _REJECTION
    matrix = features(found, episode.transcript)
    return Sample(episode.show, found, matrix, picked, episode.picks, counts, reach)


def fit(
    samples: Sequence[Sample],
    use: Sequence[str] = tuple(FEATURES),
    known: Mapping[str, float] = PRIOR,
) -> Floats:
    """Weights: a logistic regression on the features named in `use`, plus what is `known` of them.

    Every episode counts the same, but shows by the root of their episodes. Either part is scaled to
    deviation 1; what was learned counts the more, the more episodes there are.
    """
    usable = [s for s in samples if s.picked.any() and not s.picked.all()]
    if not usable:
        raise PullquoteError("no passage of these episodes was picked: there is nothing to learn")
    mask = np.array([float(name in use) for name in FEATURES])
    rows = [s.matrix if len(use) == len(FEATURES) else s.matrix * mask for s in usable]
    learned = logistic(usable, rows, _RIDGE)
    prior = np.array([known.get(name, 0.0) for name in FEATURES]) * mask
    trust = len(usable) / (len(usable) + _HALF)
    found: Floats = trust * _scaled(learned, usable) + _scaled(prior, usable)
    return found


def _scaled(part: Floats, samples: Sequence[Sample]) -> Floats:
    """Weights with which the scores of an episode have deviation 1; as they are where all are alike."""
    deviation = float(np.mean([(s.matrix @ part).std() for s in samples]))
    return part / deviation if deviation > 0 else part


def logistic(samples: Sequence[Sample], rows: Sequence[Floats], strength: float) -> Floats:
    """A logistic regression on a row of numbers for each passage, with a ridge of this strength.

    Episodes without picks, or with nothing else, are left out of account.
    """
    chosen = [n for n, s in enumerate(samples) if s.picked.any() and not s.picked.all()]
    samples, rows = [samples[n] for n in chosen], [rows[n] for n in chosen]
    episodes = Counter(s.show for s in samples)
    weight = np.concatenate(
        [
            np.where(
                s.picked > 0,
                0.5 / s.picked.sum(),
                0.5 * s.counts / ((1 - s.picked) * s.counts).sum(),
            )
            / np.sqrt(episodes[s.show])
            for s in samples
        ]
    )
    weight *= len(samples) / weight.sum()
    x = np.vstack(rows)
    x = np.column_stack([x, np.ones(len(x))])
    y = np.concatenate([s.picked for s in samples])
    ridge = strength * np.r_[np.ones(x.shape[1] - 1), 1e-6]
    b = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ b, -30.0, 30.0)))
        gradient = x.T @ (weight * (p - y)) + ridge * b
        b -= np.linalg.solve((x * (weight * p * (1 - p))[:, None]).T @ x + np.diag(ridge), gradient)
    found: Floats = b[:-1]
    return found


def hits(sample: Sample, by: Floats) -> Floats:
    """How many picks lie at least half in the first candidates, for each of `FIRST`."""
    return hits_of(sample, sample.matrix @ by)


def hits_of(sample: Sample, scores: Floats) -> Floats:
    """The same where the score of each passage is known."""
    chosen = [sample.passages[n] for n, _ in choose(sample.passages, scores, max(FIRST))]
    found = []
    for count in FIRST:
        covered = {n for passage in chosen[:count] for n in range(passage.first, passage.last)}
        found.append(sum(2 * len(pick & covered) >= len(pick) for pick in sample.picks))
    return np.array(found, dtype=np.float64)


def left_out(
    samples: Sequence[Sample],
    use: Sequence[str] = tuple(FEATURES),
    known: Mapping[str, float] = PRIOR,
) -> list[Floats]:
    """The hits of each episode, by weights that never saw it.

    Whole shows are left out; where all episodes are of one show, a fifth of them each time.
    """
    shows = sorted({s.show for s in samples})
    fold = [
        shows.index(s.show) if len(shows) > 1 else index % _FOLDS for index, s in enumerate(samples)
    ]
    found: list[Floats] = [np.zeros(len(FIRST))] * len(samples)
    for number in sorted(set(fold)):
        others = [s for s, n in zip(samples, fold, strict=True) if n != number]
        by = fit(others, use, known)
        for index, s in enumerate(samples):
            if fold[index] == number:
                found[index] = hits(s, by)
    return found


def recalls(samples: Sequence[Sample], found: Sequence[Floats]) -> list[Recall]:
    """The recall of each show, and last the mean over shows."""
    rng = np.random.default_rng(0)
    rows, draws = [], []
    for show, mine in _by_show(samples):
        hit = np.array([found[n] for n in mine])
        count = np.array([len(samples[n].picks) for n in mine])
        reach = sum(samples[n].reach for n in mine) / count.sum()
        shares = _drawn(hit, count, rng)
        draws.append(shares)
        share = hit.sum(0) / count.sum()
        rows.append(_recall(show, len(mine), int(count.sum()), share, shares, reach))
    mean = np.mean([row.found for row in rows], axis=0)
    picks = sum(row.picks for row in rows)
    within = float(np.mean([row.reach for row in rows]))
    drawn = np.mean(draws, axis=0)
    return [*rows, _recall("mean over shows", len(samples), picks, mean, drawn, within)]


def change(samples: Sequence[Sample], before: Sequence[Floats], after: Sequence[Floats]) -> Change:
    """What is gained by `after` in the mean over shows; either has the hits of each episode."""
    rng = np.random.default_rng(0)
    means, draws = [], []
    for _, mine in _by_show(samples):
        more = np.array([after[n] - before[n] for n in mine])
        count = np.array([len(samples[n].picks) for n in mine])
        means.append(more.sum(0) / count.sum())
        draws.append(_drawn(more, count, rng))
    low, high = np.quantile(np.mean(draws, axis=0), [0.025, 0.975], axis=0)
    return Change(np.mean(means, axis=0).tolist(), low.tolist(), high.tolist())


def _by_show(samples: Sequence[Sample]) -> list[tuple[str, list[int]]]:
    """The shows in order, each with the numbers of its episodes."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, s in enumerate(samples):
        found[s.show].append(number)
    return sorted(found.items())


def _drawn(hit: Floats, count: npt.NDArray[np.int64], rng: np.random.Generator) -> Floats:
    """Shares of a show's picks, one row a draw of its episodes."""
    drawn = rng.integers(len(hit), size=(_DRAWS, len(hit)))
    shares: Floats = hit[drawn].sum(axis=1) / count[drawn].sum(axis=1)[:, None]
    return shares


def _recall(
    show: str, episodes: int, picks: int, found: Floats, draws: Floats, reach: float
) -> Recall:
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    return Recall(show, episodes, picks, found.tolist(), low.tolist(), high.tolist(), float(reach))


def as_json(by: Floats, command: str, measured: Sequence[Recall]) -> dict[str, Any]:
    """What a file of weights holds."""
    return {
        "command": command,
        "recall": recall_json(measured),
        "weights": {name: round(float(w), 3) for name, w in zip(FEATURES, by, strict=True)},
    }


def recall_json(measured: Sequence[Recall]) -> dict[str, dict[str, float]]:
    """The recall of each show and their mean, by the number of candidates."""
    return {
        row.show: {str(n): round(value, 3) for n, value in zip(FIRST, row.found, strict=True)}
        for row in measured
    }
