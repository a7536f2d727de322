"""Hostile requests change nothing and read nothing; hostile texts are only text."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from pipeline.desk.serving.serve import invitation

Open = Callable[..., Page]
HOSTILE = "<script>document.title='taken'</script></textarea><img src=x onerror=alert(1)>"
COMMAND = {"id": "hostile-1", "do": "reject", "target": "8m3g"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, request: Any) -> Iterator[Any]:
    """One server for all requests: they must leave it as it was."""
    copy = request.getfixturevalue("sample_copy")
    made = copy(tmp_path_factory.mktemp("safety"))
    made.start_here()
    yield made
    assert not made.ledger.exists()
    made.stop()


READS = ["/", "/api/state", "/api/episode", "/api/preview", "/audio", "/static/main.js"]
FOREIGN = [
    "evil.example",
    "127.0.0.1.evil.example",
    "evil.example:80",
    "localhost.evil",
    "",
    "[::2]",
]


@pytest.mark.parametrize("path", READS)
def test_nothing_is_read_without_the_token(running: Any, path: str) -> None:
    assert running.ask(path, Cookie=None)[0] == 403
    assert running.ask(path, Cookie="pullquote-1=x")[0] == 403
    assert running.ask(f"{path}?token=wrong", Cookie=None)[0] == 403


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_host_is_refused(running: Any, host: str) -> None:
    assert running.ask("/api/state", Host=host)[0] in (400, 421)
    assert running.ask("/api/do", COMMAND, Host=host, Origin=f"http://{host}")[0] in (400, 421)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]:8080", "localhost:1"])
def test_a_tunnel_may_have_another_port(running: Any, host: str) -> None:
    assert running.ask("/api/state", Host=host)[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": None},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"X_Pullquote_Token": None},
        {"X_Pullquote_Token": "wrong"},
        {"Cookie": None},
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/x-www-form-urlencoded"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=str,
)
def test_a_write_comes_from_the_page_itself(running: Any, headers: dict[str, str | None]) -> None:
    assert running.ask("/api/do", COMMAND, **headers)[0] in (403, 415)


def test_another_site_reads_nothing_even_with_the_cookie(running: Any) -> None:
    assert running.ask("/api/state", Sec_Fetch_Site="cross-site")[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static//etc/passwd",
        "/audio/../../feed/show.toml",
        "/static/main.js%00.css",
    ],
)
def test_path_tricks(running: Any, path: str) -> None:
    status, body, _ = running.ask(path)
    assert status == 404
    assert b"import" not in body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"id": "xxxxxxxx", "do": "__class__"}',
        b'{"id": "../../../x", "do": "reject", "target": "8m3g"}',
        b'{"id": "xxxxxxxx", "do": "reject", "target": "nobody"}',
        b'{"id": "xxxxxxxx", "do": "sign", "target": "8m3g", "line": "added: x"}',
        b'{"id": "xxxxxxxx", "do": "correct", "words": [-5, 900000], "text": "x"}',
        b'{"id": "xxxxxxxx", "do": "set", "target": "8m3g", "key": "id", "value": "x"}',
        b'{"id": "xxxxxxxx", "do": "reject", "target": "8m3g", "more": 1}',
        b'{"id": "xxxxxxxx", "do": "quote", "heading": "H", "text": "\\ud800"}',
        b'{"id": "xxxxxxxx", "do": "quote", "heading": "H", "text": ""}',
        b'{"id": "xxxxxxxx", "do": "quote", "heading": "\\u0000", "text": "\\u0000"}',
        b'{"id": "xxxxxxxx", "do": "move-heading", "heading": "nowhere", "place": 0}',
        b'{"id": "xxxxxxxx", "do": "heard", "words": [0, 900000]}',
        b'{"id": "xxxxxxxx", "do": "heard", "words": [3, 3]}',
        b'{"id": "xxxxxxxx", "do": "voice", "text": "Mara Quill", "speaker": " "}',
        b'{"id": "xxxxxxxx", "do": "quote", "heading": "H", "text": "a", "at": NaN}',
        b'{"id": "xxxxxxxx", "do": "quote", "heading": "H", "text": "a", "at": 1e999}',
        b'{"id": "xxxxxxxx", "do": "quote", "heading": "H", "text": "' + b"no " * 1001 + b'"}',
        b"[" * 100_000,
    ],
)
def test_nonsense_is_refused_and_changes_nothing(running: Any, body: bytes) -> None:
    status, answer, _ = running.ask("/api/do", body)
    assert status in (400, 409)
    assert "error" in json.loads(answer)


@pytest.mark.parametrize("time", ["NaN", "Infinity", "-1", "1e999", '"x"'])
def test_a_draft_has_a_time_that_is_one(running: Any, time: str) -> None:
    status, answer, _ = running.ask("/api/check", f'{{"text": "no", "at": {time}}}'.encode())
    assert status == 400
    assert json.loads(answer)["error"].startswith("at: ")


def test_a_draft_that_is_too_long_is_told_at_once(running: Any) -> None:
    status, answer, _ = running.ask("/api/check", {"text": "no " * 3200})
    assert status == 200
    verdict = json.loads(answer)
    assert verdict["message"] == "it has 3200 words, a quote at most 1000: make several of it"
    assert len(verdict["pieces"]) == 3200  # the page keeps what was written


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST"])
def test_other_methods_are_refused(running: Any, method: str) -> None:
    port = int(running.origin.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 5) as wire:
        wire.sendall(
            f"{method} /api/state HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Cookie: pullquote-{port}={running.token}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        answer = wire.recv(1000)
    assert answer.split()[1] in (b"403", b"405")
    assert b"access-control" not in answer.lower()


def test_two_hosts_in_one_request_are_refused(running: Any) -> None:
    port = int(running.origin.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 5) as wire:
        wire.sendall(
            f"GET /api/state HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.example\r\n"
            f"Cookie: pullquote-{port}={running.token}\r\n\r\n".encode()
        )
        assert wire.recv(100).split()[1] in (b"400", b"421")


def test_huge_bodies_are_refused(running: Any) -> None:
    port = int(running.origin.rpartition(":")[2])
    for length in ("Content-Length: 1000001", "Transfer-Encoding: chunked"):
        with socket.create_connection(("127.0.0.1", port), 5) as wire:
            wire.sendall(
                f"POST /api/do HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {running.origin}\r\n"
                f"Cookie: pullquote-{port}={running.token}\r\n"
                f"X-Pullquote-Token: {running.token}\r\n"
                f"Content-Type: application/json\r\n{length}\r\n\r\n".encode()
            )
            assert b" 413 " in wire.recv(100)


@pytest.mark.parametrize(
    "path", ["/pcm?start=0&end=99999", "/pcm?start=nan&end=inf", "/pcm", "/peaks?start=nan&end=nan"]
)
def test_no_endless_sound(running: Any, path: str) -> None:
    assert running.ask(path)[0] == 409


def test_code_that_was_pulled_while_the_page_was_open_is_told(
    running: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def imports(_: object) -> None:
        from pipeline.desk.serving import (  # type: ignore[attr-defined]  # noqa: F401
            what_only_the_new_code_has,
        )

    monkeypatch.setattr("pipeline.desk.serving.state.episode", imports)
    status, answer, _ = running.ask("/api/episode")
    assert status == 409
    assert b"pullquote was updated meanwhile" in answer


def test_headers(running: Any) -> None:
    status, _, headers = running.ask("/", Cookie=None)
    assert status == 403
    assert "set-cookie" not in {name.lower() for name in headers}
    status, body, headers = running.ask(f"/?token={running.token}", Cookie=None)
    assert status == 200
    given = {name.lower(): value for name, value in headers.items()}
    assert "script-src 'self'" in given["content-security-policy"]
    assert "unsafe" not in given["content-security-policy"]
    assert "HttpOnly" in given["set-cookie"]
    assert "SameSite=Strict" in given["set-cookie"]
    assert given["cache-control"] == "no-store"
    assert "server" not in given
    assert b"<script>" not in body


def test_the_audio_comes_in_ranges(running: Any) -> None:
    status, body, _ = running.ask("/audio", Range="bytes=100-199")
    assert (status, len(body)) == (206, 100)
    assert running.ask("/pcm?start=1&end=2")[1][:4] == b"RIFF"


def test_only_the_loopback_is_listened_on(running: Any) -> None:
    port = int(running.origin.rpartition(":")[2])
    own = socket.gethostbyname(socket.gethostname())
    if own.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((own, port), 2)


def test_over_ssh_the_tunnel_is_told() -> None:
    told = "\n".join(invitation({"SSH_CONNECTION": "10.0.0.9 50000 10.0.0.5 22"}, 8123))
    assert "ssh -N -L 8123:127.0.0.1:8123" in told
    assert "@10.0.0.5" in told
    assert not any("ssh" in line for line in invitation({}, 8123))


def test_hostile_texts_are_only_text(sample_copy: Any, tmp_path: Path, show: Open) -> None:
    made = sample_copy(tmp_path)
    build = made.episode / "build"
    for name in ("transcript.raw.json", "speakers.json"):
        (build / name).unlink()
    bidi = "evil\u202etxt\u2066"
    words: list[list[Any]] = [
        [text, round(index * 0.4, 2), round(index * 0.4 + 0.3, 2), 0.9, HOSTILE]
        for index, text in enumerate([HOSTILE.replace(" ", "\u00a0"), bidi, "a b", "\u202e"] * 2500)
    ]
    ids = [[index] for index in range(len(words))]
    (build / "transcript.words.json").write_text(
        json.dumps({"words": words, "raw_ids": ids, "breaks": [0], "language": "en"})
    )
    (build / "suspects.json").write_text(
        json.dumps({"suspects": [
            {"first": 0, "last": 3, "start": 0.0, "end": 1.0, "score": 0.9, "why": [HOSTILE]}
        ]})
    )  # fmt: skip
    text = " ".join(word[0] for word in words[:6])
    candidate = {
        "id": "evil", "words": [0, 6], "start": 0.0, "end": 2.3, "speaker": HOSTILE,
        "text": text, "score": 1.0, "why": [HOSTILE],
    }  # fmt: skip
    (build / "candidates.json").write_text(json.dumps({"candidates": [candidate]}))
    chapters = [{"startTime": 0.0, "title": HOSTILE}]
    (build / "chapters.json").write_text(json.dumps({"version": "1.2.0", "chapters": chapters}))
    made.start_here()
    try:
        page = show(made)
        assert page.locator("#words .said").count() > 50  # the turn of 10,000 words is parted
        page.keyboard.press("a")
        for name in ("ledger", "suspects", "preview", "candidates"):
            page.locator(f"[data-view={name}]").first.click()
            page.wait_for_timeout(400)
            assert page.locator("#desk img, #desk script, #words script, #words img").count() == 0
        assert "\u202e" not in page.locator("#words").inner_text()
        assert page.title() != "taken"
    finally:
        made.stop()


def test_the_page_is_not_left_where_others_may_read_it(running: Any) -> None:
    folder = running.root / ".pullquote" / "review"
    holding = [
        path
        for path in folder.rglob("*")
        if path.is_file() and running.token in path.read_text(errors="ignore")
    ]
    assert [path.name for path in holding] == ["address"]
    assert [path.stat().st_mode & 0o077 for path in holding] == [0]
