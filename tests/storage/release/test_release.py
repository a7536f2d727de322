import hashlib
import json
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest

from pipeline.errors import Refused, StorageError
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.storage.planning.plan import Sides
from pipeline.storage.release.notify import News, Told
from pipeline.storage.release.release import TRIES, check_receipt
from pipeline.storage.store.faults import Conflict
from pipeline.storage.store.public import ask
from pipeline.storage.store.release_object import FEED_TYPE, IMMUTABLE, MINUTES
from pipeline.web.addresses import INDEX_KEY

DATE = "Tue, 24 Nov 2026 08:00:00 +0000"


@pytest.mark.proves("H-04", "H-07", "H-11")
def test_the_feed_goes_last_and_everything_has_its_headers(desk: Any, requests: list[str]) -> None:
    report = desk.release()
    written = [each.removeprefix("PUT ") for each in requests if each.startswith("PUT ")]
    record = f"releases/{report.release_id}.json"
    inventory = f"releases/files/{report.release_id[-8:]}.json"
    assert written[-5:] == ["episodes/one.html", "index.html", inventory, "feed.xml", record]
    assert set(report.sent) == set(written) - {inventory, record}
    assert report.bytes_sent == sum(item.size or 0 for item in desk.objects) + len(desk.feed)
    (audio,) = [key for key in report.sent if key.startswith("audio/")]
    expected = {
        audio: ("audio/mpeg", IMMUTABLE),
        "episodes/one.html": ("text/html; charset=utf-8", MINUTES),
        "transcripts/one.vtt": ("text/vtt", MINUTES),
        "feed.xml": (FEED_TYPE, MINUTES),
    }
    for key, (kind, cache_control) in expected.items():
        answer = ask(desk.store.base_url + key, "HEAD")
        assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
            kind,
            cache_control,
        )
    assert desk.live() == desk.feed


def test_the_same_again_sends_nothing_and_asks_three_times(desk: Any, requests: list[str]) -> None:
    first = desk.release()
    requests.clear()
    report = desk.release()
    inventory = f"GET releases/files/{first.release_id[-8:]}.json"
    assert requests == ["GET feed.xml", "GET", inventory]  # the feed, one listing
    assert report.nothing_to_release
    assert (report.sent, report.bytes_sent, report.feed_changed) == ((), 0, False)
    assert report.release_id == first.release_id


def test_only_what_changed_is_sent(desk: Any) -> None:
    first = desk.release()
    old = desk.feed
    audio = desk.episode("two")
    report = desk.release()
    assert set(report.sent) == {
        audio.key,
        "transcripts/two.vtt",
        "episodes/two.html",
        "index.html",
        "feed.xml",
    }
    kept = desk.store.get(f"releases/{first.release_id}.xml")
    assert kept is not None
    assert kept[0] == old
    record = desk.store.get(f"releases/{report.release_id}.json")
    assert record is not None
    assert json.loads(record[0]) == {
        "version": 1,
        "id": report.release_id,
        "parent": first.release_id,
        "feed_sha256": hashlib.sha256(desk.feed).hexdigest(),
        "items": 2,
        "bytes_sent": report.bytes_sent,
        "sent": list(report.sent),
    }


def test_a_page_of_the_same_length_is_sent_again(desk: Any) -> None:
    desk.release()
    desk.file("episodes/one.html", b"<p>eno", "text/html; charset=utf-8")
    report = desk.release()
    assert report.sent == ("episodes/one.html",)
    assert not report.feed_changed
    assert ask(desk.store.base_url + "episodes/one.html").body == b"<p>eno"


def test_an_object_whose_etag_is_no_md5_is_known_by_our_own_digest(desk: Any) -> None:
    large = desk.file("transcripts/large.txt", b"x" * (9 * 1024 * 1024), "text/plain")
    desk.release()
    assert desk.store.list()[large.key].etag.endswith("-2")
    assert desk.release().nothing_to_release


