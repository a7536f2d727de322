"""Which files a release sends: what a store holds already, whose a page is, and who only stands by.

**Bystanders** are episodes that a release does not publish: they stay as they were last released. Their
builds on this machine may be half done, changed since, or behind what a colleague has released. None of
that goes out with another episode, and none of it stops one: the feed keeps their items, the store
keeps their files. Only what the store has lost is sent again, if it is what was released.

Pages, transcripts and chapters **keep their key**: whose stay, when two clones have published them?
`known` is what this clone last released or found under a key, by its digest.

| known | live | ours | result |
|-------|------|------|--------|
| x     | x    | any  | ours |
| x     | y    | x    | theirs stay: changed elsewhere, and this clone is behind |
| x     | y    | z    | a danger by name: changed on both sides |
| -     | any  | any  | ours: a clone that has never released, as CI's, comes from git as it is now |

The show's own pages are made from all episodes: what holds for the feed holds for them (`merge`).
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from pipeline.storage.planning.changes import Danger
from pipeline.storage.planning.inventory import Inventory
from pipeline.storage.store.object_store import Listed, ObjectStore
from pipeline.storage.store.release_object import HASHED_KEY, ReleaseObject
from pipeline.storage.store.transfers import at_once


def holds(store: ObjectStore, item: ReleaseObject, listed: Listed | None) -> bool:
    """Whether the store holds these bytes; asks for more than the listing only when it must."""
    size = item.size
    if size is None:
        return listed is not None and item.immutable
    if listed is None or listed.size != size:
        return False
    if item.immutable:
        return True
    with item.path.open("rb") as file:
        md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if listed.etag == md5:
        return True
    # The ETag is no MD5 where the object went in parts or the store encrypts.
    stored = store.head(item.key)
    return stored is not None and stored.sha256 == item.sha256


def changed_keys(objects: Iterable[ReleaseObject], listed: Mapping[str, Listed]) -> list[Danger]:
    """Hashed keys that would hold other bytes than their name or the store says."""

    def could_be(item: ReleaseObject, there: Listed | None) -> bool:
        # An empty object is what a publisher leaves that died without a checksum.
        return there is None or there.size in {0, item.size} or item.size is None

    return [
        Danger(
            f"key-changed:{item.key}", f"{item.key} is cached for a year and would get other bytes"
        )
        for item in objects
        if HASHED_KEY.fullmatch(item.key)
        and not (item.immutable and could_be(item, listed.get(item.key)))
    ]


def stand_by(
    objects: Sequence[ReleaseObject],
    others: Mapping[str, str],
    built: Mapping[str, str],
    released: Inventory,
    listed: Mapping[str, Listed],
    is_there: Callable[[ReleaseObject], bool],
) -> tuple[Sequence[ReleaseObject], frozenset[str]]:
    """What may be sent of `objects`, and who of `others` is not here as it was released.

    `others` are GUIDs by slug, `built` the digests of the `item.json` files here by GUID.
    """

    def as_released(item: ReleaseObject) -> bool:
        """Whether listeners get these bytes, or would if the store had not lost them."""
        if item.key in listed:
            return item.immutable if item.size is None else is_there(item)
        return released.files.get(item.key) == item.sha256 and item.size is not None

    held = {others[each.slug] for each in objects if each.slug in others and not as_released(each)}
    held |= {
        guid for guid in others.values() if released.items.get(guid) not in {None, built[guid]}
    }
    return [item for item in objects if others.get(item.slug) not in held], frozenset(held)


def changed_elsewhere(
    store: ObjectStore,
    missing: Sequence[ReleaseObject],
    listed: Collection[str],
    known: Mapping[str, str],
    released: Mapping[str, str],
) -> tuple[list[ReleaseObject], list[Danger]]:
    """Of the files that a release would overwrite: those that must stay as they are, and dangers.

    `known` is what this clone has released, `released` what is public, by key. Asks the store for each
    file that has changed here since then.
    """
    judged = [
        item
        for item in missing
        if item.slug and not item.immutable and item.key in known and item.key in listed
    ]
    theirs, dangers = [], []
    for item, live in zip(judged, at_once(store.head, [each.key for each in judged]), strict=True):
        # Who writes without our digest is another program, and the host knows of it. What nobody
        # has released is what a release left that was killed, or older than a write that was lost.
        there = released.get(item.key, live.sha256) if live else None
        if there in {None, known[item.key], item.sha256}:
            continue
        if item.sha256 == known[item.key]:
            theirs.append(item)
        else:
            message = (
                f"{item.key} was changed here and, meanwhile, from another clone: git pull, or let "
                "this one win"
            )
            dangers.append(Danger(f"file-changed-elsewhere:{item.key}", message))
    return theirs, dangers
