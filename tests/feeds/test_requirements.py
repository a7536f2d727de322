"""The requirements of a right feed, by id: which test proves each.

`proves` names the rows of the project's list of feed requirements (section and number). The last
test holds that none is forgotten: every row of X (the document), C (channel), I (item), P (the podcast
namespace), A (Atom), H (the host) and S (Spotify) is proved here or in a test that is named, or does
not apply.
"""

import base64
import dataclasses
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from lxml import etree

from pipeline.categories import category_names
from pipeline.config import Person
from pipeline.errors import ConfigError
from pipeline.feeds.build import build_feed, check_and_order
from pipeline.feeds.channel import Channel
from pipeline.feeds.heads import Rendered, head_of
from pipeline.feeds.item_xml import render_items
from pipeline.feeds.model import ItemFile
from pipeline.feeds.paging import build_pages
from pipeline.feeds.posts import Post, build_post_feed

SECTIONS = {"X": 9, "C": 15, "I": 14, "P": 16, "A": 4, "H": 14, "S": 3}  # rows in each
ROWS = {f"{name}-{row:02d}" for name, last in SECTIONS.items() for row in range(1, last + 1)}
ROWS |= {"P-05a", "P-05b"}

#: Rows of the host and of side files, with the tests that prove them.
ELSEWHERE = {
    "P-05a": "transcript/test_formats.py",
    "P-05b": "transcript/test_formats.py",
    "H-01": "storage/test_public.py",
    "H-02": "storage/test_public.py",
    "H-03": "storage/test_public.py",
    "H-04": "storage/test_object_store.py",
    "H-05": "storage/test_probes.py",
    "H-06": "storage/test_local_store.py",
    "H-07": "storage/test_object_store.py",
    "H-08": "storage/test_release.py",
    "H-10": "storage/test_probes.py",
    "H-11": "storage/test_release.py",
    "H-13": "test_end_to_end.py",
    "H-14": "storage/test_probes.py",
}
#: Rows that ask nothing of a feed of ours; README.md says why.
NOT_APPLICABLE = {"A-02", "A-03", "H-12", "S-02"}


NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "psc": "http://podlove.org/simple-chapters",
    "spotify": "http://www.spotify.com/ns/rss",
    "content": "http://purl.org/rss/1.0/modules/content/",
}
BASE = "https://cdn.example.org/show/"
PROVED: set[str] = set()

NewItem = Callable[..., ItemFile]
NewChannel = Callable[..., Channel]
Test = TypeVar("Test", bound=Callable[..., None])


def proves(*ids: str) -> Callable[[Test], Test]:
    def register(test: Test) -> Test:
        PROVED.update(ids)
        return test

    return register


@pytest.fixture(scope="module")
def root(feed: bytes) -> etree._Element:
    return etree.fromstring(feed)


def all_of(node: etree._Element, path: str) -> list[Any]:
    found = node.xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    return found


def one(node: etree._Element, path: str) -> str:
    """The only value at `path`: an attribute, or an element's text."""
    (found,) = all_of(node, path)
    return str(found if isinstance(found, str) else found.text)


def episode(root: etree._Element) -> etree._Element:
    (item,) = all_of(root, "channel/item[itunes:episodeType='full']")
    assert isinstance(item, etree._Element)
    return item


@proves("X-01", "X-04")
def test_the_document_is_xml_from_its_first_byte(feed: bytes) -> None:
    assert re.match(rb"<\?xml version=['\"]1\.0['\"] encoding=['\"]UTF-8['\"]\?>", feed)
    feed.decode("utf-8")
    outside = re.sub(rb"<!\[CDATA\[.*?\]\]>", b"", feed, flags=re.DOTALL)
    assert set(re.findall(rb"&(\w+);", outside)) <= {b"amp", b"lt", b"gt", b"quot", b"apos"}


@proves("X-02", "X-04")
def test_characters_that_xml_forbids_are_gone(new_item: NewItem, new_channel: NewChannel) -> None:
    item = new_item(title="A\x00B\x0b\x1f C \ud83d 😀\ufffe", notes="<p>\x08x</p>")
    content = build_feed(new_channel(), [item])
    assert one(etree.fromstring(content), "//item/title") == "AB C 😀"
    assert "😀".encode() in content
    assert b"&#" not in content


