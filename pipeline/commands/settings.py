"""`settings`: every key of `show.toml` and `episode.toml`, with what it means."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import click
import tomlkit
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pipeline.commands.app import App, command, emit_json, say
from pipeline.settings.episode import Episode
from pipeline.settings.production import EpisodeAudio
from pipeline.settings.show import Show
from pipeline.settings.tables import model_in

_FILES: dict[str, type[BaseModel]] = {"show": Show, "episode": Episode}
_NAMES = {"show": "feed/show.toml", "episode": "episodes/<slug>/episode.toml"}
_WIDTH = 34  # columns of a key with its value; the meaning stands beside it


@command()
@click.argument("file", type=click.Choice(list(_FILES)), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the JSON Schema, for an editor.")
def settings(app: App, file: str | None, as_json: bool) -> None:
    """Describe every key of show.toml, of episode.toml, or of both: its value when it is left out,
    and what it means. A key without a value may be left out too, unless it is called required.
    """
    chosen = [file] if file else list(_FILES)
    if as_json:
        schemas = {name: _FILES[name].model_json_schema() for name in chosen}
        emit_json(schemas[file] if file else schemas)
        return
    for name in chosen:
        say(f"{_NAMES[name]}\n", *_described(_FILES[name]), "")


def _described(model: type[BaseModel], table: str = "") -> Iterator[str]:
    """The keys of a table, a line each and the required ones first, then the tables in it."""
    inner = []
    for key, field in sorted(
        model.model_fields.items(), key=lambda each: not each[1].is_required()
    ):
        held = model_in(field.annotation)
        if held:
            inner.append((f"{table}{key}", field, held))
        else:
            # What an episode leaves out of this table is not the default, but as in show.toml.
            named = key if issubclass(model, EpisodeAudio) else _assignment(key, field)
            yield f"  {named:<{_WIDTH}}  {_meaning(field)}".rstrip()
    for path, field, held in inner:
        brackets = ("[[", "]]") if get_origin(field.annotation) is list else ("[", "]")
        yield f"\n{path.join(brackets):<{_WIDTH + 2}}  {field.description}"
        yield from _described(held, f"{path}.")


def _assignment(key: str, field: FieldInfo) -> str:
    if field.is_required():
        return f"{key} (required)"
    value = field.get_default(call_default_factory=True, validated_data={})
    return key if value in (None, [], {}) else f"{key} = {tomlkit.item(value).as_string()}"


def _meaning(field: FieldInfo) -> str:
    choices = _choices(field.annotation)
    said = field.description or ""
    return f"{said} ({', '.join(choices)})" if choices else said


def _choices(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)]
    return [choice for inner in get_args(annotation) for choice in _choices(inner)]
