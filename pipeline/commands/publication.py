"""Which episodes the feed shows, and which files a release of the show consists of.

An episode that was built is not public yet: `feed/build/published.json` lists the slugs that a host
has published, and the feed and the index show those only.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.addresses import INDEX_KEY, asset_key
from pipeline.commands.app import note
from pipeline.errors import AudioError, ConfigError, PullquoteError, Refused
from pipeline.looking import content_of, look
from pipeline.tables import read_toml
from pipeline.workspace import Workspace, dump_json, write_text

if TYPE_CHECKING:
    from pipeline.storage.release_object import ReleaseObject

PAGE_TYPE = "text/html; charset=utf-8"
ASSET_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


def published_slugs(workspace: Workspace) -> list[str]:
    """The episodes that the feed shows, sorted."""
    return workspace.read_published()["episodes"]


def list_published(workspace: Workspace, slugs: Collection[str]) -> None:
    """Write which episodes the feed shows; those that it showed before stay known as withdrawn."""
    listed: dict[str, Any] = {"version": 1, "episodes": sorted(slugs)}
    if withdrawn := sorted(workspace.released() - set(slugs)):
        listed["withdrawn"] = withdrawn
    content = dump_json(listed)
    if not workspace.published.is_file() or workspace.published.read_text() != content:
        write_text(workspace.published, content)


def episode_guids(workspace: Workspace) -> dict[str, str]:
    """The slug of every episode on this machine, by GUID."""
    found = {}
    for slug in workspace.slugs():
        try:
            guid = read_toml(workspace.episode(slug).toml, slug).get("guid")
        except ConfigError:
            continue  # whoever runs that episode is told
        if isinstance(guid, str):
            found[guid] = slug
    return found


def note_advice(workspace: Workspace, slug: str) -> None:
    """Tell what would serve the listeners of an episode that was built better."""
    from pipeline.feeds.model import read_item
    from pipeline.feeds.rules import advise_item

    path = workspace.episode(slug).build / "item.json"
    for line in advise_item(read_item(path.read_bytes(), str(path))):
        note(f"better: {line}")


def release_objects(workspace: Workspace) -> "Iterator[ReleaseObject]":
    """Every file of every published episode, then the show's own; the feed is not among them."""
    from pipeline.storage.release_object import ReleaseObject  # late: boto3

    for slug in published_slugs(workspace):
        directory = workspace.episode(slug).directory
        for entry in _objects(directory / "build" / "item.json"):
            yield ReleaseObject(
                entry["key"],
                _inside(directory, entry["path"]),
                entry["sha256"],
                entry["type"],
                slug,
            )
    build = workspace.feed / "build"
    for entry in _objects(build / "objects.json"):
        yield ReleaseObject(
            entry["key"],
            _inside(workspace.root, entry["path"]),
            entry["sha256"],
            entry["type"],
        )
    for path in sorted((build / "assets").iterdir()):
        digest = _sha256(path)
        yield ReleaseObject(asset_key(path.name, digest), path, digest, ASSET_TYPES[path.suffix])
    index = build / "index.html"
    yield ReleaseObject(INDEX_KEY, index, _sha256(index), PAGE_TYPE)


def examine(objects: "Iterable[ReleaseObject]") -> None:
    """Look at the files that are about to go out: ConfigError where one leads out of the show.

    Refused for a recording of an imported episode that is no sound: older versions copied anything.
    """
    from pipeline.commands.new import check_sound

    for item in objects:
        look(item.path)
        if item.path.name.startswith("enclosure.") and item.path.parent.name == item.slug:
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


def _objects(path: Path) -> list[dict[str, Any]]:
    if (content := content_of(path)) is None:
        raise PullquoteError(
            f"{path} is missing, but the feed shows the episode",
            "restore it from git, or run: pullquote run SLUG",
        )
    found: list[dict[str, Any]] = json.loads(content)["objects"]
    return found


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
