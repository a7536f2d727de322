"""After a release: tell hubs, podping and the host's own servers that the feed has changed.

Nothing here can fail a release, which is out already: each is told once, with a time limit, and what
came of it is one line. Addresses may hold tokens, so only their host is ever shown.

A webhook is a POST of JSON, signed as the Standard Webhooks specification says: `webhook-signature:
v1,<base64>` is the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from threading import Thread
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode, urlsplit

from urllib3 import exceptions

from pipeline.errors import PullquoteError
from pipeline.settings.notification import NotifySettings, Podping, Webhook
from pipeline.storage.planning.changes import EpisodeChange
from pipeline.storage.store.faults import shown_host
from pipeline.web.deadline import Deadline, TooLate
from pipeline.web.headers import secret
from pipeline.web.outbound import PrivateAddress, route

Kind = Literal["websub", "podping", "webhook"]
_AGENT = "Pullquote (podcast publisher)"
_GRACE = 2.0  # seconds beyond the limit, for a name server that does not answer
_NAMES: dict[Kind, str] = {"websub": "WebSub hub", "podping": "podping", "webhook": "webhook"}


@dataclass(frozen=True, slots=True)
class News:
    """What a release has changed; `urls` are pages and files that have other bytes now."""

    feed: str
    release: str
    episodes: tuple[EpisodeChange, ...]
    urls: tuple[str, ...]
    feed_changed: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """What came of telling one server; `host` without path and query, which may hold a token."""

    kind: Kind
    host: str
    ok: bool
    message: str

    @property
    def line(self) -> str:
        what = f"{_NAMES[self.kind]} {self.host}"
        if self.ok:
            return f"told {what} ({self.message})"
        return f"could not tell {what}: {self.message}; the release is out all the same"


class _Call(NamedTuple):
    """A server to tell; `make` reads its secret, which may be missing."""

    kind: Kind
    url: str
    make: Callable[[], "_Request"]


class _Request(NamedTuple):
    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes | None = None


def tell(settings: NotifySettings, medium: str, news: News) -> tuple[Told, ...]:
    """Tell everybody at once; returns when all have answered, or their time is over. Never raises.

    `medium` is the show's. Hubs and podping know feeds only: where only pages changed, they are left
    alone.
    """
    calls = list(_calls(settings, medium, news))
    results: list[Told | None] = [None] * len(calls)

    def run(number: int) -> None:
        results[number] = _try(calls[number], settings)

    # Daemons: a name server that never answers must not keep the command from ending.
    threads = [Thread(target=run, args=(each,), daemon=True) for each in range(len(calls))]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + settings.timeout + _GRACE
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return tuple(
        result or Told(call.kind, shown_host(call.url), False, _late(settings))
        for result, call in zip(results, calls, strict=True)
    )


def _calls(settings: NotifySettings, medium: str, news: News) -> Iterator[_Call]:
    for hook in settings.webhooks:
        yield _Call("webhook", hook.url, partial(_webhook, hook, news))
    if not news.feed_changed:
        return
    for hub in settings.websub:
        yield _Call("websub", hub, partial(_websub, hub, news))
    if settings.podping:
        yield _Call(
            "podping", settings.podping.url, partial(_podping, settings.podping, medium, news)
        )


def _try(call: _Call, settings: NotifySettings) -> Told:
    try:
        ok, message = _send(call.make(), settings)
    except PullquoteError as reason:  # why a request was not even made
        ok, message = False, reason.message
    except Exception as error:  # whatever it is, the release is out
        ok, message = False, f"failed ({type(error).__name__})"
    return Told(call.kind, shown_host(call.url), ok, message)


def _send(request: _Request, settings: NotifySettings) -> tuple[bool, str]:
    try:
        with Deadline(shown_host(request.url), settings.timeout):
            there = route(request.url, loopback=settings.allow_loopback)
            response = there.pool.request(
                request.method,
                there.path,
                body=request.body,
                headers={**request.headers, "Host": there.host, "User-Agent": _AGENT},
                redirect=False,
                preload_content=False,
            )
            status = response.status
            response.close()  # only the status counts, however long the rest would be
            there.pool.close()
    except PrivateAddress:
        raise PullquoteError(
            "its address is inside a private network ([notify] allow_loopback = true allows this "
            "machine's own)"
        ) from None
    except TooLate:
        raise PullquoteError(_late(settings)) from None
    except PullquoteError:
        raise PullquoteError("there is no such server") from None
    except exceptions.SSLError:
        raise PullquoteError("its certificate is not trusted") from None
    except exceptions.HTTPError as error:
        # urllib3 counts a refused connection among the time-outs.
        refused = isinstance(error, exceptions.NewConnectionError)
        late = isinstance(error, exceptions.TimeoutError) and not refused
        raise PullquoteError(_late(settings) if late else "there is no connection") from None
    if 300 <= status < 400:
        return False, f"it answers {status}: redirects are not followed, name the address itself"
    return 200 <= status < 300, f"HTTP {status}"


def _websub(hub: str, news: News) -> _Request:
    # `hub.topic` is the specification's, `hub.url` what older hubs read.
    fields = {"hub.mode": "publish", "hub.topic": news.feed, "hub.url": news.feed}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return _Request(hub, "POST", headers, urlencode(fields).encode())


def _podping(podping: Podping, medium: str, news: News) -> _Request:
    query = urlencode({"url": news.feed, "reason": "update", "medium": medium})
    url = podping.url + ("&" if urlsplit(podping.url).query else "?") + query
    return _Request(url, "GET", {"Authorization": secret(podping.token_env)})


def _webhook(hook: Webhook, news: News) -> _Request:
    body = json.dumps(_payload(news), ensure_ascii=False).encode()
    # The same news again, after a release that was killed, has the same id.
    digest = hashlib.sha256(f"{news.feed} {news.release} {sorted(news.urls)}".encode())
    identity = f"msg_{digest.hexdigest()[:32]}"
    moment = str(int(time.time()))
    signed = f"{identity}.{moment}.".encode() + body
    signature = hmac.digest(_key(secret(hook.secret_env), hook.secret_env), signed, "sha256")
    headers = {
        "Content-Type": "application/json",
        "webhook-id": identity,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
    return _Request(hook.url, "POST", headers, body)


def _payload(news: News) -> dict[str, Any]:
    return {
        "type": "feed.updated" if news.feed_changed else "pages.updated",
        "feed": news.feed,
        "release": news.release,
        "episodes": [
            {"change": each.kind, "slug": each.slug}
            | {name: getattr(each.item, name) for name in ("guid", "title", "date", "enclosure")}
            for each in news.episodes
        ],
        "urls": list(news.urls),
    }


def _key(secret: str, name: str) -> bytes:
    """The bytes to sign with: Standard Webhooks writes them as `whsec_` and base64."""
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise PullquoteError(f"the environment variable {name} is no base64 after whsec_") from None


def _late(settings: NotifySettings) -> str:
    return f"no answer within {settings.timeout:g} seconds"
