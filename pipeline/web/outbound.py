"""Connections to addresses that were written down somewhere: a foreign feed, a setting, a redirect.

Only http and https, and never an address inside a private network: one could otherwise make us ask
a router or a cloud's metadata service. A name is resolved once, and the connection goes to that very
address, so that a second answer of the name server cannot lead elsewhere.
"""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import urllib3

from pipeline.errors import PullquoteError
from pipeline.web.deadline import socket_seconds, watched

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")  # RFC 8215
_COMPATIBLE = ipaddress.IPv6Network("::/96")  # RFC 4291, long out of use


class PrivateAddress(PullquoteError):  # noqa: N818 - a refusal, not a malfunction
    """A URL leads to what is not on the public network, or is none that we follow."""


@dataclass(frozen=True, slots=True)
class Route:
    """The way to a URL: connections to its one address, the path to ask for, the Host to name."""

    pool: urllib3.HTTPConnectionPool
    path: str
    host: str


def route(url: str, *, loopback: bool, hint: str = "") -> Route:
    """The checked way to `url`; `loopback` allows addresses on this machine, and no other private one.

    Its requests stand under the deadline of the thread (see `deadline`).

    Raises PrivateAddress, and PullquoteError when there is no such server; `hint` says what to do.
    """
    parts = parsed_url(url, hint)
    address = _checked(parts, url, hint, loopback=loopback)
    connect, read = socket_seconds()
    timeout = urllib3.Timeout(connect=connect, read=read)
    kind: Any = urllib3.HTTPConnectionPool
    port, names = 80, {}
    if parts.scheme == "https":
        kind, port = urllib3.HTTPSConnectionPool, 443
        names = {"server_hostname": parts.hostname, "assert_hostname": parts.hostname}
    pool = watched(kind)(address, parts.port or port, timeout=timeout, retries=False, **names)
    path = parts._replace(scheme="", netloc="", path=parts.path or "/", fragment="").geturl()
    return Route(pool, path, parts.netloc.rpartition("@")[2])


def parsed_url(url: str, hint: str) -> SplitResult:
    """The parts of an http or https address, its host in ASCII; PrivateAddress for anything else."""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        if is_one and parts.hostname and not parts.hostname.isascii():
            host = parts.hostname.encode("idna").decode()
            parts = parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host)
    except ValueError:  # half an IPv6 address, a port beyond 65535, a host of too many letters
        raise PrivateAddress(f"{url[:200]}: is no web address", hint) from None
    if not is_one:
        raise PrivateAddress(f"{url[:200]}: only http and https are followed", hint)
    return parts


def addresses(host: str, url: str) -> list[Address]:
    """What a name stands for; PullquoteError when it stands for nothing."""
    try:
        rows = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise PullquoteError(
            f"{url[:200]}: there is no server '{host[:80]}'", "is it spelled right?"
        ) from None
    return [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows]


def is_public(address: Address) -> bool:
    """Whether an address is one of the open network; one of IPv4 in IPv6's clothes is judged bare."""
    if isinstance(address, ipaddress.IPv6Address):
        if inner := _carried(address):
            return is_public(inner)
        if address.is_site_local or address in _LOCAL_NAT64:
            return False
    return address.is_global and not address.is_multicast


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that gateways make of one of IPv6: mapped, 6to4, NAT64 or "compatible"."""
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _checked(parts: SplitResult, url: str, hint: str, *, loopback: bool) -> str:
    """The address to connect to: the first, when all are allowed."""
    found = addresses(parts.hostname or "", url)
    for address in found:
        if not (is_public(address) or (loopback and is_loopback(address))):
            raise PrivateAddress(
                f"{url[:200]}: leads to {address}, an address inside a private network", hint
            )
    return str(found[0])


def is_loopback(address: Address) -> bool:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
