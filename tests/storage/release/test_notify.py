"""Who is told after a release, by real servers on this machine that behave as badly as servers do."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import standardwebhooks
import trustme

from pipeline.feeds.contents.live_feed import LiveItem
from pipeline.settings.notification import NotifySettings
from pipeline.storage.planning.changes import EpisodeChange
from pipeline.storage.release.notify import News, tell

EPISODE = EpisodeChange(
    "added",
    "tea",
    LiveItem("g1", "Tea 茶", "Tue, 24 Nov 2026 08:00:00 +0000", "https://a.b/t.mp3", "9"),
)
NEWS = News("https://a.example/feed.xml", "20261124-1", (EPISODE,), ("https://a.example/t.html",))
SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS10ZXN0cw=="


class Receiver(ThreadingHTTPServer):
    """A server, and every request that it has got: method, path, headers, body."""

    daemon_threads = False  # its end waits for them

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[tuple[str, str, dict[str, str], bytes]] = []
        self.end = threading.Event()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.server_port}"
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)

    def handle_error(self, *_: Any) -> None:
        """A client that breaks off is what some of these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.got.append((self.command, self.path, headers, body))
        path = urlsplit(self.path).path
        if path == "/hang":
            self.server.end.wait()
        elif path == "/drip":
            self.drip()
        elif path == "/redirect":
            self.answer(307, Location=f"{self.server.url}/ok")
        else:
            self.answer({"/ok": 204, "/500": 500}.get(path, 404))

    def do_POST(self) -> None:
        self.do_GET()

    def answer(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": "0"} | headers).items():
            self.send_header(name, value)
        self.end_headers()

    def drip(self) -> None:
        """Headers that never end, each within any limit on one read."""
        self.send_response(200)
        self.flush_headers()
        while not self.server.end.wait(0.05):
            self.wfile.write(b"X-1: y\r\n")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def serve(
    serving: Callable[[HTTPServer], AbstractContextManager[str]],
) -> Iterator[Callable[..., Receiver]]:
    with ExitStack() as running:

        def start(tls: ssl.SSLContext | None = None) -> Receiver:
            server = Receiver(tls)
            running.enter_context(serving(server))
            running.callback(server.end.set)
            return server

        yield start


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    monkeypatch.setenv("PODPING_TOKEN", "token-of-the-tests")


def settings(base: str = "", **changes: Any) -> NotifySettings:
    values: dict[str, Any] = {"timeout": 60, "allow_loopback": True}
    if base:
        values["webhooks"] = [{"url": base, "secret_env": "HOOK_SECRET"}]
    return NotifySettings.model_validate(values | changes)


def test_everybody_is_told_once(serve: Callable[..., Receiver]) -> None:
    there = serve()
    told = tell(
        settings(
            f"{there.url}/ok?hook=1",
            websub=[f"{there.url}/ok"],
            podping={"url": f"{there.url}/ok?v=1", "token_env": "PODPING_TOKEN"},
        ),
        "podcast",
        NEWS,
    )
    host = urlsplit(there.url).netloc
    assert [(each.kind, each.host, each.ok) for each in told] == [
        ("webhook", host, True),
        ("websub", host, True),
        ("podping", host, True),
    ]
    assert {each.line for each in told} >= {f"told WebSub hub {host} (HTTP 204)"}
    by_path = {path: (method, headers, body) for method, path, headers, body in there.got}
    assert len(by_path) == len(there.got) == 3
    method, _, body = by_path["/ok"]
    assert (method, parse_qs(body.decode())["hub.topic"]) == ("POST", [NEWS.feed])
    (ping,) = [path for path in by_path if path.startswith("/ok?v=1&")]
    assert parse_qs(ping)["url"] == [NEWS.feed]
    assert by_path[ping][0] == "GET"
    assert by_path[ping][1]["authorization"] == "token-of-the-tests"


@pytest.mark.parametrize("secret", [SECRET, "a plain secret"])
def test_a_webhook_is_signed_so_that_others_can_prove_it(
    serve: Callable[..., Receiver], monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("HOOK_SECRET", secret)
    there = serve()
    assert [each.ok for each in tell(settings(f"{there.url}/ok"), "podcast", NEWS)] == [True]
    ((_, _, headers, body),) = there.got
    whole = secret if secret.startswith("whsec_") else secret.encode()
    judge = standardwebhooks.Webhook(whole)
    assert judge.verify(body, headers) == json.loads(body)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        judge.verify(body.replace(b"added", b"gone"), headers)
    found = json.loads(body)
    assert (found["type"], found["feed"]) == ("feed.updated", NEWS.feed)
    assert found["urls"] == ["https://a.example/t.html"]
    (episode,) = found["episodes"]
    assert (episode["change"], episode["slug"], episode["title"]) == ("added", "tea", "Tea 茶")


def test_hubs_know_feeds_only(serve: Callable[..., Receiver]) -> None:
    there = serve()
    pages = News(NEWS.feed, NEWS.release, (), NEWS.urls, feed_changed=False)
    told = tell(settings(f"{there.url}/ok", websub=[f"{there.url}/ok"]), "podcast", pages)
    assert [each.kind for each in told] == ["webhook"]
    assert json.loads(there.got[0][3])["type"] == "pages.updated"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/500", "HTTP 500"),
        ("/404", "HTTP 404"),
        ("/hang", "no answer within 0.5 seconds"),
        ("/drip", "no answer within 0.5 seconds"),
        ("/redirect", "it answers 307: redirects are not followed, name the address itself"),
    ],
)
def test_what_servers_do_is_one_line_and_no_more(
    serve: Callable[..., Receiver], path: str, message: str
) -> None:
    there = serve()
    patience = 0.5 if "0.5" in message else 60
    wanted = settings(f"{there.url}{path}?token=hidden", timeout=patience)
    (told,) = tell(wanted, "podcast", NEWS)
    assert (told.ok, told.message) == (False, message)
    assert told.line.endswith("; the release is out all the same")
    assert "\n" not in told.line
    assert "hidden" not in told.line
    there.end.set()
    there.server_close()  # once all that came has been read: a busy machine reads late
    assert [got[1] for got in there.got] == [f"{path}?token=hidden"], "once, and nowhere else"


