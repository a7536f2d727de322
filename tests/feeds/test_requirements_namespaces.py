"""The requirements of a right feed that its namespaces ask for: podcast, Podlove's and Spotify's.

test_requirements.py has the rest, and holds that none is forgotten.
"""

import base64
import hashlib
from uuid import UUID

import pytest
from lxml import etree

from pipeline.errors import ConfigError
from tests.feeds.makers import AllOf, BuildFeed, NewChannel, NewItem, One


@pytest.mark.proves("P-01", "P-02", "P-03")
def test_guid_locked_and_medium(root: etree._Element, new_channel: NewChannel, one: One) -> None:
    assert UUID(one(root, "channel/podcast:guid")).version == 5
    assert one(root, "channel/podcast:locked") == "yes"
    assert one(root, "channel/podcast:locked/@owner") == "hello@example.org"
    assert one(root, "channel/podcast:medium") == "podcast"
    with pytest.raises(ConfigError, match="guid: 'mine' is no UUID"):
        new_channel(guid="mine")


@pytest.mark.proves("P-04")
def test_funding(root: etree._Element, one: One, episode: etree._Element) -> None:
    assert one(root, "channel/podcast:funding") == "Buy us a rivet"
    assert one(root, "channel/podcast:funding/@url") == "https://example.org/give?a=1&b=2"
    assert one(episode, "podcast:funding") == "Pay for this episode"


@pytest.mark.proves("P-05")
def test_transcripts(all_of: AllOf, episode: etree._Element) -> None:
    base = "https://cdn.example.org/show/transcripts/why-bridges-hum"
    captions = {"language": "en-GB", "rel": "captions"}
    assert [dict(node.attrib) for node in all_of(episode, "podcast:transcript")] == [
        {"url": f"{base}.vtt", "type": "text/vtt", **captions},
        {"url": f"{base}.srt", "type": "application/x-subrip", **captions},
        {"url": f"{base}.json", "type": "application/json", "language": "en-GB"},
    ]


@pytest.mark.proves("P-06")
def test_chapters(root: etree._Element, all_of: AllOf, one: One, episode: etree._Element) -> None:
    (chapters,) = all_of(root, "//podcast:chapters")
    assert dict(chapters.attrib) == {
        "url": "https://cdn.example.org/show/chapters/why-bridges-hum.json",
        "type": "application/json+chapters",
    }
    assert "<p>00:00:00 Opening<br>00:01:01 Bolts" in one(episode, "description")


@pytest.mark.proves("P-07")
def test_soundbites(root: etree._Element, new_item: NewItem, all_of: AllOf, one: One) -> None:
    assert dict(all_of(root, "//podcast:soundbite")[0].attrib) == {
        "startTime": "73.25",
        "duration": "19.75",
    }
    assert len(one(root, "//podcast:soundbite")) <= 128
    with pytest.raises(ConfigError, match="but the episode has 80"):
        new_item(duration=80.0)


@pytest.mark.proves("P-08")
def test_people(new_item: NewItem, all_of: AllOf, episode: etree._Element) -> None:
    people = all_of(episode, "podcast:person")
    assert [(node.text, node.get("role"), node.get("group")) for node in people] == [
        ("Ada", "host", "cast"),
        ("Bo", "producer", "creative direction"),
        ("Cleo Ångström", "guest", "cast"),
    ]
    assert people[0].get("href") == "https://example.org/ada"
    assert people[2].get("img") == "https://example.org/cleo.jpg"
    with pytest.raises(ConfigError, match="did you mean 'guest'"):
        new_item(people=[{"name": "Cleo", "role": "geust"}])


@pytest.mark.proves("P-09")
def test_season_and_episode(root: etree._Element, one: One) -> None:
    assert one(root, "//podcast:season") == one(root, "//itunes:season")
    assert one(root, "//podcast:season/@name") == "Big things"
    assert one(root, "//podcast:episode") == one(root, "//itunes:episode")


