"""The real command on a copy of the sample episode, and a real browser on its page."""

import asyncio
import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pipeline.artefacts import SUSPECTS, Suspects
from pipeline.desk.serving.serve import SERVING, opened, review_folder
from pipeline.desk.serving.sound import Peaks
from pipeline.desk.working.material import Material
from pipeline.quotes.ledger.ledger import Entry, load_ledger
from pipeline.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = "why-bridges-hum"


@dataclass
class Server:
    """`pullquote review` on one episode."""

    root: Path
    slug: str
    url: str = ""
    process: subprocess.Popen[str] | None = None
    thread: "_Thread | None" = None
    _opener: Any = field(
        default_factory=lambda: urllib.request.build_opener(urllib.request.ProxyHandler({}))
    )

    @property
    def episode(self) -> Path:
        return self.root / "episodes" / self.slug

    @property
    def ledger(self) -> Path:
        return self.episode / "quotes.toml"

    @property
    def token(self) -> str:
        return self.url.partition("token=")[2]

    @property
    def origin(self) -> str:
        return self.url.partition("/?")[0]

    def start_here(self) -> None:
        """Serve from a thread of this process: the same application, without a second's start."""
        self.thread = _Thread(self.root, self.slug)
        self.url = self.thread.url

    def start(self) -> None:
        """Run the real command."""
        command = Path(sysconfig.get_path("scripts")) / "pullquote"
        self.process = subprocess.Popen(
            [sys.executable, command, "review", self.slug, "--no-open"],
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if "http://" in line:
                self.url = line.strip()
                return
        raise AssertionError(said)

    def kill(self) -> None:
        """End the process as a power cut does."""
        assert self.process
        os.kill(self.process.pid, signal.SIGKILL)

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process:
            if self.process.poll() is None:
                os.kill(self.process.pid, how)
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None
        if self.thread:
            self.thread.stop()
            self.thread = None

    def ask(
        self, path: str, body: Any = None, **headers: str | None
    ) -> tuple[int, bytes, dict[str, str]]:
        """Send a request as the page does; a header that is None is left out."""
        port = self.origin.rpartition(":")[2]
        sent: dict[str, str | None] = {"Cookie": f"pullquote-{port}={self.token}"}
        if body is not None:
            sent |= {
                "Content-Type": "application/json",
                "Origin": self.origin,
                "X-Pullquote-Token": self.token,
            }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        given = {name: value for name, value in sent.items() if value is not None}
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.origin + path, content, given)
        try:
            with self._opener.open(request) as answer:
                return answer.status, answer.read(), dict(answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), dict(error.headers)

    def do(self, **command: Any) -> dict[str, Any]:
        status, body, _ = self.ask("/api/do", command)
        assert status == 200, body
        found: dict[str, Any] = json.loads(body)
        return found

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.ask("/api/state")[1])
        return found

    def candidates(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.ask("/api/episode")[1])["candidates"]
        return found

    def sign_all(self) -> None:
        """Sign whatever the guard stopped, for tests in which that is not what matters."""
        for quote in self.state()["quotes"]:
            for number, line in enumerate(quote["wanted"]):
                identity = f"sign-{quote['id']}-{number}"
                self.do(id=identity, do="sign", target=quote["id"], line=line)

    def entries(self) -> list[tuple[str, Entry]]:
        if not self.ledger.exists():  # nothing is decided
            return []
        return list(load_ledger(self.ledger, "quotes.toml").entries)


@pytest.fixture(scope="session", autouse=True)
def quick_ends() -> Iterator[None]:
    """uvicorn looks ten times a second whether to end, then rests as long: every test would wait for it."""

    def sleep(seconds: float) -> Any:
        return asyncio.sleep(seconds / 10)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("uvicorn.server.asyncio", SimpleNamespace(**vars(asyncio) | {"sleep": sleep}))
        yield


class _Thread:
    """The page's application on a free port."""

    def __init__(self, root: Path, slug: str) -> None:
        self._ears = socket.create_server(("127.0.0.1", 0))
        others = set(threading.enumerate())
        page, self.url = opened(Workspace(root), slug, int(self._ears.getsockname()[1]))
        self._begun = set(threading.enumerate()) - others
        self._server = uvicorn.Server(uvicorn.Config(page, **SERVING))
        self._running = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._ears]}, daemon=True
        )
        self._running.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._running.join()
        self._ears.close()
        for each in self._begun:  # may still write into the folder, which the next server sweeps
            each.join()


