"""Progress of long work: how a stage reports it, independent of who shows it."""

from typing import Protocol


class Progress(Protocol):
    """Told by working code how far it is; must be cheap to call often."""

    def __call__(self, done: float, total: float, unit: str = "") -> None:
        """Report `done` of `total` in `unit` ("s" of audio, "bytes"); `total` 0 when it is unknown."""


def silent(done: float, total: float, unit: str = "") -> None:
    """A `Progress` that tells nobody."""
