"""Which episodes the feed shows, and which files a release of the show consists of.

An episode that was built is not public yet: `feed/build/published.json` lists the slugs that a host
has published, and the feed and the index show those only.
"""

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from pipeline.artefacts import PUBLISHED, Published, published
from pipeline.engine.exclusive import exclusive
from pipeline.engine.progress import Reporter
from pipeline.engine.running.runner import Runner
from pipeline.engine.state.status import EpisodeStatus
from pipeline.errors import AudioError, ConfigError, Refused
from pipeline.feeds.contents.heads import HEAD, ItemHead
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.feeds.contents.model import ITEM, OBJECTS
from pipeline.feeds.contents.rules import Place, advise_item, clashes
from pipeline.looking import look, sides
from pipeline.settings.show import load_episode, load_show
from pipeline.settings.tables import read_toml
from pipeline.show.public.past_files import PastFiles
from pipeline.site.listing import KEYS
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import FEED_KEY, asset_key, media_type
from pipeline.workspace import Workspace, file_sha256, write_bytes, write_text


def published_slugs(workspace: Workspace) -> list[str]:
    """The episodes that the feed shows, sorted."""
    return sorted(published(workspace).episodes)


def list_published(workspace: Workspace, slugs: Collection[str]) -> None:
    """Write which episodes the feed shows; those that it showed before stay known as withdrawn."""
    withdrawn = sorted(published(workspace).ever - set(slugs))
    content = PUBLISHED.dump(Published(episodes=sorted(slugs), withdrawn=withdrawn))
    path = PUBLISHED.path(workspace)
    if not path.is_file() or path.read_text() != content:
        write_text(path, content)


@contextlib.contextmanager
def alone(workspace: Workspace, reporter: Reporter) -> Iterator[None]:
    """Wait for whoever releases from this clone now: the list of what the feed shows has one writer."""
    with exclusive(workspace, "_release", "a release", reporter.note):
        yield


@contextlib.contextmanager
def listing(workspace: Workspace, slugs: Collection[str], *, keep: bool = False) -> Iterator[None]:
    """List what the feed shows; unless `keep` and all is well, the list is as it was afterwards."""
    before, kept = _list_before(workspace), False
    try:
        list_published(workspace, slugs)
        yield
        kept = keep
    finally:
        if not kept:
            _restore_list(workspace, before)


def _list_before(workspace: Workspace) -> bytes | None:
    """The list of what the feed shows, of both sides where git could not merge it; None without one."""
    path = PUBLISHED.path(workspace)
    content = path.read_bytes() if path.is_file() else None
    if content and sides(content):
        return PUBLISHED.dump(published(workspace)).encode()
    return content


def _restore_list(workspace: Workspace, before: bytes | None) -> None:
    path = PUBLISHED.path(workspace)
    if before is None:
        path.unlink(missing_ok=True)
    elif path.read_bytes() != before:
        write_bytes(path, before)


def episode_guids(workspace: Workspace, statuses: Iterable[EpisodeStatus]) -> dict[str, str]:
    """The slug of every episode on this machine, by GUID."""
    public = set(published_slugs(workspace))  # an unpublished copy does not take the place of one
    known = sorted(statuses, key=lambda each: each.slug in public)
    found = {each.guid: each.slug for each in known if each.guid}
    for slug in (each.slug for each in known if each.error):
        try:
            guid = read_toml(workspace.episode(slug).toml, slug).get("guid")
        except ConfigError:  # whoever runs it is told; what was built of it is still known
            guid = _built_guid(workspace, slug)
        if isinstance(guid, str) and (guid not in found or slug in public):
            found[guid] = slug
    return found


def refuse_twins(
    workspace: Workspace, slugs: Collection[str], statuses: Iterable[EpisodeStatus]
) -> None:
    """ConfigError where one of `slugs` clashes with a published episode, or with another of them.

    The feed refuses all that, when everything else is done.
    """
    shown = {*slugs, *published_slugs(workspace)}
    beside = [each for each in statuses if each.slug in shown and not each.error]
    read = {
        slug: load_episode(workspace, slug) for slug in {each.slug for each in beside} & {*slugs}
    }
    names: dict[int, str] = {}
    if any(each.season_name for each in read.values()):
        names = {int(number): name for number, name in load_show(workspace).seasons.items()}
        read |= {each.slug: load_episode(workspace, each.slug) for each in beside}
    places = []
    for each in sorted(beside, key=lambda each: each.slug in slugs):
        date, said = datetime.fromisoformat(each.date).timestamp(), read.get(each.slug)
        season = (said.season, said.season_name) if said else ()
        places.append(Place(each.slug, each.guid, date, *season))
    problems = [
        f"episodes/{slug}/episode.toml: {problem}"
        for slug, problem in clashes(places, names)
        if slug in slugs
    ]
    if problems:
        raise ConfigError(
            "\n".join(problems),
            "give it one of its own: any other text as guid, another second as date; a season has one"
            " name",
        )


