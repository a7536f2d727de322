"""Feeds beside the subscribed page, which several publishers write: older pages, and link posts.

As the subscribed one, they are merged with what others have put, and replaced only as they were read.
"""

import contextlib
import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.errors import StorageError
from pipeline.storage.planning.feed_pages import PREFIX
from pipeline.storage.planning.inventory import kept_key
from pipeline.storage.planning.merge import Merged, merge_posts
from pipeline.storage.store.conditions import swap
from pipeline.storage.store.faults import Conflict
from pipeline.storage.store.object_store import Listed, ObjectStore, Stored
from pipeline.storage.store.release_object import FEED_TYPE, IMMUTABLE, ReleaseObject
from pipeline.web.addresses import FEED_KEY, POSTS_FEED_KEY


def with_pages(
    objects: Sequence[ReleaseObject], merged: Merged, scratch: Path
) -> Iterator[ReleaseObject]:
    """The same files, with the older pages of the merged feed instead of ours."""
    ours = {item.key: item for item in objects if item.key.startswith(PREFIX)}
    yield from (item for item in objects if item.key not in ours)
    for key, content in merged.pages.items():
        if key == FEED_KEY:
            continue
        page = ours.get(key, ReleaseObject(key, scratch, "", FEED_TYPE))
        same = page.sha256 == hashlib.sha256(content).hexdigest()
        yield page if same else page.holding(content, scratch)


def with_their_posts(
    objects: Sequence[ReleaseObject],
    others: Mapping[str, tuple[bytes, Stored]],
    merged: Merged,
    shown: Collection[str],
    removed: Collection[str],
    scratch: Path,
) -> Sequence[ReleaseObject]:
    """The same files, with the link posts of others in the feed of posts.

    Without posts here, theirs stays as it is; one that cannot be read is replaced.
    """

    def with_theirs(item: ReleaseObject) -> ReleaseObject:
        if item.key != POSTS_FEED_KEY or item.key not in others:
            return item
        there = others[item.key][0]
        with contextlib.suppress(StorageError):
            posts = merge_posts(item.path.read_bytes(), there, merged, shown, removed)
            return item.holding(posts, scratch)
        return item

    return [with_theirs(item) for item in objects]


def swap_other(
    store: ObjectStore,
    item: ReleaseObject,
    others: Mapping[str, tuple[bytes, Stored]],
    listed: Mapping[str, Listed],
) -> None:
    """Put one in place of what we saw: one of `others`, or else our own file; Conflict otherwise.

    What it replaces is kept: it may belong to a release that somebody is about to make.
    """
    old = others.get(item.key)
    if old is None and item.key in listed:
        old = store.get(item.key)
        if old and old[1].etag.strip('"') != listed[item.key].etag:
            raise Conflict(f"somebody else has written {item.key} meanwhile", "run again")
    if old and kept_key(sha256 := hashlib.sha256(old[0]).hexdigest()) not in listed:
        store.put(kept_key(sha256), old[0], FEED_TYPE, IMMUTABLE)
    swap(store, item.key, old, item.read(), FEED_TYPE)