def test_a_dry_run_tells_and_sends_nothing(desk: Any) -> None:
    report = desk.release(dry_run=True)
    assert len(report.sent) == 5
    assert report.feed_changed
    assert report.release_id == ""
    assert desk.store.list() == {}


def test_progress_counts_all_bytes_once(desk: Any) -> None:
    steps: list[tuple[float, float, str]] = []
    desk.release(progress=lambda *step: steps.append(step))
    total = sum(item.size or 0 for item in desk.objects)
    assert steps[-1] == (total, total, "bytes")
    assert [step[0] for step in steps] == sorted(step[0] for step in steps)


def test_what_apps_cannot_take_back_is_refused_until_it_is_allowed(desk: Any) -> None:
    desk.release()
    before = desk.feed
    desk.items = [row.replace(DATE, "Wed, 25 Nov 2026 08:00:00 +0000") for row in desk.items]
    with pytest.raises(Refused) as caught:
        desk.release()
    assert caught.value.exit_code == 4
    assert "--allow date-moved:one" in caught.value.hint
    assert desk.live() == before
    report = desk.release(allow=["date-moved:one", "date-moved:tow"])
    assert report.feed_changed
    assert report.notes == ("--allow date-moved:tow: nothing of that name is to be allowed",)
    desk.items = []
    with pytest.raises(Refused, match="'one' vanishes"):
        desk.release(dry_run=True)
    assert desk.release(allow={"item-gone:one"}).feed_changed
    assert read_feed(desk.live()).items == {}


@pytest.mark.proves("H-08")
def test_bytes_under_a_published_key_never_change(desk: Any) -> None:
    desk.release()
    audio = next(item for item in desk.objects if item.key.startswith("audio/"))
    desk.file(audio.key, b"other bytes", "audio/mpeg")
    with pytest.raises(Refused, match=f"--allow key-changed:{audio.key}"):
        desk.release()
    assert desk.store.list()[audio.key].size == 300


def test_a_recording_that_the_store_holds_damaged_is_put_back_once_allowed(desk: Any) -> None:
    desk.release()
    audio = next(item for item in desk.objects if item.key.startswith("audio/"))
    desk.store.put(audio.key, b"junk", "audio/mpeg")
    desk.release(allow=[f"key-changed:{audio.key}"])
    assert desk.store.list()[audio.key].size == audio.size


def test_the_empty_object_of_a_publisher_that_died_is_replaced(desk: Any) -> None:
    audio = next(item for item in desk.objects if item.key.startswith("audio/"))
    desk.store.put(audio.key, b"", "audio/mpeg")
    assert audio.key in desk.release().sent
    assert desk.store.list()[audio.key].size == audio.size


