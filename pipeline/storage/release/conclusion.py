"""What follows once a feed is live: it is asked for as a listener would, others are told, all is recorded.

The record `releases/<id>.json` comes last and says that the rest is done: whatever kills a release
before, the next run finds no record, and checks and tells again.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pipeline.errors import StorageError
from pipeline.storage.planning.changes import EpisodeChange
from pipeline.storage.planning.feed_pages import PREFIX
from pipeline.storage.planning.live import Live, record_key, release_id
from pipeline.storage.release.notify import News, Told
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.public import feed_age
from pipeline.web.addresses import FEED_KEY, RELEASES_PREFIX
from pipeline.workspace import dump_json

Tell = Callable[[News], Sequence[Told]]
_RECORD_TYPE = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is told of every release: `notes` are sentences for the host, `told` says who was told.

    `release_id` is empty in a dry run that would change the feed.
    """

    release_id: str = ""
    notes: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()


_Reported = TypeVar("_Reported", bound=Report)


def conclude(
    report: _Reported,
    store: ObjectStore,
    live: Live,
    feed: bytes,
    *,
    sent: Mapping[str, int],
    items: int,
    files: Mapping[str, str],
    episodes: Sequence[EpisodeChange] = (),
    tell: Tell | None,
) -> _Reported:
    """Check, tell and record the release of `feed` over `live`; what is recorded already is left.

    Returns `report` with what came of it. `sent` are keys with their bytes, `items` counts the feed's
    episodes, `episodes` are those that changed, `files` has the digests of what belongs to the feed.
    StorageError when nobody gets a feed.
    """
    changed = FEED_KEY in sent
    name = _name(store, feed) if changed or not live.release else live.release
    is_recorded = record_key(name) in live.listed
    note = feed_age(store.url(FEED_KEY), feed, lambda: store.content(FEED_KEY))
    told: Sequence[Told] = ()
    if tell and (sent or not is_recorded):
        told = tell(
            News(
                feed=store.url(FEED_KEY),
                release=name,
                episodes=tuple(episodes),
                urls=tuple(map(store.url, sent)),
                feed_changed=changed or not is_recorded,
            )
        )
    if not is_recorded:
        pages = {key: sha for key, sha in files.items() if key.startswith(PREFIX)}
        record: dict[str, Any] = {
            "version": 1,
            "id": name,
            "parent": (changed and live.release) or None,
            "feed_sha256": hashlib.sha256(feed).hexdigest(),
            "items": items,
            "bytes_sent": sum(sent.values()),
            "sent": list(sent),
            # Releases of the same subscribed page may differ in these.
            **({"pages": dict(sorted(pages.items()))} if pages else {}),
        }
        store.put(record_key(name), dump_json(record).encode(), _RECORD_TYPE)
    notes = (*report.notes, *([note] if note else []))
    return replace(report, release_id=name, notes=notes, told=tuple(told))


def _name(store: ObjectStore, feed: bytes) -> str:
    """The id of our release, also when another has replaced its feed already and kept it."""
    digest = hashlib.sha256(feed).hexdigest()
    stored = store.head(FEED_KEY)
    if stored is not None and stored.sha256 in {digest, None}:
        return release_id(stored, feed)
    kept: Iterable[str] = store.list(RELEASES_PREFIX)
    names = [key.removeprefix(RELEASES_PREFIX).removesuffix(".xml") for key in kept]
    ours = [name for name in names if name.endswith(f"-{digest[:8]}")]
    if not ours:
        raise StorageError(
            "another program has replaced the feed right after it was put",
            "somebody else works on this bucket: run again",
        )
    return max(ours)
