"""Pages, transcripts and chapters keep their key: whose stay, when two clones have published them?

`known` is what this clone last released or found under a key, by its digest.

| known | live | ours | result |
|-------|------|------|--------|
| x     | x    | any  | ours |
| x     | y    | x    | theirs stay: changed elsewhere, and this clone is behind |
| x     | y    | z    | a danger by name: changed on both sides |
| -     | any  | any  | ours: a clone that has never released, as CI's, comes from git as it is now |

The show's own pages are made from all episodes: what holds for the feed holds for them (`merge`).
"""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pipeline.storage.planning.changes import Danger
from pipeline.storage.store.transfers import THREADS

if TYPE_CHECKING:
    from pipeline.storage.planning.release_object import ReleaseObject
    from pipeline.storage.store.object_store import ObjectStore


def changed_elsewhere(
    store: "ObjectStore",
    missing: "Sequence[ReleaseObject]",
    listed: Collection[str],
    known: Mapping[str, str],
    released: Mapping[str, str],
) -> "tuple[list[ReleaseObject], list[Danger]]":
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
    with ThreadPoolExecutor(THREADS) as pool:
        for item, live in zip(judged, pool.map(store.head, [i.key for i in judged]), strict=True):
            # Who writes without our digest is another program, and the host knows of it. What nobody
            # has released is what a release left that was killed, or older than a write that was lost.
            there = released.get(item.key, live.sha256) if live else None
            if there in {None, known[item.key], item.sha256}:
                continue
            if item.sha256 == known[item.key]:
                theirs.append(item)
            else:
                dangers.append(_danger(item))
    return theirs, dangers


def _danger(item: "ReleaseObject") -> Danger:
    name = f"file-changed-elsewhere:{item.key}"
    return Danger(
        name,
        f"{item.key} was changed here and, meanwhile, from another clone: git pull, or let this one "
        "win",
    )
