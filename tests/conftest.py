"""What every test may use: the repository, the shared data, and the sample show once published."""

import contextlib
import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import botocore.session
import botocore.utils
import hypothesis
import psutil
import pytest
from botocore.hooks import BaseEventHooks, EventAliaser
from botocore.loaders import create_loader
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, expect, sync_playwright

from pipeline.cli import main
from pipeline.site.cards.card import icon
from pipeline.storage.local.store import LocalStore
from pipeline.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[1]
SAMPLE = "why-bridges-hum"

# Tests that run beside each other share the processors: threads of torch that wait must not spin.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# Run in the background of a shell, all that a test starts would ignore Ctrl-C, and some are sent it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A command that a test starts would compile three hundred modules anew: 0.2 s each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Thousands of small folders: in memory the kernel takes a third of the time for them. And SeaweedFS takes
# nothing on a disk of which less than 1 % is free, be it 10 GB.
_MEMORY = Path("/dev/shm")
_ROOM = 6_000_000_000  # bytes; a run leaves 3 GB where nothing is taken away
if (
    "TMPDIR" not in os.environ
    and _MEMORY.is_dir()
    and not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC  # tests write programs
    and min(shutil.disk_usage(_MEMORY).free, psutil.virtual_memory().available) > _ROOM
):
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)

