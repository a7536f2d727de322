"""Gets what a foreign feed points to, as somebody who trusts neither its author nor its server.

Never an address inside this machine's network (see `outbound`), and never more bytes than asked for.
Somebody who names a server on this machine means it: then, and only then, addresses on this machine
are allowed.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from pipeline.errors import PullquoteError
from pipeline.web.deadline import RECORDING, WRITING, Deadline
from pipeline.web.headers import whole_number
from pipeline.web.outbound import addresses, is_loopback, parsed_url, route

REDIRECTS = 5
RECORDING_LIMIT = 4_000_000_000  # bytes
_TRIES = 5  # of a transfer that breaks off, each of which brought something
_BLOCK = 1 << 16
_SHOWN = 160  # letters
_AGENT = "Pullquote (podcast feed import)"
_HINT = "a feed has no business there; download it yourself, if you trust it"
_REDIRECTED = frozenset({301, 302, 303, 307, 308})
#: What reading an answer can raise: urllib3 lets errors in numbers and in letters through.
_FAULTS = (HTTPError, ValueError, OSError)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Follows addresses; `local` allows those on this machine, because the host named one."""

    local: bool = False

    @classmethod
    def beside(cls, url: str) -> "Fetcher":
        """For what is reached from an address that the host typed."""
        host = parsed_url(url, "is the address right?").hostname or ""
        return cls(local=any(is_loopback(address) for address in addresses(host, url)))

    def read(self, url: str, limit: int) -> bytes:
        """The content at `url`; PullquoteError when it is larger than `limit` bytes."""
        with self._answer(url, WRITING) as answer:
            return b"".join(answer.blocks(limit))

    def save(self, url: str, target: Path, limit: int) -> None:
        """Write the content at `url` to the file `target`.

        A transfer that breaks off goes on where it was, if the server still has what it had then.
        """
        same = ""
        with target.open("wb") as file:
            for left in reversed(range(_TRIES)):
                begun = file.tell()
                wanted = {"Range": f"bytes={begun}-", "If-Range": same} if begun else {}
                try:
                    with self._answer(url, RECORDING, wanted) as answer:
                        if not answer.goes_on(begun):
                            begun = file.truncate(file.seek(0))
                        same = answer.same
                        for block in answer.blocks(limit - begun):
                            file.write(block)
                    return
                except _BrokenOff:
                    if not (left and same and file.tell() > begun):
                        raise

    def length(self, url: str) -> int:
        """How many bytes the server says there are at `url`; 0 when it does not say."""
        with Deadline(_server(url)):
            response = self._open("HEAD", url, {})
            response.close()
        length = whole_number(response.headers.get("Content-Length"))
        return length if length and response.status == 200 else 0

    @contextlib.contextmanager
    def _answer(
        self, url: str, slowest: int, wanted: Mapping[str, str] | None = None
    ) -> Iterator["_Answer"]:
        with Deadline(_server(url), slowest=slowest) as deadline:
            response = self._open("GET", url, wanted or {})
            try:
                if response.status != 200 and not (wanted and response.status == 206):
                    gone = response.status in {404, 410}
                    raise PullquoteError(
                        f"{_told(url)}: the server answers {response.status}",
                        "is the address right?" if gone else "try later",
                    )
                yield _Answer(url, response, deadline)
            finally:
                response.close()

    def _open(self, method: str, url: str, more: Mapping[str, str]) -> BaseHTTPResponse:
        for _ in range(REDIRECTS + 1):
            response = self._ask(method, url, more)
            target = response.headers.get("Location")
            if response.status not in _REDIRECTED or not target:
                return response
            response.close()
            url = joined(url, target)
        raise PullquoteError(
            f"{_told(url)}: more than {REDIRECTS} redirects", "is the address right?"
        )

    def _ask(self, method: str, url: str, more: Mapping[str, str]) -> BaseHTTPResponse:
        there = route(url, loopback=self.local, hint=_HINT)
        packed = "identity" if more else "gzip, deflate"
        headers = {"Host": there.host, "User-Agent": _AGENT, "Accept-Encoding": packed, **more}
        try:
            return there.pool.request(
                method, there.path, headers=headers, redirect=False, preload_content=False
            )
        except _FAULTS as error:
            raise PullquoteError(
                f"{_told(url)}: no answer: {_told(error)}", "is the address right?"
            ) from None


class _BrokenOff(PullquoteError):  # noqa: N818 - a transfer may go on
    """An answer ended before its end."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a server sends."""

    url: str
    response: BaseHTTPResponse
    deadline: Deadline

    def goes_on(self, begun: int) -> bool:
        """Whether it is the rest from there on; PullquoteError for any other part."""
        if self.response.status != 206:
            return False
        if not self.response.headers.get("Content-Range", "").startswith(f"bytes {begun}-"):
            raise PullquoteError(f"{_told(self.url)}: sends another part than asked", "try later")
        return True

    @property
    def same(self) -> str:
        """By what the server knows this content again; empty where a rest can't be asked for."""
        headers = self.response.headers
        tag = headers.get("ETag", "")
        if headers.get("Content-Encoding"):
            return ""
        return tag if tag.startswith('"') else headers.get("Last-Modified", "")

    def blocks(self, limit: int) -> Iterator[bytes]:
        """Its content; PullquoteError for more than `limit` bytes."""
        done = 0
        try:
            for block in self.response.stream(_BLOCK, decode_content=True):
                self.deadline.came(len(block))
                done += len(block)  # after unpacking: a small answer can hold a large file
                if done > limit:
                    raise PullquoteError(
                        f"{_told(self.url)}: larger than {limit / 1e6:,.0f} MB, so it was left where it is"
                    )
                yield block
        except _FAULTS as error:
            raise _BrokenOff(f"{_told(self.url)}: broke off: {_told(error)}", "try again") from None


def joined(url: str, target: str) -> str:
    """Where `target` leads from `url`; PullquoteError when that is no address."""
    try:
        return urljoin(url, target)
    except ValueError:
        raise PullquoteError(
            f"{_told(url)}: points to {_told(target)}, which is no web address", _HINT
        ) from None


def _server(url: str) -> str:
    return parsed_url(url, _HINT).netloc.rpartition("@")[2]


def _told(text: object) -> str:
    """A stranger's address or words, in a line that can be read."""
    line = str(text)
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
