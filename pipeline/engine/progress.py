"""Progress of long work: how a stage reports it, and who shows it.

On a terminal a bar with rate and time left; elsewhere (a log, a pipe) a plain line every few seconds.
Both go to stderr.
"""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TextIO

from pipeline.times import short_clock

_EVERY = 5.0  # seconds between two lines of a stage


#: Told by working code how much is done, of how much (0: unknown), in which unit ("s" of audio, "bytes").
#: It must be cheap to call often.
Progress = Callable[[float, float, str], None]


def silent(done: float, total: float, unit: str) -> None:
    """A `Progress` that tells nobody."""


class Reporter:
    """Shows a run to somebody; this one shows no progress."""

    @contextlib.contextmanager
    def stage(self, slug: str, name: str) -> Iterator[Progress]:
        """Enter when a stage begins; leaving without an exception means that it is done."""
        yield silent

    def note(self, line: str) -> None:
        """Tell what a host should know, as soon as it is known."""
        print(line, file=sys.stderr, flush=True)


quiet = Reporter()


class Pace:
    """How fast work goes, from the first report on: what a resumed run found done is not its speed."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._start: tuple[float, float] | None = None

    def describe(self, done: float, total: float, unit: str) -> str:
        """`12:30 of 41:00, 18x, 1:30 left`; rate and time left as soon as there is a rate."""
        now = self._clock()
        if self._start is None or done < self._start[1]:
            self._start = (now, done)
        parts = [_amount(done, total, unit)]
        seconds, worked = now - self._start[0], done - self._start[1]
        if seconds > 0 and worked > 0:
            rate = worked / seconds
            parts += _rate(rate, unit)
            if total > done:
                parts.append(f"{short_clock((total - done) / rate)} left")
        return ", ".join(parts)


class Lines(Reporter):
    """Plain lines, now and then one for a stage."""

    def __init__(
        self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock

    @contextlib.contextmanager
    def stage(self, slug: str, name: str) -> Iterator[Progress]:
        begin = self._clock()
        pace = Pace(self._clock)
        with self._shown(name) as show:
            yield lambda done, total, unit: show(pace.describe(done, total, unit), done, total)
        self._say(name, f"done in {duration(self._clock() - begin)}")

    @contextlib.contextmanager
    def _shown(self, name: str) -> Iterator[Callable[[str, float, float], None]]:
        said = self._clock()

        def show(text: str, done: float, total: float) -> None:
            nonlocal said
            if self._clock() - said >= _EVERY:
                said = self._clock()
                self._say(name, text)

        yield show

    def _say(self, name: str, text: str) -> None:
        print(f"{name}  {text}", file=self._stream, flush=True)


class Bars(Lines):
    """A bar on a terminal, replaced by one line when the stage is done."""

    @contextlib.contextmanager
    def _shown(self, name: str) -> Iterator[Callable[[str, float, float], None]]:
        from rich.console import Console  # late: 60 ms, and only a terminal needs it
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[said]}", markup=False),
        )
        with Progress(*columns, console=Console(file=self._stream), transient=True) as bar:
            task = bar.add_task(name, total=None, said="")
            yield lambda text, done, total: bar.update(
                task, completed=done, total=total or None, said=text
            )


def reporter(stream: TextIO | None = None) -> Reporter:
    """Bars when `stream` (default: stderr) is a terminal, else plain lines."""
    stream = stream or sys.stderr
    return Bars(stream) if stream.isatty() else Lines(stream)


def duration(seconds: float) -> str:
    """`0.4 s`, `68 s`, `3:20`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 120 else short_clock(seconds)


def _amount(done: float, total: float, unit: str) -> str:
    if unit == "s":
        return f"{short_clock(done)} of {short_clock(total)}" if total else short_clock(done)
    if unit == "bytes":
        mega = 1_000_000
        whole = f" of {total / mega:.1f}" if total else ""
        return f"{done / mega:.1f}{whole} MB"
    whole = f" of {total:.0f}" if total else ""
    return f"{done:.0f}{whole} {unit}".rstrip()


def _rate(rate: float, unit: str) -> list[str]:
    if unit == "s":
        return [f"{rate:.0f}x" if rate >= 10 else f"{rate:.1f}x"]
    return [f"{rate / 1_000_000:.1f} MB/s"] if unit == "bytes" else []
