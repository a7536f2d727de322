from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest

from pipeline.errors import StorageError
from pipeline.storage.planning.live import archive_key, last_archived, look
from pipeline.storage.release.garbage import collect
from pipeline.storage.release.history import history
from pipeline.storage.release.release import release
from pipeline.storage.release.rollback import rollback
from pipeline.storage.store.conditions import swap
from pipeline.storage.store.faults import Conflict
from pipeline.storage.store.object_store import Conditions, ObjectStore
from pipeline.storage.store.public import ask
from pipeline.storage.store.release_object import FEED_TYPE, ReleaseObject

ITEM = (
    "<item><guid>g{0}</guid><title>Number {0}</title>"
    '<enclosure url="http://elsewhere.example/{0}.mp3" length="1" type="audio/mpeg"/></item>'
)


def feed(items: int) -> bytes:
    rows = "".join(ITEM.format(number) for number in range(items))
    return f"<rss><channel><title>S</title>{rows}</channel></rss>".encode()


@pytest.fixture
def publish(store: ObjectStore) -> Callable[[int], str]:
    """Release a feed with so many items; two in one second have an order, too."""

    def run(items: int) -> str:
        done = release(store, [], feed(items), progress=lambda done, total, unit: None)
        return done.release_id

    return run


def test_a_release_is_taken_back_and_that_too(
    store: ObjectStore, publish: Callable[[int], str]
) -> None:
    first, second, third = publish(1), publish(2), publish(3)
    found = history(store)
    assert [each.id for each in found] == [third, second, first]
    assert [each.episodes for each in found] == [3, 2, 1]
    assert [each.live for each in found] == [True, False, False]
    assert [each.can_return for each in found] == [False, True, True]
    assert [each.sent for each in history(store, limit=1)] == [1]

    planned = rollback(store, 2, dry_run=True)
    assert (planned.target, planned.episodes) == (first, 1)
    assert planned.changes == (
        "'Number 1' vanishes from the feed",
        "'Number 2' vanishes from the feed",
    )
    assert ask(store.base_url + "feed.xml").body == feed(3)

    done = rollback(store)
    assert done.target == second
    assert ask(store.base_url + "feed.xml").body == feed(2)
    assert [each.id for each in history(store)] == [done.release_id, third, second, first]
    assert rollback(store).target == third
    assert ask(store.base_url + "feed.xml").body == feed(3)


def test_pages_that_were_released_alone_go_back_with_the_feed(
    store: ObjectStore, tmp_path: Path
) -> None:
    def publish(items: int, page: bytes) -> None:
        made = ReleaseObject("index.html", tmp_path, "", "text/html").holding(page, tmp_path)
        release(store, [made], feed(items), progress=lambda done, total, unit: None)

    publish(1, b"first")
    publish(2, b"second")
    assert rollback(store, dry_run=True).notes == ()
    publish(2, b"third")
    done = rollback(store)
    assert "left its feed as it was: what they changed goes back" in done.notes[0]
    assert ask(store.base_url + "index.html").body == b"first"


def test_releases_of_one_second_have_an_order(
    store: ObjectStore, publish: Callable[[int], str]
) -> None:
    """Their ids were ordered by a hash: history and rollback took a wrong one for the newest."""
    made = [publish(items) for items in (1, 2, 3)]
    for _ in range(4):
        done = rollback(store)
        assert done.target == made[-2]
        made.append(done.release_id)
    assert made == sorted(set(made)), "the same feed again is another release"
    found = history(store)
    assert [each.id for each in found] == made[::-1]
    assert [each.episodes for each in found] == [3, 2, 3, 2, 3, 2, 1]


@pytest.mark.parametrize("verdict", ["honoured", "ignored"])
def test_a_clock_that_was_set_back_makes_no_earlier_release(
    store: ObjectStore, verdict: Conditions
) -> None:
    store.conditions = verdict
    store.put("feed.xml", b"a", FEED_TYPE)
    for content, ahead in ((b"b", timedelta(hours=2)), (b"c", timedelta(90))):
        old = store.get("feed.xml")
        assert old is not None
        before = replace(old[1], modified=old[1].modified + ahead)
        swap(store, "feed.xml", (old[0], before), content, FEED_TYPE)
        now = store.head("feed.xml")
        assert now is not None
        assert now.modified == before.modified + timedelta(seconds=1)


