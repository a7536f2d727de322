"""Writing what was imported: settings that our own checks accept, files, and what was dropped."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import BaseModel, ValidationError

from pipeline.commands.init import PLACEHOLDERS
from pipeline.config import Episode, Show
from pipeline.feeds.migrated_items import Migrated
from pipeline.feeds.migration import Losses
from pipeline.tables import read_toml
from pipeline.workspace import Workspace, write_bytes, write_text

_SHOW_HEAD = (
    "# The show, as its feed described it. `pullquote settings show` describes every key.\n"
)
_EPISODE_HEAD = "# Imported: the audio, its GUID and its date are as subscribers have them.\n"
_IGNORED = "episodes/*/enclosure.*\n"
_ATTEMPTS = 100  # wrong values that are dropped before the rest is given up


def is_placeholder(workspace: Workspace) -> bool:
    """Whether `show.toml` is still the one that `init` wrote."""
    return read_toml(workspace.show_toml, "feed/show.toml").get("title") == PLACEHOLDERS["title"]


def write_show(workspace: Workspace, values: Mapping[str, Any], losses: Losses) -> None:
    """Put the feed's values into the `show.toml` of a show that `init` made."""
    before = read_toml(workspace.show_toml, "feed/show.toml")
    for key in ("language", "author", "email", "categories", "description"):
        if key not in values:
            losses.add(f"the feed has no {key}, which show.toml needs")
    kept = {key: value for key, value in before.items() if key != "people"}
    settled = _settled(Show, {**kept, **values}, kept, losses)
    write_text(workspace.show_toml, _SHOW_HEAD + _toml(settled))


def write_episode(workspace: Workspace, episode: Migrated, spoken: str, losses: Losses) -> None:
    """Write `episode.toml` and the texts beside it; transcripts without a language are in `spoken`."""
    place = losses.at(repr(episode.values["title"][:60]))
    for transcript in episode.values["enclosure"].get("transcripts", ()):
        transcript.setdefault("language", spoken)
    settled = _settled(Episode, episode.values, {}, place)
    paths = workspace.new_episode(episode.slug)
    for name, text in {
        "description.html": episode.description,
        "notes.html": episode.notes,
    }.items():
        if text:
            write_text(paths.directory / name, text + "\n")
    write_text(paths.toml, _EPISODE_HEAD + _toml(settled))


def ignore_recordings(workspace: Workspace) -> None:
    """Keep downloaded audio out of git."""
    path = workspace.root / ".gitignore"
    before = path.read_bytes() if path.is_file() else b""
    if _IGNORED.encode() not in before:
        write_bytes(path, before.rstrip(b"\n") + b"\n" * bool(before) + _IGNORED.encode())


def replace_artwork(workspace: Workspace, picture: Path) -> None:
    """Make a picture the show's cover; its ending becomes that of its content."""
    from pipeline.feeds.artwork import artwork_suffix, covers

    content, suffix = picture.read_bytes(), artwork_suffix(picture)
    for old in covers(workspace.feed.glob("artwork.*")):
        old.unlink()
    write_bytes(workspace.feed / f"artwork{suffix}", content)


def _settled(
    model: type[BaseModel], values: Mapping[str, Any], fallback: Mapping[str, Any], losses: Losses
) -> dict[str, Any]:
    """The values without those that our checks refuse; those that must be there fall back."""
    settled = dict(values)
    for _ in range(_ATTEMPTS):
        try:
            model.model_validate(settled)
            return settled
        except ValidationError as error:
            problem = error.errors()[0]
            key = ".".join(str(part) for part in problem["loc"] if isinstance(part, str))
            losses.add(f"{key or 'a combination of settings'} is not kept ({problem['msg']})")
            _drop(settled, problem["loc"], fallback)
    model.model_validate(settled)
    return settled


def _drop(values: dict[str, Any], where: Sequence[int | str], fallback: Mapping[str, Any]) -> None:
    """Take out the value at `where`, or what holds it when it is missing there."""
    if len(where) == 1 and where[0] in fallback:
        values[str(where[0])] = fallback[str(where[0])]
        return
    container: Any = values
    for part in where[:-1]:
        container = container[part]
    try:
        del container[where[-1]]
    except (KeyError, IndexError):
        _drop(values, where[:-1], fallback)


def _toml(values: Mapping[str, Any]) -> str:
    """TOML with plain values before tables, as the format needs them."""
    plain = {key: value for key, value in values.items() if not _is_table(value)}
    tables = {key: value for key, value in values.items() if _is_table(value)}
    return tomlkit.dumps({**plain, **tables})


def _is_table(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], dict)
    return isinstance(value, dict)
