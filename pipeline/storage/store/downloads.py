"""Files back from a store: streamed, and proven by their digest before they are there."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import StorageError
from pipeline.storage.store.faults import explain
from pipeline.storage.store.object_store import ObjectStore
from pipeline.workspace import atomic_path

if TYPE_CHECKING:
    from botocore.response import StreamingBody

_CHUNK = 1024 * 1024  # bytes in memory


def download(store: ObjectStore, key: str, target: Path, sha256: str) -> None:
    """Bring an object into `target`, which appears only when its bytes have this digest."""
    body = store.stream(key)
    if body is None:
        raise StorageError(
            f"{key} is not in the store at {store.host}",
            "was it published, and there? pullquote store status says where releases go",
        )
    with body, atomic_path(target) as temporary:
        digest = hashlib.sha256()
        with temporary.open("wb") as file:
            while chunk := _read(store, body):
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != sha256:
            raise StorageError(
                f"{key} is not the file that was published: its bytes have another digest",
                "publish again from the machine that has the recording",
            )


def _read(store: ObjectStore, body: "StreamingBody") -> bytes:
    try:
        return body.read(_CHUNK)
    except Exception as error:
        raise explain(error, store.host, store.bucket) from error
