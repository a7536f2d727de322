from collections.abc import Callable
from typing import Any

import pytest

from pipeline.engine.declared.graph import Graph
from pipeline.engine.declared.stage import Stage

MakeStage = Callable[..., Stage[Any]]


def check(stages: list[Stage[Any]]) -> None:
    Graph(stages, "episode")
    Graph(stages, "show")


def test_two_stages_of_one_name(make_stage: MakeStage) -> None:
    with pytest.raises(AssertionError, match="two stages are called 'a'"):
        check([make_stage("a", (), ("build/a",)), make_stage("a", (), ("build/b",))])


@pytest.mark.parametrize("name", ["", "a/b", "..", "a b"])
def test_a_name_that_would_be_a_path(make_stage: MakeStage, name: str) -> None:
    with pytest.raises(AssertionError, match="is no name for a stage"):
        check([make_stage(name, (), ("build/a",))])


@pytest.mark.parametrize("second", ["build/clips/a.mp3", "build/clips/*", "build/clips/a*"])
def test_two_writers_of_one_file(make_stage: MakeStage, second: str) -> None:
    stages = [make_stage("a", (), ("build/clips/*.mp3",)), make_stage("b", (), (second,))]
    with pytest.raises(AssertionError, match="b and a both write"):
        check(stages)


@pytest.mark.parametrize("inputs", [("build/words.json",), ("//feed/build/feed.xml",)])
def test_an_input_that_no_stage_writes(make_stage: MakeStage, inputs: tuple[str, ...]) -> None:
    with pytest.raises(AssertionError, match="a: no stage writes"):
        check([make_stage("a", inputs, ("build/a",))])


def test_a_show_input_that_no_episode_writes(make_stage: MakeStage) -> None:
    feed = make_stage(
        "feed", ("//episodes/*/build/item.json",), ("//feed/build/feed.xml",), scope="show"
    )
    with pytest.raises(AssertionError, match="feed: no stage writes"):
        check([feed])
    check([feed, make_stage("item", ("audio.wav",), ("build/item.json",))])


def test_a_circle(make_stage: MakeStage) -> None:
    stages = [
        make_stage("a", ("build/b",), ("build/a",)),
        make_stage("b", ("build/a",), ("build/b",)),
    ]
    with pytest.raises(AssertionError, match=r"stages wait for each other: \w -> \w -> \w"):
        check(stages)


def test_an_output_outside_build(make_stage: MakeStage) -> None:
    with pytest.raises(AssertionError, match=r"quotes\.toml is not in build/"):
        check([make_stage("a", (), ("quotes.toml",))])
    with pytest.raises(AssertionError, match="is not in //feed/build/"):
        check([make_stage("a", (), ("build/a",), scope="show")])


def test_an_episode_cannot_read_what_the_show_makes_of_it(make_stage: MakeStage) -> None:
    stages = [
        make_stage("a", ("//feed/build/feed.xml",), ("build/a",)),
        make_stage("feed", ("//episodes/*/build/a",), ("//feed/build/feed.xml",), scope="show"),
    ]
    with pytest.raises(AssertionError, match="made after all episodes"):
        check(stages)


def test_a_show_has_no_episode_toml(make_stage: MakeStage, settings: dict[str, Any]) -> None:
    stage = make_stage("a", (), ("//feed/build/a",), settings["title"], scope="show")
    with pytest.raises(AssertionError, match=r"a: a show has no episode\.toml"):
        check([stage])


def test_a_star_in_a_folders_name(make_stage: MakeStage) -> None:
    with pytest.raises(AssertionError, match="last part only"):
        check([make_stage("a", ("tracks/*/a.wav",), ("build/a",))])


def test_what_a_gate_asks_about_comes_first(make_stage: MakeStage) -> None:
    stages = [
        make_stage("enclosure", ("build/master.mp3",), ("build/enclosure.mp3",)),
        make_stage("master", ("audio.*",), ("build/master.mp3",)),
        make_stage("review", ("build/words",), ("build/quotes",), gate=True),
        make_stage("words", ("build/master.mp3",), ("build/words",)),
    ]
    assert list(Graph(stages, "episode").nodes) == ["master", "words", "review", "enclosure"]
    order = [node.name for node in Graph(stages, "episode").upto("enclosure")]
    assert order == ["master", "enclosure"]


def test_what_must_be_kept_before_a_decision_comes_before_the_gate(
    make_stage: MakeStage,
) -> None:
    stages = [
        make_stage("enclosure", ("build/words",), ("build/enclosure.mp3",)),
        make_stage("openings", ("build/words",), ("build/openings",), early=True),
        make_stage("review", ("build/words",), ("build/quotes",), gate=True),
        make_stage("words", ("audio.*",), ("build/words",)),
    ]
    assert list(Graph(stages, "episode").nodes) == ["words", "openings", "review", "enclosure"]
    order = [node.name for node in Graph(stages, "episode").upto("review")]
    assert order == ["words", "review"]
