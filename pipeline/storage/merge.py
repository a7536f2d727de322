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
from collections.abc import Collection, Mapping
from datetime import datetime
from email.utils import format_datetime

from pipeline.addresses import post_guid
from pipeline.storage.changes import Danger, instant, show_changes, slug_of
from pipeline.storage.live_feed import LiveFeed, LiveItem, read_feed

_BUILT = re.compile(rb"<lastBuildDate>[^<]*</lastBuildDate>")
_ROOT = re.compile(rb"<rss\b")
_BEFORE_ITEM, _AFTER_ITEMS = b"\n    ", b"\n  "  # as our own feeds are indented


@dataclasses.dataclass(frozen=True, slots=True)
class Merged:
    """A feed of both sides' items; GUIDs of those that are not as this clone has them.

    `kept` come from elsewhere and `theirs` were changed there; `left_out` were taken out there.
    """

    content: bytes
    kept: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    dangers: tuple[Danger, ...] = ()
    their_channel: bool = False

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
    slugs: Mapping[str, str] | None = None
    seen: frozenset[str] | None = None

    def slug(self, item: LiveItem) -> str:
        return slug_of(item, self.slugs or {})


def merge(
    ours: bytes,
    live: LiveFeed,
    base: LiveFeed | None,
    intent: Intent,
    elsewhere: Collection[str] = (),
) -> Merged:
    """Merge by GUID; `elsewhere` are GUIDs that this clone shows in other files than this feed.

    An item whose bytes cannot be taken over (another encoding, a prefix that means something else)
    is left to `changes.dangers`, which calls it gone.
    """
    new = read_feed(ours)
    known = base.items if base else {}
    items = dict(new.items)
    kept = _foreign(live, new, known, intent, elsewhere)
    theirs, dangers = [], []
    left_out = [guid for guid in new.items if _taken_out(guid, live, known, intent)]
    for guid in kept:
        items[guid] = live.items[guid]
    for guid in left_out:
        del items[guid]
    for guid, item in new.items.items():
        before, there = known.get(guid), live.items.get(guid)
        if not (before and there and there.raw) or there.raw in {before.raw, item.raw}:
            continue
        if item.raw == before.raw:
            theirs.append(guid)
            items[guid] = there
        else:
            dangers.append(_both_changed(item, guid, intent))
    their_channel = _is_their_channel(new, live, base)
    if base and not their_channel:
        dangers += _show_changed_twice(new, live, base)
    merged = Merged(
        ours, tuple(kept), tuple(theirs), tuple(left_out), tuple(dangers), their_channel
    )
    if merged.is_ours:
        return merged
    around, other = (live, new) if merged.their_channel else (new, live)
    return dataclasses.replace(merged, content=_document(around, other, list(items.values())))


def hold_back(ours: bytes, live: LiveFeed, held: Collection[str]) -> bytes:
    """Our feed with the items of some GUIDs as they are in the live one."""
    new = read_feed(ours)
    items = {
        guid: there if guid in held and (there := live.items.get(guid)) and there.raw else item
        for guid, item in new.items.items()
    }
    return ours if items == new.items else _document(new, live, list(items.values()))


def merge_posts(ours: bytes, live: bytes, merged: Merged) -> bytes:
    """The feed of link posts that goes with a merged feed: theirs where the episode is theirs.

    StorageError when the live one cannot be read.
    """
    new, there = read_feed(ours), read_feed(live)
    items = dict(new.items)
    for guid in map(post_guid, (*merged.kept, *merged.theirs)):
        if (post := there.items.get(guid)) and _fits(post, there, new):
            items[guid] = post
    for guid in map(post_guid, merged.left_out):
        items.pop(guid, None)
    if items == new.items:
        return ours
    return _document(new, there, list(items.values()))


def _is_their_channel(new: LiveFeed, live: LiveFeed, base: LiveFeed | None) -> bool:
    """Whether the show's own part was changed elsewhere and not here."""
    if base is None or not (base.head and live.head and new.head):
        return False
    ours, theirs, before = (_BUILT.sub(b"", feed.head).rstrip() for feed in (new, live, base))
    return ours == before != theirs


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
    live: LiveFeed,
    new: LiveFeed,
    known: Mapping[str, LiveItem],
    intent: Intent,
    elsewhere: Collection[str],
) -> list[str]:
    """Items of the live feed that this clone has not taken out."""
    ours = {intent.slug(item) for item in new.items.values()} - {""}
    folders = set() if intent.seen is None else set(intent.slugs or ())
    return [
        guid
        for guid, item in live.items.items()
        if guid not in new.items
        and guid not in ((intent.seen or ()) if guid in folders else known)
        and guid not in elsewhere
        and guid not in intent.removed
        and intent.slug(item) not in ours  # ours under another GUID
        and _fits(item, live, new)
    ]


def _fits(item: LiveItem, live: LiveFeed, new: LiveFeed) -> bool:
    """Whether the bytes mean the same in our document."""
    same = all(new.namespaces.get(prefix, uri) == uri for prefix, uri in live.namespaces.items())
    return bool(item.raw and new.head) and same


def _taken_out(guid: str, live: LiveFeed, known: Mapping[str, LiveItem], intent: Intent) -> bool:
    # An item of a long feed may have moved to an older page.
    there_was = guid in known or guid in (intent.seen or ())
    return there_was and guid not in {*live.items, *intent.published} and not live.paged


def _both_changed(item: LiveItem, guid: str, intent: Intent) -> Danger:
    return Danger(
        f"changed-elsewhere:{intent.slug(item) or guid}",
        f"'{item.title}' was changed here and, meanwhile, from another clone: git pull, or let "
        "this one win",
        f"changed-elsewhere:{guid}",
    )


def _document(around: LiveFeed, other: LiveFeed, items: list[LiveItem]) -> bytes:
    ordered = sorted(items, key=lambda item: (-_seconds(item), item.slug))
    head = around.head.rstrip()
    missing = {key: uri for key, uri in other.namespaces.items() if key not in around.namespaces}
    for prefix, uri in sorted(missing.items()):
        declared = f'<rss {prefix}="{uri}"'.encode()
        head = _ROOT.sub(lambda _, to=declared: to, head, count=1)  # type: ignore[misc]
    moments = [found for item in items if isinstance(found := instant(item.date), datetime)]
    if moments:
        built = f"<lastBuildDate>{format_datetime(max(moments))}</lastBuildDate>".encode()
        head = _BUILT.sub(lambda _: built, head, count=1)
    rows = b"".join(_BEFORE_ITEM + item.raw for item in ordered)
    return head + rows + _AFTER_ITEMS + around.tail.lstrip()


def _seconds(item: LiveItem) -> float:
    found = instant(item.date)
    return found.timestamp() if isinstance(found, datetime) else 0.0
