"""Colleagues who publish at the same moment, each by a `pullquote` of its own: every one is merged.

A race is small: episodes of a few kilobytes that need no recogniser, a real store, real processes.
"""

import json
import os
import random
import re
import secrets
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result

from pipeline.feeds.contents.live_feed import read_feed
from pipeline.settings.show import load_show
from pipeline.storage.release.garbage import SEEN_KEY
from pipeline.storage.store.client import Keys
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.public import ask
from pipeline.workspace import Workspace

COMMAND = Path(sysconfig.get_path("scripts")) / "pullquote"
EPISODE = """title = "Ep {slug}"
guid = "guid-{slug}"
date = 2024-05-{day:02}T12:00:00Z
[enclosure]
url = "https://old.example.org/{slug}.mp3"
length = 4000
type = "audio/mpeg"
"""
STORAGE = """
[storage]
endpoint_url = "{endpoint_url}"
bucket = "{bucket}"
public_url = "{public_url}"
prefix = "{prefix}"
region = "us-east-1"
"""


@dataclass(frozen=True)
class Clone:
    """A colleague's copy of the show."""

    root: Path
    environment: dict[str, str]

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, str(COMMAND), *arguments, "--root", str(self.root)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
        )

    def run(self, *arguments: str) -> str:
        return finish(self.start(*arguments))[0]


def finish(*processes: "subprocess.Popen[str]") -> list[str]:
    """What all of them said, once all have ended well."""
    said = [process.communicate() for process in processes]
    for process, (_, errors) in zip(processes, said, strict=True):
        assert process.returncode == 0, errors
        assert "item-gone" not in errors
    return [out + errors for out, errors in said]


@dataclass(frozen=True)
class Show:
    """A show whose episodes are built; `base_url` is where its store is read."""

    folder: Path
    original: Clone
    base_url: str

    def clone(self, name: str, *, without: Sequence[str] = (), fresh: bool = False) -> Clone:
        """A copy with what the original has released; `fresh`: as it comes from git."""
        root = self.folder / name
        left = shutil.ignore_patterns(*without, *([".pullquote"] if fresh else []))
        shutil.copytree(self.original.root, root, ignore=left)
        return Clone(root, self.original.environment)

    def live(self) -> set[str]:
        feed = read_feed(ask(f"{self.base_url}feed.xml").body)
        for url in feed.urls:
            if url.startswith(self.base_url):
                assert ask(url, "HEAD").status == 200, url
        return {guid.removeprefix("guid-") for guid in feed.items}

    def listed(self) -> set[str]:
        """What the index shows."""
        page = ask(f"{self.base_url}index.html").body.decode()
        return set(re.findall(r"<h3[^>]*>(?:<a[^>]*>)?Ep (\w+)", page))


@pytest.fixture(scope="module")
def template(
    tmp_path_factory: pytest.TempPathFactory,
    recording: Callable[..., bytes],
    pullquote_at: Callable[[Path], Callable[..., Result]],
) -> Path:
    """A show of six episodes, all of them built, none of them published."""
    root = tmp_path_factory.mktemp("template") / "show"
    run = pullquote_at(root)
    run("init", str(root))
    for day in range(6):
        folder = root / "episodes" / f"e{day}"
        folder.mkdir()
        (folder / "episode.toml").write_text(EPISODE.format(slug=f"e{day}", day=day + 1))
        (folder / "enclosure.mp3").write_bytes(recording(400 + day))
        run("run", f"e{day}")
    return root


@pytest.fixture
def show(bucket: dict[str, str], template: Path, tmp_path: Path) -> Show:
    """A show with an address of its own, where nothing was released yet."""
    prefix = f"t-{secrets.token_hex(6)}"
    root = tmp_path / "original"
    shutil.copytree(template, root)
    with (root / "feed/show.toml").open("a") as file:
        file.write(STORAGE.format(**bucket, prefix=prefix))
    keys = {name: value for name, value in bucket.items() if name.startswith("AWS_")}
    return Show(tmp_path, Clone(root, os.environ | keys), f"{bucket['public_url']}/{prefix}/")


