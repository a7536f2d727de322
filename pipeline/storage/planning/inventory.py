"""What belongs to a feed under keys that stay, so that a release can be put back as a whole.

`releases/files/<first digits of the feed's sha256>.json` has the digest of every page, transcript,
older page of the feed and so on, and that of every episode's `item.json`. It is written before its
feed goes live. A version that a release is about to replace is kept first, as
`releases/objects/<sha256>`. A release of pages only leaves the feed, and so the inventory's name, as it
was: an inventory knows those that it has replaced, so that a clone whose own is not among them sees that
the store was put back to what was there before.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

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
_KEPT = 50  # replaced inventories, chosen: a clone that is further behind is not told


@dataclass(frozen=True, slots=True)
class Replaced:
    """An inventory that was replaced: its mark, and the digests in which it differs from the next one.

    None is the digest of what it did not have.
    """

    mark: str
    files: Mapping[str, str | None]
    items: Mapping[str, str | None]


_UNKNOWN = Replaced("-", {}, {})  # in the place of those that nobody has written down


@dataclass(frozen=True, slots=True)
class Inventory:
    """Digests of what is public: `files` by key, `items` (each episode's `item.json`) by GUID.

    `past` are the inventories of the same feed that it has replaced, oldest first.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    past: tuple[Replaced, ...] = ()

    @classmethod
    def read(cls, content: bytes, name: str) -> "Inventory":
        """StorageError when it is damaged; `name` is where it lies."""
        try:
            found = json.loads(content)
            files = {str(key): str(digest) for key, digest in found["files"].items()}
            items = {str(guid): str(digest) for guid, digest in found["items"].items()}
            past = found.get("past", [asdict(_UNKNOWN)])
            return cls(files, items, tuple(Replaced(**each) for each in past))
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

    @property
    def mark(self) -> str:
        """The first eight digits of the sha256 of what it says is public."""
        return hashlib.sha256(replace(self, past=()).dump()).hexdigest()[:8]

    @property
    def trail(self) -> tuple[str, ...]:
        """The marks of those that it has replaced, oldest first, and its own."""
        return (*(each.mark for each in self.past), self.mark)

    def may_follow(self, mark: str) -> bool:
        """Whether it is, or may have replaced, the inventory with this mark."""
        return bool({mark, _UNKNOWN.mark} & {*self.trail})

    def over(self, before: "Inventory") -> "Inventory":
        """Put it in the place of another one of the same feed."""
        replaced = Replaced(
            before.mark, _undo(self.files, before.files), _undo(self.items, before.items)
        )
        past = (*before.past, replaced)
        return replace(self, past=past if len(past) <= _KEPT else (_UNKNOWN, *past[-_KEPT + 1 :]))

    def parting(self, trail: Sequence[str]) -> "Inventory":
        """The last that it has in common with the `trail` of another; an empty one where there is none."""
        common = next((mark for mark in reversed(trail) if mark in self.trail), "")
        files: dict[str, str | None] = {**self.files}
        items: dict[str, str | None] = {**self.items}
        for each in reversed(self.past[self.trail.index(common) :] if common else ()):
            files |= each.files
            items |= each.items
        return Inventory(_there(files), _there(items)) if common else Inventory()

    def dump(self) -> bytes:
        """The same bytes for the same content."""
        return dump_json({
            "version": 1,
            "files": dict(sorted(self.files.items())),
            "items": dict(sorted(self.items.items())),
            "past": [asdict(each) for each in self.past],
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


def write_inventory(store: ObjectStore, known: Known, inventory: Inventory) -> Inventory:
    """Replace an inventory unless it is the same; Conflict when somebody else did meanwhile.

    Returns the one that is in the store then.
    """
    if known.found and inventory.mark == known.inventory.mark:
        return known.inventory
    written = inventory.over(known.inventory) if known.found else replace(inventory, past=())
    swap(store, known.key, known.found, written.dump(), _TYPE)
    return written


def _undo(now: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str | None]:
    """What makes `before` of `now`."""
    keys = sorted({*now, *before})
    return {key: before.get(key) for key in keys if now.get(key) != before.get(key)}


def _there(found: Mapping[str, str | None]) -> dict[str, str]:
    return {key: digest for key, digest in found.items() if digest is not None}


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

    def restore(key: str) -> None:
        found = store.get(kept_key(files[key]))
        if found is None:
            raise StorageError(
                f"what {key} held has vanished from {OBJECTS_PREFIX}",
                "somebody else works on this bucket: run again",
            )
        store.put(key, found[0], found[1].type, MINUTES)

    at_once(restore, files)
