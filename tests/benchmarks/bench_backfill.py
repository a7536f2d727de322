"""A backfill on a real Ray cluster on this machine: how much faster two workers are than one.

Episodes of a few seconds of real speech, each other ones, mastered and transcribed by nodes of one core
each that see nothing of the show. One peer is the same work without Ray: one process, then two that know
nothing of each other, with a core and half of the episodes each. What they lose, by the memory and the
store that they share, nobody can have on this machine. The other is `backfill --jobs`, over the show's own
folder. With --kill a worker is killed when half of the episodes are done, and nothing may be lost.

    python tests/benchmarks/bench_backfill.py [EPISODES] [--kill]

Efficiency is the time of one worker, divided by that of two and by two: 1.0 is ideal. What a killed worker
had in hand was done in vain, and a successor has to start: that is work, too, which nobody can spare. It is
read from when each worker took an episode, as Ray has written down, and told line by line.

Each node is held to a core of its own, with what it starts: else one worker takes the second core, too, for
its ffmpeg. Driver, Ray's head and the store share the cores with them, which they don't on a cluster: their
seconds of the processor from the first result to the last are told.
"""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import Queue, get_context
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import psutil

from pipeline.audio.decoding.ffmpeg import executable
from pipeline.engine.running.parcels import Parcel
from pipeline.settings.production import StorageSettings
from pipeline.show.backfilling.cluster import warm_work
from pipeline.show.backfilling.driving import _Driver
from pipeline.storage.local.store import LocalStore
from pipeline.workspace import Workspace

REPOSITORY = Path(__file__).parents[2]
SECONDS = 12  # of each recording: the sample has 150
SHOW = """\
title = "Bridges"
description = "About bridges."
language = "en"
author = "Ann"
email = "podcast@example.org"
categories = ["Technology"]
"""
EPISODE = 'title = "One"\nguid = "{}"\ndate = 2026-05-01T08:00:00+02:00\n'
TIMELINE = "import json, ray; ray.init(log_to_driver=False); print(json.dumps(ray.timeline()))"


class Run(NamedTuple):
    """How long a run took, when a worker of it was killed, and what Ray says of each worker."""

    seconds: float
    killed: float
    timeline: list[dict[str, Any]]

    def lost(self) -> dict[str, float]:
        """Seconds of one worker that the kill cost, by what for."""
        begun: dict[str, list[float]] = {}  # by worker, in order
        ended: dict[str, list[float]] = {}
        for each in sorted(self.timeline, key=lambda each: float(each["ts"])):
            if each["cat"] == "task:deserialize_arguments":  # the first thing that is done for each
                begun.setdefault(each["tid"], []).append(each["ts"] / 1e6)
            elif each["cat"] == "task::warm_work":
                ended.setdefault(each["tid"], []).append((each["ts"] + each["dur"]) / 1e6)
        victim = min(begun, key=lambda worker: begun[worker][-1])  # it has taken nothing since
        successor = max(begun, key=lambda worker: begun[worker][0])
        took = [end - at for one in ended for at, end in zip(begun[one], ended[one], strict=False)]
        ends = sorted(ended[worker][-1] for worker in begun if worker != victim)
        first = begun[successor][0]
        return {
            "what it had in hand": self.killed - begun[victim][-1],
            "until its successor takes an episode": first - self.killed,
            "more for that one than for others": ended[successor][0] - first - median(took),
            "that one is idle at the end": ends[-1] - ends[0],
        }


def main() -> None:
    numbers = [int(each) for each in sys.argv[1:] if each.isdecimal()]
    episodes, kills = (numbers or [40])[0], "--kill" in sys.argv
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        store = _store(root / "store")
        try:
            shows = (_show(root / f"{number}", store, episodes) for number in range(6))
            took = {f"{n}": _on_ray(next(shows), store, n).seconds for n in (1, 2)}
            took |= {f"{n}, without Ray": _apart(next(shows), store, n) for n in (1, 2)}
            if kills:
                run = _on_ray(next(shows), store, 2, kill=True)
                took["2, one killed"] = run.seconds
            took["jobs"], _ = _timed(next(shows), "--jobs", "2")
        finally:
            store.down()
    for name, seconds in took.items():
        print(f"{name:>15}  {seconds:7.1f} s  {seconds / episodes:6.2f} s an episode")
    ours, theirs = (took[f"1{peer}"] / took[f"2{peer}"] / 2 for peer in ("", ", without Ray"))
    print(f"efficiency of two workers: {ours:.2f}; of two processes without Ray: {theirs:.2f}")
    if kills:
        *needed, idle = run.lost().items()
        for what, seconds in (*needed, idle):
            print(f"{seconds:7.1f} s  {what}")
        work = took["1"] + sum(seconds for _, seconds in needed)
        print(f"with one killed half way: {took['1'] / run.seconds / 2:.2f}", end="")
        print(f"; where all but the idle end counts as work: {work / run.seconds / 2:.2f}")
    print(f"beside --jobs 2 over the folder: {took['2'] / took['jobs']:.2f} of its time")


def _store(root: Path) -> LocalStore:
    (root / "feed").mkdir(parents=True)
    (root / "feed/show.toml").write_text(SHOW)
    store = LocalStore(Workspace(root))
    store.up()
    return store


