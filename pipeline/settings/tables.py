"""Reading a host's TOML file against a strict model.

Every problem in a file is reported at once, one line each, with file, key and the nearest right
spelling.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.errors import ConfigError
from pipeline.looking import content_of
from pipeline.text.spelling import did_you_mean, known_keys

_MOMENT = "must be a day with its time and zone, as 2026-05-01T08:00:00+02:00"
#: What is wanted in a value of the wrong kind, where pydantic's words are a programmer's.
_WISHES = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "date_type": "must be a day, as 2026-05-01",
    "model_type": "must be a table: a line with its name in [brackets], and its keys below",
    "timezone_aware": "has no zone; write it as 2026-05-01T08:00:00+02:00",
}

_LONGEST = 300  # characters of a line that says what is wrong

_Table = TypeVar("_Table", bound=BaseModel)


def read_toml(path: Path, name: str) -> dict[str, Any]:
    """Parse a TOML file; ConfigError names `name`, the line and what the parser found."""
    content = content_of(path)
    if content is None:
        raise ConfigError(f"{name}: there is no such file")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{name}: not UTF-8 text (byte {error.start})", "save it as UTF-8 in your editor"
        ) from None
    except RecursionError:
        raise ConfigError(f"{name}: lists in lists, too deep to be read", "mend the file") from None
    except tomllib.TOMLDecodeError as error:
        text = str(error).replace("Cannot overwrite a value", "this key stands twice")
        raise no_toml(name, content.decode("utf-8-sig"), text) from None
    except (ValueError, OverflowError):  # of the parts that values are made with
        raise ConfigError(
            f"{name}: a number in it is too long to be read", "mend the file"
        ) from None


def no_toml(name: str, content: str, problem: str) -> ConfigError:
    """That a host's file is no TOML: mostly a slip, and after a pull what git could not merge."""
    rows = enumerate(content.splitlines(), 1)
    if torn := next((number for number, row in rows if row.startswith("<<<<<<< ")), None):
        return ConfigError(
            f"{name}: holds two versions that git could not merge (line {torn})",
            "keep what you want of both; the lines that begin with <<<<<<<, ======= and >>>>>>> go",
        )
    return ConfigError(f"{name}: {problem}", "the format is TOML: see toml.io")


def load_table(model: type[_Table], path: Path, name: str) -> _Table:
    """Read any TOML file of the host's against a strict model; ConfigError lists every problem in it.

    `name` is what the file is called in errors.
    """
    return checked(model, read_toml(path, name), name)


def checked(model: type[_Table], values: Mapping[str, Any], name: str) -> _Table:
    """Values as a strict model; ConfigError lists every problem in them."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        lines = _problems(error, model)
        raise ConfigError(
            "\n".join(f"{name}: {_cut(line)}" for line in lines), f"mend {name} and run again"
        ) from None


def _problems(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """A line for each key that is wrong; where a value may be of several kinds, what the first wants."""
    found: dict[str, str] = {}
    for problem in error.errors():
        # pydantic names the kinds of a value too: "function-after[_url(), str]", "literal['auto']".
        location = tuple(part for part in problem["loc"] if "[" not in str(part))
        key = _key(location)
        found.setdefault(key or str(len(found)), _explain(problem, model, location, key))
    return list(found.values())


def _cut(line: str) -> str:
    """A line that can be read: what stands in a file may be a novel."""
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST // 2]} … {line[-_LONGEST // 2 :]}"


def _explain(
    problem: Any, model: type[BaseModel], location: tuple[int | str, ...], key: str
) -> str:
    match problem["type"]:
        case "extra_forbidden":
            known = _fields_at(model, location[:-1])
            return f"{key}: unknown key{known_keys(str(location[-1]), known)}"
        case "missing":
            return f"{key}: missing"
        case "value_error":
            text = str(problem["ctx"]["error"])
            return f"{key}: {text}" if key else text
        case "literal_error":
            expected = str(problem["ctx"]["expected"])
            near = did_you_mean(str(problem["input"]), expected.split("'"))
            return f"{key}: must be {expected}{near}"
        case "too_long" | "string_too_long" if isinstance(problem["input"], str):
            limit, length = problem["ctx"]["max_length"], len(problem["input"].strip())
            return f"{key}: has {length} characters; feeds allow {limit}"
        case kind:
            wish = problem["msg"].removeprefix("Input ").replace("should", "must")
            return f"{key}: {_WISHES.get(kind, wish)} (it is {_shown(problem['input'])})"


def _key(location: tuple[int | str, ...]) -> str:
    parts: list[str] = []
    for part in location:
        if isinstance(part, int) and parts:
            parts[-1] += f"[{part + 1}]"  # people count from one
        else:
            parts.append(str(part))
    return f"[{'.'.join(parts[:-1])}] {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys that the table at `location` may hold; none for a table whose keys are free."""
    for part in location:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[part].annotation if part in model.model_fields else None
        inner = model_in(annotation)
        if inner is None:
            return []
        model = inner
    return list(model.model_fields)


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field's type holds, itself or in a list; None for a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = model_in(inner)
        if found:
            return found
    return None


def _shown(value: Any) -> str:
    text = str(value) if isinstance(value, dt.date) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
