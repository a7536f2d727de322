"""Sending many files at once: small ones whole, large ones in parts, with one pool of threads."""

from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.storage.parts import PartedUpload, broken_off
from pipeline.storage.transfers import IMMUTABLE, PART_SIZE, Counter, Upload, run_all

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


class Destination(Protocol):
    """What sending asks of an object store."""

    bucket: str
    prefix: str

    @property
    def client(self) -> "S3Client": ...

    def full(self, key: str) -> str: ...

    def headers(self, content_type: str, cache_control: str, sha256: str) -> dict[str, Any]: ...

    def put_file(self, upload: Upload, content: bytes) -> None: ...


def send_all(store: Destination, uploads: Sequence[Upload], counter: Counter) -> None:
    """Send files, the largest first; memory stays below one part for each thread.

    The first failure stops what has not begun. Raises what botocore raises, and StorageError for a
    file that has changed.
    """
    ordered = sorted(uploads, key=lambda upload: -upload.size)
    small = [upload for upload in ordered if upload.size < PART_SIZE]
    jobs = _parts(store, [upload for upload in ordered if upload.size >= PART_SIZE], counter)
    jobs += [partial(_send_whole, store, upload, counter) for upload in small]
    run_all(lambda job: job(), jobs)


def _parts(
    store: Destination, uploads: Sequence[Upload], counter: Counter
) -> list[Callable[[], None]]:
    """Open the uploads of large files; what is left to do for them."""
    if not uploads:
        return []
    client, lock = store.client, Lock()
    jobs: list[Callable[[], None]] = []
    may_go_on = any(upload.cache_control == IMMUTABLE for upload in uploads)
    left = broken_off(client, store.bucket, store.prefix) if may_go_on else {}

    def begin(upload: Upload) -> None:
        headers = store.headers(upload.type, upload.cache_control, upload.sha256)
        parted = PartedUpload(
            client, store.bucket, store.full(upload.key), upload, headers, counter
        )
        missing = parted.begin(left)
        with lock:
            jobs.extend(partial(parted.send, number) for number in missing)

    run_all(begin, uploads)
    return jobs


def _send_whole(store: Destination, upload: Upload, counter: Counter) -> None:
    content = upload.read()
    store.put_file(upload, content)
    counter.add(len(content))
