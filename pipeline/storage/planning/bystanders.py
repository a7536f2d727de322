"""Episodes that a release does not publish: they stay as they were last released.

Their builds on this machine may be half done, changed since, or behind what a colleague has released.
None of that goes out with another episode, and none of it stops one: the feed keeps their items, the
store keeps their files. Only what the store has lost is sent again, if it is what was released.
"""

from collections.abc import Callable, Mapping, Sequence

from pipeline.storage.planning.inventory import Inventory
from pipeline.storage.planning.release_object import ReleaseObject
from pipeline.storage.store.object_store import Listed


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
    if not others:
        return objects, frozenset()
    differing = {
        others[item.slug]
        for item in objects
        if item.slug in others and not _as_released(item, released, listed, is_there)
    }
    held = differing | {
        guid for guid in others.values() if released.items.get(guid) not in {None, built[guid]}
    }
    return [item for item in objects if others.get(item.slug) not in held], frozenset(held)


def _as_released(
    item: ReleaseObject,
    released: Inventory,
    listed: Mapping[str, Listed],
    is_there: Callable[[ReleaseObject], bool],
) -> bool:
    """Whether listeners get these bytes, or would if the store had not lost them."""
    if item.key in listed:
        return item.immutable if item.size is None else is_there(item)
    return released.files.get(item.key) == item.sha256 and item.size is not None
