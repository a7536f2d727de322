"""From the show's files to a release: what every command shares that changes what is public."""

import contextlib
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pipeline.artefacts import (
    ALTERNATES,
    CARD,
    CARDS,
    CLIPS,
    CORRECTED,
    ENCLOSURE,
    LINK_POST,
    SMALL_COVER,
    Corrected,
    everywhere,
    published,
)
from pipeline.engine.progress import Reporter, reporter
from pipeline.engine.running.runner import Runner
from pipeline.engine.state.status import EpisodeStatus
from pipeline.errors import Refused
from pipeline.feeds.contents.heads import HEAD
from pipeline.feeds.contents.live_feed import LiveFeed, read_feed
from pipeline.feeds.contents.model import ITEM
from pipeline.looking import content_of
from pipeline.settings.podcasting import Erratum
from pipeline.settings.show import Show, load_episode, load_show
from pipeline.show.keeping import was_meant
from pipeline.show.placeholders import placeholders
from pipeline.show.public.due import refuse_future_items
from pipeline.show.public.gone_quotes import gone_quotes
from pipeline.show.public.machines import machine_files
from pipeline.show.public.merged_pages import merged_pages
from pipeline.show.public.past_files import PastFiles
from pipeline.show.public.publication import (
    alone,
    episode_guids,
    finished,
    listing,
    public_heads,
    published_slugs,
    release_objects,
)
from pipeline.show.public.searching import Public, Searching
from pipeline.show.publishing.offer import Offer
from pipeline.stages import all_stages
from pipeline.storage.local.store import open_store
from pipeline.storage.planning.changes import Placeholder
from pipeline.storage.planning.feed_pages import PREFIX, whole_feed
from pipeline.storage.planning.inventory import Inventory, digits_of, find_inventory, inventory_key
from pipeline.storage.planning.live import readable
from pipeline.storage.planning.merge import Intent
from pipeline.storage.planning.plan import Sides
from pipeline.storage.planning.refusals import refuse_placeholders
from pipeline.storage.planning.wording import quotes_of
from pipeline.storage.release.history import Survived, survived, taken_out
from pipeline.storage.release.notify import News, Told, tell
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import (
    CORRECTIONS_KEY,
    FEED_KEY,
    QUOTES_PREFIX,
    page_key,
    post_key,
)
from pipeline.workspace import Workspace, write_text

#: What a release sends of an episode that is published must be on this machine.
MEDIA = (ENCLOSURE, ALTERNATES, CLIPS, CARD, CARDS, SMALL_COVER)

_ERRATUM = re.compile(rb"^\s*(?:\[\[\s*erratum\s*\]\]|erratum\s*=)", re.MULTILINE)


