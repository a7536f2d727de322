"""How far a backfill is: what a host watches while it runs, and what a script reads of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pipeline.artefacts import AUDIO
from pipeline.engine.running.runner import EpisodeResult
from pipeline.errors import PullquoteError
from pipeline.workspace import Workspace


@dataclass
class Tally:
    """Counts of a backfill by `workers`, who take episodes in order and cost `price` an hour each."""

    workspace: Workspace
    slugs: Sequence[str]
    workers: int
    price: float | None
    done: int = 0
    waiting: int = 0
    failed: int = 0
    sound: float = 0.0  # seconds, of the episodes that something was made of
    begun: float = field(init=False)
    _open: dict[str, None] = field(init=False)

    def __post_init__(self) -> None:
        self.begun, self._open = time.monotonic(), dict.fromkeys(self.slugs)

    def count(self, result: EpisodeResult) -> None:
        self._open.pop(result.slug, None)  # a host may name it twice
        self.failed += result.error is not None
        self.waiting += result.waiting is not None
        self.done += result.error is None and result.waiting is None
        if result.ran:
            self.sound += self._duration(result.slug)

    def _duration(self, slug: str) -> float:
        try:
            found = AUDIO.known(self.workspace.episode(slug))
        except PullquoteError:
            return 0.0
        return found.duration if found else 0.0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.begun

    @property
    def finished(self) -> int:
        return self.done + self.waiting + self.failed

    @property
    def in_hand(self) -> Sequence[str]:
        """The episodes that are worked on now."""
        return [*islice(self._open, self.workers)]

    @property
    def left(self) -> float | None:
        """Seconds, as fast as it went so far."""
        if not self.finished:
            return None
        return self.seconds / self.finished * len(self._open)

    @property
    def cost(self) -> float | None:
        return None if self.price is None else self.price * self.workers * self.seconds / 3600

    @property
    def speed(self) -> float:
        """Seconds of sound in a second."""
        return self.sound / self.seconds if self.seconds else 0.0

    def row(self) -> dict[str, Any]:
        """All of it, for a script."""
        found = {
            "episodes": len(self.slugs),
            "done": self.done,
            "waiting": self.waiting,
            "failed": self.failed,
            "hours": round(self.sound / 3600, 3),
            "speed": round(self.speed, 1),
            "seconds": round(self.seconds, 1),
            "left": None if self.left is None else round(self.left, 1),
        }
        return found | ({} if self.cost is None else {"cost": round(self.cost, 2)})