@proves("X-03", "C-02", "I-06")
def test_lengths(new_item: NewItem, new_channel: NewChannel) -> None:
    with pytest.raises(ConfigError, match="title: has 256 characters"):
        new_item(title="x" * 256)
    with pytest.raises(ConfigError, match="author: has 256 characters"):
        new_channel(author="x" * 256)
    for make in (
        lambda text: new_channel(description=text),
        lambda text: new_item(summary=text, thesis="", chapters=[], links=[]),
    ):
        make("é" * 1996)  # 3,992 bytes, and 7 of <p></p>
        with pytest.raises(ConfigError, match=r"has 4,\d\d\d bytes as HTML; feeds allow 4,000"):
            make("é" * 2001)


@proves("X-05")
def test_html_is_escaped_once(feed: bytes, new_item: NewItem, new_channel: NewChannel) -> None:
    assert b"<![CDATA[<p>Notes with <em>weight</em> &amp; links.</p>]]>" in feed
    assert b"&amp;amp;" not in feed
    assert b"&lt;![CDATA[" not in feed
    item = new_item(notes="<pre>a[b[0]]>1</pre>", title="]]>")
    split = etree.fromstring(build_feed(new_channel(), [item]))
    assert one(split, "//content:encoded") == "<pre>a[b[0]]>1</pre>"
    assert one(split, "//item/title") == "]]>"


@proves("X-06")
def test_namespaces(root: etree._Element) -> None:
    assert dict(root.nsmap) == NAMESPACES


@proves("C-01", "C-03")
def test_title_and_link(root: etree._Element, new_item: NewItem, new_channel: NewChannel) -> None:
    assert one(root, "channel/title") == "Iron & Air"
    assert one(root, "channel/link") == "https://cdn.example.org/show/index.html"
    own = build_feed(new_channel(link="https://iron.example.org/"), [new_item()])
    assert one(etree.fromstring(own), "channel/link") == "https://iron.example.org/"


@proves("C-04")
def test_language(root: etree._Element) -> None:
    assert one(root, "channel/language") == "en-GB"


@proves("C-05")
def test_categories_are_apples_and_nested(feed: bytes, root: etree._Element) -> None:
    names = []
    for category in all_of(root, "channel/itunes:category"):
        inner = [child.get("text") for child in category]
        names += [f"{category.get('text')} > {name}" for name in inner] or [category.get("text")]
    assert names == ["Science > Physics", "Science > Nature", "Technology"]
    assert set(names) <= set(category_names())


@proves("C-05")
def test_every_category_of_apple_comes_through(new_item: NewItem, new_channel: NewChannel) -> None:
    for name in category_names():
        written = etree.fromstring(build_feed(new_channel(categories=[name]), [new_item()]))
        texts = all_of(written, "channel//itunes:category/@text")
        assert " > ".join(texts) == name


@proves("C-06")
def test_explicit_is_true_or_false(root: etree._Element) -> None:
    assert one(root, "channel/itunes:explicit") == "false"
    assert all_of(root, "channel/item/itunes:explicit/text()") == ["false", "true"]


@proves("C-07")  # what the picture must be: test_artwork.py
def test_the_cover_stands_in_both_places(root: etree._Element) -> None:
    cover = one(root, "channel/itunes:image/@href")
    assert cover == one(root, "channel/image/url")
    assert cover.endswith(".jpg")
    assert one(root, "channel/image/title") == one(root, "channel/title")
    assert one(root, "channel/image/link") == one(root, "channel/link")


@proves("C-08", "A-01")
def test_self_link_once(root: etree._Element) -> None:
    (link,) = all_of(root, "channel/atom:link")
    assert dict(link.attrib) == {
        "href": "https://cdn.example.org/show/feed.xml",
        "rel": "self",
        "type": "application/rss+xml",
    }


@proves("C-09", "C-10", "C-12")
def test_author_owner_and_copyright(root: etree._Element) -> None:
    assert one(root, "channel/itunes:author") == "Ada & Bo"
    assert one(root, "channel/itunes:owner/itunes:name") == "Ada & Bo"
    assert one(root, "channel/itunes:owner/itunes:email") == "hello@example.org"
    assert one(root, "channel/copyright") == "Ada & Bo"


@proves("C-11", "I-10")
def test_a_serial_show_says_so_and_numbers_its_episodes(
    root: etree._Element, new_item: NewItem, new_channel: NewChannel
) -> None:
    assert one(root, "channel/itunes:type") == "episodic"
    serial = new_channel(type="serial")
    written = etree.fromstring(build_feed(serial, [new_item(episode=7)]))
    assert one(written, "channel/itunes:type") == "serial"
    assert one(written, "//item/itunes:episode") == "7"
    with pytest.raises(ConfigError, match="needs `episode`"):
        build_feed(serial, [new_item(episode=None)])