@pytest.mark.proves("P-10")
def test_license(
    root: etree._Element, new_item: NewItem, one: One, episode: etree._Element
) -> None:
    assert one(root, "channel/podcast:license") == "cc-by-4.0"
    assert one(episode, "podcast:license") == "CC-BY-SA-4.0"
    assert one(episode, "podcast:license/@url").startswith("https://creativecommons.org/")
    with pytest.raises(ConfigError, match="license_url"):
        new_item(license="CC0-1.0", license_url=None)


@pytest.mark.proves("P-12", "P-13")
def test_discussions(all_of: AllOf, one: One, episode: etree._Element) -> None:
    links = all_of(episode, "podcast:contentLink")
    assert [(link.text, link.get("href")) for link in links] == [
        ("Video", "https://video.example.org/hum"),
        ("On Mastodon", "https://social.example/@ada/112233"),
        ("On a forum", "https://forum.example.org/t/5"),
    ]
    assert one(episode, "podcast:socialInteract/@protocol") == "activitypub"


@pytest.mark.proves("P-14")
def test_txt(root: etree._Element, new_item: NewItem, one: One, episode: etree._Element) -> None:
    assert one(root, "channel/podcast:txt[@purpose='ai-content']") == "false"
    assert one(episode, "podcast:txt[@purpose='ai-content']") == "true"
    with pytest.raises(ConfigError, match="feeds allow 4000"):
        new_item(txt={"verify": "x" * 4001})


@pytest.mark.proves("P-15")
def test_update_frequency(root: etree._Element, one: One) -> None:
    assert one(root, "channel/podcast:updateFrequency") == "Weekly"
    assert one(root, "channel/podcast:updateFrequency/@rrule") == "FREQ=WEEKLY"


@pytest.mark.proves("P-16")
def test_links_of_the_namespace_are_https(
    root: etree._Element, new_item: NewItem, all_of: AllOf
) -> None:
    for url in all_of(root, "//podcast:*/@url | //podcast:*/@href | //podcast:*/@uri"):
        assert url.startswith("https://")
    with pytest.raises(ConfigError, match=r"\[people\[1\]\] href: .* must begin with https://"):
        new_item(people=[{"name": "Cleo", "href": "http://example.org"}])


@pytest.mark.proves("P-06")
def test_inline_chapters_only_when_asked_for(
    new_item: NewItem,
    new_channel: NewChannel,
    all_of: AllOf,
    episode: etree._Element,
    build_feed: BuildFeed,
) -> None:
    marks = all_of(episode, "psc:chapters/psc:chapter")
    assert [dict(mark.attrib) for mark in marks] == [
        {"start": "00:00:00.000", "title": "Opening"},
        {"start": "00:01:01.500", "title": "Bolts & rivets"},
        {"start": "00:02:30.000", "title": "What wind does"},
    ]
    plain = new_item(inline_chapters=False)
    written = build_feed(new_channel(inline_chapters=False, spotify=None), [plain])
    assert b"psc" not in written
    assert b"spotify" not in written


@pytest.mark.proves("P-11")
def test_alternate_enclosures_carry_the_digest_of_their_bytes(
    new_item: NewItem, all_of: AllOf, one: One, episode: etree._Element
) -> None:
    default, opus = all_of(episode, "podcast:alternateEnclosure")
    enclosure = one(episode, "enclosure/@url")
    assert one(default, "podcast:source/@uri") == enclosure
    assert (default.get("default"), default.get("bitrate")) == ("true", "128000")
    attributes = {"type": "audio/ogg", "bitrate": "24000", "length": "9004", "codecs": "opus"}
    assert attributes.items() < dict(opus.attrib).items()
    digest = base64.b64encode(hashlib.sha384(b"OggS" + bytes(9_000)).digest()).decode()
    assert one(opus, "podcast:integrity/@value") == f"sha384-{digest}"
    assert one(opus, "podcast:integrity/@type") == "sri"
    published = {entry.key: entry.type for entry in new_item().objects}
    assert (
        published[one(opus, "podcast:source/@uri").removeprefix("https://cdn.example.org/show/")]
        == "audio/ogg"
    )
    assert not new_item(encodings=[]).item.alternates


