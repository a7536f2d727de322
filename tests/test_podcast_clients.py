"""Podcast clients subscribe to the sample's feed and download the enclosure, byte for byte."""

import os
import shutil
import subprocess
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


def test_newsboat_reads_the_feed(published: Any, tmp_path: Path) -> None:
    if not shutil.which("newsboat"):
        pytest.skip("newsboat is not installed")
    urls, cache = tmp_path / "urls", tmp_path / "cache.db"
    urls.write_text(f"{published.feed_url}\n")
    files = ["-u", str(urls), "-c", str(cache), "-C", os.devnull]
    run("newsboat", *files, "-x", "reload", HOME=str(tmp_path))
    assert run("newsboat", *files, "-x", "print-unread", HOME=str(tmp_path)).startswith("1 ")
