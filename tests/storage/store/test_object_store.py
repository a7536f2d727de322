import hashlib
import traceback
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StorageError
from pipeline.settings.production import LocalStorage, StorageSettings
from pipeline.storage.store.client import Keys
from pipeline.storage.store.conditions import put_if
from pipeline.storage.store.faults import Conflict, shown_host
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.public import ask
from pipeline.storage.store.release_object import IMMUTABLE, MINUTES, ReleaseObject
from pipeline.web.addresses import check_key

MEBIBYTE = 1024 * 1024


def silent(done: float, total: float, unit: str) -> None:
    pass


def upload(path: Path, key: str, content: bytes, kind: str = "text/plain") -> ReleaseObject:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return ReleaseObject(key, path, hashlib.sha256(content).hexdigest(), kind)


def test_an_object_comes_back_as_it_was_put(store: ObjectStore) -> None:
    store.put("transcripts/a.vtt", b"WEBVTT\n", "text/vtt", IMMUTABLE)
    found = store.get("transcripts/a.vtt")
    assert found is not None
    content, stored = found
    assert content == b"WEBVTT\n"
    assert (stored.size, stored.type, stored.cache_control) == (7, "text/vtt", IMMUTABLE)
    assert stored.sha256 == hashlib.sha256(b"WEBVTT\n").hexdigest()
    assert store.head("transcripts/a.vtt") == stored


def test_a_large_object_is_got_again_only_when_it_has_changed(
    store: ObjectStore, wire: Any
) -> None:
    gets: list[str] = []
    wire.on("before-send.s3.GetObject", lambda request, **_: gets.append(str(request.url)))
    feed = b"<rss/>" * 200_000
    store.put("feed.xml", feed, "application/rss+xml")
    first = store.get("feed.xml")
    assert first
    assert (first[0], store.get("feed.xml"), len(gets)) == (feed, first, 1)
    store.put("feed.xml", feed + b"\n", "application/rss+xml")
    assert (store.content("feed.xml"), len(gets)) == (feed + b"\n", 2)
    store.delete("feed.xml")
    assert store.get("feed.xml") is None


def test_what_is_not_there_is_none(store: ObjectStore) -> None:
    assert store.head("nothing") is None
    assert store.get("nothing") is None
    store.delete("nothing")


def test_a_listing_is_complete_and_stays_below_the_prefix(
    store: ObjectStore, address: LocalStorage, keys: Keys
) -> None:
    other = ObjectStore(address.model_copy(update={"prefix": f"{store.prefix[:-1]}-2"}), keys)
    other.put("b.txt", b"", "text/plain")
    store.put("a/1.txt", b"one", "text/plain")
    store.put("a-x.txt", b"", "text/plain")
    assert {key: row.size for key, row in store.list().items()} == {"a/1.txt": 3, "a-x.txt": 0}
    assert list(store.list("a/")) == ["a/1.txt"]
    store.delete("a/1.txt")
    assert list(store.list()) == ["a-x.txt"]


def test_a_listing_of_several_pages_is_whole(store: ObjectStore, wire: Any) -> None:
    wire.on("before-parameter-build.s3.ListObjectsV2", lambda params, **_: params.update(MaxKeys=2))
    for number in range(5):
        store.put(f"k{number}", b"", "text/plain")
    assert len(store.list()) == 5


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        "./a",
        "a/../b",
        "..",
        "a b",
        "A",
        "a\\b",
        "ä",
        "a\n",
        pytest.param("a" * 256, id="long part"),
        pytest.param("x/" * 600 + "x", id="long"),
    ],
)
def test_odd_keys_are_never_sent(store: ObjectStore, key: str) -> None:
    with pytest.raises(StorageError):
        store.put(key, b"", "text/plain")


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_a_key_that_passes_needs_no_escaping_and_leaves_no_folder(key: str) -> None:
    try:
        assert check_key(key) == key
    except StorageError:
        return
    assert key.isascii()
    assert not set(key.split("/")) & {"", ".", ".."}


def test_a_free_key_is_taken_once(store: ObjectStore) -> None:
    put_if(store, "feed.xml", b"mine", "text/plain", None)
    with pytest.raises(Conflict):
        put_if(store, "feed.xml", b"theirs", "text/plain", None)
    assert store.list()["feed.xml"].size == len(b"mine")


def test_an_object_is_replaced_only_as_it_was_read(store: ObjectStore) -> None:
    store.put("feed.xml", b"old", "text/plain")
    old = store.head("feed.xml")
    assert old is not None
    put_if(store, "feed.xml", b"new", "text/plain", old)
    with pytest.raises(Conflict):
        put_if(store, "feed.xml", b"newer", "text/plain", old)
    store.delete("feed.xml")
    with pytest.raises(Conflict):
        put_if(store, "feed.xml", b"newer", "text/plain", old)


def test_a_write_whose_answer_was_lost_is_recognised(store: ObjectStore, wire: Any) -> None:
    def lose(**_: Any) -> None:
        raise ConnectionClosedError(endpoint_url="http://127.0.0.1")

    wire.on("after-call.s3.PutObject", lose)
    put_if(store, "feed.xml", b"mine", "text/plain", None)
    assert list(store.list()) == ["feed.xml"]


def test_a_write_that_failed_for_the_moment_is_repeated(store: ObjectStore, wire: Any) -> None:
    answers = [500]

    def fail(request: AWSRequest, **_: Any) -> AWSResponse | None:
        if not answers:
            return None

        class Body:
            def stream(self, **_: Any) -> list[bytes]:
                return [b"<Error><Code>InternalError</Code></Error>"]

        return AWSResponse(request.url, answers.pop(), {}, Body())  # type: ignore[arg-type]

    wire.on("before-send.s3.PutObject", fail)
    put_if(store, "feed.xml", b"mine", "text/plain", None)
    assert not answers
    assert store.head("feed.xml") is not None


