"""A release: everything that a feed points to, then the feed, so that no listener ever meets a gap.

The order and what a death at each step leaves behind:

1. read the live feed and list the store; refuse what would hurt listeners - nothing has changed;
2. send missing files, media first, pages later, the index last - nobody knows of them yet;
3. ask for them as a listener would - the same;
4. keep the live feed under `releases/` - a spare copy;
5. put the new feed by compare-and-swap on the live one's ETag - the old feed or the new, never half;
6. write the record `releases/<id>.json` - written by the next run;
7. ask for the feed as a listener would.

Whatever kills a release, running it again finishes it. No clock of ours takes part: a release is
named by the time at which the store received its feed.
"""

import dataclasses
import hashlib
import re
import shlex
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from pipeline.addresses import FEED_KEY, INDEX_KEY, RELEASES_PREFIX, public_url
from pipeline.errors import Refused, StorageError
from pipeline.storage.live_feed import Danger, LiveFeed, dangers, read_feed
from pipeline.storage.object_store import (
    IMMUTABLE,
    MINUTES,
    Listed,
    ObjectStore,
    Stored,
    Upload,
)
from pipeline.storage.public import Expected, feed_age, verify
from pipeline.storage.transfers import Progress
from pipeline.workspace import dump_json

FEED_TYPE = "application/rss+xml; charset=utf-8"
_RECORD_TYPE = "application/json"
_PAGE_TYPE = "text/html"
_MEDIA, _PAGES, _INDEX = range(3)
# Keys with a content hash, by the rules of `addresses`; elsewhere a slug may look like one.
_HASHED_KEY = re.compile(r"(?:audio|quotes|art|assets)/.*-([0-9a-f]{8})\.[a-z0-9]+")


@dataclasses.dataclass(frozen=True, slots=True)
class ReleaseObject:
    """A file that the show publishes; `sha256` is its content's, `type` its media type.

    The file may be absent (a recording that git ignores) as long as the store holds it.
    """

    key: str
    path: Path
    sha256: str
    type: str

    @property
    def immutable(self) -> bool:
        """Whether the key carries this content's hash, so that its bytes never change."""
        match = _HASHED_KEY.fullmatch(self.key)
        return match is not None and match[1] == self.sha256[:8]

    @property
    def size(self) -> int | None:
        """Bytes of the file; None when it is not on this machine."""
        return self.path.stat().st_size if self.path.is_file() else None

    @property
    def upload(self) -> Upload:
        cache_control = IMMUTABLE if self.immutable else MINUTES
        return Upload(self.key, self.path, self.sha256, self.type, cache_control)


@dataclasses.dataclass(frozen=True, slots=True)
class ReleaseReport:
    """What a release did, or with `dry_run` would do.

    `sent` holds keys, the feed's too when it changed; `bytes_sent` counts all of them. `release_id`
    is empty in a dry run that would change the feed. `notes` are sentences for the host.
    """

    sent: tuple[str, ...]
    skipped: tuple[str, ...]
    bytes_sent: int
    feed_changed: bool
    release_id: str
    notes: tuple[str, ...] = ()

    @property
    def nothing_to_release(self) -> bool:
        return not self.sent


@dataclasses.dataclass(frozen=True, slots=True)
class Live:
    """The store before the release."""

    feed: bytes | None
    stored: Stored | None
    listed: dict[str, Listed]


