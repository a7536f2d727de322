"""Requests to a store with threads, and how much of what is sent has gone."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Lock
from typing import TypeVar

from pipeline.engine.progress import Progress

PART_SIZE = 8 * 1024 * 1024  # bytes; boto3's default, and above every store's minimum of 5 MiB
THREADS = 16  # measured: 0.85 of the time of 8 over a wide-area line, no worse on loopback

_Item = TypeVar("_Item")
_Found = TypeVar("_Found")


def at_once(do: Callable[[_Item], _Found], items: Iterable[_Item]) -> list[_Found]:
    """What `do` gives for each of `items`, in their order.

    The first failure, or Ctrl-C, stops what has not begun.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        futures = [pool.submit(do, item) for item in items]
        try:
            for future in as_completed(futures):
                future.result()
        finally:
            for future in futures:
                future.cancel()
        return [future.result() for future in futures]


class Counter:
    """Adds up the bytes that threads have sent."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._total = total
        self._done = 0
        self._progress = progress
        self._lock = Lock()

    def add(self, count: int) -> None:
        with self._lock:
            self._done += count
            self._progress(self._done, self._total, "bytes")
