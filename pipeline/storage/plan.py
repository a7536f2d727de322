"""What a release would do, before it does anything: episodes, files and dangers.

`release` makes the same plan and carries it out, so what is shown is what happens.
"""

import contextlib
import dataclasses
import hashlib
import shlex
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.addresses import (
    FEED_KEY,
    INDEX_KEY,
    POSTS_FEED_KEY,
    RELEASES_PREFIX,
    public_url,
)
from pipeline.errors import Refused, StorageError
from pipeline.storage.changes import (
    Danger,
    EpisodeChange,
    FieldChange,
    dangers,
    describe,
    episode_changes,
    show_changes,
    show_dangers,
)
from pipeline.storage.kept_keys import changed_elsewhere
from pipeline.storage.live_feed import LiveFeed, read_feed
from pipeline.storage.merge import Intent, Merged, merge, merge_posts
from pipeline.storage.object_store import Listed, ObjectStore, Stored
from pipeline.storage.release_object import HASHED_KEY, ReleaseObject

FEED_TYPE = "application/rss+xml; charset=utf-8"
NOTHING = b"<rss><channel/></rss>"  # what a clone knew that has never released


@dataclasses.dataclass(frozen=True, slots=True)
class Sides:
    """What a release must know to merge: `base` is the feed as this clone last released it.

    Without one, the live feed is taken for what this clone knew, so nothing in it is foreign.
    `known` are digests of files as this clone last released them, by key (`kept_keys`).
    `meant` says of a slug whether the host wants its other recording.
    `index` renders the show's page for a merged feed, whose items are not all of this clone.
    """

    base: bytes | None = None
    intent: Intent = dataclasses.field(default_factory=Intent)
    index: Callable[[LiveFeed], bytes] | None = None
    known: Mapping[str, str] = dataclasses.field(default_factory=dict)
    meant: Callable[[str], bool] = lambda slug: False