def release(
    store: ObjectStore,
    objects: Sequence[ReleaseObject],
    feed: bytes,
    base_url: str,
    *,
    allow: Collection[str] = (),
    dry_run: bool = False,
    progress: Progress,
) -> ReleaseReport:
    """Publish `objects`, then `feed`, which points to them below `base_url`.

    Raises Refused when the feed would hurt listeners and `allow` does not name it
    (`item-gone:<guid>`, `guid-changed:<guid>`, `enclosure-changed:<guid>`, `date-moved:<guid>`,
    `live-feed-unreadable`, `key-changed:<key>`), StorageError when the store fails, a listener
    would not get what was sent, or somebody else published meanwhile.
    """
    live = look(store)
    new = read_feed(feed)
    before = _readable(live.feed, allow)
    _refuse_dangers([*dangers(before, new), *_changed_keys(objects, live.listed)], allow)
    missing = [item for item in objects if not _is_there(store, item, live.listed.get(item.key))]
    refuse_gaps(new, base_url, {item.key for item in objects}.union(live.listed))

    changed = feed != live.feed
    sent = (*(item.key for item in missing), *((FEED_KEY,) if changed else ()))
    gone = set(sent)
    report = ReleaseReport(
        sent=sent,
        skipped=tuple(item.key for item in objects if item.key not in gone),
        bytes_sent=sum(item.size or 0 for item in missing) + len(feed) * changed,
        feed_changed=changed,
        release_id="" if changed or live.stored is None else release_id(live.stored, feed),
    )
    if dry_run:
        return report

    _send(store, missing, progress)
    # A killed release has sent files for which nobody has asked yet.
    fresh = {public_url(base_url, key) for key in gone} | (new.urls - before.urls)
    verify(
        _expected(item, live.listed.get(item.key), base_url)
        for item in objects
        if public_url(base_url, item.key) in fresh
    )
    if changed:
        swap_feed(store, live.feed, live.stored, feed)
    name = write_record(store, live, feed, sent, report.bytes_sent, len(new.items))
    note = feed_age(public_url(base_url, FEED_KEY), feed)
    return dataclasses.replace(report, release_id=name, notes=(note,) if note else ())


def release_id(stored: Stored, feed: bytes) -> str:
    """The name of the release that put this feed: when the store received it, and its hash."""
    return f"{stored.modified:%Y%m%d-%H%M%S}-{hashlib.sha256(feed).hexdigest()[:8]}"


def swap_feed(store: ObjectStore, old: bytes | None, stored: Stored | None, new: bytes) -> None:
    """Keep the old feed under `releases/`, then replace it, unless somebody else did meanwhile.

    Raises Conflict then.
    """
    if old is not None and stored is not None:
        key = f"{RELEASES_PREFIX}{release_id(stored, old)}.xml"
        # The name holds the hash: if it is there, it is this very feed, kept by a killed release.
        store.put_if(key, old, FEED_TYPE, etag=None)
    store.put_if(FEED_KEY, new, FEED_TYPE, etag=stored.etag if stored else None)


def look(store: ObjectStore) -> Live:
    """Read the live feed and list the store, in one request each (a listing: one a thousand)."""
    # The feed first: what is listed afterwards can only be newer than what the feed points to.
    feed, stored = store.get(FEED_KEY) or (None, None)
    return Live(feed, stored, store.list())


def _readable(feed: bytes | None, allow: Collection[str]) -> LiveFeed:
    if feed is None:
        return LiveFeed()
    try:
        return read_feed(feed)
    except StorageError as error:
        danger = Danger(
            "live-feed-unreadable", f"{error.message}: what it holds would be replaced unseen"
        )
        _refuse_dangers([danger], allow)
        return LiveFeed()


def _is_there(store: ObjectStore, item: ReleaseObject, listed: Listed | None) -> bool:
    """Whether the store holds these bytes; asks for more than the listing only when it must."""
    size = item.size
    if size is None:
        if listed and item.immutable:
            return True
        raise StorageError(
            f"{item.key} is not in the store, and {item.path.name} is not on this machine",
            "run the episode's stages here, or publish from the machine that has the recording",
        )
    if listed is None or listed.size != size:
        return False
    if item.immutable or listed.etag == _md5(item.path):
        return True
    # The ETag is no MD5 where the object went in parts or the store encrypts.
    stored = store.head(item.key)
    return stored is not None and stored.sha256 == item.sha256


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _changed_keys(objects: Iterable[ReleaseObject], listed: dict[str, Listed]) -> list[Danger]:
    """Hashed keys that would hold other bytes than their name or the store says."""
    return [
        Danger(
            f"key-changed:{item.key}", f"{item.key} is cached for a year and would get other bytes"
        )
        for item in objects
        if _HASHED_KEY.fullmatch(item.key)
        and not (item.immutable and _could_be(item, listed.get(item.key)))
    ]


