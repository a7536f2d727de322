"""How many of the passages that people picked are among the candidates, by a scorer of its own.

    python tests/benchmarks/bench_candidates.py DATA SCORER [--limit N] [--jobs J] [--ceiling]
    python tests/benchmarks/bench_candidates.py DATA --weights FILE | --direction FILE

DATA is a folder of episodes with picks, SCORER a program that runs a command over them (both describe
themselves): it compares with random passages and with the openings of long early turns. Each show is
scored with weights fitted on the other shows, in a process of its own for each episode, as a host
would run it. Then, by a count of our own over all episodes: the same with intervals and the share within
reach, what each group of features adds, and whether the default weights come out again byte for byte.
`--ceiling` asks instead what could be reached at all, and what stands in the way; it needs no scorer.
`--weights` writes the default weights of the ranking again, and `--direction` (with the extra [embed])
which way what is quoted leans.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.quotes.proposals import fitting, vectors
from pipeline.quotes.proposals.ranking import DEFAULT_WEIGHTS
from pipeline.workspace import dump_json
from tests.benchmarks import picks
from tests.benchmarks.candidate_ceiling import ceiling

HOSTS = {
    "The Inside View": ["Michaël"],
    "Lenny's Podcast": ["Lenny"],
    "Lex Fridman Podcast": ["Lex"],
    "Hear This Idea": ["Fin", "Luca"],
}  # who asks there and is not quoted
COMMAND = "python tests/benchmarks/bench_candidates.py DATA"
PULLQUOTE = Path(sys.executable).with_name("pullquote")


def load(data: Path) -> tuple[list[fitting.Sample], dict[str, str]]:
    """The samples, and how the file names of each show begin."""
    samples, begins = [], {}
    for path in sorted(data.glob("*.json")):
        episode = picks.read_picked(path, HOSTS)
        if episode.picks:
            samples.append(fitting.sample(episode))
            begins[episode.show] = path.name.partition("-")[0]
    return samples, begins


def score(
    show: str, begins: str, samples: Sequence[fitting.Sample], args: argparse.Namespace
) -> str:
    """The scorer's line about a show whose episodes the weights have not seen."""
    others = [sample for sample in samples if sample.show != show]
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "weights.json"
        value = fitting.as_json(picks.learned(others), f"without {show}", {})
        weights.write_text(json.dumps(value), encoding="utf-8")
        command = (
            f"'{PULLQUOTE}' quotes suggest {{transcript}} --out {{out}} --no-embed --host '{{host}}' "
            f"--weights '{weights}'"
        )
        limit = ["--limit", str(args.limit)] if args.limit else []
        scorer = [sys.executable, str(args.scorer), str(args.data), "--only", f"{begins}-"]
        done = subprocess.run(
            [*scorer, "--command", command, "--jobs", str(args.jobs), *limit],
            capture_output=True,
            text=True,
            check=True,
        )
    return done.stdout.splitlines()[1]


def by_our_count(samples: Sequence[fitting.Sample]) -> Iterator[str]:
    """Recall with intervals, what each group of features adds, and the default weights made again."""
    found = picks.left_out(samples)
    yield from picks.table(picks.recalls(samples, found))
    yield from picks.changes(samples, found)
    same = weights_of(samples) == DEFAULT_WEIGHTS.read_text(encoding="utf-8")
    yield f"{DEFAULT_WEIGHTS.name} made again: {'the same bytes' if same else 'something else'}"


def weights_of(samples: Sequence[fitting.Sample]) -> str:
    """What `weights.json` holds, learned from all samples."""
    measured = picks.recalls(samples, picks.left_out(samples))
    command = f"{COMMAND} --weights {DEFAULT_WEIGHTS.name}"
    learned = picks.learned(samples)
    return dump_json(fitting.as_json(learned, command, picks.recall_json(measured)))


def write_direction(data: Path, out: Path) -> Iterator[str]:
    """Write what `direction.json` holds; recall with it, and what it adds, as lines."""
    samples, meant = [], {}
    for path in sorted(data.glob("*.json")):
        episode = picks.read_picked(path, HOSTS)
        if episode.picks:
            samples.append(fitting.sample(episode))
            meant[id(samples[-1])] = vectors.meanings(samples[-1].passages, episode.transcript)
    found = picks.left_out_with_meaning(samples, meant)
    measured = picks.recalls(samples, found)
    direction = picks.learn_direction(samples, [meant[id(sample)] for sample in samples])
    made = picks.direction_json(direction, f"{COMMAND} --direction {out.name}", measured)
    out.write_text(dump_json(made), encoding="utf-8")
    yield from picks.table(measured)
    gain = picks.change(samples, picks.left_out(samples), found)
    yield f"{'more than without it':50}{picks.cells(gain)}"


def mean_of(lines: Sequence[str]) -> list[float]:
    """The mean over shows of each figure behind the counts of episodes and picks."""
    columns: defaultdict[int, list[float]] = defaultdict(list)
    for line in lines:
        for number, cell in enumerate(line[26:].split()[2:]):
            columns[number].append(float(cell))
    return [sum(cells) / len(cells) for cells in columns.values()]


def by_scorer(
    samples: Sequence[fitting.Sample], begins: dict[str, str], args: argparse.Namespace
) -> Iterator[str]:
    """The scorer's lines, and the mean over shows."""
    head = "eps picks  (recall lift early precision words) at 10, 20, 40"
    yield f"{'weights that never saw it':26} {head}"
    lines = []
    for show in sorted(begins):
        lines.append(score(show, begins[show], samples, args))
        yield lines[-1]
    yield f"{'mean over shows':38}" + " ".join(f"{value:.3f}" for value in mean_of(lines))


def answer(args: argparse.Namespace) -> Iterator[str]:
    """The lines of what was asked."""
    if args.direction:
        yield from write_direction(args.data, args.direction)
        return
    samples, begins = load(args.data)
    if args.weights:
        args.weights.write_text(weights_of(samples), encoding="utf-8")
    elif args.ceiling:
        yield from ceiling(samples)
    else:
        yield from by_scorer(samples, begins, args)
        yield from by_our_count(samples)


def main() -> None:
    """Score every show and print the mean; or say what the ceiling is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("scorer", type=Path, nargs="?")
    parser.add_argument("--limit", type=int, help="the scorer: at most so many episodes of a show")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--ceiling", action="store_true", help="what could be reached at all")
    parser.add_argument("--weights", type=Path, help="write the default weights to this file")
    parser.add_argument("--direction", type=Path, help="write the direction to this file")
    args = parser.parse_args()
    if not (args.scorer or args.ceiling or args.weights or args.direction):
        parser.error("name a SCORER, or ask for the --ceiling, --weights or --direction")
    start = time.monotonic()
    for line in answer(args):
        print(line, flush=True)
    print(f"{time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
