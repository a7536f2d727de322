import errno
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import ConfigError, PullquoteError, Refused

MakeStage = Callable[..., Stage[Any]]


def stage(name: str, run: Callable[[StageContext[Any]], None], **more: Any) -> Stage[Any]:
    declared: dict[str, Any] = {
        "inputs": ("audio.wav",),
        "outputs": (f"build/{name}.txt",),
        "settings": NoSettings,
    }
    return Stage(name, run, **(declared | more))


def copy(ctx: StageContext[Any]) -> None:
    ctx.write_text("build/copy.txt", ctx.input("audio.wav").read_text().strip())


def test_stages_run_in_the_order_of_their_files(show: Any, line: Runner) -> None:
    assert line.run("one").ran == ("master", "text", "item")
    assert line.run("one").ran == ()


def test_an_output_that_comes_out_the_same_stops_the_run_and_keeps_its_time(
    show: Any, make_stage: MakeStage
) -> None:
    reader = make_stage("reader", ("build/copy.txt",), ("build/reader.txt",))
    runner = Runner(show.workspace, [stage("copy", copy), reader])
    runner.run("one")
    os.utime(show.path("build/copy.txt"), ns=(10**9, 10**9))
    show.write("episodes/one/audio.wav", "sound  \n")
    assert show.explained(runner) == {"copy": ["changed: audio.wav"], "reader": ["after copy"]}
    assert runner.run("one").ran == ("copy",)
    assert show.path("build/copy.txt").stat().st_mtime_ns == 10**9


def test_to_runs_what_a_stage_needs_and_nothing_else(show: Any, line: Runner) -> None:
    assert line.run("one", to="text").ran == ("master", "text")


def test_force_runs_a_fresh_stage(show: Any, line: Runner) -> None:
    line.run("one")
    assert line.run("one", force=["text"]).ran == ("text",)


def test_unknown_names_of_stages(show: Any, line: Runner) -> None:
    with pytest.raises(ConfigError, match="no stage 'txt'"):
        line.run("one", to="txt")
    with pytest.raises(ConfigError, match="no stage 'feed'"):
        line.run("one", force=["feed"])
    with pytest.raises(ConfigError, match="'item' is not needed for 'text'"):
        line.run("one", to="text", force=["item"])
    with pytest.raises(ConfigError, match="no episode 'two'"):
        line.run("two")


def test_the_show_runs_over_all_episodes(show: Any, line: Runner) -> None:
    show.episode("two")
    line.run("one")
    assert line.run_show().ran == ("feed",)
    line.run("two")
    assert [str(r) for r in line.explain()[0].reasons] == ["added: episodes/two/build/item.json"]
    assert line.run_show().ran == ("feed",)
    assert line.run_show().ran == ()


def test_an_edited_output_is_refused_before_anything_runs(show: Any, line: Runner) -> None:
    line.run("one")
    show.write("episodes/one/build/text.json", "mine")
    show.write("episodes/one/audio.wav", "other")
    with pytest.raises(Refused) as refused:
        line.run("one")
    assert refused.value.message == (
        "edited by hand: episodes/one/build/text.json: make the change in corrections.toml"
    )
    assert refused.value.hint == "to overwrite it: pullquote run one --force text"
    assert show.path("build/text.json").read_text() == "mine"
    assert "changed: audio.wav" in show.explained(line)["master"]
    assert line.run("one", force=["text"]).ran == ("master", "text", "item")


def test_an_edited_output_outside_the_way_is_left_alone(show: Any, line: Runner) -> None:
    line.run("one")
    show.write("episodes/one/build/item.json", "mine")
    assert line.run("one", to="text").ran == ()


def test_a_failed_stage_changes_nothing_and_keeps_its_scratch(show: Any) -> None:
    seen: list[list[str]] = []

    def work(ctx: StageContext[Any]) -> None:
        seen.append(sorted(path.name for path in ctx.scratch.iterdir()))
        (ctx.scratch / "chunk").write_text("done")
        ctx.write_text("build/work.txt", f"{len(seen)}")
        if len(seen) in {1, 3}:
            raise PullquoteError("no more memory")

    runner = Runner(show.workspace, [stage("work", work)])
    with pytest.raises(PullquoteError, match="no more memory"):
        runner.run("one")
    assert show.built() == {}
    runner.run("one")
    show.write("episodes/one/audio.wav", "other")
    with pytest.raises(PullquoteError):
        runner.run("one")
    assert show.path("build/work.txt").read_text() == "2"
    show.write("episodes/one/audio.wav", "yet another")
    runner.run("one")
    assert seen == [[], ["chunk"], [], []]  # never what another input left


