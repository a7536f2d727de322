"""Servers that answer with anything: an import ends, and what could not be had is said in a line."""

import contextlib
import gc
import gzip
import json
import socketserver
import threading
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import Result

from pipeline.workspace import Workspace

Text = Callable[..., str]
RunImport = Callable[..., Result]

pytestmark = [
    pytest.mark.network,
    # urllib3 forgets the socket of an answer with two lengths
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
FEED = b"@FEED@"  # in an answer: the feed


def moved(to: bytes) -> bytes:
    return b"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: " + to + b"\r\n\r\n"


def packed(name: bytes, content: bytes) -> bytes:
    return OK + b"Content-Encoding: " + name + b"\r\n\r\n" + content


#: What the server says to who asks for the feed, byte for byte.
ANSWERS = {
    "nothing": b"",
    "no status": b"hello\r\n\r\n",
    "a status of letters": b"HTTP/1.1 abc OK\r\n\r\n" + FEED,
    "a status of 999": b"HTTP/1.1 999 ?\r\n\r\n" + FEED,
    "HTTP 9": b"HTTP/9.9 200 OK\r\n\r\n" + FEED,
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a part": b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes x-y/z\r\n\r\n" + FEED,
    "not modified": b"HTTP/1.1 304 Not Modified\r\n\r\n",
    "a password": b'HTTP/1.1 401 ?\r\nWWW-Authenticate: Basic realm="\xff"\r\n\r\n',
    "an error": b"HTTP/1.1 500 ?\r\n\r\n<html>sorry</html>",
    "a length of ²": OK + "Content-Length: ²\r\n\r\n".encode() + FEED,
    "a length of 5,000 digits": OK + b"Content-Length: " + b"1" * 5000 + b"\r\n\r\n" + FEED,
    "a negative length": OK + b"Content-Length: -5\r\n\r\n" + FEED,
    "a length with a sign": OK + b"Content-Length: +5\r\n\r\n" + FEED,
    "two lengths": OK + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\n" + FEED,
    "a length in a list": OK + b"Content-Length: 5, 5\r\n\r\n" + FEED,
    "less than the length": OK + b"Content-Length: 9999999\r\n\r\n" + FEED,
    "more than the length": OK + b"Content-Length: 10\r\n\r\n" + FEED,
    "chunks of letters": OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n" + FEED,
    "a chunk below zero": OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n" + FEED,
    "a chunk of 5,000 digits": OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 5000 + FEED,
    "half a chunk": OK + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n" + FEED,
    "an unknown transfer": OK + b"Transfer-Encoding: magic\r\n\r\n" + FEED,
    "no gzip": packed(b"gzip", FEED),
    "half a gzip": packed(b"gzip", gzip.compress(b"<rss>" * 1000)[:20]),
    "a bomb": packed(b"gzip", gzip.compress(b" " * 50_000_000)),
    "a bomb in a bomb": packed(b"gzip, gzip", gzip.compress(gzip.compress(b" " * 90_000_000))),
    "a thousand packings": packed(b"gzip," * 1000, FEED),
    "no deflate": packed(b"deflate", FEED),
    "half a deflate": packed(b"deflate", zlib.compress(b"<rss>" * 1000)[:9]),
    "a packing of an unknown kind": packed(b"magic", FEED),
    "a move to half an address": moved(b"http://[x"),
    "a move to a wrong port": moved(b"http://127.0.0.1:99999/"),
    "a move to a port of letters": moved(b"http://127.0.0.1:x/"),
    "a move to a file": moved(b"file:///etc/hostname"),
    "a move to letters": moved("http://bücher.invalid/ü".encode()),
    "a move to no host": moved(b"http:///x"),
    "a move to itself": moved(b"/feed"),
    "a move to 100,000 letters": moved(b"/" + b"x" * 100_000),
    "a move to nowhere": b"HTTP/1.1 302 Found\r\n\r\n",
    "a move to what is hidden": moved(b"/\x01\x7f\xff"),
    "a move to a label of 70 letters": moved(b"http://" + b"a" * 70 + b".invalid/"),
    "a header of 100,000 letters": OK + b"X: " + b"x" * 100_000 + b"\r\n\r\n" + FEED,
    "a thousand headers": OK + b"X: 1\r\n" * 1000 + b"\r\n" + FEED,
    "a header without a colon": OK + b"what is this\r\n\r\n" + FEED,
    "a header of bytes": OK + b"Content-Type: \xff\xfe\x00\r\n\r\n" + FEED,
    "a hundred continues": b"HTTP/1.1 100 Continue\r\n\r\n" * 200 + OK + b"\r\n" + FEED,
    "a picture": OK + b"Content-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n" + bytes(2000),
    "a page": OK + b"\r\n<!DOCTYPE html><title>Sorry</title>",
    "an unknown encoding": OK + b'\r\n<?xml version="1.0" encoding="martian"?>' + FEED,
    "another encoding than it says": OK + b'\r\n<?xml version="1.0" encoding="utf-16"?>' + FEED,
    "nothing but zeros": OK + b"\r\n" + bytes(100_000),
    "half a feed": OK + b"\r\n<rss><channel><title>x</title><item><title>y",
    "a channel without anything": OK + b"\r\n<rss><channel/></rss>",
    "ten thousand levels": OK + b"\r\n<rss><channel>" + b"<a>" * 10_000,
}


@pytest.fixture
def server() -> Iterator[tuple[str, dict[str, bytes]]]:
    """A server that sends the bytes that a path stands for, and closes; its address."""
    answers: dict[str, bytes] = {}

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            line = self.rfile.readline().split()
            while self.rfile.readline().strip():
                pass
            with contextlib.suppress(OSError):  # who asks may have had enough
                self.wfile.write(answers.get(line[1].decode() if len(line) > 1 else "", b""))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listener:
        listener.daemon_threads = True
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{listener.server_address[1]}/", answers
        listener.shutdown()
        thread.join()
    if any(answer.count(b"Content-Length:") > 1 for answer in answers.values()):
        gc.collect()  # so that the socket is missed here, and not in whichever test runs then


def ends_well(done: Result) -> str:
    """An import, or an error that is one line and a hint; never a fault of ours."""
    assert "internal error" not in done.output, done.output
    assert done.exit_code in {0, 1, 2}, done.output
    if done.exit_code:
        assert len(done.output.strip().splitlines()) <= 2, done.output
        assert max(map(len, done.output.splitlines())) < 400, done.output
    return done.output


@pytest.mark.parametrize("name", ANSWERS)
def test_whatever_answers_for_the_feed(
    workspace: Workspace,
    server: tuple[str, dict[str, bytes]],
    item: Text,
    feed: Text,
    run_import: RunImport,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setattr("pipeline.show.importing.feed.FEED_LIMIT", 1_000_000)
    address, answers = server
    text = feed(item("a")).encode()
    answers["/feed"] = ANSWERS[name].replace(FEED, text)
    ends_well(run_import(workspace, f"{address}feed"))


#: What a server says when it is asked how long a recording is.
LENGTHS = [
    b"Content-Length: \xc2\xb2",
    b"Content-Length: " + b"1" * 5000,
    b"Content-Length: -1",
    b"Content-Length: 1.5",
    b"Content-Length: 5\r\nContent-Length: 6",
    b"Content-Length: \xd9\xa3",
    b"Content-Length:",
    b"Location: http://[x",
    b"Transfer-Encoding: chunked",
]


@pytest.mark.parametrize("header", LENGTHS, ids=range(len(LENGTHS)))
@pytest.mark.parametrize("status", [b"200 OK", b"302 Found"])
def test_whatever_answers_for_the_length_of_a_recording(
    workspace: Workspace,
    server: tuple[str, dict[str, bytes]],
    item: Text,
    feed: Text,
    run_import: RunImport,
    status: bytes,
    header: bytes,
) -> None:
    address, answers = server
    unknown = item("a", base=address).replace('length="20000"', "")
    answers["/feed"] = OK + b"\r\n" + feed(unknown).encode()
    answers["/a.mp3"] = b"HTTP/1.1 " + status + b"\r\n" + header + b"\r\n\r\n"
    done = run_import(workspace, f"{address}feed", "--json")
    ends_well(done)
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["imported"] == ["episode-a"]
    assert "nobody says how many bytes the enclosure has: 'Episode a'" in report["not_kept"]


@pytest.mark.parametrize(
    "target",
    ["http://[x", "http://127.0.0.1:99999/", "file:///etc/hostname", "//", "?" + "x" * 9000, "²"],
)
@pytest.mark.parametrize("tag", ['<atom:link rel="next" href="{}"/>', '<itunes:image href="{}"/>'])
def test_wherever_a_feed_points(
    workspace: Workspace,
    server: tuple[str, dict[str, bytes]],
    item: Text,
    feed: Text,
    run_import: RunImport,
    tag: str,
    target: str,
) -> None:
    address, answers = server
    answers["/feed"] = OK + b"\r\n" + feed(item("a"), channel=tag.format(target)).encode()
    told = ends_well(run_import(workspace, f"{address}feed"))
    assert "cover" in told or "address" in told or "followed" in told or "redirects" in told


@pytest.mark.parametrize(
    "address", ["http://[x", "http://127.0.0.1:99999/", "http://a..b/", "https://"]
)
def test_an_address_that_is_none(workspace: Workspace, run_import: RunImport, address: str) -> None:
    done = run_import(workspace, address)
    ends_well(done)
    assert done.exit_code
