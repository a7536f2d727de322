"""A release: everything that a feed points to, then the feed, so that no listener ever meets a gap.

The order and what a death at each step leaves behind:

1. read the live feed and list the store; refuse what would hurt listeners - nothing has changed;
2. keep the pages and other files that get other bytes (`inventory`) - spare copies;
3. send missing files, media first, pages later, the index and search last - nobody knows of them yet;
4. ask the store for them, then as a listener would - the same;
5. write down what belongs to the new feed, and keep the live one under `releases/` - spare copies;
6. put the new feed by compare-and-swap on the live one - the old feed or the new, never half;
   somebody else was faster: merge with theirs and begin again; then look whether garbage collection
   took a file that was there before anything pointed to it, and send it again;
7. ask for the feed as a listener would, then tell hubs and others - told by the next run;
8. write the record `releases/<id>.json`, which says that all this is done - written by the next run.

Whatever kills a release, running it again finishes it. No clock of ours takes part: a release is
named by the time at which the store received its feed.
"""

import dataclasses
import hashlib
import random
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from pipeline.engine.progress import Progress
from pipeline.errors import StorageError
from pipeline.storage.planning.feed_pages import swap_other
from pipeline.storage.planning.inventory import (
    Inventory,
    digits_of,
    find_inventory,
    keep_versions,
    write_inventory,
)
from pipeline.storage.planning.live import NOTHING, Live, archive_key, readable
from pipeline.storage.planning.plan import Plan, Sides, make_plan, with_search
from pipeline.storage.planning.refusals import refuse_absent, refuse_dangers
from pipeline.storage.release.conclusion import Report, Tell, conclude
from pipeline.storage.release.garbage import wait_for_collections
from pipeline.storage.store.conditions import swap
from pipeline.storage.store.faults import Conflict
from pipeline.storage.store.object_store import Listed, ObjectStore
from pipeline.storage.store.public import Expected, verify
from pipeline.storage.store.release_object import FEED_TYPE, ReleaseObject
from pipeline.storage.store.transfers import at_once
from pipeline.web.addresses import FEED_KEY, INDEX_KEY, LLMS_KEY, QUOTES_KEY, SEARCH_KEY

TRIES = 16  # of publishers who meet: each round one of them wins
_JITTER = (0.1, 2.0)  # seconds, so that two do not meet in step again and again
_MEDIA, _PAGES, _FEEDS, _INDEX = range(4)  # the order in which they go


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReport(Report):
    """What a release did, or with `dry_run` would do.

    `sent` holds keys, the feed's too when it changed; `bytes_sent` counts all of them. `feed` and
    `public` are this clone's part of what listeners get; `items` has the digest of every episode's
    `item.json`, by GUID, whoever published it, and `trail` is that of the inventory.
    """

    sent: tuple[str, ...]
    bytes_sent: int
    feed_changed: bool
    feed: bytes
    public: Inventory
    items: Mapping[str, str]
    trail: Sequence[str] = ()

    @property
    def nothing_to_release(self) -> bool:
        return not self.sent


