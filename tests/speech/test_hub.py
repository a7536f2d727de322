"""faster-whisper's weights come from a hub: here from one on this machine, by the hub's own client."""

import hashlib
import json
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any

import pytest

pytest.importorskip("faster_whisper", reason="the extra [fast] is missing")

COMMIT = "1" * 40
MODEL = Random(6).randbytes(2_000_000)
FILES = {"config.json": b"{}", "tokenizer.json": b'{"a": 1}', "vocabulary.txt": b"a\nb\n"}

DIGESTS = {name: hashlib.sha1(content).hexdigest() for name, content in FILES.items()}
DIGESTS["model.bin"] = hashlib.sha256(MODEL).hexdigest()

ASK = """
import json
from pipeline.errors import SpeechError
from pipeline.speech.weights.weights import ctranslate2_folder, is_here
told, answer = [], {}
try:
    found = ctranslate2_folder("base.en", lambda *news: told.append(news))
    answer = {"path": str(found.path), "sha256": found.sha256}
except SpeechError as error:
    answer = {"error": str(error)}
print(json.dumps({**answer, "told": told, "here": is_here("base.en")}))
"""

# what the hub says of the repository's files; large ones have their sha256
TREE: list[dict[str, Any]] = [
    {"type": "file", "path": name, "size": len(content), "oid": DIGESTS[name]}
    for name, content in FILES.items()
]
LARGE = {"oid": DIGESTS["model.bin"], "size": len(MODEL), "pointerSize": 130}
TREE.append(
    {"type": "file", "path": "model.bin", "size": len(MODEL), "oid": "2" * 40, "lfs": LARGE}
)


@dataclass
class Hub:
    """Serves one repository; resets the connection after each of `breaks` bytes of the model in turn."""

    cache: Path
    url: str = ""
    model: bytes = MODEL
    breaks: list[int] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)  # ranges of the model

    def ask(self) -> dict[str, Any]:
        """What `weights` says, in a process of its own: the client reads its address when imported."""
        environment = {**os.environ, "HF_ENDPOINT": self.url, "XDG_CACHE_HOME": str(self.cache)}
        done = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer

    def content(self, path: str) -> tuple[bytes, dict[str, str]]:
        """The answer to a path, and its headers."""
        name = path.rpartition("/")[2]
        if "/tree/" in path:
            return json.dumps(TREE).encode(), {"Content-Type": "application/json"}
        if path.startswith("/api/models/"):
            described = {"id": "a/b", "sha": COMMIT, "siblings": []}
            return json.dumps(described).encode(), {"Content-Type": "application/json"}
        content = {**FILES, "model.bin": self.model}[name]
        return content, {"X-Repo-Commit": COMMIT, "ETag": f'"{DIGESTS[name]}"'}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        try:
            content, headers = self.hub.content(self.path.split("?")[0])
        except KeyError:
            self.send_error(404)
            return
        asked = self.headers.get("Range")
        first = int(asked[6:].split("-")[0]) if asked else 0
        self.send_response(206 if asked else 200)
        if asked:
            headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
        for header, value in {**headers, "Content-Length": str(len(content) - first)}.items():
            self.send_header(header, value)
        self.end_headers()
        if self.command == "GET":
            self.send(content[first:], asked)

    def send(self, content: bytes, asked: str | None) -> None:
        if not self.path.endswith("/model.bin"):
            self.wfile.write(content)
            return
        self.hub.asked.append(asked)
        if not self.hub.breaks:
            self.wfile.write(content)
            return
        self.wfile.write(content[: self.hub.breaks.pop(0)])
        at_once = struct.pack("ii", 1, 0)  # as a router that forgot the connection: by a reset
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self.connection.close()
        self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def hub(no_proxy: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    state = Hub(tmp_path)
    monkeypatch.setattr(Handler, "hub", state, raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        state.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield state
        http.shutdown()
        thread.join()


def test_a_model_arrives_with_progress_and_a_reset_connection_only_delays_it(hub: Hub) -> None:
    hub.breaks = [1_500_000]
    broken = hub.ask()
    assert "could not be downloaded ([Errno" in broken["error"]
    assert not broken["here"]
    found = hub.ask()
    folder = Path(found["path"])
    assert folder.is_relative_to(hub.cache / "pullquote" / "models")
    assert (folder / "model.bin").read_bytes() == MODEL
    assert (folder / "tokenizer.json").read_bytes() == FILES["tokenizer.json"]
    assert found["sha256"] == DIGESTS["model.bin"]
    assert found["here"]
    assert found["told"][-1][0] == found["told"][-1][1]
    assert found["told"] == sorted(found["told"], key=lambda news: news[0])


def test_bytes_of_another_file_are_refused_and_fetched_again(hub: Hub) -> None:
    hub.model = MODEL[:-1] + b"?"
    broken = hub.ask()
    assert "its sha256 differs" in broken["error"]
    assert not broken["here"]
    hub.model = MODEL
    assert hub.ask()["sha256"] == DIGESTS["model.bin"]
    assert hub.asked == [None, None]
    hub.url = "http://127.0.0.1:9"  # nobody listens there
    assert "path" in hub.ask()
