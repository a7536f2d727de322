"""What a ranking of passages could reach, and what it would have to know for it.

Four questions, each of them answered by the passages and the choice that a host gets:

- what is found by somebody who knows the picks, and by nobody's knowledge at all;
- how well scores must tell picked passages from others (the area under the ROC curve within the
  episode) for how much recall. Scores of a given area are drawn: two normal distributions for what was
  picked and what was not, with noise that runs along the words, so that passages that share words err
  alike, as those of a real ranking do;
- whether more episodes to learn from would help on other shows;
- what a show's own history adds to what other shows teach.
"""

from collections.abc import Callable, Iterator, Sequence
from statistics import NormalDist

import numpy as np

from pipeline.quotes.proposals import fitting
from pipeline.quotes.proposals.fitting import Sample, hits
from pipeline.quotes.proposals.ranking import Floats
from tests.benchmarks.picks import change, learned, left_out, recalls

AREAS = (0.6, 0.65, 0.7, 0.75, 0.8)
DRAWS = 4  # of the noise, and of the episodes to learn from
MOST = 40  # episodes of a show that scores are drawn for
SIZES = (8, 32, 128)  # episodes to learn from
OWN = 25  # episodes that a show's own history needs

Scores = Callable[[Sample], Floats]


def ceiling(samples: Sequence[Sample]) -> Iterator[str]:
    """The answers as lines, from the samples of several shows."""
    yield f"{'recall of human picks, mean over shows':48}" + "".join(
        f"{f'first {count}':>10}" for count in fitting.FIRST
    )
    some = [s for show in _shows(samples) for s in _of(samples, show)[:MOST]]
    yield from _bounds(some)
    yield from _areas(some)
    yield from _ours(samples)
    yield from _more_episodes(samples)
    yield from _own_history(samples)


def _bounds(samples: Sequence[Sample]) -> Iterator[str]:
    rng = np.random.default_rng(0)
    yield _line("chosen by who knows the picks", _mean(samples, _held))
    by_chance = [_mean(samples, lambda s: _noise(s, rng)) for _ in range(DRAWS)]
    yield _line("chosen by chance, from the same passages", np.mean(by_chance, axis=0))


def _areas(samples: Sequence[Sample]) -> Iterator[str]:
    rng = np.random.default_rng(0)
    for area in AREAS:
        apart = np.sqrt(2) * NormalDist().inv_cdf(area)
        drawn = [_rows(samples, _drawn(float(apart), rng)) for _ in range(DRAWS)]
        yield _line(f"scores with an area of {area:.2f}", np.mean(drawn, axis=0)[-1])
        for row, show in zip(np.mean(drawn, axis=0), _shows(samples), strict=False):
            yield _line(f"    {show}", row)


def _ours(samples: Sequence[Sample]) -> Iterator[str]:
    """What our weights reach on each show, fitted on the others; and on what they have seen."""
    yield _line("ours", _recall(samples, left_out(samples)))
    seen = learned(samples)
    yield _line("ours, where the fit saw them", _mean(samples, _weighed(seen)))
    for show in _shows(samples):
        mine = _of(samples, show)
        by = learned([s for s in samples if s.show != show])
        area, most = (np.nanmean([_area(s, s.matrix @ w) for s in mine]) for w in (by, seen))
        yield f"ours on {show}: area {area:.3f}, {most:.3f} where the fit saw it"


def _more_episodes(samples: Sequence[Sample]) -> Iterator[str]:
    """Recall on the other shows, by the number of episodes of the largest to learn from."""
    largest = _largest(samples)
    own = _of(samples, largest)
    others = [s for s in samples if s.show != largest]
    for size, by in _learned(own):
        found = np.mean([_mean(others, _weighed(w)) for w in by], axis=0)
        yield _line(f"other shows, {size} episodes of {largest}", found)


