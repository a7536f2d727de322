"""The requirements of a right feed, by id: which test proves each.

The mark `proves` names the rows of the project's list of feed requirements (section and number); the
tests of items are in test_requirements_items.py, of the podcast namespace and Spotify's in
test_requirements_namespaces.py, those of the host in tests/storage. The last tests hold that none is
forgotten: every row of X (the document), C (channel), I (item), P (the podcast namespace), A (Atom),
H (the host) and S (Spotify) is named by a test, or does not apply.
"""

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from lxml import etree

from pipeline.errors import ConfigError
from pipeline.feeds.build.build import check_and_order
from pipeline.feeds.build.item_xml import render_items
from pipeline.feeds.build.paging import build_pages
from pipeline.feeds.build.posts import Post, build_post_feed
from pipeline.feeds.contents.heads import Rendered
from pipeline.settings.taxonomy import category_names
from tests.feeds.makers import AllOf, BuildFeed, NewChannel, NewItem, One, head_of

SECTIONS = {"X": 9, "C": 15, "I": 14, "P": 16, "A": 4, "H": 14, "S": 3}  # rows in each
ROWS = {f"{name}-{row:02d}" for name, last in SECTIONS.items() for row in range(1, last + 1)}
ROWS |= {"P-05a", "P-05b"}

#: Rows that ask nothing of a feed of ours; pipeline/help/feed.md says why.
NOT_APPLICABLE = {"H-12", "S-02"}
BASE = "https://cdn.example.org/show/"


@pytest.mark.proves("X-01", "X-04")
def test_the_document_is_xml_from_its_first_byte(feed: bytes) -> None:
    assert re.match(rb"<\?xml version=['\"]1\.0['\"] encoding=['\"]UTF-8['\"]\?>", feed)
    feed.decode("utf-8")
    outside = re.sub(rb"<!\[CDATA\[.*?\]\]>", b"", feed, flags=re.DOTALL)
    assert set(re.findall(rb"&(\w+);", outside)) <= {b"amp", b"lt", b"gt", b"quot", b"apos"}


@pytest.mark.proves("X-02", "X-04")
def test_characters_that_xml_forbids_are_gone(
    new_item: NewItem, new_channel: NewChannel, one: One, build_feed: BuildFeed
) -> None:
    item = new_item(title="AB\x0b\x1f C 😀", summary="\ud83d x\ufffe", notes="<p>\x08x</p>")
    content = build_feed(new_channel(), [item])
    assert one(etree.fromstring(content), "//item/title") == "AB C 😀"
    assert one(etree.fromstring(content), "//item/itunes:summary") == "x"
    assert "😀".encode() in content
    assert b"&#" not in content


@pytest.mark.proves("X-03", "C-02", "I-06")
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


@pytest.mark.proves("X-05")
def test_html_is_escaped_once(
    feed: bytes, new_item: NewItem, new_channel: NewChannel, one: One, build_feed: BuildFeed
) -> None:
    assert b"<![CDATA[<p>Notes with <em>weight</em> &amp; links.</p>]]>" in feed
    assert b"&amp;amp;" not in feed
    assert b"&lt;![CDATA[" not in feed
    item = new_item(notes="<pre>a[b[0]]>1</pre>", title="]]>")
    split = etree.fromstring(build_feed(new_channel(), [item]))
    assert one(split, "//content:encoded") == "<pre>a[b[0]]>1</pre>"
    assert one(split, "//item/title") == "]]>"


@pytest.mark.proves("X-06")
def test_namespaces(root: etree._Element, namespaces: dict[str, str]) -> None:
    assert dict(root.nsmap) == namespaces


@pytest.mark.proves("C-01", "C-03")
def test_title_and_link(
    root: etree._Element,
    new_item: NewItem,
    new_channel: NewChannel,
    one: One,
    build_feed: BuildFeed,
) -> None:
    assert one(root, "channel/title") == "Iron & Air"
    assert one(root, "channel/link") == "https://cdn.example.org/show/index.html"
    own = build_feed(new_channel(link="https://iron.example.org/"), [new_item()])
    assert one(etree.fromstring(own), "channel/link") == "https://iron.example.org/"


