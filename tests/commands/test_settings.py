"""`pullquote settings`: every key with its meaning, and a schema that editors take."""

import json
import tomllib

import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from pipeline.cli import main
from pipeline.settings.episode import Episode
from pipeline.settings.show import Show
from pipeline.settings.tables import model_in


def printed(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["settings", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def undescribed(model: type[BaseModel]) -> list[str]:
    found = []
    for key, field in model.model_fields.items():
        found += [] if field.description else [f"{model.__name__}.{key}"]
        inner = model_in(field.annotation)
        found += undescribed(inner) if inner else []
    return found


@pytest.mark.parametrize("model", [Show, Episode])
def test_every_key_says_what_it_means(model: type[BaseModel]) -> None:
    assert undescribed(model) == []


def test_keys_stand_with_their_values_under_their_tables() -> None:
    lines = printed("show").splitlines()
    table = lines.index(next(line for line in lines if line.startswith("[audio]")))
    assert lines[table + 1].split("  ")[1:2] == ["lufs = -16.0"]
    assert any(line.startswith("[[value.recipients]]") for line in lines)
    own = printed("episode").splitlines()
    table = own.index(next(line for line in own if line.startswith("[audio]")))
    assert own[table + 1].split()[:2] == ["lufs", "integrated"], "left out, it is as in show.toml"
    assert "  title (required)" in lines[2]


def test_what_is_printed_as_a_value_is_toml() -> None:
    keys = [line[2:36].strip() for line in printed().splitlines() if line.startswith("  ")]
    for key in keys:
        if "=" in key:
            tomllib.loads(key)


def test_the_schema_is_the_files_own() -> None:
    schema = json.loads(printed("episode", "--json"))
    assert schema["properties"]["thesis"]["description"].startswith("the key insight")
    assert schema["additionalProperties"] is False
    assert set(json.loads(printed("--json"))) == {"show", "episode"}
