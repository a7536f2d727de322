"""A release's plan in people's words, and as JSON."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from pipeline.commands.app import counted, note
from pipeline.feeds.contents.live_feed import LiveItem
from pipeline.storage.planning.changes import EpisodeChange, FieldChange
from pipeline.storage.planning.plan import Plan
from pipeline.times import parse_clock, short_clock
from pipeline.web.addresses import FEED_KEY, public_url
from pipeline.web.headers import moment

_SIGNS = {"added": "+", "changed": "~", "files": "~", "gone": "-", "kept": "="}
_LEGEND = {
    "+": "new",
    "~": "changed",
    "-": "removed",
    "=": "kept, from elsewhere",
    "!": "refused",
    "*": "allowed, and it can't be taken back",
    ">": "to send",
}
_PLAYERS = ("embed/", "oembed/")  # two for each quote: told in one line
_FEW = 4  # which are named
_LONG = 100  # letters of a text in a line
_WORDS = (("added", "new"), ("changed", "changed"), ("gone", "removed"))


def plan_lines(plan: Plan, base_url: str) -> Iterator[str]:
    """What would happen: the consequence before the detail, dangers first."""
    yield f"Live feed: {public_url(base_url, FEED_KEY)}  {_live(plan)}"
    if not plan.sent and not plan.dangers:
        yield "Plan: nothing to release, the store holds this already."
        yield from (f"Note: {note}" for note in plan.notes)
        return
    signs = (
        ["~"] * bool(plan.show)
        + [_SIGNS[change.kind] for change in plan.changes]
        + ["!"] * bool(plan.refused)
        + ["*"] * (len(plan.dangers) > len(plan.refused))
        + [">"] * bool(plan.sent)
    )
    used = dict.fromkeys(sorted(signs, key=list(_LEGEND).index))
    if used:
        yield ""
        yield "  " + "   ".join(f"{sign} {_LEGEND[sign]}" for sign in used)
    yield ""
    yield from _dangers(plan)
    if plan.show:
        yield "  ~ the show itself"
        yield from map(_field, plan.show)
    for change in plan.changes:
        yield from _episode(change)
    if plan.unchanged:
        yield f"    ({counted(plan.unchanged, 'episode')} unchanged)"
    yield from _uploads(plan)
    yield from (f"  Note: {note}" for note in plan.notes)
    yield ""
    yield _summary(plan)


def announce(base_url: str) -> Callable[[Plan], None]:
    """What prints a plan before it is carried out."""

    def tell(plan: Plan) -> None:
        note(*plan_lines(plan, base_url))

    return tell


def _dangers(plan: Plan) -> Iterator[str]:
    for danger in plan.refused:
        yield f"  ! {danger.message}"
        if danger.paste:
            slug = danger.name.partition(":")[2]
            yield f"      tell it in episodes/{slug}/episode.toml, and write why:"
            yield from (f"          {line}" for line in danger.paste.splitlines())
        yield f"      allow with: --allow {danger.name}"
    for danger in plan.dangers:
        if danger not in plan.refused:
            yield f"  * {danger.message}"
            if danger.name.startswith("enclosure-changed:"):
                yield "      others may download it again"


def _live(plan: Plan) -> str:
    if plan.live.feed is None or plan.live.stored is None:
        return "(nothing was released yet)"
    return f"ETag {plan.live.stored.etag}  released {plan.live.stored.modified:%Y-%m-%d %H:%M} UTC"


def _episode(change: EpisodeChange) -> Iterator[str]:
    item = change.item
    name = change.slug or item.guid
    yield f'  {_SIGNS[change.kind]} {name}   "{item.title}"   {_facts(item)}'.rstrip()
    yield f"      GUID {item.guid}"
    if change.kind in {"added", "kept"}:
        yield f"      {item.enclosure or 'no enclosure'}"
        if item.people:
            yield f"      with {', '.join(item.people)}"
    yield from map(_field, change.changes)
    if change.kind == "files":
        yield "      its page, transcripts or chapters; the feed says the same of it"
    if change.kind == "changed" and not change.changes:
        yield "      notes, quotes or links in the feed's text"


def _field(change: FieldChange) -> str:
    texts = (change.before, change.after)
    before, after = (t if len(t) <= _LONG else f"{t[:_LONG]}…" for t in texts)
    return f"      {change.field}: {before or 'none'} -> {after or 'none'}"


def _facts(item: LiveItem) -> str:
    length, day = "", moment(item.date)
    with contextlib.suppress(ValueError):
        length = short_clock(parse_clock(item.duration))
    size = f"{item.bytes / 1e6:.1f} MB" if item.bytes else ""
    return ", ".join(filter(None, (length, size, f"{day:%Y-%m-%d}" if day else item.date)))


def _uploads(plan: Plan) -> Iterator[str]:
    players = {each.key: each.size for each in plan.missing if each.key.startswith(_PLAYERS)}
    folded = players if len(players) > _FEW else {}
    for item in plan.missing:
        if item.key in folded:
            continue
        size = (
            "not on this machine: made again first" if item.size is None else file_size(item.size)
        )
        yield f"  > {item.key}   {size}"
    if folded:
        size = file_size(sum(size or 0 for size in folded.values()))
        yield f"  > {len(folded)} files in {' and '.join(_PLAYERS)}   {size}"
    if plan.feed_changes:
        yield f"  > {FEED_KEY}   {file_size(len(plan.feed))}"


def _summary(plan: Plan) -> str:
    kinds = ["changed" if each.kind == "files" else each.kind for each in plan.changes]
    parts = [f"{sum(each == kind for each in kinds)} {word}" for kind, word in _WORDS]
    parts += ["the show itself changed"] * bool(plan.show)
    if plan.refused:
        parts.append(f"{len(plan.refused)} REFUSED")
    sent = counted(len(plan.sent), "object")
    return f"Plan: {', '.join(parts)}. Upload {sent}, {file_size(plan.bytes_sent)}."


def file_size(size: int) -> str:
    """Bytes for people, in units of a thousand."""
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"


def plan_json(plan: Plan, base_url: str) -> dict[str, Any]:
    """The same for scripts; sizes in bytes."""
    return {
        "feed": public_url(base_url, FEED_KEY),
        "etag": plan.live.stored.etag if plan.live.stored else None,
        "feed_changes": plan.feed_changes,
        "show": plan.show,
        "episodes": [_row(change) for change in plan.changes],
        "unchanged": plan.unchanged,
        "uploads": [
            *({"key": item.key, "bytes": item.size, "type": item.type} for item in plan.missing),
            *([{"key": FEED_KEY, "bytes": len(plan.feed)}] if plan.feed_changes else []),
        ],
        "bytes": plan.bytes_sent,
        "dangers": [
            {
                "name": each.name,
                "message": each.message,
                "allow": each.name,
                "paste": each.paste,
                "allowed": each.name in plan.allowed,
            }
            for each in plan.dangers
        ],
        "refused": [each.name for each in plan.refused],
        "notes": list(plan.notes),
    }


def _row(change: EpisodeChange) -> dict[str, Any]:
    said = ("guid", "title", "date", "enclosure", "bytes", "duration", "people")
    item = {name: getattr(change.item, name) for name in said}
    return {"change": change.kind, "slug": change.slug, **item, "fields": change.changes}
