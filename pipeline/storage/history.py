"""What was released before, and putting it back.

`releases/` holds the record of each release (`<id>.json`) and every feed that was replaced
(`<id>.xml`). Ids begin with the time at which the store received the feed, so they sort.
"""

import contextlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pipeline.addresses import FEED_KEY, RELEASES_PREFIX
from pipeline.errors import StorageError
from pipeline.storage.changes import dangers
from pipeline.storage.conclusion import Tell, conclude
from pipeline.storage.live_feed import read_feed
from pipeline.storage.notify import Told
from pipeline.storage.object_store import ObjectStore
from pipeline.storage.plan import NOTHING, Live, archive_key, look, refuse_gaps, release_id
from pipeline.storage.release import swap_feed

WINDOW = 20  # releases that can be gone back to
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")  # as `plan.release_id` makes it


@dataclass(frozen=True, slots=True)
class PastRelease:
    """A release; `episodes`, `sent` and `bytes_sent` are None where a killed one left no record."""

    id: str
    time: datetime
    live: bool
    can_return: bool  # whether its feed is kept
    episodes: int | None = None
    sent: int | None = None
    bytes_sent: int | None = None


@dataclass(frozen=True, slots=True)
class RollbackReport:
    """What a rollback did, or with `dry_run` would do; `changes` are sentences for the host."""

    target: str  # the release whose feed is put back
    release_id: str  # of the release that this makes; empty in a dry run
    episodes: int
    changes: tuple[str, ...]
    notes: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()


def history(store: ObjectStore, limit: int = 20) -> list[PastRelease]:
    """The latest releases, newest first."""
    live = look(store)
    current = _current(live)
    return [_past(store, live, name, current) for name in _names(live)[:limit]]


def taken_out(store: ObjectStore, guids: Collection[str], window: int = WINDOW) -> set[str]:
    """Those of `guids` that a replaced feed shows, of the last `window`; reads as few as it must."""
    left, found = set(guids), set[str]()
    names = [key for key in store.list(RELEASES_PREFIX) if key.endswith(".xml")] if left else []
    for key in sorted(names, reverse=True)[:window]:
        if not left:
            break
        with contextlib.suppress(StorageError):  # a feed of another program, which we replaced
            feed = store.get(key)
            found |= left & read_feed(feed[0] if feed else NOTHING).items.keys()
        left -= found
    return found


def rollback(
    store: ObjectStore,
    base_url: str,
    steps: int = 1,
    *,
    dry_run: bool = False,
    tell: Tell | None = None,
) -> RollbackReport:
    """Put back the feed of `steps` releases ago; recordings stay, so that it can be undone.

    Raises StorageError when there is no such release, its feed points to what is gone, or somebody
    else publishes meanwhile.
    """
    live = look(store)
    if live.feed is None:
        raise StorageError("nothing was released yet")
    earlier = [name for name in _names(live) if name != _current(live) and _kept(live, name)]
    if not 1 <= steps <= len(earlier):
        raise StorageError(
            f"there are {len(earlier)} earlier releases to go back to, not {steps}",
            "pullquote history lists them",
        )
    name = earlier[steps - 1]
    found = store.get(archive_key(name))
    if found is None:
        raise StorageError(f"the feed of release {name} has vanished from {RELEASES_PREFIX}")
    feed = found[0]
    target = read_feed(feed)
    refuse_gaps(target, base_url, live.listed)
    changes = [danger.message for danger in dangers(read_feed(live.feed), target)]
    report = RollbackReport(name, "", len(target.items), tuple(changes))
    if dry_run:
        return report
    swap_feed(store, live, feed)
    try:
        done = conclude(
            store,
            live,
            feed,
            base_url,
            sent={FEED_KEY: len(feed)},
            items=len(target.items),
            tell=tell,
        )
    except StorageError as error:
        raise StorageError(
            f"the feed of release {name} is live again, but then: {error.message}",
            "do not go back once more; pullquote history shows what is live",
        ) from error
    return replace(report, release_id=done.release_id, notes=done.notes, told=done.told)


def _names(live: Live) -> list[str]:
    """The ids of all releases, newest first; the live one is among them even without a record."""
    names = {
        key.removeprefix(RELEASES_PREFIX).rpartition(".")[0]
        for key in live.listed
        if key.startswith(RELEASES_PREFIX)
    }
    # What garbage collection has seen is kept there too.
    ours = {name for name in names if _ID.fullmatch(name)}
    return sorted((ours | {_current(live)}) - {""}, reverse=True)


def _current(live: Live) -> str:
    return release_id(live.stored, live.feed) if live.stored and live.feed is not None else ""


def _kept(live: Live, name: str) -> bool:
    return archive_key(name) in live.listed


def _past(store: ObjectStore, live: Live, name: str, current: str) -> PastRelease:
    try:
        time = datetime.strptime(name[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
        found = store.get(f"{RELEASES_PREFIX}{name}.json")
        record = json.loads(found[0]) if found else {}
        return PastRelease(
            id=name,
            time=time,
            live=name == current,
            can_return=_kept(live, name),
            episodes=record.get("items"),
            sent=len(record["sent"]) if "sent" in record else None,
            bytes_sent=record.get("bytes_sent"),
        )
    except (ValueError, TypeError, AttributeError):
        raise StorageError(
            f"{RELEASES_PREFIX}{name}.json is no record of a release", "remove it from the bucket"
        ) from None
