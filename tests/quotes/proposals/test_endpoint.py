"""A model's endpoint that misbehaves: late, wrong, huge, redirecting, repeating the key."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import Any

import pytest

from pipeline.errors import ConfigError, PullquoteError
from pipeline.quotes.proposals.endpoint import Endpoint
from pipeline.settings.production import RerankSettings
from pipeline.settings.tables import checked

KEY = "sk-very-secret-0123456789"
OVER = threading.Event()  # the client has what it wanted: servers need not go on
Answer = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


def at(url: str, **more: Any) -> Endpoint:
    """An endpoint whose patience may be shorter than a host may ask for."""
    return Endpoint(RerankSettings.model_construct(base_url=url, model="small", **more))


def say(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in ({"Content_Length": str(len(body))} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def completion(text: object) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


@pytest.fixture
def serve(
    serving: Callable[[HTTPServer], AbstractContextManager[str]],
) -> Iterator[Callable[[Answer], str]]:
    """Start a server that answers as told; returns its base URL."""
    running = ExitStack()

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                answer(self, json.loads(self.rfile.read(length)))

            def do_GET(self) -> None:
                say(self, 200, completion("a redirect was followed"))

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = False  # its end waits for them
        return running.enter_context(serving(server)) + "/v1"

    OVER.clear()
    with running:
        yield start
        OVER.set()


def test_it_asks_as_openai_does(
    serve: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str | None, dict[str, Any]]] = []

    def answer(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        seen.append((handler.path, handler.headers["Authorization"], body))
        say(handler, 200, completion("3, 1, 2"))

    monkeypatch.setenv("MY_KEY", KEY)
    url = serve(answer)
    assert at(f"{url}/", key_env="MY_KEY").ask("Choose.", "1. a\n\n2. b") == "3, 1, 2"
    path, key, body = seen[0]
    assert (path, key) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert body["model"] == "small"
    assert [m["content"] for m in body["messages"]] == ["Choose.", "1. a\n\n2. b"]
    assert body["temperature"] == 0
    at(url).ask("Choose.", "1. a")
    assert seen[1][1] is None


def test_a_model_that_refuses_a_temperature_is_asked_without(
    serve: Callable[[Answer], str],
) -> None:
    def answer(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        fine = "temperature" not in body and "max_tokens" not in body
        say(handler, *((200, completion("2, 1")) if fine else (400, b'{"error": "temperature"}')))

    assert at(serve(answer)).ask("t", "p") == "2, 1"


def wait(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    OVER.wait()


def drip(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    handler.send_response(200)
    handler.end_headers()
    while not OVER.wait(0.1):
        handler.wfile.write(b" " * (1 << 12))
        handler.wfile.flush()


FAULTS: dict[str, tuple[Answer, str]] = {
    "late": (wait, "did not answer within 1 s"),
    "dripping": (drip, "did not answer within 1 s"),
    "500": (
        lambda handler, body: say(handler, 500, b"<html>oops</html>"), "answered 500"
    ),
    "told": (
        lambda handler, body: say(
            handler, 401, json.dumps({"error": {"message": f"bad key {KEY}\x1b[2J\nsorry"}}).encode()
        ),
        "answered 401: bad key … [2J sorry",
    ),
    "redirect": (
        lambda handler, body: say(handler, 302, b"", Location="/elsewhere"), "answered 302"
    ),
    "huge": (
        lambda handler, body: say(handler, 200, b"x" * (3 << 20)), "more than a megabyte"
    ),
    "no JSON": (lambda handler, body: say(handler, 200, b"3, 1, 2"), "no chat completion"),
    "deep": (lambda handler, body: say(handler, 200, b"[" * 100_000), "no chat completion"),
    "no text": (lambda handler, body: say(handler, 200, completion(None)), "no chat completion"),
    "broken off": (
        lambda handler, body: say(handler, 200, b"{", Content_Length="100"), "broke off"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_what_goes_wrong_is_one_line_without_the_key(
    serve: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    answer, expected = FAULTS[name]

    def quietly(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        try:
            answer(handler, body)
        except OSError:  # the client has left
            handler.close_connection = True

    monkeypatch.setenv("MY_KEY", KEY)
    patience = 1.0 if "within 1 s" in expected else 60.0
    with pytest.raises(PullquoteError) as caught:
        at(serve(quietly), key_env="MY_KEY", timeout=patience).ask("task", "passages")
    assert expected in caught.value.message
    assert "\n" not in str(caught.value)
    assert KEY not in repr(caught.getrepr(chain=True, showlocals=False))


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(PullquoteError, match="cannot be reached"):
        at(f"http://127.0.0.1:{port}/v1").ask("t", "p")


def test_a_key_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(PullquoteError, match="variable MY_KEY is not set"):
        at("https://example.org/v1", key_env="MY_KEY").ask("t", "p")


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://api.example.org/v1", True),
        ("http://127.0.0.1:11434/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://localhost:8080/v1", True),
        ("http://10.0.0.7:8080/v1", False),
        ("http://localhost.example.org/v1", False),
        ("http://127.0.0.1.example.org/v1", False),
        ("https://me:secret@example.org/v1", False),
    ],
)
def test_only_https_or_this_machine(url: str, fine: bool) -> None:
    if fine:
        assert checked(RerankSettings, {"base_url": url, "model": "m"}, "show.toml").base_url == url
        return
    with pytest.raises(ConfigError) as caught:
        checked(RerankSettings, {"base_url": url, "model": "m"}, "show.toml")
    assert "secret" not in str(caught.value)


def test_another_machine_in_the_clear_only_when_allowed() -> None:
    RerankSettings(base_url="http://10.0.0.7:8080/v1", model="m", allow_http=True)
