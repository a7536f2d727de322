"""What people picked from many shows, and how much of it a ranking finds.

What is said of shows holds for shows that were left out of the fit; its interval is of a bootstrap over
episodes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.quotes.matching.sentences import turns
from pipeline.quotes.proposals.fitting import FIRST, Picked, Sample, fit, hits
from pipeline.quotes.proposals.ranking import Floats
from tests.benchmarks.picked_episodes import load

_DRAWS = 500  # of the bootstrap
_OPENING = 100  # words of a turn


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


def left_out(samples: Sequence[Sample], known: Floats) -> list[Floats]:
    """The hits of each episode, by weights that never saw its show."""
    by = {
        show: fit([sample for sample in samples if sample.show != show], known)
        for show in {sample.show for sample in samples}
    }
    return [hits(sample, sample.matrix @ by[sample.show]) for sample in samples]


def early_long_turns(episode: Picked) -> Floats:
    """The hits of a plain rule: the first hundred words of the longest turns, earlier ones first."""
    asks = tuple(name.casefold() for name in episode.hosts)
    spans = [
        (turn.first, turn.last)
        for turn in turns(episode.transcript)
        if not (asks and (turn.speaker or "").casefold().startswith(asks))
    ]
    longest = sorted(spans, key=lambda span: span[0] - span[1])
    found = []
    for count in (words // _OPENING for words in FIRST):
        first = sorted(longest[: 2 * count])[:count]
        covered = {n for a, b in first for n in range(a, min(b, a + _OPENING))}
        found.append(sum(2 * len(pick & covered) >= len(pick) for pick in episode.picks))
    return np.array(found, dtype=np.float64)


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


def table(measured: Sequence[Recall]) -> list[str]:
    """The recall of each show as lines."""
    head = "".join(f"  {f'{count} words':>18}" for count in FIRST)
    lines = [f"{'recall in the first':34}{'episodes':>9}{'picks':>7}{head}  in reach"]
    for row in measured:
        cells = "".join(
            f"  {found:.3f} ({low:.2f} to {high:.2f})"
            for found, low, high in zip(row.found, row.low, row.high, strict=True)
        )
        lines.append(f"{row.show[:34]:34}{row.episodes:9}{row.picks:7}{cells}  {row.reach:8.3f}")
    return lines


def cells(change: Change) -> str:
    """A change as columns."""
    return "".join(
        f"  {gained:+.3f} ({low:+.2f} to {high:+.2f})"
        for gained, low, high in zip(change.gained, change.low, change.high, strict=True)
    )
