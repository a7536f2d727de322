"""Whether a store holds what it said that it took: some acknowledge a write and lose it."""

import time
from collections.abc import Mapping, Sequence

from pipeline.errors import StorageError
from pipeline.storage.store.object_store import Listed, ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.storage.store.transfers import at_once

_PAUSES = (0.5, 1.0)  # seconds; a store may need a moment until a write is seen everywhere
_SHOWN = 5  # keys named in an error


def check_receipt(
    store: ObjectStore, sent: Sequence[ReleaseObject], before: Mapping[str, Listed]
) -> None:
    """StorageError for files that the store still holds as `before`, or not at all."""
    taken = at_once(lambda item: took(store, item.key, item.sha256, before.get(item.key)), sent)
    lost = [item.key for item, is_there in zip(sent, taken, strict=True) if not is_there]
    if lost:
        more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
        raise lost_write(store, f"{', '.join(lost[:_SHOWN])}{more}", "the feed was not changed")


def lost_write(store: ObjectStore, what: str, so: str) -> StorageError:
    """The error for a write that a store acknowledged and does not hold; `so` is what follows."""
    return StorageError(
        f"{store.host} acknowledged {what}, and does not hold it: {so}",
        "run again; if it happens twice, the store loses writes: ask who runs it",
    )


def took(store: ObjectStore, key: str, sha256: str, before: Listed | None) -> bool:
    """Whether a write was applied, be it that somebody else has written since."""
    for pause in (*_PAUSES, 0.0):
        stored = store.head(key)
        if store.digest(key, stored) == sha256:
            return True
        if stored is not None and (before is None or stored.etag.strip('"') != before.etag):
            return True  # another publisher's by now
        time.sleep(pause)
    return False
