"""Moving in over the network: pages, recordings, and addresses that nobody may make us ask."""

import errno
import gzip
import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from lxml import etree

from pipeline.settings.show import load_show
from pipeline.workspace import Workspace

Text = Callable[..., str]
RunImport = Callable[..., Result]
Imported = Callable[..., dict[str, Any]]
Built = Callable[[Workspace], etree._Element]
Recording = Callable[..., bytes]
Identities = Callable[[etree._Element], list[tuple[str, str, str, str]]]


@dataclass
class Server:
    """A server on this machine: what it answers at each path, and what was asked."""

    url: str
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def server(serving: Callable[[HTTPServer], AbstractContextManager[str]]) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append(f"{self.command} {self.path}")
            status, headers, body = known.answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        known = Server(f"{address}/")
        yield known


@pytest.mark.network
def test_all_pages_of_a_feed_and_their_recordings(
    workspace: Workspace,
    server: Server,
    item: Text,
    feed: Text,
    run_import: RunImport,
    built: Built,
    identities: Identities,
    recording: Recording,
) -> None:
    def page(name: str, older: str, *items: str) -> None:
        link = f'<atom:link rel="next" href="{older}"/>' if older else ""
        body = gzip.compress(feed(*items, channel=link).encode())
        server.answers[f"/{name}"] = (200, {"Content-Encoding": "gzip"}, body)

    page("feed", "2.xml", item("c", 3, base=server.url))
    page("2.xml", "/3.xml", item("b", 2, base=server.url))
    page("3.xml", "/feed", item("a", 1, base=server.url))  # a circle must end
    for number, name in enumerate("abc"):
        server.answers[f"/{name}.mp3"] = (200, {}, recording(200 + number))
    done = run_import(workspace, f"{server.url}feed", "--download", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["imported"] == ["episode-c", "episode-b", "episode-a"]
    audio = workspace.episode("episode-a").directory / "enclosure.mp3"
    assert audio.read_bytes() == recording(200)
    urls = [url for _, _, url, _ in identities(built(workspace))]
    assert all("/show/audio/episode-" in url for url in urls)
    assert "enclosure.*" in (workspace.root / ".gitignore").read_text()


@pytest.mark.network
@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        ("pipeline.show.importing.feed.PAGES_SECONDS", 0.0, "page 2 were not read any more"),
        ("pipeline.show.importing.feed.FEED_LIMIT", 5_000, "larger than 0 MB"),
    ],
)
def test_pages_without_end_have_one_budget(
    workspace: Workspace,
    server: Server,
    item: Text,
    feed: Text,
    run_import: RunImport,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    value: float,
    words: str,
) -> None:
    monkeypatch.setattr(limit, value)
    for number in range(20):
        link = f'<atom:link rel="next" href="{number + 1}.xml"/>'
        body = feed(item(f"e{number}", base=server.url), channel=link).encode()
        server.answers["/feed" if number == 0 else f"/{number}.xml"] = (200, {}, body)
    done = run_import(workspace, f"{server.url}feed")
    assert words in done.output
    assert "GET /9.xml" not in server.asked


@pytest.mark.network
def test_recordings_may_be_fetched_later(
    workspace: Workspace,
    server: Server,
    item: Text,
    feed: Text,
    run_import: RunImport,
    recording: Recording,
) -> None:
    server.answers["/feed"] = (200, {}, feed(item("a", base=server.url)).encode())
    server.answers["/a.mp3"] = (200, {}, recording())
    assert run_import(workspace, f"{server.url}feed").exit_code == 0
    audio = workspace.episode("episode-a")
    assert not (audio.directory / "enclosure.mp3").exists()
    assert run_import(workspace, f"{server.url}feed", "--download").exit_code == 0
    assert (audio.directory / "enclosure.mp3").read_bytes() == recording()
    server.asked.clear()
    assert run_import(workspace, f"{server.url}feed", "--download").exit_code == 0
    assert "GET /a.mp3" not in server.asked


@pytest.mark.network
def test_a_missing_length_is_asked_for(
    workspace: Workspace,
    server: Server,
    item: Text,
    feed: Text,
    run_import: RunImport,
    built: Built,
    identities: Identities,
) -> None:
    unknown = item("a", base=server.url).replace('length="20000"', 'length="0"')
    server.answers["/feed"] = (200, {}, feed(unknown).encode())
    server.answers["/a.mp3"] = (200, {}, b"x" * 777)
    done = run_import(workspace, f"{server.url}feed", "--json")
    assert done.exit_code == 0, done.output
    assert [length for *_, length in identities(built(workspace))] == ["777"]
    assert "HEAD /a.mp3" in server.asked


@pytest.mark.network
@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("file:///etc/passwd", "only http and https are followed"),
        ("http://10.0.0.1/feed", "inside a private network"),
        ("http://169.254.169.254/latest/meta-data", "inside a private network"),
        ("http://[::ffff:192.168.0.1]/", "inside a private network"),
        ("http://0.0.0.0/", "inside a private network"),
        ("/feed", "more than 5 redirects"),
    ],
)
def test_redirects_lead_nowhere_private(
    workspace: Workspace, server: Server, target: str, words: str, run_import: RunImport
) -> None:
    server.answers["/feed"] = (302, {"Location": target}, b"")
    done = run_import(workspace, f"{server.url}feed")
    assert done.exit_code == 1
    assert words in done.output


