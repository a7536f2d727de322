"""Our feed as others read it: no parser complains, and no tag of ours is lost."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import feedparser
import podcastparser
import pytest
from lxml import etree

BASE = "https://cdn.example.org/show/"
PODCAST = "https://podcastindex.org/namespace/1.0"
ReadByNode = Callable[[bytes], tuple[dict[str, Any], str]]
OLD_PODCAST = b"https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"


@pytest.fixture(scope="module")
def node_readers(feed: bytes, read_by_node: ReadByNode) -> dict[str, Any]:
    """What podcast-partytime and feedsmith make of the feed."""
    readers, complaints = read_by_node(feed)
    assert complaints == "", "a parser complains"
    return readers


def test_feedparser(feed: bytes) -> None:
    read = feedparser.parse(feed)
    assert not read.bozo
    assert read.version == "rss20"
    assert read.feed.title == "Iron & Air"
    assert read.feed.link == f"{BASE}index.html"
    assert read.feed.image.href == f"{BASE}art/cover-0a1b2c3d.jpg"
    episode, trailer = read.entries
    assert (episode.id, episode.guidislink) == ("6f9a1a52-0d6c-4a5e-9f64-6a0c3b1d2e4f", False)
    assert (trailer.itunes_episodetype, trailer.itunes_block) == ("trailer", 1)
    assert episode.published_parsed[:6] == (2024, 5, 2, 12, 0, 0)
    (enclosure,) = episode.enclosures
    assert enclosure.href.startswith(f"{BASE}audio/why-bridges-hum-")
    assert (enclosure.length, enclosure.type) == ("30002", "audio/mpeg")
    assert episode.content[0].value == "<p>Notes with <em>weight</em> &amp; links.</p>"


def test_podcastparser(feed: bytes) -> None:
    """gPodder's parser knows the podcast namespace by its old address only (X-06)."""
    read = podcastparser.parse("feed.xml", BytesIO(feed.replace(PODCAST.encode(), OLD_PODCAST)))
    episode = read["episodes"][0]
    assert (read["title"], read["type"], read["explicit"]) == ("Iron & Air", "episodic", False)
    assert read["funding_url"] == "https://example.org/give?a=1&b=2"
    assert episode["total_time"] == 187
    assert episode["published"] == 1714651200
    assert episode["guid"] == "6f9a1a52-0d6c-4a5e-9f64-6a0c3b1d2e4f"
    assert episode["enclosures"][0]["file_size"] == 30002
    assert episode["chapters_json_url"] == f"{BASE}chapters/why-bridges-hum.json"
    assert episode["transcript_url"].startswith(f"{BASE}transcripts/why-bridges-hum.")
    assert [person["name"] for person in episode["persons"]] == ["Ada", "Bo", "Cleo Ångström"]
    assert "Notes with" in episode["description_html"]


def test_podcastparser_reads_the_feed_as_it_is(feed: bytes) -> None:
    read = podcastparser.parse("feed.xml", BytesIO(feed))
    assert [episode["title"] for episode in read["episodes"]] == ["Why bridges hum", "Trailer"]
    assert read["cover_url"] == f"{BASE}art/cover-0a1b2c3d.jpg"


