"""An existing show comes in, without a listener's app noticing."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.artefacts import published
from pipeline.engine.progress import Reporter
from pipeline.errors import ConfigError, PullquoteError
from pipeline.feeds.contents.artwork import check_artwork
from pipeline.feeds.importing.fetching import Fetcher, joined
from pipeline.feeds.importing.foreign import FEED_LIMIT, Node, next_page, read_channel
from pipeline.feeds.importing.foreign_values import Losses, web_address
from pipeline.feeds.importing.migrated_items import Migrated, Names, migrate_items
from pipeline.feeds.importing.migration import agree, note_trailers, settle_people, show_values
from pipeline.looking import look
from pipeline.settings.show import load_episode, load_show
from pipeline.settings.tables import read_toml
from pipeline.show.importing.recordings import copy_recordings
from pipeline.show.importing.written import (
    is_placeholder,
    replace_artwork,
    write_episode,
    write_show,
)
from pipeline.show.public.due import is_due
from pipeline.show.public.publication import list_published, paging_note, published_slugs
from pipeline.stages import runner_of
from pipeline.workspace import Workspace

PAGES = 1000  # of a paged feed
PAGES_SECONDS = 600.0  # for all of them
PICTURE_LIMIT = 20_000_000  # bytes
SILENT_SERVERS = 3  # after so many, nobody is asked for a length again


@dataclass
class Source:
    """The feed that is read; `url` is empty for a file."""

    url: str
    fetcher: Fetcher
    channel: Node
    items: list[Node]
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in: the episodes, how many were here already, and what could not be kept as it was.

    `model` is the recogniser's that the show's `language` asks for, where that is another one now.
    """

    slugs: Sequence[str]
    known: int
    lost: Sequence[str]
    language: str
    model: str


def import_feed(workspace: Workspace, feed: str, reporter: Reporter, *, download: bool) -> Imported:
    """Bring in the episodes of the show whose `feed` is given as an address or a file.

    GUIDs, dates and recordings stay as subscribers have them. A show that `init` has just made takes
    over title, people and cover. With `download` the recordings are copied too.
    """
    source = _open(feed)
    losses = source.channel.losses
    values = show_values(source.channel, source.url)
    episodes = migrate_items(source.items, _lengths(source.fetcher), losses, datetime.now(UTC))
    agree(values, episodes, losses)
    note_trailers(source.channel, episodes)
    if any("chapters" in episode.values for episode in episodes):
        values["inline_chapters"] = True  # they stood in the feed itself
    model = ""
    if is_placeholder(workspace):
        _take_cover(workspace, source, losses)
        model = write_show(workspace, values, losses)  # last: it tells that all was taken over
    else:
        reporter.note("feed/show.toml is yours and stays as it is; only episodes are imported")
    new, known = _sorted_out(workspace, episodes)
    shown = published(workspace).ever
    begun = [e for e in known if e.slug not in shown and _is_begun(workspace, e.slug)]
    if begun:
        names = ", ".join(each.slug for each in begun)
        reporter.note(f"taken up again, of an import before that did not get so far: {names}")
    wanted = [*new, *begun]
    show = load_show(workspace)
    settle_people(episodes, show.people_names, show.author)
    for episode in new:
        write_episode(workspace, episode, show.language, losses)
    if download:
        copy_recordings(workspace, source.fetcher, [*new, *known], losses, reporter)
    built = _build(workspace, wanted, losses, reporter)
    lost = [*source.problems, *losses.sentences()]
    return Imported(built, len(episodes) - len(wanted), lost, show.language, model)


def _open(feed: str) -> Source:
    if feed.partition("://")[0].lower() not in {"http", "https"}:
        channel, problems = read_channel(_file(Path(feed), FEED_LIMIT), feed)
        if next_page(channel):
            problems.append("further pages of the feed are not read: give its address instead")
        return Source("", Fetcher(), channel, channel.all("item"), problems)
    fetcher = Fetcher.beside(feed)
    channel, problems = read_channel(fetcher.read(feed, FEED_LIMIT), feed, feed)
    source = Source(feed, fetcher, channel, channel.all("item"), problems)
    _read_further(source, next_page(channel))
    return source


def _file(path: Path, limit: int) -> bytes:
    look(path)  # a pipe would keep us waiting
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}", "give a feed's address or file") from None