def _could_be(item: ReleaseObject, listed: Listed | None) -> bool:
    # An empty object is what a publisher leaves that died without a checksum.
    return listed is None or listed.size in {0, item.size} or item.size is None


def refuse_gaps(feed: LiveFeed, base_url: str, keys: Collection[str]) -> None:
    """Refuse a feed that points below `base_url` to something that nobody sends."""
    known = {public_url(base_url, key) for key in (*keys, FEED_KEY, INDEX_KEY)}
    ours = {
        url.partition("#")[0].partition("?")[0] for url in feed.urls if url.startswith(base_url)
    }
    gaps = sorted(ours - known - {base_url})
    if gaps:
        raise StorageError(
            "the feed points to what is neither in the store nor part of this release: "
            + ", ".join(gaps[:5]),
            "run the stages of all episodes, then publish",
        )


def _expected(item: ReleaseObject, listed: Listed | None, base_url: str) -> Expected:
    size = item.size
    if listed:
        # What was there before may still be given by a cache, unless its key never changes.
        size = listed.size if item.immutable and listed.size else None
    return Expected(public_url(base_url, item.key), size, item.type)


def _refuse_dangers(found: Sequence[Danger], allow: Collection[str]) -> None:
    refused = [danger for danger in found if danger.name not in allow]
    if not refused:
        return
    lines = "".join(f"\n  {danger.message}" for danger in refused)
    options = " ".join(f"--allow {shlex.quote(danger.name)}" for danger in refused)
    raise Refused(
        f"the release is refused, because apps could not take it back:{lines}",
        f"if that is meant: {options}",
    )


def _send(store: ObjectStore, missing: Sequence[ReleaseObject], progress: Progress) -> None:
    total = sum(item.size or 0 for item in missing)
    done = 0
    for wave in (_MEDIA, _PAGES, _INDEX):
        group = [item for item in missing if _wave(item) == wave]

        def advance(sent: float, _total: float, unit: str, done: int = done) -> None:
            progress(done + sent, total, unit)

        store.upload([item.upload for item in group], advance)
        done += sum(item.size or 0 for item in group)


def _wave(item: ReleaseObject) -> int:
    """When a file is sent: a page never precedes what it plays, nor the index a page."""
    if item.key == INDEX_KEY:
        return _INDEX
    return _PAGES if item.type.startswith(_PAGE_TYPE) else _MEDIA


def write_record(
    store: ObjectStore, live: Live, feed: bytes, sent: Sequence[str], size: int, items: int
) -> str:
    """Write the record of the release of `feed` over `live`, unless it is there; return its id."""
    changed = feed != live.feed
    stored = store.head(FEED_KEY) if changed else live.stored
    if stored is None:
        raise StorageError(
            "the feed vanished right after it was put", "somebody else works on this bucket"
        )
    name = release_id(stored, feed)
    key = f"{RELEASES_PREFIX}{name}.json"
    if key in live.listed:
        return name
    parent = None
    if changed and live.feed is not None and live.stored is not None:
        parent = release_id(live.stored, live.feed)
    record: dict[str, Any] = {
        "version": 1,
        "id": name,
        "parent": parent,
        "feed_sha256": hashlib.sha256(feed).hexdigest(),
        "items": items,
        "bytes_sent": size,
        "sent": list(sent),
    }
    store.put(key, dump_json(record).encode(), _RECORD_TYPE)
    return name
