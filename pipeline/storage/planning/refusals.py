"""What stops a release before anything is sent."""

import shlex
from collections.abc import Collection, Iterable, Iterator, Sequence

from pipeline.errors import Refused, StorageError
from pipeline.feeds.contents.live_feed import LiveFeed
from pipeline.settings.fields import is_here
from pipeline.storage.planning.changes import Danger, Placeholder, show_changes
from pipeline.storage.planning.inventory import find_inventory
from pipeline.storage.planning.live import Live, archive_key, last_archived, readable, record_key
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import FEED_KEY, INDEX_KEY


def refuse_placeholders(
    found: Sequence[Placeholder], live: bytes | None, store: ObjectStore, allow: Collection[str]
) -> None:
    """Raise Refused for placeholders that would go public, before anything is made for that."""
    _, would_go = sort_placeholders(found, live, store)
    refuse_dangers([danger for danger in would_go if not danger.is_allowed(allow)])


def refuse_dangers(dangers: Sequence[Danger]) -> None:
    """Raise Refused for dangers that the host has not allowed by name."""
    if not dangers:
        return
    lines = "".join(f"\n  {danger.message}" for danger in dangers)
    options = " ".join(f"--allow {shlex.quote(danger.name)}" for danger in dangers)
    told = (
        "pullquote plan prints an [[erratum]] to paste; " if any(d.paste for d in dangers) else ""
    )
    raise Refused(
        f"the release is refused, because it could not be taken back:{lines}",
        f"{told}if that is meant: {options}",
    )


def refuse_absent(missing: Iterable[ReleaseObject]) -> None:
    """Raise StorageError for a file that is to be sent and is not on this machine."""
    for item in missing:
        if item.size is None:
            raise StorageError(
                f"{item.key} is not in the store, and {item.path.name} is not on this machine",
                "run the episode's stages here, or publish from the machine that has the recording",
            )


def refuse_gaps(feed: LiveFeed, store: ObjectStore, keys: Collection[str]) -> None:
    """Refuse a feed that points to something in the store that nobody sends."""
    ours = set(map(store.key_of, feed.urls)) - {""}
    gaps = sorted(map(store.url, ours - {*keys, FEED_KEY, INDEX_KEY}))
    if gaps:
        raise StorageError(
            "the feed points to what is neither in the store nor part of this release: "
            + ", ".join(gaps[:5]),
            "run the stages of all episodes, then publish",
        )


def refuse_lost(
    store: ObjectStore, live: Live, last: str, trail: Sequence[str], *, restores: bool
) -> None:
    """Refused where a store knows nothing of this clone's last release, unless that is to be mended."""
    if not (last and live.release):
        return
    traces = {archive_key(last), record_key(last)}
    is_lost = live.release != last and not traces & {*live.listed}
    if trail and not is_lost:  # it may have been of pages only
        digits, known = last[-8:], live.known
        if digits != live.release[-8:]:
            known = find_inventory(store, digits, live.listed)
        is_lost = known.found is not None and not known.inventory.may_follow(trail[-1])
    if is_lost and not restores:
        raise Refused(
            f"the store has lost release {last}, which was made from here: was it put back from "
            "a backup? Listeners see what was there before",
            "pullquote publish --restore releases again what was last released from here",
        )
    if restores and not is_lost:
        raise Refused(
            f"nothing is to be restored: the store knows release {last}",
            "what is there now has been released since: git pull, then publish",
        )


def sort_placeholders(
    found: Sequence[Placeholder], live: bytes | None, store: ObjectStore
) -> tuple[list[str], list[Danger]]:
    """A line for those that stay on this machine or are public already; and those that would go public."""
    if is_here(store.base_url):
        told = list(found)
    else:
        told = [each for each in found if each.mark.encode() in (live or b"")]
    would_go = [each.danger for each in found if each not in told]
    names = ", ".join(each.name for each in told)
    line = f"placeholders in the feed: {names}; pullquote doctor says what to write"
    return [line] if told else [], would_go


def went_back(
    store: ObjectStore, live: Live, before: LiveFeed, new: LiveFeed, last: str
) -> Iterator[Danger]:
    """A danger where a clone that did not make the live release, `last` being its own, is behind it.

    What it says of the show is then what a release of the last `WINDOW` said.
    """
    fields = sorted(change.field for change in show_changes(before, new))
    if not fields or live.release == last:
        return
    for key in last_archived(store, live):
        feed, unreadable = readable(store.content(key) or None)
        if feed.channel and not (unreadable or any(show_changes(feed, new))):
            yield Danger(
                "show-changed-elsewhere",
                f"the show's {', '.join(fields)} is here as an earlier release had it, and was changed "
                "from another clone: git pull, or let this one win",
            )
            return
