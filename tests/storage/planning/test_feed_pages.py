"""A long feed is one feed: what is on its older pages is compared, merged and put back too."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest

from pipeline.errors import Refused
from pipeline.feeds.contents.live_feed import LiveFeed
from pipeline.storage.planning.feed_pages import whole_feed
from pipeline.storage.planning.inventory import Inventory, digits_of, find_inventory, inventory_key
from pipeline.storage.planning.live import NOTHING
from pipeline.storage.planning.merge import Intent
from pipeline.storage.planning.plan import Plan, Sides, make_plan
from pipeline.storage.release.release import ReleaseReport, release
from pipeline.storage.release.rollback import rollback
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.public import ask
from pipeline.storage.store.release_object import FEED_TYPE

ITEM = (
    "<item><guid>{0}</guid><title>Number {0}</title><pubDate>{1} Nov 2026 08:00:00 +0000</pubDate>"
    '<enclosure url="https://elsewhere.example/{0}.mp3" length="1" type="audio/mpeg"/></item>'
)
PAGE = (
    '<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>S</title>'
    '<atom:link href="{own}" rel="self"/>{links}{items}</channel></rss>'
)
OLDER = "feed/0001.xml"


def row(name: str, day: int = 20) -> str:
    return ITEM.format(name, day)


@dataclasses.dataclass
class Clone:
    """Somebody who publishes a long show: the newest items, and those of the only older page."""

    desk: Any
    newest: list[str]
    oldest: list[str]
    base: bytes = NOTHING
    past: Inventory = dataclasses.field(default_factory=Inventory)

    @property
    def feed(self) -> bytes:
        base = self.desk.store.base_url
        link = f'<atom:link href="{base}{OLDER}" rel="next"/>' if self.oldest else ""
        return PAGE.format(own=f"{base}feed.xml", links=link, items="".join(self.newest)).encode()

    @property
    def objects(self) -> Any:
        own = f"{self.desk.store.base_url}{OLDER}"
        page = PAGE.format(own=own, links="", items="".join(self.oldest))
        self.desk.file(OLDER, page.encode(), FEED_TYPE)
        return self.desk.objects if self.oldest else ()

    def sides(self, removed: frozenset[str]) -> Sides:
        """As a host's: every episode's folder is here, and the feed was made of what was live."""
        folders = {
            guid: guid for page in (self.newest, self.oldest) for guid in _guids("".join(page))
        }
        folders |= {guid: guid for guid in removed}
        seen = frozenset(live(self.desk.store).items)
        return Sides(self.base, Intent(removed=removed, slugs=folders, seen=seen), past=self.past)

    def release(self, removed: str = "", **options: Any) -> ReleaseReport:
        desk, sides = self.desk, self.sides(frozenset(removed))
        report = release(
            desk.store, [*self.objects], self.feed,
            sides=sides, progress=desk.silent, **options,
        )  # fmt: skip
        self.base, self.past = report.feed, report.public
        return report

    def plan(self, removed: str = "", sides: Sides | None = None) -> Plan:
        store, sides = self.desk.store, sides or self.sides(frozenset(removed))
        return make_plan(
            store,
            [*self.objects],
            self.feed,
            allow=(),
            sides=sides,
            scratch=self.desk.folder,
        )


@pytest.fixture
def clone(store: ObjectStore, new_desk: Callable[[ObjectStore, str], Any]) -> Callable[..., Clone]:
    def make(name: str, newest: str = "dc", oldest: str = "ba") -> Clone:
        days = {letter: day for day, letter in enumerate("abcdefgh", 1)}
        first, second = ([row(each, days[each]) for each in part] for part in (newest, oldest))
        return Clone(new_desk(store, name), first, second)

    return make


def live(store: ObjectStore) -> LiveFeed:
    content = (store.get("feed.xml") or [NOTHING])[0]
    known = find_inventory(store, digits := digits_of(content), [inventory_key(digits)])
    return whole_feed(store, content, known.inventory.files, {})


def seen_by_listeners(store: ObjectStore) -> list[str]:
    """The GUIDs as an app that follows the pages gets them."""
    keys = ("feed.xml", OLDER)
    return [guid for key in keys for guid in _guids(ask(store.base_url + key).body.decode())]


def _guids(content: str) -> list[str]:
    return re.findall("<guid>(.*?)<", content)


def test_an_older_page_under_a_key_that_is_not_ours_is_nobodys_fault(store: ObjectStore) -> None:
    link = f'<atom:link href="{store.base_url}Archive/2019.xml" rel="next"/>'
    page = PAGE.format(own=f"{store.base_url}feed.xml", links=link, items=row("a"))
    found = whole_feed(store, page.encode(), {}, {})
    assert ([*found.items], found.is_whole) == (["a"], False)


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("<guid>a<", "<guid>z<", "guid-changed:z"),
        ("1 Nov", "2 Nov", "date-moved:a"),
        ('a.mp3" length="1"', 'other.mp3" length="2"', "enclosure-changed:a"),
        (row("a", 1), "", "item-gone:a"),
    ],
)
def test_what_is_dangerous_on_an_older_page_is_named_and_refused(
    clone: Callable[..., Clone], old: str, new: str, name: str
) -> None:
    one = clone("one")
    one.release()
    before = seen_by_listeners(one.desk.store)
    one.oldest = [each.replace(old, new) for each in one.oldest]
    plan = one.plan()
    assert [danger.name for danger in plan.refused] == [name]
    assert [change.item.guid for change in plan.changes] == ["z" if "guid-" in name else "a"]
    with pytest.raises(Refused, match="'Number a'"):
        one.release()
    assert seen_by_listeners(one.desk.store) == before == ["d", "c", "b", "a"]
    one.release(allow=[name])


def test_what_is_taken_out_of_an_older_page_is_counted(clone: Callable[..., Clone]) -> None:
    one = clone("one")
    one.release()
    one.oldest.pop()
    plan = one.plan(removed="a")
    assert [(change.kind, change.item.guid) for change in plan.changes] == [("gone", "a")]
    assert (plan.items, plan.unchanged, plan.dangers) == (3, 3, ())
    one.release(removed="a")
    assert seen_by_listeners(one.desk.store) == ["d", "c", "b"]


def test_an_older_page_that_is_as_here_is_not_asked_for(
    clone: Callable[..., Clone], wire: Any
) -> None:
    one, gets = clone("one"), list[str]()
    one.release()
    sides = one.sides(frozenset())
    wire.on("before-send.s3.GetObject", lambda request, **_: gets.append(str(request.url)))
    one.newest.insert(0, row("e", 5))
    assert [change.item.guid for change in one.plan(sides=sides).changes] == ["e"]
    assert not [url for url in gets if url.endswith(OLDER)]
    clone("two", oldest="bah").plan(sides=sides)
    assert [url for url in gets if url.endswith(OLDER)], "it is asked for where it is not as here"


def test_who_has_the_latest_episodes_only_keeps_the_older_pages(
    clone: Callable[..., Clone],
) -> None:
    one, two = clone("one"), clone("two", newest="e", oldest="")
    one.release()
    report = two.release()
    assert set(report.sent) == {"feed.xml"}
    assert seen_by_listeners(one.desk.store) == ["e", "d", "c", "b", "a"]
    one.oldest.pop()
    one.release(removed="a")
    assert seen_by_listeners(one.desk.store) == ["e", "d", "c", "b"]
    two.release()
    assert seen_by_listeners(one.desk.store) == ["e", "d", "c", "b"]


def test_two_who_write_into_one_older_page_are_merged(
    clone: Callable[..., Clone], wire: Any
) -> None:
    """Another publishes an episode of long ago after we have looked, and before we write the page."""
    one, two = clone("one"), clone("two")
    one.release()
    two.base = one.base
    one.oldest.append(row("f", 1))
    two.oldest.append(row("g", 1))
    others = [two]

    def just_before_the_page(request: AWSRequest, **_: Any) -> None:
        if str(request.url).endswith(OLDER) and others:
            others.pop().release()

    wire.on("before-send.s3.PutObject", just_before_the_page)
    one.release()
    assert not others
    assert sorted(seen_by_listeners(one.desk.store)) == ["a", "b", "c", "d", "f", "g"]
    for each in (one, two, one):
        each.release()
        assert sorted(seen_by_listeners(one.desk.store)) == ["a", "b", "c", "d", "f", "g"]


def test_a_page_of_a_release_that_was_killed_takes_nothing_out(
    clone: Callable[..., Clone], wire: Any
) -> None:
    """Its page is there, its feed is not: the item that it moved to the feed is on neither."""
    one = clone("one")
    one.release()
    kill = True

    def before_the_feed(request: AWSRequest, **_: Any) -> None:
        if kill and str(request.url).endswith("feed.xml"):
            raise KeyboardInterrupt

    wire.on("before-send.s3.PutObject", before_the_feed)
    mover = clone("mover", newest="dcb", oldest="a")
    mover.base = one.base
    with pytest.raises(KeyboardInterrupt):
        mover.release()
    kill = False
    assert seen_by_listeners(one.desk.store) == ["d", "c", "a"]
    assert list(live(one.desk.store).items) == ["d", "c", "b", "a"]
    one.newest.insert(0, row("e", 5))
    one.release()
    assert seen_by_listeners(one.desk.store) == ["e", "d", "c", "b", "a"]


def test_a_rollback_says_what_it_does_to_older_pages_and_does_it(
    clone: Callable[..., Clone],
) -> None:
    one = clone("one")
    one.release()
    one.oldest.append(row("f", 1))
    one.release()
    store = one.desk.store
    assert live(store).is_whole
    planned = rollback(store, dry_run=True)
    assert planned.changes == ("'Number f' vanishes from the feed",)
    assert planned.episodes == 4
    rollback(store)
    assert seen_by_listeners(store) == ["d", "c", "b", "a"]


def test_a_feed_of_an_older_version_is_read_as_listeners_get_it(
    clone: Callable[..., Clone], tmp_path: Path
) -> None:
    one = clone("one")
    store = one.desk.store
    (page,) = one.objects
    store.put(OLDER, page.path.read_bytes(), FEED_TYPE)
    store.put("feed.xml", one.feed, FEED_TYPE)
    found = live(store)
    assert list(found.items) == ["d", "c", "b", "a"]
    assert not found.is_whole, "nobody has written down which page belongs to it"
    assert one.plan().sent == ()
    store.put(OLDER, b"<rss>", FEED_TYPE)
    assert list(live(store).items) == ["d", "c"]
    store.delete(OLDER)
    assert list(live(store).items) == ["d", "c"]
