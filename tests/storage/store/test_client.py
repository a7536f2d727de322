"""Stores behind proxies that take headers out of answers, write nonsense into them, or break them off."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.settings.production import LocalStorage
from pipeline.storage.release.garbage import collect
from pipeline.storage.store.client import Keys
from pipeline.storage.store.conditions import probe, swap
from pipeline.storage.store.faults import Conflict
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.storage.store.transfers import PART_SIZE
from tests.storage.middleman import Headers, middleman

Behind = Callable[..., ObjectStore]


@pytest.fixture
def behind(
    address: LocalStorage,
    keys: Keys,
    serving: Callable[[HTTPServer], AbstractContextManager[str]],
) -> Iterator[Behind]:
    """The real store, seen through a proxy."""
    from contextlib import ExitStack

    with ExitStack() as open_servers:

        def make(
            change: Callable[[Headers], Headers] = list, breaks: Sequence[int] = ()
        ) -> ObjectStore:
            proxy = middleman(str(address.endpoint_url), change, breaks)
            here = open_servers.enter_context(serving(proxy))
            return ObjectStore(address.model_copy(update={"endpoint_url": here}), keys)

        yield make


def without(*names: str) -> Callable[[Headers], Headers]:
    return lambda headers: [(n, v) for n, v in headers if n.lower() not in names]


def saying(name: str, *values: str) -> Callable[[Headers], Headers]:
    return lambda headers: without(name)(headers) + [(name, value) for value in values]


def test_what_a_proxy_takes_out_is_read_from_a_listing(behind: Behind, store: ObjectStore) -> None:
    store.put("a.txt", b"hello", "text/plain")
    store.put("a.txt2", b"another", "text/plain")
    right = store.head("a.txt")
    stripped = behind(without("etag", "last-modified"))
    assert stripped.head("a.txt") == right
    assert stripped.get("a.txt") == (b"hello", right)
    assert stripped.get("b.txt") is None


def test_a_feed_is_swapped_safely_where_no_etag_comes_through(
    behind: Behind, store: ObjectStore
) -> None:
    stripped = behind(without("etag", "last-modified"))
    assert probe(stripped) == ("honoured", 200)
    swap(stripped, "feed.xml", None, b"one", "text/xml")
    seen = stripped.get("feed.xml")
    swap(stripped, "feed.xml", seen, b"two", "text/xml")
    with pytest.raises(Conflict):
        swap(stripped, "feed.xml", seen, b"three", "text/xml")
    assert store.get("feed.xml")[0] == b"two"  # type: ignore[index]


@pytest.mark.parametrize("verdict", ["honoured", "refused"])
def test_an_object_that_no_answer_describes_is_swapped_by_the_register(
    behind: Behind, store: ObjectStore, verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stripped = behind(without("etag", "last-modified"))
    stripped.conditions = verdict  # type: ignore[assignment]
    monkeypatch.setattr(stripped.client, "list_objects_v2", lambda **_: {})
    store.put("feed.xml", b"one", "text/xml")
    found = stripped.get("feed.xml")
    assert found
    assert (found[1].etag, found[1].size) == ("", 3)
    swap(stripped, "feed.xml", found, b"two", "text/xml")
    with pytest.raises(Conflict):
        swap(stripped, "feed.xml", found, b"three", "text/xml")
    assert store.get("feed.xml")[0] == b"two"  # type: ignore[index]


def test_a_large_file_goes_in_parts_whose_etags_nobody_told(
    behind: Behind, store: ObjectStore, tmp_path: Path
) -> None:
    import hashlib

    path = tmp_path / "a.mp3"
    path.write_bytes(bytes(PART_SIZE + 1))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    upload = ReleaseObject("a.mp3", path, digest, "audio/mpeg")
    behind(without("etag", "last-modified")).upload([upload], lambda done, total, unit: None)
    found = store.head("a.mp3")
    assert found
    assert (found.size, found.sha256) == (PART_SIZE + 1, digest)


NOW = "Sun, 29 Nov 2026 06:21:20 GMT"


def test_two_dates_are_one(behind: Behind, store: ObjectStore) -> None:
    doubled = behind(saying("date", NOW, NOW))
    assert doubled.server_time() == datetime(2026, 11, 29, 6, 21, 20, tzinfo=UTC)
    store.put("feed.xml", b"<rss><channel/></rss>", "text/xml")
    assert collect(doubled, dry_run=False, limit=256, in_use=()).deleted == {}


@pytest.mark.parametrize("change", [without("date"), saying("date", "now")])
def test_a_store_that_tells_no_time_is_named(
    behind: Behind, change: Callable[[Headers], Headers]
) -> None:
    with pytest.raises(StorageError, match="does not say what time it is there") as caught:
        behind(change).server_time()
    assert "proxy" in caught.value.hint


@pytest.mark.parametrize("nonsense", ["soon", "Fri, 31 Dec 9999 23:59:59 -2300", "9" * 5000])
def test_nonsense_in_a_header_is_nothing(behind: Behind, store: ObjectStore, nonsense: str) -> None:
    store.put("a.txt", b"hello", "text/plain")
    found = behind(saying("last-modified", nonsense)).head("a.txt")
    assert found
    assert abs(found.modified - datetime.now(UTC)) < timedelta(hours=1)


@pytest.mark.parametrize(("breaks", "whole"), [((0, 70_000, 0, 0), True), ((0, 0, 0), False)])
def test_a_download_that_breaks_off_goes_on_as_long_as_anything_comes(
    store: ObjectStore, behind: Behind, tmp_path: Path, breaks: Sequence[int], whole: bool
) -> None:
    content = os.urandom(200_000)
    store.put("work/a.mp3", content, "audio/mpeg")
    target, sha256 = tmp_path / "a.mp3", hashlib.sha256(content).hexdigest()
    if whole:
        behind(breaks=breaks).download("work/a.mp3", target, sha256)
        assert target.read_bytes() == content
    else:
        with pytest.raises(StorageError, match="broke the connection"):
            behind(breaks=breaks).download("work/a.mp3", target, sha256)
        assert list(tmp_path.iterdir()) == []


def test_an_answer_that_breaks_off_is_not_taken_for_a_whole_one(
    store: ObjectStore, behind: Behind
) -> None:
    store.put("feed.xml", b"<rss><channel/></rss>", "text/xml")
    with pytest.raises(StorageError, match="broke the connection"):
        behind(breaks=[5]).get("feed.xml")