def test_a_file_cannot_make_us_ask_this_machine(
    workspace: Workspace, server: Server, item: Text, feed: Text, imported: Imported
) -> None:
    channel = f'<itunes:image href="{server.url}cover.jpg"/>'
    unknown = item("a", base=server.url).replace('length="20000"', "")
    report = imported(workspace, feed(unknown, channel=channel), "--download")
    assert server.asked == []
    assert "inside a private network" in "\n".join(report["not_kept"])
    assert not list(workspace.episode("episode-a").directory.glob("enclosure.*"))


@pytest.mark.network
def test_a_cover_that_found_no_room_is_taken_with_the_title_by_the_next_import(
    workspace: Workspace,
    server: Server,
    item: Text,
    feed: Text,
    run_import: RunImport,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cover = workspace.feed / "artwork.jpg"
    before = cover.read_bytes()
    theirs = before + b"theirs"  # behind a picture's end it is anything
    server.answers["/cover.jpg"] = (200, {}, theirs)
    channel = f'<itunes:image href="{server.url}cover.jpg"/>'
    server.answers["/feed"] = (200, {}, feed(item("a"), channel=channel).encode())

    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with monkeypatch.context() as later:
        later.setattr("pipeline.show.importing.written.write_bytes", full)
        failed = run_import(workspace, f"{server.url}feed")
    assert (failed.exit_code, "artwork.jpg: the disk is full" in failed.stderr) == (1, True)
    assert cover.read_bytes() == before
    assert run_import(workspace, f"{server.url}feed").exit_code == 0
    assert cover.read_bytes() == theirs
    assert load_show(workspace).title == "Iron & Air"


@pytest.mark.network
def test_a_small_answer_cannot_unpack_to_a_huge_one(
    workspace: Workspace, server: Server, monkeypatch: pytest.MonkeyPatch, run_import: RunImport
) -> None:
    monkeypatch.setattr("pipeline.show.importing.feed.FEED_LIMIT", 1_000_000)
    body = gzip.compress(b" " * 50_000_000)
    server.answers["/feed"] = (200, {"Content-Encoding": "gzip"}, body)
    done = run_import(workspace, f"{server.url}feed")
    assert done.exit_code == 1
    assert "larger than 1 MB" in done.output


PLAYLIST = b"#EXTM3U\nhttps://a.example/1.mp3\n"


@pytest.mark.network
def test_only_sound_is_taken_for_a_recording(
    workspace: Workspace,
    server: Server,
    item: Text,
    feed: Text,
    run_import: RunImport,
    built: Built,
    recording: Recording,
) -> None:
    names = ("list", "page", "text", "zeros", "short", "ogg", "good")
    items = [item(name, 8 - day, base=server.url) for day, name in enumerate(names, start=1)]
    server.answers["/feed"] = (200, {}, feed(*items).encode())
    good = recording()
    for name, body in {
        "list": PLAYLIST,
        "page": b"<!DOCTYPE html><title>Gone</title><p>This show has moved." + b" " * 3000,
        "text": b"404 not found",
        "zeros": bytes(30_000),
        "short": good[:60],
        "ogg": recording(ending=".ogg"),
        "good": good,
    }.items():
        server.answers[f"/{name}.mp3"] = (200, {"Content-Type": "audio/mpeg"}, body)
    done = run_import(workspace, f"{server.url}feed", "--download", "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert len(report["imported"]) == len(names), "nothing is lost: the others stay where they are"
    assert [path.parent.name for path in workspace.episodes.glob("*/enclosure.*")] == [
        "episode-good"
    ]
    assert not list(workspace.episodes.glob("*/.*")), "nothing half is left"
    told = [line for line in report["not_kept"] if "is not copied and stays where it is" in line]
    lines = [line for line in done.stderr.splitlines() if " of 7: episode-" in line]
    assert [line.split()[3].strip(":") for line in lines if "no " in line] == [
        f"episode-{name}" for name in names if name != "good"
    ]
    assert any("no recording: not an audio file" in line for line in told)
    assert any("(ogg is no format that a feed may carry)" in line for line in told)
    urls = [str(node.get("url")) for node in built(workspace).iter("enclosure")]
    assert sum(url.startswith(server.url) for url in urls) == len(names) - 1


@pytest.mark.network
def test_a_recording_is_compared_with_what_the_feed_said(
    workspace: Workspace,
    server: Server,
    item: Text,
    feed: Text,
    run_import: RunImport,
    built: Built,
    recording: Recording,
) -> None:
    more = "<itunes:duration>1:00:00</itunes:duration>"
    strange = item("a", base=server.url, more=more).replace("audio/mpeg", "application/x-stream")
    strange = strange.replace("a.mp3", "download.php?id=a")
    server.answers["/feed"] = (200, {}, feed(strange).encode())
    server.answers["/download.php?id=a"] = (200, {}, recording())
    done = run_import(workspace, f"{server.url}feed", "--download", "--json")
    assert done.exit_code == 0, done.output
    told = "\n".join(json.loads(done.stdout)["not_kept"])
    size = len(recording())
    assert f"the recording has {size:,} bytes, where the feed said 20,000: 'Episode a'" in told
    assert "the recording has 1 s, where the feed said 3600: hear it: 'Episode a'" in told
    assert "the recording is audio/mpeg, where the feed said application/x-stream" in told
    (enclosure,) = built(workspace).iter("enclosure")
    assert (enclosure.get("type"), enclosure.get("length")) == ("audio/mpeg", str(size))
    assert str(enclosure.get("url")).endswith(".mp3")
