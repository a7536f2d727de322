"""What a release would do, before it does anything: episodes, files and dangers.

`release` makes the same plan and carries it out, so what is shown is what happens.
"""

import dataclasses
import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from pipeline.errors import Refused
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
from pipeline.storage.planning.inventory import Inventory, find_inventory
from pipeline.storage.planning.live import NOTHING, Live, archive_key, look, readable, record_key
from pipeline.storage.planning.live_feed import LiveFeed, read_pages
from pipeline.storage.planning.merge import Intent, Merged, both_changed, hold_back, merge
from pipeline.storage.planning.notes import dying_links, notes_of
from pipeline.storage.planning.refusals import refuse_gaps, sort_placeholders, went_back
from pipeline.storage.planning.wording import (
    other_words,
    replaced_pages,
    silent_corrections,
    told_no_more,
)
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import FEED_KEY

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
    live = look(store, [item for item in objects if item.is_feed])
    _check_trace(store, live, sides)
    here = {item.key: item.path for item in objects if item.key.startswith(PREFIX)}
    before, unreadable = readable(
        live.feed, lambda feed: whole_feed(store, feed, live.known.inventory.files, here)
    )
    # Where nothing is live, nothing was taken out: the bucket is new.
    nothing_known = sides.base is None or live.feed is None
    base = before
    if not nothing_known:
        base = whole_feed(store, sides.base or NOTHING, sides.past.files, here, may_differ=False)
    is_there = functools.cache(lambda item: holds(store, item, live.listed.get(item.key)))
    objects, held = stand_by(
        objects,
        sides.others(before.items) if _is_ours(live) else {},
        sides.built,
        live.known.inventory,
        live.listed,
        is_there,
    )
    intent = dataclasses.replace(sides.intent, seen=None) if nothing_known else sides.intent
    behind, twice = _changed_elsewhere(before, intent, sides, live.known.inventory)
    held |= behind
    mine = {guid for guid in held if not _is_behind(guid, sides, live.known.inventory)}
    pages = {key: here[key].read_bytes() for key in sorted(here, reverse=True)}
    ours = hold_back(read_pages({FEED_KEY: feed, **pages}), before, held)
    offered = {key: page.content for key, page in ours.by_page.items()}
    # An unreadable live feed is replaced as a whole once that is allowed, so nothing is merged.
    merged = Merged(offered) if unreadable else merge(ours, before, base, intent)
    merged = dataclasses.replace(
        merged, theirs=tuple(dict.fromkeys((*merged.theirs, *sorted(held))))
    )
    new = read_pages(merged.pages)
    objects = _consistent(objects, merged, new, sides, scratch)
    objects = [*with_pages(objects, merged, scratch)]
    objects = with_theirs_beside(
        objects, live.others, live.listed, merged, {*ours.items}, intent.removed, scratch
    )
    slugs = sides.intent.slugs
    both = (both_changed(new.items[guid], guid, intent) for guid in sorted(twice & {*new.items}))
    found = tuple(dict.fromkeys((*unreadable, *merged.dangers, *both)))
    found = (*found, *show_dangers(before, new), *_lost(before, new, sides))
    found = (*found, *changed_keys(objects, live.listed))
    if not base.channel:
        found = (*found, *went_back(store, live, before, new, sides.last))
    # Episodes that show one picture share its key: it is sent, and counted, once.
    missing = [*{item.key: item for item in objects if not is_there(item)}.values()]
    keys = {item.key for item in objects}.union(live.listed)
    for key in (FEED_KEY, *(item.key for item in missing if item.key in merged.pages)):
        refuse_gaps(new.pages[key], store, keys)
    # What is decided of an episode as a whole is not decided of each of its files again.
    back = {slugs.get(guid, "") for guid in twice | _coming_back(before, intent)}
    theirs, more = changed_elsewhere(
        store,
        [item for item in missing if item.slug not in back],
        live.listed,
        sides.past.files,
        live.known.inventory.files,
    )
    objects = [item for item in objects if item not in theirs]
    missing = [item for item in missing if item not in theirs]
    if sides.machines and (missing or merged.content != live.feed):
        made = sides.machines(new, objects, live.listed, scratch)
        objects = [*objects, *made]
        missing += [item for item in made if not is_there(item)]
    harmless, public = sort_placeholders(sides.placeholders, live.feed, store)
    replaced = replaced_pages(store, missing, live.listed, before, slugs)
    found += (*more, *public, *silent_corrections(replaced, sides.errata, sides.again.items))
    sent = {item.slug for item in missing}
    changes = release_changes(before, new, slugs, merged.kept, sent)
    moved = sum(change.kind in {"added", "changed", "files"} for change in changes)
    return Plan(
        live=live,
        feed=merged.content,
        offered=offered,
        new=new,
        changes=changes,
        show=tuple(show_changes(before, new)),
        unchanged=len(new.items) - moved,
        objects=tuple(objects),
        missing=tuple(missing),
        dangers=found,
        allowed=frozenset(
            each.name for each in found if each.is_allowed(allow) or _is_meant(each, sides)
        ),
        fresh=frozenset(new.urls - before.urls),
        inventory=live.known.inventory.after(
            objects,
            {
                guid: digest
                for guid, digest in sides.built.items()
                if guid in new.items and guid not in merged.theirs
            },
            {*before.items} - {*new.items},
        ),
        notes=(
            *notes_of(
                merged, before, new, {guid: slugs[guid] for guid in mine}, sides.past.items, theirs
            ),
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


def _is_ours(live: Live) -> bool:
    """Whether a release made the live feed; the one of an imported show lay there before."""
    is_known = live.known.found is not None or record_key(live.release) in live.listed
    return bool(live.release) and is_known


def _check_trace(store: ObjectStore, live: Live, sides: Sides) -> None:
    """Refused where a store knows nothing of this clone's last release, unless that is to be mended."""
    if not (sides.last and live.release):
        return
    traces = {archive_key(sides.last), record_key(sides.last)}
    is_lost = live.release != sides.last and not traces & {*live.listed}
    if sides.trail and not is_lost:  # it may have been of pages only
        digits, known = sides.last[-8:], live.known
        if digits != live.release[-8:]:
            known = find_inventory(store, digits, live.listed)
        is_lost = known.found is not None and not known.inventory.may_follow(sides.trail[-1])
    if is_lost and not sides.again.items:
        raise Refused(
            f"the store has lost release {sides.last}, which was made from here: was it put back from "
            "a backup? Listeners see what was there before",
            "pullquote publish --restore releases again what was last released from here",
        )
    if sides.again.items and not is_lost:
        raise Refused(
            f"nothing is to be restored: the store knows release {sides.last}",
            "what is there now has been released since: git pull, then publish",
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
    """Of the episodes published by name, those changed only elsewhere since this clone's release, and both.

    Feeds do not tell: with its own last release, this clone may have taken the other's item over.
    """
    public = intent.published & {*before.items} & {*sides.built}
    behind = frozenset(guid for guid in public if _is_behind(guid, sides, released))
    twice = frozenset(
        guid
        for guid in public - behind
        if (past := sides.past.items.get(guid))
        and released.items.get(guid, past) not in {past, sides.built[guid]}
    )
    return behind, twice


def _coming_back(before: LiveFeed, intent: Intent) -> frozenset[str]:
    """Episodes published by name that the feed lacks: the page that says so is nobody's change."""
    return frozenset(intent.published - {*before.items} if before.is_whole else ())


def _is_behind(guid: str, sides: Sides, released: Inventory) -> bool:
    """Whether this clone has an episode as it last released it, and another has done so since."""
    ours = sides.built[guid]
    return sides.past.items.get(guid) == ours and released.items.get(guid, ours) != ours