def test_partytime(node_readers: dict[str, Any]) -> None:
    """The parser of the Podcast Index's aggregator."""
    read = node_readers["partytime"]
    channel = {
        "guid": "917393e3-1b1e-5cef-ace4-edaa54e1f810",
        "locked": True,
        "podcastOwner": "hello@example.org",
        "medium": "podcast",
        "itunesType": "episodic",
        "itunesCategory": ["Science > Physics", "Science > Nature", "Technology"],
        "explicit": False,
        "language": "en-GB",
        "owner": {"name": "Ada & Bo", "email": "hello@example.org"},
        "pubsub": {"self": f"{BASE}feed.xml"},
        "podcastFunding": [
            {"message": "Buy us a rivet", "url": "https://example.org/give?a=1&b=2"}
        ],
        "license": {
            "identifier": "cc-by-4.0",
            "url": "https://creativecommons.org/licenses/by/4.0/",
        },
    }
    assert {key: read.get(key) for key in channel} == channel
    assert read["pc20support"]["1"] == ["locked", "funding", "transcript", "chapters", "soundbite"]
    episode, trailer = read["items"]
    assert (trailer["itunesEpisodeType"], trailer["explicit"]) == ("trailer", True)
    item = {
        "itunesSeason": 2,
        "itunesEpisode": 7,
        "podcastSeason": {"number": 2, "name": "Big things"},
        "podcastEpisode": {"number": 7},
        "duration": 187,
        "license": {
            "identifier": "CC-BY-SA-4.0",
            "url": "https://creativecommons.org/licenses/by-sa/4.0/",
        },
        "podcastChapters": {
            "url": f"{BASE}chapters/why-bridges-hum.json",
            "type": "application/json+chapters",
        },
        "podcastSoundbites": [
            {
                "startTime": 73.25,
                "duration": 19.75,
                "title": "The wind doesn’t push the bridge, it asks it a question.",
            }
        ],
        "podcastSocialInteraction": [
            {
                "platform": "activitypub",
                "id": "@ada",
                "url": "https://social.example/@ada/112233",
                "priority": 1,
            }
        ],
    }
    assert {key: episode.get(key) for key in item} == item
    default, opus = episode["alternativeEnclosures"]
    assert (default["default"], opus["default"]) == (True, False)
    assert opus["bitrate"] == 24000
    assert opus["integrity"]["type"] == "sri"
    assert opus["source"][0]["uri"].endswith(".opus")
    assert episode["value"]["recipients"][0]["customKey"] == "696969"
    assert episode["podcastLocation"]["name"] == "Tacoma Narrows"
    assert read["trailers"][0]["url"].startswith(f"{BASE}audio/hello-")
    assert read["podroll"][0]["feedGuid"] == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    assert [(link["type"], link.get("rel")) for link in episode["podcastTranscripts"]] == [
        ("text/vtt", "captions"),
        ("application/srt", "captions"),  # its own name for application/x-subrip
        ("application/json", None),
    ]
    assert [(p["name"], p["role"], p["group"]) for p in episode["podcastPeople"]] == [
        ("Ada", "Host", "Cast"),
        ("Bo", "Producer", "Creative Direction"),
        ("Cleo Ångström", "Guest", "Cast"),
    ]


def test_feedsmith_loses_no_podcast_tag(feed: bytes, node_readers: dict[str, Any]) -> None:
    """Every value below `podcast:` that feedsmith knows stands in its result."""
    # feedsmith 3.0.1 reads contentLink in a liveItem only, and funding in the channel only.
    unread = {("item", "contentLink"), ("item", "funding")}
    found = set(map(_plain, _leaves(node_readers["feedsmith"])))
    written = [
        (parent.tag, node)
        for parent in etree.fromstring(feed).iter("channel", "item")
        for child in parent.iterchildren(f"{{{PODCAST}}}*")
        for node in child.iter()
    ]
    assert len(written) > 50
    for parent, node in written:
        if (parent, etree.QName(node).localname) in unread:
            continue
        for value in filter(None, [(node.text or "").strip(), *map(str, node.attrib.values())]):
            assert _plain(value) in found, etree.tostring(node, with_tail=False)


def _plain(value: Any) -> str:
    """A value as both sides can be compared: feedsmith turns numbers and yes, no into its own kinds."""
    text = {"yes": "true", "no": "false"}.get(str(value).lower(), str(value))
    try:
        return f"{float(text):.9g}"
    except ValueError:
        return text.lower() if text.lower() in {"true", "false"} else text


def test_feedsmith_reads_the_rest(node_readers: dict[str, Any]) -> None:
    read = node_readers["feedsmith"]
    assert read["itunes"]["categories"] == [
        {"text": "Science", "categories": [{"text": "Physics"}, {"text": "Nature"}]},
        {"text": "Technology"},
    ]
    assert read["podcast"]["updateFrequency"] == {"display": "Weekly", "rrule": "FREQ=WEEKLY"}
    episode, trailer = read["items"]
    assert episode["podcast"]["txts"] == [{"display": "true", "purpose": "ai-content"}]
    assert trailer["itunes"]["block"] is True
    assert read["spotify"] == {"limit": {"recentCount": 50}, "countryOfOrigin": "gb ie"}
    assert episode["itunes"]["image"] == "https://example.org/seven.jpg"
    assert episode["psc"]["chapters"][1] == {"start": "00:01:01.500", "title": "Bolts & rivets"}
    assert episode["enclosures"][0]["length"] == 30002


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value
