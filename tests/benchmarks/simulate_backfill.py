"""What becomes of a backfill on a cluster that nobody here has: a million episodes on a thousand GPUs.

    python -m tests.benchmarks.simulate_backfill [EPISODES] [GPUS] [--drivers N] [--plot FILE.png]

First all is measured that can be measured on this machine, and told: the sample is driven through a worker
and the local store, stage by stage, which gives core seconds for an hour of sound, for a model that is
loaded and for an episode of the driver's, and how fast the store takes and gives bytes. Then simpy plays
drivers, cores, GPUs and the store. What is assumed, because it can't be measured here:

- Episodes last 45 minutes at the median, lognormal (sigma 0.6). An hour has 60 MB, mastered 58.
- A GPU hears `GPU_SPEED` times as fast as it is spoken, with a model that takes `GPU_LOAD` seconds to load;
  one in fifty GPUs is a straggler, at a third of the speed.
- A GPU is lost every 20 hours (spot) with its machine, and another one comes after 5 minutes. What is lost
  is the batch in hand; what is finished is in the store, a request for each batch.
- Eight episodes share a GPU: they are mastered and cut on cores, which are free while they are heard.
- Four cores for each GPU, as slow as those of this machine. The store takes 5,500 requests a second for a
  prefix, which S3 promises, and 100 Gbit/s; a machine has 5 Gbit/s, or what was measured if that is less.
- The recordings are in the bucket, and their hashes known: `backfill` looks at all episodes first. A driver
  is one process of Python, which does one thing at a time: it packs a parcel, asks the store for the
  recording, and takes in what comes back. Its disk is not waited for: on a busy one that is as long again.
  Several may run over one show, each over episodes of its own (`pullquote help cluster`): an episode is
  locked while it is written to.
- A plot shows the middle of a long backfill: 15 minutes, after those in which it fills.
- A GPU costs 0.40 an hour, with its cores.
"""

import argparse
import hashlib
import os
import random
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import simpy

from pipeline.artefacts import AUDIO
from pipeline.engine.progress import Progress, silent
from pipeline.settings.production import StorageSettings
from pipeline.show.backfilling import work
from pipeline.show.backfilling.driving import _Driver
from pipeline.speech.recognising import engine
from pipeline.storage.local.store import LocalStore
from pipeline.storage.store.object_store import ObjectStore
from pipeline.workspace import Workspace
from tests.benchmarks.backfill_plot import SIZES, Point, plot

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
DRIVEN = 20  # episodes over which the driver's time is taken
WATCHED = 900.0  # seconds of a backfill that a plot looks at

Steps = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class Measured:
    """Of this machine; seconds are a core's, where they are not said to be of an hour of sound."""

    before: float  # for an hour of sound, until it is heard
    after: float  # for an hour of sound, from then on
    heard: float  # for an hour of sound, on a core
    load: float  # for a model
    drive: float  # for a parcel, of the driver
    get: float  # bytes a second, from the store
    put: float

    def tell(self) -> None:
        print("measured on this machine, in seconds of a core:")
        print(f"  {self.before:6.0f}  an hour of sound mastered")
        print(f"  {self.heard:6.0f}  heard with tiny.en")
        print(f"  {self.after:6.0f}  from there to the candidates")
        print(f"  {self.load:6.2f}  tiny.en loaded")
        print(f"  {self.drive:6.3f}  the driver, for an episode")
        print(
            f"the local store gives {self.get / 1e6:.0f} MB a second, and takes {self.put / 1e6:.0f}"
        )


class _Stopwatch(work._Finished):
    """Stands in for what a worker reports to: it takes the time of each stage."""

    took: ClassVar[dict[str, float]] = {}

    @contextmanager
    def stage(self, slug: str, name: str) -> Iterator[Progress]:
        begun = _spent()
        yield silent
        self.took[name] = _spent() - begun


