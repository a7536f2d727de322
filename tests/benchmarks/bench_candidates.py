"""How many of the passages that people picked are among the candidates, by a scorer of its own.

    python tests/benchmarks/bench_candidates.py DATA SCORER [--limit N] [--jobs J]

DATA is a folder of episodes with picks, SCORER a program that runs a command over them (both describe
themselves): it compares with random passages and with the openings of long early turns. Each show is
scored with weights fitted on the other shows, in a process of its own for each episode, as a host
would run it. `pullquote quotes fit DATA` is quicker and gives intervals and the share within reach.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from pipeline.quotes import fitting

HOSTS = {
    "The Inside View": ["Michaël"],
    "Lenny's Podcast": ["Lenny"],
    "Lex Fridman Podcast": ["Lex"],
    "Hear This Idea": ["Fin", "Luca"],
}  # who asks there and is not quoted
PULLQUOTE = Path(sys.executable).with_name("pullquote")


def load(data: Path) -> tuple[list[fitting.Sample], dict[str, str]]:
    """The samples, and how the file names of each show begin."""
    samples, begins = [], {}
    for path in sorted(data.glob("*.json")):
        episode = fitting.read_picked(path, HOSTS)
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
        value = fitting.as_json(fitting.fit(others), f"without {show}", [])
        weights.write_text(json.dumps(value), encoding="utf-8")
        command = (
            f"'{PULLQUOTE}' quotes suggest {{transcript}} --out {{out}} --host '{{host}}' "
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


def mean_of(lines: Sequence[str]) -> list[float]:
    """The mean over shows of each figure behind the counts of episodes and picks."""
    columns: defaultdict[int, list[float]] = defaultdict(list)
    for line in lines:
        for number, cell in enumerate(line[26:].split()[2:]):
            columns[number].append(float(cell))
    return [sum(cells) / len(cells) for cells in columns.values()]


def main() -> None:
    """Score every show and print the mean."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("--limit", type=int, help="at most so many episodes of a show")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    start = time.monotonic()
    samples, begins = load(args.data)
    print(
        f"{'weights that never saw it':26} eps picks  (recall lift early precision words) at 10, 20, 40"
    )
    lines = []
    for show in sorted(begins):
        lines.append(score(show, begins[show], samples, args))
        print(lines[-1], flush=True)
    print(f"{'mean over shows':38}" + " ".join(f"{value:.3f}" for value in mean_of(lines)))
    print(f"{time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