@proves("C-13", "C-14", "I-13")
def test_moving_complete_and_block_stand_only_when_meant(
    root: etree._Element, new_item: NewItem, new_channel: NewChannel
) -> None:
    names = (
        "channel/itunes:*[self::itunes:new-feed-url or self::itunes:complete or self::itunes:block]"
    )
    assert not all_of(root, names)
    assert all_of(root, "channel/item/itunes:block/text()") == ["Yes"]
    url = "https://new.example.org/feed.xml"
    channel = new_channel(new_feed_url=url, complete=True, block=True)
    written = etree.fromstring(build_feed(channel, [new_item()]))
    assert sorted(node.text for node in all_of(written, names)) == ["Yes", "Yes", url]


@proves("C-15")
def test_no_element_that_wants_a_mail_address(root: etree._Element) -> None:
    assert not all_of(root, "//managingEditor | //webMaster | //item/author")


@proves("I-01")
def test_a_feed_without_items_is_refused(new_channel: NewChannel) -> None:
    with pytest.raises(ConfigError, match="no episode yet"):
        build_feed(new_channel(), [])


@proves("I-02")
def test_item_titles(root: etree._Element) -> None:
    assert all_of(root, "channel/item/title/text()") == ["Why bridges hum", "Trailer"]
    assert all_of(root, "channel/item/itunes:title/text()") == ["Why bridges hum", "Trailer"]


@proves("I-03", "H-09")
def test_enclosures(root: etree._Element) -> None:
    enclosures = all_of(root, "channel/item/enclosure")
    assert len(enclosures) == len(all_of(root, "channel/item"))
    for enclosure in enclosures:
        url = urlsplit(enclosure.get("url"))
        assert url.scheme == "https"
        assert re.fullmatch(r"/show/audio/[a-z0-9._-]+\.mp3", url.path)
        assert (enclosure.get("length"), enclosure.get("type")) == ("30002", "audio/mpeg")


@proves("I-03")
def test_a_base_url_outside_ascii_is_refused(new_item: NewItem, new_channel: NewChannel) -> None:
    with pytest.raises(ConfigError, match="must be ASCII"):
        build_feed(new_channel(base_url="https://exämple.org/"), [new_item()])


@proves("I-04")
def test_guids(root: etree._Element, new_item: NewItem, new_channel: NewChannel) -> None:
    guids = all_of(root, "channel/item/guid")
    assert [guid.text for guid in guids] == ["6f9a1a52-0d6c-4a5e-9f64-6a0c3b1d2e4f", "hello-0001"]
    assert {guid.get("isPermaLink") for guid in guids} == {"false"}
    renamed = new_item("other-slug", title="Other", notes="", date=datetime(2025, 1, 1, tzinfo=UTC))
    assert renamed.guid == new_item().guid
    with pytest.raises(ConfigError, match="same guid"):
        build_feed(new_channel(), [new_item(), renamed])


@proves("I-04")
def test_a_guid_is_never_mended(new_item: NewItem) -> None:
    assert new_item(guid="https://old.example.org/?p=1&amp;x").guid == (
        "https://old.example.org/?p=1&amp;x"
    )
    with pytest.raises(ConfigError, match="guid: is empty, or holds"):
        new_item(guid="a\tb")


@proves("I-05")
def test_dates(root: etree._Element, new_item: NewItem, new_channel: NewChannel) -> None:
    for text in all_of(root, "//pubDate/text() | //lastBuildDate/text()"):
        date = parsedate_to_datetime(text)
        assert text == date.strftime("%a, %d %b %Y %H:%M:%S %z")
    with pytest.raises(ConfigError, match="same date"):
        build_feed(new_channel(), [new_item("one", guid="1"), new_item("two", guid="2")])


@proves("I-06", "X-07")
def test_description_comes_before_the_full_notes(root: etree._Element) -> None:
    tags = [etree.QName(child).localname for child in episode(root)]
    assert tags.index("description") < tags.index("encoded")
    description = one(episode(root), "description")
    allowed = "p|ol|ul|li|a|b|i|strong|em|br"
    assert not re.sub(rf"</?(?:{allowed})(?: href=\"[^\"]*\")?>", "", description).count("<")
    assert "<" not in one(episode(root), "itunes:summary")


