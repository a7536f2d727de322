"""Who may talk to the review server: this page in this browser, and nobody else.

A server on 127.0.0.1 can be reached by every web site that the host visits, and by name tricks
(DNS rebinding) even read by them. So every request names a loopback host and carries the token's
cookie; a write also carries the token, its own origin and JSON.
"""

import hmac
import re

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 1_000_000  # bytes; a quote is a few thousand

_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE)

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Gatekeeper:
    """ASGI middleware that answers what is refused itself, and sets the headers of the rest."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self.app = app
        self.token = token
        self.cookie = f"pullquote-{port}"  # a browser's cookies do not tell ports apart

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or say why not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if self._arrives(scope):
                    headers.append(
                        "set-cookie",
                        f"{self.cookie}={self.token}; Path=/; HttpOnly; SameSite=Strict",
                    )
            await send(message)

        refused = self.refusal(scope)
        if refused:
            status, text = refused
            await PlainTextResponse(f"{text}\n", status)(scope, receive, send_safely)
        else:
            await self.app(scope, _limited(receive), send_safely)

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Status and reason for a request that may not pass; None for one that may."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not _LOOPBACK.fullmatch(hosts[0]):
            return 421, "This server answers only as 127.0.0.1, localhost or [::1]."
        arrives = self._arrives(scope)
        if not arrives and not self._same(HTTPConnection(scope).cookies.get(self.cookie)):
            return 403, "Open the address that pullquote review printed."
        if not arrives and headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return 403, "Another web site may not ask this server."
        if scope["method"] in ("GET", "HEAD"):
            return None
        return self._write_refusal(scope["method"], headers)

    def _write_refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        if method != "POST":
            return 405, "Only GET and POST are answered."
        if headers.get("origin") != f"http://{headers['host']}":
            return 403, "A decision must come from the review page itself."
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return 403, "Another web site may not decide here."
        if not self._same(headers.get("x-pullquote-token")):
            return 403, "The page's token is missing or old: load the page again."
        if headers.get("content-type", "").split(";")[0].strip() != "application/json":
            return 415, "Decisions are JSON."
        length = headers.get("content-length", "")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            return 413, f"A decision has at most {LARGEST_BODY} bytes, and says how many."
        return None

    def _arrives(self, scope: Scope) -> bool:
        """Whether this is the first visit, with the token in the address."""
        if scope["path"] != "/" or scope["method"] != "GET":
            return False
        return self._same(QueryParams(scope["query_string"]).get("token"))

    def _same(self, token: str | None) -> bool:
        return token is not None and hmac.compare_digest(token.encode(), self.token.encode())


def _limited(receive: Receive) -> Receive:
    """Cut off a body that is longer than it said."""
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        return message if received <= LARGEST_BODY else {"type": "http.disconnect"}

    return limited