def _read_further(source: Source, page: str) -> None:
    """Add the items of the older pages of a paged feed."""
    ends, left = time.monotonic() + PAGES_SECONDS, FEED_LIMIT
    url, seen = source.url, {source.url}
    while page:
        url = joined(url, page)
        if url in seen:
            return
        if len(seen) == PAGES:
            source.problems.append(f"more than {PAGES:,} pages: the older ones are not read")
            return
        seen.add(url)
        content = source.fetcher.read(url, left)
        left -= len(content)
        channel, problems = read_channel(content, url, url)
        source.items += channel.all("item")
        source.problems += problems
        page = next_page(channel)
        if page and time.monotonic() > ends:
            source.problems.append(
                f"after {PAGES_SECONDS / 60:g} minutes, pages older than the feed's page "
                f"{len(seen)} were not read any more: run it again where the server is faster"
            )
            return


def _lengths(fetcher: Fetcher) -> Callable[[str], int]:
    """Asks servers for the bytes of a recording, until too many are silent."""
    silent = 0

    def length(url: str) -> int:
        nonlocal silent
        if silent >= SILENT_SERVERS:
            return 0
        try:
            found = fetcher.length(url)
        except PullquoteError:
            found = 0
        silent += not found
        return found

    return length


def _take_cover(workspace: Workspace, source: Source, losses: Losses) -> None:
    url = source.channel.first("itunes:image").value(web_address, "href")
    if url is None:
        losses.add("the feed has no cover that can be fetched; the placeholder stays")
        return
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / ("cover" + Path(urlsplit(url).path).suffix.lower()[:5])
        try:
            source.fetcher.save(url, picture, PICTURE_LIMIT)
        except PullquoteError as error:
            losses.add(f"the cover could not be fetched ({error.message})")
            return
        wrong = [each for each in check_artwork(picture) if "name ends in" not in each]
        if wrong:
            losses.add(f"the cover cannot be used: {'; '.join(wrong)}")
        else:
            replace_artwork(workspace, picture)


def _sorted_out(
    workspace: Workspace, episodes: Sequence[Migrated]
) -> tuple[list[Migrated], list[Migrated]]:
    """Those whose GUID no episode has yet, under slugs that are free; and those that are here."""
    slugs = {_guid(workspace, slug): slug for slug in workspace.slugs()}
    names = Names(slugs.values())
    new, known = [], []
    for episode in episodes:
        if slug := slugs.get(episode.values["guid"]):
            episode.slug = slug
            known.append(episode)
            continue
        episode.slug = names.free(episode.slug)
        new.append(episode)
    return new, known


def _is_begun(workspace: Workspace, slug: str) -> bool:
    """Whether an episode that the feed never showed was imported and is due.

    An import was stopped, failed at it, or its date had not come. One of a host's own recording is
    published by its host only.
    """
    try:
        episode = load_episode(workspace, slug)
    except ConfigError:  # it stays as it is, and `status` says what is wrong
        return False
    return episode.enclosure is not None and is_due(episode)


def _guid(workspace: Workspace, slug: str) -> object:
    return read_toml(workspace.episode(slug).toml, f"episodes/{slug}/episode.toml").get("guid")


def _build(
    workspace: Workspace, episodes: Sequence[Migrated], losses: Losses, reporter: Reporter
) -> list[str]:
    """Make the items, and the feed of those whose date has come; returns the episodes that were made."""
    runner = runner_of(workspace)
    built = []
    for episode in episodes:
        try:
            runner.run(episode.slug)
            built.append(episode.slug)
        except PullquoteError as error:
            losses.at(episode.values["title"]).add(f"not in the feed yet ({error.message})")
            reporter.note(f"{episode.slug} is not in the feed yet: {error}")
    if not workspace.slugs():
        reporter.note(
            "the feed holds no episode with audio; only the show itself was imported; make its first "
            "with: pullquote new SLUG --audio FILE"
        )
        return []
    held_back = {episode.slug for episode in episodes if "publish_at" in episode.values}
    list_published(workspace, {*published_slugs(workspace), *built} - held_back)
    runner.run_show(reporter=reporter)
    if paged := paging_note(workspace, asked=load_show(workspace).paged_feed):
        reporter.note(paged)
    return built