# An example takes as long as the machine needs: by default one of 200 ms is a failure.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First the tests of the published show, so that one worker runs them all and publishes once.

    Beside them the modules with one that is long: at the end all other workers would wait for it. A
    module stays whole, for what it has set up, a cluster above all, is taken down where another begins.
    """

    long = {item.path for item in items if item.get_closest_marker("long")}

    def turn(item: pytest.Item) -> int:
        if "published" in getattr(item, "fixturenames", ()):
            return 0
        return 1 if item.path in long or item.get_closest_marker("slow") else 2

    items.sort(key=turn)  # the order is kept otherwise


@pytest.fixture(scope="session", autouse=True)
def no_power_cuts() -> Iterator[None]:
    """No test cuts the power, so none waits for the disk: 5 ms a write, thousands of writes.

    Kills of processes are tested, and need no `fsync`: what was written is the kernel's by then.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_rests() -> Iterator[None]:
    """Whoever tries a store again rests for an instant: none of these needs a second to show a write."""
    rests = {
        "release.garbage._PAUSE": 0.02,
        "release.release._JITTER": (0.0, 0.02),
        "release.release._PAUSES": (0.02, 0.02),
        "store.conditions._JITTER": (0.0, 0.02),
        "store.public._PAUSE": 0.01,
        "store.register._PAUSE": 0.02,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, rest in rests.items():
            patch.setattr(f"pipeline.storage.{name}", rest)
        yield


@pytest.fixture(scope="session", autouse=True)
def made_once() -> Iterator[None]:
    """Where there are a thousand clients of S3, its description of two megabytes is read once.

    Its own handlers of events are taken as they are, for looking at each takes 7 ms of each session, and
    a time that many listings tell is read once. And where there are hundreds of shows with the cover that
    `init` writes, its icons are drawn once.
    """
    aliaser: Any = EventAliaser
    parsed: Any = botocore.utils
    alias = functools.cache(aliaser(None)._alias_event_name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", functools.cache(create_loader))
        patch.setattr(EventAliaser, "_alias_event_name", lambda _, name: alias(name))
        patch.setattr(BaseEventHooks, "_verify_accept_kwargs", lambda _, handler: None)
        name = "_parse_timestamp_with_tzinfo"
        patch.setattr(parsed, name, functools.cache(getattr(parsed, name)))
        patch.setattr("pipeline.stages.site.icon", functools.cache(icon))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """Third-party data to measure with; beside the repository, and not always there."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared data is not beside the repository")
    return folder


@pytest.fixture(scope="session")
def wrapped_words() -> str:
    """A catalogue in which every message is ⟦wrapped⟧: what is not, can't be translated."""
    source = (REPOSITORY / "pipeline/templates/locale/words.pot").read_text(encoding="utf-8")
    return re.sub(r'msgid "(.+)"\nmsgstr ""', r'msgid "\1"\nmsgstr "⟦\1⟧"', source)


SHOW = """
title = "Iron & Air"
description = "Things that stand."
language = "en"
author = "Ada"
email = "ada@example.org"
categories = ["Science"]
"""
EPISODE = 'title = "One"\nguid = "one"\ndate = 2024-05-02T12:00:00Z\n'


@pytest.fixture(scope="session")
def new_show() -> Callable[..., Workspace]:
    """`new_show(root, more, {slug: text})`: a small show, whose `show.toml` says `more` than it must.

    Each `text` is an `episode.toml`; where there are none, the show has the episode `one`.
    """

    def write(root: Path, more: str = "", episodes: Mapping[str, str] | None = None) -> Workspace:
        (root / "feed").mkdir()
        (root / "feed/show.toml").write_text(SHOW + more, encoding="utf-8")
        for slug, text in (episodes or {"one": EPISODE}).items():
            folder = root / "episodes" / slug
            folder.mkdir(parents=True)
            (folder / "episode.toml").write_text(text, encoding="utf-8")
        return Workspace.at(root)

    return write


@dataclass(frozen=True)
class Pullquote:
    """The installed command, run as people run it."""

    root: Path

    def __call__(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        command = Path(sysconfig.get_path("scripts")) / "pullquote"
        done = subprocess.run(
            [sys.executable, str(command), *arguments],
            cwd=self.root,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done


@pytest.fixture(scope="session")
def pullquote_at() -> Callable[[Path], Callable[..., Result]]:
    """`pullquote_at(folder)` runs commands on a show in this process: no Python starts for each.

    `run("plan", "--json", code=0)`; what the recogniser has loaded serves the next command too.
    """

    def at(root: Path) -> Callable[..., Result]:
        def run(*arguments: str, code: int = 0) -> Result:
            done = CliRunner().invoke(main, [*arguments, "--root", str(root)])
            assert done.exit_code == code, done.output
            return done

        return run

    return at


@dataclass(frozen=True)
class PublishedShow:
    """The sample show after `publish`, with its local store running."""

    pullquote: Pullquote
    root: Path
    slug: str
    feed_url: str
    page_url: str
    output: str

    @property
    def build(self) -> Path:
        """The episode's derived files."""
        return self.root / "episodes" / self.slug / "build"


def end_store(root: Path) -> None:
    """Kill a show's local store: `store down` gives it seconds in which to stop by itself."""
    process = LocalStore(Workspace(root))._process()
    if process:
        process.kill()


@pytest.fixture(scope="session")
def kill_store() -> Callable[[Path], None]:
    return end_store


def keep_all(workspace: Workspace) -> None:
    """Decide as a host does who keeps every candidate of the sample, and signs what the guard stopped."""
    from pipeline.artefacts import CANDIDATES, CHAPTERS
    from pipeline.quotes.deciding.acceptance import heading_of
    from pipeline.quotes.deciding.decisions import Decisions
    from pipeline.settings.show import load_episode
    from pipeline.show.episode import LocalEpisode

    paths = workspace.episode(SAMPLE)
    guard = LocalEpisode(workspace, SAMPLE).guard
    candidates, chapters = CANDIDATES.of(paths).candidates, CHAPTERS.of(paths)
    titles = load_episode(workspace, SAMPLE).own_titles
    decisions = Decisions(paths.ledger, guard, candidates)
    for candidate in sorted(candidates, key=lambda candidate: candidate.start):
        kept = decisions.keep(candidate, heading_of(candidate, chapters, titles))
        for line in decisions.verdict(kept).wanted():
            decisions.sign(kept, line)
    decisions.finish()


@pytest.fixture(scope="session")
def published(
    tmp_path_factory: pytest.TempPathFactory, pullquote_at: Callable[[Path], Callable[..., Result]]
) -> Iterator[PublishedShow]:
    """Publish the sample from its recording alone, with every quote that was proposed.

    Its corrections and ledger are left out: they fit the words that one recogniser on one processor
    heard, and here the recogniser runs again.
    """
    root = tmp_path_factory.mktemp("show")
    prepared = shutil.ignore_patterns("build", "corrections.toml", "quotes.toml", "__pycache__")
    for folder in ("feed", "episodes"):
        shutil.copytree(REPOSITORY / folder, root / folder, ignore=prepared)
    pullquote = Pullquote(root)
    try:
        for stage in ("suggest", "chapter"):
            pullquote_at(root)("run", SAMPLE, "--to", stage)
        keep_all(Workspace(root))
        done = pullquote("publish", SAMPLE)
        (feed_url,) = re.findall(r"http\S+feed\.xml$", done.stdout, re.MULTILINE)
        (page_url,) = re.findall(r"http\S+/episodes/\S+\.html$", done.stdout, re.MULTILINE)
        output = done.stdout + done.stderr
        yield PublishedShow(pullquote, root, SAMPLE, feed_url, page_url, output)
    finally:
        end_store(root)


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients that a test starts must reach 127.0.0.1 directly."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


Serving = Callable[[HTTPServer], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def serving() -> Serving:
    """`with serving(server) as address`: a server of the test's own runs in a thread, and ends."""

    @contextlib.contextmanager
    def run(server: HTTPServer) -> Iterator[str]:
        # In seconds, how often it looks whether to end; half a second otherwise, which tests wait for.
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    return run


# A page's answer is waited for as long as a machine with other work may need.
PATIENCE = 30_000  # milliseconds
# The shell has no windows, as Playwright's own has none: ten tests of the review's page take 15 seconds
# of a core for it instead of 37.
SHELL, CHROMIUM = Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")
if SHELL.exists():
    CHROMIUM = SHELL
FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium; one for all, because Playwright allows one at a time in a process."""
    if not CHROMIUM.exists():
        pytest.skip("chromium is not installed: apt install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()
