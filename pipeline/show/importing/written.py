"""Writing what was imported: settings that our own checks accept, files, and what was dropped."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import BaseModel, ValidationError

from pipeline.feeds.contents.artwork import artwork_suffix, covers
from pipeline.feeds.importing.foreign_values import Losses
from pipeline.feeds.importing.migrated_items import Migrated
from pipeline.settings.episode import Episode
from pipeline.settings.show import Show
from pipeline.settings.tables import read_toml
from pipeline.show.placeholders import PLACEHOLDERS
from pipeline.workspace import Workspace, write_bytes, write_text

_SHOW_HEAD = (
    "# The show, as its feed described it. `pullquote settings show` describes every key.\n"
)
_MULTILINGUAL = "base"  # the smallest that the extra [languages] brings
_EPISODE_HEAD = "# Imported: the audio, its GUID and its date are as subscribers have them.\n"


def is_placeholder(workspace: Workspace) -> bool:
    """Whether `show.toml` is still the one that `init` wrote."""
    return read_toml(workspace.show_toml, "feed/show.toml").get("title") == PLACEHOLDERS["title"]


def write_show(workspace: Workspace, values: Mapping[str, Any], losses: Losses) -> str:
    """Put the feed's values into the `show.toml` of a show that `init` made.

    Returns the recogniser's model where that had to change: one for English hears no other language.
    """
    before = read_toml(workspace.show_toml, "feed/show.toml")
    for key in ("language", "author", "email", "categories", "description"):
        if key not in values:
            losses.add(f"the feed has no {key}, which show.toml needs")
    kept = {key: value for key, value in before.items() if key != "people"}
    settled = _settled(Show, {**kept, **values}, kept, losses)
    show = Show.model_validate(settled)
    fits = show.language.partition("-")[0].lower() == "en" or not show.transcribe.model.endswith(
        ".en"
    )
    model = "" if fits else _MULTILINGUAL
    if model:
        settled["transcribe"] = {**settled.get("transcribe", {}), "model": model}
    write_text(workspace.show_toml, _SHOW_HEAD + _toml(settled))
    return model


def write_episode(workspace: Workspace, episode: Migrated, spoken: str, losses: Losses) -> None:
    """Write `episode.toml` and the texts beside it; transcripts without a language are in `spoken`."""
    place = losses.at(episode.values["title"])
    for transcript in episode.values["enclosure"].get("transcripts", ()):
        transcript.setdefault("language", spoken)
    settled = _settled(Episode, episode.values, {}, place)
    paths = workspace.new_episode(episode.slug)
    texts = {"description.html": episode.description, "notes.html": episode.notes}
    for name, text in texts.items():
        if text:
            write_text(paths.directory / name, text + "\n")
    write_text(paths.toml, _EPISODE_HEAD + _toml(settled))


def replace_artwork(workspace: Workspace, picture: Path) -> None:
    """Make a picture the show's cover; its ending becomes that of its content."""
    cover = workspace.feed / f"artwork{artwork_suffix(picture)}"
    write_bytes(cover, picture.read_bytes())
    for old in covers(workspace.feed.glob("artwork.*")):
        if not old.samefile(cover):
            old.unlink()


def _settled(
    model: type[BaseModel], values: Mapping[str, Any], fallback: Mapping[str, Any], losses: Losses
) -> dict[str, Any]:
    """The values without those that our checks refuse; those that must be there fall back."""
    settled = dict(values)
    while True:
        try:
            model.model_validate(settled)
            return settled
        except ValidationError as error:
            before = repr(settled)
            # From the last on: what is dropped from a list moves what comes after it.
            for problem in sorted(error.errors(), key=_place, reverse=True):
                key = ".".join(str(part) for part in problem["loc"] if isinstance(part, str))
                losses.add(f"{key or 'a combination of settings'} is not kept ({problem['msg']})")
                _drop(settled, problem["loc"], fallback)
            if repr(settled) == before:
                raise


def _place(problem: Any) -> list[tuple[bool, int, str]]:
    return [(isinstance(p, int), p if isinstance(p, int) else 0, str(p)) for p in problem["loc"]]


def _drop(values: dict[str, Any], where: Sequence[int | str], fallback: Mapping[str, Any]) -> None:
    """Take out the value at `where`, or what holds it when it is missing there."""
    if len(where) <= 1:
        key = str(where[0]) if where else ""
        if key in fallback:
            values[key] = fallback[key]
        else:
            values.pop(key, None)
        return
    container: Any = values
    try:
        for part in where[:-1]:
            container = container[part]
        del container[where[-1]]
    except (KeyError, IndexError, TypeError):
        _drop(values, where[:-1], fallback)


def _toml(values: Mapping[str, Any]) -> str:
    """TOML with plain values before tables, as the format needs them."""
    return tomlkit.dumps(dict(sorted(values.items(), key=lambda each: _is_table(each[1]))))


def _is_table(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], dict)
    return isinstance(value, dict)
