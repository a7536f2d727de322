"""The engine's laws, over generated tables of stages and kills at every write."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Keeping, Stage, StageContext
from pipeline.engine.running.runner import Runner

Settings = dict[str, Any]
MakeShow = Callable[[Path], Any]
MakeStage = Callable[..., Stage[Any]]

HUMAN = ("audio.wav", "quotes.toml", "corrections.toml?")
laws = hypothesis_settings(max_examples=15)


@dataclass(frozen=True)
class Plan:
    """A generated stage: indices of human files and of earlier stages that it reads."""

    human: frozenset[int]
    earlier: frozenset[int]
    outputs: tuple[str, ...]  # endings
    settings: str


@st.composite
def tables(draw: st.DrawFn) -> list[Plan]:
    """Tables of one to six stages, in an order that respects what they read."""
    found: list[Plan] = []
    for index in range(draw(st.integers(1, 6))):
        earlier = (
            draw(st.frozensets(st.integers(0, index - 1), max_size=3)) if index else frozenset()
        )
        human = st.frozensets(st.integers(0, len(HUMAN) - 1), min_size=not earlier, max_size=2)
        outputs = st.lists(st.sampled_from([".json", ".mp3", ".txt"]), min_size=1, max_size=2)
        reads = st.sampled_from(["nothing", "lufs", "title", "both"])
        found.append(Plan(draw(human), earlier, tuple(draw(outputs)), draw(reads)))
    return found


def stages_of(table: list[Plan], make_stage: MakeStage, settings: Settings) -> list[Stage[Any]]:
    names = [
        [f"build/s{index}-{number}{ending}" for number, ending in enumerate(plan.outputs)]
        for index, plan in enumerate(table)
    ]
    stages = []
    for index, plan in enumerate(table):
        inputs = [HUMAN[i] for i in sorted(plan.human)]
        inputs += [name for i in sorted(plan.earlier) for name in names[i]]
        stages.append(
            make_stage(f"s{index}", tuple(inputs), tuple(names[index]), settings[plan.settings])
        )
    return stages[::-1]  # the engine finds the order


def descendants(table: list[Plan], touched: Callable[[Plan], bool]) -> set[str]:
    found: set[int] = set()
    for index, plan in enumerate(table):
        if touched(plan) or plan.earlier & found:
            found.add(index)
    return {f"s{index}" for index in found}


@contextmanager
def new_show(make_show: MakeShow) -> Iterator[Any]:
    with tempfile.TemporaryDirectory() as folder:
        show = make_show(Path(folder))
        show.write("episodes/one/quotes.toml", "quotes")
        yield show


@laws
@given(table=tables())
def test_a_second_run_executes_nothing(
    table: list[Plan], make_show: MakeShow, make_stage: MakeStage, settings: Settings
) -> None:
    with new_show(make_show) as show:
        stages = stages_of(table, make_stage, settings)
        assert set(Runner(show.workspace, stages).run("one").ran) == {s.name for s in stages}
        built = show.built()
        assert Runner(show.workspace, stages).run("one").ran == ()
        assert show.built() == built
        assert show.explained(Runner(show.workspace, stages)) == {}
        assert all(status.fresh for status in Runner(show.workspace, stages).status())


@laws
@given(table=tables(), what=st.sampled_from(["file", "lufs", "title"]), data=st.data())
def test_a_change_runs_exactly_its_descendants(
    table: list[Plan],
    what: str,
    data: st.DataObject,
    make_show: MakeShow,
    make_stage: MakeStage,
    settings: Settings,
) -> None:
    with new_show(make_show) as show:
        stages = stages_of(table, make_stage, settings)
        Runner(show.workspace, stages).run("one")
        if what == "file":
            index = data.draw(st.integers(0, len(HUMAN) - 1))
            path = show.path(HUMAN[index].removesuffix("?"))
            change_a_byte(path, data)
            expected = descendants(table, lambda plan: index in plan.human)
        else:
            change_setting(show, what)
            expected = descendants(table, lambda plan: plan.settings in {what, "both"})
        runner = Runner(show.workspace, stages)
        assert set(show.explained(runner)) == expected
        assert set(runner.run("one").ran) == expected
        assert Runner(show.workspace, stages).run("one").ran == ()
        with new_show(make_show) as other:  # an update gives the bytes of a build from nothing
            copy_inputs(show, other)
            Runner(other.workspace, stages).run("one")
            assert show.built() == other.built()


@laws
@given(table=tables(), what=st.sampled_from(["file", "lufs", "title"]), data=st.data())
def test_of_a_released_episode_a_change_runs_the_descendants_of_what_it_does_not_keep(
    table: list[Plan],
    what: str,
    data: st.DataObject,
    make_show: MakeShow,
    make_stage: MakeStage,
    settings: Settings,
) -> None:
    """The exception to the law above: what listeners have follows files here, and no settings.

    Once the host takes it anew, exactly what was held back runs, and gives a build from nothing.
    """
    keeps = data.draw(st.frozensets(st.integers(0, len(table) - 1)))
    with new_show(make_show) as show:
        names = [f"s{index}" for index in sorted(keeps)]
        stages = [
            replace(stage, keeps=Keeping("sound", "--remaster", stage.inputs))
            if stage.name in names
            else stage
            for stage in stages_of(table, make_stage, settings)
        ]
        Runner(show.workspace, stages).run("one")
        show.write("feed/build/published.json", '{"version": 1, "episodes": ["one"]}')
        if what == "file":
            index = data.draw(st.integers(0, len(HUMAN) - 1))
            change_a_byte(show.path(HUMAN[index].removesuffix("?")), data)
            expected = descendants(table, lambda plan: index in plan.human)
        else:
            change_setting(show, what)
            readers = {id(plan) for index, plan in enumerate(table) if index not in keeps}
            expected = descendants(
                table, lambda plan: id(plan) in readers and plan.settings in {what, "both"}
            )
        runner = Runner(show.workspace, stages)
        assert set(show.explained(runner)) == expected
        assert set(runner.run("one").ran) == expected
        assert runner.run("one").ran == ()
        runner.run("one", renew=names)
        assert runner.run("one", renew=names).ran == ()
        assert {state.kept for state in runner.explain("one")} == {()}
        with new_show(make_show) as other:
            copy_inputs(show, other)
            Runner(other.workspace, stages).run("one")
            assert built_bytes(show) == built_bytes(other)


def built_bytes(show: Any) -> dict[str, bytes]:
    """What was built, without the records of how and for whom."""
    return {
        name: content
        for name, content in show.built().items()
        if not name.endswith(("lock.json", "published.json"))
    }


@laws
@given(table=tables(), data=st.data())
def test_remembered_states_are_the_states(
    table: list[Plan],
    data: st.DataObject,
    make_show: MakeShow,
    make_stage: MakeStage,
    settings: Settings,
) -> None:
    """`status` answers from memory; it must say what a look at everything says."""
    with new_show(make_show) as show, patch("pipeline.engine.declared.files.RACY_NS", -1):
        stages = stages_of(table, make_stage, settings)
        actions = st.sampled_from(["run", "byte", "lufs", "title", "remove", "edit"])
        for action in data.draw(st.lists(actions, min_size=1, max_size=5)):
            act(action, show, Runner(show.workspace, stages), data)
            runner = Runner(show.workspace, stages)
            told = [runner.status()[0].stages, runner.status()[0].stages]
            assert [list(states) for states in told] == [runner.explain("one")] * 2


def act(action: str, show: Any, runner: Runner, data: st.DataObject) -> None:
    outputs = [p for p in sorted(show.path("build").glob("*")) if p.name != "lock.json"]
    if action == "run":
        runner.run("one", force=[state.stage for state in runner.explain("one")])
    elif action == "byte":
        change_a_byte(show.path("audio.wav"), data)
    elif action in {"lufs", "title"}:
        change_setting(show, action)
    elif outputs:
        path = data.draw(st.sampled_from(outputs))
        path.unlink() if action == "remove" else change_a_byte(path, data)


def change_a_byte(path: Path, data: st.DataObject) -> None:
    content = bytearray(path.read_bytes() if path.exists() else b"")
    position = data.draw(st.integers(0, len(content)))
    if position == len(content):
        content.append(7)
    else:
        content[position] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)


def change_setting(show: Any, what: str) -> None:
    if what == "lufs":
        show.show(lufs=-14.0)
    else:
        audio = show.path("audio.wav").read_bytes()
        show.episode("one", title="Another")
        show.path("audio.wav").write_bytes(audio)


def copy_inputs(show: Any, other: Any) -> None:
    for name in (
        "//feed/show.toml",
        "episode.toml",
        "audio.wav",
        "quotes.toml",
        "corrections.toml",
    ):
        if show.path(name).exists():
            other.path(name).write_bytes(show.path(name).read_bytes())


class Killed(BaseException):
    """Stands for SIGKILL: nothing that comes after it has an effect on the disk."""


@contextmanager
def killed_at(moment: int) -> Iterator[list[str]]:
    """Die at the n-th call that changes the disk, before it has its effect; yields the calls made."""
    calls: list[str] = []

    def deadly(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*args: Any, **options: Any) -> Any:
            if len(calls) >= moment:
                raise Killed
            calls.append(name)
            return real(*args, **options)

        return call

    with ExitStack() as stack:
        for name in ("replace", "fsync", "unlink", "rmdir", "mkdir"):
            stack.enter_context(patch.object(os, name, deadly(name)))
        yield calls


def clips_stages() -> list[Stage[Any]]:
    """As many clips as the ledger asks for: the number of outputs changes, also to fewer."""

    def clip(ctx: StageContext[Any]) -> None:
        sound = ctx.input("audio.wav").read_text()
        for name in ctx.input("quotes.toml").read_text().split():
            ctx.write_text(f"build/clips/{name}.mp3", f"{name} of {sound}")
        ctx.write_text("build/clips.json", sound)

    def page(ctx: StageContext[Any]) -> None:
        ctx.write_text("build/page.html", " ".join(p.name for p in ctx.inputs("build/clips/*.mp3")))

    return [
        Stage(
            "clip",
            clip,
            ("audio.wav", "quotes.toml"),
            ("build/clips/*.mp3", "build/clips.json"),
            NoSettings,
        ),
        Stage("page", page, ("build/clips/*.mp3",), ("build/page.html",), NoSettings),
    ]


LEDGERS = [("", "a b c"), ("a b c", "b d"), ("a b", "")]


@pytest.mark.parametrize(("before", "after"), LEDGERS)
def test_a_kill_at_any_write_leaves_no_trace(
    before: str, after: str, tmp_path: Path, make_show: MakeShow
) -> None:
    def prepared(folder: str) -> Any:
        show = make_show(tmp_path / folder)
        show.write("episodes/one/quotes.toml", before)
        if before:
            Runner(show.workspace, clips_stages()).run("one")
        show.write("episodes/one/quotes.toml", after)
        show.write("episodes/one/audio.wav", "other sound")
        return show

    undisturbed = prepared("undisturbed")
    with killed_at(10**9) as calls:
        Runner(undisturbed.workspace, clips_stages()).run("one")
    assert len(calls) > 20
    for moment in range(len(calls)):
        show = prepared(f"killed-at-{moment}")
        with pytest.raises(Killed), killed_at(moment):
            Runner(show.workspace, clips_stages()).run("one")
        Runner(show.workspace, clips_stages()).run("one")
        assert show.built() == undisturbed.built(), f"killed at {moment}: {calls[moment]}"
        assert Runner(show.workspace, clips_stages()).run("one").ran == ()


@laws
@given(table=tables(), moments=st.lists(st.integers(0, 60), min_size=1, max_size=3))
def test_kills_again_and_again_leave_no_trace(
    table: list[Plan],
    moments: list[int],
    make_show: MakeShow,
    make_stage: MakeStage,
    settings: Settings,
) -> None:
    stages = stages_of(table, make_stage, settings)
    with new_show(make_show) as undisturbed, new_show(make_show) as show:
        Runner(show.workspace, stages).run("one")
        for other in (undisturbed, show):
            other.write("episodes/one/audio.wav", "other sound")
            other.show(lufs=-14.0)
        Runner(undisturbed.workspace, stages).run("one")
        for moment in moments:
            try:
                with killed_at(moment):
                    Runner(show.workspace, stages).run("one")
            except Killed:
                pass
        Runner(show.workspace, stages).run("one")
        assert show.built() == undisturbed.built()


def test_a_real_sigkill_leaves_no_trace(tmp_path: Path, make_show: MakeShow) -> None:
    def run(show: Any, moment: int) -> int:
        script = Path(__file__).with_name("workers.py")
        command = [sys.executable, str(script), str(show.root), str(moment)]
        return subprocess.run(command, check=False).returncode

    def prepared(name: str) -> Any:
        show = make_show(tmp_path / name)
        show.episode("one", audio="a b c")
        return show

    undisturbed = prepared("undisturbed")
    assert run(undisturbed, 0) == 0
    show = prepared("killed")
    moments = [2, 3, 2, 1]  # two parts, then the lock twice
    assert [run(show, moment) for moment in moments] == [-signal.SIGKILL] * len(moments)
    assert run(show, 0) == 0
    assert show.built() == undisturbed.built()
