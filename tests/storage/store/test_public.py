"""Caches and content networks that give listeners something else than the store holds."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer

import pytest

from pipeline.errors import StorageError
from pipeline.storage.store.public import Expected, ask, feed_age, verify

SOUND = b"0123456789"


ONE_OF_TEN = (206, {"Content-Range": "bytes 0-0/10"}, b"0")
#: Path, and whether a range is asked for -> status, headers and body; everything else is right.
FAULTS: dict[tuple[str, bool], tuple[int, dict[str, str], bytes]] = {
    **{("/type", ranged): (200, {"Content-Type": "text/html"}, SOUND) for ranged in (False, True)},
    **{("/short", ranged): (200, {}, b"0") for ranged in (False, True)},
    ("/ranges", True): ONE_OF_TEN,
    ("/wrong-total", True): (206, {"Content-Range": "bytes 0-0/11"}, b"0"),
    ("/cached", False): (200, {"Cache-Control": "public, max-age=300", "Age": "100"}, SOUND),
}


class Network(BaseHTTPRequestHandler):
    """A content network in front of a store, with the faults that real ones have."""

    protocol_version = "HTTP/1.1"
    late = True

    def do_GET(self) -> None:
        status, headers, body = FAULTS.get((self.path, "Range" in self.headers), (200, {}, SOUND))
        if self.path == "/late" and Network.late:
            status, Network.late = 404, False
        length = {"Content-Type": "audio/mpeg", "Content-Length": str(len(body))}
        self.send_response(status)
        for name, value in (length | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def network(
    monkeypatch: pytest.MonkeyPatch, serving: Callable[[HTTPServer], AbstractContextManager[str]]
) -> Iterator[str]:
    Network.late = True
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Network)) as address:
        yield address


@pytest.mark.parametrize("path", ["/ranges", "/plain", "/late"])
@pytest.mark.proves("H-02")
def test_whole_files_pass_with_or_without_ranges_and_after_a_moment(
    network: str, path: str
) -> None:
    verify([Expected(network + path, 10, "audio/mpeg")])


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/type", "has type text/html instead of audio/mpeg"),
        ("/short", "has 1 bytes instead of 10"),
        ("/wrong-total", "has 11 bytes in all"),
    ],
)
@pytest.mark.proves("H-01", "H-03")
def test_what_is_wrong_is_said(network: str, path: str, problem: str) -> None:
    with pytest.raises(StorageError, match=problem):
        verify([Expected(network + path, 10, "audio/mpeg")])


def test_many_problems_are_counted(network: str) -> None:
    with pytest.raises(StorageError, match="and 7 more"):
        verify([Expected(f"{network}/short", 10, "audio/mpeg")] * 12)


def test_old_bytes_of_a_page_in_a_cache_are_no_problem(network: str) -> None:
    verify([Expected(f"{network}/short", None, "audio/mpeg")])


def test_an_old_feed_in_a_cache_is_a_note_with_its_time(network: str) -> None:
    assert feed_age(f"{network}/plain", SOUND, lambda: SOUND) == ""
    assert "at most 200 seconds" in feed_age(f"{network}/cached", b"new", lambda: b"new")


def test_an_old_feed_from_no_cache_is_a_failure_unless_it_is_what_is_stored(network: str) -> None:
    with pytest.raises(StorageError, match="gives listeners another one, and not from a cache"):
        feed_age(f"{network}/plain", b"new", lambda: b"new")
    assert feed_age(f"{network}/plain", b"replaced since", lambda: SOUND) == ""


def test_a_body_is_read_no_further_than_asked(network: str) -> None:
    assert ask(f"{network}/plain", limit=3).body == b"012"


def test_a_server_that_is_not_there_is_an_answer_too() -> None:
    answer = ask("http://127.0.0.1:9/")
    assert answer.status == 0
    assert "refused" in answer.failure
