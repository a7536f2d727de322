"""The search index that goes with a release: of what is public then, and made anew only where that changed.

Episodes are indexed some dozens together, a *batch*, so that a new one costs the same in a show of a
thousand. The search page names the index of each batch, and of what it was made: so the next release,
from any clone, makes those that changed and points to the others. Where a batch ends, its own episodes
decide, so that one that comes or goes leaves all other batches as they are.
"""

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.artefacts import SITE_CHAPTERS
from pipeline.engine.progress import Reporter
from pipeline.errors import PullquoteError
from pipeline.feeds.contents.live_feed import LiveFeed, LiveItem
from pipeline.models import Chapter
from pipeline.rendering.formats import human_date
from pipeline.rendering.templates import own_templates
from pipeline.settings.show import Show
from pipeline.show.public.merged_pages import index_facts
from pipeline.site.assets import asset_keys, read_assets
from pipeline.site.findable import Findable, Quoted, Said
from pipeline.site.indexing import ENGINE, Pack, PackRow, build_packs, packs_of, search_page
from pipeline.storage.planning.plan import Plan
from pipeline.storage.planning.wording import quotes_of, segments
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.storage.store.transfers import at_once
from pipeline.web.addresses import (
    SEARCH_KEY,
    asset_key,
    chapters_key,
    pack_key,
    page_key,
    quote_anchor,
    transcript_key,
)
from pipeline.web.headers import moment
from pipeline.workspace import Workspace

_VERSION = 1  # of what is indexed of an episode: another one makes every index anew
# Episodes of a batch. An index of 128 takes 5 s to make and 7 MB; more indexes are more requests for a
# listener (tests/benchmarks/bench_search.py).
_LEAST, _USUAL, _MOST = 64, 128, 256


@dataclass(frozen=True, slots=True)
class _Episode:
    """An episode of the feed; `keys` are those of its files from which it is indexed, with digests."""

    item: LiveItem
    slug: str
    language: str
    page: str  # where it plays: a key, or an address elsewhere
    keys: Mapping[str, str]

    @property
    def state(self) -> list[object]:
        """What its entry in the index is made of."""
        item = self.item
        return [
            item.identity,
            item.title,
            item.date,
            item.summary,
            self.page,
            self.language,
            self.keys,
        ]

    def findable(self, read: Callable[[str], bytes], language: str) -> Findable:
        """What can be found in it, on pages in a `language`; `read` gives the content of a key."""
        date = moment(self.item.date)
        return Findable(
            title=self.item.title,
            date=human_date(date, language) if date else "",
            page=self.page,
            language=self.language,
            summary="" if self.item.summary == self.item.title else self.item.summary,
            said=[Said(*row) for row in segments(read(transcript_key(self.slug, ".json")))]
            if self.keys
            else (),
            chapters=_chapters(read(chapters_key(self.slug))) if self.keys else (),
            quotes=_quotes(read(self.page).decode("utf-8", "replace"))
            if self.page in self.keys
            else (),
        )


@dataclass(frozen=True, slots=True)
class Public:
    """What will be public: a feed, the files of ours, and what each key holds then, by any digest.

    `listed` are the keys that the store holds already.
    """

    feed: LiveFeed
    objects: Sequence[ReleaseObject]
    files: Mapping[str, str]
    listed: Collection[str] = ()

    @classmethod
    def after(cls, plan: Plan) -> "Public":
        """That of a release; the store tells what no release has written down."""
        there = {key: row.etag for key, row in plan.live.listed.items()}
        return cls(plan.new, plan.objects, there | {**plan.inventory.files}, there)