def copy_of_the_sample(root: Path) -> Server:
    """The sample before its review: nothing decided, the transcript corrected."""
    ignored = shutil.ignore_patterns("tracks", "script", "quotes.toml", "lock.json")
    shutil.copytree(REPOSITORY / "feed", root / "feed", ignore=shutil.ignore_patterns("build"))
    source = REPOSITORY / "episodes" / SAMPLE
    shutil.copytree(source, root / "episodes" / SAMPLE, ignore=ignored)
    build = root / "episodes" / SAMPLE / "build"
    shutil.copy2(source / "audio.mp3", build / "master.mp3")
    name, outline = outline_of_the_sample()
    folder = review_folder(Workspace(root), SAMPLE)
    folder.mkdir(parents=True)
    (folder / name).write_bytes(outline)
    (build / "suspects.json").write_text(suspects_of_today())
    return Server(root, SAMPLE)


@functools.cache
def outline_of_the_sample() -> tuple[str, bytes]:
    """Name and content of the file that each server would make in the background, of the same sound."""
    with tempfile.TemporaryDirectory() as folder:
        peaks = Peaks(REPOSITORY / "episodes" / SAMPLE / "audio.mp3", Path(folder))
        peaks.make()
        return peaks.path.name, peaks.path.read_bytes()


@functools.cache
def suspects_of_today() -> str:
    """As the stage would list them now: the committed ones may be of an earlier version."""
    return SUSPECTS.dump(Suspects(suspects=Material(Workspace(REPOSITORY), SAMPLE).suspects))


@pytest.fixture(scope="session")
def sample_copy() -> Callable[[Path], Server]:
    """Makes a copy of the sample in a folder, with its server not yet started."""
    return copy_of_the_sample


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The page's application on a copy of the sample."""
    made = copy_of_the_sample(tmp_path)
    made.start_here()
    yield made
    made.stop()


@pytest.fixture
def command_server(tmp_path: Path) -> Iterator[Server]:
    """The real command on a copy of the sample, to be killed and started again."""
    made = copy_of_the_sample(tmp_path)
    made.start()
    yield made
    made.stop()


Open = Callable[..., Page]


@pytest.fixture
def show(browser: Browser) -> Iterator[Open]:
    """Open a server's page; whatever the console says, unless allowed, fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def open_page(server: Server, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}} | options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(server.url)
        page.wait_for_selector("body[data-ready]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    # The browser's own lines on answers of ours, and on a server that a test kills as it answers.
    expected = (
        "ERR_CONNECTION",
        "ERR_FAILED",
        "ERR_CONTENT_LENGTH_MISMATCH",
        "ERR_EMPTY_RESPONSE",
        "ERR_INCOMPLETE_CHUNKED_ENCODING",
        "409 (Conflict)",
        "503 (",
    )
    assert [text for text in complaints if not any(part in text for part in expected)] == []


def press_keys(page: Page, *keys: str) -> None:
    """Press keys, each saved before the next."""
    for key in keys:
        page.keyboard.press(key)
        wait_until_saved(page)


def wait_until_saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_text("Saved")


def drag_over(page: Page, grip: str, target: str) -> None:
    """Drag as the browser tells it: its own drag begins, on a busy machine, after the mouse is up."""
    carried = {"dataTransfer": page.evaluate_handle("() => new DataTransfer()")}
    page.dispatch_event(grip, "dragstart", carried)
    page.dispatch_event(target, "dragover", carried)
    page.dispatch_event(target, "drop", carried)
    wait_until_saved(page)


def open_view(page: Page, name: str) -> None:
    page.locator(f"[data-view={name}]").first.click()


@pytest.fixture(scope="session")
def press() -> Callable[..., None]:
    return press_keys


@pytest.fixture(scope="session")
def saved() -> Callable[[Page], None]:
    return wait_until_saved


@pytest.fixture(scope="session")
def drag() -> Callable[..., None]:
    return drag_over


@pytest.fixture(scope="session")
def view() -> Callable[[Page, str], None]:
    return open_view


@pytest.fixture
def doubted(server: Server) -> str:
    """A word of the sample that is doubted so much that a quote over it must be heard first."""
    path = server.episode / "build" / "transcript.raw.json"
    value = json.loads(path.read_bytes())
    place = next(n for n, word in enumerate(value["words"]) if word[0].strip() == "envelope.")
    value["words"][place][3] = 0.05
    path.write_text(json.dumps(value))
    server.stop()
    server.start_here()
    return "envelope"


@pytest.fixture(scope="session")
def server_at() -> Callable[[Path], Server]:
    """A server, not yet started, for the sample episode of any show."""
    return lambda root: Server(root, SAMPLE)
