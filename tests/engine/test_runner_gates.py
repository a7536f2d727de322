"""Stages that wait for a person, and what runs around them."""

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import Waiting

MakeStage = Callable[..., Stage[Any]]


def review(ctx: StageContext[Any]) -> None:
    ledger = ctx.optional("quotes.toml")
    if ledger is None or "done" not in ledger.read_text():
        raise Waiting("3 quotes wait for review", "decide with: pullquote review one")
    ctx.write_text("build/quotes.json", ledger.read_text())


@pytest.fixture
def gated(show: Any, make_stage: MakeStage) -> Runner:
    gate = Stage(
        "review",
        review,
        ("build/words.json", "quotes.toml?"),
        ("build/quotes.json",),
        NoSettings,
        gate=True,
    )
    return Runner(
        show.workspace,
        [
            make_stage("enclosure", ("audio.wav",), ("build/enclosure.mp3",)),
            make_stage("words", ("audio.wav",), ("build/words.json",)),
            gate,
            make_stage("notes", ("build/quotes.json",), ("build/notes.md",)),
        ],
    )


def test_a_closed_gate_ends_the_run_as_waiting(show: Any, gated: Runner) -> None:
    result = gated.run("one")
    assert result.ran == ("words",)
    assert str(result.waiting) == "3 quotes wait for review\n  decide with: pullquote review one"
    states = {state.stage: state for state in gated.explain("one")}
    assert {name: state.state for name, state in states.items()} == {
        "words": "fresh",
        "review": "waiting",
        "notes": "waiting",
        "enclosure": "stale",
    }
    assert [str(reason) for reason in states["review"].reasons] == ["waiting for review"]
    assert [str(reason) for reason in states["notes"].reasons] == [
        "first run",
        "waiting for review",
    ]


def test_a_waiting_gate_is_asked_again_and_the_lock_stays_as_it_is(
    show: Any, gated: Runner
) -> None:
    gated.run("one")
    before = show.path("build/lock.json").stat()
    assert gated.run("one").waiting
    after = show.path("build/lock.json").stat()
    # Reading a file may move its time of access, so that is none of what is compared.
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_what_does_not_need_the_gate_can_be_made(show: Any, gated: Runner) -> None:
    result = gated.run("one", to="enclosure")
    assert (result.ran, result.waiting) == (("enclosure",), None)


def test_an_open_gate_lets_everything_pass(show: Any, gated: Runner) -> None:
    gated.run("one")
    show.write("episodes/one/quotes.toml", "done")
    assert show.explained(gated)["review"] == ["added: quotes.toml"]
    result = gated.run("one")
    assert (result.ran, result.waiting) == (("review", "enclosure", "notes"), None)


def test_a_gate_that_closes_again_keeps_what_it_had_made(show: Any, gated: Runner) -> None:
    show.write("episodes/one/quotes.toml", "done")
    gated.run("one")
    show.write("episodes/one/quotes.toml", "not yet")
    assert gated.run("one").waiting
    assert show.path("build/quotes.json").read_text() == "done"
    show.write("episodes/one/audio.wav", "other")
    assert show.explained(gated)["review"] == ["after words"]
    assert gated.run("one").ran == ("words",)


def test_only_a_gate_may_wait(show: Any) -> None:
    def work(ctx: StageContext[Any]) -> None:
        raise Waiting("later")

    open_stage = Stage("work", work, ("audio.wav",), ("build/work.txt",), NoSettings)
    with pytest.raises(AssertionError, match="not declared as a gate"):
        Runner(show.workspace, [open_stage]).run("one")
