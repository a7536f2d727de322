"""The item stage in the engine, after a stage that stands in for everything before it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import ConfigError
from pipeline.feeds.contents.model import ITEM
from pipeline.stages.item import STAGE
from pipeline.workspace import Workspace

EPISODE = """
title = "Why bridges hum"
guid = "6f9a1a52"
date = 2024-05-02T12:00:00+02:00
summary = "The wind plays."
[[people]]
name = "Cleo"
role = "guest"
"""
QUOTE = {
    "id": "k3v9",
    "heading": "On wind",
    "text": "It asks a question.",
    "speaker": "Cleo",
    "start": 10.0,
    "end": 30.5,
    "spans": [[3, 9]],
    "edits": [],
    "status": "verbatim",
    "soundbite": True,
}
MADE: dict[str, Any] = {
    "build/audio.json": {"version": 1, "duration": 60.0},
    "build/enclosure.mp3": "sound",
    "build/chapters.json": {"version": "1.2.0", "chapters": [{"startTime": 0, "title": "A"}]},
    "build/quotes.json": {"version": 1, "quotes": [QUOTE]},
    "build/show-notes.html": "<p>Notes</p>",
    "build/transcript.vtt": "WEBVTT\n",
    "build/transcript.srt": "1\n",
    "build/transcript.json": {"version": "1.0.0", "segments": []},
    "build/transcript.txt": "Text.\n",
    "build/clips/k3v9.mp3": "sound of a quote",
    "build/posts/link-post.html": "<p>Post</p>",
    "build/site/page.html": "<!doctype html>",
    "build/site/quotes/k3v9.html": "<!doctype html>",
    "build/site/quotes.jsonld": "{}",
}


def make_everything(ctx: StageContext[NoSettings]) -> None:
    for name, content in MADE.items():
        ctx.write_text(name, content if isinstance(content, str) else json.dumps(content))


BEFORE = Stage(
    name="before",
    run=make_everything,
    inputs=("episode.toml",),
    outputs=(
        *(name for name in MADE if "k3v9" not in name),
        *("build/clips/*.mp3", "build/site/quotes/*.html"),
    ),
    settings=NoSettings,
)


@pytest.fixture
def workspace(tmp_path: Path, new_show: Callable[..., Workspace]) -> Workspace:
    return new_show(tmp_path, episodes={"bridges": EPISODE})


def test_the_item_lists_what_is_there(workspace: Workspace) -> None:
    runner = Runner(workspace, [BEFORE, STAGE])
    assert runner.run("bridges").ran == ("before", "item")
    directory = workspace.episode("bridges").directory
    item = ITEM.decode((directory / "build/item.json").read_bytes(), "item.json")
    assert (item.guid, item.date.isoformat()) == ("6f9a1a52", "2024-05-02T12:00:00+02:00")
    assert item.enclosure.length == len("sound")
    assert {entry.path for entry in item.objects} == set(MADE) - {
        "build/audio.json",
        "build/quotes.json",
        "build/show-notes.html",
    }
    assert all((directory / entry.path).is_file() for entry in item.objects)
    assert [bite.duration for bite in item.item.soundbites] == [20.5]
    assert item.item.transcripts[0].language == "en"


def test_an_episode_in_which_nobody_speaks_offers_apps_no_transcript(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Apps show an empty one, and make none of their own."""
    monkeypatch.setitem(MADE, "build/transcript.txt", "")
    Runner(workspace, [BEFORE, STAGE]).run("bridges")
    assert ITEM.of(workspace.episode("bridges")).item.transcripts == []


def test_a_second_run_and_another_store_change_nothing(workspace: Workspace) -> None:
    runner = Runner(workspace, [BEFORE, STAGE])
    runner.run("bridges")
    with workspace.show_toml.open("a", encoding="utf-8") as file:
        file.write('[storage]\nbucket = "b"\npublic_url = "https://cdn.example.org"\n')
    assert runner.run("bridges").ran == ()


def test_a_mistake_is_named_with_its_file(workspace: Workspace) -> None:
    toml = workspace.episode("bridges").toml
    toml.write_text(EPISODE.replace('"guest"', '"geust"'), encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        Runner(workspace, [BEFORE, STAGE]).run("bridges")
    assert raised.value.message == (
        "episodes/bridges/episode.toml: people[1]:"
        " 'geust' is no role of the Podcasting 2.0 taxonomy; did you mean 'guest'?"
    )


LINKED = """
[enclosure]
url = "https://old.example.org/7.mp3?source=feed"
length = 31000000
type = "audio/mpeg"
duration = 1800.0
permalink = true
[[enclosure.transcripts]]
url = "https://old.example.org/7.srt"
type = "application/srt"
"""


def test_an_imported_episode_needs_nothing_that_is_made(workspace: Workspace) -> None:
    paths = workspace.episode("bridges")
    paths.toml.write_text(EPISODE + LINKED)
    (paths.directory / "description.html").write_text("<p>Old <b>words</b></p>")
    runner = Runner(workspace, [BEFORE, STAGE])
    assert [row.stage for row in runner.status()[0].stages] == ["item"]
    assert runner.run("bridges", need=["build/enclosure.mp3"]).ran == ("item",)
    item = ITEM.decode((paths.build / "item.json").read_bytes(), "item.json")
    assert item.enclosure.key == "https://old.example.org/7.mp3?source=feed"
    assert (item.enclosure.length, item.duration, item.objects) == (31_000_000, 1800.0, [])
    assert item.item.description == "<p>Old <b>words</b></p>"
    assert item.item.transcripts[0].key == "https://old.example.org/7.srt"
    assert item.item.permalink
    for _ in range(2):
        (status,) = runner.status()
        assert [(row.stage, row.state) for row in status.stages] == [("item", "fresh")]
    with pytest.raises(ConfigError, match="no stage 'before'"):
        runner.run("bridges", to="before")


def test_an_imported_episode_may_bring_its_audio(workspace: Workspace) -> None:
    paths = workspace.episode("bridges")
    paths.toml.write_text(EPISODE + LINKED)
    (paths.directory / "enclosure.m4a").write_bytes(b"sound")
    Runner(workspace, [BEFORE, STAGE]).run("bridges")
    item = ITEM.decode((paths.build / "item.json").read_bytes(), "item.json")
    (published,) = item.objects
    assert (published.key, published.path) == (item.enclosure.key, "enclosure.m4a")
    assert item.enclosure.key.startswith("audio/bridges-")
    assert item.enclosure.length == 5


@pytest.mark.parametrize(("text", "offered"), [("Text.\n", 3), ("", 0)])
def test_an_imported_episode_in_which_nobody_speaks_offers_none_either(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, text: str, offered: int
) -> None:
    paths = workspace.episode("bridges")
    paths.toml.write_text(EPISODE + LINKED.partition("[[")[0])
    monkeypatch.setitem(MADE, "build/transcript.txt", text)
    audio = {"version": 1, "duration": 1800.0, "bytes": 31_000_000}
    monkeypatch.setitem(MADE, "build/audio.json", audio)
    Runner(workspace, [replace(BEFORE, linked=NoSettings), STAGE]).run("bridges")
    item = ITEM.of(paths)
    assert len(item.item.transcripts) == offered
    assert bool([each for each in item.objects if "transcript" in each.key]) == bool(offered)