@dataclass
class Publisher:
    """One call's view of the show and of its store, which runs."""

    workspace: Workspace
    show: Show
    store: ObjectStore
    reporter: Reporter = field(default_factory=reporter)
    restores: bool = False  # what was last released from here, into a store that has lost it

    def __post_init__(self) -> None:
        self._begun = self.past.release  # the last one from here, before anything was looked at

    @classmethod
    def open(cls, workspace: Workspace, *, restores: bool = False) -> "Publisher":
        """Start the store first: a local store's address goes into the feed."""
        store = open_store(workspace, load_show(workspace))
        return cls(workspace, load_show(workspace), store, restores=restores)

    @property
    def base_url(self) -> str:
        return self.show.store.base_url

    @cached_property
    def runner(self) -> Runner:
        return Runner(self.workspace, all_stages())

    @cached_property
    def past(self) -> PastFiles:
        """What was last released from here to this address."""
        return PastFiles.of(self.workspace, self.base_url)

    @cached_property
    def guids(self) -> dict[str, str]:
        """The slug of every episode here, by GUID."""
        return episode_guids(self.workspace, self.statuses)

    @cached_property
    def statuses(self) -> list[EpisodeStatus]:
        """All episodes as they were before anything ran; a look at a fresh one costs next to nothing."""
        return self.runner.status()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Wait for whoever releases from this clone now, and look again what is public then."""
        with alone(self.workspace, self.reporter):
            if self._begun != self.past.release:
                for name in ("_seen", "_taken_out", "_unfinished"):
                    self.__dict__.pop(name, None)
            yield

    @cached_property
    def _seen(self) -> LiveFeed | None:
        """The feed that listeners see; None when there is none, or none that can be read."""
        found = self.store.get(FEED_KEY)
        if found is None or readable(found[0])[1]:
            return None
        key = inventory_key(digits := digits_of(found[0]))
        known = find_inventory(self.store, digits, [key]) if read_feed(found[0]).older_url else None
        pages = (self.workspace.feed / "build" / "pages").glob("*.xml")
        here = {f"{PREFIX}{path.name}": path for path in pages}
        files = known.inventory.files if known else {}
        return whole_feed(self.store, found[0], files, here)

    @property
    def live(self) -> LiveFeed:
        """The feed that listeners see; empty when there is none, or none that can be read."""
        return self._seen or LiveFeed()

    def tell(self, news: News) -> Sequence[Told]:
        """Tell whom `[notify]` names."""
        return tell(self.show.notify, self.show.medium, news)

    @cached_property
    def placeholders(self) -> list[Placeholder]:
        """What `init` wrote of the show and nobody has replaced."""
        return placeholders(self.workspace, self.show)

    def refuse_placeholders(self, allow: Collection[str]) -> None:
        """Refused where what is still a placeholder would go public, before minutes are spent for it."""
        if self.placeholders:
            live = self.store.get(FEED_KEY)
            refuse_placeholders(self.placeholders, live[0] if live else None, self.store, allow)

    def mark_corrections(self, slugs: Iterable[str]) -> None:
        """From the first correction on, of one of `slugs` or a published one, pages link to their feed.

        So they do while the store has that feed: what is public does not lose what it links to.
        """
        path = CORRECTED.path(self.workspace)
        known = {*slugs, *published(self.workspace).ever}
        is_corrected = any(
            _ERRATUM.search(content_of(self.workspace.new_episode(each.slug).toml) or b"")
            if each.error
            else each.corrected
            for each in self.statuses
            if each.slug in known
        )
        if not is_corrected and self.store.head(CORRECTIONS_KEY) is None:
            # Perhaps one was written, and taken back before anybody saw it.
            path.unlink(missing_ok=True)
        elif not path.is_file():
            write_text(path, CORRECTED.dump(Corrected()))
            self.reporter.note(
                f"the show has a feed of corrections from now on, {CORRECTIONS_KEY}: the index links to"
                " it, and the page of every episode that is published from now on"
            )

    def guid_of(self, slug: str) -> str:
        """The GUID of an episode here, whatever else its file gets wrong."""
        known = self._guid_of.get(slug)
        return known or load_episode(self.workspace, slug).guid

    @cached_property
    def _guid_of(self) -> dict[str, str]:
        return {slug: guid for guid, slug in self.guids.items()}

    def page_of(self, slug: str) -> str:
        """The address of an episode's page; an imported one stays where it was, and may have none."""
        episode = load_episode(self.workspace, slug)
        if episode.enclosure:
            return episode.link or ""
        return self.store.url(page_key(slug))

    def quoted(self, slug: str) -> set[str]:
        """The ids of the quotes that an episode's public page has."""
        return {*quotes_of(self.store.content(page_key(slug)).decode("utf-8", "replace"))}

    def post_of(self, slug: str) -> str:
        """Where an episode's link post is read; an imported one has none."""
        made = self.workspace.episode(slug).directory / f"{LINK_POST}.html"
        return self.store.url(post_key(slug)) if made.is_file() else ""

    def shown(self, add: Collection[str] = (), remove: Collection[str] = ()) -> set[str]:
        """The episodes that the feed shall show: what is listed here, and what is live already.

        An episode that another clone took out stays out, unless it is added by name. Into a new store
        goes what is finished here.
        """
        slugs = set(published_slugs(self.workspace)) - self._taken_out
        live = {self.guids[guid] for guid in self.live.items if guid in self.guids}
        unfinished = set() if self._seen else self._unfinished
        return ((slugs - unfinished) | live | set(add)) - set(remove)

    @cached_property
    def _taken_out(self) -> set[str]:
        """Episodes that are listed here and were taken out of the feed from elsewhere."""
        if self._seen is None or not self._seen.is_whole:
            return set()
        listed = set(published_slugs(self.workspace))
        doubtful = {
            guid: slug
            for guid, slug in self.guids.items()
            if slug in listed and guid not in self._seen.items
        }
        if not doubtful:
            return set()
        if self.restores:  # it was there after the loss
            return {doubtful[guid] for guid in doubtful.keys() & self._survived.feed.items}
        lost = doubtful.keys() & {*read_feed(self.past.feed).items, *self.past.known.items}
        # A clone that has never released, as CI's, finds in the store what once was in the feed.
        lost |= taken_out(self.store, doubtful.keys() - lost)
        return {doubtful[guid] for guid in lost}

    @cached_property
    def _survived(self) -> Survived:
        """What the store held when it had lost the last release from here."""
        return survived(self.store, self.past.release, self.past.known.trail)

    @cached_property
    def _unfinished(self) -> set[str]:
        """Published episodes that cannot be sent to a new store."""
        heads = public_heads(self.runner, self.workspace)
        return {*published_slugs(self.workspace)} - finished(self.workspace, heads)

    def released_here(self) -> set[str]:
        """The published episodes that are on this machine as they were last released from it.

        Refused where nothing was: what is here may be behind what others have released.
        """
        if not read_feed(self.past.feed).items:
            raise Refused(
                "nothing was released from this clone, so it has nothing to restore",
                "run pullquote publish --restore where the last release was made",
            )
        built, past = self.built, self.past.known
        heads = public_heads(self.runner, self.workspace)
        return {
            slug
            for slug in finished(self.workspace, heads) - self._taken_out
            if past.items.get(guid := self.guid_of(slug), built[guid]) == built[guid]
            and guid not in past.behind
        }

    @cached_property
    def searching(self) -> Searching:
        return Searching(self.workspace, self.show, self.store.content, self.reporter)

    @property
    def built(self) -> dict[str, str]:
        """The digest of each `item.json` that is here, by GUID."""
        return self._by_guid(self.runner.digests(ITEM, self.guids.values()))

    def _by_guid(self, made: Mapping[str, str]) -> dict[str, str]:
        return {guid: made[slug] for guid, slug in self.guids.items() if slug in made}

    @contextlib.contextmanager
    def offer(
        self,
        add: Collection[str] = (),
        remove: Collection[str] = (),
        *,
        keep: bool,
        force: Sequence[str] = (),
        extra: Sequence[ReleaseObject] = (),
    ) -> Iterator[Offer]:
        """Make the feed of all episodes shown; unless `keep` and all is well, the list stays as it was.

        `extra` are files that go out with it.
        """
        with self.alone(), listing(self.workspace, self.shown(add, remove), keep=keep):
            removed = frozenset(self.guid_of(slug) for slug in remove)
            published = frozenset(self.guid_of(slug) for slug in add)
            if not self._seen:
                self._renew()
            whole = not self._seen or self._is_shared
            done = self.runner.run_show(force=force, whole=whole, reporter=self.reporter)
            if not self._seen:
                self._tell_of_a_move(self._unfinished - set(add))
            public = published_slugs(self.workspace)
            names = {
                each: everywhere(ITEM).replace("*", each)
                for each in {*self.guids.values(), *public}
            }
            made = {each: sha for each, name in names.items() if (sha := done.digests.get(name))}
            sides = self._sides(published, removed, self._by_guid(made))
            feed = (self.workspace.feed / "build" / FEED_KEY).read_bytes()
            refuse_future_items(feed, published, self.live, self.guids)
            with tempfile.TemporaryDirectory(prefix="pullquote-") as folder:
                heads = self.runner.records(HEAD, {s: made[s] for s in public if s in made})
                objects = [*release_objects(self.workspace, heads), *extra]
                keys, slugs = {item.key for item in objects}, made.keys() & add
                here, show, store = self.workspace, self.show, self.store
                objects += gone_quotes(here, show, store, slugs, keys, Path(folder))
                yield Offer(self, objects, feed, sides)

    def _tell_of_a_move(self, unfinished: Collection[str]) -> None:
        """What does not go to a new store of all that is public elsewhere."""
        for slug in sorted(unfinished):
            self.reporter.note(f"{slug} is not finished here: pullquote publish {slug} puts it in")
        old = self.past.before()
        for guid, item in old.items.items():
            if guid not in self.guids:
                self.reporter.note(
                    f"'{item.title}' is in the feed at {old.own_url} and not here: git pull first, or"
                    " whoever follows the show to its new address loses it"
                )

    @property
    def _is_shared(self) -> bool:
        """Whether the feed has what others published: its index is made anew, and needs its style sheet."""
        known = read_feed(self.past.feed).items if self.past.release else self.live.items
        return any(
            guid not in known or known[guid].raw != item.raw
            for guid, item in self.live.items.items()
        )

    def _renew(self) -> None:
        """Make what goes to a new store of one kind: it has no style sheet of an earlier Pullquote."""
        shown = set(published_slugs(self.workspace))
        for each in self.statuses:
            if each.stands and each.slug in shown:
                self.runner.run(each.slug, quick=True, reporter=self.reporter)

    def _sides(
        self, published: frozenset[str], removed: frozenset[str], built: Mapping[str, str]
    ) -> Sides:
        # Where nothing of an episode is built, another clone publishes it.
        slugs = {guid: self.guids[guid] for guid in built}
        seen = None if self._seen is None else frozenset(self._seen.items)
        past = self.past.known
        sides = Sides(
            self.past.feed,
            Intent(published, removed, slugs, seen),
            self.pages,
            lambda plan, folder: self.searching.objects(Public.after(plan), self.guids, folder),
            Inventory(past.files, past.items),
            built,
            lambda slug: slug in slugs.values() and was_meant(self.workspace, slug),
            last=self.past.release,
            trail=past.trail,
            placeholders=self.placeholders,
            errata=self._errata,
            all_episodes=False,
            machines=lambda feed, objects, listed, folder: machine_files(
                self.show, feed, objects, folder, listed, self.store.content
            ),
        )
        return self._survived.restored(sides) if self.restores else sides

    def _errata(self, slug: str) -> Sequence[Erratum]:
        head = HEAD.known(self.workspace.new_episode(slug))
        return head.errata if head else ()

    def pages(self, feed: LiveFeed, theirs: Collection[str]) -> dict[str, bytes]:
        """The show's pages by key; of the episodes that are built here, `theirs` as the feed has them."""
        listed = set(published_slugs(self.workspace))
        ours = {
            guid: slug
            for guid in self.built
            if guid not in theirs
            and (guid in feed.items or not feed.is_whole)
            and (slug := self.guids[guid]) in listed
        }
        quotes = self.store.list(QUOTES_PREFIX)
        return merged_pages(self.workspace, self.show, ours, feed, quotes)