@proves("I-07", "I-12")
def test_duration_and_page(root: etree._Element) -> None:
    assert one(episode(root), "itunes:duration") == "187"
    assert one(episode(root), "link") == (
        "https://cdn.example.org/show/episodes/why-bridges-hum.html"
    )


@proves("I-08")
def test_newest_first(root: etree._Element) -> None:
    dates = [parsedate_to_datetime(text) for text in all_of(root, "channel/item/pubDate/text()")]
    assert dates == sorted(dates, reverse=True)


@proves("I-09", "I-10", "I-11")
def test_types_and_numbers(root: etree._Element) -> None:
    assert all_of(root, "channel/item/itunes:episodeType/text()") == ["full", "trailer"]
    assert all_of(root, "//itunes:season/text()") == ["2"]
    assert all_of(root, "//itunes:episode/text()") == ["7"]


@proves("P-01", "P-02", "P-03")
def test_guid_locked_and_medium(root: etree._Element, new_channel: NewChannel) -> None:
    assert UUID(one(root, "channel/podcast:guid")).version == 5
    assert one(root, "channel/podcast:locked") == "yes"
    assert one(root, "channel/podcast:locked/@owner") == "hello@example.org"
    assert one(root, "channel/podcast:medium") == "podcast"
    with pytest.raises(ConfigError, match="guid: 'mine' is no UUID"):
        new_channel(guid="mine")


@proves("P-04")
def test_funding(root: etree._Element) -> None:
    assert one(root, "channel/podcast:funding") == "Buy us a rivet"
    assert one(root, "channel/podcast:funding/@url") == "https://example.org/give?a=1&b=2"
    assert one(episode(root), "podcast:funding") == "Pay for this episode"


@proves("P-05")
def test_transcripts(root: etree._Element) -> None:
    base = "https://cdn.example.org/show/transcripts/why-bridges-hum"
    captions = {"language": "en-GB", "rel": "captions"}
    assert [dict(node.attrib) for node in all_of(episode(root), "podcast:transcript")] == [
        {"url": f"{base}.vtt", "type": "text/vtt", **captions},
        {"url": f"{base}.srt", "type": "application/x-subrip", **captions},
        {"url": f"{base}.json", "type": "application/json", "language": "en-GB"},
    ]


@proves("P-06")
def test_chapters(root: etree._Element) -> None:
    (chapters,) = all_of(root, "//podcast:chapters")
    assert dict(chapters.attrib) == {
        "url": "https://cdn.example.org/show/chapters/why-bridges-hum.json",
        "type": "application/json+chapters",
    }
    assert "<p>00:00:00 Opening<br>00:01:01 Bolts" in one(episode(root), "description")


@proves("P-07")
def test_soundbites(root: etree._Element, new_item: NewItem) -> None:
    assert dict(all_of(root, "//podcast:soundbite")[0].attrib) == {
        "startTime": "73.25",
        "duration": "19.75",
    }
    assert len(one(root, "//podcast:soundbite")) <= 128
    with pytest.raises(ConfigError, match="but the episode has 80"):
        new_item(duration=80.0)


@proves("P-08")
def test_people(root: etree._Element, new_item: NewItem) -> None:
    people = all_of(episode(root), "podcast:person")
    assert [(node.text, node.get("role"), node.get("group")) for node in people] == [
        ("Ada", "host", "cast"),
        ("Bo", "producer", "creative direction"),
        ("Cleo Ångström", "guest", "cast"),
    ]
    assert people[0].get("href") == "https://example.org/ada"
    assert people[2].get("img") == "https://example.org/cleo.jpg"
    with pytest.raises(ConfigError, match="did you mean 'guest'"):
        new_item(people=[Person(name="Cleo", role="geust")])


@proves("P-09")
def test_season_and_episode(root: etree._Element) -> None:
    assert one(root, "//podcast:season") == one(root, "//itunes:season")
    assert one(root, "//podcast:season/@name") == "Big things"
    assert one(root, "//podcast:episode") == one(root, "//itunes:episode")


@proves("P-10")
def test_license(root: etree._Element, new_item: NewItem) -> None:
    assert one(root, "channel/podcast:license") == "cc-by-4.0"
    assert one(episode(root), "podcast:license") == "CC-BY-SA-4.0"
    assert one(episode(root), "podcast:license/@url").startswith("https://creativecommons.org/")
    with pytest.raises(ConfigError, match="license_url"):
        new_item(license="CC0-1.0", license_url=None)


