"""Sending many files at once: small ones whole, large ones in parts, with one pool of threads."""

from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from pipeline.storage.store.parts import PartedUpload, broken_off
from pipeline.storage.store.transfers import IMMUTABLE, PART_SIZE, Counter, Upload, run_all

if TYPE_CHECKING:
    from pipeline.storage.store.object_store import ObjectStore


def send_all(store: "ObjectStore", uploads: Sequence[Upload], counter: Counter) -> None:
    """Send files, the largest first; memory stays below one part for each thread.

    The first failure stops what has not begun. Raises what botocore raises, and StorageError, also for
    a file that has changed.
    """
    ordered = sorted(uploads, key=lambda upload: -upload.size)
    small = [upload for upload in ordered if upload.size < PART_SIZE]
    jobs = _parts(store, [upload for upload in ordered if upload.size >= PART_SIZE], counter)
    jobs += [partial(_send_whole, store, upload, counter) for upload in small]
    run_all(lambda job: job(), jobs)


def _parts(
    store: "ObjectStore", uploads: Sequence[Upload], counter: Counter
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


def _send_whole(store: "ObjectStore", upload: Upload, counter: Counter) -> None:
    content = upload.read()
    store.put(upload.key, content, upload.type, upload.cache_control, upload.sha256)
    counter.add(len(content))