def release(
    store: ObjectStore,
    objects: Sequence[ReleaseObject],
    feed: bytes,
    *,
    allow: Collection[str] = (),
    dry_run: bool = False,
    progress: Progress,
    sides: Sides | None = None,
    announce: Callable[[Plan], None] | None = None,
    tell: Tell | None = None,
) -> ReleaseReport:
    """Publish `objects`, then `feed`, which points to them.

    `announce` is shown the plan before anything is sent. `tell` is given the news at the end: again
    when a release was killed before it was recorded, never when nothing changed. Whoever else
    publishes at the same time loses nothing: the feeds are merged by GUID (`merge`).
    Raises Refused when the feed would hurt listeners and `allow` does not name it
    (`item-gone:<slug>`, `guid-changed:<slug>`, `enclosure-changed:<slug>`, `date-moved:<slug>`,
    `changed-elsewhere:<slug>`, each also with the GUID; `show-guid-changed`, `show-blocked`,
    `show-complete`, `show-moved`, `show-changed-elsewhere`; `live-feed-unreadable`,
    `key-changed:<key>`, `file-changed-elsewhere:<key>`), StorageError when the store fails or a
    listener would not get what was sent, Conflict when others were faster every time.
    """
    sides = sides or Sides()
    sent: dict[str, int] = {}
    notes: dict[str, None] = {}
    for attempt in range(TRIES):
        with tempfile.TemporaryDirectory(prefix="pullquote-") as scratch:
            plan = make_plan(store, objects, feed, allow=allow, sides=sides, scratch=Path(scratch))
            if attempt == 0:
                offered = plan.offered[FEED_KEY]
            if attempt == 0 and announce:
                announce(plan)
            refuse_dangers(plan.refused)
            refuse_absent(plan.missing)
            notes |= dict.fromkeys(plan.notes)
            if dry_run:
                return _report(plan, sides, {}, notes, b"")
            plan = with_search(store, plan, sides, Path(scratch))
            try:
                trail = _carry_out(store, plan, sent, progress).trail
            except Conflict:
                if attempt == TRIES - 1:
                    raise
                sides = _after(plan, sides)
                time.sleep(random.uniform(*_JITTER))  # noqa: S311 - only spreads the tries
                continue
            if sent:
                _keep_media(store, plan, progress)
        return conclude(
            _report(plan, sides, sent, notes, offered, trail), store, plan.live, plan.feed,
            sent=sent, items=plan.items, episodes=plan.changes, files=plan.inventory.files, tell=tell,
        )  # fmt: skip
    raise AssertionError("the last try returns or raises")


def _keep_media(store: ObjectStore, plan: Plan, progress: Progress) -> bool:
    """Send again what garbage collection has taken since we looked; whether that was anything."""
    ours = {item.key: item for item in plan.objects if item.immutable}
    wait_for_collections(store, ours)
    there = store.list()
    gone = [item for key, item in ours.items() if key not in there]
    if lost := [item.key for item in gone if item.size is None]:
        raise StorageError(
            f"garbage collection has removed {', '.join(lost)} meanwhile",
            "publish again from the machine that has the recording",
        )
    _send(store, gone, plan.live, progress)
    return bool(gone)


def _after(plan: Plan, sides: Sides) -> Sides:
    """The sides of the next try: where this one knew nothing, what it saw is what both knew."""
    _, unreadable = readable(plan.live.feed)
    if unreadable or plan.live.feed is None:
        intent = dataclasses.replace(sides.intent, seen=frozenset())
        return dataclasses.replace(sides, base=NOTHING, intent=intent)
    return sides if sides.base is not None else dataclasses.replace(sides, base=plan.live.feed)


def _carry_out(
    store: ObjectStore, plan: Plan, sent: dict[str, int], progress: Progress
) -> Inventory:
    """Send what is missing, then the feed; `sent` gets the bytes by key. Conflict: others were faster.

    Returns the inventory that is in the store then.
    """
    live, known = plan.live, plan.live.known
    replaced = [i.key for i in plan.missing if not i.immutable and i.key in live.listed]
    inventory = keep_versions(store, known.inventory, replaced, live.listed)
    if plan.feed_changes:
        if live.feed is not None:
            write_inventory(store, known, inventory)
        known = find_inventory(store, digits_of(plan.feed), live.listed)
    _send(store, plan.missing, live, progress)
    sent |= {item.key: item.size or 0 for item in plan.missing}
    check_receipt(store, plan.missing, live.listed)
    try:
        _verify(store, plan)
    except StorageError:
        if not _keep_media(store, plan, progress):
            raise
        _verify(store, plan)
    written = write_inventory(store, known, plan.inventory)
    if plan.feed_changes:
        swap_feed(store, live, plan.feed)
        sent[FEED_KEY] = len(plan.feed)
    return written


def _report(
    plan: Plan,
    sides: Sides,
    sent: dict[str, int],
    notes: Collection[str],
    offered: bytes,
    trail: Sequence[str] = (),
) -> ReleaseReport:
    keys = tuple(sent) or plan.sent
    items = plan.inventory.items
    files = {item.key: item.sha256 for item in plan.objects if not item.immutable}
    pages = {key: hashlib.sha256(page).hexdigest() for key, page in plan.offered.items()}
    return ReleaseReport(
        sent=keys,
        bytes_sent=sum(sent.values()) or plan.bytes_sent,
        feed_changed=plan.feed_changes,
        feed=offered,
        release_id="" if plan.feed_changes else plan.live.release,
        public=Inventory(
            {key: pages.get(key, sha256) for key, sha256 in files.items()},
            {guid: sha for guid, sha in sides.built.items() if items.get(guid) == sha},
        ),
        items=items,
        trail=trail,
        notes=tuple(notes),
    )


