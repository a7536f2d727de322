"""How well candidates are cut, and how many of the passages that people picked are among them.

    python tests/benchmarks/bench_candidates.py DATA [--only PREFIX...] [--limit N]
    python tests/benchmarks/bench_candidates.py --heard TRANSCRIPT TRUTH

DATA is a folder of episodes with picks, of several shows. The first table is of the candidates that a
host gets. The second has one row for each way to rank the same passages, and one for a plain rule,
early long turns: what share of the picks lies at least half in the first words that a host reads. It is
the mean over shows, with what is gained over the plain rule and its 95% interval. Weights are fitted on
the other shows. A ranking that does not beat the plain rule there is not shipped.

With --heard candidates are cut from TRANSCRIPT, which a recogniser made, and judged by TRUTH, a person's
transcript of the same recording: the recogniser sets full stops where nobody ends a sentence.
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from pipeline.quotes.proposals import fitting
from pipeline.quotes.proposals.candidates import suggest
from pipeline.quotes.proposals.ranking import FEATURES, Floats, learned
from pipeline.transcript.formats.foreign import read_transcript
from tests.benchmarks import picks
from tests.benchmarks.cut_quality import HEAD, Cuts, heard, judged, line

HOSTS = {
    "The Inside View": ["Michaël"],
    "Lenny's Podcast": ["Lenny"],
    "Lex Fridman Podcast": ["Lex"],
    "Hear This Idea": ["Fin", "Luca"],
}  # who asks there and is not quoted
_FIRST = 20  # candidates whose cuts are judged
_DRAWS = 8  # of chance


def read(args: argparse.Namespace) -> Iterator[fitting.Picked]:
    """The episodes: of each show the first ones."""
    seen: Counter[str] = Counter()
    for path in sorted(args.data.glob("*.json")):
        show = path.name.partition("-")[0]
        if (args.only and show not in args.only) or seen[show] == args.limit:
            continue
        seen[show] += 1
        yield picks.read_picked(path, HOSTS)


def cuts(episodes: Sequence[fitting.Picked]) -> Iterator[str]:
    """How well the candidates of each show are cut, as lines."""
    found: defaultdict[str, list[Cuts]] = defaultdict(list)
    lengths: defaultdict[str, list[int]] = defaultdict(list)
    for episode in episodes:
        first = suggest(episode.transcript, _FIRST, episode.hosts)
        found[episode.show].append(judged(episode.transcript, first))
        lengths[episode.show] += [len(pick) for pick in episode.picks]
    yield HEAD
    for show in sorted(found):
        yield line(show, found[show], lengths[show])
    everything = [each for show in found.values() for each in show]
    yield line("all", everything, [each for show in lengths.values() for each in show])


def recall(episodes: Sequence[fitting.Picked]) -> Iterator[str]:
    """What each ranking finds, as lines: in the mean over shows, and what that is more than the rule."""
    episodes = [episode for episode in episodes if episode.picks]
    samples = [fitting.Sample(episode) for episode in episodes]
    rule = [picks.early_long_turns(episode) for episode in episodes]
    known, _ = learned()
    yield from picks.table(picks.recalls(samples, _ranked(samples, known)))
    yield f"{'mean over shows':34}" + "".join(f"{f'{n} words':>24}" for n in fitting.FIRST)
    yield _row("the first 100 words of them", samples, rule, rule)
    place = np.array([name not in ("clean", "opens") for name in FEATURES]) * known
    rng = np.random.default_rng(0)
    rows = {
        "early long turns, well cut": _ranked(samples, place),
        "and said cleanly (as shipped)": _ranked(samples, known),
        "weights learned on other shows": picks.left_out(samples, known),
        "chance": [np.mean([_drawn(s, rng) for _ in range(_DRAWS)], axis=0) for s in samples],
        "who knows the picks": [fitting.hits(s, s.picked) for s in samples],
    }
    for name, hits in rows.items():
        yield _row(name, samples, hits, rule)


def _drawn(sample: fitting.Sample, rng: np.random.Generator) -> Floats:
    return fitting.hits(sample, rng.standard_normal(len(sample.passages)))


def _ranked(samples: Sequence[fitting.Sample], by: Floats) -> list[Floats]:
    return [fitting.hits(sample, sample.matrix @ by) for sample in samples]


def _row(
    name: str, samples: Sequence[fitting.Sample], hits: Sequence[Floats], rule: Sequence[Floats]
) -> str:
    mean = picks.recalls(samples, hits)[-1].found
    gain = picks.change(samples, rule, hits)
    cells = zip(mean, gain.low, gain.high, strict=True)
    return f"{name:34}" + "".join(f"{m:8.3f} ({low:+.2f} to {high:+.2f})" for m, low, high in cells)


def by_ear(transcript: Path, truth: Path) -> Iterator[str]:
    """How many candidates from a recogniser's transcript begin and end a person's sentences."""
    words = read_transcript(transcript)
    turns = [turn["text"] for turn in json.loads(truth.read_bytes())["turns"]]
    for count in (_FIRST, 2 * _FIRST):
        begins, ends = heard(words, suggest(words, count), turns)
        cells = "   ".join(
            f"{name} a sentence: {sum(each)} of {len(each)}"
            for name, each in (("begin", begins), ("end", ends))
        )
        yield f"first {count}: {cells}"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--heard", type=Path, nargs=2, metavar=("TRANSCRIPT", "TRUTH"))
    parser.add_argument("--only", nargs="*", help="shows, as their files' names begin")
    parser.add_argument("--limit", type=int, help="at most so many episodes of a show")
    args = parser.parse_args()
    start = time.monotonic()
    episodes = list(read(args)) if args.data else []
    tables = [cuts(episodes), recall(episodes)] if episodes else []
    for each in chain(*tables, by_ear(*args.heard) if args.heard else ()):
        print(each, flush=True)
    print(f"{time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
