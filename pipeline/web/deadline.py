"""How long a request to a server may take, and what is told while it is silent.

A socket's own time-out begins anew with every byte, so that a server which sends one byte a minute is
never late. Here one thread looks at every request that is under way: it says so when a server has
been silent for ten seconds, and cuts the connection when the time is over. That is when nothing has
moved for a minute, and when what came in all came at less than the slowest rate. A large file goes
on for as long as its bytes do.
"""

import contextlib
import fcntl
import functools
import os
import socket
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

from pipeline.errors import PullquoteError
from pipeline.web.headers import whole_number

VARIABLE = "PULLQUOTE_TIMEOUT"  # seconds, for whoever has a slower server
_SECONDS = 60.0
_NOTICE = 10.0
_SHORT = 10.0  # for a server that was given up on, until it answers again
WRITING = 32_000  # bytes a second that buy more time: a feed of 20 MB may take ten minutes
RECORDING = 8_000  # the same for recordings: an hour of speech may take an hour and a half
_LOOK = 0.1  # seconds between looks
_BLOCK = 1 << 16  # bytes that are sent at once; each is a sign of life
_CONNECT = 10.0
_CONTENT = 1 << 14  # bytes; less, such as a request's head, is taken by the kernel of a dead server

#: Where the line about a silent server goes; the command line sets it.
tell: Callable[[str], None] = lambda line: None  # noqa: E731 - a place for a function
_given_up: dict[str, None] = {}
_told: dict[str, float] = {}
_here = threading.local()


class TooLate(PullquoteError):  # noqa: N818 - what became of a request
    """A server did not answer in time."""


def default_seconds() -> float:
    """How long a request may be silent, or take in all where hardly anything moves."""
    return float(whole_number(os.environ.get(VARIABLE)) or _SECONDS)


def socket_seconds() -> tuple[float, float]:
    """Time-outs of a socket, for connecting and reading: the latter only where nobody watches."""
    seconds = default_seconds()
    return min(_CONNECT, seconds), 2 * seconds


class Deadline:
    """The time that one request has; enter it around everything that is done for that request.

    `server` is what a host knows it by. Requests made meanwhile by this thread through `Watched`
    connections are cut when the time is over, and leaving raises TooLate.
    """

    def __init__(self, server: str, seconds: float | None = None, slowest: int = WRITING) -> None:
        self.server = server
        self.seconds = seconds or default_seconds()
        if seconds is None and server in _given_up:
            self.seconds = min(self.seconds, _SHORT)
        self.expired = False
        self._begun = self._moved_at = time.monotonic()
        self._received = self._queued = 0
        self._slowest = slowest
        self.sockets: list[socket.socket] = []
        self._outer: Deadline | None = None

    def __enter__(self) -> "Deadline":
        self._outer, _here.deadline = current(), self
        _watcher.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        _watcher.remove(self)
        _here.deadline = self._outer
        if self.expired and (error is None or isinstance(error, Exception)):
            raise self._too_late() from error
        if error is None:
            _given_up.pop(self.server, None)

    def came(self, count: int) -> None:
        """Bytes came: they buy time by the slowest rate."""
        self._received += count
        self._moved_at = time.monotonic()

    def went(self) -> None:
        """Bytes were taken from us: the server has its whole time to answer from now on."""
        self._begun = self._moved_at = time.monotonic()

    def watch(self, sock: socket.socket | None) -> None:
        """Cut this connection too when the time is over; TooLate when it is over already."""
        self.check()
        if sock is not None and sock not in self.sockets:
            self.sockets.append(sock)

    def check(self) -> None:
        """Raise TooLate when the time is over."""
        if self.expired:
            raise self._too_late()

    def _too_late(self) -> TooLate:
        how = f"sent only {self._received:,} bytes" if self._received else "has not answered"
        return TooLate(
            f"{self.server} {how} within {self.seconds:g} s",
            f"run again: what is there is kept; {VARIABLE}=300 waits for 300 s",
        )

    def _may_tell(self, now: float) -> bool:
        """Whether nobody was told of this server lately: many requests may wait for it at once."""
        last = _told.get(self.server)
        return self.server not in _given_up and (last is None or now - last >= self.seconds)

    def look(self, now: float) -> None:
        """What the watching thread does every moment."""
        queued = sum(map(_queued, self.sockets))
        if queued < self._queued:
            self.went()
        self._queued = queued
        silent = now - self._moved_at
        budget = self.seconds + self._received / self._slowest
        if silent >= self.seconds or now - self._begun >= budget:
            self.expired = True
            _given_up[self.server] = None
            for sock in self.sockets:
                with contextlib.suppress(OSError):
                    # The plain method: that of TLS would first talk to the server.
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)
        elif silent >= _NOTICE and self._may_tell(now):
            _told[self.server] = now
            tell(
                f"{self.server} has not answered for {_NOTICE:g} s; "
                f"giving up after {self.seconds:g}"
            )


def current() -> Deadline | None:
    """The deadline of the request that this thread is at."""
    found: Deadline | None = getattr(_here, "deadline", None)
    return found


def _queued(sock: socket.socket) -> int:
    """Bytes that the kernel has taken and the other end has not: on a slow line they are megabytes."""
    with contextlib.suppress(OSError, ValueError):
        found = fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4))
        return int.from_bytes(found, sys.byteorder)
    return 0


@contextlib.contextmanager
def within(server: str) -> Iterator[Deadline]:
    """The deadline that is running, or one of its own."""
    if found := current():
        found.check()
        try:
            yield found
        except Exception:
            found.check()
            raise
        found.check()
        return
    with Deadline(server) as found:
        yield found


class Watched:
    """Mixed into a connection of urllib3: its requests stand under the thread's deadline."""

    sock: Any

    def connect(self) -> None:
        if found := current():
            found.check()
        super().connect()  # type: ignore[misc]
        if found:
            self.sock.settimeout(2 * found.seconds)  # that for connecting would hold for sending
            found.watch(self.sock)

    def send(self, data: Any) -> None:
        """Send a request's head or content, in blocks: each that is taken is a sign of life."""
        found = current()
        if found and self.sock is not None:
            found.watch(self.sock)
        whole = not isinstance(data, bytes | bytearray)  # of a file urllib3 sends blocks by itself
        for start in (0,) if whole else range(0, len(data) or 1, _BLOCK):
            block = data if whole else data[start : start + _BLOCK]
            super().send(block)  # type: ignore[misc]
            if found and len(block) >= _CONTENT:
                found.went()


@functools.cache
def watched(pool: type[Any]) -> type[Any]:
    """A class of pools like this one whose connections are `Watched`."""
    connection = type(pool.ConnectionCls.__name__, (Watched, pool.ConnectionCls), {})
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})


def watch_pools(manager: Any) -> None:
    """Let all connections of a pool manager of urllib3 be `Watched`."""
    classes = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {name: watched(pool) for name, pool in classes.items()}


class _Watcher:
    """The thread that looks; it sleeps while no request is under way."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._open: set[Deadline] = set()
        self._thread: threading.Thread | None = None

    def add(self, deadline: Deadline) -> None:
        with self._changed:
            self._open.add(deadline)
            if self._thread is None or not self._thread.is_alive():  # none lives on after a fork
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            elif len(self._open) == 1:
                self._changed.notify()

    def remove(self, deadline: Deadline) -> None:
        with self._changed:
            self._open.discard(deadline)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._open:
                    self._changed.wait()
                now = time.monotonic()
                for deadline in [each for each in self._open if not each.expired]:
                    deadline.look(now)
            time.sleep(_LOOK)


_watcher = _Watcher()
