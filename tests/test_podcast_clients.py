"""Podcast clients subscribe to the sample's feed and download the enclosure, byte for byte."""

import contextlib
import fcntl
import os
import pty
import shutil
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("no_proxy")]


def run(*command: str, **environment: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, env=os.environ | environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_gpodder_downloads_the_enclosure(published: Any, tmp_path: Path) -> None:
    if not shutil.which("gpo"):
        pytest.skip("gPodder is not installed")
    home = {"GPODDER_HOME": str(tmp_path), "HOME": str(tmp_path)}
    run("gpo", "subscribe", published.feed_url, **home)
    assert "Why bridges hum" in run("gpo", "episodes", published.feed_url, **home)
    run("gpo", "download", published.feed_url, **home)
    (got,) = tmp_path.rglob("*.mp3")
    assert got.read_bytes() == (published.build / "enclosure.mp3").read_bytes()


def test_newsboat_and_its_podboat_download_the_enclosure(published: Any, tmp_path: Path) -> None:
    if not shutil.which("podboat"):
        pytest.skip("newsboat is not installed")
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "none")}
    urls, config = tmp_path / "urls", tmp_path / "config"
    urls.write_text(f"{published.feed_url}\n")
    config.write_text(f'podcast-auto-enqueue yes\ndownload-path "{tmp_path}/"\n')
    files = ["-C", str(config), "-u", str(urls), "-c", str(tmp_path / "cache.db")]
    run("newsboat", *files, "-x", "reload", **home)
    assert run("newsboat", *files, "-x", "print-unread", **home).startswith("1 ")
    (queue,) = tmp_path.rglob("queue")
    podboat = ["podboat", "-C", str(config), "-q", str(queue), "-a"]
    expected = (published.build / "enclosure.mp3").read_bytes()
    with terminal(*podboat, **home):  # it has a screen only
        for _ in range(1200):
            found = list(tmp_path.rglob("*.mp3"))
            if found and found[0].read_bytes() == expected:
                return
            time.sleep(0.1)
    pytest.fail(f"podboat downloaded {found}")


def test_podget_downloads_the_enclosure(published: Any, tmp_path: Path) -> None:
    if not shutil.which("podget"):
        pytest.skip("podget is not installed")
    (tmp_path / "serverlist").write_text(f"{published.feed_url} show sample\n")
    settings = ["podget", "--dir_config", str(tmp_path)]
    run(*settings, "--create-config", "podgetrc", HOME=str(tmp_path))
    run(*settings, "--library", str(tmp_path / "library"), "--no-playlist", HOME=str(tmp_path))
    (got,) = (tmp_path / "library").rglob("*.mp3")
    assert got.read_bytes() == (published.build / "enclosure.mp3").read_bytes()


@contextlib.contextmanager
def terminal(*command: str, **environment: str) -> Iterator[None]:
    """Run a program that wants a terminal, and end it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))
    with subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm"} | environment,
    ) as program:
        reader = threading.Thread(target=_drain, args=[ours])
        reader.start()
        try:
            yield
        finally:
            program.kill()
            program.wait()
            os.close(theirs)
            reader.join()
            os.close(ours)


def _drain(descriptor: int) -> None:
    """Read what a program draws, or it would stop when the terminal's buffer is full."""
    with contextlib.suppress(OSError):  # the other end is closed
        while os.read(descriptor, 65536):
            pass