def paging_note(workspace: Workspace, *, asked: bool) -> str:
    """How many episodes stand on older pages of the feed; empty where all are subscribed to."""
    build = workspace.feed / "build"
    pages = sorted((build / "pages").glob("*.xml"))
    if not pages:
        return ""
    newest, *older = (
        len(read_feed(path.read_bytes()).items) for path in (build / FEED_KEY, *pages)
    )
    why = "as paged_feed asks" if asked else "because a feed over 5 MB is not taken everywhere"
    return (
        f"the feed that apps subscribe to holds the newest {newest} of {newest + sum(older)} episodes, "
        f"{why}: Apple and Spotify do not list the others, which are on {len(pages)} older "
        f"page{'s' if len(pages) > 1 else ''}"
    )


def unreleased(runner: Runner, workspace: Workspace, base_url: str) -> set[str]:
    """Published episodes that are on this machine otherwise than this clone last knew them public."""
    known = PastFiles.of(workspace, base_url).known.items
    digests = set(known.values())
    made = runner.digests(ITEM, published_slugs(workspace) if known else ())
    others = [slug for slug, sha256 in made.items() if sha256 not in digests]
    return {slug for slug in others if _built_guid(workspace, slug) in known}


def advice(workspace: Workspace, slug: str) -> list[str]:
    """What would serve the listeners of an episode that was built better, a line each."""
    return [f"better: {line}" for line in advise_item(ITEM.of(workspace.episode(slug)))]


def is_built(workspace: Workspace, slug: str) -> bool:
    """Whether this machine has what the feed shows of an episode; if not, others publish it."""
    return ITEM.path(workspace.new_episode(slug)).is_file()


def is_elsewhere(workspace: Workspace, slug: str) -> bool:
    """Whether nothing is here of which an episode could be built, nor what was built."""
    paths = workspace.episode(slug)
    if is_built(workspace, slug) or "enclosure" in read_toml(paths.toml, slug):
        return False
    return not any(
        found for name in ("audio.*", "tracks/*") for found in paths.directory.glob(name)
    )


def public_heads(runner: Runner, workspace: Workspace) -> dict[str, ItemHead]:
    """What is built here of the published episodes, by slug."""
    return runner.records(HEAD, runner.digests(ITEM, published_slugs(workspace)))


def finished(workspace: Workspace, heads: Mapping[str, ItemHead]) -> set[str]:
    """The episodes whose files are those that their `item.json` names; recordings may be away."""

    def is_whole(slug: str) -> bool:
        folder = workspace.episodes / slug
        files = ((_inside(folder, each.path), each.sha256) for each in heads[slug].objects)
        return all(file_sha256(path) == sha256 for path, sha256 in files if path.is_file())

    return {slug for slug in heads if is_whole(slug)}


def episode_objects(workspace: Workspace, slug: str, head: ItemHead) -> Iterator[ReleaseObject]:
    """Every file of an episode as it is built here."""
    for each in head.objects:
        path = _inside(workspace.episodes / slug, each.path)
        yield ReleaseObject(each.key, path, each.sha256, each.type, slug)


def release_objects(workspace: Workspace, heads: Mapping[str, ItemHead]) -> Iterator[ReleaseObject]:
    """Every file of these episodes as they are built here, then the show's own without the feed."""
    for slug, head in heads.items():
        yield from episode_objects(workspace, slug, head)
    build = workspace.feed / "build"
    for each in OBJECTS.of(workspace).objects:
        path = _inside(workspace.root, each.path)
        yield ReleaseObject(each.key, path, each.sha256, each.type)
    for path in sorted((build / "assets").iterdir()):
        digest = file_sha256(path)
        yield ReleaseObject(asset_key(path.name, digest), path, digest, media_type(path.name))
    for key in KEYS:
        if (path := build / key).is_file():  # an earlier version of us made fewer
            yield ReleaseObject(key, path, file_sha256(path), media_type(key))


def examine(objects: Iterable[ReleaseObject]) -> None:
    """Look at the files that are about to go out: ConfigError where one leads out of the show.

    Refused for a recording of an imported episode that is no sound: older versions copied anything.
    """
    for item in objects:
        look(item.path)
        if item.path.name.startswith("enclosure.") and item.path.parent.name == item.slug:
            from pipeline.audio.decoding.decode import check_sound  # late: numpy

            try:
                check_sound(item.path)
            except AudioError as error:
                raise Refused(
                    f"{item.slug}: {error.message}",
                    f"remove it, run: pullquote run {item.slug}, and the recording stays where it "
                    "was published; or put the right one there",
                ) from None


def _inside(folder: Path, name: str) -> Path:
    """A file that a record names, below the folder that it is of: records travel with git."""
    if name.startswith("/") or ".." in name.split("/"):
        raise ConfigError(f"{name}: does not lie in {folder}", "restore item.json from git")
    return folder / name


def _built_guid(workspace: Workspace, slug: str) -> str | None:
    """The GUID that an episode was built with here, whatever its `episode.toml` says meanwhile."""
    head = HEAD.known(workspace.new_episode(slug))
    return head.guid if head else None