@pytest.mark.proves("P-09")
def test_the_show_names_its_seasons_once(
    new_item: NewItem, new_channel: NewChannel, one: One, build_feed: BuildFeed
) -> None:
    written = build_feed(new_channel(), [new_item(season=1, season_name=None)])
    assert one(etree.fromstring(written), "//podcast:season/@name") == "Small things"
    with pytest.raises(ConfigError, match="season 1 is called 'Small things' elsewhere"):
        build_feed(new_channel(), [new_item(season=1, season_name="Other")])


@pytest.mark.proves("C-14")
def test_services_are_kept_out_by_name(
    root: etree._Element,
    new_item: NewItem,
    new_channel: NewChannel,
    all_of: AllOf,
    build_feed: BuildFeed,
) -> None:
    (block,) = all_of(root, "channel/podcast:block")
    assert (block.text, block.get("id")) == ("yes", "google")
    written = etree.fromstring(build_feed(new_channel(block=True), [new_item()]))
    assert [node.get("id") for node in all_of(written, "channel/podcast:block")] == [None, "google"]


def test_places_payments_and_recommendations(
    root: etree._Element, all_of: AllOf, episode: etree._Element
) -> None:
    place = all_of(episode, "podcast:location")[0]
    assert (place.text, place.get("rel"), place.get("osm")) == ("Tacoma Narrows", "subject", "W123")
    value = all_of(episode, "podcast:value")[0]
    assert value.get("suggested") == "0.00000015000"
    assert [node.get("fee") for node in value] == [None, "true"]
    roll = all_of(root, "channel/podcast:podroll/podcast:remoteItem")
    assert [node.get("title") for node in roll] == ["Another show"]


@pytest.mark.proves("I-09")
def test_trailers_stand_in_the_channel_too(root: etree._Element, all_of: AllOf, one: One) -> None:
    (trailer,) = all_of(root, "channel/podcast:trailer")
    (item,) = all_of(root, "channel/item[itunes:episodeType='trailer']")
    assert trailer.get("url") == one(item, "enclosure/@url")
    assert trailer.get("pubdate") == one(item, "pubDate")
    assert trailer.text == "Trailer"


@pytest.mark.proves("S-01", "S-03")
def test_what_spotify_asks_for(root: etree._Element, all_of: AllOf, one: One) -> None:
    assert one(root, "channel/spotify:limit/@recentCount") == "50"
    assert one(root, "channel/spotify:countryOfOrigin") == "gb ie"
    for name in ("title", "link", "description", "language", "itunes:image", "itunes:category"):
        assert all_of(root, f"channel/{name}")
    for name in ("guid", "title", "pubDate", "enclosure", "itunes:duration"):
        assert len(all_of(root, f"channel/item/{name}")) == 2


@pytest.mark.proves("A-02", "A-03")
def test_hubs_and_podping_are_named_only_where_they_are_told(
    root: etree._Element,
    new_item: NewItem,
    new_channel: NewChannel,
    all_of: AllOf,
    build_feed: BuildFeed,
) -> None:
    assert not all_of(root, "channel/atom:link[@rel='hub']")
    assert not all_of(root, "channel/podcast:podping")
    channel = new_channel(hubs=["https://hub.example.org/?a=1&b=2"], uses_podping=True)
    told = etree.fromstring(build_feed(channel, [new_item()]))
    (hub,) = all_of(told, "channel/atom:link[@rel='hub']")
    assert hub.get("href") == "https://hub.example.org/?a=1&b=2"
    (mark,) = all_of(told, "channel/podcast:podping")
    assert mark.get("usesPodping") == "true"
