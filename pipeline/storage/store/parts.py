"""Sending many files at once: small ones whole, large ones in parts, with one pool of threads.

A large file goes on where it was broken off. A part that the store holds already counts when its size
and ETag are those of our bytes, so nothing is trusted but content. What breaks off stays open at the
store, for the next run or for `gc`.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from pipeline.errors import StorageError
from pipeline.storage.store.faults import code_of
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.storage.store.transfers import PART_SIZE, Counter, at_once

if TYPE_CHECKING:
    from pipeline.storage.store.object_store import ObjectStore


def send_all(store: "ObjectStore", uploads: Sequence[ReleaseObject], counter: Counter) -> None:
    """Send files, the largest first; memory stays below one part for each thread.

    The first failure stops what has not begun. Raises what botocore raises, and StorageError, also for
    a file that has changed.
    """
    sizes = {upload: upload.size or 0 for upload in uploads}
    ordered = sorted(sizes, key=lambda upload: -sizes[upload])
    large = [upload for upload in ordered if sizes[upload] >= PART_SIZE]
    may_go_on = any(upload.immutable for upload in large)
    left = {each.key: each.id for each in store.open_uploads()} if may_go_on else {}

    def begin(upload: ReleaseObject) -> list[Callable[[], None]]:
        parted = _PartedUpload(store, upload, sizes[upload], counter)
        return [partial(parted.send, number) for number in parted.begin(left)]

    def send_whole(upload: ReleaseObject) -> None:
        content = upload.read()
        store.put(upload.key, content, upload.type, upload.cache_control, upload.sha256)
        counter.add(len(content))

    jobs = [job for jobs in at_once(begin, large) for job in jobs]
    jobs += [partial(send_whole, upload) for upload in ordered[len(large) :]]
    at_once(lambda job: job(), jobs)


@dataclass
class _PartedUpload:
    """One large file, of `size` bytes."""

    store: "ObjectStore"
    upload: ReleaseObject
    size: int
    counter: Counter
    _id: str = ""
    _md5s: list[bytes] = field(default_factory=list)
    _etags: dict[int, str] = field(default_factory=dict)  # by part, from 1
    _lock: Lock = field(default_factory=Lock)

    def begin(self, broken_off: Mapping[str, str]) -> list[int]:
        """Open the upload, or the one that was broken off (ids by key); the parts that are missing."""
        self._read_digests()
        found = broken_off.get(self.store.full(self.upload.key))
        # Under a key that carries no content hash, another file may have been on its way.
        if found and self.upload.immutable:
            self._etags = self._kept(found)
            self._id = found if self._etags else ""
        if not self._id:
            headers = self.store.headers(
                self.upload.type, self.upload.cache_control, self.upload.sha256
            )
            opened = self.store.client.create_multipart_upload(**self._place, **headers)
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
            answer = self.store.client.upload_part(
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
        return {"Bucket": self.store.bucket, "Key": self.store.full(self.upload.key)}

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
        return min(PART_SIZE, self.size - (number - 1) * PART_SIZE)

    def _kept(self, upload_id: str) -> dict[int, str]:
        """The parts at the store that hold our bytes; none when it cannot tell."""
        from botocore.exceptions import ClientError

        found: dict[int, str] = {}
        try:
            pages = self.store.client.get_paginator("list_parts").paginate(
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
            self.store.client.complete_multipart_upload(
                **self._place, UploadId=self._id, MultipartUpload={"Parts": parts}
            )
        except Exception as error:
            # The answer may have been lost; or somebody else has sent the same file meanwhile.
            self._expect_there(error)

    def _expect_there(self, error: Exception) -> None:
        found = self.store.head(self.upload.key)
        if found is None:
            raise error from None
        if (found.size, found.sha256) != (self.size, self.upload.sha256):
            raise StorageError(
                f"the upload of {self.upload.path.name} was ended by somebody else",
                "run again: what is there is kept",
            ) from error