def test_outputs_that_are_no_longer_written_are_removed(show: Any) -> None:
    def clip(ctx: StageContext[Any]) -> None:
        for name in ctx.input("audio.wav").read_text().split():
            ctx.write_text(f"build/clips/{name}.mp3", name)

    runner = Runner(show.workspace, [stage("clip", clip, outputs=("build/clips/*.mp3",))])
    show.write("episodes/one/audio.wav", "a b c")
    runner.run("one")
    show.write("episodes/one/audio.wav", "b")
    runner.run("one")
    assert [path.name for path in show.path("build/clips").iterdir()] == ["b.mp3"]


def test_a_required_input_that_is_not_there(show: Any, line: Runner) -> None:
    show.path("audio.wav").unlink()
    with pytest.raises(PullquoteError, match=r"not there: episodes/one/audio\.\*"):
        line.run("one")


@pytest.mark.parametrize("name", ["build/other.txt", "build/../x", "/etc/x", "quotes.toml"])
def test_an_undeclared_output(show: Any, name: str) -> None:
    runner = Runner(show.workspace, [stage("work", lambda ctx: ctx.write_text(name, ""))])
    with pytest.raises(AssertionError, match="did not declare"):
        runner.run("one")


def test_an_undeclared_input(show: Any) -> None:
    def work(ctx: StageContext[Any]) -> None:
        ctx.input("episode.toml")

    runner = Runner(show.workspace, [stage("work", work)])
    with pytest.raises(AssertionError, match="did not declare"):
        runner.run("one")


def test_an_output_that_was_not_written(show: Any) -> None:
    with pytest.raises(AssertionError, match=r"did not write build/work\.txt"):
        Runner(show.workspace, [stage("work", lambda ctx: None)]).run("one")
    optional = stage("work", lambda ctx: None, outputs=("build/work.txt?",))
    assert Runner(show.workspace, [optional]).run("one").ran == ("work",)
    assert Runner(show.workspace, [optional]).run("one").ran == ()


def test_a_full_disk_is_an_error_for_people(show: Any) -> None:
    def work(ctx: StageContext[Any]) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(PullquoteError, match=r"'work' could not finish: the disk is full"):
        Runner(show.workspace, [stage("work", work)]).run("one")