def test_nobody_there(serve: Callable[..., Receiver]) -> None:
    (told,) = tell(settings("http://127.0.0.1:9/x"), "podcast", NEWS)
    assert told.message == "there is no connection"
    (told,) = tell(settings("https://nowhere.invalid/x"), "podcast", NEWS)
    assert told.message == "there is no such server"


def test_a_certificate_must_be_trusted(
    serve: Callable[..., Receiver], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    right, wrong = (
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH),
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH),
    )
    authority.issue_cert("127.0.0.1").configure_cert(right)
    authority.issue_cert("other.example").configure_cert(wrong)
    there, foreign = serve(right), serve(wrong)
    (told,) = tell(settings(f"{there.url}/ok"), "podcast", NEWS)
    assert told.message == "its certificate is not trusted"
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    (told,) = tell(settings(f"{there.url}/ok"), "podcast", NEWS)
    assert (told.ok, told.message) == (True, "HTTP 204")
    (told,) = tell(settings(f"{foreign.url}/ok"), "podcast", NEWS)
    assert told.message == "its certificate is not trusted", "it is another server's"
    assert not foreign.got


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{port}/ok", "http://localhost:{port}/ok", "https://10.0.0.1/",
     "https://169.254.169.254/latest/meta-data", "https://[::ffff:192.168.0.1]/", "https://0.0.0.0/"],
)  # fmt: skip
def test_private_addresses_are_refused(serve: Callable[..., Receiver], url: str) -> None:
    there = serve()
    whole = url.format(port=urlsplit(there.url).port)
    (told,) = tell(settings(whole, allow_loopback=False), "podcast", NEWS)
    assert not told.ok
    assert "private network" in told.message
    assert "allow_loopback" in told.message
    assert not there.got
    if "127.0.0.1" not in url and "localhost" not in url:
        (told,) = tell(settings(whole), "podcast", NEWS)
        assert "private network" in told.message, "allowed is this machine, not its network"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "the environment variable HOOK_SECRET is not set"),
        ("  ", "the environment variable HOOK_SECRET is not set"),
        ("whsec_###", "the environment variable HOOK_SECRET is no base64 after whsec_"),
        ("two\nlines", "the environment variable HOOK_SECRET holds what no header can carry"),
    ],
)
def test_a_secret_that_is_missing_or_broken_is_said(
    serve: Callable[..., Receiver], monkeypatch: pytest.MonkeyPatch, value: str | None, message: str
) -> None:
    monkeypatch.delenv("HOOK_SECRET")
    if value:
        monkeypatch.setenv("HOOK_SECRET", value)
    there = serve()
    (told,) = tell(settings(f"{there.url}/ok"), "podcast", NEWS)
    assert told.message == message
    assert not there.got


def test_a_secret_never_travels_in_the_open() -> None:
    hook = {"url": "http://hooks.example.org/", "secret_env": "HOOK_SECRET"}
    with pytest.raises(ValueError, match="must be https"):
        NotifySettings.model_validate({"webhooks": [hook]})
    with pytest.raises(ValueError, match="must be https"):
        NotifySettings.model_validate(
            {"podping": {"url": "http://p.example/", "token_env": "PODPING_TOKEN"}}
        )
