"""What a release would do, before it does anything: episodes, files and dangers.

`release` makes the same plan and carries it out, so what is shown is what happens.
"""

import dataclasses
import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.feeds.contents.live_feed import LiveFeed, read_pages
from pipeline.settings.podcasting import Erratum
from pipeline.storage.planning.changes import (
    Danger,
    EpisodeChange,
    FieldChange,
    Placeholder,
    dangers,
    release_changes,
    show_changes,
    show_dangers,
)
from pipeline.storage.planning.feed_pages import PREFIX, whole_feed, with_pages, with_theirs_beside
from pipeline.storage.planning.files import changed_elsewhere, changed_keys, holds, stand_by
from pipeline.storage.planning.inventory import Inventory
from pipeline.storage.planning.live import NOTHING, Live, look, readable
from pipeline.storage.planning.merge import Intent, Merged, both_changed, hold_back, merge
from pipeline.storage.planning.notes import dying_links, notes_of
from pipeline.storage.planning.refusals import (
    refuse_gaps,
    refuse_lost,
    sort_placeholders,
    went_back,
)
from pipeline.storage.planning.wording import (
    other_words,
    replaced_pages,
    silent_corrections,
    told_no_more,
)
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import BESIDE, FEED_KEY

#: Makes files of a feed, of those that are its own, and of the keys that are in the store, in a folder.
Maker = Callable[
    [LiveFeed, Sequence[ReleaseObject], Collection[str], Path], Sequence[ReleaseObject]
]


