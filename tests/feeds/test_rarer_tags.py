"""Tags that few shows set: each stands in the feed as the host said it, and the schema takes it."""

import datetime as dt
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from pipeline.errors import ConfigError
from pipeline.feeds.contents.artwork import Pictures
from pipeline.feeds.contents.channel import make_channel
from pipeline.feeds.contents.model import ITEM
from pipeline.feeds.contents.rules import Report
from pipeline.models import Chapter, encode
from pipeline.settings.episode import ChapterMark
from pipeline.settings.podcasting import (
    Discussion,
    Erratum,
    FeedImage,
    LinkedAlternate,
    Person,
    RemoteShow,
)
from pipeline.workspace import dump_json
from tests.feeds.conftest import ARTWORK, BASE_URL, channel_settings
from tests.feeds.makers import AllOf, BuildFeed, NewChannel, NewItem

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBB", 13, b"IHDR", 300, 300, 8, 2) + b"...IDAT"
VIDEO = LinkedAlternate(
    url="https://video.example.org/7.mp4",
    type="video/mp4",
    length=7_000_000,
    bitrate=900.5,
    height=720,
    title="Video",
    codecs="avc1.64001f, mp4a.40.2",
)
GERMAN = LinkedAlternate(
    url="https://de.example.org/7.mp3", type="audio/mpeg", language="de", rel="dubbed"
)
BANNER = FeedImage(
    href="https://example.org/banner.jpg",
    alt="A bridge & its shadow",
    purpose="social banner",
    aspect_ratio="16/9",
    width=1600,
    height=900,
)
ERRATUM = Erratum(
    date=dt.date(2026, 11, 29), said="<b>1938", says="1940 & later", why="I misspoke."
)
GONE = Erratum(date=dt.date(2026, 12, 1), said="never", why="Misheard.", quote="k3v9")
THREAD = Discussion(title="On Mastodon", url="https://social.example/@ada/112233")

#: What an episode says, a path below its item, and what stands there.
EPISODE: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "another title for Apple": (
        {"itunes_title": "The hum"}, "title/text() | itunes:title/text()", ["Why bridges hum", "The hum"],
    ),
    "season 0": (
        {"season": 0, "season_name": "Before"}, "itunes:season/text() | podcast:season/text()", ["0", "0"],
    ),
    "its name": ({"season": 0, "season_name": "Before"}, "podcast:season/@name", ["Before"]),
    "two txt of one purpose": (
        {"txt": {"verify": ["one", "two"], "ai": "no"}}, "podcast:txt/text()", ["no", "one", "two"],
    ),
    "no comments": (
        {"comments": False, "discussions": [THREAD]}, "podcast:socialInteract/@*", ["disabled"],
    ),
    "where it is discussed all the same": (
        {"comments": False, "discussions": [THREAD]},
        "podcast:contentLink/text()",
        ["Video", "On Mastodon"],
    ),
    "a video": (
        {"alternates": [VIDEO]}, "podcast:alternateEnclosure[@type='video/mp4']/@*",
        ["video/mp4", "7000000", "900500", "720", "Video", "avc1.64001f, mp4a.40.2"],
    ),
    "another language": (
        {"alternates": [GERMAN]}, "podcast:alternateEnclosure[@lang]/@*", ["audio/mpeg", "de", "dubbed"],
    ),
    "where that is": (
        {"alternates": [GERMAN]}, "podcast:alternateEnclosure[@lang]/podcast:source/@uri", [GERMAN.url],
    ),
    "corrections, the newest first": (
        {"erratum": [ERRATUM, ERRATUM, GONE]}, "podcast:txt[@purpose='correction']/text()",
        [
            "2026-12-01: “never” → [...]: Misheard. https://cdn.example.org/show/episodes/why-bridges-hum.html#q-k3v9",
            "2026-11-29: “<b>1938” → “1940 & later”: I misspoke.",
        ],
    ),
    "a picture for other uses": (
        {"images": [BANNER]}, "podcast:image/@*",
        [BANNER.href, "16/9", "1600", "900", "A bridge & its shadow", "social banner"],
    ),
}  # fmt: skip

SHOW: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "an owner who is not the author": (
        {"owner": "Bo Ltd"},
        "itunes:owner/itunes:name/text() | itunes:author/text()",
        ["Ada & Bo", "Bo Ltd"],
    ),
    "threads about the show": (
        {"discussions": [THREAD]}, "podcast:socialInteract/@accountId", ["@ada"],
    ),
    "no comments": ({"comments": False}, "podcast:socialInteract/@*", ["disabled"]),
    "two txt of one purpose": (
        {"txt": {"verify": ["one", "two"]}}, "podcast:txt/text()", ["one", "two"],
    ),
    "a picture for other uses": ({"images": [BANNER]}, "podcast:image/@purpose", ["social banner"]),
    "who publishes it": (
        {"publisher": RemoteShow(guid="003af0a0-6a45-55cf-b765-68e3d349551a", url="https://p.example.org/")},
        "podcast:publisher/podcast:remoteItem/@*",
        ["publisher", "003af0a0-6a45-55cf-b765-68e3d349551a", "https://p.example.org/"],
    ),
    "a season 0": ({"seasons": {"0": "Before"}}, "podcast:season/@name", []),
}  # fmt: skip


