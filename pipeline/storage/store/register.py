"""A compare-and-swap out of multipart uploads, for stores that know no conditional writes.

A writer opens an upload on the key. It looks at all uploads that are open there, and aborts the others.
It completes its own only if the object is still what it read. An upload that was aborted cannot be
completed: of two writers who saw each other, at most one wins. Of two who did not, the later one sees
what the earlier has written. The store must list uploads consistently.
"""

import base64
import contextlib
import hashlib
import time
from typing import Any

from pipeline.errors import StorageError
from pipeline.storage.store.faults import Conflict, code_of
from pipeline.storage.store.object_store import Found, ObjectStore
from pipeline.storage.store.release_object import MINUTES

_POLLS = 20  # looks at the uploads on a key before it gives up; chosen
_PAUSE = 0.1  # seconds between looks at uploads that were told to go


def swap_by_register(
    store: ObjectStore, key: str, old: Found | None, new: bytes, kind: str
) -> None:
    """Replace `old` (None: no object) by `new`; Conflict when somebody else writes meanwhile."""
    try:
        _swap_once(store, key, old, new, kind)
    except Conflict:
        raise
    except StorageError:
        if old is None or store.get(key):
            raise
        # rclone's server drops the object whose upload it fails to complete, and nobody has a feed then.
        _swap_once(store, key, None, new, kind)


def _swap_once(store: ObjectStore, key: str, old: Found | None, new: bytes, kind: str) -> None:
    from botocore.exceptions import ClientError

    with store.explained():
        headers = store.headers(
            kind, MINUTES, hashlib.sha256(new).hexdigest(), old[1].modified if old else None
        )
        place: dict[str, Any] = {"Bucket": store.bucket, "Key": store.full(key)}
        opened = store.client.create_multipart_upload(**place, **headers)["UploadId"]
        try:
            _swap(store, key, {**place, "UploadId": opened}, old[0] if old else None, new)
        except BaseException as error:
            with contextlib.suppress(Exception):
                store.abort(place["Key"], opened)
            if isinstance(error, ClientError) and code_of(error) == "NoSuchUpload":
                raise _lost(key) from error
            raise


def _swap(
    store: ObjectStore, key: str, ours: dict[str, Any], old: bytes | None, new: bytes
) -> None:
    md5 = hashlib.md5(new, usedforsecurity=False)
    part = store.client.upload_part(
        **ours, PartNumber=1, Body=new, ContentMD5=base64.b64encode(md5.digest()).decode()
    )
    _be_alone(store, key, ours["UploadId"])
    found = store.get(key)
    if (found[0] if found else None) != old:
        raise _lost(key)
    # A part's ETag is its MD5, also where a proxy takes it out of the answer.
    parts: Any = [{"PartNumber": 1, "ETag": part.get("ETag", f'"{md5.hexdigest()}"')}]
    try:
        # An SDK's retry would find no upload after a success whose answer was lost.
        store.client_once.complete_multipart_upload(**ours, MultipartUpload={"Parts": parts})
    except Exception:
        found = store.get(key)
        if not found or found[0] != new:
            raise


def _be_alone(store: ObjectStore, key: str, ours: str) -> None:
    """Abort everybody else's uploads; Conflict when ours was aborted or others do not go."""
    for _ in range(_POLLS):
        listed = {each.id for each in store.open_uploads(key)}
        if ours not in listed:
            raise _lost(key)
        if listed == {ours}:
            return
        for other in listed - {ours}:
            store.abort(store.full(key), other)
        time.sleep(_PAUSE)
    raise _lost(key)


def _lost(key: str) -> Conflict:
    return Conflict(
        f"somebody else is writing {key} at this moment", "run again on what is there now"
    )