@proves("P-12", "P-13")
def test_discussions(root: etree._Element) -> None:
    links = all_of(episode(root), "podcast:contentLink")
    assert [(link.text, link.get("href")) for link in links] == [
        ("Video", "https://video.example.org/hum"),
        ("On Mastodon", "https://social.example/@ada/112233"),
        ("On a forum", "https://forum.example.org/t/5"),
    ]
    assert one(episode(root), "podcast:socialInteract/@protocol") == "activitypub"


@proves("P-14")
def test_txt(root: etree._Element, new_item: NewItem) -> None:
    assert one(root, "channel/podcast:txt[@purpose='ai-content']") == "false"
    assert one(episode(root), "podcast:txt[@purpose='ai-content']") == "true"
    with pytest.raises(ConfigError, match="feeds allow 4000"):
        new_item(txt={"verify": "x" * 4001})


@proves("P-15")
def test_update_frequency(root: etree._Element) -> None:
    assert one(root, "channel/podcast:updateFrequency") == "Weekly"
    assert one(root, "channel/podcast:updateFrequency/@rrule") == "FREQ=WEEKLY"


@proves("P-16")
def test_links_of_the_namespace_are_https(root: etree._Element, new_item: NewItem) -> None:
    for url in all_of(root, "//podcast:*/@url | //podcast:*/@href | //podcast:*/@uri"):
        assert url.startswith("https://")
    with pytest.raises(ConfigError, match=r"people\[1\]\.href: .* must begin with https://"):
        new_item(people=[Person(name="Cleo", role="guest", href="http://example.org")])


@proves("P-06")
def test_inline_chapters_only_when_asked_for(
    root: etree._Element, new_item: NewItem, new_channel: NewChannel
) -> None:
    marks = all_of(episode(root), "psc:chapters/psc:chapter")
    assert [dict(mark.attrib) for mark in marks] == [
        {"start": "00:00:00.000", "title": "Opening"},
        {"start": "00:01:01.500", "title": "Bolts & rivets"},
        {"start": "00:02:30.000", "title": "What wind does"},
    ]
    plain = new_item(inline_chapters=False)
    written = build_feed(new_channel(inline_chapters=False, spotify=None), [plain])
    assert b"psc" not in written
    assert b"spotify" not in written


@proves("P-11")
def test_alternate_enclosures_carry_the_digest_of_their_bytes(
    root: etree._Element, new_item: NewItem
) -> None:
    default, opus = all_of(episode(root), "podcast:alternateEnclosure")
    enclosure = one(episode(root), "enclosure/@url")
    assert one(default, "podcast:source/@uri") == enclosure
    assert (default.get("default"), default.get("bitrate")) == ("true", "128000")
    attributes = {"type": "audio/ogg", "bitrate": "24000", "length": "9004", "codecs": "opus"}
    assert attributes.items() < dict(opus.attrib).items()
    digest = base64.b64encode(hashlib.sha384(b"OggS" + bytes(9_000)).digest()).decode()
    assert one(opus, "podcast:integrity/@value") == f"sha384-{digest}"
    assert one(opus, "podcast:integrity/@type") == "sri"
    published = {entry.key: entry.type for entry in new_item().objects}
    assert published[one(opus, "podcast:source/@uri").removeprefix(BASE)] == "audio/ogg"
    assert not new_item(alternates=[]).item.alternates


@proves("P-09")
def test_the_show_names_its_seasons_once(new_item: NewItem, new_channel: NewChannel) -> None:
    written = build_feed(new_channel(), [new_item(season=1, season_name=None)])
    assert one(etree.fromstring(written), "//podcast:season/@name") == "Small things"
    with pytest.raises(ConfigError, match="calls season 1 'Other', another 'Small things'"):
        build_feed(new_channel(), [new_item(season=1, season_name="Other")])


@proves("C-14")
def test_services_are_kept_out_by_name(
    root: etree._Element, new_item: NewItem, new_channel: NewChannel
) -> None:
    (block,) = all_of(root, "channel/podcast:block")
    assert (block.text, block.get("id")) == ("yes", "google")
    written = etree.fromstring(build_feed(new_channel(block=True), [new_item()]))
    assert [node.get("id") for node in all_of(written, "channel/podcast:block")] == [None, "google"]


def test_places_payments_and_recommendations(root: etree._Element) -> None:
    place = all_of(episode(root), "podcast:location")[0]
    assert (place.text, place.get("rel"), place.get("osm")) == ("Tacoma Narrows", "subject", "W123")
    value = all_of(episode(root), "podcast:value")[0]
    assert value.get("suggested") == "0.00000015000"
    assert [node.get("fee") for node in value] == [None, "true"]
    roll = all_of(root, "channel/podcast:podroll/podcast:remoteItem")
    assert [node.get("title") for node in roll] == ["Another show"]


