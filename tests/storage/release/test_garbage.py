"""What is garbage and what is not, on a real store; the month goes by through the store's clock."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest

from pipeline.errors import StorageError
from pipeline.storage.planning.live import WINDOW
from pipeline.storage.release.garbage import (
    ANNOUNCED_PREFIX,
    LIMIT,
    PATIENCE,
    UNFINISHED,
    Garbage,
    collect,
)
from pipeline.storage.release.release import ReleaseReport
from pipeline.storage.release.rollback import rollback
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.public import ask
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.storage.store.transfers import PART_SIZE

HASHED = "audio/lost-0123abcd.mp3"


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    now, later = ObjectStore.server_time, [timedelta()]
    monkeypatch.setattr(ObjectStore, "server_time", lambda store: now(store) + later[0])

    def go(time: timedelta) -> None:
        later[0] += time

    return go


def gc(store: ObjectStore, **options: Any) -> Garbage:
    return collect(store, **{"in_use": (), "limit": LIMIT, "dry_run": False, **options})


def put(store: ObjectStore, *keys: str) -> None:
    for key in keys:
        store.put(key, key.encode(), "application/octet-stream")


def hashed(name: str) -> str:
    return f"{name}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def test_two_runs_a_month_apart_and_not_a_day_less(
    desk: Any, wait: Callable[[timedelta], None]
) -> None:
    desk.release()
    put(desk.store, HASHED)
    first = gc(desk.store)
    assert (first.deleted, list(first.waiting)) == ({}, [HASHED])
    wait(PATIENCE - timedelta(hours=1))
    assert gc(desk.store).deleted == {}
    wait(timedelta(hours=2))
    assert list(gc(desk.store, dry_run=True).deleted) == [HASHED]
    assert HASHED in desk.store.list()
    assert gc(desk.store).deleted == {HASHED: len(HASHED)}
    assert HASHED not in desk.store.list()
    desk.check_public()
    wait(PATIENCE * 2)
    assert gc(desk.store).deleted == {}


def test_what_is_used_in_between_begins_anew(desk: Any, wait: Callable[[timedelta], None]) -> None:
    desk.release()
    put(desk.store, HASHED)
    gc(desk.store)
    wait(PATIENCE)
    assert gc(desk.store, in_use=[HASHED]).deleted == {}
    assert gc(desk.store).deleted == {}, "it is seen unreferenced for the first time again"


@pytest.mark.parametrize(
    "key",
    ["audio/notes.txt", "audio/lost.mp3", "mine/lost-0123abcd.mp3", "lost-0123abcd.mp3",
     "episodes/old-0123abcd.html", "transcripts/lost.vtt", "releases/20200101-000000-0123abcd.xml",
     "doctor/readme.txt"],
)  # fmt: skip
def test_other_keys_are_nobodys_business(
    desk: Any, wait: Callable[[timedelta], None], key: str
) -> None:
    desk.release()
    store = desk.store
    if key.endswith(".xml"):
        store.put(key, desk.feed, "application/rss+xml")
    else:
        put(store, key)
    gc(store)
    wait(PATIENCE)
    assert gc(store).deleted == {}
    assert key in store.list()


def test_what_a_killed_doctor_left_goes_too(desk: Any, wait: Callable[[timedelta], None]) -> None:
    desk.release()
    put(desk.store, "doctor/0123456789abcdef/object.mp3")
    gc(desk.store)
    wait(PATIENCE)
    assert list(gc(desk.store).deleted) == ["doctor/0123456789abcdef/object.mp3"]


def test_never_more_than_the_limit(desk: Any, wait: Callable[[timedelta], None]) -> None:
    desk.release()
    keys = [f"quotes/lost-{number:08x}.mp3" for number in range(7)]
    put(desk.store, *keys)
    gc(desk.store)
    wait(PATIENCE)
    few = gc(desk.store, limit=3)
    assert (len(few.deleted), few.left) == (3, 4)
    rest = gc(desk.store, limit=LIMIT)
    assert (len(rest.deleted), rest.left) == (4, 0)
    assert not set(keys) & set(desk.store.list())


def test_what_can_be_gone_back_to_and_what_pages_show_is_kept(
    desk: Any, wait: Callable[[timedelta], None]
) -> None:
    store = desk.store
    old = desk.episode("two")
    desk.release()
    desk.items = [row for row in desk.items if "two" not in row]
    desk.objects = [each for each in desk.objects if each.slug != "two"]
    desk.release(allow=["item-gone:two"])
    shown = {name: f"{hashed(f'quotes/{name}')}.mp3" for name in ("href", "json", "sheet", "note")}
    put(store, *shown.values())
    base = store.base_url
    page = f'<a href="../{shown["href"]}">x</a>'.encode()
    store.put("episodes/two.html", page, "text/html")
    store.put("chapters/two.json", f'{{"url": "{base}{shown["json"]}"}}'.encode(), "text/plain")
    store.put(
        "assets/a.css", f"a {{ background: url({base}{shown['sheet']}) }}".encode(), "text/css"
    )
    store.put("posts/two.md", f"[x]({base}{shown['note']})".encode(), "text/markdown")
    for _ in range(2):
        assert gc(store).deleted == {}
        wait(PATIENCE)
    assert {old.key, *shown.values()} <= set(store.list())


def test_what_a_rollback_would_put_back_is_kept_and_older_versions_go(
    desk: Any, wait: Callable[[timedelta], None]
) -> None:
    store = desk.store
    clip = f"{hashed('quotes/said')}.mp3"
    put(store, clip)
    desk.file("episodes/one.html", f'<a href="../{clip}">x</a>'.encode(), "text/html")
    desk.release()
    desk.episode("two")
    desk.file("episodes/one.html", b"changed", "text/html")
    desk.release()
    put(store, *(unused := ["releases/objects/" + "0" * 64, "releases/files/0123abcd.json"]))
    found = [gc(store)]
    wait(PATIENCE)
    found.append(gc(store))
    assert set(found[0].waiting) == set(found[1].deleted) == set(unused)
    rollback(store)
    assert clip.encode() in ask(store.base_url + "episodes/one.html").body
    assert ask(store.base_url + clip, "HEAD").status == 200


def test_a_release_beyond_the_window_holds_nothing_any_more(
    desk: Any, wait: Callable[[timedelta], None]
) -> None:
    store = desk.store
    desk.release()
    put(store, HASHED)
    link = f'<rss><channel><item><enclosure url="{store.base_url}{HASHED}"/></item></channel></rss>'
    archive = "releases/20200101-{:06d}-0123abcd.xml"
    store.put(archive.format(0), link.encode(), "application/rss+xml")
    for number in range(1, WINDOW):
        store.put(archive.format(number), b"<rss><channel/></rss>", "application/rss+xml")
    assert HASHED not in gc(store).waiting
    store.put(archive.format(WINDOW), b"<rss><channel/></rss>", "application/rss+xml")
    assert HASHED in gc(store).waiting


def test_without_a_feed_nothing_is_garbage(store: ObjectStore) -> None:
    put(store, HASHED)
    with pytest.raises(StorageError, match="no feed"):
        gc(store)
    assert HASHED in store.list()


@pytest.mark.parametrize("name", ["store", "rclone_server"])  # to moto each began in 2010
def test_uploads_that_broke_off_long_ago_are_ended(
    name: str, request: pytest.FixtureRequest, wait: Callable[[timedelta], None]
) -> None:
    found = request.getfixturevalue(name)
    store = found if isinstance(found, ObjectStore) else found.store()
    store.put("feed.xml", b"<rss><channel/></rss>", "application/rss+xml")
    for key in ("audio/tea-0123abcd.mp3", "feed.xml", "mine/tea.mp3"):
        full = store.full(key)
        opened = store.client.create_multipart_upload(Bucket=store.bucket, Key=full)["UploadId"]
        store.client.upload_part(
            Bucket=store.bucket, Key=full, UploadId=opened, PartNumber=1, Body=bytes(PART_SIZE)
        )
    assert gc(store).broken_off == (), "a release may go on with them"
    wait(UNFINISHED + timedelta(minutes=1))
    assert len(gc(store, dry_run=True).broken_off) == 2
    assert len(gc(store, limit=1).broken_off) == 1
    assert len(gc(store).broken_off) == 1
    assert [each.key for each in store.open_uploads()] == [store.full("mine/tea.mp3")]
    store.abort(full, opened)


def test_a_collection_that_fails_at_any_request_removes_nothing_that_is_used(
    desk: Any, wait: Callable[[timedelta], None], wire: Any
) -> None:
    desk.release()
    keys = [f"quotes/lost-{number:08x}.mp3" for number in range(3)]
    put(desk.store, *keys)
    gc(desk.store)
    wait(PATIENCE)
    calls, fail_at = 0, 0

    def fail(**_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == fail_at:
            raise OSError("the power went")

    wire.on("before-send.s3", fail)
    while calls >= fail_at:
        calls, fail_at = 0, fail_at + 1
        try:
            gc(desk.store)
        except StorageError:
            desk.check_public()
    assert fail_at > 10, "each of its requests was failed"
    assert not set(keys) & set(desk.store.list())
    desk.check_public()


@pytest.fixture
def ripe(desk: Any, new_desk: Any, wait: Callable[[timedelta], None]) -> tuple[Any, ReleaseObject]:
    """A desk with an episode to publish, whose recording lies in the store unreferenced for a month."""
    desk.release()
    publisher = new_desk(desk.store, "publisher")
    publisher.objects, publisher.items = list(desk.objects), list(desk.items)
    audio = publisher.episode("old")
    desk.store.put(audio.key, audio.path.read_bytes(), "audio/mpeg")
    gc(desk.store)
    wait(PATIENCE)
    return publisher, audio


def test_a_recording_that_went_while_a_release_was_on_its_way_is_sent_again(
    ripe: tuple[Any, ReleaseObject], wire: Any
) -> None:
    publisher, audio = ripe
    collected: list[Garbage] = []

    def just_before_the_feed(request: AWSRequest, **_: Any) -> None:
        if str(request.url).endswith("feed.xml") and not collected:
            collected.append(gc(publisher.store))

    wire.on("before-send.s3.PutObject", just_before_the_feed)
    publisher.release()
    assert list(collected[0].deleted) == [audio.key]
    publisher.check_public()
    assert audio.key in publisher.store.list()


def test_a_release_waits_for_a_collection_that_has_looked_already(
    ripe: tuple[Any, ReleaseObject], wire: Any
) -> None:
    publisher, audio = ripe
    swapped, releases = Event(), []

    def just_before_it_goes(request: AWSRequest, **_: Any) -> None:
        if str(request.url).endswith(".mp3"):
            releases.append(pool.submit(publisher.release))
            assert swapped.wait(60)

    def look_for_collections(request: AWSRequest, **_: Any) -> None:
        if "collecting-" in str(request.url):
            swapped.set()

    wire.on("before-send.s3.DeleteObject", just_before_it_goes)
    wire.on("before-send.s3.ListObjectsV2", look_for_collections)
    with ThreadPoolExecutor() as pool:
        assert list(gc(publisher.store).deleted) == [audio.key]
    assert releases[0].result().feed_changed
    publisher.check_public()
    assert audio.key in publisher.store.list()


def test_a_collection_leaves_what_the_feed_points_to_by_now(
    ripe: tuple[Any, ReleaseObject], wire: Any
) -> None:
    publisher, audio = ripe
    released: list[ReleaseReport] = []

    def once_it_has_looked(request: AWSRequest, **_: Any) -> None:
        if "collecting-" in str(request.url) and not released:
            released.append(publisher.release())

    wire.on("before-send.s3.PutObject", once_it_has_looked)
    assert gc(publisher.store).deleted == {}
    assert audio.key not in released[0].sent
    publisher.check_public()


def test_a_killed_collection_holds_no_release_up_for_long(
    ripe: tuple[Any, ReleaseObject], monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher, audio = ripe
    monkeypatch.setattr("pipeline.storage.release.garbage.KILLED", 0.1)
    store = publisher.store
    for name, content in {"a": f'{{"keys": ["{audio.key}"]}}', "b": "not what we write"}.items():
        store.put(f"{ANNOUNCED_PREFIX}{name}.json", content.encode(), "application/json")
    publisher.release()
    publisher.check_public()
    assert list(store.list(ANNOUNCED_PREFIX)) == [f"{ANNOUNCED_PREFIX}b.json"]


def test_what_was_announced_long_ago_is_not_deleted(
    ripe: tuple[Any, ReleaseObject], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that slept in the middle must look again: a release does not wait for ever."""
    publisher, audio = ripe
    monkeypatch.setattr("pipeline.storage.release.garbage.LEASE", 0.0)
    assert gc(publisher.store).deleted == {}
    monkeypatch.setattr("pipeline.storage.release.garbage.LEASE", 30.0)
    assert list(gc(publisher.store).deleted) == [audio.key]


