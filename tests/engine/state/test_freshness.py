from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipeline.engine.declared.settings import StageSettings, from_show
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.settings.podcasting import Person

LINE = ["master", "text", "item"]


@pytest.fixture
def built(show: Any, line: Runner) -> Runner:
    line.run("one")
    return line


def test_first_run(show: Any, line: Runner) -> None:
    assert show.explained(line) == {
        "master": ["first run"],
        "text": ["first run", "after master"],
        "item": ["first run", "after text"],
    }


def test_nothing_to_say_about_a_fresh_episode(show: Any, built: Runner) -> None:
    assert [(s.stage, s.state, s.reasons) for s in built.explain("one")] == [
        (name, "fresh", ()) for name in LINE
    ]


def test_a_changed_setting_is_named_by_file_table_and_key(show: Any, built: Runner) -> None:
    show.show(lufs=-14.0)
    assert show.explained(built)["master"] == ["changed: show.toml [audio] lufs"]


def test_a_changed_setting_of_the_episode(show: Any, built: Runner) -> None:
    show.episode("one", title="Two")
    assert show.explained(built) == {
        "text": ["changed: episode.toml title"],
        "item": ["changed: episode.toml title", "after text"],
    }


def test_a_setting_written_out_as_its_default_changes_nothing(show: Any, built: Runner) -> None:
    toml = show.path("//feed/show.toml")
    toml.write_text(toml.read_text() + "true_peak = -1.0 # as before\n")
    assert show.explained(built) == {}


def test_a_setting_that_a_new_release_brings(
    show: Any, make_stage: Callable[..., Stage[Any]], settings: dict[str, type[StageSettings]]
) -> None:
    def stage(reads: str) -> Stage[Any]:
        return make_stage("master", ("audio.*",), ("build/master.mp3",), settings[reads])

    Runner(show.workspace, [stage("nothing")]).run("one")
    newer = Runner(show.workspace, [stage("lufs")])
    assert show.explained(newer) == {}, "left out of show.toml it says what was done before"
    show.show(lufs=-14.0)
    assert show.explained(newer)["master"] == ["changed: show.toml [audio] lufs"]
    show.show()
    named = Runner(show.workspace, [stage("title")])
    assert show.explained(named)["master"] == ["changed: episode.toml title"], "it has no default"


class People(StageSettings):
    people: list[Person] = from_show("people")


class Names(StageSettings):
    names: list[str] = from_show("people_names", of="people")


def test_a_stage_that_reads_only_a_part_of_what_it_read(
    show: Any, make_stage: Callable[..., Stage[Any]]
) -> None:
    def runner(settings: type[StageSettings]) -> Runner:
        return Runner(
            show.workspace, [make_stage("master", ("audio.*",), ("build/master.mp3",), settings)]
        )

    toml = show.path("//feed/show.toml")
    before = toml.read_text()
    ada = '\n[[people]]\nname = "Ada"\n'
    toml.write_text(before + ada)
    runner(People).run("one")
    assert show.explained(runner(Names)) == {}
    toml.write_text(before + ada + 'href = "https://example.org/ada"\n')
    assert list(show.explained(runner(Names))) == ["master"], "the lock knows only the whole"
    toml.write_text(before + ada)
    runner(Names).run("one", force=["master"])
    toml.write_text(before + ada + 'href = "https://example.org/ada"\n')
    assert show.explained(runner(Names)) == {}
    toml.write_text(before + ada.replace("Ada", "Charles"))
    assert show.explained(runner(Names))["master"] == ["changed: show.toml [[people]] name"]


def test_a_changed_input(show: Any, built: Runner) -> None:
    show.write("episodes/one/audio.wav", "other")
    assert show.explained(built)["master"] == ["changed: audio.wav"]


def test_an_input_touched_but_equal_changes_nothing(show: Any, built: Runner) -> None:
    show.write("episodes/one/audio.wav", "sound")
    assert show.explained(built) == {}


def test_added_and_gone_inputs(show: Any, built: Runner) -> None:
    show.write("episodes/one/corrections.toml", "")
    show.write("feed/glossary.toml", "")
    assert show.explained(built)["text"] == [
        "added: feed/glossary.toml",
        "added: corrections.toml",
    ]
    built.run("one")
    show.path("corrections.toml").unlink()
    assert show.explained(built)["text"] == ["gone: corrections.toml"]


def test_a_missing_output(show: Any, built: Runner) -> None:
    show.path("build/audio.json").unlink()
    assert show.explained(built)["master"] == ["missing: build/audio.json"]


def test_an_output_declared_since(show: Any, built: Runner, make_stage: Any) -> None:
    stage = make_stage("master", ("audio.*",), ("build/master.mp3", "build/audio.json", "build/x"))
    others = [built_stage for built_stage in stages(built) if built_stage.name != "master"]
    assert show.explained(Runner(show.workspace, [stage, *others]))["master"] == [
        "missing: build/x"
    ]


def test_an_output_edited_by_hand(show: Any, built: Runner) -> None:
    show.write("episodes/one/build/text.json", "mine")
    states = {state.stage: state for state in built.explain("one")}
    assert states["text"].state == "edited"
    assert [str(reason) for reason in states["text"].reasons] == ["edited by hand: build/text.json"]


def test_media_that_a_pull_left_behind_is_not_called_edited_only(show: Any, built: Runner) -> None:
    show.write("episodes/one/build/master.mp3", "of an older release")
    assert show.explained(built)["master"] == [
        "edited, or left behind by a git pull (pullquote fetch): build/master.mp3"
    ]


def test_a_new_version_of_a_stage(show: Any, built: Runner) -> None:
    newer = [replace(s, version=2) if s.name == "text" else s for s in stages(built)]
    assert show.explained(Runner(show.workspace, newer)) == {
        "text": ["the stage itself changed: version 1 to 2"],
        "item": ["after text"],
    }


def test_a_required_file_that_is_not_there(show: Any, line: Runner) -> None:
    show.path("audio.wav").unlink()
    assert show.explained(line)["master"] == ["first run", "not there: audio.*"]


def test_recorded_media_that_is_absent_is_offline(show: Any, built: Runner) -> None:
    show.path("build/master.mp3").unlink()
    show.path("audio.wav").unlink()
    states = built.explain("one")
    assert {state.state for state in states} == {"fresh"}
    assert states[0].offline == ("build/master.mp3",)


def test_a_recording_replaced_by_another_is_not_offline(show: Any, built: Runner) -> None:
    show.path("audio.wav").rename(show.path("audio.flac"))
    assert show.explained(built)["master"] == ["added: audio.flac", "gone: audio.wav"]


def test_a_stray_file_in_build_is_nobodys_input(
    show: Any, make_stage: Callable[..., Stage[Any]]
) -> None:
    def clip(ctx: StageContext[Any]) -> None:
        ctx.write_text("build/clips/a.mp3", "a")

    stage = make_stage("clip", ("audio.wav",), ("build/clips/*.mp3",))
    page = make_stage("page", ("build/clips/*.mp3",), ("build/page.html",))
    runner = Runner(show.workspace, [replace(stage, run=clip), page])
    runner.run("one")
    built = show.path("build/page.html").read_bytes()
    show.write("episodes/one/build/clips/stray.mp3", "stray")
    assert runner.run("one", force=["page"]).ran == ("page",)
    assert show.path("build/page.html").read_bytes() == built


def stages(runner: Runner) -> tuple[Stage[Any], ...]:
    return tuple(node.stage for node in runner._graphs[False].nodes.values())
