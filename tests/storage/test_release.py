import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest

from pipeline.config import LocalStorage
from pipeline.errors import Refused, StorageError
from pipeline.storage.client import Keys
from pipeline.storage.conditions import conditions
from pipeline.storage.faults import Conflict
from pipeline.storage.live_feed import read_feed
from pipeline.storage.local_store import LocalStore
from pipeline.storage.object_store import IMMUTABLE, MINUTES, ObjectStore
from pipeline.storage.plan import FEED_TYPE, ReleaseObject, Sides
from pipeline.storage.public import ask
from pipeline.storage.release import ReleaseReport, release

DATE = "Tue, 24 Nov 2026 08:00:00 +0000"
ITEM = (
    "<item><guid>{guid}</guid><title>{guid}</title><pubDate>{date}</pubDate>"
    '<enclosure url="{url}" length="{length}" type="audio/mpeg"/>'
    '<podcast:transcript url="{transcript}" type="text/vtt"/></item>'
)


def silent(done: float, total: float, unit: str) -> None:
    pass


@dataclass
class Desk:
    """A publisher's desk: files of a small show, its feed, and the store that it goes to."""

    store: ObjectStore
    folder: Path
    objects: list[ReleaseObject] = field(default_factory=list)
    items: list[str] = field(default_factory=list)

    def file(self, key: str, content: bytes, kind: str) -> ReleaseObject:
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        item = ReleaseObject(key, path, hashlib.sha256(content).hexdigest(), kind)
        self.objects = [each for each in self.objects if each.key != key] + [item]
        return item

    def episode(self, guid: str, sound: bytes | None = None) -> ReleaseObject:
        sound = sound or guid.encode() * 100
        digest = hashlib.sha256(sound).hexdigest()
        audio = self.file(f"audio/{guid}-{digest[:8]}.mp3", sound, "audio/mpeg")
        self.file(f"episodes/{guid}.html", b"<p>" + guid.encode(), "text/html; charset=utf-8")
        transcript = self.file(f"transcripts/{guid}.vtt", b"WEBVTT\n", "text/vtt")
        self.file("index.html", f"<p>{len(self.items)}".encode(), "text/html; charset=utf-8")
        base = self.store.base_url
        self.items.insert(
            0,
            ITEM.format(
                guid=guid,
                date=DATE,
                url=base + audio.key,
                length=len(sound),
                transcript=base + transcript.key,
            ),
        )
        return audio

    @property
    def feed(self) -> bytes:
        return f"<rss><channel><title>S</title>{''.join(self.items)}</channel></rss>".encode()

    def release(self, **options: Any) -> ReleaseReport:
        arguments: dict[str, Any] = {"base_url": self.store.base_url, "progress": silent}
        arguments |= options
        return release(self.store, self.objects, self.feed, **arguments)

    def live(self) -> bytes:
        return ask(self.store.base_url + "feed.xml").body


@pytest.fixture
def desk(store: ObjectStore, tmp_path: Path) -> Desk:
    conditions(store)  # asked once for a store
    made = Desk(store, tmp_path / "files")
    made.episode("one")
    return made


@pytest.fixture
def requests(desk: Desk, wire: Any) -> list[str]:
    """Every request to the store as `PUT key`, in order, for as long as the test runs."""
    seen: list[str] = []

    def note(request: AWSRequest, **_: Any) -> None:
        key = str(request.url).partition(desk.store.prefix)[2].partition("?")[0]
        seen.append(f"{request.method} {key}".strip())

    wire.on("before-send.s3", note)
    return seen


def test_the_feed_goes_last_and_everything_has_its_headers(desk: Desk, requests: list[str]) -> None:
    report = desk.release()
    written = [each.removeprefix("PUT ") for each in requests if each.startswith("PUT ")]
    record = f"releases/{report.release_id}.json"
    assert written[-4:] == ["episodes/one.html", "index.html", "feed.xml", record]
    assert set(report.sent) == set(written) - {record}
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


def test_the_same_again_sends_nothing_and_asks_twice(desk: Desk, requests: list[str]) -> None:
    first = desk.release()
    requests.clear()
    report = desk.release()
    assert requests == ["GET feed.xml", "GET"]  # the feed and one listing
    assert report.nothing_to_release
    assert (report.sent, report.bytes_sent, report.feed_changed) == ((), 0, False)
    assert report.release_id == first.release_id
    assert len(report.skipped) == len(desk.objects)


def test_only_what_changed_is_sent(desk: Desk) -> None:
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