@pytest.mark.proves("C-04")
def test_language(root: etree._Element, one: One) -> None:
    assert one(root, "channel/language") == "en-GB"


@pytest.mark.proves("C-05")
def test_categories_are_apples_and_nested(feed: bytes, root: etree._Element, all_of: AllOf) -> None:
    names = []
    for category in all_of(root, "channel/itunes:category"):
        inner = [child.get("text") for child in category]
        names += [f"{category.get('text')} > {name}" for name in inner] or [category.get("text")]
    assert names == ["Science > Physics", "Science > Nature", "Technology"]
    assert set(names) <= set(category_names())


@pytest.mark.proves("C-05")
def test_every_category_of_apple_comes_through(
    new_item: NewItem, new_channel: NewChannel, all_of: AllOf, build_feed: BuildFeed
) -> None:
    for name in category_names():
        written = etree.fromstring(build_feed(new_channel(categories=[name]), [new_item()]))
        texts = all_of(written, "channel//itunes:category/@text")
        assert " > ".join(texts) == name


@pytest.mark.proves("C-06")
def test_explicit_is_true_or_false(root: etree._Element, all_of: AllOf, one: One) -> None:
    assert one(root, "channel/itunes:explicit") == "false"
    assert all_of(root, "channel/item/itunes:explicit/text()") == ["false", "true"]


@pytest.mark.proves("C-07")  # what the picture must be: test_artwork.py
def test_the_cover_stands_in_both_places(root: etree._Element, one: One) -> None:
    cover = one(root, "channel/itunes:image/@href")
    assert cover == one(root, "channel/image/url")
    assert cover.endswith(".jpg")
    assert one(root, "channel/image/title") == one(root, "channel/title")
    assert one(root, "channel/image/link") == one(root, "channel/link")


@pytest.mark.proves("C-08", "A-01")
def test_self_link_once(root: etree._Element, all_of: AllOf) -> None:
    (link,) = all_of(root, "channel/atom:link")
    assert dict(link.attrib) == {
        "href": "https://cdn.example.org/show/feed.xml",
        "rel": "self",
        "type": "application/rss+xml",
    }


@pytest.mark.proves("C-09", "C-10", "C-12")
def test_author_owner_and_copyright(root: etree._Element, one: One) -> None:
    assert one(root, "channel/itunes:author") == "Ada & Bo"
    assert one(root, "channel/itunes:owner/itunes:name") == "Ada & Bo"
    assert one(root, "channel/itunes:owner/itunes:email") == "hello@example.org"
    assert one(root, "channel/copyright") == "Ada & Bo"


@pytest.mark.proves("C-11", "I-10")
def test_a_serial_show_says_so_and_numbers_its_episodes(
    root: etree._Element,
    new_item: NewItem,
    new_channel: NewChannel,
    one: One,
    build_feed: BuildFeed,
) -> None:
    assert one(root, "channel/itunes:type") == "episodic"
    serial = new_channel(type="serial")
    written = etree.fromstring(build_feed(serial, [new_item(episode=7)]))
    assert one(written, "channel/itunes:type") == "serial"
    assert one(written, "//item/itunes:episode") == "7"
    with pytest.raises(ConfigError, match="needs `episode`"):
        build_feed(serial, [new_item(episode=None)])


