"""What a new feed would change for listeners of the live one, and what of it would hurt them."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal

from pipeline.feeds.contents.live_feed import LiveFeed, LiveItem
from pipeline.text.cleaning import printable
from pipeline.web.headers import moment

#: `files`: the feed says the same of it, and its page, transcripts or chapters change.
Kind = Literal["added", "changed", "files", "gone", "kept"]


@dataclass(frozen=True, slots=True)
class Danger:
    """Something that apps cannot take back.

    `name` is what allows it, `guid_name` the same by GUID where `name` holds a slug. `paste` is what
    the host may write into `episode.toml` instead.
    """

    name: str
    message: str
    guid_name: str = ""
    paste: str = ""

    def is_allowed(self, allow: Collection[str]) -> bool:
        return self.name in allow or self.guid_name in allow


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Something of the show that only the host knows better; `mark` is how the feed holds it."""

    name: str
    message: str
    mark: str

    @property
    def danger(self) -> Danger:
        """What stops it from going public."""
        return Danger(f"placeholder:{self.name}", self.message)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of an episode that becomes another; both as the feeds say them."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EpisodeChange:
    """An episode that a release adds, changes or drops, or keeps though it comes from elsewhere."""

    kind: Kind
    slug: str
    item: LiveItem  # whose texts may go to a terminal
    changes: tuple[FieldChange, ...] = ()


#: The fields that a person would ask about; other differences are in the notes and pages.
_FIELDS: tuple[tuple[str, Callable[[LiveItem], str]], ...] = (
    ("GUID", lambda item: item.identity),
    ("title", lambda item: item.title),
    ("date", lambda item: item.date),
    ("enclosure", lambda item: item.enclosure),
    ("length", lambda item: item.length),
    ("duration", lambda item: item.duration),
    ("people", lambda item: ", ".join(item.people)),
)


def episode_changes(
    live: LiveFeed, new: LiveFeed, slugs: Mapping[str, str]
) -> Iterator[EpisodeChange]:
    """Each episode that is not the same in both, the new feed's first; `slugs` are known by GUID."""
    heirs = _Heirs(live, new, slugs)
    gone = {guid: item for guid, item in live.items.items() if guid not in new.items}
    predecessors = {heir.identity: was for was in gone.values() if (heir := heirs.of(was))}
    for guid, item in new.items.items():
        was = live.items.get(guid) or predecessors.get(guid)
        if was is None:
            yield describe("added", item, slugs)
        elif was.raw != item.raw or not item.raw:
            fields = tuple(
                FieldChange(name, printable(of(was)), printable(of(item)))
                for name, of in _FIELDS
                if of(was) != of(item)
            )
            if fields or was.raw:
                yield describe("changed", item, slugs, fields)
    for item in gone.values():
        if heirs.of(item) is None:
            yield describe("gone", item, slugs)


def release_changes(
    live: LiveFeed,
    new: LiveFeed,
    slugs: Mapping[str, str],
    kept: Collection[str],
    sent: Collection[str],
) -> tuple[EpisodeChange, ...]:
    """All that a release changes: GUIDs that are `kept` come from elsewhere, slugs are `sent` files of."""
    changes = [
        *episode_changes(live, new, slugs),
        *(describe("kept", new.items[guid], slugs) for guid in kept),
    ]
    told = {change.item.identity for change in changes}
    files = (
        describe("files", item, slugs)
        for guid, item in new.items.items()
        if slugs.get(guid) in sent and guid not in told
    )
    return (*changes, *files)


def describe(
    kind: Kind, item: LiveItem, slugs: Mapping[str, str], changes: tuple[FieldChange, ...] = ()
) -> EpisodeChange:
    """An item as a plan shows it."""
    shown = replace(
        item,
        guid=printable(item.identity),
        date=printable(item.date),
        enclosure=printable(item.enclosure),
        duration=printable(item.duration),
    )
    return EpisodeChange(kind, slug_of(item, slugs), shown, changes)


def show_changes(live: LiveFeed, new: LiveFeed) -> Iterator[FieldChange]:
    """What the feed says otherwise of the show itself; nothing where none was live."""
    before, after = _said_of_the_show(live), _said_of_the_show(new)
    for name in dict.fromkeys([*after, *before] if before else ()):
        was, now = (", ".join(said.get(name, ())) for said in (before, after))
        if was != now:
            yield FieldChange(name, was, now)


def _said_of_the_show(feed: LiveFeed) -> dict[str, list[str]]:
    """The texts by the names of their elements, without prefix: `owner email`, `category`."""
    found: dict[str, list[str]] = {}
    for element in sorted(feed.channel, key=lambda element: element.count("/")):
        names = [part.rpartition(":")[2] for part in element.split("/")]
        texts = found.setdefault(" ".join(dict.fromkeys(names)), [])
        texts += [text for text in feed.channel[element] if text not in texts]
    return found


