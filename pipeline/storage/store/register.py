"""A compare-and-swap out of multipart uploads, for stores that know no conditional writes.

Whoever wants to write opens an upload on the key, then looks at all that are open there, aborts the
others, and completes its own only if the object is still what it read. An upload that was aborted
cannot be completed, so of two writers who saw each other at most one wins, and of two who did not,
the later one sees what the earlier has written. The store must list uploads consistently.
"""

import base64
import contextlib
import hashlib
import time
from typing import TYPE_CHECKING, Any

from pipeline.storage.store.faults import Conflict, code_of, explain
from pipeline.storage.store.object_store import MINUTES, ObjectStore, Stored

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_POLLS = 20
_PAUSE = 0.1  # seconds between looks at uploads that were told to go


def swap_by_register(
    store: ObjectStore,
    key: str,
    old: tuple[bytes, Stored] | None,
    new: bytes,
    type: str,  # noqa: A002
) -> None:
    """Replace `old` (None: no object) by `new`; Conflict when somebody else writes meanwhile."""
    try:
        _Upload(store, key).swap(old, new, type)
    except Exception as error:
        raise explain(error, store.host, store.bucket) from error


class _Upload:
    def __init__(self, store: ObjectStore, key: str) -> None:
        self._store = store
        self._key = key
        self._full = store.full(key)
        self._id = ""

    @property
    def _client(self) -> "S3Client":
        return self._store.client

    def swap(self, old: tuple[bytes, Stored] | None, new: bytes, kind: str) -> None:
        after = old[1].modified if old else None
        headers = self._store.headers(kind, MINUTES, hashlib.sha256(new).hexdigest(), after)
        place: dict[str, Any] = {"Bucket": self._store.bucket, "Key": self._full}
        self._id = self._client.create_multipart_upload(**place, **headers)["UploadId"]
        try:
            digest = hashlib.md5(new, usedforsecurity=False)
            md5 = base64.b64encode(digest.digest()).decode()
            part = self._client.upload_part(
                **place, UploadId=self._id, PartNumber=1, Body=new, ContentMD5=md5
            )
            self._be_alone()
            found = self._store.get(self._key)
            if (found[0] if found else None) != (old[0] if old else None):
                raise _lost(self._key)
            # A part's ETag is its MD5, also where a proxy takes it out of the answer.
            self._complete(place, part.get("ETag", f'"{digest.hexdigest()}"'), new)
        except BaseException:
            with contextlib.suppress(Exception):
                self._abort(self._id)
            raise

    def _be_alone(self) -> None:
        """Abort everybody else's uploads; Conflict when ours was aborted or others do not go."""
        for _ in range(_POLLS):
            listed = self._open()
            if self._id not in listed:
                raise _lost(self._key)
            others = listed - {self._id}
            if not others:
                return
            for other in others:
                self._abort(other)
            time.sleep(_PAUSE)
        raise _lost(self._key)

    def _open(self) -> set[str]:
        found: set[str] = set()
        pages = self._client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self._store.bucket, Prefix=self._full
        )
        for page in pages:
            found |= {
                row["UploadId"] for row in page.get("Uploads", []) if row["Key"] == self._full
            }
        return found

    def _abort(self, upload: str) -> None:
        from botocore.exceptions import ClientError

        try:
            self._client.abort_multipart_upload(
                Bucket=self._store.bucket, Key=self._full, UploadId=upload
            )
        except ClientError as error:
            if code_of(error) != "NoSuchUpload":
                raise

    def _complete(self, place: dict[str, Any], etag: str, new: bytes) -> None:
        parts: Any = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
        try:
            # An SDK's retry would find no upload after a success whose answer was lost.
            self._store.client_once.complete_multipart_upload(
                **place, UploadId=self._id, MultipartUpload=parts
            )
        except Exception as error:
            found = self._store.get(self._key)
            if found and found[0] == new:
                return
            if _is_gone(error):
                raise _lost(self._key) from error
            raise


def _is_gone(error: Exception) -> bool:
    from botocore.exceptions import ClientError

    return isinstance(error, ClientError) and code_of(error) == "NoSuchUpload"


def _lost(key: str) -> Conflict:
    return Conflict(
        f"somebody else is writing {key} at this moment", "run again on what is there now"
    )