@pytest.mark.proves("C-13", "C-14", "I-13")
def test_moving_complete_and_block_stand_only_when_meant(
    root: etree._Element,
    new_item: NewItem,
    new_channel: NewChannel,
    all_of: AllOf,
    build_feed: BuildFeed,
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


@pytest.mark.proves("C-15")
def test_no_element_that_wants_a_mail_address(root: etree._Element, all_of: AllOf) -> None:
    assert not all_of(root, "//managingEditor | //webMaster | //item/author")


@pytest.mark.proves("A-04", "X-08", "X-09")  # the laws of paging: test_paging.py
def test_a_long_feed_has_pages(new_item: NewItem, new_channel: NewChannel) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    notes = f"<p>{'word ' * 10_000}</p>"
    long = [
        new_item(f"e{number}", guid=f"g{number}", date=start + timedelta(days=number), notes=notes)
        for number in range(22)
    ]
    channel = new_channel(paged_feed=True)
    rendered = [
        Rendered(dataclasses.replace(head_of(item), enclosure=item.slug), xml)
        for item, xml in zip(long, render_items(long, channel), strict=True)
    ]
    pages = list(build_pages(channel, check_and_order(channel, rendered, may_be_empty=False)))
    assert [page.key for page in pages] == ["feed.xml", "feed/0001.xml"]
    assert all(len(page.content) < 1_000_000 for page in pages)
    guids = [node.text for page in pages for node in etree.fromstring(page.content).iter("guid")]
    assert guids == [f"g{number}" for number in range(21, -1, -1)]
    assert (
        list(build_pages(channel, check_and_order(channel, rendered, may_be_empty=False))) == pages
    )


POST = """<!doctype html><html><head><title>x</title></head><body>
<h1>Why bridges hum</h1><p>“It asks” (<a href="https://cdn.example.org/show/e.html#q-1">1:13</a>)</p>
<script>alert(1)</script></body></html>"""


@pytest.mark.proves("I-14")
def test_link_posts_have_a_feed_of_their_own(
    new_item: NewItem, new_channel: NewChannel, all_of: AllOf, one: One, build_feed: BuildFeed
) -> None:
    item = new_item()
    channel = new_channel()
    content = build_post_feed(channel, [Post(head_of(item), POST)], overrides={})
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
    noted = POST.replace("It asks", 'It asks<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup>')
    feed = build_post_feed(channel, [Post(head_of(item), noted)], overrides={})
    said = one(etree.fromstring(feed), "//item/description")
    assert "It asks<sup><a>[1]</a></sup>" in said, "among other posts its anchors lead elsewhere"
    german = build_post_feed(new_channel(language="de"), [Post(head_of(item), POST)], overrides={})
    assert one(etree.fromstring(german), "channel/title").endswith(": Linkbeiträge")
    many = [Post(head_of(item), POST)] * 60
    assert (
        len(all_of(etree.fromstring(build_post_feed(channel, many, overrides={})), "//item")) == 50
    )
    assert not all_of(etree.fromstring(build_feed(channel, [item])), "//item[not(enclosure)]")


def proved() -> set[str]:
    """The ids at all tests: `@pytest.mark.proves("X-01", "X-04")`."""
    found: set[str] = set()
    for path in Path(__file__).parents[1].rglob("test_*.py"):
        for marks in re.findall(
            r"^@pytest\.mark\.proves\(([^)]*)\)", path.read_text("utf-8"), re.M
        ):
            found.update(re.findall(r'"([^"]+)"', marks))
    return found


def test_no_requirement_is_forgotten() -> None:
    assert proved() | NOT_APPLICABLE == ROWS
    assert not proved() & NOT_APPLICABLE


def test_the_rows_are_those_of_the_list(shared: Path) -> None:
    text = (shared / "research/feed-requirements.md").read_text("utf-8")
    assert set(re.findall(r"^\| ([A-Z]-\d\d[a-z]?) \|", text, re.M)) == ROWS


def test_the_help_gives_a_reason_for_each_row_that_does_not_apply() -> None:
    page = (Path(__file__).parents[2] / "pipeline/help/feed.md").read_text("utf-8")
    (told,) = re.findall(r"Not applicable: .*", page)
    assert set(re.findall(r"\b[A-Z]-\d\d\b", told)) == NOT_APPLICABLE
