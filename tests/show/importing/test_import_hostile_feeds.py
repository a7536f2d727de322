"""Feeds in which one value after the other is hostile: an import ends, and lists what it lost."""

import copy
import datetime as dt
import json
import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pydantic import TypeAdapter

from pipeline.feeds.importing.foreign import read_channel
from pipeline.feeds.importing.foreign_html import bounded, clean_notes
from pipeline.feeds.importing.foreign_values import Losses, instant, line, web_address
from pipeline.feeds.importing.migrated_items import Migrated, migrate_items
from pipeline.feeds.importing.migration import show_values
from pipeline.settings.fields import ShortLine
from pipeline.workspace import Workspace

SHORT_LINE: TypeAdapter[str] = TypeAdapter(ShortLine)
RunImport = Callable[..., Result]
Mutation = tuple[str, str | None, str]  # where, which attribute (None: the text), what instead

#: A feed with every tag that is read; its second item is nobody's target.
WHOLE = (Path(__file__).parent / "whole_feed.xml").read_bytes()
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

ADDRESSES = [
    "http://[x", "https://[x/", "https://x.example:99999/", "https://x.example:²/", "http://", "//x",
    "https://x.example:0/", "https://xn--/", "https://a..b/", f"https://{'a' * 70}.example/", "#",
    "https://user:pw@x.example/", "https://x.example/é y", "file:///etc/passwd", "javascript:alert(1)",
    "../../../etc/passwd", "https://bücher.example/", "https://x.example/" + "x" * 9000,
]  # fmt: skip
NUMBERS = [
    "²", "٣", "-1", "0", "1" * 5000, "1e999", "nan", "inf", "1.5", "5.", "+5", "1_000", "０", "0x10",
    "9" * 18, "00:99:99", "99999999:00:00", "١٢:٣٤", "1:٢:3", "1:2:3.4.5", "²:00",
]  # fmt: skip
DATES = [
    "Fri, 31 Dec 9999 23:59:59 -1200", "Sat, 01 Jan 0001 00:00:00 +1200", "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+14:00", "Thu, 02 May 2024 12:00:00 +9999", "Thu, 99 May 2024 99:00:00 +0200",
    "Thu, 02 May 20240000000000000000000 12:00:00 +0200",
]  # fmt: skip
TEXTS = [
    "", " ", "<b></b>", "<p></p>", "<!-- -->", "<html></html>", "&lt;b&gt;", "&amp;amp;amp;", "\u200b",
    "<![CDATA[x]]>", "]]>", "x" * 100_000, "\u202e", "\ufffd", "\ue000", "\U0010ffff", "é" * 300,
    "a\tb\nc", "'\"\\", "{{ 7*7 }}", "{% raw %}", "<div>" * 3000, "<a " * 5000, "&" * 5000, "\r",
    "geo:1,2;" + "x" * 9000, "FREQ=WEEKLY;COUNT=3", "de-DE-" + "x" * 200, "xx_YY", "yes", "&a&#127;mp;",
    "<!<![[CDATA[", "".join(f"<b a{n}><p>" for n in range(3000)), "<ul><li>" * 5000,
]  # fmt: skip
VALUES = [*ADDRESSES, *NUMBERS, *DATES, *TEXTS]


def spots(root: etree._Element) -> Iterator[tuple[str, str | None]]:
    """Every attribute, and every text, of the channel and its first item."""
    tree = root.getroottree()
    for element in root.iter(etree.Element):
        path = tree.getpath(element)
        if "/item[2]" not in path:
            yield from ((path, name) for name in map(str, element.attrib))
            if len(element) == 0:
                yield path, None


SPOTS = list(spots(etree.fromstring(WHOLE)))
OF_ITEM = [spot for spot in SPOTS if "/item" in spot[0]]
OF_CHANNEL = [spot for spot in SPOTS if spot not in OF_ITEM]


def mutated(mutation: Mutation, content: bytes = WHOLE) -> bytes:
    path, attribute, value = mutation
    root = copy.deepcopy(etree.fromstring(content))
    found = root.xpath(path, namespaces={key: uri for key, uri in root.nsmap.items() if key})
    assert isinstance(found, list)
    (element,) = found
    assert isinstance(element, etree._Element)
    if attribute:
        element.set(attribute, value)
    else:
        element.text = value
    return etree.tostring(root)


def read(content: bytes) -> tuple[dict[str, object], list[Migrated], Losses]:
    """What an import makes of a feed, without writing it."""
    channel, _ = read_channel(content, "feed")
    values, losses = show_values(channel, ""), channel.losses
    return values, migrate_items(channel.all("item"), lambda _: 0, losses, NOW), losses