@pytest.fixture(scope="module")
def valid() -> Callable[[bytes], etree._Element]:
    schema = etree.RelaxNG.from_rnc_string((Path(__file__).parent / "feed.rnc").read_text())

    def check(content: bytes) -> etree._Element:
        root = etree.fromstring(content)
        schema.assertValid(root)
        return root

    return check


@pytest.mark.parametrize("name", EPISODE)
def test_an_episode_says_it(
    name: str,
    new_item: NewItem,
    new_channel: NewChannel,
    build_feed: BuildFeed,
    all_of: AllOf,
    valid: Callable[[bytes], etree._Element],
) -> None:
    says, path, expected = EPISODE[name]
    root = valid(build_feed(new_channel(seasons={}), [new_item(**says)]))
    assert [
        str(found) for found in all_of(root[0], f"item/{path.replace('| ', '| item/')}")
    ] == expected


@pytest.mark.parametrize("name", SHOW)
def test_a_show_says_it(
    name: str,
    new_item: NewItem,
    new_channel: NewChannel,
    build_feed: BuildFeed,
    all_of: AllOf,
    valid: Callable[[bytes], etree._Element],
) -> None:
    says, path, expected = SHOW[name]
    root = valid(build_feed(new_channel(**says), [new_item()]))
    assert [str(found) for found in all_of(root[0], path)] == expected


def test_files_get_addresses_of_their_own(
    tmp_path: Path,
    new_item: NewItem,
    build_feed: BuildFeed,
    all_of: AllOf,
    valid: Callable[[bytes], etree._Element],
) -> None:
    (tmp_path / "a.jpg").write_bytes(PNG)  # the content tells what it is, not the name
    pictures = Pictures({"a.jpg": tmp_path / "a.jpg"})
    picture = "images/a.jpg"
    mark = ChapterMark(at="00:00:00", title="Opening", image=picture)
    item = new_item(
        pictures=pictures,
        image=picture,
        people=[Person(name="Cleo", role="guest", img=picture)],
        images=[FeedImage(href=picture)],
        chapters=[Chapter(0.0, "Opening", image=picture)],
    )
    (key,) = pictures.objects
    assert [each.path for each in item.objects if each.key == key] == ["images/a.jpg"]
    assert pictures.objects[key].type == "image/png"
    assert ITEM.decode(dump_json(encode(item)).encode(), "build/item.json") == item
    channel = make_channel(
        channel_settings(
            people=[Person(name="Ada", img=picture)], images=[FeedImage(href=picture)]
        ),
        BASE_URL,
        ARTWORK,
        pictures=Pictures(pictures.files, "feed/images"),
        hubs=(),
        uses_podping=False,
    )
    root = valid(build_feed(channel, [item]))
    for path in (
        "channel/podcast:person[text()='Ada']/@img",
        "channel/podcast:image/@href",
        "channel/item/itunes:image/@href",
        "channel/item/podcast:person[text()='Cleo']/@img",
        "channel/item/podcast:image/@href",
        "channel/item/psc:chapters/psc:chapter/@image",
    ):
        assert all_of(root, path) == [channel.base_url + key], path
    assert mark.model_dump()["image"] == picture
    assert "image" not in ChapterMark(at="0:00", title="A").model_dump()  # as old digests have it


def test_a_picture_that_is_not_there_or_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "b.jpg").write_text("no picture")
    report = Report("episodes/one/episode.toml")
    pictures = Pictures({"b.jpg": tmp_path / "b.jpg"})
    pictures.address(report, "image", "images/a.jpg")
    pictures.address(report, "people[1].img", "images/b.jpg")
    with pytest.raises(ConfigError) as caught:
        report.raise_problems()
    assert caught.value.message.splitlines() == [
        "episodes/one/episode.toml: image: no file images/a.jpg beside it (there are: b.jpg)",
        "episodes/one/episode.toml: people[1].img: images/b.jpg: the picture is neither JPEG nor"
        " PNG; save it as JPEG or PNG",
    ]


@pytest.mark.parametrize("name", ["../x.jpg", "images/../x.jpg", "images/x.svg", "/etc/x.png", "x"])
def test_a_picture_is_an_address_or_lies_in_images(name: str) -> None:
    with pytest.raises(ValueError, match="neither a web address nor a file"):
        Person(name="Ada", img=name)
