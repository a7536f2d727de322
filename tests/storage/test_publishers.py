"""Publishers in processes of their own: they meet, they are killed, and nothing is lost."""

import hashlib
from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest

from pipeline.errors import StorageError
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.storage.planning.live import NOTHING
from pipeline.storage.planning.merge import Intent
from pipeline.storage.planning.plan import Sides
from pipeline.storage.store.conditions import conditions
from pipeline.storage.store.object_store import ObjectStore, Stored
from pipeline.storage.store.public import ask
from pipeline.storage.store.register import swap_by_register
from pipeline.storage.store.transfers import PART_SIZE
from pipeline.web.addresses import BESIDE, correction_guid, episode_guid, post_guid


def meet(
    store: ObjectStore, publishers: Any, new_desk: Callable[[ObjectStore, str], Any], count: int
) -> Any:
    """So many people publish an episode each, at the same moment, from clones that know no other."""
    desks = [new_desk(store, f"clone-{number}") for number in range(count)]
    for number, desk in enumerate(desks):
        desk.episode(f"episode-{number}")
    publishers.trust(store)
    running = [publishers.start(desk) for desk in desks]
    assert all(publisher.finish() for publisher in running)
    found = read_feed(desks[0].live())
    assert set(found.items) == {f"episode-{number}" for number in range(count)}
    assert set(ask(store.base_url + "index.html").body.decode().split()) == set(found.items)
    desks[0].check_public()
    return found


def test_two_who_publish_at_the_same_moment_both_end_in_the_feed(
    store: ObjectStore, publishers: Any, new_desk: Callable[[ObjectStore, str], Any]
) -> None:
    meet(store, publishers, new_desk, 2)


@pytest.mark.slow
def test_five_who_publish_at_the_same_moment_all_end_in_the_feed(
    store: ObjectStore, publishers: Any, new_desk: Callable[[ObjectStore, str], Any]
) -> None:
    meet(store, publishers, new_desk, 5)


def test_the_same_on_a_store_that_ignores_conditions(
    rclone_server: Any, publishers: Any, new_desk: Callable[[ObjectStore, str], Any]
) -> None:
    store = rclone_server.store()
    assert conditions(store) == "ignored"
    meet(store, publishers, new_desk, 2)


@pytest.mark.parametrize("name", ["store", "rclone_server"])
def test_a_clone_that_is_late_keeps_what_others_have_published(
    name: str,
    request: pytest.FixtureRequest,
    publishers: Any,
    new_desk: Callable[[ObjectStore, str], Any],
) -> None:
    found = request.getfixturevalue(name)
    store = found if isinstance(found, ObjectStore) else found.store()
    first, second = new_desk(store, "first"), new_desk(store, "second")
    first.episode("early")
    second.episode("late")
    publishers.run(first)
    publishers.run(second)
    assert set(read_feed(first.live()).items) == {"early", "late"}
    publishers.run(first)
    assert set(read_feed(first.live()).items) == {"early", "late"}


def test_a_release_that_dies_at_any_request_leaves_no_gap_and_the_next_finishes(
    desk: Any, publishers: Any
) -> None:
    """Each round publishes one more episode and is killed one request later than the last."""
    desk.release()
    publishers.trust(desk.store)
    whole = 0
    die_at = 1
    while not whole:
        before = desk.live()
        desk.episode(f"e{die_at}")
        whole = publishers.run(desk, die_at=die_at)
        desk.check_public()
        assert desk.live() in {before, desk.feed}, "the old feed or the new one, never a third"
        if not whole:
            told: list[Any] = []
            desk.release(tell=lambda news, told=told: told.append(news) or ())
            assert len(told) == 1, "a release that was killed has not told anybody for certain"
            desk.check_public()
        assert desk.live() == desk.feed
        die_at += 1
    # Feed, listing and inventory, a look at a page of the same size, the old index kept, four files and
    # their receipts, the new inventory, archive, feed and its receipt, two looks whether anything was
    # collected, head, record.
    assert whole == 22
    assert die_at == whole + 2


