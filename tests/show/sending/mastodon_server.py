"""Mastodon's documented API, as far as posts need it: a server in Ruby is in no registry of packages.

It keeps what it is asked, answers as docs.joinmastodon.org says, and can be told to fail.
"""

import html
import itertools
import json
import re
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "token-of-ada"
LIMIT = 500


class Server(ThreadingHTTPServer):
    """Statuses by their numbers; where it `loses_answer`, what it did is done and nobody hears of it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.numbers = itertools.count(110_000_000_000_000_000)
        self.loses_answer: Callable[[], bool] = lambda: False
        self.redirect = ""

    @property
    def texts(self) -> list[str]:
        return [each["text"] for each in self.statuses.values()]

    def make(self, text: str, answers: str | None) -> dict[str, Any]:
        number = str(next(self.numbers))
        url = f"https://social.example/@ada/{number}"
        self.statuses[number] = {"id": number, "url": url, "uri": url, "in_reply_to_id": answers}
        return self.write(number, text)

    def write(self, number: str, text: str) -> dict[str, Any]:
        status = self.statuses[number]
        if status.get("text", text) != text:
            status["edited_at"] = f"2026-11-29T12:00:{len(text) % 60:02}.000Z"
        return _with(status, text)


def _with(status: dict[str, Any], text: str) -> dict[str, Any]:
    status |= {"text": text, "content": _content(text), "created_at": "2026-11-29T11:00:00.000Z"}
    status.setdefault("edited_at", None)
    return {key: value for key, value in status.items() if key != "text"}


def _content(text: str) -> str:
    """Paragraphs and links as Mastodon shows them: the beginning of an address is not seen."""
    escaped = re.sub(
        r"(https?://)(\S+)",
        r'<a href="\1\2"><span class="invisible">\1</span><span class="">\2</span></a>',
        html.escape(text, quote=False),
    )
    paragraphs = escaped.split("\n\n")
    return "".join(f"<p>{each}</p>" for each in paragraphs).replace("\n", "<br />")


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if self.server.redirect:
            self._answer(302, {}, Location=self.server.redirect)
        elif self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._answer(401, {"error": "The access token is invalid"})
        elif path == "/api/v1/accounts/verify_credentials":
            self._answer(200, {"id": "1", "username": "ada", "acct": "ada"})
        elif path == "/api/v1/accounts/1/statuses":
            found = [_with(each, each["text"]) for each in self.server.statuses.values()]
            self._answer(200, found[::-1])
        else:
            self._status(
                lambda number: _with(status := self.server.statuses[number], status["text"])
            )

    def do_POST(self) -> None:
        fields, key = self._fields(), self.headers["Idempotency-Key"]
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._answer(401, {"error": "The access token is invalid"})
        elif len(fields["status"]) > LIMIT:
            told = f"Validation failed: Text character limit of {LIMIT} exceeded"
            self._answer(422, {"error": told})
        elif key in self.server.keys:
            status = self.server.statuses[self.server.keys[key]]
            self._answer(200, _with(status, status["text"]))
        else:
            made = self.server.make(fields["status"], fields.get("in_reply_to_id"))
            self.server.keys[key] = made["id"]
            if not self.server.loses_answer():
                self._answer(200, made)

    def do_PUT(self) -> None:
        text = self._fields()["status"]
        if self.server.loses_answer():
            self.server.write(urlsplit(self.path).path.rpartition("/")[2], text)
        else:
            self._status(lambda number: self.server.write(number, text))

    def do_DELETE(self) -> None:
        self._status(lambda number: self.server.statuses.pop(number))

    def _status(self, do: Callable[[str], dict[str, Any]]) -> None:
        number = urlsplit(self.path).path.rpartition("/")[2]
        if number in self.server.statuses:
            self._answer(200, do(number))
        else:
            self._answer(404, {"error": "Record not found"})

    def _fields(self) -> dict[str, str]:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        kind = self.headers["Content-Type"]
        if kind.startswith("application/json"):
            found: dict[str, Any] = json.loads(content)
            return {name: str(value) for name, value in found.items() if value is not None}
        return {name: values[0] for name, values in parse_qs(content.decode()).items()}

    def _answer(self, status: int, value: Any, **headers: str) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in (headers | {"Content-Type": "application/json"}).items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