def _own_history(samples: Sequence[Sample]) -> Iterator[str]:
    """Recall by what other shows teach, and with a show's own other episodes, a fifth left out a time."""
    for show in _shows(samples):
        own = _of(samples, show)
        if len(own) < OWN:
            continue
        known = learned([s for s in samples if s.show != show])
        before = [hits(s, s.matrix @ known) for s in own]
        after = fitting.left_out(own, known)
        yield _line(f"{show}, by other shows", _recall(own, before))
        yield _line(f"{show}, with its own episodes", _recall(own, after))
        gain = change(own, before, after)
        bounds = zip(gain.low, gain.high, strict=True)
        yield f"{'    gained':48}" + "".join(f"{low:+.2f} to {high:+.2f}  " for low, high in bounds)


def _learned(samples: Sequence[Sample]) -> Iterator[tuple[int, list[Floats]]]:
    """Weights from several draws of so many episodes, and last from all of them."""
    rng = np.random.default_rng(0)
    usable = [s for s in samples if s.picked.any()]
    for size in (n for n in SIZES if n < len(usable)):
        drawn = [rng.permutation(len(usable))[:size] for _ in range(DRAWS)]
        yield size, [learned([usable[n] for n in some]) for some in drawn]
    yield len(usable), [learned(usable)]


def _weighed(by: Floats) -> Scores:
    def scores(sample: Sample) -> Floats:
        found: Floats = sample.matrix @ by
        return found

    return scores


def _drawn(apart: float, rng: np.random.Generator) -> Scores:
    """Scores whose means for what was picked and what was not are `apart`, in deviations."""
    return lambda sample: apart * sample.picked + _noise(sample, rng)


def _rows(samples: Sequence[Sample], scores: Scores) -> Floats:
    """The recall of each show by these scores, the mean over shows last."""
    found = [hits(s, scores(s)) for s in samples]
    return np.array([row.found for row in recalls(samples, found)])


def _recall(samples: Sequence[Sample], found: Sequence[Floats]) -> Floats:
    return np.array(recalls(samples, found)[-1].found)


def _mean(samples: Sequence[Sample], scores: Scores) -> Floats:
    mean: Floats = _rows(samples, scores)[-1]
    return mean


def _held(sample: Sample) -> Floats:
    """How many picks each passage holds, parts of picks counted as parts."""
    before = np.zeros(_words(sample) + 1)
    for pick in sample.picks:
        before[[n + 1 for n in pick if n < len(before) - 1]] += 1 / len(pick)
    return _over(sample, before)


def _noise(sample: Sample, rng: np.random.Generator) -> Floats:
    """Normal noise of deviation 1 that passages share as far as they share words."""
    drawn = _over(sample, np.r_[0.0, rng.standard_normal(_words(sample))])
    lengths = np.array([passage.last - passage.first for passage in sample.passages])
    noise: Floats = drawn / np.sqrt(lengths)
    return noise


def _over(sample: Sample, values: Floats) -> Floats:
    """Sums over the words of each passage; `values` has the word n at n + 1."""
    sums = values.cumsum()
    first, last = np.array([(p.first, p.last) for p in sample.passages]).T
    found: Floats = sums[last] - sums[first]
    return found


def _words(sample: Sample) -> int:
    return max(passage.last for passage in sample.passages)


def _area(sample: Sample, scores: Floats) -> float:
    """How often a picked passage has more than one that was not picked; ties count half."""
    other = np.sort(scores[sample.picked == 0])
    mine = scores[sample.picked > 0]
    if not (len(mine) and len(other)):
        return float("nan")
    below = np.searchsorted(other, mine, "left") + np.searchsorted(other, mine, "right")
    return float(below.mean() / 2 / len(other))


def _largest(samples: Sequence[Sample]) -> str:
    return max(_shows(samples), key=lambda show: sum(s.show == show for s in samples))


def _shows(samples: Sequence[Sample]) -> list[str]:
    return sorted({s.show for s in samples})


def _of(samples: Sequence[Sample], show: str) -> list[Sample]:
    return [s for s in samples if s.show == show]


def _line(name: str, found: Floats) -> str:
    return f"{name:48}" + "".join(f"{value:10.3f}" for value in found)
