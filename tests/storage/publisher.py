"""A release in a process of its own, which can be killed."""

import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from pipeline.settings.production import StorageSettings
from pipeline.storage.planning.live import NOTHING
from pipeline.storage.planning.plan import Sides
from pipeline.storage.release.release import release
from pipeline.storage.store.client import Keys
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import INDEX_KEY


class Task(NamedTuple):
    """What is released; the process dies at the request `die_at`, or once `die_after` bytes were sent."""

    settings: StorageSettings
    keys: Keys
    verdicts: Path
    objects: list[ReleaseObject]
    feed: bytes
    die_at: int
    die_after: float


def publish(task: Task, told: Connection) -> None:
    """Release, and tell the number of requests that it took."""
    store = ObjectStore(task.settings, task.keys, task.verdicts)
    calls = 0

    def count(**_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == task.die_at:
            _die()

    for attempts in (1, 5):
        store._client(attempts).meta.events.register("before-send.s3", count)
    release(
        store,
        task.objects,
        task.feed,
        sides=Sides(NOTHING, pages=lambda feed, theirs: {INDEX_KEY: " ".join(feed.items).encode()}),
        progress=_until(task.die_after),
    )
    told.send(calls)


def _until(limit: float) -> Callable[[float, float, str], None]:
    def progress(done: float, total: float, unit: str) -> None:
        if done > limit:
            _die()

    return progress


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
