"""An old feed, a new show to import it into, and what the feed says that comes of it."""

import functools
import json
import re
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from imageio_ffmpeg import get_ffmpeg_exe
from lxml import etree

from pipeline.cli import main
from pipeline.engine.running.runner import EpisodeResult, Runner
from pipeline.settings.show import load_show
from pipeline.storage.local.store import open_store
from pipeline.storage.store.conditions import conditions
from pipeline.storage.store.object_store import ObjectStore
from pipeline.workspace import Workspace
from tests.show.clone import Clone

Identity = tuple[str, str, str, str]

ITEM = """
<item>
  <title>{title}</title>
  <guid isPermaLink="false">{guid}</guid>
  <pubDate>Thu, 0{day} May 2024 12:00:00 +0200</pubDate>
  <enclosure url="{base}{guid}.mp3" length="20000" type="audio/mpeg"/>
  <description>{description}</description>
  {more}
</item>
"""
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:psc="http://podlove.org/simple-chapters">
<channel>
<title>Iron &amp; Air</title><link>https://iron.example.org</link><language>en-gb</language>
<description>Things that stand.</description>
<itunes:author>Ada</itunes:author>
<itunes:owner><itunes:name>Ada</itunes:name><itunes:email>a@example.org</itunes:email></itunes:owner>
<itunes:category text="Science"><itunes:category text="Physics"/></itunes:category>
<itunes:explicit>no</itunes:explicit>
<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
{channel}
{items}
</channel></rss>"""


def item_text(guid: str, day: int = 1, **changes: str) -> str:
    values = {
        "title": f"Episode {guid}",
        "base": "https://old.example.org/",
        "description": "Words.",
        "more": "",
    }
    return ITEM.format(guid=guid, day=day, **(values | changes))


def feed_text(*items: str, channel: str = "") -> str:
    return FEED.format(channel=channel, items="".join(items))


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """Makes a second of real sound of a pitch of its own, in the format of an ending."""
    folder = tmp_path_factory.mktemp("sounds")

    @functools.cache
    def make(pitch: int = 440, ending: str = ".mp3") -> bytes:
        path = folder / f"{pitch}{ending}"
        tone = f"sine=frequency={pitch}:duration=1"
        subprocess.run(
            [get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", tone, str(path)], check=True
        )
        return path.read_bytes()

    return make


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    done = CliRunner().invoke(main, ["init", str(tmp_path / "show")])
    assert done.exit_code == 0
    return Workspace.at(tmp_path / "show")


def run_the_import(workspace: Workspace, source: str, *options: str) -> Result:
    return CliRunner().invoke(main, ["import", source, "--root", str(workspace.root), *options])


def import_text(workspace: Workspace, content: str, *options: str) -> dict[str, Any]:
    path = workspace.root / "old.xml"
    path.write_text(content, encoding="utf-8")
    done = run_the_import(workspace, str(path), "--json", *options)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def built_feed(workspace: Workspace) -> etree._Element:
    return etree.parse(workspace.feed / "build/feed.xml").getroot()


def identities_of(root: etree._Element) -> list[Identity]:
    """What apps know an episode by: GUID, instant, recording and its length."""
    found = []
    for node in root.iter("item"):
        enclosure = node.find("enclosure")
        assert enclosure is not None
        date = parsedate_to_datetime(node.findtext("pubDate") or "")
        found.append(
            (
                (node.findtext("guid") or "").strip(),
                str(date.timestamp()),
                str(enclosure.get("url")),
                str(enclosure.get("length")),
            )
        )
    return found


@pytest.fixture(scope="session")
def item() -> Callable[..., str]:
    return item_text


@pytest.fixture(scope="session")
def feed() -> Callable[..., str]:
    return feed_text


@pytest.fixture(scope="session")
def run_import() -> Callable[..., Result]:
    return run_the_import


@pytest.fixture(scope="session")
def imported() -> Callable[..., dict[str, Any]]:
    return import_text


@pytest.fixture(scope="session")
def built() -> Callable[[Workspace], etree._Element]:
    return built_feed


@pytest.fixture(scope="session")
def identities() -> Callable[[etree._Element], list[Identity]]:
    return identities_of


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> None:
    """No stage of an episode runs: its files are made by hand."""
    monkeypatch.setattr(Runner, "run", lambda _runner, slug, **_options: EpisodeResult(slug))


@pytest.fixture(scope="session")
def bucket(
    tmp_path_factory: pytest.TempPathFactory, kill_store: Callable[[Path], None]
) -> Iterator[dict[str, str]]:
    """One local store for all; its address, and the environment with which it is reached."""
    clone = Clone(tmp_path_factory.mktemp("bucket"))
    CliRunner().invoke(main, ["init", str(clone.root)])
    clone.run("store", "up")
    keys = dict(re.findall(r"export (AWS_\w+)='?([^'\n]+)", clone.run("store", "env").stdout))
    yield clone.json("store", "status") | keys
    kill_store(clone.root)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory, bucket: dict[str, str]) -> Clone:
    """A show without an episode, which has asked what the store does; to be copied."""
    clone = Clone(tmp_path_factory.mktemp("empty") / "show")
    assert CliRunner().invoke(main, ["init", str(clone.root)]).exit_code == 0
    clone.store_at(bucket["endpoint_url"], bucket, "asked")
    with pytest.MonkeyPatch.context() as patch:
        _log_in(bucket, patch)
        conditions(clone.store)
    return clone


def _log_in(bucket: dict[str, str], patch: pytest.MonkeyPatch) -> None:
    for name, value in bucket.items():
        if name.startswith("AWS_"):
            patch.setenv(name, value)


@pytest.fixture
def store(
    workspace: Workspace, bucket: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> ObjectStore:
    """Where the show of `workspace` is released to, at an address of its own."""
    _log_in(bucket, monkeypatch)
    Clone(workspace.root).store_at(bucket["endpoint_url"], bucket, f"t-{secrets.token_hex(4)}")
    return open_store(workspace, load_show(workspace))


@pytest.fixture
def show(
    tmp_path: Path,
    bucket: dict[str, str],
    empty: Clone,
    monkeypatch: pytest.MonkeyPatch,
    stages: None,
) -> Clone:
    """A show with the episodes `ea` and `eb`, both released as `old`."""
    _log_in(bucket, monkeypatch)
    clone = Clone(tmp_path / "show")
    shutil.copytree(empty.root, clone.root)
    clone.store_at(bucket["endpoint_url"], bucket, f"t-{secrets.token_hex(4)}")
    for slug in ("ea", "eb"):
        clone.build(slug, "old")
    clone.release("ea", "eb")
    return clone


@pytest.fixture
def colleague(show: Clone, tmp_path: Path) -> Clone:
    """Another clone of the show, which has not released anything yet."""
    root = tmp_path / "colleague"
    shutil.copytree(show.root, root, ignore=shutil.ignore_patterns(".pullquote"))
    return Clone(root)
