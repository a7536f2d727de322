"""Gets what a foreign feed points to, as somebody who trusts neither its author nor its server.

Only http and https, never an address inside this machine's network - an address of a feed could
otherwise make us ask a router or a cloud's metadata service - and never more bytes than asked for.
Names are resolved once and the connection goes to that very address. Somebody who names a server on
this machine means it: then, and only then, addresses on this machine are allowed.
"""

import ipaddress
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

from pipeline.errors import PullquoteError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

REDIRECTS = 5
TIMEOUT = 30.0  # seconds without a byte
_BLOCK = 1 << 16
_AGENT = "Pullquote (podcast feed import)"
_REDIRECTED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Follows addresses; `local` allows those on this machine, because the host named one."""

    local: bool = False

    @classmethod
    def beside(cls, url: str) -> "Fetcher":
        """For what is reached from an address that the host typed."""
        host = urlsplit(url).hostname or ""
        return cls(local=any(address.is_loopback for address in _addresses(host, url)))

    def read(self, url: str, limit: int) -> bytes:
        """The content at `url`; PullquoteError when it is larger than `limit` bytes."""
        return b"".join(self._blocks(url, limit))

    def save(self, url: str, target: Path, limit: int) -> None:
        """Write the content at `url` to the file `target`."""
        with target.open("wb") as file:
            for block in self._blocks(url, limit):
                file.write(block)

    def length(self, url: str) -> int:
        """How many bytes the server says there are at `url`; 0 when it does not say."""
        response = self._open("HEAD", url)
        try:
            length = response.headers.get("Content-Length", "")
            return int(length) if response.status == 200 and length.isdigit() else 0
        finally:
            response.close()

    def _blocks(self, url: str, limit: int) -> Iterator[bytes]:
        from urllib3.exceptions import HTTPError

        response = self._open("GET", url)
        done = 0
        try:
            if response.status != 200:
                raise PullquoteError(f"{url}: the server answers {response.status}", "try later")
            for block in response.stream(_BLOCK, decode_content=True):
                done += len(block)  # after unpacking: a small answer can hold a large file
                if done > limit:
                    raise PullquoteError(
                        f"{url}: larger than {limit / 1e6:,.0f} MB, so it was left where it is"
                    )
                yield block
        except HTTPError as error:
            raise PullquoteError(f"{url}: broke off: {error}", "try again") from None
        finally:
            response.close()

    def _open(self, method: str, url: str) -> "BaseHTTPResponse":
        for _ in range(REDIRECTS + 1):
            response = self._ask(method, url)
            target = response.headers.get("Location")
            if response.status not in _REDIRECTED or not target:
                return response
            response.close()
            url = urljoin(url, target)
        raise PullquoteError(f"{url}: more than {REDIRECTS} redirects", "is the address right?")

    def _ask(self, method: str, url: str) -> "BaseHTTPResponse":
        import urllib3
        from urllib3.exceptions import HTTPError

        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise PullquoteError(
                f"{url[:200]}: only http and https are followed",
                "download it yourself, if you trust it",
            )
        address = self._checked(parts, url)
        timeout = urllib3.Timeout(connect=10.0, read=TIMEOUT)
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
            pool = urllib3.HTTPConnectionPool(
                address, parts.port or 80, timeout=timeout, retries=False
            )
        path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        headers = {
            "Host": parts.netloc.rpartition("@")[2],
            "User-Agent": _AGENT,
            "Accept-Encoding": "gzip, deflate",
        }
        try:
            return pool.request(
                method, path, headers=headers, redirect=False, preload_content=False
            )
        except HTTPError as error:
            raise PullquoteError(f"{url}: no answer: {error}", "is the address right?") from None

    def _checked(self, parts: SplitResult, url: str) -> str:
        """The address to connect to: the first, when all are allowed."""
        found = _addresses(parts.hostname or "", url)
        for address in found:
            public = address.is_global and not address.is_multicast
            if not (public or (self.local and address.is_loopback)):
                raise PullquoteError(
                    f"{url}: leads to {address}, an address inside a private network",
                    "a feed has no business there; download it yourself, if you trust it",
                )
        return str(found[0])


def _addresses(host: str, url: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        rows = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise PullquoteError(
            f"{url}: there is no server '{host}'", "is it spelled right?"
        ) from None
    found = [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows]
    # An IPv4 address in IPv6's clothes is judged as what it is.
    return [getattr(address, "ipv4_mapped", None) or address for address in found]