def race(show: Show, clones: Sequence[Clone], expected: set[str]) -> None:
    """Each publishes the episode of its number, from one on; later nobody undoes what others did."""
    finish(*(clone.start("publish", f"e{number}") for number, clone in enumerate(clones, 1)))
    assert show.live() == show.listed() == expected
    for number in {1, len(clones)}:
        clones[number - 1].run("publish", f"e{number}")
    assert show.live() == show.listed() == expected


def rounds(few: int, many: int, *values: object) -> list[object]:
    """Cases of so many races in all, of which the ordinary tests run a few."""
    return [
        pytest.param(*values, number, marks=[pytest.mark.slow] if number >= few else [])
        for number in range(many)
    ]


@pytest.mark.parametrize(
    ("kind", "count", "round_"),
    [
        *rounds(0, 10, "both folders", 2),
        *rounds(0, 10, "both folders", 3),
        *rounds(0, 10, "both folders", 5),
        *rounds(0, 10, "own folders", 2),
        *rounds(0, 10, "own folders", 3),
        *rounds(0, 10, "own folders", 5),
        *rounds(1, 10, "fresh", 2),
        *rounds(0, 10, "fresh", 3),
        *rounds(0, 10, "fresh", 5),
    ],
)
def test_everybody_is_merged(show: Show, kind: str, count: int, round_: int) -> None:
    names = {f"e{number}" for number in range(1, count + 1)}
    if kind == "own folders":  # and nothing is public yet
        clones = [show.clone(name, without=[*(names - {name}), "e0"]) for name in sorted(names)]
        race(show, clones, names)
        return
    show.original.run("publish", "e0")
    clones = [show.clone(name, fresh=kind == "fresh") for name in sorted(names)]
    race(show, clones, names | {"e0"})


@pytest.mark.parametrize("round_", rounds(0, 10))
def test_one_publishes_while_another_takes_out(show: Show, round_: int) -> None:
    show.original.run("publish", "e0")
    show.original.run("publish", "e1")
    one, two = show.clone("one", fresh=bool(round_ % 2)), show.clone("two")
    behind = show.clone("behind", fresh=True)  # as CI's is, whose list still names e0
    finish(one.start("publish", "e2"), two.start("unpublish", "e0"))
    assert show.live() == show.listed() == {"e1", "e2"}
    behind.run("publish", "e3")
    assert show.live() == show.listed() == {"e1", "e2", "e3"}
    behind.run("publish", "e0")
    assert show.live() == show.listed() == {"e0", "e1", "e2", "e3"}


@pytest.mark.parametrize("round_", rounds(0, 20))
def test_one_publishes_while_another_collects_garbage(
    show: Show, bucket: dict[str, str], round_: int
) -> None:
    """The recording to be published lies in the store, and nothing has referred to it for years."""
    show.original.run("publish", "e0")
    collector = show.clone("collector", without=["e1"])
    keys = Keys(bucket["AWS_ACCESS_KEY_ID"], bucket["AWS_SECRET_ACCESS_KEY"])
    store = ObjectStore(load_show(Workspace.at(show.original.root)).store, keys)
    built = show.original.root / "episodes/e1/build/item.json"
    (audio,) = [
        each for each in json.loads(built.read_bytes())["objects"] if "audio/" in each["key"]
    ]
    store.put(audio["key"], (built.parents[1] / audio["path"]).read_bytes(), "audio/mpeg")
    seen = {"version": 1, "seen": {audio["key"]: "2020-01-01T00:00:00+00:00"}}
    store.put(SEEN_KEY, json.dumps(seen).encode(), "application/json")
    publisher = show.original.start("publish", "e1")
    time.sleep(random.uniform(0, 0.6))  # a command needs half a second until it looks at the store
    finish(publisher, collector.start("gc"))
    assert show.live() == {"e0", "e1"}
