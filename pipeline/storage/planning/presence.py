"""Whether a store holds a file already, and whether a key would get bytes that it must not have."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pipeline.storage.planning.changes import Danger
from pipeline.storage.planning.release_object import HASHED_KEY, ReleaseObject
from pipeline.storage.store.object_store import Listed, ObjectStore


def holds(store: ObjectStore, item: ReleaseObject, listed: Listed | None) -> bool:
    """Whether the store holds these bytes; asks for more than the listing only when it must."""
    size = item.size
    if size is None:
        return listed is not None and item.immutable
    if listed is None or listed.size != size:
        return False
    if item.immutable or listed.etag == _md5(item.path):
        return True
    # The ETag is no MD5 where the object went in parts or the store encrypts.
    stored = store.head(item.key)
    return stored is not None and stored.sha256 == item.sha256


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def changed_keys(objects: Iterable[ReleaseObject], listed: dict[str, Listed]) -> list[Danger]:
    """Hashed keys that would hold other bytes than their name or the store says."""
    return [
        Danger(
            f"key-changed:{item.key}", f"{item.key} is cached for a year and would get other bytes"
        )
        for item in objects
        if HASHED_KEY.fullmatch(item.key)
        and not (item.immutable and _could_be(item, listed.get(item.key)))
    ]


def _could_be(item: ReleaseObject, listed: Listed | None) -> bool:
    # An empty object is what a publisher leaves that died without a checksum.
    return listed is None or listed.size in {0, item.size} or item.size is None