@pytest.fixture
def cloned(show: Any, line: Runner) -> Runner:
    """An episode as a fresh clone has it: no recording, no media, no local state."""
    line.run("one")
    show.path("audio.wav").unlink()
    show.path("build/master.mp3").unlink()
    for path in sorted(show.workspace.state.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    return line


def test_a_fresh_clone_runs_nothing(show: Any, cloned: Runner) -> None:
    assert cloned.run("one").ran == ()
    assert cloned.status()[0].fresh


def test_offline_media_that_is_needed_is_made_again(show: Any, cloned: Runner) -> None:
    show.write("episodes/one/audio.wav", "sound")
    show.write("episodes/one/corrections.toml", "")
    assert cloned.run("one").ran == ("master", "text", "item")


def test_a_caller_can_ask_for_offline_outputs(show: Any, cloned: Runner) -> None:
    with pytest.raises(PullquoteError, match=r"audio\.wav is not on this machine"):
        cloned.run("one", need=["build/*.mp3"])
    show.write("episodes/one/audio.wav", "sound")
    assert cloned.run("one", need=["build/*.mp3"]).ran == ("master",)
    assert show.path("build/master.mp3").is_file()
    assert cloned.run("one", to="master", need=["build/master.mp3"]).ran == ()


def test_an_offline_recording_that_is_needed_is_named(show: Any, cloned: Runner) -> None:
    show.write("episodes/one/corrections.toml", "")
    with pytest.raises(PullquoteError) as error:
        cloned.run("one")
    assert error.value.message == (
        "episodes/one/audio.wav is not on this machine, and 'master' has to read it"
    )
    assert error.value.hint == "put the file back, or get it with: pullquote fetch one"


def test_media_made_again_with_other_bytes_runs_its_readers(
    show: Any, make_stage: MakeStage
) -> None:
    encoder = ["one encoder"]

    def master(ctx: StageContext[Any]) -> None:
        ctx.write_text("build/master.mp3", ctx.input("audio.wav").read_text() + encoder[0])

    stages = [
        stage("master", master, outputs=("build/master.mp3",)),
        make_stage("words", ("build/master.mp3",), ("build/words.json",)),
        make_stage("clip", ("build/master.mp3", "quotes.toml?"), ("build/clips.json",)),
    ]
    runner = Runner(show.workspace, stages)
    runner.run("one")
    show.path("build/master.mp3").unlink()
    encoder[0] = "another machine's encoder"
    show.write("episodes/one/quotes.toml", "")
    assert runner.run("one").ran == ("master", "words", "clip")


def test_a_name_that_is_not_utf8(show: Any, line: Runner) -> None:
    folder = os.fsencode(show.path("."))
    try:
        Path(os.fsdecode(folder + b"/audio.\xff")).write_text("sound")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    with pytest.raises(PullquoteError, match="not UTF-8"):
        line.run("one")


def test_what_a_newer_release_recorded_stays(
    show: Any, line: Runner, make_stage: MakeStage
) -> None:
    newer = make_stage("newer", ("audio.wav",), ("build/newer.txt",))
    Runner(show.workspace, [newer]).run("one")
    line.run("one")
    assert set(show.lock()) == {"newer", "master", "text", "item"}


def test_a_stage_that_takes_over_an_output(show: Any, make_stage: MakeStage) -> None:
    before = make_stage("old", ("audio.wav",), ("build/a.txt", "build/b.txt"))
    Runner(show.workspace, [before]).run("one")
    after = [
        replace(make_stage("old", ("audio.wav",), ("build/a.txt",)), version=2),
        make_stage("new", ("audio.wav",), ("build/b.txt",)),
    ]
    assert Runner(show.workspace, after).run("one").ran == ("old", "new")
    assert show.path("build/b.txt").is_file()


def test_a_failed_stage_leaves_nothing_staged(show: Any) -> None:
    def work(ctx: StageContext[Any]) -> None:
        ctx.write_text("build/work.txt", "half")
        raise PullquoteError("no")

    with pytest.raises(PullquoteError):
        Runner(show.workspace, [stage("work", work)]).run("one")
    assert not (show.workspace.state / "staged" / "one").exists()


def test_media_that_a_pull_left_behind_its_lock(show: Any, line: Runner) -> None:
    line.run("one")
    show.write("episodes/one/build/master.mp3", "an older build")
    with pytest.raises(Refused, match=r"git pull\): pullquote fetch one"):
        line.run("one")
    show.path("build/master.mp3").unlink()
    assert line.run("one").ran == ()


def test_a_lock_of_an_episode_removes_nothing_of_the_show(show: Any, line: Runner) -> None:
    line.run("one")
    line.run_show()
    path = show.path("build/lock.json")
    lock = json.loads(path.read_text())
    lock["stages"]["text"]["outputs"]["//feed/build/feed.xml"] = "ab" * 32
    path.write_text(json.dumps(lock))
    line.run("one", force=["text"])
    assert show.path("//feed/build/feed.xml").is_file()


def test_an_optional_file_in_build_that_a_command_writes(show: Any, make_stage: MakeStage) -> None:
    page = make_stage("page", ("//feed/build/published.json?",), ("//feed/build/p",), scope="show")
    runner = Runner(show.workspace, [page])
    assert runner.run_show().ran == ("page",)
    show.write("feed/build/published.json", "[]")
    assert [str(r) for r in runner.explain()[0].reasons] == ["added: feed/build/published.json"]


def test_a_build_folder_on_another_file_system(
    show: Any, line: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def replace(source: Any, target: Any) -> None:
        if Path(source).parent != Path(target).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    assert line.run("one").ran == ("master", "text", "item")
    assert line.run("one").ran == ()
    assert not list(show.path("build").glob(".*"))


def test_a_stage_knows_what_it_read_before_while_all_else_is_as_it_was(show: Any) -> None:
    seen: list[tuple[str, list[str]]] = []

    def run(ctx: StageContext[Any]) -> None:
        before = [path.read_text() for path in ctx.before("build/copy.txt")]
        same = ctx.unchanged("tracks/*")
        assert ctx.unchanged("audio.wav") <= set(map(str, ctx.inputs("audio.wav")))
        seen.append((",".join(before), sorted(Path(path).name for path in same)))
        ctx.write_text("build/copy.txt", str(len(seen)))

    inputs = ("audio.wav", "tracks/*?")
    show.write("episodes/one/tracks/ada.wav", "a")
    show.write("episodes/one/tracks/bo.wav", "b")
    first = stage("copy", run, inputs=inputs)
    Runner(show.workspace, [first]).run("one")
    show.write("episodes/one/tracks/bo.wav", "changed")
    show.write("episodes/one/tracks/cy.wav", "new")
    Runner(show.workspace, [first]).run("one")
    assert seen == [("", []), ("1", ["ada.wav"])]
    Runner(show.workspace, [first]).run("one", force=["copy"])
    Runner(show.workspace, [replace(first, version=2)]).run("one")
    show.write("episodes/one/build/copy.txt", "edited")
    Runner(show.workspace, [replace(first, version=2)]).run("one", force=["copy"])
    show.path("build/copy.txt").unlink()
    Runner(show.workspace, [replace(first, version=2)]).run("one")
    assert seen[2:] == [("2", []), ("3", []), ("edited", []), ("", [])]