def swap_feed(store: ObjectStore, live: Live, new: bytes) -> None:
    """Keep the old feed under `releases/`, then replace it; Conflict when somebody else did meanwhile.

    StorageError when the store acknowledges the new one and drops it.
    """
    old = None
    if live.feed is not None and live.stored is not None:
        old = (live.feed, live.stored)
        # The name holds the hash: if it is there, it is this very feed, kept by a killed release.
        store.put(archive_key(live.release), live.feed, FEED_TYPE)
    swap(store, FEED_KEY, old, new, FEED_TYPE)
    if not took(store, FEED_KEY, hashlib.sha256(new).hexdigest(), live.listed.get(FEED_KEY)):
        raise lost_write(store, "the feed", "listeners do not see this release")


def _verify(store: ObjectStore, plan: Plan) -> None:
    """Ask for what was sent, and for what listeners are newly pointed to."""
    # A killed release has sent files for which nobody has asked yet.
    fresh = plan.fresh.union(map(store.url, plan.sent))
    verify(
        _expected(item, plan.live.listed.get(item.key), url)
        for item in plan.objects
        if (url := store.url(item.key)) in fresh
    )


def _expected(item: ReleaseObject, listed: Listed | None, url: str) -> Expected:
    size = item.size
    if listed:
        # What was there before may still be given by a cache, unless the key never got other bytes.
        same = item.immutable and item.size in {None, listed.size}
        size = listed.size or None if same else None
    return Expected(url, size, item.type)


def _send(
    store: ObjectStore, missing: Sequence[ReleaseObject], live: Live, progress: Progress
) -> None:
    total = sum(item.size or 0 for item in missing)
    done = 0
    for wave in (_MEDIA, _PAGES, _FEEDS, _INDEX):
        group = [item for item in missing if _wave(item) == wave]
        if wave == _FEEDS:
            for item in group:
                swap_other(store, item, live.others, live.listed)
            continue

        def advance(sent: float, _total: float, unit: str, done: int = done) -> None:
            progress(done + sent, total, unit)

        store.upload(group, advance)
        done += sum(item.size or 0 for item in group)


def _wave(item: ReleaseObject) -> int:
    """When a file is sent: a page never precedes what it plays, nor the index a page."""
    if item.key in {INDEX_KEY, SEARCH_KEY, QUOTES_KEY, LLMS_KEY}:
        return _INDEX
    if item.is_feed:
        return _FEEDS
    return _PAGES if item.key.endswith(".html") else _MEDIA


_PAUSES = (0.5, 1.0)  # seconds; a store may need a moment until a write is seen everywhere
_SHOWN = 5  # keys named in an error


def check_receipt(
    store: ObjectStore, sent: Sequence[ReleaseObject], before: Mapping[str, Listed]
) -> None:
    """StorageError for files that the store still holds as `before`, or not at all.

    Some stores acknowledge a write and lose it.
    """
    taken = at_once(lambda item: took(store, item.key, item.sha256, before.get(item.key)), sent)
    lost = [item.key for item, is_there in zip(sent, taken, strict=True) if not is_there]
    if lost:
        more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
        raise lost_write(store, f"{', '.join(lost[:_SHOWN])}{more}", "the feed was not changed")


def lost_write(store: ObjectStore, what: str, so: str) -> StorageError:
    """The error for a write that a store acknowledged and does not hold; `so` is what follows."""
    return StorageError(
        f"{store.host} acknowledged {what}, and does not hold it: {so}",
        "run again; if it happens twice, the store loses writes: ask who runs it",
    )


def took(store: ObjectStore, key: str, sha256: str, before: Listed | None) -> bool:
    """Whether a write was applied, be it that somebody else has written since."""
    for pause in (*_PAUSES, 0.0):
        stored = store.head(key)
        if store.digest(key, stored) == sha256:
            return True
        if stored is not None and (before is None or stored.etag.strip('"') != before.etag):
            return True  # another publisher's by now
        time.sleep(pause)
    return False
