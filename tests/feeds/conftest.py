"""An episode and a show of our own, as the item stage and the feed stage hand them to `feeds`."""

import dataclasses
import json
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from pipeline.feeds.build.build import check_and_order
from pipeline.feeds.build.item_xml import render_items
from pipeline.feeds.build.paging import build_pages
from pipeline.feeds.contents.artwork import Pictures
from pipeline.feeds.contents.channel import Channel, make_channel
from pipeline.feeds.contents.heads import Rendered
from pipeline.feeds.contents.item import PUBLISHED, EpisodeContent, make_item
from pipeline.feeds.contents.model import ItemFile
from pipeline.models import Chapter, Quote, Span
from pipeline.settings.channel import ChannelSettings
from pipeline.settings.episode import ItemSettings
from pipeline.settings.podcasting import (
    Alternate,
    Discussion,
    Funding,
    Link,
    Location,
    Person,
    Recipient,
    RemoteShow,
    SpotifySettings,
    UpdateFrequency,
    Value,
)
from pipeline.settings.tables import checked
from tests.feeds.makers import head_of

NODE_PARSERS = Path(__file__).parent / "node"
BASE_URL = "https://cdn.example.org/show/"
ARTWORK = "art/cover-0a1b2c3d.jpg"
CHAPTERS = [
    Chapter(0, "Opening"),
    Chapter(61.5, "Bolts & rivets"),
    Chapter(150, "What wind does"),
]

OPUS = Alternate(codec="opus", bitrate=24, title="Low bandwidth", channels="mono")
NODE = "02d5c1bf8b940dc9cadca86d1b0a3c37fbe39cee4c7e839e33bef9174531d27f52"

NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "psc": "http://podlove.org/simple-chapters",
    "spotify": "http://www.spotify.com/ns/rss",
    "content": "http://purl.org/rss/1.0/modules/content/",
}

MakeItem = Callable[..., ItemFile]
MakeChannel = Callable[..., Channel]


def channel_settings(**changes: Any) -> ChannelSettings:
    said: dict[str, Any] = {
        "title": "Iron & Air",
        "description": "Conversations about things that stand.\n\nA new one each week.",
        "language": "en-GB",
        "author": "Ada & Bo",
        "email": "hello@example.org",
        "categories": ["Science > Physics", "Science > Nature", "Technology"],
        "guid": "917393e3-1b1e-5cef-ace4-edaa54e1f810",
        "copyright": "Ada & Bo",
        "license": "CC-BY-4.0",
        "update_frequency": UpdateFrequency(text="Weekly", rrule="FREQ=WEEKLY"),
        "funding": [Funding(text="Buy us a rivet", url="https://example.org/give?a=1&b=2")],
        "txt": {"ai-content": "false"},
        "people": [
            Person(name="Ada", href="https://example.org/ada"),
            Person(name="Bo", role="Producer"),
        ],
        "seasons": {"1": "Small things", "2": "Big things"},
        "locations": [Location(name="Leith", rel="creator", geo="geo:55.97,-3.17", country="GB")],
        "podroll": [
            RemoteShow(
                guid="9b024349-ccf0-5f69-a609-6b82873eab3c",
                url="https://podnews.example.org/rss",
                title="Another show",
            )
        ],
        "value": Value(recipients=[Recipient(name="Ada", address=NODE, split=90)]),
        "block_services": ["google"],
        "spotify": SpotifySettings(countries=["gb", "ie"], limit=50),
        "inline_chapters": True,
    }
    return checked(ChannelSettings, said | changes, "feed/show.toml")


