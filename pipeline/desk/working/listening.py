"""Asks the sound behind an open page, so that a mishearing that a host mends wants no signature."""

import contextlib
from collections.abc import Callable, Sequence
from threading import Event, Thread

from pipeline.desk.working.material import Material
from pipeline.errors import PullquoteError
from pipeline.quotes.proof.guard import Guard
from pipeline.show.words.hearing import names_to_list
from pipeline.show.words.repairing import settle


class Listening:
    """A thread that settles what it can of an episode's quotes whenever it is asked to.

    It changes the host's files as an editor would, and gives the lines that say so to `told`.
    """

    def __init__(self, material: Material, told: Callable[[Sequence[str]], None]) -> None:
        self._material, self._told = material, told
        self._asked = Event()
        self._names = ""  # the last line about names that no list has
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
            proof = settle(material.local, guard)
            names = "" if proof.silent else self._unlisted(guard)
            if lines := list(filter(None, (*proof.brief, names))):
                self._told(lines)

    def _unlisted(self, guard: Guard) -> str:
        """What to say of names that no list has, where that is news."""
        local = self._material.local
        line = names_to_list(local, guard, local.judged(guard)[1])
        known, self._names = self._names, line
        return "" if line == known else line
