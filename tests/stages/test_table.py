"""The table of stages holds together: whoever reads a file finds one stage that writes it."""

import itertools
from typing import Any

import pytest

from pipeline.engine.declared.files import Pattern, overlap, parse
from pipeline.engine.declared.stage import Stage
from pipeline.stages import all_stages

BUILD = {"episode": "build/", "heard": "build/", "show": "//feed/build/"}
each_stage = pytest.mark.parametrize("stage", all_stages(), ids=lambda stage: stage.name)


def outputs(stage: Stage[Any]) -> list[Pattern]:
    return [parse(text) for text in stage.outputs]


def seen_by(scope: str, writer: Stage[Any]) -> list[Pattern]:
    """The outputs of a stage under the names that a stage in `scope` has for them."""
    if (scope, writer.scope) == ("show", "episode"):
        return [parse(f"//episodes/*/{pattern.text}") for pattern in outputs(writer)]
    return outputs(writer)


def is_built(pattern: Pattern) -> bool:
    parts = pattern.parts
    if not pattern.shared:
        return parts[0] == "build"
    return parts[:2] == ("feed", "build") or (parts[0], *parts[2:3]) == ("episodes", "build")


def test_every_name_is_given_once_and_is_that_of_a_folder() -> None:
    names = [stage.name for stage in all_stages()]
    assert len({*names}) == len(names)
    assert all(name.replace("_", "").isalnum() for name in names)


@each_stage
def test_outputs_lie_in_build_and_stars_in_no_folder(stage: Stage[Any]) -> None:
    assert all(pattern.text.startswith(BUILD[stage.scope]) for pattern in outputs(stage))
    patterns = map(parse, (*stage.inputs, *stage.outputs))
    assert not any("*" in "".join(each.parts[:-1]) for each in patterns if not each.shared)


@pytest.mark.parametrize("scope", BUILD)
def test_no_file_is_written_by_two(scope: str) -> None:
    own = [
        each for each in all_stages() if each.scope == scope or (scope == "heard" and each.heard)
    ]
    for one, other in itertools.combinations(own, 2):
        both = itertools.product(outputs(one), outputs(other))
        assert not [a.text for a, b in both if overlap(a, b)], f"{one.name}, {other.name}"


@each_stage
def test_what_is_read_is_written_before(stage: Stage[Any]) -> None:
    """What the show makes of all episodes comes after each of them."""
    for pattern in map(parse, stage.inputs):
        found = [
            writer
            for writer in all_stages()
            if any(overlap(pattern, output) for output in seen_by(stage.scope, writer))
        ]
        assert found or pattern.optional or not is_built(pattern), pattern.text
        assert stage.scope == "show" or all(each.scope != "show" for each in found), pattern.text


@each_stage
def test_a_show_knows_of_no_single_episode(stage: Stage[Any]) -> None:
    if stage.scope == "show":
        assert {file for file, _ in stage.settings.origins().values()} <= {"show.toml"}
        assert all(parse(text).shared for text in stage.inputs)