@dataclasses.dataclass(frozen=True, slots=True)
class Live:
    """The store before the release."""

    feed: bytes | None
    stored: Stored | None
    listed: dict[str, Listed]


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What a release would do; `feed` is the merged one, `missing` what the store lacks of `objects`."""

    live: Live
    feed: bytes
    items: int
    changes: tuple[EpisodeChange, ...]
    show: tuple[FieldChange, ...]  # what the feed says otherwise of the show itself
    unchanged: int
    objects: tuple[ReleaseObject, ...]
    missing: tuple[ReleaseObject, ...]
    dangers: tuple[Danger, ...]
    allowed: frozenset[str]  # names of dangers that the host accepts
    fresh: frozenset[str]  # addresses that listeners have not been pointed to before
    notes: tuple[str, ...]

    @property
    def feed_changes(self) -> bool:
        return self.feed != self.live.feed

    @property
    def refused(self) -> tuple[Danger, ...]:
        return tuple(each for each in self.dangers if each.name not in self.allowed)

    @property
    def sent(self) -> tuple[str, ...]:
        """Keys that would be written, the feed last."""
        return (*(item.key for item in self.missing), *((FEED_KEY,) if self.feed_changes else ()))

    @property
    def bytes_sent(self) -> int:
        return sum(item.size or 0 for item in self.missing) + len(self.feed) * self.feed_changes


def look(store: ObjectStore) -> Live:
    """Read the live feed and list the store, in one request each (a listing: one a thousand)."""
    # The feed first: what is listed afterwards can only be newer than what the feed points to.
    feed, stored = store.get(FEED_KEY) or (None, None)
    return Live(feed, stored, store.list())


def make_plan(
    store: ObjectStore,
    objects: Sequence[ReleaseObject],
    feed: bytes,
    base_url: str,
    *,
    allow: Collection[str] = (),
    sides: Sides | None = None,
    scratch: Path | None = None,
) -> Plan:
    """Compare what this clone would publish with what listeners see; reads only.

    A merged index page is written below `scratch`. Raises StorageError when the store fails or the
    feed would point to what nobody sends.
    """
    sides = sides or Sides()
    live = look(store)
    before, unreadable = readable(live.feed)
    # Where nothing is live, nothing was taken out: the bucket is new.
    nothing_known = sides.base is None or live.feed is None
    base = before if nothing_known else read_feed(sides.base or NOTHING)
    # An unreadable live feed is replaced as a whole once that is allowed, so nothing is merged.
    older = _paged(objects)
    intent = dataclasses.replace(sides.intent, seen=None) if nothing_known else sides.intent
    merged = Merged(feed) if unreadable else merge(feed, before, base, intent, older)
    new = read_feed(merged.content)
    objects = _consistent(objects, merged, new, sides, scratch)
    if not merged.is_ours and scratch:
        objects = _with_their_posts(store, objects, merged, scratch)
    refuse_gaps(new, base_url, {item.key for item in objects}.union(live.listed))
    slugs = sides.intent.slugs or {}
    found = (*unreadable, *merged.dangers, *show_dangers(before, new))
    found = (*found, *_lost(before, new, sides, objects))
    found = (*found, *_changed_keys(objects, live.listed))
    missing = [item for item in objects if not _is_there(store, item, live.listed.get(item.key))]
    theirs, more = changed_elsewhere(store, missing, live.listed, sides.known)
    objects = [item for item in objects if item not in theirs]
    found = (*found, *more)
    changes = [
        *(
            each
            for each in episode_changes(before, new, slugs)
            if each.kind != "gone" or each.guid not in older  # it has moved to an older page
        ),
        *(describe("kept", new.items[guid], slugs) for guid in merged.kept),
    ]
    moved = sum(change.kind in {"added", "changed"} for change in changes)
    return Plan(
        live=live,
        feed=merged.content,
        items=len(new.items),
        changes=tuple(changes),
        show=tuple(show_changes(before, new)),
        unchanged=len(new.items) - moved,
        objects=tuple(objects),
        missing=tuple(item for item in missing if item not in theirs),
        dangers=found,
        allowed=frozenset(
            each.name for each in found if each.is_allowed(allow) or _is_meant(each, sides)
        ),
        fresh=frozenset(new.urls - before.urls),
        notes=(
            *_notes(merged, before, new),
            *map(_kept_note, theirs),
            *(
                f"--allow {name}: nothing of that name is to be allowed"
                for name in allow
                if not any(each.is_allowed([name]) for each in found)
            ),
        ),
    )


def refuse_dangers(plan: Plan) -> None:
    """Raise Refused when the plan holds a danger that the host has not allowed by name."""
    if not plan.refused:
        return
    lines = "".join(f"\n  {danger.message}" for danger in plan.refused)
    options = " ".join(f"--allow {shlex.quote(danger.name)}" for danger in plan.refused)
    raise Refused(
        f"the release is refused, because apps could not take it back:{lines}",
        f"if that is meant: {options}",
    )


def refuse_absent(plan: Plan) -> None:
    """Raise StorageError for a file that is to be sent and is not on this machine."""
    for item in plan.missing:
        if item.size is None:
            raise StorageError(
                f"{item.key} is not in the store, and {item.path.name} is not on this machine",
                "run the episode's stages here, or publish from the machine that has the recording",
            )


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


def readable(feed: bytes | None) -> tuple[LiveFeed, tuple[Danger, ...]]:
    """A feed that a store holds; an empty one where there is none, and a danger where it is no feed."""
    if feed is None:
        return LiveFeed(), ()
    try:
        return read_feed(feed), ()
    except StorageError as error:
        message = f"{error.message}: what it holds would be replaced unseen"
        return LiveFeed(), (Danger("live-feed-unreadable", message),)


def _paged(objects: Iterable[ReleaseObject]) -> set[str]:
    """GUIDs in the show's other feeds: pages of a long one, which hold what the newest does not."""
    found: set[str] = set()
    for item in objects:
        if item.type.startswith("application/rss+xml") and item.path.is_file():
            found.update(read_feed(item.path.read_bytes()).items)
    return found


