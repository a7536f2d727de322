from collections.abc import Callable
from typing import Any

from pipeline.engine.declared.graph import Graph
from pipeline.engine.declared.stage import Stage

MakeStage = Callable[..., Stage[Any]]


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
