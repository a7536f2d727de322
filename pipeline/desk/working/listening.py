"""Asks the sound behind an open page, so that a mishearing that a host mends wants no signature."""

import contextlib
from collections.abc import Callable, Sequence
from threading import Event, Thread

from pipeline.desk.working.material import Material
from pipeline.errors import PullquoteError
from pipeline.show.words.repairing import settle


class Listening:
    """A thread that settles what it can of an episode's quotes whenever it is asked to.

    It changes the host's files as an editor would, and gives the lines that say so to `told`.
    """

    def __init__(self, material: Material, told: Callable[[Sequence[str]], None]) -> None:
        self._material, self._told = material, told
        self._asked = Event()
        Thread(target=self._work, daemon=True).start()

    def ask(self) -> None:
        """Look at the quotes again, soon."""
        self._asked.set()

    def _work(self) -> None:
        while self._asked.wait():
            self._asked.clear()
            with contextlib.suppress(PullquoteError, OSError):  # the page goes on without
                self.settle()

    def settle(self) -> None:
        material = self._material
        if material.paths.ledger.is_file():
            guard = material.local.guard_over(material.transcript, material.suspects)
            if lines := settle(material.local, guard).brief:
                self._told(lines)
