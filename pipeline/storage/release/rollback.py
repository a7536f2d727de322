"""Putting a release back as a whole: what it had under keys that stay, then its feed.

1. keep what is about to get other bytes (`inventory`) - spare copies;
2. put pages, transcripts and the rest back; the pages of episodes that go say so - listeners of the
   live feed meet what its episodes had before, or a page that says that it is taken out;
3. write down what belongs to the feed, then swap it - the release is live again;
4. check, tell and record, as after a release.

Killed before 3, it is run again from the start. Killed afterwards, the live feed is an old one without
a record of its own, so the next run finishes that and goes no further back.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pipeline.errors import StorageError
from pipeline.feeds.contents.live_feed import LiveFeed
from pipeline.storage.planning.changes import dangers, show_changes
from pipeline.storage.planning.feed_pages import PREFIX, whole_feed
from pipeline.storage.planning.inventory import (
    Inventory,
    Known,
    find_inventory,
    keep_versions,
    kept_key,
    put_back,
    unlike,
    write_inventory,
)
from pipeline.storage.planning.live import Live, archive_key, look, names_of, record_key
from pipeline.storage.planning.refusals import refuse_gaps
from pipeline.storage.planning.wording import told_no_more
from pipeline.storage.release.conclusion import Report, Tell, conclude
from pipeline.storage.release.release import lost_write, swap_feed
from pipeline.storage.store.object_store import ObjectStore
from pipeline.web.addresses import (
    FEED_KEY,
    RELEASES_PREFIX,
    embed_key,
    media_type,
    page_key,
    quote_anchor,
    quote_of,
)
from pipeline.workspace import table_of

#: Marks a page, which is given with its key, as one that is taken out.
Withdraw = Callable[[str, bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackReport(Report):
    """What a rollback did, or with `dry_run` would do; `changes` are sentences for the host.

    `restored` are keys; `public` is what is public now, besides the feed.
    """

    target: str  # the release that is put back
    episodes: int
    changes: tuple[str, ...]
    restored: tuple[str, ...]
    guids: frozenset[str]  # of the episodes in the feed
    gone: frozenset[str]  # of those that are in it no more
    public: Inventory


@dataclass(frozen=True, slots=True)
class _Target:
    """A release to go back to; `files` are digests by key."""

    name: str
    content: bytes
    feed: LiveFeed
    known: Known
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Return:
    """What has to change besides the feed: versions that were `kept`, and pages `made` for it.

    `missed` are keys whose version was not kept.
    """

    kept: Mapping[str, str]
    made: Mapping[str, bytes]
    missed: tuple[str, ...]
    inventory: Inventory
    gone: frozenset[str]  # GUIDs

    @property
    def keys(self) -> tuple[str, ...]:
        return (*self.kept, *self.made)


def rollback(
    store: ObjectStore,
    steps: int = 1,
    *,
    dry_run: bool = False,
    withdraw: Withdraw = lambda key, page: page,
    tell: Tell | None = None,
) -> RollbackReport:
    """Put back the release of `steps` ago; recordings stay, so that it can be undone.

    Raises StorageError when there is no such release, its feed points to what is gone, or somebody
    else publishes meanwhile.
    """
    live = look(store)
    if live.feed is None:
        raise StorageError("nothing was released yet")
    target = _target(store, live, _unfinished(store, live) or _earlier(store, live, steps))
    refuse_gaps(target.feed, store, live.listed)
    before = whole_feed(store, live.feed, live.known.inventory.files, {})
    found = _differences(store, live, before, target, withdraw)
    report = RollbackReport(
        target=target.name,
        episodes=len(target.feed.items),
        changes=(
            *(danger.message for danger in dangers(before, target.feed)),
            *(
                f"the show's {each.field}: {each.before or 'none'} -> {each.after or 'none'}"
                for each in show_changes(before, target.feed)
            ),
            *told_no_more(before, target.feed),
        ),
        restored=found.keys,
        guids=frozenset(target.feed.items),
        gone=found.gone,
        public=found.inventory,
        notes=tuple(_notes(live, found)),
    )
    if dry_run:
        return report
    report = replace(report, public=_put(store, live, target, found))
    try:
        return conclude(
            report,
            store,
            live,
            target.content,
            sent={FEED_KEY: len(target.content)},
            items=len(target.feed.items),
            files=found.inventory.files,
            tell=tell,
        )
    except StorageError as error:
        raise StorageError(
            f"release {target.name} is live again, but then: {error.message}",
            "run it again: it goes no further back before this is finished",
        ) from error


def _unfinished(store: ObjectStore, live: Live) -> str:
    """The release that a rollback which was killed has put back: live, and not recorded."""
    current = live.release
    if record_key(current) in live.listed:
        return ""
    same = [name for name in names_of(store, live) if name[-8:] == current[-8:] and name != current]
    return next((name for name in same if archive_key(name) in live.listed), "")


def _earlier(store: ObjectStore, live: Live, steps: int) -> str:
    kept = (name for name in names_of(store, live) if archive_key(name) in live.listed)
    earlier = [name for name in kept if name != live.release]
    if not 1 <= steps <= len(earlier):
        raise StorageError(
            f"there are {len(earlier)} earlier releases to go back to, not {steps}",
            "pullquote history lists them",
        )
    return earlier[steps - 1]


def _target(store: ObjectStore, live: Live, name: str) -> _Target:
    found = store.get(archive_key(name))
    if found is None:
        raise StorageError(f"the feed of release {name} has vanished from {RELEASES_PREFIX}")
    known = find_inventory(store, name[-8:], live.listed)
    pages = table_of(store.content(record_key(name))).get("pages", {})
    files = {**known.inventory.files, **pages}
    feed = whole_feed(store, found[0], files, {})
    return _Target(name, found[0], feed, known, files)


def _differences(
    store: ObjectStore, live: Live, before: LiveFeed, target: _Target, withdraw: Withdraw
) -> _Return:
    made: dict[str, bytes] = {}
    old, now = target.known.inventory, live.known.inventory
    gone = {*before.items, *now.items} - {*target.feed.items, *old.items}
    if not target.feed.is_whole:
        gone = set()  # they may be on older pages
    slugs = {before.items[guid].slug for guid in gone & {*before.items}} - {""}
    keys = {key(slug) for slug in slugs for key in (page_key, embed_key)} & {*live.listed}
    for key in sorted(keys.union(_quotes_gone(store, live, target, slugs))):
        if page := store.content(key):
            made[key] = withdraw(key, page)
    differing = unlike(store, {key: sha for key, sha in target.files.items() if key not in made})
    kept = {key: sha for key, sha in differing.items() if kept_key(sha) in live.listed}
    missed = tuple(key for key in differing if key not in kept)
    files = {key: sha for key, sha in target.files.items() if key not in missed}
    files |= {key: hashlib.sha256(content).hexdigest() for key, content in made.items()}
    return _Return(kept, made, missed, Inventory(files, old.items), frozenset(gone))


def _quotes_gone(
    store: ObjectStore, live: Live, target: _Target, slugs: Collection[str]
) -> Iterator[str]:
    """The keys of public pages of quotes that the release has not: those of the episodes `slugs`, too."""
    pages: dict[str, bytes] = {}
    for key in live.listed:
        slug, name = quote_of(key)
        if not slug or key in target.known.inventory.files:
            continue
        if slug not in pages:
            of = page_key(slug)
            kept = kept_key(target.files.get(of, ""))
            pages[slug] = store.content(kept if kept in live.listed else of)
        if slug in slugs or f'id="{quote_anchor(name)}"'.encode() not in pages[slug]:
            yield key


def _put(store: ObjectStore, live: Live, target: _Target, found: _Return) -> Inventory:
    inventory = keep_versions(store, live.known.inventory, found.keys, live.listed)
    write_inventory(store, live.known, inventory)
    put_back(store, found.kept)
    for key, content in found.made.items():
        store.put(key, content, media_type(key))
    if lost := unlike(store, {key: found.inventory.files[key] for key in found.keys}):
        raise lost_write(store, ", ".join(lost), "the feed was not changed")
    known = find_inventory(store, target.name[-8:], [target.known.key])
    written = write_inventory(store, known, found.inventory)
    if target.content != live.feed or any(key.startswith(PREFIX) for key in found.kept):
        swap_feed(store, live, target.content)
    return written


def _notes(live: Live, found: _Return) -> Iterable[str]:
    if any(each.files for each in live.known.inventory.past):
        yield (
            f"files were released since {live.release} that left its feed as it was: what they changed "
            "goes back with it"
        )
    if found.missed:
        yield f"not kept, so they stay as they are: {', '.join(found.missed)}"