def test_files_of_all_sizes_arrive_whole(store: ObjectStore, tmp_path: Path) -> None:
    contents = {f"small/{number}.txt": b"x" * number for number in range(40)}
    contents["audio/large.mp3"] = bytes(range(256)) * (20 * MEBIBYTE // 256) + b"end"
    contents["audio/threshold.mp3"] = b"t" * (8 * MEBIBYTE)
    uploads = [upload(tmp_path / key, key, content) for key, content in contents.items()]
    steps: list[float] = []
    store.upload(uploads, lambda done, total, unit: steps.append(done / total))
    assert {key: row.size for key, row in store.list().items()} == {
        key: len(content) for key, content in contents.items()
    }
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
    large = store.get("audio/large.mp3")
    assert large is not None
    assert large[0] == contents["audio/large.mp3"]
    assert large[1].etag.endswith('-3"'), "sent in parts"
    assert (large[1].type, large[1].cache_control) == ("text/plain", MINUTES)
    assert large[1].sha256 == hashlib.sha256(contents["audio/large.mp3"]).hexdigest()


@pytest.mark.parametrize("size", [10, 9 * MEBIBYTE])
def test_a_file_that_changed_since_it_was_made_is_not_sent(
    store: ObjectStore, tmp_path: Path, size: int
) -> None:
    item = upload(tmp_path / "a.mp3", "audio/a.mp3", b"a" * size)
    item.path.write_bytes(b"b" * size)
    with pytest.raises(StorageError, match=r"a\.mp3 has other bytes"):
        store.upload([item], silent)
    assert store.list() == {}


def test_every_single_put_carries_its_md5_and_no_checksum_of_boto3(
    store: ObjectStore, wire: Any, tmp_path: Path
) -> None:
    seen: list[dict[str, str]] = []

    def look(request: AWSRequest, **_: Any) -> None:
        seen.append({name.lower(): str(value) for name, value in request.headers.items()})

    wire.on("before-send.s3.PutObject", look)
    wire.on("before-send.s3.UploadPart", look)
    store.put("a", b"x", "text/plain")
    put_if(store, "b", b"x", "text/plain", None)
    store.upload([upload(tmp_path / "c", "c", b"x")], silent)
    assert all("content-md5" in headers for headers in seen)
    store.upload([upload(tmp_path / "d", "d", b"x" * 9 * MEBIBYTE)], silent)
    assert len(seen) == 5
    assert not [headers for headers in seen if "expect" in headers]
    assert not [name for headers in seen for name in headers if "checksum" in name]


def failure(settings: StorageSettings, keys: Keys | None) -> StorageError:
    """What a listing says, after a look for secrets in everything that could be printed."""
    with pytest.raises(StorageError) as caught:
        ObjectStore(settings, keys).list()
    printed = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(keys)
    if keys:
        assert keys.secret_key not in printed
    return caught.value


def test_wrong_keys_are_told_apart(address: LocalStorage, keys: Keys) -> None:
    unknown = failure(address, Keys("PULLQUOTENOBODY", keys.secret_key))
    assert "does not know this access key" in unknown.message
    wrong = failure(address, Keys(keys.access_key, "not-the-secret-at-all"))
    assert "secret key does not belong" in wrong.message
    assert "AWS_SECRET_ACCESS_KEY" in wrong.hint


def test_a_bucket_that_does_not_exist_is_named(address: LocalStorage, keys: Keys) -> None:
    error = failure(address.model_copy(update={"bucket": "no-such-show"}), keys)
    assert "has no bucket 'no-such-show'" in error.message
    assert "show.toml" in error.hint


def test_a_store_that_is_not_there_is_named_without_what_its_url_hides(keys: Keys) -> None:
    url = "http://user:hunter2@127.0.0.1:9"
    settings = StorageSettings(endpoint_url=url, bucket="show", public_url="http://x.example")
    error = failure(settings, keys)
    assert error.message == "127.0.0.1:9 cannot be reached"
    assert shown_host(url) == "127.0.0.1:9"


@pytest.mark.usefixtures("no_credentials")
def test_without_credentials_the_error_says_where_they_come_from(address: LocalStorage) -> None:
    error = failure(address, None)
    assert error.message.startswith("there are no credentials for 127.0.0.1:")
    assert "AWS_ACCESS_KEY_ID" in error.hint


@pytest.mark.usefixtures("no_credentials")
def test_half_credentials_and_a_lost_profile_are_told(
    address: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "PULLQUOTEHALF")
    assert "incomplete" in failure(address, None).message
    monkeypatch.setenv("AWS_PROFILE", "gone")
    assert "AWS_PROFILE" in failure(address, None).message


def test_a_foreign_aws_configuration_does_not_disturb_the_local_store(
    address: LocalStorage, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "gone")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "foreign")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    store = ObjectStore(address, keys)
    assert store.list() == {}
    store.put("a.txt", b"a", "text/plain")
    assert ask(f"{address.base_url}a.txt").body == b"a"


def test_a_wrong_clock_is_told(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime as dt

    import botocore.auth

    late = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=40)
    monkeypatch.setattr(
        botocore.auth, "get_current_datetime", lambda **_: late.replace(tzinfo=None)
    )
    with pytest.raises(StorageError, match="clock is wrong"):
        store.list()
    # To a HEAD it answers 403 alone: it was taken for a lack of rights.
    ours = type("Clock", (dt.datetime,), {"now": staticmethod(lambda _: late)})
    monkeypatch.setattr("pipeline.storage.store.faults.datetime", ours)
    with pytest.raises(StorageError, match="clock is wrong"):
        store.head("feed.xml")