def test_a_page_of_the_same_length_is_sent_again(desk: Desk) -> None:
    desk.release()
    desk.file("episodes/one.html", b"<p>eno", "text/html; charset=utf-8")
    report = desk.release()
    assert report.sent == ("episodes/one.html",)
    assert not report.feed_changed
    assert ask(desk.store.base_url + "episodes/one.html").body == b"<p>eno"


def test_an_object_whose_etag_is_no_md5_is_known_by_our_own_digest(desk: Desk) -> None:
    large = desk.file("transcripts/large.txt", b"x" * (9 * 1024 * 1024), "text/plain")
    desk.release()
    assert desk.store.list()[large.key].etag.endswith("-2")
    assert desk.release().nothing_to_release


def test_a_dry_run_tells_and_sends_nothing(desk: Desk) -> None:
    report = desk.release(dry_run=True)
    assert len(report.sent) == 5
    assert report.feed_changed
    assert report.release_id == ""
    assert desk.store.list() == {}


def test_progress_counts_all_bytes_once(desk: Desk) -> None:
    steps: list[tuple[float, float, str]] = []
    desk.release(progress=lambda *step: steps.append(step))
    total = sum(item.size or 0 for item in desk.objects)
    assert steps[-1] == (total, total, "bytes")
    assert [step[0] for step in steps] == sorted(step[0] for step in steps)


def test_what_apps_cannot_take_back_is_refused_until_it_is_allowed(desk: Desk) -> None:
    desk.release()
    before = desk.feed
    desk.items = [row.replace(DATE, "Wed, 25 Nov 2026 08:00:00 +0000") for row in desk.items]
    with pytest.raises(Refused) as caught:
        desk.release()
    assert caught.value.exit_code == 4
    assert "--allow date-moved:one" in caught.value.hint
    assert desk.live() == before
    assert desk.release(allow=["date-moved:one"]).feed_changed
    desk.items = []
    with pytest.raises(Refused, match="'one' would vanish"):
        desk.release(dry_run=True)
    assert desk.release(allow={"item-gone:one"}).feed_changed
    assert read_feed(desk.live()).items == {}


def test_bytes_under_a_published_key_never_change(desk: Desk) -> None:
    desk.release()
    audio = next(item for item in desk.objects if item.key.startswith("audio/"))
    desk.file(audio.key, b"other bytes", "audio/mpeg")
    with pytest.raises(Refused, match=f"--allow key-changed:{audio.key}"):
        desk.release()
    assert desk.store.list()[audio.key].size == 300


def test_the_empty_object_of_a_publisher_that_died_is_replaced(desk: Desk) -> None:
    audio = next(item for item in desk.objects if item.key.startswith("audio/"))
    desk.store.put(audio.key, b"", "audio/mpeg")
    assert audio.key in desk.release().sent
    assert desk.store.list()[audio.key].size == audio.size


