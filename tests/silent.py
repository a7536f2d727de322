"""Servers that answer late, drop by drop, or never: real ones, on 127.0.0.1."""

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator

Behaviour = Callable[[socket.socket], None]
_PAUSE = 0.03


def never(connection: socket.socket) -> None:
    """Take the request and say nothing."""
    while connection.recv(1 << 16):
        pass


def _drip(connection: socket.socket, content: Iterator[bytes]) -> None:
    connection.recv(1 << 16)
    for piece in content:
        connection.sendall(piece)
        time.sleep(_PAUSE)


def drip_head(connection: socket.socket) -> None:
    """Send a header without end, byte by byte: no read ever times out."""
    _drip(connection, itertools.chain([b"HTTP/1.1 200 OK\r\nX: "], itertools.repeat(b"x")))


def drip_body(connection: socket.socket) -> None:
    """Send a long body, byte by byte."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
    _drip(connection, itertools.chain([head], itertools.repeat(b"x")))


def drip_until_closed(connection: socket.socket) -> None:
    """Send a body that ends where the connection does: one that is cut looks whole."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"
    _drip(connection, itertools.chain([head], itertools.repeat(b"x")))


def slow_body(connection: socket.socket) -> None:
    """Send 1.6 MB in longer than the budget, without ever standing still."""
    connection.recv(1 << 16)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1600000\r\n\r\n")
    for _ in range(50):
        connection.sendall(b"x" * 32_000)
        time.sleep(_PAUSE)


def slow_reader(connection: socket.socket) -> None:
    """Take what is sent slowly, longer than the budget, and then answer."""
    taken = b""
    while b"\r\n\r\n" not in taken:
        taken += connection.recv(1 << 16)
    head, _, body = taken.partition(b"\r\n\r\n")
    (length,) = [int(line[15:]) for line in head.split(b"\r\n") if line[:15] == b"Content-Length:"]
    done = len(body)
    while done < length:
        done += len(connection.recv(1 << 16))
        time.sleep(_PAUSE)
    connection.sendall(b'HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Length: 0\r\n\r\n')


@contextlib.contextmanager
def behaving(behaviour: Behaviour) -> Iterator[str]:
    """The address of a server that does this with every connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    # What the kernel keeps for a reader that does not read counts as sent.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
    threads: list[threading.Thread] = []
    connections: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            behaviour(connection)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connections.append(connection)
                threads.append(threading.Thread(target=serve, args=(connection,)))
                threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
