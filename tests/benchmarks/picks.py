"""What people picked from many shows: weights and a direction learned from it, and what they are worth.

What is said of shows holds for shows that were left out of the fit; its interval is of a bootstrap over
episodes.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.quotes.proposals.directions import WEIGHT, along
from pipeline.quotes.proposals.fitting import FIRST, Picked, Sample, fit, hits, logistic
from pipeline.quotes.proposals.ranking import FEATURES, Floats
from pipeline.quotes.proposals.vectors import Meanings
from tests.benchmarks.picked_episodes import load

_DRAWS = 500  # of the bootstrap
_RIDGE = 100.0  # of the direction: of numbers with deviation 1; 300 finds as much
_DIGITS = 4
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
    """Read one episode with picks; `hosts` has how the labels of hosts begin, who are not quoted."""
    episode = load(path)
    picks = [
        frozenset(n for first, last in windows for n in range(first, last))
        for _, windows in episode.picks
    ]
    show = episode.show
    return Picked(show, episode.transcript, hosts.get(show, ()), [pick for pick in picks if pick])


def learned(
    samples: Sequence[Sample],
    use: Sequence[str] = tuple(FEATURES),
    known: Mapping[str, float] = PRIOR,
) -> Floats:
    """Weights of the features named in `use`, with what is `known` of them."""
    mask = np.array([float(name in use) for name in FEATURES])
    prior = np.array([known.get(name, 0.0) for name in FEATURES])
    return fit([replace(s, matrix=s.matrix * mask) for s in samples], prior * mask)


def left_out(samples: Sequence[Sample], use: Sequence[str] = tuple(FEATURES)) -> list[Floats]:
    """The hits of each episode, by weights that never saw its show."""
    by = {show: learned(others, use) for show, others in _without(samples)}
    return [hits(sample, sample.matrix @ by[sample.show]) for sample in samples]


def left_out_with_meaning(samples: Sequence[Sample], meant: Mapping[int, Meanings]) -> list[Floats]:
    """The same with a direction; `meant` is what each sample means, by its id in this process."""
    found = {}
    for show, others in _without(samples):
        by, direction = learned(others), learn_direction(others, [meant[id(s)] for s in others])
        for sample in (s for s in samples if s.show == show):
            scores = sample.matrix @ by + WEIGHT * along(meant[id(sample)], direction)
            found[id(sample)] = hits(sample, scores)
    return [found[id(sample)] for sample in samples]


def _without(samples: Sequence[Sample]) -> Iterator[tuple[str, list[Sample]]]:
    """Each show, and the samples of all others."""
    for show in sorted({sample.show for sample in samples}):
        yield show, [sample for sample in samples if sample.show != show]


def learn_direction(samples: Sequence[Sample], meant: Sequence[Meanings]) -> Floats:
    """The direction, of length 1: a logistic regression on sentences, half of which were picked or not.

    `meant` has what the sentences of each sample's passages mean.
    """
    scale = np.sqrt(np.mean([np.mean(each.rows**2) for each in meant]))
    rows = [each.rows.astype(np.float64) / (scale or 1.0) for each in meant]
    judged = [_judged(*pair) for pair in zip(samples, meant, strict=True)]
    found = logistic(judged, rows, _RIDGE)
    return found / float(np.linalg.norm(found) or 1.0)


def _judged(sample: Sample, meant: Meanings) -> Sample:
    """The sample with its sentences in place of its passages: whether half of each was picked."""
    picked = np.zeros(len(meant.sentences))
    for pick in sample.picks:
        for n, (first, last) in enumerate(meant.sentences):
            if 2 * len(pick.intersection(range(first, last))) >= last - first:
                picked[n] = 1
    return replace(sample, picked=picked, counts=np.ones(len(picked)))


def reach_of(sample: Sample) -> int:
    """How many picks lie at least half in some passage: the most that a ranking can find alone."""
    return sum(
        any(
            2 * len(pick.intersection(range(passage.first, passage.last))) >= len(pick)
            for passage in sample.passages
        )
        for pick in sample.picks
    )


def recalls(samples: Sequence[Sample], found: Sequence[Floats]) -> list[Recall]:
    """The recall of each show, and last the mean over shows."""
    rng = np.random.default_rng(0)
    rows, draws = [], []
    for show, mine in _by_show(samples):
        hit = np.array([found[n] for n in mine])
        count = np.array([len(samples[n].picks) for n in mine])
        reach = sum(reach_of(samples[n]) for n in mine) / count.sum()
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


def recall_json(measured: Sequence[Recall]) -> dict[str, dict[str, float]]:
    """The recall of each show and their mean, by the number of candidates."""
    return {
        row.show: {str(n): round(value, 3) for n, value in zip(FIRST, row.found, strict=True)}
        for row in measured
    }


def direction_json(direction: Floats, command: str, measured: Sequence[Recall]) -> dict[str, Any]:
    """What `direction.json` holds."""
    return {
        "command": command,
        "recall": recall_json(measured),
        "direction": [round(value, _DIGITS) for value in direction.tolist()],
    }


def table(measured: Sequence[Recall]) -> list[str]:
    """The recall of each show as lines."""
    head = "".join(f"  {f'first {count}':>18}" for count in FIRST)
    lines = [f"{'recall, weights that never saw it':34}{'episodes':>9}{'picks':>7}{head}  in reach"]
    for row in measured:
        cells = "".join(
            f"  {found:.3f} ({low:.2f} to {high:.2f})"
            for found, low, high in zip(row.found, row.low, row.high, strict=True)
        )
        lines.append(f"{row.show[:34]:34}{row.episodes:9}{row.picks:7}{cells}  {row.reach:8.3f}")
    return lines


def changes(samples: Sequence[Sample], found: Sequence[Floats]) -> Iterator[str]:
    """What the mean over shows loses or gains without each group of features, as lines."""
    for name, group in GROUPS.items():
        rest = [feature for feature in FEATURES if feature not in group]
        less = change(samples, found, left_out(samples, rest))
        yield f"{f'without {name}':50}{cells(less)}"


def cells(change: Change) -> str:
    """A change as columns."""
    return "".join(
        f"  {gained:+.3f} ({low:+.2f} to {high:+.2f})"
        for gained, low, high in zip(change.gained, change.low, change.high, strict=True)
    )