@proves("I-09")
def test_trailers_stand_in_the_channel_too(root: etree._Element) -> None:
    (trailer,) = all_of(root, "channel/podcast:trailer")
    (item,) = all_of(root, "channel/item[itunes:episodeType='trailer']")
    assert trailer.get("url") == one(item, "enclosure/@url")
    assert trailer.get("pubdate") == one(item, "pubDate")
    assert trailer.text == "Trailer"


@proves("S-01", "S-03")
def test_what_spotify_asks_for(root: etree._Element) -> None:
    assert one(root, "channel/spotify:limit/@recentCount") == "50"
    assert one(root, "channel/spotify:countryOfOrigin") == "gb ie"
    for name in ("title", "link", "description", "language", "itunes:image", "itunes:category"):
        assert all_of(root, f"channel/{name}")
    for name in ("guid", "title", "pubDate", "enclosure", "itunes:duration"):
        assert len(all_of(root, f"channel/item/{name}")) == 2


@proves("I-12")
def test_an_episode_may_have_a_cover_and_a_page_of_its_own(
    root: etree._Element, new_item: NewItem, new_channel: NewChannel
) -> None:
    assert one(episode(root), "itunes:image/@href") == "https://example.org/seven.jpg"
    item = new_item(link="https://blog.example.org/7")
    written = build_feed(new_channel(), [item])
    assert one(etree.fromstring(written), "//item/link") == "https://blog.example.org/7"


@proves("A-04", "X-08", "X-09")  # the laws of paging: test_paging.py
def test_a_long_feed_has_pages(new_item: NewItem, new_channel: NewChannel) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    notes = f"<p>{'word ' * 10_000}</p>"
    long = [
        new_item(f"e{number}", guid=f"g{number}", date=start + timedelta(days=number), notes=notes)
        for number in range(22)
    ]
    channel = new_channel()
    rendered = [
        Rendered(dataclasses.replace(head_of(item), enclosure=item.slug), xml)
        for item, xml in zip(long, render_items(long, channel), strict=True)
    ]
    pages = list(build_pages(channel, check_and_order(channel, rendered)))
    assert [page.key for page in pages] == ["feed.xml", "feed/0001.xml"]
    assert all(len(page.content) < 1_000_000 for page in pages)
    guids = [node.text for page in pages for node in etree.fromstring(page.content).iter("guid")]
    assert guids == [f"g{number}" for number in range(21, -1, -1)]
    assert list(build_pages(channel, check_and_order(channel, rendered))) == pages


POST = """<!doctype html><html><head><title>x</title></head><body>
<h1>Why bridges hum</h1><p>“It asks” (<a href="https://cdn.example.org/show/e.html#q-1">1:13</a>)</p>
<script>alert(1)</script></body></html>"""


@proves("I-14")
def test_link_posts_have_a_feed_of_their_own(new_item: NewItem, new_channel: NewChannel) -> None:
    item = new_item()
    channel = new_channel()
    content = build_post_feed(channel, [Post(head_of(item), POST)])
    written = etree.fromstring(content)
    assert one(written, "channel/podcast:medium") == "blog"
    assert UUID(one(written, "channel/podcast:guid")).version == 5
    assert one(written, "channel/podcast:guid") != channel.guid
    assert one(written, "channel/atom:link/@href") == f"{BASE}posts.xml"
    assert one(written, "//item/link") == f"{BASE}posts/why-bridges-hum.html"
    assert one(written, "//item/guid") == f"post:{item.guid}"
    assert one(written, "//item/description") == (
        '<p>“It asks” (<a href="https://cdn.example.org/show/e.html#q-1">1:13</a>)</p>'
    )
    assert not all_of(written, "//enclosure")
    many = [Post(head_of(item), POST)] * 60
    assert len(all_of(etree.fromstring(build_post_feed(channel, many)), "//item")) == 50
    assert not all_of(etree.fromstring(build_feed(channel, [item])), "//item[not(enclosure)]")


def test_no_requirement_is_forgotten() -> None:
    assert PROVED | ELSEWHERE.keys() | NOT_APPLICABLE == ROWS
    assert not PROVED & NOT_APPLICABLE
    for name in ELSEWHERE.values():
        assert (Path(__file__).parents[1] / name).is_file()