def show_dangers(live: LiveFeed, new: LiveFeed) -> Iterator[Danger]:
    """What the feed would say of the show that apps and directories cannot take back."""

    def said(feed: LiveFeed, *elements: str) -> set[str]:
        return {value.lower() for each in elements for value in feed.channel.get(each, ())}

    if not live.channel:
        return
    was, now = (said(feed, "podcast:guid") for feed in (live, new))
    if was and now != was:
        yield Danger(
            "show-guid-changed",
            f"the show's own guid becomes {', '.join(now) or 'none'} (it is {', '.join(was)}): "
            "directories take it for another show",
        )
    if said(new, "itunes:block", "podcast:block") - said(live, "itunes:block", "podcast:block"):
        yield Danger("show-blocked", "block takes the show out of directories")
    if said(new, "itunes:complete") - said(live, "itunes:complete"):
        yield Danger("show-complete", "complete says that no episode will follow: apps stop asking")
    moved = said(new, "itunes:new-feed-url") - said(live, "itunes:new-feed-url")
    if moved - {new.own_url.lower()}:
        yield Danger(
            "show-moved", f"new_feed_url sends every subscriber to {', '.join(moved)}, for good"
        )


def slug_of(item: LiveItem, slugs: Mapping[str, str]) -> str:
    """The slug as this show knows it, else as the addresses tell it, else nothing."""
    return slugs.get(item.identity) or item.slug


def dangers(live: LiveFeed, new: LiveFeed, slugs: Mapping[str, str] | None = None) -> list[Danger]:
    """What the new feed would do to listeners of the live one, in the live feed's order."""
    known = slugs or {}
    heirs = _Heirs(live, new, known)
    found = []
    for guid, was in live.items.items():
        now = new.items.get(guid)
        if now and now.raw == was.raw != b"":
            continue
        slug, heir = slug_of(was, known), None if now else heirs.of(was)
        if now:
            told = [*_item_dangers(was, now)]
        elif heir:
            slug = slug or slug_of(heir, known)
            again = (
                f"'{was.title}' gets another GUID ({heir.guid}): every app downloads it again; as it is "
                f"known, its episode.toml says guid = {json.dumps(printable(guid))}"
            )
            told = [("guid-changed", again)]
        else:
            told = [("item-gone", f"'{was.title}' vanishes from the feed")]
        found += [Danger(f"{kind}:{slug or guid}", text, f"{kind}:{guid}") for kind, text in told]
    return found


def _item_dangers(was: LiveItem, now: LiveItem) -> Iterator[tuple[str, str]]:
    """The kinds of danger in an item that stays, and what to tell."""
    if was.slug and now.slug and was.slug != now.slug:
        yield (
            "renamed",
            f"'{was.title}' was released as {was.slug}: links to its pages and quotes would lead to what "
            f"stays there as it is; call its folder episodes/{was.slug} again",
        )
    # The host is left out: moving a show to another store changes no bytes.
    names = [each.file_name.removeprefix(each.slug) for each in (was, now)]
    is_same = (names[0], was.length) == (names[1], now.length) or not was.enclosure
    # Copied from another host: our name for it is another, the bytes are as many.
    is_copy = was.length == now.length != "" and not was.has_our_key
    if not (is_same or is_copy):
        yield (
            "enclosure-changed",
            f"'{was.title}' gets another recording ({now.file_name or 'none'}): apps that have it "
            "keep the old one",
        )
    if was.date and was.date != now.date and instant(was.date) != instant(now.date):
        yield "date-moved", f"'{was.title}' moves from {was.date} to {now.date}: apps sort it anew"


class _Heirs:
    """Items that take the place of another under a new GUID: the same file, or the same slug."""

    def __init__(self, live: LiveFeed, new: LiveFeed, slugs: Mapping[str, str]) -> None:
        self._live, self._new, self._slugs = live, new, slugs

    @cached_property
    def _by_file(self) -> dict[str, LiveItem]:
        return {item.file_name: item for item in self._new.items.values() if item.file_name}

    @cached_property
    def _by_slug(self) -> dict[str, LiveItem]:
        fresh = [item for guid, item in self._new.items.items() if guid not in self._live.items]
        return {slug_of(item, self._slugs): item for item in fresh if slug_of(item, self._slugs)}

    def of(self, was: LiveItem) -> LiveItem | None:
        return self._by_file.get(was.file_name) or self._by_slug.get(slug_of(was, self._slugs))


def instant(date: str) -> datetime | str:
    """A feed's date as a moment; the text itself where it is none."""
    return moment(date) or date