@pytest.mark.long
@pytest.mark.slow
def test_a_release_that_fails_at_any_request_says_so_and_the_next_finishes(
    desk: Any, wire: Any, small_parts: int
) -> None:
    calls, fail_at = 0, 0

    def fail(**_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == fail_at:
            raise OSError("the power went")

    wire.on("before-send.s3", fail)
    desk.release()
    for attempt in range(1, 30):
        # A recording that goes in two parts.
        name = f"e{attempt}"
        desk.episode(name, name.encode() * (small_parts // len(name) + 1))
        calls, fail_at = 0, attempt
        try:
            desk.release()
        except StorageError:
            desk.check_public()
            fail_at = 0
            desk.release()
        else:
            if calls < attempt:
                fail_at = 0
                break
        desk.check_public()
        assert desk.live() == desk.feed
    assert attempt == 27, "each of the requests of a release was failed"
    assert desk.release().nothing_to_release


def test_a_publisher_killed_in_the_middle_of_an_upload_is_no_harm(
    desk: Any, publishers: Any, wire: Any
) -> None:
    for guid in ("two", "three", "four"):
        desk.episode(guid, guid.encode() * (3 * 1024 * 1024))
    publisher = publishers.start(desk, die_after=9 * 1024 * 1024)
    assert not publisher.finish()
    assert desk.store.head("feed.xml") is None
    there = desk.store.list()
    assert all(row.size == item.size for item in desk.objects if (row := there.get(item.key)))
    parts: list[str] = []
    begun: list[Any] = []  # as the release finds them: what was on its way may come in until then
    wire.on("after-call.s3.ListParts", lambda parsed, **_: begun.extend(parsed.get("Parts", [])))
    wire.on("before-send.s3.UploadPart", lambda request, **_: parts.append(request.url))
    report = desk.release()
    large = [i for i in desk.objects if (i.size or 0) > PART_SIZE and i.key in report.sent]
    assert len(parts) + len(begun) == sum(ceil((item.size or 0) / PART_SIZE) for item in large)
    assert desk.store.open_uploads() == []
    desk.check_public()
    audio = next(item for item in desk.objects if item.key.startswith("audio/four"))
    body = ask(desk.store.base_url + audio.key).body
    assert hashlib.sha256(body).hexdigest() == audio.sha256


@pytest.mark.parametrize("name", ["store", "rclone_server", "moto_server"])
def test_the_register_never_has_two_winners(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    found = request.getfixturevalue(name)
    store = found if isinstance(found, ObjectStore) else found.store()
    current: tuple[bytes, Stored] | None = None
    won = 0
    for race in range(6):

        def write(
            writer: int, race: int = race, old: tuple[bytes, Stored] | None = current
        ) -> bytes | None:
            content = f"{race}-{writer}".encode()
            try:
                swap_by_register(store, "feed.xml", old, content, "text/plain")
            except StorageError:
                return None
            return content

        with ThreadPoolExecutor(4) as pool:
            winners = [each for each in pool.map(write, range(4)) if each]
        assert len(winners) <= 1
        before, current = current, store.get("feed.xml")
        assert current == before if not winners else current and current[0] == winners[0]
        won += len(winners)
    swap_by_register(store, "feed.xml", current, b"alone", "text/plain")
    stored = store.head("feed.xml")
    assert stored is not None
    assert (stored.size, stored.type) == (5, "text/plain")


def test_the_register_refuses_what_is_not_what_was_read(store: ObjectStore) -> None:
    store.put("feed.xml", b"theirs", "text/plain")
    there = store.head("feed.xml")
    assert there is not None
    for old in (None, (b"old", there)):
        with pytest.raises(StorageError, match="somebody else"):
            swap_by_register(store, "feed.xml", old, b"ours", "text/plain")
    found = store.get("feed.xml")
    assert found is not None
    assert found[0] == b"theirs"
    left = store.client.list_multipart_uploads(Bucket=store.bucket, Prefix=store.prefix)
    assert left.get("Uploads", []) == []


def test_a_lost_answer_to_the_last_step_is_not_a_lost_race(store: ObjectStore, wire: Any) -> None:
    def lose(request: AWSRequest, **_: Any) -> None:
        store.put("feed.xml", b"new", "text/plain")  # as if it had been applied
        raise OSError("the answer was lost")

    wire.on("before-send.s3.CompleteMultipartUpload", lose)
    swap_by_register(store, "feed.xml", None, b"new", "text/plain")


def test_a_feed_that_the_store_lost_with_the_last_step_is_written_again(
    store: ObjectStore, wire: Any
) -> None:
    """As `rclone serve s3` does once in a few hundred swaps that others disturb."""
    store.put("feed.xml", b"old", "text/plain")
    lost: list[str] = []

    def lose(request: AWSRequest, **_: Any) -> None:
        if not lost:
            lost.append(str(request.url))
            store.delete("feed.xml")
            raise OSError("the server failed")

    wire.on("before-send.s3.CompleteMultipartUpload", lose)
    swap_by_register(store, "feed.xml", store.get("feed.xml"), b"new", "text/plain")
    assert lost
    assert store.content("feed.xml") == b"new"


def with_an_item_beside(desk: Any, guid: str, key: str) -> Any:
    own = post_guid(guid) if key == "posts.xml" else correction_guid(guid, "1a2b3c4d")
    row = (
        f"<item><title>{guid}</title><guid>{own}</guid>"
        "<pubDate>Tue, 24 Nov 2026 08:00:00 +0000</pubDate></item>"
    )
    posts = f"<rss><channel><title>P</title>{row}</channel></rss>".encode()
    desk.file(key, posts, "application/rss+xml; charset=utf-8")
    return desk


def beside(store: ObjectStore, key: str) -> list[str]:
    """The episodes of which a feed beside has items."""
    return sorted(map(episode_guid, read_feed(ask(store.base_url + key).body).items))


@pytest.mark.parametrize("key", BESIDE)
def test_link_posts_and_corrections_of_two_clones_end_in_one_feed(
    store: ObjectStore, new_desk: Callable[[ObjectStore, str], Any], key: str
) -> None:
    def publish(desk: Any, guid: str) -> list[str]:
        with_an_item_beside(desk, guid, key).release(sides=Sides(NOTHING))
        return beside(store, key)

    one, two = new_desk(store, "one"), new_desk(store, "two")
    one.episode("ada")
    two.episode("bo")
    assert publish(one, "ada") == ["ada"]
    for desk, guid in ((two, "bo"), (one, "ada"), (two, "bo")):
        assert publish(desk, guid) == ["ada", "bo"]
    assert two.release(sides=Sides(NOTHING)).nothing_to_release
    removed = Intent(
        removed=frozenset({"ada"}), slugs={"ada": "ada"}, seen=frozenset({"ada", "bo"})
    )
    two.release(sides=Sides(NOTHING, removed))
    assert beside(store, key) == ["bo"]


@pytest.mark.parametrize("key", BESIDE)
def test_an_episode_that_has_lost_its_last_quote_leaves_the_feed_of_link_posts(
    store: ObjectStore, new_desk: Callable[[ObjectStore, str], Any], key: str
) -> None:
    one, two = (with_an_item_beside(new_desk(store, name), name, key) for name in ("ada", "bo"))
    one.episode("ada")
    two.episode("bo")
    for desk in (one, two):
        desk.release(sides=Sides(NOTHING))
    two.objects = [item for item in two.objects if item.key != key]
    assert two.release(sides=Sides(NOTHING)).sent == (key,)
    assert beside(store, key) == ["ada"], "another clone's stays"
    assert two.release(sides=Sides(NOTHING)).nothing_to_release


@pytest.mark.parametrize(
    ("key", "other"),
    [("posts.xml", "posts.xml"), ("feed.xml", "posts.xml"), ("corrections.xml",) * 2],
)
def test_no_link_post_or_correction_is_lost_where_two_publish_at_the_same_moment(
    store: ObjectStore, new_desk: Callable[[ObjectStore, str], Any], wire: Any, key: str, other: str
) -> None:
    """The other has finished between our look at a file and our write of it."""
    one, two = (with_an_item_beside(new_desk(store, name), name, other) for name in ("ada", "bo"))
    others = [two]
    one.episode("ada")
    two.episode("bo")

    def just_before(request: AWSRequest, **_: Any) -> None:
        if str(request.url).endswith(key) and others:
            others.pop().release(sides=Sides(NOTHING))

    wire.on("before-send.s3.PutObject", just_before)
    one.release(sides=Sides(NOTHING))
    assert not others
    assert beside(store, other) == ["ada", "bo"]
    assert set(read_feed(one.live()).items) == {"ada", "bo"}
