"""What a released episode keeps: listeners have it, so a setting changed later does not change it."""

import itertools
import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic_core import to_json

from pipeline.engine.declared.digests import Origin, digest, label, unset
from pipeline.engine.declared.files import parse
from pipeline.engine.declared.graph import Node
from pipeline.engine.declared.settings import StageSettings
from pipeline.engine.declared.stage import Keeping
from pipeline.engine.state.lock import Record
from pipeline.engine.state.scope import View


def in_force(node: Node, view: View) -> Keeping | None:
    """What a released episode keeps of a stage, unless the host has it made anew."""
    made = view.scope.released and node.name in view.lock.stages
    return node.stage.keeps if made and node.name not in view.renew else None


def follows(keeping: Keeping, subject: str) -> bool:
    """Whether a change of `subject`, a file or a setting, counts nonetheless."""
    return any(parse(each).matches(subject) for each in keeping.follows)


def upstream(node: Node, view: View) -> tuple[str, ...]:
    """The stages right before this one whose changes count."""
    keeping = in_force(node, view)
    if keeping is None:
        return node.upstream
    counted = (names for text, names in node.producers.items() if follows(keeping, text))
    return tuple(dict.fromkeys(itertools.chain.from_iterable(counted)))


def as_released(
    keeping: Keeping, record: Record, settings: dict[str, str], inputs: dict[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The digests of settings and inputs that a stage which remembers is made from.

    An input that is another file than at the release is left out.
    """
    known = {name: value for name, value in record.settings.items() if name in settings}
    kept = {name: value for name, value in known.items() if not follows(keeping, name)}
    same = {
        name: sha256
        for name, sha256 in inputs.items()
        if follows(keeping, name) or record.inputs.get(name) == sha256
    }
    return settings | kept, same


def changed_keys(origin: Origin, values: Any, settings: Mapping[str, str]) -> list[str]:
    """The labels of a table's keys that differ from the `values` it had; the table's if none are known."""
    file, path = origin
    prefix = label((file, f"{path}."))
    if not isinstance(values, dict):
        is_table = any(name.startswith(prefix) for name in settings)
        return [prefix.strip() if is_table else label(origin)]
    found = []
    for name, now in settings.items():
        key = name.removeprefix(prefix)
        if key != name:
            was = digest(values[key]) if key in values else unset((file, f"{path}.{key}"))
            found += [name] if was != now else []
    return found


def kept_values(node: Node, settings: StageSettings) -> dict[str, Any]:
    """The values that the lock keeps for a stage that remembers, by label."""
    keeping = node.stage.keeps
    if keeping is None or not keeping.remembers:
        return {}
    return {
        label(origin): json.loads(to_json(getattr(settings, name)))
        for name, origin in node.stage.settings.origins().items()
        if not follows(keeping, label(origin))
    }


def remembered(
    settings: StageSettings, record: Record, wanted: dict[str, str]
) -> tuple[StageSettings, list[str]]:
    """The settings with the digests `wanted`; and the labels of those whose values nobody knows."""
    values: dict[str, Any] = {}
    unknown = []
    for name, origin in settings.origins().items():
        value = getattr(settings, name)
        if digest(value) == wanted[label(origin)]:
            continue
        if label(origin) in record.kept:
            annotation: Any = type(settings).model_fields[name].annotation
            kind: TypeAdapter[Any] = TypeAdapter(annotation)
            values[name] = kind.validate_json(json.dumps(record.kept[label(origin)]))
        elif (guess := _before(value, wanted[label(origin)])) is not None:
            values[name] = guess
        else:
            unknown.append(label(origin))
    return settings.model_copy(update=values), unknown


def _before(value: Any, wanted: str) -> Any:
    """A table as it was before some of its keys were set, known by its digest; None if it never was so.

    Locks of earlier releases of ours hold no values.
    """
    if not isinstance(value, BaseModel):
        return None
    fields = {name: field.default for name, field in type(value).model_fields.items()}
    others = [name for name, default in fields.items() if getattr(value, name) != default]
    for count in range(1, len(others) + 1):
        for names in itertools.combinations(others, count):
            guess = value.model_copy(update={name: fields[name] for name in names})
            if digest(guess) == wanted:
                return guess
    return None
