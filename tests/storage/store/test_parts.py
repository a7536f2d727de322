"""Uploads that break off, meet others or are refused; each ends with the whole file at the store."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse

from pipeline.errors import StorageError
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.storage.store.transfers import PART_SIZE

Recording = Callable[..., ReleaseObject]
SOUND = b"".join(bytes([number]) * PART_SIZE for number in range(3)) + b"end"


def silent(done: float, total: float, unit: str) -> None:
    pass


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    def make(content: bytes = SOUND, key: str = "") -> ReleaseObject:
        digest = hashlib.sha256(content).hexdigest()
        path = tmp_path / f"{digest[:8]}.mp3"
        path.write_bytes(content)
        key = key or f"audio/tea-{digest[:8]}.mp3"
        return ReleaseObject(key, path, digest, "audio/mpeg")

    return make


def listen(store: ObjectStore, event: str, handler: Callable[..., Any]) -> None:
    store.client.meta.events.register(event, handler)


def parts_sent(store: ObjectStore) -> list[str]:
    """The numbers of the parts that are sent from now on, sorted as they come."""
    seen: list[str] = []

    def look(request: AWSRequest, **_: Any) -> None:
        seen.append(str(request.url).partition("partNumber=")[2].partition("&")[0])

    listen(store, "before-send.s3.UploadPart", look)
    return seen


def break_off(store: ObjectStore, upload: ReleaseObject, after: int = 2) -> None:
    """Send so many parts, then lose the line, for this once."""
    left = [True] * after
    broken = [True]

    def fail(**_: Any) -> None:
        if not broken:
            return
        if not left:
            raise OSError("the line went")
        left.pop()

    listen(store, "before-send.s3.UploadPart", fail)
    with pytest.raises(StorageError):
        store.upload([upload], silent)
    broken.clear()


def open_uploads(store: ObjectStore) -> list[Any]:
    found = store.client.list_multipart_uploads(Bucket=store.bucket, Prefix=store.prefix)
    return list(found.get("Uploads", []))


def arrived(store: ObjectStore, upload: ReleaseObject) -> bool:
    found = store.get(upload.key)
    assert found is not None
    content, stored = found
    assert (stored.type, stored.cache_control) == (upload.type, upload.cache_control)
    assert stored.sha256 == upload.sha256
    return hashlib.sha256(content).hexdigest() == upload.sha256


@pytest.mark.parametrize("name", ["store", "rclone_server", "moto_server"])
def test_what_broke_off_goes_on_with_the_parts_that_are_there(
    name: str, request: pytest.FixtureRequest, recording: Recording
) -> None:
    found = request.getfixturevalue(name)
    store = found if isinstance(found, ObjectStore) else found.store()
    upload = recording()
    break_off(store, upload)
    assert upload.key not in store.list()
    assert len(open_uploads(store)) == 1
    sent = parts_sent(store)
    steps: list[float] = []
    store.upload([upload], lambda done, total, unit: steps.append(done / total))
    assert len(sent) == 2, "of four parts two were there"
    assert steps[-1] == 1.0
    assert arrived(store, upload)
    assert open_uploads(store) == []


def test_an_upload_that_only_lacked_its_end_is_ended(
    store: ObjectStore, recording: Recording
) -> None:
    upload = recording()
    broken = [True]

    def fail(**_: Any) -> None:
        if broken:
            raise OSError("the line went")

    listen(store, "before-send.s3.CompleteMultipartUpload", fail)
    with pytest.raises(StorageError):
        store.upload([upload], silent)
    broken.clear()
    sent = parts_sent(store)
    store.upload([upload], silent)
    assert sent == []
    assert arrived(store, upload)


def test_parts_with_other_bytes_are_sent_again(store: ObjectStore, recording: Recording) -> None:
    upload = recording()
    place: dict[str, Any] = {"Bucket": store.bucket, "Key": store.full(upload.key)}
    headers = store.headers(upload.type, upload.cache_control, upload.sha256)
    opened = store.client.create_multipart_upload(**place, **headers)["UploadId"]
    for number, body in ((1, b"x" * PART_SIZE), (2, SOUND[PART_SIZE : 2 * PART_SIZE])):
        store.client.upload_part(**place, UploadId=opened, PartNumber=number, Body=body)
    sent = parts_sent(store)
    store.upload([upload], silent)
    assert sorted(sent) == ["1", "3", "4"]
    assert arrived(store, upload)


def test_a_key_without_a_hash_never_goes_on_with_what_may_be_another_file(
    store: ObjectStore, recording: Recording
) -> None:
    upload = recording(key="audio/tea.mp3")
    break_off(store, upload)
    sent = parts_sent(store)
    store.upload([upload], silent)
    assert sorted(sent) == ["1", "2", "3", "4"]
    assert arrived(store, upload)


def test_somebody_else_who_sends_the_same_file_first_is_no_harm(
    store: ObjectStore, recording: Recording, wire: Any
) -> None:
    upload = recording()
    other = ObjectStore(store.settings, store._keys)
    ended: list[bool] = []

    def overtake(request: AWSRequest, **_: Any) -> None:
        if not ended and "partNumber=4" in str(request.url):
            ended.append(True)
            other.upload([upload], silent)  # joins the open upload, and ends it

    wire.on("before-send.s3.UploadPart", overtake)
    store.upload([upload], silent)
    assert ended
    assert arrived(store, upload)


def test_an_upload_that_somebody_ended_without_the_file_is_said(
    store: ObjectStore, recording: Recording, wire: Any
) -> None:
    upload = recording()

    def abort(**_: Any) -> None:
        for row in open_uploads(store):
            store.client.abort_multipart_upload(
                Bucket=store.bucket, Key=row["Key"], UploadId=row["UploadId"]
            )

    wire.on("before-send.s3.UploadPart", abort)
    with pytest.raises(StorageError):
        store.upload([upload], silent)
    assert store.list() == {}


def test_a_store_that_asks_for_a_moments_patience_gets_the_file_again(
    store: ObjectStore, recording: Recording
) -> None:
    class Body:
        def stream(self, **_: Any) -> list[bytes]:
            return [b""]

    answers = [503]

    def refuse(request: AWSRequest, **_: Any) -> AWSResponse | None:
        if answers:
            return AWSResponse(request.url, answers.pop(), {}, Body())  # type: ignore[arg-type]
        return None

    listen(store, "before-send.s3.PutObject", refuse)
    small = recording(b"small")
    store.upload([small], silent)
    assert not answers
    assert arrived(store, small)


def test_the_acl_of_the_settings_goes_with_every_file(
    store: ObjectStore, recording: Recording
) -> None:
    told = ObjectStore(store.settings.model_copy(update={"acl": "public-read"}), store._keys)
    seen: list[str] = []

    def look(request: AWSRequest, **_: Any) -> None:
        seen.append(str(request.headers.get("x-amz-acl", "")))

    for event in ("PutObject", "CreateMultipartUpload"):
        listen(told, f"before-send.s3.{event}", look)
    small = recording(b"small")
    told.upload([recording(), small], silent)
    assert len(seen) == 2
    assert all("public-read" in each for each in seen)
