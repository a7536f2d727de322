"""What a released episode keeps, and what the host may take anew."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipeline.engine.declared.settings import StageSettings, from_episode, from_show
from pipeline.engine.declared.stage import Keeping, Stage, StageContext, StageLook
from pipeline.engine.running.runner import Runner
from pipeline.engine.state.lock import Lock, read_lock
from pipeline.errors import ConfigError, PullquoteError
from pipeline.settings.production import AudioSettings
from pipeline.settings.show import load_show

MakeStage = Callable[..., Stage[Any]]
SOUNDS = "//feed/sounds/*"
RENEW = ("master", "enclosure")


class Sound(StageSettings):
    audio: AudioSettings = from_show("audio")
    starts: dict[str, float] = from_episode("starts")


class Tags(StageSettings):
    show: str = from_show("title")
    title: str = from_episode("title")


def master(ctx: StageContext[Sound]) -> None:
    audio = ctx.settings.audio
    music = ctx.pick(SOUNDS, audio.intro) if audio.intro else None
    heard = [music.read_text()] if music else []
    heard += [ctx.inputs("audio.*")[0].read_text(), str(audio.lufs), str(ctx.settings.starts)]
    ctx.write_text("build/master.mp3", "\n".join(heard))


def stages(make_stage: MakeStage) -> list[Stage[Any]]:
    return [
        Stage(
            "master", master, ("audio.*", f"{SOUNDS}?"), ("build/master.mp3",), Sound,
            long=lambda _: "mastered",
            keeps=Keeping("sound", "--remaster", ("audio.*", "episode.toml starts"), remembers=True),
            picks=(SOUNDS,),
        ),
        make_stage("text", ("build/master.mp3", "words.txt?"), ("build/text.json",), Tags),
        make_stage(
            "enclosure", ("build/master.mp3", "build/text.json", "//feed/artwork.jpg?"),
            ("build/enclosure.mp3",), Tags, keeps=Keeping("tags", "--retag", ("build/master.mp3",)),
        ),
        make_stage("item", ("build/enclosure.mp3", "build/text.json"), ("build/item.json",), Tags),
    ]  # fmt: skip


@pytest.fixture
def runner(show: Any, make_stage: MakeStage) -> Runner:
    show.write("feed/sounds/theme.wav", "theme")
    show.write("feed/artwork.jpg", "cover")
    made = Runner(show.workspace, stages(make_stage))
    assert made.run("one").ran == ("master", "text", "enclosure", "item")
    publish(show)
    return made


def publish(show: Any, *slugs: str, withdrawn: tuple[str, ...] = ()) -> None:
    listed = {"version": 1, "episodes": list(slugs or ("one",)), "withdrawn": list(withdrawn)}
    show.write("feed/build/published.json", json.dumps(listed))


def set_audio(show: Any, line: str) -> None:
    path = show.path("//feed/show.toml")
    path.write_text(path.read_text() + line + "\n")


def kept(runner: Runner) -> dict[str, list[str]]:
    return {s.stage: [str(r) for r in s.kept] for s in runner.explain("one") if s.kept}


def forget_values(show: Any) -> None:
    """Leave the lock as a release of ours wrote it that kept digests only."""
    path = show.path("build/lock.json")
    lock = json.loads(path.read_bytes())
    assert lock["stages"]["master"].pop("kept")
    path.write_text(json.dumps(lock))


def test_a_released_episode_keeps_its_sound_and_its_tags(show: Any, runner: Runner) -> None:
    before = show.built()
    set_audio(show, 'intro = "theme.wav"')
    show.write("feed/artwork.jpg", "another cover")
    assert kept(runner) == {
        "master": ["changed: show.toml [audio] intro"],
        "enclosure": ["changed: feed/artwork.jpg"],
    }
    assert show.explained(runner) == {}
    assert runner.status()[0].fresh
    assert runner.status()[0].stages == tuple(runner.explain("one"))
    assert runner.run("one").ran == ()
    assert show.built() == before


def test_a_draft_follows_the_show_at_once(show: Any, runner: Runner) -> None:
    publish(show, "two")
    set_audio(show, 'intro = "theme.wav"')
    assert kept(runner) == {}
    assert show.explained(runner)["master"] == ["changed: show.toml [audio] intro"]
    assert "master" in runner.run("one").ran
    assert show.path("build/master.mp3").read_text().startswith("theme")


def test_what_was_taken_out_of_the_feed_was_released(show: Any, runner: Runner) -> None:
    publish(show, "two", withdrawn=("one",))
    set_audio(show, "fade = 2.0")
    assert runner.run("one").ran == ()


def test_the_host_takes_the_sound_of_today(show: Any, runner: Runner) -> None:
    set_audio(show, 'intro = "theme.wav"')
    assert runner.run("one", renew=RENEW).ran == ("master", "text", "enclosure", "item")
    assert show.path("build/master.mp3").read_text().startswith("theme")
    assert kept(runner) == {}
    lock = show.lock()
    assert lock["master"]["meant"]
    assert lock["enclosure"]["meant"]
    show.write("episodes/one/audio.wav", "other sound")
    runner.run("one")
    assert "meant" not in show.lock()["master"] | show.lock()["enclosure"]


def test_the_host_takes_the_tags_of_today(show: Any, runner: Runner) -> None:
    set_audio(show, "fade = 2.0")
    show.write("feed/artwork.jpg", "another cover")
    assert runner.run("one", renew=["enclosure"]).ran == ("enclosure", "item")
    assert list(kept(runner)) == ["master"]


def test_another_recording_gets_the_sound_of_the_release(show: Any, runner: Runner) -> None:
    set_audio(show, 'intro = "theme.wav"')
    show.show(lufs=-14.0)
    show.write("episodes/one/audio.wav", "other sound")
    show.write("feed/artwork.jpg", "another cover")
    assert set(runner.run("one").ran) == {"master", "text", "enclosure", "item"}
    assert show.path("build/master.mp3").read_text() == "other sound\n-16.0\n{}"
    assert kept(runner) == {"master": ["changed: show.toml [audio] lufs"]}, "tags are new as well"
    assert runner.run("one").ran == ()


def test_what_todays_settings_get_wrong_stops_nothing_that_is_kept(
    show: Any, make_stage: MakeStage, runner: Runner
) -> None:
    def check(look: StageLook[Sound]) -> None:
        if look.settings.audio.intro:
            raise ConfigError("no such music")

    checked = [replace(each, check=check if each.name == "master" else None)
               for each in stages(make_stage)]  # fmt: skip
    checking = Runner(show.workspace, checked)
    set_audio(show, 'intro = "gone.wav"')
    show.write("episodes/one/words.txt", "corrected")
    assert checking.run("one").ran == ("text", "item")
    show.write("episodes/one/audio.wav", "other sound")
    assert "master" in checking.run("one").ran
    with pytest.raises(ConfigError, match="no such music"):
        checking.run("one", renew=RENEW)


def test_a_lock_that_holds_digests_only(show: Any, runner: Runner) -> None:
    forget_values(show)
    set_audio(show, 'intro = "theme.wav"\nfade = 2.0')
    assert kept(runner) == {"master": ["changed: show.toml [audio]"]}
    assert runner.run("one").ran == ()
    show.write("episodes/one/audio.wav", "other sound")
    runner.run("one")
    assert show.path("build/master.mp3").read_text() == "other sound\n-16.0\n{}"
    assert show.lock()["master"]["kept"]["show.toml audio"]["fade"] == 1.0


def test_a_sound_that_nobody_knows_any_more(show: Any, runner: Runner) -> None:
    show.show(lufs=-18.0)
    runner.run("one", renew=RENEW)
    forget_values(show)
    show.show(lufs=-14.0)
    assert runner.run("one").ran == ()
    show.write("episodes/one/audio.wav", "other sound")
    with pytest.raises(PullquoteError, match=r"one keeps the sound of its release, and") as error:
        runner.run("one")
    assert error.value.hint.endswith("pullquote run one --remaster")
    show.show(lufs=-18.0)
    runner.run("one")
    assert show.path("build/master.mp3").read_text() == "other sound\n-18.0\n{}"


@pytest.mark.parametrize("now", ["another theme", None])
def test_music_of_the_release_that_is_another_or_gone(
    show: Any, runner: Runner, now: str | None
) -> None:
    set_audio(show, 'intro = "theme.wav"')
    runner.run("one", renew=RENEW)
    theme = show.path("//feed/sounds/theme.wav")
    theme.write_text(now) if now else theme.unlink()
    assert runner.run("one").ran == ()
    assert kept(runner)["master"] == [f"{'changed' if now else 'gone'}: feed/sounds/theme.wav"]
    show.write("episodes/one/audio.wav", "other sound")
    with pytest.raises(PullquoteError, match=r"and feed/sounds/theme\.wav is not what it was then"):
        runner.run("one")
    theme.write_text("theme")
    runner.run("one")
    assert show.path("build/master.mp3").read_text() == "theme\nother sound\n-16.0\n{}"


def test_a_sound_file_that_nothing_names_is_nobodys_input(show: Any, runner: Runner) -> None:
    show.write("feed/sounds/other.wav", "other")
    publish(show, "two")
    assert show.explained(runner) == {}


def test_a_master_that_is_not_here_is_made_as_it_was(show: Any, runner: Runner) -> None:
    before = show.path("build/master.mp3").read_bytes()
    show.show(lufs=-14.0)
    show.path("build/master.mp3").unlink()
    show.write("episodes/one/words.txt", "corrected")
    assert runner.run("one").ran == ("master", "text", "item")
    assert show.path("build/master.mp3").read_bytes() == before


def test_a_file_of_the_release_that_is_not_here_is_fetched(show: Any, runner: Runner) -> None:
    show.path("build/enclosure.mp3").unlink()
    show.write("feed/artwork.jpg", "another cover")
    assert runner.run("one", need=["build/enclosure.mp3"]).ran == (), "the store has it"
    show.episode("one", title="Another")
    with pytest.raises(PullquoteError, match="'item' has to read it") as error:
        runner.run("one")
    assert "pullquote fetch one" in error.value.hint


def test_a_stage_that_changed_makes_no_released_sound_anew(
    show: Any, runner: Runner, make_stage: MakeStage
) -> None:
    newer = [replace(stage, version=2) for stage in stages(make_stage)]
    assert Runner(show.workspace, newer).run("one").ran == ("text", "item")


def test_a_key_that_a_new_release_brings_is_no_change(show: Any, runner: Runner) -> None:
    path = show.path("build/lock.json")
    lock = json.loads(path.read_bytes())
    del lock["stages"]["master"]["kept"]["show.toml audio"]["fold"]
    lock["stages"]["master"]["settings"]["show.toml audio"] = "0123456789abcdef"
    path.write_text(json.dumps(lock))
    publish(show, "two")
    assert show.explained(runner) == {}


def test_a_quick_run_leaves_what_takes_minutes_and_what_is_made_of_it(
    show: Any, runner: Runner
) -> None:
    show.write("episodes/one/audio.wav", "other sound")
    show.episode("one", title="Another", audio="other sound")
    before = show.built()
    result = runner.run("one", quick=True)
    assert result.ran == ()
    assert [each.stage for each in result.left] == ["master", "text", "enclosure", "item"]
    assert result.left[0].long == "mastered"
    assert [str(reason) for reason in result.left[0].reasons] == ["changed: audio.wav"]
    assert show.built() == before
    runner.run("one")
    show.episode("one", title="A third", audio="other sound")
    assert runner.run("one", quick=True).ran == ("text", "item")


def test_a_quick_run_makes_no_media_again(show: Any, runner: Runner) -> None:
    show.path("build/master.mp3").unlink()
    show.write("episodes/one/words.txt", "corrected")
    assert [each.stage for each in runner.run("one", quick=True).left] == ["text", "item"]
    assert not show.path("build/master.mp3").exists()


def test_every_edited_output_is_named_with_one_command_for_all(show: Any, runner: Runner) -> None:
    show.write("episodes/one/build/text.json", "mine")
    show.write("episodes/one/build/item.json", "mine")
    with pytest.raises(PullquoteError) as refused:
        runner.run("one", force=["master"])
    assert refused.value.message.splitlines() == [
        "edited by hand:",
        "  episodes/one/build/text.json: 'text' writes it",
        "  episodes/one/build/item.json: 'item' writes it",
    ]
    command = "pullquote run one --force master --force text --force item"
    assert refused.value.hint == f"to overwrite them: {command}"
    assert runner.run("one", force=["text", "item"]).ran == ("text", "item")


def test_the_lock_of_a_draft_reads_as_before(show: Any, runner: Runner) -> None:
    lock = read_lock(show.path("build/lock.json"), "lock.json")
    assert lock.stages["master"].kept == {
        "show.toml audio": load_show(show.workspace).audio.model_dump()
    }
    assert Lock.model_validate_json(lock.encode()) == lock


def newer(make_stage: MakeStage) -> list[Stage[Any]]:
    """The stages of a later Pullquote: one works otherwise, one is new, and one reads what that makes."""
    before = list(stages(make_stage))[:-1]
    more = (*before[1].outputs, "build/more.json")
    before[1] = make_stage("text", before[1].inputs, more, Tags, version=2)
    card = make_stage("card", ("build/text.json",), ("build/card.txt",), Tags)
    inputs = ("build/enclosure.mp3", "build/text.json", "build/card.txt")
    return [*before, card, make_stage("item", inputs, ("build/item.json",), Tags, version=2)]


def test_what_is_released_does_not_change_with_our_update(
    show: Any, runner: Runner, make_stage: MakeStage
) -> None:
    assert not runner.status()[0].stands
    later = Runner(show.workspace, newer(make_stage))
    (status,) = later.status()
    assert (status.stands, status.fresh, status.whole) == (True, True, False)
    assert later.status() == [status]
    publish(show, "two")
    assert not later.status()[0].fresh  # of a draft


def test_a_host_s_change_takes_what_is_newer_too(
    show: Any, runner: Runner, make_stage: MakeStage
) -> None:
    later = Runner(show.workspace, newer(make_stage))
    show.write("episodes/one/words.txt", "words")
    assert not later.status()[0].fresh
    assert later.run("one").ran == ("text", "card", "item")
    assert later.status()[0].whole


def test_a_release_by_name_takes_what_is_newer(
    show: Any, runner: Runner, make_stage: MakeStage
) -> None:
    assert Runner(show.workspace, newer(make_stage)).run("one").ran == ("text", "card", "item")


def test_an_episode_of_which_nothing_was_recorded_does_not_stand(
    show: Any, runner: Runner, make_stage: MakeStage
) -> None:
    show.path("build/lock.json").unlink()
    assert not Runner(show.workspace, newer(make_stage)).status()[0].fresh


def test_feed_and_index_wait_for_the_next_release_too(show: Any, make_stage: MakeStage) -> None:
    def table(version: int) -> list[Stage[Any]]:
        more = {"scope": "show", "version": version}
        inputs = ("//episodes/*/build/text.json",)
        item = make_stage("text", ("audio.wav",), ("build/text.json",))
        return [item, make_stage("feed", inputs, ("//feed/build/feed.xml",), **more)]

    Runner(show.workspace, table(1)).run("one")
    assert Runner(show.workspace, table(1)).run_show().ran == ("feed",)
    later = Runner(show.workspace, table(2))
    assert later.run_show().ran == ()
    show.write("episodes/one/audio.wav", "another")
    later.run("one")
    assert later.run_show().ran == ("feed",)
    assert Runner(show.workspace, table(3)).run_show(whole=True).ran == ("feed",)