@pytest.mark.parametrize("content", [b"<html>", b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>'])
def test_a_live_feed_that_cannot_be_read_is_not_replaced_unseen(desk: Any, content: bytes) -> None:
    desk.store.put("feed.xml", content, "text/html")
    with pytest.raises(Refused, match="--allow live-feed-unreadable"):
        desk.release()
    desk.release(allow=["live-feed-unreadable"])
    assert desk.live() == desk.feed


@pytest.fixture
def races(desk: Any, wire: Any) -> list[bytes]:
    """Feeds that somebody else puts right before ours, one at each of our tries."""
    theirs: list[bytes] = []
    busy: list[bool] = []

    def race(request: AWSRequest, **_: Any) -> None:
        if str(request.url).endswith("/feed.xml") and theirs and not busy:
            busy.append(True)
            desk.store.put("feed.xml", theirs.pop(0), FEED_TYPE)
            busy.clear()

    wire.on("before-send.s3.PutObject", race)
    return theirs


def test_whoever_publishes_second_merges_and_overwrites_nothing(
    desk: Any, races: list[bytes]
) -> None:
    desk.release()
    ours, objects = list(desk.items), list(desk.objects)
    desk.episode("theirs")
    desk.store.upload(desk.objects, desk.silent)
    theirs = desk.feed.replace(b"<title>S</title>", b"<title>Theirs</title>")
    desk.items, desk.objects = ours, objects
    desk.episode("two")
    races.append(theirs)
    report = desk.release(
        sides=Sides(pages=lambda feed, theirs: {INDEX_KEY: " ".join(feed.items).encode()})
    )
    found = read_feed(desk.live())
    assert set(found.items) == {"one", "two", "theirs"}
    assert b"<title>Theirs</title>" in found.head
    assert ask(desk.store.base_url + "index.html").body.split() == [
        guid.encode() for guid in found.items
    ]
    assert any("'theirs' was published from elsewhere" in note for note in report.notes)
    desk.check_public()


def test_whoever_loses_every_time_is_told(desk: Any, races: list[bytes]) -> None:
    desk.release()
    races += [desk.feed.replace(b"S<", f"S{number}<".encode()) for number in range(TRIES)]
    last = races[-1]
    desk.episode("two")
    with pytest.raises(Conflict, match=r"somebody else has written feed\.xml meanwhile"):
        desk.release()
    assert desk.live() == last


def test_a_feed_never_points_to_what_nobody_sends(desk: Any) -> None:
    lost = desk.objects.pop(0)
    with pytest.raises(StorageError, match=lost.key):
        desk.release()
    assert desk.store.list() == {}


def test_a_recording_that_is_not_on_this_machine_is_taken_from_the_store(desk: Any) -> None:
    audio = next(item for item in desk.objects if item.key.startswith("audio/"))
    content = audio.path.read_bytes()
    audio.path.unlink()
    with pytest.raises(StorageError, match="not on this machine"):
        desk.release()
    audio.path.write_bytes(content)
    desk.release()
    audio.path.unlink()
    desk.episode("two")
    assert audio.key not in desk.release().sent
    assert desk.live() == desk.feed


@pytest.mark.parametrize("wrong", ["http://127.0.0.1:9/", "{base}elsewhere/"])
def test_what_listeners_would_not_get_is_not_announced(desk: Any, wrong: str) -> None:
    desk.items = []
    with pytest.raises(StorageError, match="listeners would not get what was sent") as caught:
        desk.store.base_url = wrong.format(base=desk.store.base_url)
        desk.release()
    assert "public_url" in caught.value.hint
    assert desk.store.head("feed.xml") is None


def test_others_are_told_once_the_feed_is_live_and_only_of_news(desk: Any) -> None:
    told = (Told("webhook", "hooks.example.org", False, "HTTP 500"),)
    heard: list[News] = []

    def tell(news: News) -> tuple[Told, ...]:
        assert desk.live() == desk.feed, "whoever is told finds the new feed"
        heard.append(news)
        return told

    report = desk.release(tell=tell)
    assert report.told == told, "a server that fails does not fail a release"
    (news,) = heard
    assert (news.feed, news.release) == (desk.store.base_url + "feed.xml", report.release_id)
    assert [each.item.guid for each in news.episodes] == ["one"]
    assert desk.store.base_url + "episodes/one.html" in news.urls
    assert desk.release(tell=tell).told == ()
    desk.file("episodes/one.html", b"<p>another", "text/html; charset=utf-8")
    desk.release(tell=tell)
    assert [each.feed_changed for each in heard] == [True, False]
    desk.store.delete(f"releases/{report.release_id}.json")
    desk.release(tell=tell)
    assert len(heard) == 3, "without a record nobody knows whether it was told"


def test_what_a_collection_takes_before_it_is_asked_for_is_sent_again(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recording lay in the store when we looked, and nothing referred to it."""
    desk.release()
    audio = desk.episode("two")
    key = audio.key
    desk.store.put(key, audio.path.read_bytes(), audio.type)

    def collected(store: Any, *rest: Any) -> None:
        monkeypatch.undo()
        check_receipt(store, *rest)
        store.delete(key)

    monkeypatch.setattr("pipeline.storage.release.release.check_receipt", collected)
    desk.release()
    assert desk.store.content(key) == audio.path.read_bytes()
    desk.check_public()