def item_settings(slug: str, **changes: Any) -> ItemSettings:
    said: dict[str, Any] = {
        "title": "Why bridges hum",
        "guid": "6f9a1a52-0d6c-4a5e-9f64-6a0c3b1d2e4f",
        "date": datetime(2024, 5, 2, 12, 0, tzinfo=UTC),
        "summary": "A bridge is an instrument & the wind plays it.",
        "thesis": "Every structure has a note.",
        "season": 2,
        "season_name": "Big things",
        "episode": 7,
        "video": "https://video.example.org/hum",
        "license": "CC-BY-SA-4.0",
        "license_url": "https://creativecommons.org/licenses/by-sa/4.0/",
        "people": [Person(name="Cleo Ångström", role="guest", img="https://example.org/cleo.jpg")],
        "links": [Link(title="The <Tacoma> film", url="https://example.org/tacoma?x=1&y=2")],
        "discussions": [
            Discussion(title="On Mastodon", url="https://social.example/@ada/112233"),
            Discussion(title="On a forum", url="https://forum.example.org/t/5"),
        ],
        "funding": [Funding(text="Pay for this episode", url="https://example.org/seven")],
        "txt": {"ai-content": "true"},
        "image": "https://example.org/seven.jpg",
        "locations": [Location(name="Tacoma Narrows", osm="W123", geo="geo:47.27,-122.55")],
        "value": Value(
            suggested="0.00000015000",
            recipients=[
                Recipient(
                    name="Cleo", address=NODE, split=99, custom_key="696969", custom_value="x"
                ),
                Recipient(name="Host", address=NODE, split=1, fee=True),
            ],
        ),
    }
    return checked(ItemSettings, said | changes, f"episodes/{slug}/episode.toml")


def quote(**changes: Any) -> Quote:
    spoken = Quote(
        id="k3v9",
        heading="On wind",
        text="The wind doesn’t push the bridge, it asks it a question.",
        speaker="Cleo",
        start=73.25,
        end=93.0,
        spans=[Span(10, 21)],
        edits=[],
        status="verbatim",
        soundbite=True,
    )
    return dataclasses.replace(spoken, **changes)


def episode_files(directory: Path) -> dict[str, list[Path]]:
    """A built episode; nothing in `feeds` decodes the audio."""
    build = directory / "build"
    listed = [{"startTime": each.start, "title": each.title} for each in CHAPTERS]
    written = {
        "enclosure.mp3": b"\xff\xfb" + bytes(30_000),
        "clips/k3v9.mp3": b"\xff\xfb" + bytes(2_000),
        "alternates/opus-24-mono.opus": b"OggS" + bytes(9_000),
        "transcript.vtt": b"WEBVTT\n",
        "transcript.srt": b"1\n",
        "transcript.json": b'{"version": "1.0.0", "segments": []}\n',
        "transcript.txt": b"Text.\n",
        "chapters.json": json.dumps({"version": "1.2.0", "chapters": listed}).encode(),
        "posts/link-post.html": b"<p>post</p>",
        "site/page.html": b"<!doctype html>",
        "site/quotes/k3v9.html": b"<!doctype html>",
        "site/quotes.jsonld": b"{}",
    }
    for name, content in written.items():
        path = build / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return {pattern: sorted(directory.glob(pattern)) for pattern in PUBLISHED}


@pytest.fixture(scope="session")
def new_item(tmp_path_factory: pytest.TempPathFactory) -> MakeItem:
    """`new_item(slug, notes=, quotes=, duration=, **settings)` makes an item of files on disk."""
    directory = tmp_path_factory.mktemp("episode")
    files = episode_files(directory)

    def make(
        slug: str = "why-bridges-hum", pictures: Pictures | None = None, **changes: Any
    ) -> ItemFile:
        content = EpisodeContent(
            duration=changes.pop("duration", 187.432),
            language="en-GB",
            notes=changes.pop("notes", "<p>Notes with <em>weight</em> &amp; links.</p>\n"),
            chapters=changes.pop("chapters", CHAPTERS),
            quotes=changes.pop("quotes", [quote()]),
            inline_chapters=changes.pop("inline_chapters", True),
            alternates=changes.pop("encodings", [OPUS]),
            bitrate=128,
        )
        settings = item_settings(slug, **changes)
        return make_item(slug, settings, content, directory, files, pictures or Pictures())

    return make


