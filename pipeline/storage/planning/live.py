"""The store before a release: the feed that listeners see, and what lies beside it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipeline.errors import StorageError
from pipeline.feeds.contents.live_feed import LiveFeed, read_feed
from pipeline.storage.planning.changes import Danger
from pipeline.storage.planning.inventory import Known, digits_of, find_inventory
from pipeline.storage.store.object_store import Listed, ObjectStore, Stored
from pipeline.web.addresses import FEED_KEY, RELEASES_PREFIX
from pipeline.workspace import table_of

_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")  # as `release_id` makes it
WINDOW = 20  # releases that can be gone back to
NOTHING = b"<rss><channel/></rss>"  # what a clone knew that has never released


@dataclass(frozen=True, slots=True)
class Live:
    """The store before the release."""

    feed: bytes | None
    stored: Stored | None
    listed: dict[str, Listed]
    known: Known  # what is public besides the feed
    others: Mapping[str, tuple[bytes, Stored]] = field(default_factory=dict)  # see `plan`

    @property
    def release(self) -> str:
        """The id of the release that listeners see; empty without one."""
        if self.stored is None or self.feed is None:
            return ""
        return release_id(self.stored, self.feed)

    @property
    def is_ours(self) -> bool:
        """Whether a release made the feed; the one of an imported show lay there before."""
        is_known = self.known.found is not None or record_key(self.release) in self.listed
        return bool(self.release) and is_known


def look(store: ObjectStore) -> Live:
    """Read the live feed, list the store (a request for each thousand), read the feed's inventory."""
    # The feed first: what is listed afterwards can only be newer than what the feed points to.
    feed, stored = store.get(FEED_KEY) or (None, None)
    listed = store.list()
    return Live(feed, stored, listed, find_inventory(store, digits_of(feed or b""), listed))


def readable(
    feed: bytes | None, read: Callable[[bytes], LiveFeed] = read_feed
) -> tuple[LiveFeed, tuple[Danger, ...]]:
    """A feed that a store holds; an empty one where there is none, and a danger where it is no feed."""
    if feed is None:
        return LiveFeed(), ()
    try:
        read_feed(feed)
    except StorageError as error:
        message = f"{error.message}: what it holds would be replaced unseen"
        return LiveFeed(), (Danger("live-feed-unreadable", message),)
    return read(feed), ()


def release_id(stored: Stored, feed: bytes) -> str:
    """The name of the release that put this feed: when the store received it, and its hash."""
    return f"{stored.modified:%Y%m%d-%H%M%S}-{digits_of(feed)}"


def names_of(store: ObjectStore, live: Live) -> list[str]:
    """The ids of all releases, newest first: the live one, even without a record, then by time.

    Where a store's clock was far ahead, releases of then have later names than some that came after
    them. Each record says which release it replaced, and these are read only where it matters.
    """
    names = {
        key.removeprefix(RELEASES_PREFIX).rpartition(".")[0]
        for key in live.listed
        if key.startswith(RELEASES_PREFIX)
    }
    # What garbage collection has seen is kept there too.
    left = sorted({name for name in names if _ID.fullmatch(name)} - {live.release}, reverse=True)
    found = [live.release] if live.release else []
    while found and left and left[0] > found[-1]:
        before = str(table_of(store.content(record_key(found[-1]))).get("parent"))
        if before not in left:
            before = next((name for name in left if name < found[-1]), left[0])
        found.append(before)
        left.remove(before)
    return [*found, *left]


def last_archived(store: ObjectStore, live: Live) -> list[str]:
    """The keys of the feeds that the last `WINDOW` releases have left, newest first."""
    keys = map(archive_key, names_of(store, live))
    return [key for key in keys if key in live.listed][:WINDOW]


def record_key(name: str) -> str:
    """Where the record of a release lies, which says that all of it is done."""
    return f"{RELEASES_PREFIX}{name}.json"


def archive_key(name: str) -> str:
    """Where the feed of a release is kept once it is replaced."""
    return f"{RELEASES_PREFIX}{name}.xml"