@dataclasses.dataclass(frozen=True, slots=True)
class Sides:
    """What a release must know to merge: `base` is the feed as this clone last released it.

    Without one, the live feed is taken for what this clone knew, so nothing in it is foreign.
    `past` is what this clone last released, `built` has the digest of each `item.json` here by GUID.
    `meant` says of a slug whether the host wants its other recording, `errata` what its feed corrects.
    `pages` makes, by key, what lists the episodes of a merged feed, of which some GUIDs are not as here.
    `search` makes what a plan can only name when it is carried out, because it may take a minute: the
    search page and its indexes, written into a folder. `machines` makes what lists for machines all that
    a feed shows, of its files and of the keys that are in the store: where nothing else is sent, nobody
    makes it.
    Only the episodes that `intent` publishes by name are sent, unless it is for `all_episodes`. `last`
    is the id of this clone's last release and `trail` that of its inventory, which the store must know;
    `again` is a feed that is released once more.
    """

    base: bytes | None = None
    intent: Intent = dataclasses.field(default_factory=Intent)
    pages: Callable[[LiveFeed, Collection[str]], Mapping[str, bytes]] | None = None
    search: Callable[["Plan", Path], Sequence[ReleaseObject]] | None = None
    past: Inventory = dataclasses.field(default_factory=Inventory)
    built: Mapping[str, str] = dataclasses.field(default_factory=dict)
    meant: Callable[[str], bool] = lambda slug: False
    all_episodes: bool = True
    last: str = ""
    trail: Sequence[str] = ()
    placeholders: Sequence[Placeholder] = ()
    errata: Callable[[str], Sequence[Erratum]] = lambda slug: ()
    again: LiveFeed = dataclasses.field(default_factory=LiveFeed)
    machines: Maker | None = None

    def others(self, public: Collection[str]) -> dict[str, str]:
        """The GUIDs, by slug, of the public episodes that are not published now."""
        if self.all_episodes:
            return {}
        others = {*public} & {*self.built} - self.intent.published - self.intent.removed
        return {slug: guid for guid, slug in self.intent.slugs.items() if guid in others}


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What a release would do; `feed` is the merged one, `missing` what the store lacks of `objects`."""

    live: Live
    feed: bytes
    offered: Mapping[str, bytes]  # its pages as this clone has them, without what others published
    new: LiveFeed  # the same, read
    changes: tuple[EpisodeChange, ...]
    show: tuple[FieldChange, ...]  # what the feed says otherwise of the show itself
    unchanged: int
    objects: tuple[ReleaseObject, ...]
    missing: tuple[ReleaseObject, ...]
    dangers: tuple[Danger, ...]
    allowed: frozenset[str]  # names of dangers that the host accepts
    fresh: frozenset[str]  # addresses that listeners have not been pointed to before
    inventory: Inventory  # what would be public besides the feed
    notes: tuple[str, ...]

    @property
    def items(self) -> int:
        return len(self.new.items)

    @property
    def feed_changes(self) -> bool:
        """Whether any page of the feed does: then the subscribed one is put, and a release is made."""
        older = any(item.key.startswith(PREFIX) for item in self.missing)
        return self.feed != self.live.feed or older

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


def make_plan(
    store: ObjectStore,
    objects: Sequence[ReleaseObject],
    feed: bytes,
    *,
    allow: Collection[str],
    sides: Sides,
    scratch: Path,
) -> Plan:
    """Compare what this clone would publish with what listeners see; reads only.

    A merged index page is written below `scratch`. Raises StorageError when the store fails or the
    feed would point to what nobody sends.
    """
    seen = _look(store, objects, sides)
    live, before, known = seen.live, seen.before, seen.live.known.inventory
    others = sides.others(before.items) if live.is_ours else {}
    objects, held = stand_by(objects, others, sides.built, known, live.listed, seen.holds)
    behind, twice = _changed_elsewhere(before, seen.intent, sides, known)
    held |= behind & seen.intent.published & {*before.items}
    ours, merged, new = _merged(feed, seen, held)
    objects = _consistent(objects, merged, new, sides, scratch)
    objects = [*with_pages(objects, merged, scratch)]
    shown, removed, slugs = {*ours.items}, sides.intent.removed, sides.intent.slugs
    objects = with_theirs_beside(objects, live.others, live.listed, merged, shown, removed, scratch)
    found = [*_feed_dangers(store, seen, merged, new, twice, sides)]
    found += changed_keys(objects, live.listed)
    objects, missing, theirs, more = _to_send(store, objects, seen, merged, new, twice, sides)
    if sides.machines and (missing or merged.content != live.feed):
        made = sides.machines(new, objects, live.listed, scratch)
        objects, missing = [*objects, *made], [*missing, *seen.missing(made)]
    harmless, public = sort_placeholders(sides.placeholders, live.feed, store)
    replaced = replaced_pages(store, missing, live.listed, before, slugs)
    found += (*more, *public, *silent_corrections(replaced, sides.errata, sides.again.items))
    changes = release_changes(before, new, slugs, merged.kept, {item.slug for item in missing})
    moved = sum(change.kind in {"added", "changed", "files"} for change in changes)
    as_here = new.items.keys() - {*merged.theirs}
    built = {guid: digest for guid, digest in sides.built.items() if guid in as_here}
    mine = {guid: slugs[guid] for guid in held - behind}
    return Plan(
        live=live,
        feed=merged.content,
        offered=_contents(ours),
        new=new,
        changes=changes,
        show=tuple(show_changes(before, new)),
        unchanged=len(new.items) - moved,
        objects=tuple(objects),
        missing=tuple(missing),
        dangers=tuple(found),
        allowed=frozenset(
            each.name for each in found if each.is_allowed(allow) or _is_meant(each, sides)
        ),
        fresh=frozenset(new.urls - before.urls),
        inventory=known.after(objects, built, before.items.keys() - new.items.keys()),
        notes=(
            *notes_of(merged, before, new, mine, sides.past.items, theirs),
            *harmless,
            *dying_links(replaced, live.listed),
            *other_words(store, missing, live.listed, replaced),
            *told_no_more(before, new),
            *(
                f"--allow {name}: nothing of that name is to be allowed"
                for name in allow
                if not any(each.is_allowed([name]) for each in found)
            ),
        ),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Seen:
    """What is there: the feed that listeners see, `before`, and the one that this clone knew, `base`.

    `own` are this clone's older pages, by key; `holds` says whether the store holds a file.
    """

    live: Live
    before: LiveFeed
    unreadable: tuple[Danger, ...]
    base: LiveFeed
    intent: Intent
    own: Mapping[str, Path]
    holds: Callable[[ReleaseObject], bool]

    def missing(self, objects: Iterable[ReleaseObject]) -> list[ReleaseObject]:
        """What the store lacks; episodes that show one picture share its key, and it is sent once."""
        return [*{item.key: item for item in objects if not self.holds(item)}.values()]


def _look(store: ObjectStore, objects: Sequence[ReleaseObject], sides: Sides) -> _Seen:
    live = look(store)
    is_there = functools.cache(lambda item: holds(store, item, live.listed.get(item.key)))
    feeds = [item for item in objects if item.is_feed and item.key in live.listed]
    differing = {item.key for item in feeds if not is_there(item)}
    differing |= {*BESIDE} & {*live.listed} - {item.key for item in feeds}
    others = {key: store.get(key) for key in sorted(differing)}
    live = dataclasses.replace(live, others={key: there for key, there in others.items() if there})
    refuse_lost(store, live, sides.last, sides.trail, restores=bool(sides.again.items))
    own = {item.key: item.path for item in objects if item.key.startswith(PREFIX)}
    before, unreadable = readable(
        live.feed, lambda feed: whole_feed(store, feed, live.known.inventory.files, own)
    )
    base, intent = before, dataclasses.replace(sides.intent, seen=None)
    # Where nothing is live, nothing was taken out: the bucket is new.
    if sides.base is not None and live.feed is not None:
        base = whole_feed(store, sides.base or NOTHING, sides.past.files, own, may_differ=False)
        intent = sides.intent
    return _Seen(live, before, unreadable, base, intent, own, is_there)


def _merged(feed: bytes, seen: _Seen, held: Collection[str]) -> tuple[LiveFeed, Merged, LiveFeed]:
    """Our feed, in which `held` are as they are live; it merged with what others released; that, read."""
    pages = {key: seen.own[key].read_bytes() for key in sorted(seen.own, reverse=True)}
    ours = hold_back(read_pages({FEED_KEY: feed, **pages}), seen.before, held)
    offered = _contents(ours)
    # An unreadable live feed is replaced as a whole once that is allowed, so nothing is merged.
    merged = (
        Merged(offered) if seen.unreadable else merge(ours, seen.before, seen.base, seen.intent)
    )
    theirs = tuple(dict.fromkeys((*merged.theirs, *sorted(held))))
    new = ours if merged.pages == offered else read_pages(merged.pages)
    return ours, dataclasses.replace(merged, theirs=theirs), new


def _contents(feed: LiveFeed) -> dict[str, bytes]:
    return {key: page.content for key, page in feed.by_page.items()}


def _to_send(
    store: ObjectStore,
    objects: Sequence[ReleaseObject],
    seen: _Seen,
    merged: Merged,
    new: LiveFeed,
    twice: Collection[str],
    sides: Sides,
) -> tuple[Sequence[ReleaseObject], list[ReleaseObject], list[ReleaseObject], list[Danger]]:
    """The files that go with the feed, and those that the store lacks; what stays as others have it."""
    live, before = seen.live, seen.before
    missing = seen.missing(objects)
    keys = {item.key for item in objects}.union(live.listed)
    for key in (FEED_KEY, *(item.key for item in missing if item.key in merged.pages)):
        refuse_gaps(new.pages[key], store, keys)
    # What is decided of an episode as a whole is not decided of each of its files again. One that comes
    # back has a page that says that it is gone, which is nobody's change.
    coming = seen.intent.published - {*before.items} if before.is_whole else ()
    back = {sides.intent.slugs.get(guid, "") for guid in (*twice, *coming)}
    judged = [item for item in missing if item.slug not in back]
    released = live.known.inventory.files
    theirs, told = changed_elsewhere(store, judged, live.listed, sides.past.files, released)
    kept, lacking = ([item for item in each if item not in theirs] for each in (objects, missing))
    return kept, lacking, theirs, told


def _feed_dangers(
    store: ObjectStore,
    seen: _Seen,
    merged: Merged,
    new: LiveFeed,
    twice: frozenset[str],
    sides: Sides,
) -> Iterator[Danger]:
    """What the new feed would do to listeners, or to what others have published."""
    both = sorted(twice & new.items.keys())
    changed = (both_changed(new.items[guid], guid, seen.intent) for guid in both)
    yield from dict.fromkeys((*seen.unreadable, *merged.dangers, *changed))
    yield from show_dangers(seen.before, new)
    yield from _lost(seen.before, new, sides)
    if not seen.base.channel:
        yield from went_back(store, seen.live, seen.before, new, sides.last)


def with_search(store: ObjectStore, plan: Plan, sides: Sides, folder: Path) -> Plan:
    """The plan with the index of what will be public; one that sends nothing else stays as it is."""
    if sides.search is None or not plan.sent:
        return plan
    known = {item.key for item in plan.objects}
    made = {item.key: item for item in sides.search(plan, folder) if item.key not in known}.values()
    missing = [item for item in made if not holds(store, item, plan.live.listed.get(item.key))]
    return dataclasses.replace(
        plan,
        objects=(*plan.objects, *made),
        missing=(*plan.missing, *missing),
        inventory=plan.inventory.after(made, {}, ()),
    )


def _consistent(
    objects: Sequence[ReleaseObject], merged: Merged, new: LiveFeed, sides: Sides, scratch: Path
) -> Sequence[ReleaseObject]:
    """The files that go with a merged feed: none of ours over theirs, and an index of all episodes."""
    if merged.is_ours:
        return objects
    slugs = sides.intent.slugs
    not_ours = {slugs.get(guid, "") for guid in (*merged.theirs, *merged.left_out)} - {""}
    kept = [item for item in objects if item.immutable or item.slug not in not_ours]
    if sides.pages is None:
        return kept
    pages = sides.pages(new, {*merged.theirs} & {*new.items})
    return [item.holding(pages[item.key], scratch) if item.key in pages else item for item in kept]


def _lost(before: LiveFeed, new: LiveFeed, sides: Sides) -> list[Danger]:
    """Dangers for listeners, without what is meant: removed by name, or released once more."""
    found = dangers(before, new, sides.intent.slugs)
    quiet = {f"item-gone:{guid}" for guid in sides.intent.removed}
    again = {
        guid
        for guid, item in sides.again.items.items()
        if guid in new.items and new.items[guid].raw == item.raw
    }
    return [
        each
        for each in found
        if each.guid_name not in quiet and each.guid_name.partition(":")[2] not in again
    ]


def _is_meant(danger: Danger, sides: Sides) -> bool:
    kind, _, slug = danger.name.partition(":")
    return kind == "enclosure-changed" and sides.meant(slug)


def _changed_elsewhere(
    before: LiveFeed, intent: Intent, sides: Sides, released: Inventory
) -> tuple[frozenset[str], frozenset[str]]:
    """Which episodes were changed only elsewhere since this clone's release, and which of those both.

    Feeds do not tell: with its own last release, this clone may have taken the other's item over. Only
    what is published by name can be changed on both sides.
    """
    here = {guid for guid, _ in sides.past.items.items() & sides.built.items()}
    there = {guid for guid, _ in released.items.items() - sides.built.items()}
    public = intent.published & before.items.keys() & sides.built.keys() & there - here
    past = sides.past.items
    twice = (guid for guid in public if past.get(guid) not in {None, released.items[guid]})
    return frozenset(here & there), frozenset(twice)
