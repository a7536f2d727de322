"""Three ways to one feed: what this clone wants, what listeners see, and what this clone knew.

Two people publish from two clones, and neither feed may simply replace the other: items are merged
by GUID. `base` is the feed as this clone last released it.

| base | live | ours | merged |
|------|------|------|--------|
| -    | x    | -    | theirs: published from elsewhere |
| x    | -    | x    | gone: taken out elsewhere, unless the host publishes it by name |
| x    | y    | x    | theirs: changed elsewhere |
| x    | y    | z    | a danger by name: changed on both sides |
| any  | any  | else | ours; what listeners lose by that is judged afterwards (`changes.dangers`) |

Which episodes there were is another question where this clone has an episode's folder, whoever
published it: its feed holds what was live when it was made (`Intent.seen`), so what came since then
was published from elsewhere, and what went was taken out there.
"""

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from email.utils import format_datetime

from pipeline.feeds.contents.live_feed import LiveFeed, LiveItem, read_feed, read_pages
from pipeline.storage.planning.changes import Danger, show_changes, slug_of
from pipeline.web.addresses import FEED_KEY, episode_guid
from pipeline.web.headers import moment

_BUILT = re.compile(rb"<lastBuildDate>[^<]*</lastBuildDate>")
_PAGE_LINK = re.compile(
    rb'\s*<atom:link\b[^>]*\brel="(?:self|first|last|current|next|previous|\w+-archive)"[^>]*/>'
)
_ROOT = re.compile(rb"<rss\b")
_BEFORE_ITEM, _AFTER_ITEMS = b"\n    ", b"\n  "  # as our own feeds are indented


@dataclasses.dataclass(frozen=True, slots=True)
class Merged:
    """A feed of both sides' items, by page; GUIDs of those that are not as this clone has them.

    `kept` come from elsewhere and `theirs` were changed there; `left_out` were taken out there.
    """

    pages: Mapping[str, bytes]  # by object key, the subscribed one first
    kept: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    dangers: tuple[Danger, ...] = ()
    their_channel: bool = False

    @property
    def content(self) -> bytes:
        """The page that apps subscribe to."""
        return self.pages[FEED_KEY]

    @property
    def is_ours(self) -> bool:
        return not (self.kept or self.theirs or self.left_out or self.their_channel)


@dataclasses.dataclass(frozen=True, slots=True)
class Intent:
    """What the host means: GUIDs published or removed by name, and slugs known by GUID.

    `seen` are the GUIDs of the feed that was live when ours was made; None: those of the base.
    """

    published: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    slugs: Mapping[str, str] = dataclasses.field(default_factory=dict)
    seen: frozenset[str] | None = None

    def slug(self, item: LiveItem) -> str:
        return slug_of(item, self.slugs)


def merge(new: LiveFeed, live: LiveFeed, base: LiveFeed | None, intent: Intent) -> Merged:
    """Merge our feed by GUID.

    An item whose bytes cannot be taken over (another encoding, a prefix that means something else)
    is left to `changes.dangers`, which calls it gone.
    """
    known = base.items if base else {}
    kept = _foreign(live, new, known, intent)
    left_out = [guid for guid in new.items if _taken_out(guid, live, known, intent)]
    theirs, dangers = [], []
    for guid, item in new.items.items():
        before, there = known.get(guid), live.items.get(guid)
        if not (before and there and there.raw) or there.raw in {before.raw, item.raw}:
            continue
        if item.raw == before.raw:
            theirs.append(guid)
        else:
            dangers.append(both_changed(item, guid, intent))
    their_channel = _is_their_channel(new, live, base)
    if base and not their_channel:
        dangers += _show_changed_twice(new, live, base)
    staying = new.items.keys() - {*left_out}
    items = {guid: item for guid, item in new.items.items() if guid in staying}
    items |= {guid: live.items[guid] for guid in (*kept, *theirs)}
    return Merged(
        _files(new, live, items, live if their_channel else new),
        tuple(kept),
        tuple(theirs),
        tuple(left_out),
        tuple(dangers),
        their_channel,
    )


def hold_back(new: LiveFeed, live: LiveFeed, held: Collection[str]) -> LiveFeed:
    """Our feed with the items of some GUIDs as they are in the live one."""
    items = {
        guid: there if guid in held and (there := live.items.get(guid)) and there.raw else item
        for guid, item in new.items.items()
    }
    return new if items == new.items else read_pages(_files(new, live, items, new))


def merge_beside(
    ours: bytes, live: bytes, merged: Merged, shown: Collection[str], removed: Collection[str]
) -> bytes:
    """The feed of link posts, or of corrections, that goes with a merged feed.

    Items of the episodes that our own feed has `shown` are ours to decide on, unless the episode is
    theirs now; all others are of somebody who may not have put the feed yet. StorageError when the
    live one cannot be read; it is empty where there is none.
    """
    new, there = read_feed(ours), read_feed(live) if live else LiveFeed()
    ended = {*removed, *merged.left_out}
    theirs = {*merged.theirs, *merged.kept}
    decided = {*shown, *ended} - theirs
    items = {
        guid: item
        for guid, item in new.items.items()
        if episode_guid(guid) not in {*ended, *theirs}
    }
    items |= {
        guid: item
        for guid, item in there.items.items()
        if episode_guid(guid) not in decided and _fits(item, there, new)
    }
    return ours if items == new.items else _files(new, there, items, new)[FEED_KEY]


