"""Garbage: media that nothing public refers to any more.

An object goes only when its key is of our own pattern and carries a content hash, or is what a killed
`doctor` left. Two runs must have found that nothing refers to it, thirty days apart by the store's clock.
What the runs have seen is kept in the store itself (`releases/unreferenced.json`), so that it does not
matter who runs them. Uploads in parts cost as objects do. They go a week after they broke off: until then
a release goes on with them.
A guest's page, to which nothing ever refers, goes on the day after the one in its key.

A release may go on at the same time, so gc announces the keys that it is about to delete. It looks once
more whether anything refers to them, and then deletes. A release points to its files, and then looks for
such announcements. So the later of the two sees the other. Either gc leaves what the feed points to by
now. Or the release waits until gc is through, and sends again what has gone. An announcement holds for a
moment only. After that gc deletes nothing on its strength, so that a gc that was killed holds nobody up.
"""

import contextlib
import html
import json
import re
import secrets
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

from pipeline.errors import StorageError
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.storage.planning.inventory import (
    INVENTORIES_PREFIX,
    OBJECTS_PREFIX,
    digits_of,
    find_inventory,
    inventory_key,
    kept_key,
)
from pipeline.storage.planning.live import last_archived, look
from pipeline.storage.store.object_store import Listed, ObjectStore
from pipeline.storage.store.release_object import HASHED_KEY
from pipeline.storage.store.transfers import at_once
from pipeline.web.addresses import FEED_KEY, GUESTS_PREFIX, PROBES_PREFIX, RELEASES_PREFIX
from pipeline.workspace import dump_json, table_of

SEEN_KEY = f"{RELEASES_PREFIX}unreferenced.json"
PATIENCE = timedelta(days=30)  # for an object that nothing refers to: apps hold old feeds
UNFINISHED = timedelta(days=7)  # for an upload that somebody may still go on with
LIMIT = 256  # objects in one run
ANNOUNCED_PREFIX = f"{RELEASES_PREFIX}collecting-"
LEASE = 30.0  # seconds for which gc may delete what it has announced
KILLED = 2 * LEASE  # seconds after which an announcement is of a gc that was killed
_PAUSE = 0.3  # seconds between looks
_GROUP = 16  # objects that are announced and deleted together
_SHEET = re.compile(re.escape(GUESTS_PREFIX) + r"(\d{8})-[a-z0-9]+\.html")
_PROBE = re.compile(re.escape(PROBES_PREFIX) + r"[0-9a-f]{16}/.+")
#: What only a rollback needs.
_KEPT = re.compile(
    f"{re.escape(OBJECTS_PREFIX)}[0-9a-f]{{64}}|{re.escape(INVENTORIES_PREFIX)}[0-9a-f]{{8}}\\.json"
)
#: All that a release or a doctor ever writes, by the rules of `addresses`.
_OURS = re.compile(
    r"(?:audio|quotes|art|assets|episodes|transcripts|chapters|posts|feed|search|doctor|embed|oembed)/.+"
    r"|(?:feed|posts|corrections)\.xml|(?:index|search)\.html"
)
_PAGES = (".html", ".css", ".json", ".md")
_ARCHIVED = re.compile(re.escape(RELEASES_PREFIX) + r".+\.xml")
_LINK = re.compile(rb"""(?:href|src|content|data-[a-z-]+)\s*=\s*["']([^"'<>]+)["']""")


@dataclass(frozen=True, slots=True)
class Garbage:
    """What a run found: keys with their size in bytes, and since when `waiting` ones are known."""

    deleted: dict[str, int]
    waiting: dict[str, datetime]
    left: int  # ripe objects beyond this run's limit
    kept: int  # objects of our pattern that something refers to
    broken_off: tuple[str, ...] = ()  # keys of uploads that were ended

    @property
    def bytes_deleted(self) -> int:
        return sum(self.deleted.values())


def collect(store: ObjectStore, *, in_use: Collection[str], limit: int, dry_run: bool) -> Garbage:
    """Delete what is ripe, at most `limit` objects and as many uploads.

    `in_use` are keys that this clone would publish.

    StorageError without a live feed and a guest's page that is over: where nothing is public,
    everything else would be garbage.
    """
    now = store.server_time()
    live = look(store)
    listed = live.listed
    over = _over(listed, now)
    for key in over if not dry_run else ():
        store.delete(key)
    listed = {key: row for key, row in listed.items() if not key.startswith(GUESTS_PREFIX)}
    if FEED_KEY not in listed:
        if over:
            return Garbage(over, {}, 0, 0)
        raise StorageError("there is no feed in the store, so nothing can be called garbage")
    ours = {
        key: row
        for key, row in listed.items()
        if HASHED_KEY.fullmatch(key) or _PROBE.fullmatch(key) or _KEPT.fullmatch(key)
    }
    reachable = _reachable(store, listed, last_archived(store, live)).union(in_use)
    unused = sorted(ours.keys() - reachable)
    seen = _seen(store)
    since = {key: min(now, seen.get(key, now)) for key in unused}
    ripe = [key for key in unused if now - since[key] >= PATIENCE]
    chosen = ripe[:limit]
    if not dry_run:
        chosen, used = _delete(store, chosen, listed)
        known = {*chosen, *used}
        _remember(store, {key: since[key] for key in unused if key not in known})
    broken_off = _broken_off(store, now, limit, dry_run=dry_run)
    return Garbage(
        deleted=over | {key: ours[key].size for key in chosen},
        waiting={key: since[key] for key in unused if key not in set(ripe)},
        left=len(ripe) - len(chosen),
        kept=len(ours) - len(unused),
        broken_off=broken_off,
    )