@pytest.mark.parametrize("content", [b"<html>", b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>'])
def test_a_live_feed_that_cannot_be_read_is_not_replaced_unseen(desk: Desk, content: bytes) -> None:
    desk.store.put("feed.xml", content, "text/html")
    with pytest.raises(Refused, match="--allow live-feed-unreadable"):
        desk.release()
    desk.release(allow=["live-feed-unreadable"])
    assert desk.live() == desk.feed


@pytest.fixture
def races(desk: Desk, wire: Any) -> list[bytes]:
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
    desk: Desk, races: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.storage.release._JITTER", (0.0, 0.01))
    desk.release()
    ours, objects = list(desk.items), list(desk.objects)
    desk.episode("theirs")
    desk.store.upload([item.upload for item in desk.objects], silent)
    theirs = desk.feed.replace(b"<title>S</title>", b"<title>Theirs</title>")
    desk.items, desk.objects = ours, objects
    desk.episode("two")
    races.append(theirs)
    report = desk.release(sides=Sides(index=lambda feed: " ".join(feed.items).encode()))
    found = read_feed(desk.live())
    assert set(found.items) == {"one", "two", "theirs"}
    assert b"<title>Theirs</title>" in found.head
    assert ask(desk.store.base_url + "index.html").body.split() == [
        guid.encode() for guid in found.items
    ]
    assert any("'theirs' was published from elsewhere" in note for note in report.notes)
    check_public(desk)


def test_whoever_loses_every_time_is_told(
    desk: Desk, races: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.storage.release._JITTER", (0.0, 0.01))
    desk.release()
    races += [desk.feed.replace(b"S<", f"S{number}<".encode()) for number in range(8)]
    last = races[-1]
    desk.episode("two")
    with pytest.raises(Conflict, match=r"somebody else has written feed\.xml meanwhile"):
        desk.release()
    assert desk.live() == last


def test_a_feed_never_points_to_what_nobody_sends(desk: Desk) -> None:
    lost = desk.objects.pop(0)
    with pytest.raises(StorageError, match=lost.key):
        desk.release()
    assert desk.store.list() == {}


def test_a_recording_that_is_not_on_this_machine_is_taken_from_the_store(desk: Desk) -> None:
    audio = next(item for item in desk.objects if item.key.startswith("audio/"))
    content = audio.path.read_bytes()
    audio.path.unlink()
    with pytest.raises(StorageError, match="not on this machine"):
        desk.release()
    audio.path.write_bytes(content)
    desk.release()
    audio.path.unlink()
    desk.episode("two")
    assert audio.key in desk.release().skipped
    assert desk.live() == desk.feed


@pytest.mark.parametrize("wrong", ["http://127.0.0.1:9/", "{base}elsewhere/"])
def test_what_listeners_would_not_get_is_not_announced(
    desk: Desk, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.storage.public._PAUSE", 0.01)
    desk.items = []
    with pytest.raises(StorageError, match="listeners would not get what was sent") as caught:
        desk.release(base_url=wrong.format(base=desk.store.base_url))
    assert "public_url" in caught.value.hint
    assert desk.store.head("feed.xml") is None


def check_public(desk: Desk) -> None:
    """The feed that listeners see, if there is one, points to nothing that is not there."""
    answer = ask(desk.store.base_url + "feed.xml")
    assert answer.status in {200, 404}
    for url in read_feed(answer.body).urls if answer.status == 200 else ():
        assert ask(url, "HEAD").status == 200


def test_a_failure_at_any_write_leaves_no_gap_and_the_next_run_finishes(
    desk: Desk, wire: Any
) -> None:
    writes, fail_at = 0, 0

    def fail(**_: Any) -> None:
        nonlocal writes
        writes += 1
        if writes == fail_at:
            raise OSError("the power went")

    wire.on("before-send.s3.PutObject", fail)
    desk.release()
    for attempt in range(1, 20):
        desk.episode(f"e{attempt}")
        writes, fail_at = 0, attempt
        try:
            desk.release()
        except StorageError:
            check_public(desk)
            fail_at = 0
            desk.release()
        else:
            break
    assert attempt == 8, "four objects, the archive, the feed and the record were each failed"
    check_public(desk)
    assert desk.live() == desk.feed
    assert desk.release().nothing_to_release


PUBLISHER = """
import json, sys
from pathlib import Path
from pipeline.storage.local_store import LocalStore
from pipeline.storage.object_store import ObjectStore
from pipeline.storage.plan import ReleaseObject
from pipeline.storage.release import release
from pipeline.workspace import Workspace

root, prefix, files, feed = sys.argv[1:]
local = LocalStore(Workspace(Path(root)))
address = local.up().model_copy(update={"prefix": prefix})
objects = [ReleaseObject(key, Path(path), *rest) for key, path, *rest in json.loads(files)]
report = lambda done, total, unit: print(done, flush=True)
release(ObjectStore(address, local.keys()), objects, feed.encode(), address.base_url, progress=report)
"""


def test_a_publisher_killed_in_the_middle_of_an_upload_is_no_harm(
    desk: Desk, server: LocalStore, address: LocalStorage, keys: Keys
) -> None:
    for guid in ("two", "three", "four"):
        desk.episode(guid, guid.encode() * (6 * 1024 * 1024))
    files = [(item.key, str(item.path), item.sha256, item.type) for item in desk.objects]
    arguments = [str(server.workspace.root), address.prefix, json.dumps(files), desk.feed.decode()]
    with subprocess.Popen(
        [sys.executable, "-c", PUBLISHER, *arguments], stdout=subprocess.PIPE, text=True
    ) as publisher:
        assert publisher.stdout is not None
        for line in publisher.stdout:
            if float(line) > 9 * 1024 * 1024:
                publisher.kill()
                break
        assert publisher.wait() == -9
    assert desk.store.head("feed.xml") is None
    there = desk.store.list()
    assert all(row.size == item.size for item in desk.objects if (row := there.get(item.key)))
    report = desk.release()
    assert set(report.sent) == {item.key for item in desk.objects} - set(there) | {"feed.xml"}
    check_public(desk)
    audio = next(item for item in desk.objects if item.key.startswith("audio/four"))
    body = ask(desk.store.base_url + audio.key).body
    assert hashlib.sha256(body).hexdigest() == audio.sha256
