import pytest

from pipeline.errors import StorageError
from pipeline.feeds.contents.live_feed import LiveFeed, read_feed
from pipeline.storage.planning.changes import dangers, show_changes, show_dangers

ITEM = (
    "<item><guid>{guid}</guid><title>{title}</title><pubDate>{date}</pubDate>"
    '<enclosure url="{url}" length="{length}" type="audio/mpeg"/></item>'
)
DATE = "Tue, 24 Nov 2026 08:00:00 +0000"


def item(guid: str = "g1", **changes: str) -> str:
    values = {
        "title": "A &amp; B",
        "date": DATE,
        "url": f"https://a.example/audio/{guid}-0123abcd.mp3",
        "length": "10",
    }
    return ITEM.format(guid=guid, **(values | changes))


def feed(*items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>S</title>{''.join(items)}</channel></rss>".encode()


def names(old: bytes, new: bytes) -> list[str]:
    return [danger.name for danger in dangers(read_feed(old), read_feed(new))]


def test_items_and_addresses_are_read() -> None:
    content = feed(
        '<image href="https://a.example/art.jpg"><title>not the item</title></image>',
        item().replace(
            "</item>", "<podcast:person><title>nor this</title></podcast:person></item>"
        ),
    )
    found = read_feed(content)
    (only,) = found.items.values()
    assert (only.guid, only.title, only.date, only.length) == ("g1", "A & B", DATE, "10")
    assert found.urls == {only.enclosure, "https://a.example/art.jpg"}


def test_a_title_cannot_steer_the_terminal() -> None:
    (only,) = read_feed(feed(item(title="A\u009b2J\u202eB"))).items.values()
    assert only.title == "A2JB"


def test_what_is_no_address_breaks_nothing() -> None:
    (only,) = read_feed(
        feed(item(url="http://[a.example/audio/g1-0123abcd.mp3?a#b"))
    ).items.values()
    assert (only.slug, only.has_our_key) == ("g1", True)
    (only,) = read_feed(feed(item(url="http://["))).items.values()
    assert (only.slug, only.has_our_key) == ("", False)


def test_an_item_without_guid_is_known_by_its_enclosure() -> None:
    assert list(read_feed(feed(item(guid=""))).items) == ["https://a.example/audio/-0123abcd.mp3"]


def test_new_episodes_titles_and_hosts_are_no_danger() -> None:
    moved = item(title="Better", url="http://b.example/x/audio/g1-0123abcd.mp3?token=1")
    assert names(feed(item()), feed(item("g2"), moved)) == []
    assert names(feed(item()), feed(item(date="Tue, 24 Nov 2026 09:00:00 +0100"))) == []


@pytest.mark.parametrize(
    ("new", "name"),
    [
        (feed(), "item-gone:g1"),
        (feed(item("g9", url="https://a.example/g1-0123abcd.mp3")), "guid-changed:g1"),
        (feed(item(url="https://a.example/g1-ffffffff.mp3")), "enclosure-changed:g1"),
        (feed(item(length="11")), "enclosure-changed:g1"),
        (feed(item(date="Tue, 24 Nov 2026 08:00:01 +0000")), "date-moved:g1"),
        (feed(item(date="soon")), "date-moved:g1"),
        (feed(item(url="https://a.example/audio/g2-0123abcd.mp3")), "renamed:g1"),
    ],
)
def test_what_apps_cannot_take_back_is_a_danger(new: bytes, name: str) -> None:
    assert names(feed(item()), new) == [name]


def test_how_a_changed_guid_is_put_back_is_told() -> None:
    new = feed(item("g9", url="https://a.example/audio/g1-0123abcd.mp3"))
    (danger,) = dangers(read_feed(feed(item())), read_feed(new))
    assert danger.message.endswith('its episode.toml says guid = "g1"')


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<rss>",
        b"not found",
        b'<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss/>',
        b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>',
        "<rss>\ufffe</rss>".encode("utf-16"),
    ],
)
def test_what_is_no_feed_or_tries_tricks_is_refused(content: bytes) -> None:
    with pytest.raises(StorageError, match="the feed"):
        read_feed(content)


SHOW = """<rss xmlns:itunes="i" xmlns:podcast="p" xmlns:atom="a"><channel><title>T</title>
<atom:link rel="self" href="https://a.example/feed.xml"/><lastBuildDate>now</lastBuildDate>
<language>en</language><itunes:author>Ada</itunes:author><itunes:owner><itunes:name>Ada</itunes:name>
<itunes:email>ada@example.org</itunes:email></itunes:owner><itunes:image href="https://a.example/1.jpg"/>
<itunes:category text="Science"><itunes:category text="Physics"/></itunes:category>
<itunes:explicit>false</itunes:explicit><podcast:guid>one</podcast:guid>
<podcast:locked owner="ada@example.org">yes</podcast:locked></channel></rss>"""


@pytest.mark.parametrize(
    ("old", "new", "field", "danger"),
    [
        ("<title>T<", "<title>U<", "title", ""),
        (">en<", ">de<", "language", ""),
        (">false<", ">true<", "explicit", ""),
        ("author>Ada<", "author>Bo<", "author", ""),
        ("name>Ada<", "name>Bo<", "owner name", ""),
        ("<itunes:email>ada", "<itunes:email>bo", "owner email", ""),
        ("Physics", "Chemistry", "category", ""),
        ("1.jpg", "2.jpg", "image", ""),
        (">yes<", ">no<", "locked", ""),
        ("guid>one<", "guid>two<", "guid", "show-guid-changed"),
        ("<podcast:guid>one</podcast:guid>", "", "guid", "show-guid-changed"),
        ("<language>", "<itunes:block>Yes</itunes:block><language>", "block", "show-blocked"),
        ("<language>", '<podcast:block id="apple">yes</podcast:block><language>', "block",
         "show-blocked"),
        ("<language>", "<itunes:complete>Yes</itunes:complete><language>", "complete",
         "show-complete"),
        ("<language>", "<itunes:new-feed-url>https://b.example/</itunes:new-feed-url><language>",
         "new-feed-url", "show-moved"),
        ("<language>", "<itunes:new-feed-url>https://a.example/feed.xml</itunes:new-feed-url>"
         "<language>", "new-feed-url", ""),
    ],
)  # fmt: skip
def test_what_the_show_says_of_itself_is_compared(
    old: str, new: str, field: str, danger: str
) -> None:
    before, after = (read_feed(text.encode()) for text in (SHOW, SHOW.replace(old, new)))
    assert [change.field for change in show_changes(before, after)] == [field]
    assert [each.name for each in show_dangers(before, after)] == [danger] * bool(danger)
    assert not list(show_changes(after, after))
    assert not list(show_dangers(after, after))
    assert not list(show_dangers(LiveFeed(), after)), "nobody has subscribed yet"


def test_dates_and_pages_are_not_the_show() -> None:
    other = SHOW.replace(">now<", ">then<").replace(
        "<language>", '<atom:link rel="next" href="https://a.example/2.xml"/><language>'
    )
    assert not list(show_changes(read_feed(SHOW.encode()), read_feed(other.encode())))
