"""Ports for servers that a test starts and that cannot choose one themselves."""

import random
import socket


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """Far from the ports of outgoing connections: one could take it before the server has begun."""
    for port in random.SystemRandom().sample(range(10_000, 12_900), 100):
        if not answers(port):
            return port
    raise AssertionError("a hundred ports are taken")
