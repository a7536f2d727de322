"""Weights are fetched over HTTP from a server that does what servers on the internet do."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from random import Random

import pytest
import whisper

from pipeline.errors import SpeechError
from pipeline.speech.weights import weights
from pipeline.speech.weights.download import DownloadError, fetch

CONTENT = Random(5).randbytes(3_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Server:
    """Serves `content`; breaks off after each of `breaks` bytes in turn; may know no ranges."""

    url: str = ""
    content: bytes = CONTENT
    breaks: list[int] = field(default_factory=list)
    ranges: bool = True
    status: int = 200
    asked: list[str | None] = field(default_factory=list)


@pytest.fixture
def server(
    no_proxy: None, serving: Callable[[HTTPServer], AbstractContextManager[str]]
) -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            state.asked.append(asked)
            if state.status != 200:
                self.send_error(state.status)
                return
            first = int(asked[6:-1]) if asked and state.ranges else 0
            if first >= len(state.content):
                self.send_error(416)
                return
            self.send_response(206 if asked and state.ranges else 200)
            self.send_header("Content-Length", str(len(state.content) - first))
            self.end_headers()
            length = state.breaks.pop(0) if state.breaks else len(state.content)
            self.wfile.write(state.content[first : first + length])

        def log_message(self, *arguments: object) -> None:
            pass

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        state.url = f"{address}/{SHA256}/base.en.pt"
        yield state


def test_a_file_arrives_with_progress_and_nothing_beside_it(server: Server, tmp_path: Path) -> None:
    told: list[tuple[float, float, str]] = []
    fetch(server.url, tmp_path / "base.en.pt", SHA256, lambda *news: told.append(news))
    assert (tmp_path / "base.en.pt").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["base.en.pt"]
    assert told[-1] == (len(CONTENT), len(CONTENT), "bytes")
    assert told == sorted(told)
    assert len(told) > 1


def test_a_broken_connection_is_taken_up_where_it_broke(server: Server, tmp_path: Path) -> None:
    server.breaks = [1_000_000, 500_000]
    fetch(server.url, tmp_path / "w.pt", SHA256, lambda *_: None)
    assert (tmp_path / "w.pt").read_bytes() == CONTENT
    assert server.asked == [None, "bytes=1000000-", "bytes=1500000-"]


def test_a_server_without_ranges_sends_it_all_again(server: Server, tmp_path: Path) -> None:
    server.breaks, server.ranges = [1_000_000], False
    fetch(server.url, tmp_path / "w.pt", SHA256, lambda *_: None)
    assert (tmp_path / "w.pt").read_bytes() == CONTENT


def test_what_came_before_it_was_given_up_serves_the_next_attempt(
    server: Server, tmp_path: Path
) -> None:
    server.breaks = [100_000] * 5
    with pytest.raises(DownloadError, match="keeps breaking"):
        fetch(server.url, tmp_path / "w.pt", SHA256, lambda *_: None)
    assert not (tmp_path / "w.pt").exists()
    fetch(server.url, tmp_path / "w.pt", SHA256, lambda *_: None)
    assert server.asked[-1] == "bytes=500000-"
    assert (tmp_path / "w.pt").read_bytes() == CONTENT


def test_all_had_come_before_the_kill(server: Server, tmp_path: Path) -> None:
    (tmp_path / ".w.pt.part").write_bytes(CONTENT)
    fetch(server.url, tmp_path / "w.pt", SHA256, lambda *_: None)
    assert [path.name for path in tmp_path.iterdir()] == ["w.pt"]


@pytest.mark.parametrize("left", [b"", b"other bytes, from a kill in the middle"])
def test_a_wrong_digest_leaves_nothing_behind(server: Server, tmp_path: Path, left: bytes) -> None:
    server.content = CONTENT if left else CONTENT[:-1] + b"?"
    if left:
        (tmp_path / ".w.pt.part").write_bytes(left)
    with pytest.raises(DownloadError, match="its sha256 differs"):
        fetch(server.url, tmp_path / "w.pt", SHA256, lambda *_: None)
    assert list(tmp_path.iterdir()) == []


def test_a_model_is_downloaded_by_its_name_once(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setitem(whisper._MODELS, "base.en", server.url)
    found = weights.checkpoint("base.en")
    assert found.path.read_bytes() == CONTENT
    assert (found.name, found.sha256) == ("base.en", SHA256)
    assert weights.checkpoint("base.en") == found
    assert len(server.asked) == 1


def test_a_refusal_names_the_reason_and_the_way_out(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setitem(whisper._MODELS, "base.en", server.url)
    server.status = 403
    with pytest.raises(
        SpeechError, match=r"could not be downloaded \(the server answers 403\)"
    ) as it:
        weights.checkpoint("base.en")
    assert "pullquote[offline]" in it.value.hint
