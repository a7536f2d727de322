"""A feed as a whole: the subscribed page, the older ones that it links to, and the feed of link posts.

Older pages keep their key, so a publisher who was killed may have left one that belongs to no feed yet.
What belongs to a feed is written down (`inventory`), and what was replaced is kept: so the pages that
a feed had are found by their digests. Nothing is asked for that is on this machine with the same bytes.

Several publishers write all of them. They are merged with what others have put, and replaced only as
they were read.
"""

import contextlib
import functools
import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.errors import StorageError
from pipeline.feeds.contents.live_feed import LiveFeed, read_feed, read_pages
from pipeline.storage.planning.inventory import kept_key
from pipeline.storage.planning.merge import Merged, merge_beside, without_items
from pipeline.storage.store.conditions import swap
from pipeline.storage.store.faults import Conflict
from pipeline.storage.store.object_store import Listed, ObjectStore, Stored
from pipeline.storage.store.release_object import FEED_TYPE, IMMUTABLE, ReleaseObject
from pipeline.storage.store.transfers import at_once
from pipeline.web.addresses import BESIDE, FEED_KEY, is_key

PREFIX = "feed/"  # of older pages, by the rules of `addresses`
_MOST = 1_000  # pages that are followed


def whole_feed(
    store: ObjectStore,
    feed: bytes,
    files: Mapping[str, str],
    here: Mapping[str, Path],
    *,
    may_differ: bool = True,
) -> LiveFeed:
    """Read a feed with its older pages; `files` has the digests of what belongs to it, by key.

    `here` are this clone's own pages. With `may_differ` a page counts that is of no known digest: it
    is what listeners get. StorageError when the feed cannot be read, or the store fails; an older page
    that cannot be read ends it, and it is not whole.
    """
    last = read_feed(feed)
    known = sorted((key for key in files if key.startswith(PREFIX)), reverse=True)
    keys = known if last.older_url else []
    exact = {key: content for key in keys if (content := _own(here.get(key), files[key]))}
    others = [key for key in keys if key not in exact]
    pages = at_once(lambda key: _exact(store, key, files[key]), others)
    exact |= {key: content for key, content in zip(others, pages, strict=True) if content}
    contents, is_whole = {FEED_KEY: feed}, True
    while (key := store.key_of(last.older_url)) and key not in contents:
        content = exact.get(key, b"")
        if not content and may_differ and is_key(key):  # else it is another program's page
            content = store.content(key)
        if not content or len(contents) > _MOST:
            return read_pages(contents, is_whole=False)
        try:
            last = read_feed(content)
        except StorageError:
            return read_pages(contents, is_whole=False)
        contents[key] = content
        is_whole = is_whole and key in exact
    return read_pages(contents, is_whole=is_whole)


@functools.lru_cache(maxsize=64)  # looked for by several sides, and the digest says what it holds
def _own(path: Path | None, sha256: str) -> bytes:
    """The page of this clone, where it is the one that belongs to the feed; else nothing."""
    content = path.read_bytes() if path and path.is_file() else b""
    return content if hashlib.sha256(content).hexdigest() == sha256 else b""


def _exact(store: ObjectStore, key: str, sha256: str) -> bytes:
    """The page that belongs to the feed, as it is in the store or was kept there; else nothing."""
    content = store.content(key)
    is_it = hashlib.sha256(content).hexdigest() == sha256
    return content if is_it else store.content(kept_key(sha256))


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


def with_theirs_beside(
    objects: Sequence[ReleaseObject],
    others: Mapping[str, tuple[bytes, Stored]],
    listed: Collection[str],
    merged: Merged,
    shown: Collection[str],
    removed: Collection[str],
    scratch: Path,
) -> Sequence[ReleaseObject]:
    """The same files, with the link posts and corrections of others in the feeds of these.

    Where none is made here, that of the store loses the items that are ours to decide on: an episode
    may have lost its last quote. One that cannot be read is replaced, or stays where none is made here.
    """

    def merged_with(ours: bytes, there: bytes) -> bytes:
        return merge_beside(ours, there, merged, shown, removed)

    found = []
    for item in objects:
        if item.key in BESIDE and (item.key in others or item.key not in listed):
            there = others[item.key][0] if item.key in others else b""
            with contextlib.suppress(StorageError):
                item = item.holding(merged_with(item.path.read_bytes(), there), scratch)
        found.append(item)
    for key in others.keys() & {*BESIDE} - {item.key for item in objects}:
        with contextlib.suppress(StorageError):
            feed = read_feed(others[key][0])
            content = merged_with(without_items(feed), feed.content)
            if feed.head and read_feed(content).items.keys() != feed.items.keys():
                found.append(ReleaseObject.made(key, content, scratch, kind=FEED_TYPE))
    return found


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
