"""What belongs to a feed under keys that stay, so that a release can be put back as a whole.

`releases/files/<first digits of the feed's sha256>.json` has the digest of every page, transcript,
older page of the feed and so on, and that of every episode's `item.json`. It is written before its
feed goes live. A version that a release is about to replace is kept first, as
`releases/objects/<sha256>`.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from pipeline.errors import StorageError
from pipeline.storage.store.conditions import swap
from pipeline.storage.store.object_store import ObjectStore, Stored
from pipeline.storage.store.release_object import IMMUTABLE, MINUTES, ReleaseObject
from pipeline.storage.store.transfers import at_once
from pipeline.web.addresses import RELEASES_PREFIX
from pipeline.workspace import dump_json

OBJECTS_PREFIX = f"{RELEASES_PREFIX}objects/"
INVENTORIES_PREFIX = f"{RELEASES_PREFIX}files/"
_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Inventory:
    """Digests of what is public: `files` by key, `items` (each episode's `item.json`) by GUID."""

    files: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, content: bytes, name: str) -> "Inventory":
        """StorageError when it is damaged; `name` is where it lies."""
        try:
            found = json.loads(content)
            files = {str(key): str(digest) for key, digest in found["files"].items()}
            items = {str(guid): str(digest) for guid, digest in found["items"].items()}
            return cls(files, items)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise StorageError(
                f"{name} in the bucket is damaged", "remove it: a release does without it too"
            ) from None

    def after(
        self, objects: Iterable[ReleaseObject], built: Mapping[str, str], lost: Collection[str]
    ) -> "Inventory":
        """That of the release which follows: its `objects` and, by GUID, the `item.json` files `built`.

        `lost` are the GUIDs that are in its feed no more.
        """
        files = {item.key: item.sha256 for item in objects if not item.immutable}
        items = {guid: sha for guid, sha in {**self.items, **built}.items() if guid not in lost}
        return Inventory({**self.files, **files}, items)

    def dump(self) -> bytes:
        """The same bytes for the same content."""
        return dump_json({
            "version": 1,
            "files": dict(sorted(self.files.items())),
            "items": dict(sorted(self.items.items())),
        }).encode()  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """The inventory of a feed, as it was `found` in the store; None where there is none yet."""

    key: str
    inventory: Inventory = field(default_factory=Inventory)
    found: tuple[bytes, Stored] | None = None


def digits_of(feed: bytes) -> str:
    """The first eight digits of a feed's sha256, by which its release is named too."""
    return hashlib.sha256(feed).hexdigest()[:8]


def inventory_key(digits: str) -> str:
    """Where the inventory of a feed lies, by the first eight digits of its sha256."""
    return f"{INVENTORIES_PREFIX}{digits}.json"


def kept_key(sha256: str) -> str:
    """Where a version is kept that was replaced."""
    return f"{OBJECTS_PREFIX}{sha256}"


def find_inventory(store: ObjectStore, digits: str, listed: Collection[str]) -> Known:
    """The inventory of a feed; an empty one where an older version has released it."""
    key = inventory_key(digits)
    found = store.get(key) if key in listed else None
    return Known(key, Inventory.read(found[0], key), found) if found else Known(key)


def write_inventory(store: ObjectStore, known: Known, inventory: Inventory) -> None:
    """Replace an inventory unless it is the same; Conflict when somebody else did meanwhile."""
    content = inventory.dump()
    if known.found is None or content != known.found[0]:
        swap(store, known.key, known.found, content, _TYPE)


def keep_versions(
    store: ObjectStore, inventory: Inventory, keys: Iterable[str], listed: Collection[str]
) -> Inventory:
    """Keep what `keys` hold, before other bytes go there; `inventory` is what is public.

    Returns it with what an older version of us had not written down.
    """

    def keep(key: str) -> tuple[str, str] | None:
        digest = inventory.files.get(key)
        if digest and kept_key(digest) in listed:
            return None
        found = store.get(key)
        if found is None:
            return None
        sha256 = hashlib.sha256(found[0]).hexdigest()
        if digest not in {None, sha256}:
            return None  # a release that was killed has been here: nobody was pointed to its bytes
        if kept_key(sha256) not in listed:
            store.put(kept_key(sha256), found[0], found[1].type, IMMUTABLE)
        return key, sha256

    kept = dict(filter(None, at_once(keep, keys)))
    return replace(inventory, files={**inventory.files, **kept})


def unlike(store: ObjectStore, files: Mapping[str, str]) -> dict[str, str]:
    """Those of `files` that the store does not hold so at this moment."""
    found = at_once(lambda key: store.digest(key, store.head(key)), files)
    return {
        key: files[key] for key, sha256 in zip(files, found, strict=True) if sha256 != files[key]
    }


def put_back(store: ObjectStore, files: Mapping[str, str]) -> None:
    """Put versions back that were kept."""

    def restore(key: str) -> None:
        found = store.get(kept_key(files[key]))
        if found is None:
            raise StorageError(
                f"what {key} held has vanished from {OBJECTS_PREFIX}",
                "somebody else works on this bucket: run again",
            )
        store.put(key, found[0], found[1].type, MINUTES)

    at_once(restore, files)