class _Here:
    """Stands in for a cluster: it works on the first episode, and says the same of all the others."""

    said: Any = None

    def run(self, parcel: Any, bucket: StorageSettings) -> Any:
        self.said = self.said or work.work(parcel, bucket)
        result, returned = self.said
        return replace(result, slug=parcel.slug), returned


def measure() -> Measured:
    """Drive the sample through a worker, and once more to see what the driver takes by itself."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ["XDG_CACHE_HOME"] = str(root / "cache")
        for _ in range(2):  # first they are converted
            begun = _spent()
            engine.load("openai-whisper", "tiny.en")
            load = _spent() - begun
        (root / "store/feed").mkdir(parents=True)
        (root / "store/feed/show.toml").touch()
        local = LocalStore(Workspace(root / "store"))
        try:
            bucket = _bucket(local)
            work._Finished = _Stopwatch  # type: ignore[misc]
            show = _clone(root / "show", bucket)
            driver = _Driver(_Here(), show, "suggest", ())  # type: ignore[arg-type]
            took = []
            for slug in show.slugs():
                begun = time.process_time()
                assert driver.run(slug).error is None
                took.append(time.process_time() - begun)
            hours = AUDIO.of(show.episode(slug)).duration / 3600
            get, put = _transfer(ObjectStore(bucket), root / "bytes")
        finally:
            local.down()
    took_by = dict(_Stopwatch.took)
    heard, before = took_by.pop("transcribe") - load, took_by.pop("master")
    after = sum(took_by.values())
    drive = statistics.median(took[1:])
    return Measured(before / hours, after / hours, heard / hours, load, drive, get, put)


def _bucket(local: LocalStore) -> StorageSettings:
    at, keys = local.up(), local.keys()
    os.environ |= {"AWS_ACCESS_KEY_ID": keys.access_key, "AWS_SECRET_ACCESS_KEY": keys.secret_key}
    return StorageSettings(
        endpoint_url=at.endpoint_url, bucket=at.bucket, public_url=at.public_url, prefix="simulated"
    )


def _clone(root: Path, bucket: StorageSettings) -> Workspace:
    """A show of many episodes that are the sample with nothing made of it."""
    kept = shutil.ignore_patterns("build", "corrections.toml", "quotes.toml", "__pycache__")
    shutil.copytree(REPOSITORY / "feed", root / "feed", ignore=kept)
    for number in range(1 + DRIVEN):
        episode = root / f"episodes/e{number}"
        shutil.copytree(REPOSITORY / "episodes" / SAMPLE, episode, ignore=kept)
        toml = (episode / "episode.toml").read_text()
        (episode / "episode.toml").write_text(re.sub('guid = "', f'guid = "{number}', toml))
    lines = [f'{key} = "{value}"' for key, value in bucket.model_dump(exclude_none=True).items()]
    show = root / "feed/show.toml"
    show.write_text("\n".join([show.read_text(), "[storage]", *lines, ""]))
    return Workspace(root)


def _transfer(store: ObjectStore, file: Path) -> tuple[float, float]:
    """Bytes a second that the store gives and takes; the best of three."""
    content = os.urandom(32_000_000)
    took: dict[str, list[float]] = {"get": [], "put": []}
    for number in range(3):
        begun = time.perf_counter()
        store.put(f"bytes/{number}", content, "application/octet-stream")
        took["put"].append(time.perf_counter() - begun)
        begun = time.perf_counter()
        store.download(f"bytes/{number}", file, hashlib.sha256(content).hexdigest())
        took["get"].append(time.perf_counter() - begun)
    return len(content) / min(took["get"]), len(content) / min(took["put"])


def _spent() -> float:
    """Seconds of a core that this process and those that it started have taken."""
    return sum(os.times()[:4])


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
        self.finished = 0.0  # hours of sound
        self._random = random.Random(seed)
        self._driver = simpy.Resource(self.env, drivers)
        self._cores = simpy.Resource(self.env, CORES * gpus)
        self._gpus = simpy.Resource(self.env, gpus)
        self._store_free = 0.0  # when the store has answered all that it was asked

    def run(self) -> float:
        """All episodes; the seconds that it took."""
        self._begin(self.episodes)
        self.env.run()
        return float(self.env.now)

    def watch(self) -> float:
        """Its middle; hours of sound that are finished in an hour."""
        self._begin(SHARE * self.gpus)
        filled = WATCHED + 2 * SHARE * self.gpus * self.measured.drive / self.drivers
        self.env.run(until=filled)
        self.usage, before = Usage(), self.finished
        self.env.run(until=filled + WATCHED)
        return (self.finished - before) / WATCHED * 3600

    def _begin(self, threads: int) -> None:
        waiting = iter(range(self.episodes))
        for _ in range(min(threads, SHARE * self.gpus)):
            self.env.process(self._thread(waiting))

    def _thread(self, waiting: Iterator[int]) -> Steps:
        for _ in waiting:
            yield from self._episode(self._random.lognormvariate(0, SIGMA) * MEDIAN)

    def _episode(self, hours: float) -> Steps:
        self.usage.hours += hours
        now = self.measured
        yield from self._drive(now.drive / 2)
        yield from self._on_core(hours * now.before, RECORDING * hours, MASTER * hours)
        yield from self._on_gpu(hours)
        yield from self._on_core(hours * now.after, 0, 0)
        yield from self._drive(now.drive / 2)
        self.finished += hours

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
        speed = min(MACHINE_BYTES, self.measured.get)
        yield self.env.timeout(self._store_free - self.env.now + size / speed)

    def _work(self, what: str, seconds: float) -> simpy.Event:
        self.usage.add(what, seconds)
        return self.env.timeout(seconds)

    def shares(self, seconds: float) -> dict[str, float]:
        """How much of the time each part was at work, the busiest first."""
        places = {
            "drivers": self.drivers,
            "store": 1,
            "cores": CORES * self.gpus,
            "GPUs": self.gpus,
        }
        found = {n: min(1.0, self.usage.busy.get(n, 0.0) / seconds / c) for n, c in places.items()}
        return dict(sorted(found.items(), key=lambda each: -each[1]))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("episodes", type=int, nargs="?", default=1_000_000)
    parser.add_argument("gpus", type=int, nargs="?", default=1000)
    parser.add_argument("--drivers", type=int, default=1)
    parser.add_argument("--plot", type=Path)
    asked = parser.parse_args()
    measured = measure()
    measured.tell()
    _tell(Backfill(measured, asked.episodes, asked.gpus, asked.drivers))
    curves = {drivers: _curve(measured, drivers) for drivers in sorted({1, asked.drivers})}
    for drivers, points in curves.items():
        for point in points:
            name, share = next(iter(point.shares.items()))
            print(
                f"{drivers} drivers, {point.gpus:>5} GPUs: {point.speed:>9,.0f} h of sound an hour; "
                f"busiest: {name} {share:.0%}"
            )
    if asked.plot:
        made_of = f"{GPU_SPEED:.0f} times real time a GPU, {CORES} cores each"
        plot(curves, made_of, asked.plot)


def _tell(backfill: Backfill) -> None:
    seconds, usage = backfill.run(), backfill.usage
    cost = seconds / 3600 * backfill.gpus * PRICE
    print(
        f"{backfill.episodes:,} episodes, {usage.hours:,.0f} h of sound, {backfill.gpus:,} GPUs, "
        f"{backfill.drivers} drivers: {seconds / 3600:.1f} h, cost {cost:,.0f}; "
        f"{usage.requests:,} requests, {usage.bytes / 1e12:.0f} TB, {usage.losses:,} losses"
    )
    shares = backfill.shares(seconds)
    print("at work: " + ", ".join(f"{name} {share:.0%}" for name, share in shares.items()))


def _curve(measured: Measured, drivers: int) -> list[Point]:
    found = []
    for gpus in SIZES:
        backfill = Backfill(measured, 1_000_000_000, gpus, drivers)
        found.append(Point(gpus, backfill.watch(), backfill.shares(WATCHED)))
    return found


if __name__ == "__main__":
    main()