def _files(
    new: LiveFeed, live: LiveFeed, items: Mapping[str, LiveItem], said: LiveFeed
) -> dict[str, bytes]:
    """The files of a feed of `items`, by key; what they say of the show is as `said`.

    The pages are ours. Where this clone lacks some, as it may have the latest episodes only, they are
    the live ones.
    """
    ours, theirs = _places(new), _places(live)
    lacks_some = any(theirs[guid] not in new.by_page for guid in items.keys() - ours.keys())
    shape, places = (live, theirs) if lacks_some else (new, theirs | ours)
    rows: dict[str, list[LiveItem]] = {key: [] for key in shape.by_page}
    for guid, item in items.items():
        rows[places.get(guid, FEED_KEY)].append(item)
    namespaces = live.namespaces | new.namespaces
    files = {}
    for key, held in rows.items():
        page = shape.by_page[key]
        voice = said.by_page.get(key, page) if shape is new or key == FEED_KEY else page
        same = {item.raw for item in held} == {item.raw for item in page.items.values()}
        if same and voice is page:
            files[key] = page.content
        else:
            files[key] = _document(_linked(voice, page), namespaces, held)
    return files


def _places(feed: LiveFeed) -> dict[str, str]:
    """The key of the page that each item is on."""
    pages = reversed(feed.by_page.items())
    return {guid: key for key, page in pages for guid in page.items}


def _linked(voice: LiveFeed, page: LiveFeed) -> LiveFeed:
    """A page that says of the show what `voice` does, and links to the neighbours of `page`."""
    if voice is page:
        return page
    links, rest = b"".join(_PAGE_LINK.findall(page.head)), _PAGE_LINK.sub(b"", voice.head)
    found = _PAGE_LINK.search(voice.head)
    at = found.start() if found else len(rest.rstrip())
    return dataclasses.replace(voice, head=rest[:at] + links + rest[at:])


def _is_their_channel(new: LiveFeed, live: LiveFeed, base: LiveFeed | None) -> bool:
    """Whether the show's own part was changed elsewhere and not here."""
    if base is None or not (base.head and live.head and new.head):
        return False
    ours, theirs, before = (_of_the_show(feed.head) for feed in (new, live, base))
    return ours == before != theirs


def without_items(feed: LiveFeed) -> bytes:
    """What a feed says of the show, on a page that knows of no others."""
    return _PAGE_LINK.sub(b"", feed.head) + feed.tail


def _of_the_show(head: bytes) -> bytes:
    """What a feed says before its items, without the date and the addresses of its pages."""
    return _PAGE_LINK.sub(b"", _BUILT.sub(b"", head)).partition(b"<channel>")[2].rstrip()


def _show_changed_twice(new: LiveFeed, live: LiveFeed, base: LiveFeed) -> list[Danger]:
    """What was changed elsewhere of the show, and would be changed back unseen."""
    here = {change.field for change in show_changes(base, new)}
    there = {change.field for change in show_changes(base, live)}
    lost = sorted(there & {change.field for change in show_changes(live, new)})
    if not (here and lost):
        return []
    return [
        Danger(
            "show-changed-elsewhere",
            f"the show's {', '.join(lost)} was changed from another clone, and other things of the "
            "show here: git pull, or let this one win",
        )
    ]


def _foreign(
    live: LiveFeed, new: LiveFeed, known: Mapping[str, LiveItem], intent: Intent
) -> list[str]:
    """Items of the live feed that this clone has not taken out."""
    folders = set() if intent.seen is None else set(intent.slugs)
    others = {guid: item for guid, item in live.items.items() if guid not in new.items}
    ours = {intent.slug(item) for item in new.items.values()} - {""} if others else set()
    return [
        guid
        for guid, item in others.items()
        if guid not in ((intent.seen or ()) if guid in folders else known)
        and guid not in intent.removed
        and intent.slug(item) not in ours  # ours under another GUID
        and _fits(item, live, new)
    ]


def _fits(item: LiveItem, live: LiveFeed, new: LiveFeed) -> bool:
    """Whether the bytes mean the same in our document."""
    same = all(new.namespaces.get(prefix, uri) == uri for prefix, uri in live.namespaces.items())
    return bool(item.raw and new.head) and same


def _taken_out(guid: str, live: LiveFeed, known: Mapping[str, LiveItem], intent: Intent) -> bool:
    # An item that is missing may be on a page that we did not see.
    there_was = guid in known or guid in (intent.seen or ())
    still = guid in live.items or guid in intent.published
    return there_was and not still and live.is_whole


def both_changed(item: LiveItem, guid: str, intent: Intent) -> Danger:
    """An episode that was changed here and elsewhere: nobody's change goes unseen."""
    return Danger(
        f"changed-elsewhere:{intent.slug(item) or guid}",
        f"'{item.title}' was changed here and, meanwhile, from another clone: git pull, or let "
        "this one win",
        f"changed-elsewhere:{guid}",
    )


def _document(around: LiveFeed, namespaces: Mapping[str, str], items: Sequence[LiveItem]) -> bytes:
    ordered = sorted(items, key=lambda item: (-item.seconds, item.slug))
    head = around.head.rstrip()
    missing = {key: uri for key, uri in namespaces.items() if key not in around.namespaces}
    for prefix, uri in sorted(missing.items()):
        declared = f'<rss {prefix}="{uri}"'.encode()
        head = _ROOT.sub(lambda _, to=declared: to, head, count=1)  # type: ignore[misc]
    moments = [found for item in items if (found := moment(item.date))]
    if moments:
        built = f"<lastBuildDate>{format_datetime(max(moments))}</lastBuildDate>".encode()
        head = _BUILT.sub(lambda _: built, head, count=1)
    rows = b"".join(_BEFORE_ITEM + item.raw for item in ordered)
    return head + rows + _AFTER_ITEMS + around.tail.lstrip()
