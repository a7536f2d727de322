import json
import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.engine.declared import files
from pipeline.engine.running.runner import Runner
from pipeline.engine.state import hashes, status
from pipeline.errors import ConfigError


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fresh files are remembered at once."""
    monkeypatch.setattr(files, "RACY_NS", -1)


def test_all_episodes_with_title_and_stages(show: Any, line: Runner) -> None:
    show.episode("two", title="Two")
    line.run("one")
    one, two = line.status()
    assert (one.slug, one.title, one.date) == ("one", "One", "2026-05-01T08:00:00+02:00")
    assert one.fresh
    assert two.title == "Two"
    assert not two.fresh
    assert [state.stage for state in two.stages] == ["master", "text", "item"]
    assert line.status() == [one, two]


def test_an_unchanged_episode_is_neither_parsed_nor_hashed(
    show: Any, line: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.run("one")
    before = line.status()

    def never(*args: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(hashes, "file_sha256", never)
    monkeypatch.setattr(status, "load_episode", never)
    monkeypatch.setattr(status, "explain", never)
    assert line.status() == before


def test_other_stages_are_not_answered_from_memory(
    show: Any, line: Runner, make_stage: Any
) -> None:
    line.run("one")
    line.status()
    other = Runner(show.workspace, [make_stage("other", ("audio.wav",), ("build/other.txt",))])
    assert [state.stage for state in other.status()[0].stages] == ["other"]
    assert other.status()[0].stages[0].state == "stale"


@pytest.mark.parametrize("name", ["build", "build/lock.json"])
def test_an_episode_that_cannot_be_read_does_not_hide_the_others(
    show: Any, line: Runner, name: str
) -> None:
    show.episode("two", title="Two")
    line.run("two")
    shutil.rmtree(show.path("build"), ignore_errors=True)
    if name == "build":
        show.path("build").touch()
    else:
        (show.path("build") / "lock.json").mkdir(parents=True)
    one, two = line.status()
    assert "where a" in str(one.error)
    assert two.fresh


def _edit(show: Any) -> None:
    """The size stays, and the time is put back."""
    path = show.path("audio.wav")
    before = path.stat()
    path.write_bytes(path.read_bytes()[::-1])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_edit, "changed: audio.wav"),
        (lambda show: show.write("episodes/one/quotes.toml", ""), "added: quotes.toml"),
        (lambda show: show.write("episodes/one/tracks/bo.wav", ""), "added: tracks/bo.wav"),
        (lambda show: show.write("episodes/one/build/in/b.txt", ""), "added: build/in/b.txt"),
        (lambda show: show.path("tracks").rename(show.path("old")), "gone: tracks/ann.wav"),
        (lambda show: show.path("build/other.txt").unlink(), "missing: build/other.txt"),
        (
            lambda show: show.path("build/other.txt").write_text(""),
            "edited by hand: build/other.txt",
        ),
    ],
)
def test_what_comes_goes_or_changes_is_seen(
    show: Any,
    make_stage: Any,
    tick: Callable[[], None],
    change: Callable[[Any], object],
    told: str,
) -> None:
    """Also in a folder of the episode, and in one that there was not."""
    inputs = ("audio.wav", "quotes.toml?", "tracks/*.wav?", "build/in/*.txt?")
    runner = Runner(show.workspace, [make_stage("other", inputs, ("build/other.txt",))])
    show.write("episodes/one/tracks/ann.wav", "")
    runner.run("one")
    assert [runner.status()[0].fresh for _ in range(2)] == [True, True]
    tick()
    change(show)
    assert [str(reason) for reason in runner.status()[0].stages[0].reasons] == [told]


def test_a_shared_file_counts(show: Any, line: Runner) -> None:
    line.run("one")
    line.status()
    show.write("feed/glossary.toml", "")
    assert [str(r) for r in line.status()[0].stages[1].reasons] == ["added: feed/glossary.toml"]


def test_a_broken_episode_does_not_hide_the_others(show: Any, line: Runner) -> None:
    show.episode("two")
    line.run("two")
    show.write("episodes/one/episode.toml", 'titel = "x"\n')
    line.status()
    one, two = line.status()
    assert "did you mean 'title'" in one.error
    assert not one.fresh
    assert two.fresh
    show.path("build/lock.json", "two").write_text("<<<<<<<")
    assert "lock.json is damaged" in line.status()[1].error
    show.write("episodes/one/episode.toml", f'title = "x"\nseason = {"9" * 5000}\n')
    assert "a number in it is too long to be read" in line.status()[0].error


def test_a_broken_show_is_an_error(show: Any, line: Runner) -> None:
    show.write("feed/show.toml", "x = 1\n")
    with pytest.raises(ConfigError):
        line.status()


def test_an_interrupted_episode_is_looked_at(show: Any, line: Runner) -> None:
    line.run("one")
    assert line.status()[0].fresh
    written = show.lock()["text"]["outputs"] | {"build/more.json": "ab" * 32}
    journal = {"outputs": written, "earlier": {}}
    show.write(".pullquote/staged/one/text/journal.json", json.dumps(journal))
    text = line.status()[0].stages[1]
    assert (text.state, [str(r) for r in text.reasons]) == (
        "stale",
        ["the last run was interrupted"],
    )
    assert line.run("one").ran == ("text",)
    assert line.status()[0].fresh


def test_a_removed_episode_is_not_listed(show: Any, line: Runner) -> None:
    show.episode("two")
    line.status()
    show.path("episode.toml", "two").unlink()
    assert [episode.slug for episode in line.status()] == ["one"]


def test_a_damaged_memory_changes_nothing(show: Any, line: Runner) -> None:
    damage = {"state": 1, "episode": [1]}
    line.run("one")
    before = line.status()
    memory = hashes.FileHashes(show.workspace.state / "hashes")
    for damaged in (damage, {"state": memory.group("one").memo["state"]}, {"episode": damage}):
        memory.group("one").memo = damaged
        memory.save()
        assert line.status() == before
