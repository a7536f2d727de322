"""Connections to addresses that were written down somewhere: a foreign feed, a setting, a redirect.

Only http and https, and never an address inside a private network: one could otherwise make us ask
a router or a cloud's metadata service. A name is resolved once, and the connection goes to that very
address, so that a second answer of the name server cannot lead elsewhere.
"""

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from pipeline.errors import PullquoteError

if TYPE_CHECKING:
    import urllib3

CONNECT_SECONDS = 10.0
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class PrivateAddress(PullquoteError):  # noqa: N818 - a refusal, not a malfunction
    """A URL leads to what is not on the public network, or is none that we follow."""


@dataclass(frozen=True, slots=True)
class Route:
    """The way to a URL: connections to its one address, the path to ask for, the Host to name."""

    pool: "urllib3.HTTPConnectionPool"
    path: str
    host: str


def route(url: str, *, loopback: bool, read_seconds: float, hint: str = "") -> Route:
    """The checked way to `url`; `loopback` allows addresses on this machine, and no other private one.

    Raises PrivateAddress, and PullquoteError when there is no such server; `hint` says what to do.
    """
    import urllib3

    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise PrivateAddress(f"{url[:200]}: only http and https are followed", hint)
    address = _checked(parts, url, hint, loopback=loopback)
    timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, read_seconds), read=read_seconds)
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address,
            parts.port or 443,
            timeout=timeout,
            retries=False,
            server_hostname=parts.hostname,
            assert_hostname=parts.hostname,
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, parts.port or 80, timeout=timeout, retries=False)
    path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    return Route(pool, path, parts.netloc.rpartition("@")[2])


def addresses(host: str, url: str) -> list[Address]:
    """What a name stands for; PullquoteError when it stands for nothing."""
    try:
        rows = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise PullquoteError(
            f"{url}: there is no server '{host}'", "is it spelled right?"
        ) from None
    found = [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows]
    # An IPv4 address in IPv6's clothes is judged as what it is.
    return [getattr(address, "ipv4_mapped", None) or address for address in found]


def _checked(parts: SplitResult, url: str, hint: str, *, loopback: bool) -> str:
    """The address to connect to: the first, when all are allowed."""
    found = addresses(parts.hostname or "", url)
    for address in found:
        public = address.is_global and not address.is_multicast
        if not (public or (loopback and address.is_loopback)):
            raise PrivateAddress(
                f"{url}: leads to {address}, an address inside a private network", hint
            )
    return str(found[0])