@pytest.mark.parametrize(("weeks", "is_named_by_it"), [(6, True), (520, False)])
def test_releases_of_a_store_whose_clock_was_ahead_keep_their_order(
    store: ObjectStore, publish: Callable[[int], str], weeks: int, is_named_by_it: bool
) -> None:
    """History had the next one below those of the wrong clock, and rollback went back too far.

    Nor are all later ones named by a year that has not come.
    """
    clock, written = timedelta(0), dict[str, timedelta]()

    def write(parsed: dict[str, Any], **_: object) -> None:
        written[parsed.get("ETag", "")] = clock

    def tell(parsed: dict[str, Any], **_: object) -> None:
        if "LastModified" in parsed:
            parsed["LastModified"] += written.get(parsed["ETag"], timedelta(0))

    for client in (store.client, store.client_once):
        client.meta.events.register("after-call.s3.PutObject", write)
        client.meta.events.register("after-call.s3", tell)
    made = [publish(1)]
    clock = timedelta(weeks=weeks)
    made += [publish(2), publish(3)]
    assert history(store)[0].time - history(store)[-1].time >= clock
    clock = timedelta(0)
    made += [publish(4), publish(5), publish(6)]
    found = history(store)
    assert [each.id for each in found] == made[::-1]
    assert (made[3] > made[2]) is is_named_by_it
    assert made[3] < made[4] < made[5]
    assert found[0].time - found[-1].time < timedelta(weeks=1), "none is later than the next one"
    kept = [archive_key(each) for each in made[-2::-1]]
    assert last_archived(store, look(store)) == kept, "what may be collected goes by it, too"
    assert rollback(store, 4).target == made[1]
    assert rollback(store, 2).target == made[4]


def test_what_cannot_be_taken_back_is_said(
    store: ObjectStore, publish: Callable[[int], str]
) -> None:
    assert history(store) == []
    with pytest.raises(StorageError, match="nothing was released yet"):
        rollback(store)
    publish(1)
    with pytest.raises(StorageError, match="there are 0 earlier releases"):
        rollback(store)


def test_a_feed_that_points_to_what_is_gone_is_not_put_back(
    store: ObjectStore, publish: Callable[[int], str]
) -> None:
    store.put("audio/a.mp3", b"a", "audio/mpeg")
    gone = feed(1).replace(
        b"http://elsewhere.example/0.mp3", store.base_url.encode() + b"audio/a.mp3"
    )
    store.put("feed.xml", gone, FEED_TYPE)
    publish_allowed = release(
        store,
        [],
        feed(1),
        allow=["enclosure-changed:g0"],
        progress=lambda done, total, unit: None,
    )
    assert publish_allowed.feed_changed
    store.delete("audio/a.mp3")
    with pytest.raises(StorageError, match=r"audio/a\.mp3"):
        rollback(store)


def test_a_release_whose_record_was_never_written_is_still_known(
    store: ObjectStore, publish: Callable[[int], str]
) -> None:
    first, second = publish(1), publish(2)
    for name in (first, second):
        store.delete(f"releases/{name}.json")
    found = history(store)
    assert [(each.id, each.episodes, each.live) for each in found] == [
        (second, None, True),
        (first, None, False),
    ]
    assert rollback(store).target == first


def test_a_rollback_overwrites_nobody(
    store: ObjectStore, publish: Callable[[int], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(1)
    publish(2)

    def late(*arguments: object) -> None:
        store.put("feed.xml", feed(3), FEED_TYPE)
        swap(*arguments)  # type: ignore[arg-type]

    from pipeline.storage.release.release import swap_feed as swap

    monkeypatch.setattr("pipeline.storage.release.rollback.swap_feed", late)
    with pytest.raises(Conflict):
        rollback(store)
    assert ask(store.base_url + "feed.xml").body == feed(3)


def test_a_rollback_that_fails_at_any_request_is_run_again(desk: Any, wire: Any) -> None:
    def state() -> tuple[bytes, bytes]:
        return desk.live(), ask(desk.store.base_url + "episodes/one.html").body

    writes, fail_at = 0, 0

    def fail(request: AWSRequest, **_: Any) -> None:
        nonlocal writes
        writes += request.method == "PUT"
        if request.method == "PUT" and writes == fail_at:
            raise OSError("the power went")

    wire.on("before-send.s3", fail)
    desk.release()
    other = state()
    desk.episode("two")
    desk.file("episodes/one.html", b"<p>changed", "text/html; charset=utf-8")
    desk.release()
    now = state()
    for fail_at in range(1, 20):
        writes = 0
        try:
            rollback(desk.store)
        except StorageError:
            whole, fail_at = False, 0
            rollback(desk.store)
        else:
            whole = True
        now, other = other, now
        assert state() == now, "it goes back once, however often it was begun"
        if whole:
            break
    assert (fail_at, writes) == (6, 5), "each of its writes was failed"


def test_other_files_beside_the_releases_are_none(
    store: ObjectStore, publish: Callable[[int], str]
) -> None:
    name = publish(1)
    collect(store, dry_run=False, limit=256, in_use=())
    store.put("releases/notes.xml", b"<rss><channel/></rss>", FEED_TYPE)
    assert "releases/unreferenced.json" in store.list()
    assert [each.id for each in history(store)] == [name]
    with pytest.raises(StorageError, match="there are 0 earlier releases"):
        rollback(store)
