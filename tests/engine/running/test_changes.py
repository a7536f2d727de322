"""What becomes of a run whose files change while it reads them."""

from typing import Any

import pytest

from pipeline.engine.declared import files
from pipeline.engine.declared.stage import StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import PullquoteError
from tests.engine.running.test_runner import stage


def test_a_file_that_changes_while_it_is_read(show: Any) -> None:
    def work(ctx: StageContext[Any]) -> None:
        ctx.write_text("build/work.txt", "half")
        show.write("episodes/one/audio.wav", "more sound")

    runner = Runner(show.workspace, [stage("work", work)])
    with pytest.raises(PullquoteError, match=r"episodes/one/audio\.wav changed while 'work'"):
        runner.run("one")
    assert show.built() == {}


def test_a_file_that_changes_within_one_tick_of_the_clock(
    show: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(ctx: StageContext[Any]) -> None:
        ctx.write_text("build/work.txt", "half")
        show.write("episodes/one/audio.wav", show.path("audio.wav").read_text()[::-1])

    show.write("episodes/one/audio.wav", "sound")
    monkeypatch.setattr(files, "_is_same", lambda was, now: True)
    runner = Runner(show.workspace, [stage("work", work)])
    with pytest.raises(PullquoteError, match=r"episodes/one/audio\.wav changed while 'work'"):
        runner.run("one")


def test_a_file_that_appears_while_a_stage_runs(show: Any) -> None:
    def work(ctx: StageContext[Any]) -> None:
        ctx.write_text("build/work.txt", "half")
        show.write("episodes/one/tracks/ann.wav", "sound")

    runner = Runner(show.workspace, [stage("work", work, inputs=("tracks/*.wav?",))])
    with pytest.raises(PullquoteError, match=r"tracks/ann\.wav changed while 'work'"):
        runner.run("one")


@pytest.mark.parametrize("changes", [4, 5])
def test_a_show_is_made_again_where_an_episode_was_run_meanwhile(show: Any, changes: int) -> None:
    seen: list[str] = []

    def work(ctx: StageContext[Any]) -> None:
        seen.append(ctx.inputs("//episodes/*/episode.toml")[0].read_text())
        ctx.write_text("//feed/build/all.txt", seen[-1])
        if len(seen) <= changes:
            show.write("episodes/one/episode.toml", f"{seen[0]}# {len(seen)}\n")

    declared = {"inputs": ("//episodes/*/episode.toml",), "outputs": ("//feed/build/all.txt",)}
    runner = Runner(show.workspace, [stage("work", work, scope="show", **declared)])
    if changes == 5:
        with pytest.raises(PullquoteError, match="changed while 'work'"):
            runner.run_show()
        return
    assert runner.run_show().ran == ("work",)
    assert (show.workspace.feed / "build/all.txt").read_text().endswith("# 4\n")
