"""Digests of settings, one for each field that a stage reads, under a name that `explain` can print."""

import hashlib
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json

from pipeline.engine.declared.stage import Stage
from pipeline.settings.episode import Episode
from pipeline.settings.show import Show

Origin = tuple[str, str]  # file and dotted path


def label(origin: Origin) -> str:
    """`show.toml [transcribe] model` for `("show.toml", "transcribe.model")`."""
    file, path = origin
    table, _, key = path.rpartition(".")
    return f"{file} [{table}] {key}" if table else f"{file} {key}"


def origins(stages: Iterable[Stage[Any]], file: str) -> set[Origin]:
    """Everything that the stages read from `file`, and the wholes that some of it is a part of."""
    settings = [each for stage in stages for each in (stage.settings, stage.linked) if each]
    each = [each.origins(key) for each in settings for key in ("path", "of")]
    found = {origin for named in each for origin in named.values()}
    return {origin for origin in found if origin[0] == file}


def digests(source: Show | Episode, wanted: Iterable[Origin]) -> dict[str, str]:
    """Label to digest of each wanted setting; 64 bits suffice to notice a change.

    Of a table in `show.toml` its keys, too, so that the one that changed can be named.
    """
    found = {}
    for file, path in sorted(wanted):
        value = attrgetter(path)(source)
        found[label((file, path))] = digest(value)
        if isinstance(source, Show) and isinstance(value, BaseModel):
            for key in type(value).model_fields:
                found[label((file, f"{path}.{key}"))] = digest(getattr(value, key))
    return found


def unset(origin: Origin) -> str | None:
    """The digest that a setting has when its file does not name it; None when it must be named."""
    file, path = origin
    model: type[BaseModel] = Show if file == "show.toml" else Episode
    *tables, key = path.split(".")
    for table in tables:
        named = model.model_fields.get(table)  # none: a property, as `store`
        inner = named.annotation if named else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return None
        model = inner
    field = model.model_fields.get(key)
    if field is None or field.is_required():
        return None
    return digest(field.get_default(call_default_factory=True, validated_data={}))


def digest(value: Any) -> str:
    return hashlib.sha256(to_json(value)).hexdigest()[:16]
