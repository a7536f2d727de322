"""What was released before.

`releases/` holds the record of each release (`<id>.json`) and every feed that was replaced
(`<id>.xml`). Ids begin with the time at which the store received the feed, or a second after that of
the feed that it replaced, so they sort, unless the store's clock was far ahead (`live.names_of`).
"""

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pipeline.errors import StorageError
from pipeline.feeds.contents.live_feed import LiveFeed, read_feed
from pipeline.storage.planning.inventory import Inventory, find_inventory
from pipeline.storage.planning.live import (
    NOTHING,
    Live,
    archive_key,
    last_archived,
    look,
    names_of,
    record_key,
)
from pipeline.storage.planning.merge import without_items
from pipeline.storage.planning.plan import Sides
from pipeline.storage.store.object_store import ObjectStore
from pipeline.workspace import table_of

_NEVER_THERE = "-"  # in the place of a digest


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


def history(store: ObjectStore, limit: int = 20) -> list[PastRelease]:
    """The latest releases, newest first."""
    live = look(store)
    found: list[PastRelease] = []
    for name in names_of(store, live)[:limit]:
        past = _past(store, live, name)
        # None was made after the one that replaced it, whatever the store's clock said then.
        latest = min(past.time, found[-1].time) if found else past.time
        found.append(replace(past, time=latest))
    return found


def taken_out(store: ObjectStore, guids: Collection[str]) -> set[str]:
    """Those of `guids` that a replaced feed shows, of the last `WINDOW`; reads as few as it must."""
    left, found = set(guids), set[str]()
    if not left:
        return found
    live = look(store)
    for key in last_archived(store, live):
        if not left:
            break
        with contextlib.suppress(StorageError):  # a feed of another program, which we replaced
            found |= left & read_feed(store.content(key) or NOTHING).items.keys()
            digits = key.removesuffix(".xml")[-8:]  # what is on older pages is written down too
            found |= left & find_inventory(store, digits, live.listed).inventory.items.keys()
        left -= found
    return found


@dataclass(frozen=True, slots=True)
class Survived:
    """What a store still held when it had lost a release: others may have released over it since."""

    feed: LiveFeed
    inventory: Inventory

    def restored(self, sides: Sides) -> Sides:
        """The sides of a clone that releases once more what was lost: what came since stays theirs."""
        known = {guid: self.inventory.items.get(guid, _NEVER_THERE) for guid in sides.built}
        return replace(
            sides,
            base=without_items(self.feed),
            past=Inventory(self.inventory.files, known),
            again=read_feed(sides.base or NOTHING),
        )


def survived(store: ObjectStore, lost: str, trail: Sequence[str]) -> Survived:
    """What was live when the release `lost` was: the newest that the store knows of before it.

    Where that is `lost` itself, its feed is there and some of its pages are not: of these, what was
    public when the store parted from the `trail` that the clone knows.
    """
    live = look(store)
    before = next((name for name in names_of(store, live) if name <= lost), "")
    inventory = find_inventory(store, before[-8:], live.listed).inventory
    if before[-8:] == lost[-8:]:
        inventory = inventory.parting(trail)
    if before[-8:] == live.release[-8:]:
        return Survived(read_feed(live.feed or NOTHING), inventory)
    # A backup that was put back has the time of that, so the name of what it held has another time.
    archived = [key for key in live.listed if key.endswith(f"-{before[-8:]}.xml") and before]
    feed = store.content(max(archived)) if archived else b""
    return Survived(read_feed(feed or NOTHING), inventory)


def _past(store: ObjectStore, live: Live, name: str) -> PastRelease:
    time = datetime.strptime(name[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    found = store.get(record_key(name))
    record = table_of(found[0]) if found else {}
    return PastRelease(
        id=name,
        # Its name may be later than its time, where the store's clock was wrong before.
        time=min(time, found[1].modified) if found else time,
        live=name == live.release,
        can_return=archive_key(name) in live.listed,
        episodes=record.get("items"),
        sent=len(record["sent"]) if "sent" in record else None,
        bytes_sent=record.get("bytes_sent"),
    )
