"""How listeners see the store: requests without credentials, through the show's public URL."""

import contextlib
import functools
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from pipeline.errors import StorageError
from pipeline.settings.fields import is_here
from pipeline.storage.store.faults import shown_host
from pipeline.storage.store.transfers import THREADS, at_once
from pipeline.web.deadline import Deadline, TooLate, socket_seconds, watch_pools, within
from pipeline.web.headers import whole_number

_TRIES = 3  # a store may need a moment until an object is seen everywhere
_PAUSE = 0.5  # seconds, doubled each time
_BLOCK = 1 << 16  # bytes read at once
_PLAYED = ("audio/", "video/")  # what apps seek in and resume
_BODY_LIMIT = 64 * 1024 * 1024  # bytes; above any feed
#: What a cache on the way adds to an answer.
_CACHES = {"age", "x-cache", "cf-cache-status", "x-cache-status", "cdn-cache", "x-served-by", "via"}
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age=([^,]*)")
_SHOWN = 5  # objects named in an error


@dataclass(frozen=True, slots=True)
class Expected:
    """What a listener must get at `url`; `size` in bytes, None while a cache may hold old bytes."""

    url: str
    size: int | None
    type: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A response without credentials; header names in lower case; `status` 0 when none came."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    failure: str = ""


def ask(
    url: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    limit: int = _BODY_LIMIT,
    *,
    redirect: bool = True,
) -> Answer:
    """One request, or what redirects lead to; never raises for what a server or network does.

    At most `limit` bytes of the body are read: a server may answer a range with the whole file.
    """
    host = urlsplit(url).hostname or ""
    try:
        with within(shown_host(url)) as deadline:
            response = _connections(host, is_here(url), socket_seconds()).request(
                method,
                url,
                body=content,
                headers={"Accept-Encoding": "identity", **(headers or {})},
                preload_content=False,
                redirect=redirect,
            )
            with contextlib.closing(response):
                names = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, names, _read(response, limit, deadline))
    except TooLate as error:
        return Answer(0, {}, failure=error.message)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        reason = getattr(error, "reason", None) or error
        return Answer(0, {}, failure=str(reason))


def _read(response: urllib3.BaseHTTPResponse, limit: int, deadline: Deadline) -> bytes:
    content = b""
    while block := response.read(min(_BLOCK, limit - len(content)), decode_content=False):
        deadline.came(len(block))
        content += block
    return content


def verify(objects: Iterable[Expected]) -> None:
    """Ask for each object as an app does: by HEAD, and for the first byte of what is played.

    StorageError names what is not there, has another length or another type.
    """
    try:
        problems = list(filter(None, at_once(_problem, objects)))
    except TooLate as error:
        raise StorageError(
            f"{error.message}: it is not known whether listeners get what was sent; the feed was "
            "not changed",
            error.hint,
        ) from None
    if not problems:
        return
    more = len(problems) - _SHOWN
    lines = problems[:_SHOWN] + ([f"and {more} more"] if more > 0 else [])
    raise StorageError(
        "listeners would not get what was sent; the feed was not changed:\n  " + "\n  ".join(lines),
        "check that the bucket is readable by everybody and [storage] public_url leads to it; "
        "pullquote doctor looks for the reason",
    )


def feed_age(url: str, content: bytes, stored: Callable[[], bytes]) -> str:
    """Compare the public feed with what was put; an empty string, or a note why it differs.

    A cache on the way may hold the old feed for a while, and says so; that is no failure. Nor is a feed
    that another has `stored` since. StorageError when nobody gets a feed at all, or an old one.
    """
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE * 2 ** (attempt - 1))
        answer = ask(url)
        if answer.status != 200:
            raise StorageError(
                f"{url} answers {answer.status or answer.failure} to listeners",
                "check that the bucket is readable by everybody and [storage] public_url leads to it",
            )
        if answer.body == content or answer.body == stored():
            return ""
        if _CACHES & answer.headers.keys():
            age = whole_number(answer.headers.get("age")) or 0
            lasts = _MAX_AGE.search(answer.headers.get("cache-control", ""))
            left = ((lasts and whole_number(lasts[1])) or 0) - age
            return f"a cache still gives the old feed, for at most {max(left, 0)} seconds more"
    raise StorageError(
        f"the feed is in the store, but {url} gives listeners another one, and not from a cache",
        "does [storage] public_url lead to this bucket? pullquote doctor looks for the reason",
    )


def _problem(expected: Expected) -> str:
    with Deadline(shown_host(expected.url)):
        problem = ""
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(_PAUSE * 2 ** (attempt - 1))
            problem = _head_problem(expected) or _range_problem(expected)
            if not problem:
                return ""
        return f"{expected.url}: {problem}"


def _head_problem(expected: Expected) -> str:
    answer = ask(expected.url, "HEAD")
    if answer.status != 200:
        return f"answers {answer.status or answer.failure}"
    size = answer.headers.get("content-length", "")
    if expected.size is not None and size != str(expected.size):
        return f"has {size or 'no'} bytes instead of {expected.size}"
    if _main_type(answer.headers.get("content-type", "")) != _main_type(expected.type):
        return f"has type {answer.headers.get('content-type')} instead of {expected.type}"
    return ""


def _range_problem(expected: Expected) -> str:
    if not expected.size or not expected.type.startswith(_PLAYED):
        return ""
    answer = ask(expected.url, headers={"Range": "bytes=0-0"}, limit=1)
    if answer.status not in {200, 206}:
        return f"answers {answer.status or answer.failure} to a request for its first byte"
    whole = answer.headers.get("content-range", "").rpartition("/")[2]
    total = whole or answer.headers.get("content-length", "")
    return "" if total == str(expected.size) else f"has {total or 'no'} bytes in all"


@functools.cache
def _connections(host: str, here: bool, seconds: tuple[float, float]) -> urllib3.PoolManager:
    """Connections that are kept open: two requests for each object, and handshakes are slow."""
    settings: dict[str, Any] = {
        "maxsize": THREADS,
        "timeout": urllib3.Timeout(connect=seconds[0], read=seconds[1]),
        # A kept connection may have been closed by the server meanwhile.
        "retries": urllib3.Retry(total=5, connect=0, read=1, status=0),
    }
    # A proxy of the environment is meant for the network, never for this machine.
    proxies = {} if here or proxy_bypass(host) else getproxies()
    proxy = proxies.get("https") or proxies.get("http")
    made = urllib3.ProxyManager(proxy, **settings) if proxy else urllib3.PoolManager(**settings)
    watch_pools(made)
    return made


def _main_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