def test_there_are_enough_hostile_feeds() -> None:
    assert len(SPOTS) * len(VALUES) > 8000


@pytest.mark.parametrize("turn", range(4))
def test_a_hostile_value_ends_with_an_import(
    workspace: Workspace, run_import: RunImport, tmp_path: Path, turn: int
) -> None:
    """Every spot once and every value once, as whole imports; all of them below, without files.

    One of the channel goes with one of an item: neither is read because of the other.
    """
    for number in range(turn, max(len(OF_CHANNEL), len(OF_ITEM)), 4):
        pair = [
            (*places[number % len(places)], VALUES[((2 * number + which) * 7) % len(VALUES)])
            for which, places in enumerate((OF_CHANNEL, OF_ITEM))
        ]
        root = tmp_path / f"show{number}"
        shutil.copytree(workspace.root, root)
        (root / "old.xml").write_bytes(mutated(pair[1], mutated(pair[0])))
        done = run_import(Workspace(root), str(root / "old.xml"), "--json")
        assert done.exit_code == 0, (pair, done.output)
        assert "two" in json.loads(done.stdout)["imported"], pair
        assert (root / "feed/build/feed.xml").is_file(), pair


def test_every_value_in_every_place_is_a_value_or_a_loss() -> None:
    """Six hundred of them, others each time."""
    cases = [(*spot, value) for spot in SPOTS for value in VALUES if len(value) < 10_000]
    for mutation in random.sample(cases, 600):
        _, episodes, _ = read(mutated(mutation))
        assert [episode.slug for episode in episodes][-1:] == ["two"], mutation


@pytest.mark.parametrize(
    "change", ["gone", "twice", "in itself", "empty", "without namespace", "often"]
)
def test_any_tag_that_is_gone_or_doubled_or_nested(change: str) -> None:
    for path in dict.fromkeys(path for path, _ in SPOTS):
        root = copy.deepcopy(etree.fromstring(WHOLE))
        found = root.xpath(path, namespaces={key: uri for key, uri in root.nsmap.items() if key})
        assert isinstance(found, list)
        element = found[0]
        assert isinstance(element, etree._Element)
        parent = element.getparent()
        if parent is None:
            continue
        if change == "gone":
            parent.remove(element)
        elif change == "in itself":
            element.append(copy.deepcopy(element))
        elif change == "empty":
            element.clear()
        elif change == "without namespace":
            element.tag = str(element.tag).rpartition("}")[2]
        else:
            for _ in range(1 if change == "twice" else 50):
                parent.insert(0, copy.deepcopy(element))
        _, episodes, _ = read(etree.tostring(root))
        assert episodes[-1].slug == "two"


@given(
    st.sampled_from(SPOTS),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00", min_codepoint=32), max_size=60),
)
@settings(max_examples=200, deadline=None)
def test_any_text_in_any_place(spot: tuple[str, str | None], text: str) -> None:
    try:
        content = mutated((*spot, text))
    except ValueError:
        return  # what XML cannot hold no feed does
    _, episodes, _ = read(content)
    assert episodes[-1].slug == "two"


@given(st.text(max_size=200))
def test_a_line_is_one_that_a_feed_can_carry(text: str) -> None:
    if found := line(text, 100, "a line", Losses()):
        assert SHORT_LINE.validate_python(found) == found


@given(st.text(max_size=80) | st.from_regex(r"https?://[^/]{0,20}/?.{0,20}", fullmatch=True))
def test_an_address_is_one_or_none(text: str) -> None:
    try:
        found = web_address(text)
    except ValueError:
        return
    assert found.isascii()
    assert web_address(found) == found


@given(st.text(max_size=40) | st.datetimes(timezones=st.timezones()).map(lambda date: f"{date}"))
def test_a_date_is_one_that_can_be_reckoned_with(text: str) -> None:
    try:
        date = instant(text)
    except ValueError:
        return
    assert (date - dt.timedelta(days=1)).timestamp() < date.timestamp()


