"""An old feed, a new show to import it into, and what the feed says that comes of it."""

import functools
import json
import subprocess
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from imageio_ffmpeg import get_ffmpeg_exe
from lxml import etree

from pipeline.cli import main
from pipeline.workspace import Workspace

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
