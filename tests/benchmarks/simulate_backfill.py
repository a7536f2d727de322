"""What becomes of a backfill on a cluster that nobody here has: a million episodes on a thousand GPUs.

    python tests/benchmarks/simulate_backfill.py [EPISODES] [GPUS] [--drivers N] [--plot FILE.png]

First the sample is run here, stage by stage, and its parcels are packed and taken in: that gives seconds
for an hour of sound, for a model that is loaded and for a parcel. Then simpy plays the driver, cores, GPUs
and the store. What is assumed, because it can't be measured here:

- Episodes last 45 minutes at the median, lognormal (sigma 0.6). An hour has 60 MB, mastered 58.
- A GPU hears `GPU_SPEED` times as fast as it is spoken, with a model that takes `GPU_LOAD` seconds to load;
  one in fifty GPUs is a straggler, at a third of the speed.
- A GPU is lost every 20 hours (spot) with its machine, and another one comes after 5 minutes. What is lost
  is the batch in hand; what is finished is in the store, a request for each batch.
- Eight episodes share a GPU: they are mastered and cut on cores, which are free while they are heard.
- Four cores for each GPU, as slow as those of this machine. The store takes 5,500 requests a second for a
  prefix and 100 Gbit/s; a machine has 5 Gbit/s.
- The recordings are in the bucket, and their hashes known: `backfill` looks at all episodes first. A driver
  packs and takes in one parcel at a time. Several may run over one show, each over episodes of its own
  (`backfill SLUG...`): an episode is locked while it is written to.
- A GPU costs 0.40 an hour, with its cores.
"""

import argparse
import heapq
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import simpy

from pipeline.engine.progress import Progress, Reporter, silent
from pipeline.engine.running.parcels import collect, unpack
from pipeline.engine.running.runner import Runner
from pipeline.speech.recognising import engine
from pipeline.stages import all_stages
from pipeline.workspace import Workspace

SAMPLE = "why-bridges-hum"
REPOSITORY = Path(__file__).parents[2]

MEDIAN, SIGMA = 0.75, 0.6  # hours of an episode
RECORDING, MASTER = 60e6, 58e6  # bytes an hour
GPU_SPEED, GPU_LOAD = 150.0, 12.0  # times real time, with a large model; seconds
STRAGGLERS, SLOW = 0.02, 3.0
LOSS, AGAIN = 20 * 3600.0, 300.0  # seconds between two losses of a GPU, and until there is another
BATCH = 16 * 26.0  # seconds of sound that are heard together
CORES = 4  # for each GPU
SHARE = 8  # episodes for each GPU, as `cluster` has them
REQUESTS, STORE_BYTES, MACHINE_BYTES = 5500.0, 12.5e9, 0.625e9  # a second
PRICE = 0.40

Steps = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class Measured:
    """Of this machine: core seconds for an hour of sound, before and after it is heard; of one parcel."""

    before: float
    after: float
    heard: float
    load: float
    pack: float
    take_in: float


class _Stopwatch(Reporter):
    def __init__(self) -> None:
        self.took: dict[str, float] = {}

    @contextmanager
    def stage(self, slug: str, name: str) -> Iterator[Progress]:
        begun = _spent()
        yield silent
        self.took[name] = _spent() - begun


def measure() -> Measured:
    """Run the sample on a machine of its own, so to speak, and take it in."""
    with tempfile.TemporaryDirectory() as folder:
        here, there = Path(folder) / "here", Path(folder) / "there"
        kept = shutil.ignore_patterns("build", "corrections.toml", "quotes.toml", "__pycache__")
        for name in ("feed", f"episodes/{SAMPLE}"):
            shutil.copytree(REPOSITORY / name, here / name, ignore=kept)
        begun = _spent()
        engine.load("openai-whisper", "tiny.en")
        load = _spent() - begun
        runner, watch = Runner(Workspace(here), all_stages()), _Stopwatch()
        runner.pack(SAMPLE, "suggest")
        begun = time.process_time()
        parcel = runner.pack(SAMPLE, "suggest")
        packed = time.process_time() - begun
        media = {name: here / f"episodes/{SAMPLE}" / name for name in parcel.media}
        unpack(parcel, there, lambda name, _, path: _copy(media[name], path))
        Runner(Workspace(there), all_stages()).run(SAMPLE, to="suggest", reporter=watch)
        returned = collect(parcel, there)
        begun = time.process_time()
        runner.take_in(parcel, returned)
        taken = time.process_time() - begun
        hours = engine_hours(there)
    heard = watch.took.pop("transcribe") - load
    before = watch.took.pop("master")
    return Measured(
        before / hours, sum(watch.took.values()) / hours, heard / hours, load, packed, taken
    )


def _spent() -> float:
    """Seconds of a core that this process and those that it started have taken."""
    return sum(os.times()[:4])


def _copy(source: Path, target: Path) -> None:
    shutil.copy(source, target)


def engine_hours(root: Path) -> float:
    from pipeline.artefacts import AUDIO

    return AUDIO.of(Workspace(root).episode(SAMPLE)).duration / 3600


@dataclass
class Usage:
    """Seconds that each part of the cluster was at work, and what was asked of the store."""

    busy: dict[str, float] = field(default_factory=dict)
    requests: int = 0
    bytes: float = 0.0
    losses: int = 0
    hours: float = 0.0

    def add(self, what: str, seconds: float) -> None:
        self.busy[what] = self.busy.get(what, 0.0) + seconds