def _consistent(
    objects: Sequence[ReleaseObject],
    merged: Merged,
    new: LiveFeed,
    sides: Sides,
    scratch: Path | None,
) -> Sequence[ReleaseObject]:
    """The files that go with a merged feed: none of ours over theirs, and an index of all episodes."""
    if merged.is_ours:
        return objects
    slugs = sides.intent.slugs or {}
    not_ours = {slugs.get(guid, "") for guid in (*merged.theirs, *merged.left_out)} - {""}
    kept = [item for item in objects if item.immutable or item.slug not in not_ours]
    if sides.index is None or scratch is None:
        return kept
    content = sides.index(new)
    return [item.holding(content, scratch) if item.key == INDEX_KEY else item for item in kept]


def _with_their_posts(
    store: ObjectStore, objects: Sequence[ReleaseObject], merged: Merged, scratch: Path
) -> Sequence[ReleaseObject]:
    """The same files, with the link posts of episodes from elsewhere in the feed of posts."""
    if not any(item.key == POSTS_FEED_KEY for item in objects):
        return objects  # without posts here, theirs stays as it is
    found = store.get(POSTS_FEED_KEY)
    if found is None:
        return objects
    with contextlib.suppress(StorageError):  # unreadable: ours replaces it
        return [
            item.holding(merge_posts(item.path.read_bytes(), found[0], merged), scratch)
            if item.key == POSTS_FEED_KEY
            else item
            for item in objects
        ]
    return objects


def _lost(
    before: LiveFeed, new: LiveFeed, sides: Sides, objects: Iterable[ReleaseObject]
) -> list[Danger]:
    """Dangers for listeners, without what is meant (removed by name) or only on another page."""
    found = dangers(before, new, sides.intent.slugs)
    quiet = {f"item-gone:{guid}" for guid in sides.intent.removed | _paged(objects)}
    return [each for each in found if each.guid_name not in quiet]


def _is_meant(danger: Danger, sides: Sides) -> bool:
    kind, _, slug = danger.name.partition(":")
    return kind == "enclosure-changed" and sides.meant(slug)


def _notes(merged: Merged, before: LiveFeed, new: LiveFeed) -> Iterable[str]:
    pull = "git pull to have it here too"
    for guid in merged.kept:
        yield f"'{new.items[guid].title}' was published from elsewhere and stays in the feed: {pull}"
    for guid in merged.theirs:
        yield f"'{before.items[guid].title}' was changed from elsewhere and stays so: {pull}"
    if merged.left_out:
        yield (
            f"{len(merged.left_out)} episode(s) were taken out of the feed from elsewhere and stay "
            "out: publish them by name to bring them back"
        )
    if merged.their_channel:
        yield f"the show's own texts were changed from elsewhere and stay so: {pull}"


def _kept_note(item: ReleaseObject) -> str:
    return f"{item.key} was changed from elsewhere and stays so: git pull to have it here too"


def _is_there(store: ObjectStore, item: ReleaseObject, listed: Listed | None) -> bool:
    """Whether the store holds these bytes; asks for more than the listing only when it must."""
    size = item.size
    if size is None:
        return listed is not None and item.immutable
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
        if HASHED_KEY.fullmatch(item.key)
        and not (item.immutable and _could_be(item, listed.get(item.key)))
    ]


def _could_be(item: ReleaseObject, listed: Listed | None) -> bool:
    # An empty object is what a publisher leaves that died without a checksum.
    return listed is None or listed.size in {0, item.size} or item.size is None


def release_id(stored: Stored, feed: bytes) -> str:
    """The name of the release that put this feed: when the store received it, and its hash."""
    return f"{stored.modified:%Y%m%d-%H%M%S}-{hashlib.sha256(feed).hexdigest()[:8]}"


def archive_key(name: str) -> str:
    """Where the feed of a release is kept once it is replaced."""
    return f"{RELEASES_PREFIX}{name}.xml"