def test_a_guests_page_goes_the_day_after_its_last_and_nothing_tells_of_it(
    desk: Any, wait: Callable[[timedelta], None]
) -> None:
    desk.release()
    store = desk.store
    today = store.server_time()
    stays, goes = (
        f"guests/{today - timedelta(days=days):%Y%m%d}-{letter * 24}.html"
        for days, letter in ((0, "a"), (1, "b"))
    )
    others = ("guests/notes.txt", "guests/20200101.html", "guests/2020-01-01-x.html")
    put(store, goes, *others, HASHED)
    store.put(stays, f'<a href="{store.base_url}{HASHED}">'.encode(), "text/html")
    found = gc(store, dry_run=True)
    assert list(found.deleted) == [goes]
    assert list(found.waiting) == [HASHED], "what only a sheet refers to is unreferenced"
    assert goes in store.list()
    assert list(gc(store).deleted) == [goes]
    assert {stays, *others} <= store.list().keys()
    desk.episode("two")
    desk.release()
    assert "robots.txt" not in store.list()
    assert [key for key in store.list() if stays.encode() in store.content(key)] == []
    wait(timedelta(days=1))
    assert list(gc(store).deleted) == [stays]
    assert set(others) <= store.list().keys()


def test_without_a_feed_only_the_pages_of_guests_are_garbage(store: ObjectStore) -> None:
    goes = f"guests/20200101-{'a' * 24}.html"
    put(store, goes, HASHED)
    assert gc(store) == Garbage({goes: len(goes)}, {}, 0, 0)
    assert list(store.list()) == [HASHED]
    with pytest.raises(StorageError, match="no feed in the store"):
        gc(store)