class Backfill:
    """One backfill; `run` gives its seconds."""

    def __init__(
        self, measured: Measured, episodes: int, gpus: int, drivers: int, seed: int = 1
    ) -> None:
        self.env = simpy.Environment()
        self.measured, self.episodes, self.gpus = measured, episodes, gpus
        self.usage, self.drivers = Usage(), drivers
        self._random = random.Random(seed)
        self._driver = simpy.Resource(self.env, drivers)
        self._cores = simpy.Resource(self.env, CORES * gpus)
        self._gpus = simpy.Resource(self.env, gpus)
        self._store_free = 0.0  # when the store has answered all that it was asked

    def run(self) -> float:
        waiting = iter(range(self.episodes))
        for _ in range(min(self.episodes, SHARE * self.gpus)):
            self.env.process(self._thread(waiting))
        self.env.run()
        return float(self.env.now)

    def _thread(self, waiting: Iterator[int]) -> Steps:
        for _ in waiting:
            yield from self._episode(self._random.lognormvariate(0, SIGMA) * MEDIAN)

    def _episode(self, hours: float) -> Steps:
        self.usage.hours += hours
        now = self.measured
        yield from self._drive(now.pack)
        yield from self._on_core(hours * now.before, RECORDING * hours, MASTER * hours)
        yield from self._on_gpu(hours)
        yield from self._on_core(hours * now.after, 0, 0)
        yield from self._drive(now.take_in)

    def _drive(self, seconds: float) -> Steps:
        with self._driver.request() as turn:
            yield turn
            yield self._work("drivers", seconds)

    def _on_core(self, seconds: float, get: float, put: float) -> Steps:
        with self._cores.request() as core:
            yield core
            yield from self._transfer(get, 2)
            yield self._work("cores", seconds)
            if put:
                yield from self._transfer(put, 8)

    def _on_gpu(self, hours: float) -> Steps:
        with self._gpus.request() as gpu:
            yield gpu
            slow = SLOW if self._random.random() < STRAGGLERS else 1.0
            left = hours * 3600 / GPU_SPEED * slow
            while (until := self._random.expovariate(1 / LOSS)) < left:
                self.usage.losses += 1
                yield self._work("GPUs", until)
                left -= max(0.0, until - BATCH / GPU_SPEED * slow)  # the batch in hand is lost
                yield self.env.timeout(AGAIN + GPU_LOAD)
                yield from self._transfer(MASTER * hours, 2)
            yield self._work("GPUs", left)
            yield from self._transfer(1e5, max(1, int(hours * 3600 / BATCH)))

    def _transfer(self, size: float, requests: int) -> Steps:
        self.usage.requests += requests
        self.usage.bytes += size
        need = max(requests / REQUESTS, size / STORE_BYTES)
        self.usage.add("store", need)
        self._store_free = max(self._store_free, self.env.now) + need
        yield self.env.timeout(self._store_free - self.env.now + size / MACHINE_BYTES)

    def _work(self, what: str, seconds: float) -> simpy.Event:
        self.usage.add(what, seconds)
        return self.env.timeout(seconds)

    @property
    def shares(self) -> list[tuple[float, str]]:
        """How much of the time each part was at work, the busiest first."""
        places = {
            "drivers": self.drivers,
            "store": 1,
            "cores": CORES * self.gpus,
            "GPUs": self.gpus,
        }
        found = [(self.usage.busy.get(n, 0.0) / self.env.now / c, n) for n, c in places.items()]
        return heapq.nlargest(len(found), found)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("episodes", type=int, nargs="?", default=1_000_000)
    parser.add_argument("gpus", type=int, nargs="?", default=1000)
    parser.add_argument("--drivers", type=int, default=1)
    parser.add_argument("--plot", type=Path)
    asked = parser.parse_args()
    measured = measure()
    print(f"measured here: {measured}")
    _tell(Backfill(measured, asked.episodes, asked.gpus, asked.drivers))
    sizes = [10, 30, 100, 300, 1000, 3000]
    rows = [(gpus, *_speed(measured, gpus, asked.drivers)) for gpus in sizes]
    for gpus, speed, busiest in rows:
        print(f"{gpus:>6} GPUs: {speed:>12,.0f} h of sound an hour; busiest: {busiest}")
    if asked.plot:
        _plot(rows, asked.plot)


def _tell(backfill: Backfill) -> None:
    seconds, usage = backfill.run(), backfill.usage
    cost = seconds / 3600 * backfill.gpus * PRICE
    print(
        f"{backfill.episodes:,} episodes, {usage.hours:,.0f} h of sound, {backfill.gpus:,} GPUs: "
        f"{seconds / 3600:.1f} h, cost {cost:,.0f}; {usage.requests:,} requests, "
        f"{usage.bytes / 1e12:.0f} TB, {usage.losses:,} losses"
    )
    print("at work: " + ", ".join(f"{name} {share:.0%}" for share, name in backfill.shares))


def _speed(measured: Measured, gpus: int, drivers: int) -> tuple[float, str]:
    backfill = Backfill(measured, 60 * gpus, gpus, drivers)
    seconds = backfill.run()
    return backfill.usage.hours / seconds * 3600, backfill.shares[0][1]


def _plot(rows: list[tuple[int, float, str]], target: Path) -> None:
    from matplotlib import pyplot

    draw: Callable[..., Any] = pyplot.loglog
    draw([gpus for gpus, *_ in rows], [speed for _, speed, _ in rows], "o-", label="simulated")
    first = rows[0][1] / rows[0][0]
    draw([gpus for gpus, *_ in rows], [first * gpus for gpus, *_ in rows], ":", label="ideal")
    pyplot.xlabel("GPUs")
    pyplot.ylabel("hours of sound an hour")
    pyplot.legend()
    pyplot.savefig(target, dpi=150)


if __name__ == "__main__":
    main()
