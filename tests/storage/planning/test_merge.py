"""Three ways to one feed, by GUID."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.contents.live_feed import LiveFeed, read_feed, read_pages
from pipeline.storage.planning.merge import Intent, Merged, merge

HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n<rss{ns} version='2.0'>\n  <channel>\n"
    "    <title>{title}</title>\n"
    "    <lastBuildDate>Tue, 24 Nov 2026 08:00:00 +0000</lastBuildDate>\n"
)
TAIL = "  </channel>\n</rss>\n"


def item(guid: str, title: str = "", day: int = 1) -> str:
    return (
        f"    <item>\n      <title>{title or guid}</title><guid>{guid}</guid>"
        f"<pubDate>{day:02d} Nov 2026 08:00:00 +0000</pubDate>"
        f'<enclosure url="https://a.example/audio/{guid}-0123abcd.mp3" length="1"/></item>\n'
    )


def feed(*items: str, title: str = "S", ns: str = "") -> bytes:
    return (HEAD.format(title=title, ns=ns) + "".join(items) + TAIL).encode()


def three(ours: bytes, live: bytes, base: bytes | None, **intent: frozenset[str]) -> Merged:
    known = read_feed(base) if base is not None else None
    return merge(read_feed(ours), read_feed(live), known, Intent(**intent))  # type: ignore[arg-type]


def titles(merged: Merged) -> list[str]:
    return [each.title for each in read_feed(merged.content).items.values()]


def test_the_same_is_left_alone_to_the_byte() -> None:
    ours = feed(item("a"), item("b"))
    assert three(ours, ours, ours).content == ours
    assert three(ours, feed(item("a")), feed(item("a"))).content == ours


def test_an_episode_from_elsewhere_is_kept_in_its_place() -> None:
    merged = three(
        feed(item("mine", day=3), item("old", day=1)),
        feed(item("theirs", day=2), item("old", day=1)),
        feed(item("old", day=1)),
    )
    assert titles(merged) == ["mine", "theirs", "old"]
    assert merged.kept == ("theirs",)
    assert b"<lastBuildDate>Tue, 03 Nov 2026" in merged.content


def test_merging_is_the_same_from_both_sides() -> None:
    base = feed(item("old"))
    mine, theirs = feed(item("m", day=3), item("old")), feed(item("t", day=2), item("old"))
    assert three(mine, theirs, base).content == three(theirs, mine, base).content


def test_what_this_clone_dropped_is_not_kept() -> None:
    merged = three(feed(item("a")), feed(item("b"), item("a")), feed(item("b"), item("a")))
    assert titles(merged) == ["a"]
    assert three(feed(item("a")), feed(item("b")), feed(), removed=frozenset({"b"})).is_ours


def test_what_was_taken_out_elsewhere_stays_out_until_it_is_published_by_name() -> None:
    ours = feed(item("b"), item("a"))
    merged = three(ours, feed(item("a")), ours)
    assert (titles(merged), merged.left_out) == (["a"], ("b",))
    assert three(ours, feed(item("a")), ours, published=frozenset({"b"})).content == ours


def test_what_was_changed_elsewhere_stays_so() -> None:
    base = feed(item("a", "old"))
    merged = three(base, feed(item("a", "theirs")), base)
    assert (titles(merged), merged.theirs) == (["theirs"], ("a",))
    merged = three(feed(item("a", "mine")), base, base)
    assert titles(merged) == ["mine"]


def test_what_both_changed_is_a_danger_by_name() -> None:
    merged = three(feed(item("a", "mine")), feed(item("a", "theirs")), feed(item("a", "old")))
    assert [danger.name for danger in merged.dangers] == ["changed-elsewhere:a"]
    assert titles(merged) == ["mine"]


def test_the_show_s_own_texts_merge_too() -> None:
    base = feed(item("a"))
    merged = three(base, feed(item("a"), title="Theirs"), base)
    assert merged.their_channel
    assert b"<title>Theirs</title>" in merged.content
    assert not three(feed(title="Mine"), feed(title="Theirs"), base).their_channel


def test_a_show_that_both_have_changed_is_a_danger_by_name() -> None:
    """One changed the title, the other the language: neither feed holds both."""

    def of(title: str, language: str) -> bytes:
        return feed(title=title).replace(b"</title>", f"</title><x>{language}</x>".encode(), 1)

    base, theirs = of("S", "en"), of("Theirs", "en")
    merged = three(of("S", "de"), theirs, base)
    assert [danger.name for danger in merged.dangers] == ["show-changed-elsewhere"]
    assert "the show's title was changed from another clone" in merged.dangers[0].message
    assert not three(of("Theirs", "de"), theirs, base).dangers, "what they changed is in ours"
    assert not three(of("S", "de"), base, base).dangers


def test_prefixes_come_along_and_never_change_their_meaning() -> None:
    theirs = feed(item("t"), ns=' xmlns:x="urn:x"')
    merged = three(feed(item("m"), ns=' xmlns:y="urn:y"'), theirs, feed())
    assert set(read_feed(merged.content).namespaces) == {"xmlns:x", "xmlns:y"}
    clash = three(feed(item("m"), ns=' xmlns:x="urn:other"'), theirs, feed())
    assert titles(clash) == ["m"], "the judge of dangers calls the other one gone"


def test_an_item_of_another_encoding_is_not_copied() -> None:
    theirs = feed(item("t", "Ü")).decode().replace("UTF-8", "ISO-8859-1").encode("latin-1")
    assert read_feed(theirs).items["t"].title == "Ü"
    assert titles(three(feed(item("m")), theirs, feed())) == ["m"]


def test_an_item_on_an_older_page_was_not_taken_out() -> None:
    ours = feed(item("b"), item("a"))
    live = (
        feed(item("b"))
        .replace(b"    <title>", b'    <a:link rel="prev-archive" href="u"/><title>', 1)
        .replace(b"<rss", b'<rss xmlns:a="urn:a"')
    )
    assert three(ours, live, ours).left_out == ()


@given(
    st.sets(st.sampled_from("abcdef")),
    st.sets(st.sampled_from("abcdef")),
    st.sets(st.sampled_from("abcdef")),
)
def test_nobody_s_new_episode_is_ever_lost(
    base: set[str], mine: set[str], theirs: set[str]
) -> None:
    def of(names: set[str]) -> bytes:
        return feed(*(item(name) for name in sorted(names)))

    found = set(read_feed(three(of(mine), of(theirs), of(base)).content).items)
    assert found >= (mine - base) | (theirs - base)
    assert found == (mine & theirs) | (mine - base) | (theirs - base)


def test_an_empty_feed_takes_everything_over() -> None:
    merged = merge(read_feed(feed()), read_feed(feed(item("a"))), LiveFeed(), Intent())
    assert titles(merged) == ["a"]


LINKED = b'\n    <atom:link href="https://a.example/%s" rel="%s"/>'


def paged(newest: str, oldest: str, title: str = "S") -> dict[str, bytes]:
    """A feed of two pages."""
    ns = ' xmlns:atom="http://www.w3.org/2005/Atom"'
    pages = {}
    for key, names, link in (
        ("feed.xml", newest, (b"feed/0001.xml", b"next")),
        ("feed/0001.xml", oldest, (b"feed.xml", b"current")),
    ):
        links = LINKED % (key.encode(), b"self") + LINKED % link
        page = feed(*map(item, names), title=title, ns=ns)
        pages[key] = page.replace(b"</title>", b"</title>" + links, 1)
    return pages


def test_each_item_stays_on_its_page() -> None:
    ours, live = read_pages(paged("dc", "ba")), read_pages(paged("edc", "bxa"))
    merged = merge(ours, live, read_pages(paged("dc", "ba")), Intent())
    assert merged.kept == ("e", "x")
    found = {key: set(read_feed(content).items) for key, content in merged.pages.items()}
    assert found == {"feed.xml": set("edc"), "feed/0001.xml": set("bxa")}
    same = merge(ours, read_pages(paged("dc", "ba")), ours, Intent())
    assert same.pages == paged("dc", "ba")


def test_pages_that_this_clone_lacks_stay_as_they_are_but_for_their_items() -> None:
    live = paged("dc", "ba")
    merged = merge(read_feed(feed(item("e"))), read_pages(live), LiveFeed(), Intent())
    assert merged.pages["feed/0001.xml"] == live["feed/0001.xml"]
    found = read_pages(merged.pages)
    assert set(found.items) == set("edcba")
    assert found.older_url == "https://a.example/feed/0001.xml"
    without = Intent(removed=frozenset("a"))
    merged = merge(read_feed(feed(item("e"))), read_pages(live), LiveFeed(), without)
    assert set(read_feed(merged.pages["feed/0001.xml"]).items) == {"b"}


def test_the_show_s_own_texts_merge_on_every_page_and_pages_stay_linked() -> None:
    base = read_pages(paged("cd", "ab"))
    merged = merge(base, read_pages(paged("cd", "ab", "Theirs")), base, Intent())
    assert merged.their_channel
    for key, content in merged.pages.items():
        assert b"<title>Theirs</title>" in content
        assert read_feed(content).older_url == base.pages[key].older_url
        assert set(read_feed(content).items) == set(base.pages[key].items)
    unpaged = read_feed(feed(item("a"), title="Theirs", ns=' xmlns:atom="x"').replace(
        b"</title>", b"</title>" + LINKED % (b"feed.xml", b"self"), 1
    ))  # fmt: skip
    merged = merge(base, unpaged, base, Intent(published=frozenset("abcd")))
    assert merged.their_channel
    assert b"<title>Theirs</title>" in merged.content
    assert read_feed(merged.content).older_url == "https://a.example/feed/0001.xml"