@dataclass(slots=True)
class Searching:
    """The index of a show; what was made stays at hand for the next try of a release.

    `content` gives what the store holds under a key.
    """

    workspace: Workspace
    show: Show
    content: Callable[[str], bytes]
    reporter: Reporter
    _made: dict[str, list[tuple[PackRow, dict[str, bytes]]]] = field(default_factory=dict)

    def objects(
        self, public: Public, slugs: Mapping[str, str], folder: Path
    ) -> list[ReleaseObject]:
        """The search page, and the indexes that are not in the store yet.

        `slugs` are known here by GUID; new files are written below `folder`.
        """
        batches = {
            _digest(batch): batch
            for batch in _batches(_episodes(public, slugs, self.show.language))
        }
        before = self.content(SEARCH_KEY).decode("utf-8", "replace")
        known: dict[str, list[PackRow]] = {}
        for row in packs_of(before):
            known.setdefault(row.of, []).append(row)
        keys = {of: {key for row in rows for key in row[-3:]} for of, rows in known.items()}
        there = {of for of in known if keys[of] <= {*public.listed}}
        if (count := sum(len(batch) for of, batch in batches.items() if of not in there)) > _MOST:
            self.reporter.note(
                f"{count} episodes are indexed for search: some minutes for a thousand, and only once"
            )
        rows: list[PackRow] = []
        objects: list[ReleaseObject] = []
        for of, batch in batches.items():
            if of in there:
                rows += known[of]
            else:
                made = self._index(of, batch, public)
                rows += [row for row, _ in made]
                files = (each for _, files in made for each in files.items())
                objects += [ReleaseObject.made(key, content, folder) for key, content in files]
        return [
            *objects,
            *self._looks(folder),
            ReleaseObject.made(SEARCH_KEY, self.page(rows), folder),
        ]

    def page(self, rows: Sequence[PackRow]) -> bytes:
        facts = index_facts(self.workspace, self.show)
        return search_page(facts, rows, own_templates(self.workspace)).encode()

    def _looks(self, folder: Path) -> Iterator[ReleaseObject]:
        """The page's style sheets and scripts; those that the show has may be of an earlier Pullquote."""
        own, language = own_templates(self.workspace), self.show.language
        keys = asset_keys(own, language)
        for name, content in read_assets(own, language).items():
            yield ReleaseObject.made(keys[name], content, folder)

    def _index(
        self, of: str, batch: Sequence[_Episode], public: Public
    ) -> list[tuple[PackRow, dict[str, bytes]]]:
        """The row of each index of a batch, and its files by key."""
        if of not in self._made:
            here = {item.key: item for item in public.objects}

            def read(key: str) -> bytes:
                item = here.get(key)
                return item.read() if item and item.size is not None else self.content(key)

            found = at_once(lambda each: each.findable(read, self.show.language), batch)
            try:
                packs = build_packs(found)
            except PullquoteError as error:  # no release waits for it
                self.reporter.note(f"{len(batch)} episode(s) can't be found by search: {error}")
                return []
            self._made[of] = [_named(of, pack) for pack in packs]
        return self._made[of]


def _episodes(public: Public, slugs: Mapping[str, str], language: str) -> list[_Episode]:
    """The episodes of a feed in order of time; `language` is that of those which say none."""
    found = []
    for guid, item in public.feed.items.items():
        slug = slugs.get(guid) or item.slug
        names = [page_key(slug), transcript_key(slug, ".json"), chapters_key(slug)] if slug else []
        keys = {name: digest for name in names if (digest := public.files.get(name))}
        page = names[0] if names and names[0] in keys else item.link or item.enclosure
        found.append(_Episode(item, slug, (item.language or language).lower(), page, keys))
    return sorted(found, key=lambda each: (each.item.seconds, each.item.identity))


def _batches(episodes: Iterable[_Episode]) -> Iterator[list[_Episode]]:
    batch: list[_Episode] = []
    for each in episodes:
        batch.append(each)
        chance = hashlib.sha256(each.item.identity.encode()).digest()[0]
        if len(batch) == _MOST or (len(batch) >= _LEAST and chance * (_USUAL - _LEAST) < 256):
            yield batch
            batch = []
    if batch:
        yield batch


def _digest(batch: Sequence[_Episode]) -> str:
    state = json.dumps([_VERSION, *(each.state for each in batch)], sort_keys=True)
    return hashlib.sha256(state.encode()).hexdigest()[:16]


def _named(of: str, pack: Pack) -> tuple[PackRow, dict[str, bytes]]:
    engine, wasm = (asset_key(name, _sha256(pack.engine[name])) for name in (ENGINE, pack.wasm))
    key = pack_key(pack.language, _sha256(pack.content))
    files = {key: pack.content, engine: pack.engine[ENGINE], wasm: pack.engine[pack.wasm]}
    return PackRow(of, pack.language, pack.head, engine, wasm, key), files


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _chapters(content: bytes) -> Sequence[Chapter]:
    with contextlib.suppress(PullquoteError):
        return SITE_CHAPTERS.decode(content, "") if content else ()
    return ()


def _quotes(page: str) -> list[Quoted]:
    found = []
    for name, text in quotes_of(page).items():
        anchor = quote_anchor(name)
        start = re.search(rf'id="{anchor}"[^>]*\bdata-start="([\d.]+)"', page)
        if text:
            found.append(Quoted(anchor, float(start[1]) if start else 0.0, text))
    return found
