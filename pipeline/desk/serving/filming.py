"""Audiograms made from the page: one at a time, while somebody looks on."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.desk.working.material import Material
from pipeline.errors import PullquoteError, for_people
from pipeline.show.audiograms.making import make

_UNSEEN = 10.0  # seconds for which no page has asked how far it is: it was closed
_BUSY = ("an audiogram is being made", "wait until it is done, or stop it")
_STOPPED = PullquoteError("Stopped", "nothing of it is left")
_UNTOLD = PullquoteError("It was not made", "the terminal of pullquote review says why")


class _Stopped(Exception):  # noqa: N818 - nothing failed: somebody stopped it, or nobody looks on
    pass


class Filming:
    """Makes an audiogram in a thread of its own; it ends with the page, and with the server."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._asked = 0.0
        self._state: dict[str, Any] = {}
        self._made: Sequence[Path] = ()

    def start(self, quote: str, shape: str) -> None:
        """Begin; PullquoteError while another is being made."""
        with self._lock:
            if self._thread and self._thread.is_alive():
                raise PullquoteError(*_BUSY)
            self._stopping.clear()
            self._asked = time.monotonic()
            self._state = {"quote": quote, "shape": shape, "done": 0.0, "total": 0.0}
            work = (quote, shape, self._state)
            self._thread = threading.Thread(
                target=self._make, args=work, name="audiogram", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """End what is being made, and wait until nothing of it is left."""
        self._stopping.set()
        if self._thread:
            self._thread.join()

    def state(self) -> dict[str, Any]:
        """How far it is, as plain values: seconds of the film; once it is there, the names of its files."""
        self._asked = time.monotonic()
        running = self._thread is not None and self._thread.is_alive()
        return self._state | {"running": running}

    def file(self, name: str) -> Path | None:
        return next((each for each in self._made if each.name == name), None)

    def _make(self, quote: str, shape: str, state: dict[str, Any]) -> None:
        def progress(done: float, total: float, unit: str) -> None:
            if self._stopping.is_set() or time.monotonic() - self._asked > _UNSEEN:
                raise _Stopped
            state.update(done=done, total=total)

        local, told = self._material.local, _UNTOLD
        try:
            guard = local.guard_over(self._material.transcript, self._material.suspects)
            self._made = make(local, quote, shape, None, progress, guard).files
            state.update(files=[each.name for each in self._made])
            return
        except _Stopped:
            told = _STOPPED
        except (PullquoteError, OSError) as error:
            told = for_people(error) or _UNTOLD
        finally:
            if "files" not in state:
                state.update(error=told.message, hint=told.hint)