def _show(root: Path, store: LocalStore, episodes: int) -> Workspace:
    """A show whose episodes begin at other seconds of the sample, round and round."""
    at = store.up()
    bucket = f'endpoint_url = "{at.endpoint_url}"\nbucket = "{at.bucket}"\npublic_url = "{at.public_url}"'
    (root / "feed").mkdir(parents=True)
    prefix = f'prefix = "{secrets.token_hex(4)}"'
    (root / "feed/show.toml").write_text(f"{SHOW}\n[storage]\n{bucket}\n{prefix}\n")
    (recording,) = (REPOSITORY / "episodes/why-bridges-hum").glob("audio.*")
    for number in range(episodes):
        target = root / f"episodes/e{number}"
        target.mkdir(parents=True)
        (target / "episode.toml").write_text(EPISODE.format(number))
        cut = f"-v error -ss {number * 3.1 % 130} -t {SECONDS + number / 1000} -i {recording}"
        subprocess.run([executable(), *cut.split(), target / "audio.wav"], check=True)
    return Workspace(root)


def _on_ray(show: Workspace, store: LocalStore, workers: int, *, kill: bool = False) -> Run:
    with _cluster(store, show.root, workers) as (environment, cluster):
        took = _timed(show, "--on", "ray", environment=environment, cluster=cluster, kill=kill)
        command = [sys.executable, "-c", TIMELINE]
        told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        return Run(*took, json.loads(told.stdout.splitlines()[-1]))


class _Here:
    """Stands in for a cluster: it works on each parcel in this process."""

    def run(self, parcel: Parcel, bucket: StorageSettings) -> Any:
        return warm_work(parcel, bucket)


def _alone(root: Path, slugs: Sequence[str], core: int, times: "Queue[float]") -> None:
    """Work on episodes on one core, and say when each is done."""
    os.sched_setaffinity(0, {core})
    driver = _Driver(_Here(), Workspace(root), "transcribe", ())  # type: ignore[arg-type]
    for slug in slugs:
        assert driver.run(slug).error is None
        times.put(time.perf_counter())


def _apart(show: Workspace, store: LocalStore, processes: int) -> float:
    """Seconds of so many processes that know nothing of each other."""
    keys, context, slugs = store.keys(), get_context("spawn"), show.slugs()
    os.environ |= {"AWS_ACCESS_KEY_ID": keys.access_key, "AWS_SECRET_ACCESS_KEY": keys.secret_key}
    os.environ |= {
        "XDG_CACHE_HOME": str(show.root / "cache"),
        "OMP_NUM_THREADS": "1",
    }  # as Ray has it
    times: Queue[float] = context.Queue()
    for number, core in enumerate(sorted(os.sched_getaffinity(0))[:processes]):
        context.Process(
            target=_alone, args=(show.root, slugs[number::processes], core, times)
        ).start()
    return _steady(sorted(times.get() for _ in slugs))


def _steady(times: Sequence[float]) -> float:
    """Seconds that all take, by when each was done: no start-up counts."""
    return (times[-1] - times[0]) * len(times) / (len(times) - 1)


@contextmanager
def _cluster(
    store: LocalStore, show: Path, workers: int
) -> Iterator[tuple[dict[str, str], psutil.Process]]:
    keys = store.keys()
    environment = {
        **os.environ,
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_USAGE_STATS_ENABLED": "0",
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "RAY_task_events_report_interval_ms": "100",  # a killed worker has said nearly all
        "XDG_CACHE_HOME": str(show / "cache"),
    }
    command = [sys.executable, "-m", "tests.show.backfilling.nodes", str(workers)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    cluster = subprocess.Popen(command, env=environment, text=True, cwd=REPOSITORY, **pipes)  # type: ignore[call-overload]
    with cluster:
        address = cluster.stdout.readline().strip()
        yield {**environment, "RAY_ADDRESS": address}, psutil.Process(cluster.pid)
        cluster.stdin.close()
    shutil.rmtree(show / "cache", ignore_errors=True)


def _timed(
    show: Workspace,
    *options: str,
    environment: dict[str, str] | None = None,
    cluster: psutil.Process | None = None,
    kill: bool = False,
) -> tuple[float, float]:
    """Seconds from the first result to the last, and when a worker was killed."""
    command = [sys.executable, "-m", "pipeline.cli", "backfill", "--json", "--to", "transcribe"]
    process = subprocess.Popen(
        [*command, *options, "--root", str(show.root)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    total = len(show.slugs())
    times, killed, before = [], 0.0, dict[str, float]()
    assert process.stdout
    for line in process.stdout:
        row = json.loads(line)
        if "slug" not in row:
            break
        assert not row["error"], row
        times.append(time.perf_counter())
        if cluster and len(times) in (1, total):
            spent = _spent(process.pid, cluster, show.root.parent / "store")
            told = ", ".join(f"{kind} {spent[kind] - before[kind]:.1f} s" for kind in before)
            before = spent
        if kill and cluster and len(times) == total // 2:
            killed = _kill_a_worker(cluster)
    assert process.wait() == 0
    if cluster:
        print(told, flush=True)
    return _steady(times), killed


def _spent(driver: int, cluster: psutil.Process, store: Path) -> dict[str, float]:
    """Seconds of the processor that each part has taken so far."""
    found = {"driver": _seconds(psutil.Process(driver)), "workers": 0.0, "Ray": 0.0, "store": 0.0}
    for process in cluster.children(recursive=True):
        with suppress(psutil.Error):
            kind = "workers" if _works(process) or _works(process, "IDLE") else "Ray"
            found[kind] += _seconds(process)
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if Path(process.cwd()).is_relative_to(store):
                found["store"] += _seconds(process)
    return found


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    ended = 0.0 if "raylet" in process.name() else times.children_user + times.children_system
    return float(times.user + times.system + ended)


def _works(process: psutil.Process, at: str = "warm_work") -> bool:
    return f"ray::{at}" in " ".join(process.cmdline())


def _kill_a_worker(cluster: psutil.Process) -> float:
    """One of Ray's processes that works on an episode, in the middle of it; when that was."""
    workers = filter(_works, cluster.children(recursive=True))
    next(workers).send_signal(signal.SIGKILL)
    return time.time()


if __name__ == "__main__":
    main()
