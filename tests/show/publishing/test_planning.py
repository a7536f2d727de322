"""What a clone remembers of its files saves time, and changes no word of a plan."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.engine.declared import files

MEMORIES = ("hashes", "recalled")
#: Inputs of a plan, a byte in them that becomes another, and whether the plan tells of it.
CHANGES = {
    "episodes/ea/episode.toml": (b"guid-ea", b"guid-ee", False),  # what was built is what counts
    "episodes/ea/build/item.json": (b'"About ea"', b'"About ee"', True),
    "episodes/eb/build/site/page.html": (b"old", b"odd", False),  # it stays as it was released
    "episodes/eb/build/posts/link-post.html": (b"old", b"odd", True),
    "feed/show.toml": (b"An untitled show", b"An untitled shew", True),
    "feed/build/feed.xml": (b"About eb", b"About ee", True),
}


def change(path: Path, was: bytes, now: bytes) -> None:
    """Another file of the same size and times in the place of one: no clock tells that it changed."""
    content, stat = path.read_bytes(), path.stat()
    assert was in content
    path.with_suffix(".new").write_bytes(content.replace(was, now))
    os.utime(path.with_suffix(".new"), ns=(stat.st_atime_ns, stat.st_mtime_ns))
    path.with_suffix(".new").replace(path)


def forget(root: Path) -> None:
    for name in MEMORIES:
        place = root / ".pullquote" / name
        place.unlink() if place.is_file() else shutil.rmtree(place)


def told(show: Any) -> tuple[str, int]:
    done = CliRunner().invoke(main, ["plan", "--json", "--root", str(show.root)])
    return done.stdout, done.exit_code


def test_a_plan_says_the_same_with_and_without_what_is_remembered(
    show: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "RACY_NS", -1)  # fresh files are remembered at once
    unchanged = told(show)
    assert unchanged == told(show)
    for name, (was, now, tells) in CHANGES.items():
        change(show.root / name, was, now)
        remembered = told(show)
        assert all((show.root / ".pullquote" / each).exists() for each in MEMORIES)
        forget(show.root)
        assert told(show) == remembered, name
        assert (remembered != unchanged) == tells, name
        change(show.root / name, now, was)
        assert told(show) == unchanged, name
