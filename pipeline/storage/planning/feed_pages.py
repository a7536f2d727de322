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
from typing import NamedTuple

from pipeline.errors import StorageError
from pipeline.storage.planning.inventory import kept_key
from pipeline.storage.planning.live_feed import LiveFeed, read_feed, read_pages
from pipeline.storage.planning.merge import Merged, merge_beside
from pipeline.storage.store.conditions import swap
from pipeline.storage.store.faults import Conflict
from pipeline.storage.store.object_store import Listed, ObjectStore, Stored
from pipeline.storage.store.release_object import FEED_TYPE, IMMUTABLE, ReleaseObject
from pipeline.storage.store.transfers import at_once
from pipeline.web.addresses import BESIDE, FEED_KEY, is_key

PREFIX = "feed/"  # of older pages, by the rules of `addresses`
_MOST = 1_000  # pages that are followed


class _Page(NamedTuple):
    content: bytes
    is_exact: bool  # whether it is the page that belongs to the feed


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
    found: dict[str, _Page | None] = {
        key: page for key in keys if (page := _own_page(here.get(key), files[key]))
    }
    others = [key for key in keys if key not in found]
    pages = at_once(lambda key: _page(store, key, files[key]), others)
    found |= dict(zip(others, pages, strict=True))
    contents, is_whole = {FEED_KEY: feed}, True
    while (key := store.key_of(last.older_url)) and key not in contents:
        page = found.get(key)
        if key not in found and may_differ and is_key(key):  # else it is another program's page
            page = _page(store, key, "")
        if page is None or len(contents) > _MOST or not (may_differ or page.is_exact):
            return read_pages(contents, is_whole=False)
        try:
            last = read_feed(page.content)
        except StorageError:
            return read_pages(contents, is_whole=False)
        contents[key] = page.content
        is_whole = is_whole and page.is_exact
    return read_pages(contents, is_whole=is_whole)


@functools.lru_cache(maxsize=64)  # the digest says what it holds: looked for by several sides
def _own_page(path: Path | None, sha256: str) -> _Page | None:
    """That of this clone, where it has this digest."""
    content = path.read_bytes() if path and path.is_file() else b""
    is_it = hashlib.sha256(content).hexdigest() == sha256
    return _Page(content, is_exact=True) if is_it else None


def _page(store: ObjectStore, key: str, sha256: str) -> _Page | None:
    found = store.get(key)
    if found and hashlib.sha256(found[0]).hexdigest() == sha256:
        return _Page(found[0], is_exact=True)
    if sha256 and (kept := store.get(kept_key(sha256))):
        return _Page(kept[0], is_exact=True)
    return _Page(found[0], is_exact=False) if found else None


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

    Without any here, theirs stays as it is; one that cannot be read is replaced.
    """

    def with_theirs(item: ReleaseObject) -> ReleaseObject:
        if item.key not in BESIDE or (item.key in listed and item.key not in others):
            return item  # the store has it as it is here
        there = others[item.key][0] if item.key in others else b""
        with contextlib.suppress(StorageError):
            content = merge_beside(item.path.read_bytes(), there, merged, shown, removed)
            return item.holding(content, scratch)
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
