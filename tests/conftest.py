"""What every test may use: the repository, the shared data, and the sample show once published."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[1]
SAMPLE = "why-bridges-hum"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Third-party data to measure with; beside the repository, and not always there."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared data is not beside the repository")
    return folder


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


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublishedShow]:
    """Publish the sample from its recording alone, with the quotes that rank best.

    Its corrections and ledger are left out: they fit the words that one recogniser on one processor
    heard, and here the recogniser runs again.
    """
    root = tmp_path_factory.mktemp("show")
    prepared = shutil.ignore_patterns("build", "corrections.toml", "quotes.toml", "__pycache__")
    for folder in ("feed", "episodes"):
        shutil.copytree(REPOSITORY / folder, root / folder, ignore=prepared)
    pullquote = Pullquote(root)
    try:
        done = pullquote("publish", SAMPLE, "--review", "auto")
        (feed_url,) = re.findall(r"http\S+feed\.xml$", done.stdout, re.MULTILINE)
        (page_url,) = re.findall(r"http\S+/episodes/\S+\.html$", done.stdout, re.MULTILINE)
        output = done.stdout + done.stderr
        yield PublishedShow(pullquote, root, SAMPLE, feed_url, page_url, output)
    finally:
        pullquote("store", "down")


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients that a test starts must reach 127.0.0.1 directly."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


CHROMIUM = Path("/usr/bin/chromium")
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
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()