def test_each_loss_is_told_by_what_it_was() -> None:
    root = etree.fromstring(WHOLE)
    for path, attribute, value in [
        ("//channel/podcast:funding", "url", "http://[x"),
        ("//channel/link", None, "https://x.example:99999/"),
        ("//item[1]//podcast:valueRecipient", "split", "²"),
        ("//item[1]/itunes:duration", None, "١٢:٣٤"),
        ("//item[1]/podcast:soundbite", "startTime", "٣"),
        ("//item[1]/pubDate", None, "Fri, 31 Dec 9999 23:59:59 -1200"),
        ("//item[1]/title", None, "<b></b>"),
    ]:
        found = root.xpath(path, namespaces={key: uri for key, uri in root.nsmap.items() if key})
        assert isinstance(found, list)
        assert isinstance(found[0], etree._Element)
        if attribute:
            found[0].set(attribute, value)
        else:
            found[0].text = value
    told = "\n".join(read(etree.tostring(root))[2].sentences())
    for expected in (
        "<podcast:funding url> 'http://[x' is no web address: the show",
        "<link> 'https://x.example:99999/' is no web address: the show",
        "<podcast:valueRecipient split> '²' is no whole number: 'Untitled'",
        "<itunes:duration> '١٢:٣٤' is no duration: 'Untitled'",
        "<podcast:soundbite startTime> '٣' is no number of seconds: 'Untitled'",
        "the date 'Fri, 31 Dec 9999 23:59:59 -1200' is none and becomes 2000-01-01T23:59:00+00:00",
        "an item without a title is called Untitled: 'Untitled'",
    ):
        assert expected in told


@pytest.mark.parametrize(
    "markup", ["<div>" * 80_000, "".join(f"<b a{n}><p>" for n in range(20_000)), "<ul><li>" * 40_000]
)  # fmt: skip
def test_deep_html_becomes_plain_text_at_once(markup: str) -> None:
    losses = Losses()
    start = time.process_time()
    assert clean_notes(bounded(markup + "words", "a text", losses), losses, base="") in {
        "words",
        "",
    }
    assert time.process_time() - start < 5, "seconds; it did not finish in 400"
    assert "a text with more than 100 tags inside each other becomes plain text" in losses.lines


def test_many_items_of_one_name_and_one_moment_take_no_time() -> None:
    items = "".join(
        f"<item><title>News</title><guid>{n}</guid><pubDate>Thu, 02 May 2024 12:00:00 GMT</pubDate>"
        f'<enclosure url="https://x.example/{n}.mp3" length="1" type="audio/mpeg"/></item>'
        for n in range(4000)
    )
    _, episodes, _ = read(f"<rss><channel>{items}</channel></rss>".encode())
    assert len({episode.slug for episode in episodes}) == 4000
    assert len({episode.values["date"] for episode in episodes}) == 4000


def test_items_behind_a_text_that_libxml2_finds_too_long_are_kept() -> None:
    """Without `huge_tree` the feed ended there, and "not well-formed" it was not."""
    text = b"<![CDATA[" + b"words " * 1_700_000 + b"]]>"
    channel, problems = read_channel(WHOLE.replace(b"Words.", text, 1), "feed")
    assert problems == []
    assert [each.body("guid") for each in channel.all("item")] == ["g1", "g2"]


def test_half_a_character_is_no_fault_of_ours() -> None:
    for code in (b"&#xD83D;", b"&#55357;", b"&#x00dfff;", b"&#xD800;&#0;&#x1F600;&#1;"):
        content = WHOLE.replace(b"Words.", code).replace(b"<title>One", b"<title>One" + code)
        for written in (content, content.decode().encode("utf-16")):
            _, episodes, _ = read(written)
            assert [episode.slug for episode in episodes] == ["one", "two"]


@pytest.mark.parametrize(
    "said", [b"", b'<?xml version="1.0"?>', b"<?xml version='1.0' encoding='UTF-8'?>"]
)
def test_letters_of_an_older_encoding_that_nobody_names(said: bytes) -> None:
    """A header may have said it, or a plugin put another text into a feed in UTF-8."""
    older = "Möbel – für “Ada”".encode("cp1252")
    words = b"<title>" + older + " ☕".encode() + b" &amp;amp; \xf0\x9f\x98</title>"
    content = said + WHOLE[WHOLE.index(b"<rss") :].replace(b"<title>One</title>", words)
    _, problems = read_channel(content, "feed")
    assert problems == [
        "it is not all UTF-8, and names no other encoding: what is not is read as Windows-1252"
    ]
    assert read(content)[1][0].values["title"] == "Möbel – für “Ada” ☕ & \ufffd"


def test_items_that_contradict_each_other_agree_afterwards(
    workspace: Workspace, run_import: RunImport
) -> None:
    season = b'<itunes:season>2</itunes:season><podcast:season name="Small">2</podcast:season>'
    content = WHOLE.replace(b"<title>Two</title>", b"<title>Two</title>" + season)
    (workspace.root / "old.xml").write_bytes(content.replace(b"episodic", b"serial"))
    done = run_import(workspace, str(workspace.root / "old.xml"), "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["imported"] == ["one", "two"]
    told = "\n".join(report["not_kept"])
    assert "season 2 is called 'Small', and 'Big' before: 'Two'" in told
    assert (
        "a serial show needs each episode's number, and 1 of 2 have none: it becomes episodic"
        in told
    )
