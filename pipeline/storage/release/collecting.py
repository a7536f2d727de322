"""How garbage collection and a release that goes on beside it stay out of each other's way.

gc announces the keys that it is about to delete. It looks once more whether anything refers to them, and
then deletes. A release points to its files, and then looks for such announcements. So the later of the
two sees the other. Either gc leaves what the feed points to by now. Or the release waits until gc is
through, and sends again what has gone. An announcement holds for a moment only. After that gc deletes
nothing on its strength, so that a gc that was killed holds nobody up.
"""

import contextlib
import json
import secrets
import time
from collections.abc import Callable, Collection, Iterator

from pipeline.storage.store.object_store import ObjectStore
from pipeline.web.addresses import RELEASES_PREFIX
from pipeline.workspace import dump_json

PREFIX = f"{RELEASES_PREFIX}collecting-"
LEASE = 30.0  # seconds for which gc may delete what it has announced
PATIENCE = 2 * LEASE  # seconds after which an announcement is of a gc that was killed
_PAUSE = 0.3  # seconds between looks


@contextlib.contextmanager
def announced(store: ObjectStore, keys: Collection[str]) -> Iterator[Callable[[], bool]]:
    """Announce that `keys` are about to be deleted; yields whether that may still be done."""
    marker = f"{PREFIX}{secrets.token_hex(8)}.json"
    begun = time.monotonic()
    store.put(marker, dump_json({"version": 1, "keys": sorted(keys)}).encode(), "application/json")
    try:
        yield lambda: time.monotonic() - begun < LEASE
    finally:
        store.delete(marker)


def wait_for_collections(store: ObjectStore, keys: Collection[str]) -> None:
    """Return once nobody is about to delete any of `keys`; removes what a killed gc announced."""
    begun = time.monotonic()
    while markers := [each for each in store.list(PREFIX) if _names(store, each) & set(keys)]:
        if time.monotonic() - begun > PATIENCE:
            for marker in markers:
                store.delete(marker)
            return
        time.sleep(_PAUSE)


def _names(store: ObjectStore, marker: str) -> set[str]:
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return set(json.loads(store.content(marker))["keys"])
    return set()
