"""A large file in parts, which goes on where it was broken off.

A part that the store holds already counts when its size and ETag are those of our bytes, so nothing
is trusted but content. What breaks off stays open at the store, for the next run or for `gc`.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.errors import StorageError
from pipeline.storage.store.faults import code_of
from pipeline.storage.store.transfers import IMMUTABLE, PART_SIZE, Counter, Upload

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@dataclass
class PartedUpload:
    """One file; `key` is the whole key in the bucket, `headers` are boto3's arguments for it."""

    client: "S3Client"
    bucket: str
    key: str
    upload: Upload
    headers: Mapping[str, Any]
    counter: Counter
    _id: str = ""
    _md5s: list[bytes] = field(default_factory=list)
    _etags: dict[int, str] = field(default_factory=dict)  # by part, from 1
    _lock: Lock = field(default_factory=Lock)

    def begin(self, broken_off: Mapping[str, str]) -> list[int]:
        """Open the upload, or the one that was broken off (ids by key); the parts that are missing."""
        self._read_digests()
        found = broken_off.get(self.key)
        # Under a key that carries no content hash, another file may have been on its way.
        if found and self.upload.cache_control == IMMUTABLE:
            self._etags = self._kept(found)
            self._id = found if self._etags else ""
        if not self._id:
            opened = self.client.create_multipart_upload(**self._place, **self.headers)
            self._id = opened["UploadId"]
        for number in self._etags:
            self.counter.add(self._size(number))
        missing = [number for number in self._numbers if number not in self._etags]
        if not missing:
            self._complete()
        return missing

    def send(self, number: int) -> None:
        """Send one part; the last one makes the object."""
        from botocore.exceptions import ClientError

        with self.upload.path.open("rb") as file:
            file.seek((number - 1) * PART_SIZE)
            content = file.read(PART_SIZE)
        try:
            answer = self.client.upload_part(
                **self._place,
                UploadId=self._id,
                PartNumber=number,
                Body=content,
                # A file that changes while it is sent is refused by the store.
                ContentMD5=base64.b64encode(self._md5s[number - 1]).decode(),
            )
        except ClientError as error:
            if code_of(error) != "NoSuchUpload":
                raise
            self._expect_there(error)
            self.counter.add(len(content))
            return
        self.counter.add(len(content))
        with self._lock:
            # A part's ETag is its MD5, also where a proxy takes it out of the answer.
            self._etags[number] = answer.get("ETag", f'"{self._md5s[number - 1].hex()}"')
            is_last = len(self._etags) == len(self._md5s)
        if is_last:
            self._complete()

    @property
    def _place(self) -> dict[str, Any]:
        return {"Bucket": self.bucket, "Key": self.key}

    @property
    def _numbers(self) -> range:
        return range(1, len(self._md5s) + 1)

    def _read_digests(self) -> None:
        whole = hashlib.sha256()
        with self.upload.path.open("rb") as file:
            while part := file.read(PART_SIZE):
                whole.update(part)
                self._md5s.append(hashlib.md5(part, usedforsecurity=False).digest())
        self.upload.check(whole.hexdigest())

    def _size(self, number: int) -> int:
        return min(PART_SIZE, self.upload.size - (number - 1) * PART_SIZE)

    def _kept(self, upload_id: str) -> dict[int, str]:
        """The parts at the store that hold our bytes; none when it cannot tell."""
        from botocore.exceptions import ClientError

        found: dict[int, str] = {}
        try:
            pages = self.client.get_paginator("list_parts").paginate(
                **self._place, UploadId=upload_id
            )
            for row in (row for page in pages for row in page.get("Parts", [])):
                number, etag = row["PartNumber"], row.get("ETag", "")
                is_ours = number in self._numbers and row["Size"] == self._size(number)
                if is_ours and etag.strip('"') == self._md5s[number - 1].hex():
                    found[number] = etag
        except ClientError:
            return {}
        return found

    def _complete(self) -> None:
        parts: Any = [
            {"PartNumber": each, "ETag": etag} for each, etag in sorted(self._etags.items())
        ]
        try:
            self.client.complete_multipart_upload(
                **self._place, UploadId=self._id, MultipartUpload={"Parts": parts}
            )
        except Exception as error:
            # The answer may have been lost; or somebody else has sent the same file meanwhile.
            self._expect_there(error)

    def _expect_there(self, error: Exception) -> None:
        from botocore.exceptions import ClientError

        try:
            found = self.client.head_object(**self._place)
        except ClientError:
            raise error from None
        stored = {name.lower(): value for name, value in found.get("Metadata", {}).items()}
        if (found.get("ContentLength"), stored.get("sha256")) != (
            self.upload.size,
            self.upload.sha256,
        ):
            raise StorageError(
                f"the upload of {self.upload.path.name} was ended by somebody else",
                "run again: what is there is kept",
            ) from error


class OpenUpload(NamedTuple):
    """An upload that was begun and neither ended nor aborted; `key` is the whole key in the bucket."""

    begun: datetime
    id: str
    key: str


def open_uploads(client: "S3Client", bucket: str, prefix: str) -> list[OpenUpload]:
    """The open uploads below `prefix`, the oldest first; none where a store does not list them."""
    from botocore.exceptions import ClientError

    try:
        pages = client.get_paginator("list_multipart_uploads").paginate(
            Bucket=bucket, Prefix=prefix
        )
        rows = [row for page in pages for row in page.get("Uploads", [])]
    except ClientError:
        return []
    return sorted(OpenUpload(row["Initiated"], row["UploadId"], row["Key"]) for row in rows)


def broken_off(client: "S3Client", bucket: str, prefix: str) -> dict[str, str]:
    """The id of the newest open upload of each key below `prefix`."""
    return {each.key: each.id for each in open_uploads(client, bucket, prefix)}