def _over(listed: Mapping[str, Listed], now: datetime) -> dict[str, int]:
    """The pages of guests that have had their last day, with their sizes."""
    return {
        key: row.size
        for key, row in listed.items()
        if (match := _SHEET.fullmatch(key)) and match[1] < f"{now:%Y%m%d}"
    }


def _delete(
    store: ObjectStore, keys: Sequence[str], seen: Mapping[str, Listed]
) -> tuple[list[str], set[str]]:
    """Delete those of `keys` to which nothing refers by now; also those to which something does.

    `seen` is the listing by which nothing did.
    """
    deleted: list[str] = []
    used: set[str] = set()
    for start in range(0, len(keys), _GROUP):
        group = keys[start : start + _GROUP]
        with announced(store, group) as may_delete:
            changed = {key: row for key, row in store.list().items() if seen.get(key) != row}
            used |= _reachable(store, changed, [key for key in changed if _ARCHIVED.fullmatch(key)])
            etag = ""
            for key in group:
                # Whoever points to a file does so in the feed, and last: so the feed once more.
                head = store.head(FEED_KEY)
                if head is None or not head.etag or head.etag != etag:
                    used |= _referred(store, FEED_KEY, FEED_KEY)
                    etag = head.etag if head else ""
                if head and key not in used and may_delete():
                    store.delete(key)
                    deleted.append(key)
    return deleted, used.intersection(keys)


def _broken_off(store: ObjectStore, now: datetime, limit: int, *, dry_run: bool) -> tuple[str, ...]:
    old = [
        each
        for each in store.open_uploads()
        if now - each.begun >= UNFINISHED and _OURS.fullmatch(each.key.removeprefix(store.prefix))
    ]
    for each in old[:limit] if not dry_run else ():
        store.abort(each.key, each.id)
    return tuple(each.key.removeprefix(store.prefix) for each in old[:limit])


def _reachable(store: ObjectStore, listed: dict[str, Listed], past: Collection[str]) -> set[str]:
    """Keys that the live feeds, the `past` feeds of the rollback window and all pages refer to."""
    public = [key for key in listed if not key.startswith(RELEASES_PREFIX)]
    kept, found = _kept(store, past, listed)
    # Where each document lies, and the key under which its links mean something.
    documents = {**{key: key for key in (*public, *past)}, **kept}
    referred = at_once(lambda each: _referred(store, *each), documents.items())
    return found.union(kept, *referred)


def _kept(
    store: ObjectStore, past: Collection[str], listed: dict[str, Listed]
) -> tuple[dict[str, str], set[str]]:
    """The keys under which versions of these releases are kept, with their own; and the inventories."""
    digits = {digits_of(store.content(FEED_KEY)), *(key[-12:-4] for key in past)}
    inventories = {key for each in digits if (key := inventory_key(each)) in listed}
    kept = {}
    for each in digits:
        for key, sha256 in find_inventory(store, each, listed).inventory.files.items():
            if kept_key(sha256) in listed:
                kept[kept_key(sha256)] = key
    return kept, inventories


def _referred(store: ObjectStore, place: str, key: str) -> set[str]:
    """What the document at `place` refers to, whose links mean something under `key`."""
    found = store.get(place) if key.endswith((".xml", *_PAGES)) else None
    if found is None:
        return set()
    content = found[0]
    if key.endswith(".xml"):
        urls = {*read_feed(content).urls}
    else:
        plain = re.escape(store.base_url).encode() + rb"[a-z0-9._/-]+"
        urls = {url.decode() for url in re.findall(plain, content.replace(rb"\/", b"/"))}
    # The notes in a feed are markup of their own, with links of their own.
    for link in _LINK.findall(content):
        with contextlib.suppress(ValueError):  # no address at all
            to = html.unescape(link.decode("utf-8", "replace"))
            urls.add(urljoin(store.url(key), to))
    return set(map(store.key_of, urls))


def _seen(store: ObjectStore) -> dict[str, datetime]:
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
        seen = json.loads(store.content(SEEN_KEY))["seen"]
        return {key: datetime.fromisoformat(at) for key, at in seen.items()}
    return {}  # the month begins anew


def _remember(store: ObjectStore, since: dict[str, datetime]) -> None:
    seen = {key: at.isoformat() for key, at in since.items()}
    content = dump_json({"version": 1, "seen": seen})
    store.put(SEEN_KEY, content.encode(), "application/json")


@contextlib.contextmanager
def announced(store: ObjectStore, keys: Collection[str]) -> Iterator[Callable[[], bool]]:
    """Announce that `keys` are about to be deleted; yields whether that may still be done."""
    marker = f"{ANNOUNCED_PREFIX}{secrets.token_hex(8)}.json"
    begun = time.monotonic()
    store.put(marker, dump_json({"version": 1, "keys": sorted(keys)}).encode(), "application/json")
    try:
        yield lambda: time.monotonic() - begun < LEASE
    finally:
        store.delete(marker)


def wait_for_collections(store: ObjectStore, keys: Collection[str]) -> None:
    """Return once nobody is about to delete any of `keys`; removes what a killed gc announced."""
    begun = time.monotonic()
    while markers := [
        marker
        for marker in store.list(ANNOUNCED_PREFIX)
        if set(keys).intersection(table_of(store.content(marker)).get("keys", ()))
    ]:
        if time.monotonic() - begun > KILLED:
            for marker in markers:
                store.delete(marker)
            return
        time.sleep(_PAUSE)
