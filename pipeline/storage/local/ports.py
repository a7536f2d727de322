"""Ports of this machine for the local store: which are free, and which of them ask nobody for a key."""

import contextlib
import secrets
import socket
import time
from collections.abc import Callable

_GRPC = 10_000  # SeaweedFS listens for gRPC at each port plus this
_SERVICES = ("master", "volume", "filer", "admin")
# Below 32768, where Linux begins to give ports to outgoing connections, with room for gRPC.
_SPARE_PORTS = range(18_000, 22_700)
_PATIENCE = 2.0  # seconds
_PAUSE = 0.05  # seconds between looks at a port
# How HTTP/2 begins (RFC 9113, 3.4): a fixed text, and settings, here none.
_HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
_SETTINGS = 4  # the type of the frame with which a server answers that


def comes_true(condition: Callable[[], object], patience: float, pause: float) -> bool:
    """Whether a condition, which is looked at again after each `pause`, holds within `patience`."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def choose_ports(usual: int, patience: float) -> dict[str, int]:
    """A free port for S3, the usual one if it is free within `patience`, and free ones for the rest."""
    spare = secrets.SystemRandom().sample(_SPARE_PORTS, len(_SPARE_PORTS))
    free = (port for port in spare if is_free(port))
    s3 = usual if comes_true(lambda: is_free(usual), patience, _PAUSE) else next(free)
    return {"s3": s3, **{service: next(free) for service in _SERVICES}}


def is_free(port: int) -> bool:
    """Whether a service and its gRPC can listen at `port` of 127.0.0.1."""
    for number in (port, port + _GRPC):
        with socket.socket() as probe:
            # As SeaweedFS does; else connections that ended a minute ago would hold a port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                return False
    return True


def is_open(port: int) -> bool:
    """Whether somebody listens at `port` of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(_PATIENCE)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def speaks_grpc(port: int) -> bool:
    """Whether `port` of 127.0.0.1 talks gRPC to somebody who shows no certificate."""
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", port), _PATIENCE) as it,
    ):
        it.sendall(_HTTP2)
        answer = it.recv(9)
        return len(answer) > 3 and answer[3] == _SETTINGS
    return False