@pytest.fixture(scope="session")
def new_channel() -> MakeChannel:
    """`new_channel(base_url=, hubs=, uses_podping=, **settings)` makes the show's channel."""

    def make(base_url: str = BASE_URL, **changes: Any) -> Channel:
        hubs, uses_podping = changes.pop("hubs", ()), changes.pop("uses_podping", False)
        return make_channel(
            channel_settings(**changes),
            base_url,
            ARTWORK,
            hubs=hubs,
            uses_podping=uses_podping,
            pictures=Pictures(),
        )

    return make


@pytest.fixture(scope="session")
def items(new_item: MakeItem) -> list[ItemFile]:
    """A bare trailer and a regular episode that uses every tag."""
    trailer = new_item(
        "hello",
        title="Trailer",
        guid="hello-0001",
        date=datetime(2024, 4, 1, 6, 30, tzinfo=UTC),
        type="trailer",
        season=None,
        season_name=None,
        episode=None,
        block=True,
        explicit=True,
        quotes=[],
        chapters=[],
        people=[],
        image=None,
        locations=[],
        value=None,
        encodings=[],
        license=None,
        license_url=None,
    )
    return [trailer, new_item()]


def write_feed(channel: Channel, items: Sequence[ItemFile]) -> bytes:
    """The subscribed page of the feed, as the stage `feed` makes it."""
    heads = map(head_of, items)
    rendered = list(map(Rendered, heads, render_items(items, channel)))
    return next(
        build_pages(channel, check_and_order(channel, rendered, may_be_empty=False))
    ).content


@pytest.fixture(scope="session")
def build_feed() -> Callable[..., bytes]:
    return write_feed


@pytest.fixture(scope="session")
def feed(items: list[ItemFile], new_channel: MakeChannel) -> bytes:
    """The feed of both items."""
    return write_feed(new_channel(), items)


@pytest.fixture(scope="session")
def namespaces() -> dict[str, str]:
    return NAMESPACES


@pytest.fixture(scope="session")
def root(feed: bytes) -> etree._Element:
    return etree.fromstring(feed)


@pytest.fixture(scope="session")
def episode(root: etree._Element) -> etree._Element:
    """The regular episode's item in the feed of both."""
    (item,) = found_at(root, "channel/item[itunes:episodeType='full']")
    assert isinstance(item, etree._Element)
    return item


def found_at(node: etree._Element, path: str) -> list[Any]:
    found = node.xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    return found


def one_at(node: etree._Element, path: str) -> str:
    """The only value at `path`: an attribute, or an element's text."""
    (found,) = found_at(node, path)
    return str(found if isinstance(found, str) else found.text)


@pytest.fixture(scope="session")
def all_of() -> Callable[[etree._Element, str], list[Any]]:
    return found_at


@pytest.fixture(scope="session")
def one() -> Callable[[etree._Element, str], str]:
    return one_at


@pytest.fixture(scope="session")
def read_by_node() -> Callable[[bytes], tuple[dict[str, Any], str]]:
    """`read_by_node(feed)`: what podcast-partytime and feedsmith make of it, and their complaints."""
    program = shutil.which("node")
    if program is None or not (NODE_PARSERS / "node_modules").is_dir():
        pytest.skip("needs node and `npm install` in tests/feeds/node")
    command = [program, str(NODE_PARSERS / "parse.mjs")]

    def read(content: bytes) -> tuple[dict[str, Any], str]:
        done = subprocess.run(command, input=content, capture_output=True, check=True)
        *lines, result = done.stdout.decode().splitlines()
        return json.loads(result), "\n".join(lines) + done.stderr.decode()

    return read


def png(width: int, height: int, colour: int = 2, extra: bytes = b"") -> bytes:
    """A PNG file's header with a picture of one colour; `extra` chunks come before the pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + extra
        + _chunk(b"IDAT", zlib.compress(b"\0"))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


@pytest.fixture(name="png", scope="session")
def png_maker() -> Callable[..., bytes]:
    return png
