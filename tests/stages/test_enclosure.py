"""The enclosure stage in the engine."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen.id3
import pytest

from pipeline.artefacts import PUBLISHED
from pipeline.audio.decoding import ffmpeg
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.stages.enclosure import STAGE
from pipeline.workspace import Workspace, write_text

EPISODE = """
title = "Why bridges hum"
guid = "one"
date = 2024-05-02T12:00:00Z
summary = "They do."
season = 2
episode = 7
"""
CHAPTERS = [
    {"startTime": 0, "title": "Hello"},
    {"startTime": 1, "title": "Only a picture", "img": "https://example.org/a.png", "toc": False},
    {"startTime": 2.5, "title": "Wind", "url": "https://example.org/wind"},
]
INPUTS = ("master.mp3", "audio.json", "chapters.json")


def copy_inputs(ctx: StageContext[NoSettings]) -> None:
    for name in INPUTS:
        with ctx.output(f"build/{name}") as out:
            out.write_bytes(ctx.input(name).read_bytes())


BEFORE = Stage(
    name="before",
    run=copy_inputs,
    inputs=INPUTS,
    outputs=tuple(f"build/{name}" for name in INPUTS),
    settings=NoSettings,
)


@pytest.fixture
def workspace(tmp_path: Path, new_show: Callable[..., Workspace]) -> Workspace:
    workspace = new_show(tmp_path, episodes={"one": EPISODE})
    folder = workspace.episode("one").directory
    tone = ["-f", "lavfi", "-i", "sine=f=300:d=4:r=44100"]
    run = [ffmpeg.executable(), "-v", "error", *tone, "-b:a", "64k", str(folder / "master.mp3")]
    subprocess.run(run, check=True)
    (folder / "audio.json").write_text(json.dumps({"duration": 4.0}))
    (folder / "chapters.json").write_text(json.dumps({"version": "1.2.0", "chapters": CHAPTERS}))
    return workspace


def run(workspace: Workspace) -> Any:
    Runner(workspace, [BEFORE, STAGE]).run("one")
    return mutagen.id3.ID3(workspace.episode("one").build / "enclosure.mp3")  # type: ignore[no-untyped-call]


def test_tags_come_from_show_episode_and_chapters(workspace: Workspace) -> None:
    (workspace.feed / "artwork.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    found = run(workspace)
    texts = [str(found[name]) for name in ("TIT2", "TPE1", "TALB", "TRCK", "TPOS", "TDRC")]
    assert texts == ["Why bridges hum", "Ada", "Iron & Air", "7", "2", "2024-05-02"]
    assert found.getall("APIC")[0].mime == "image/png"
    times = sorted((c.start_time, c.end_time) for c in found.getall("CHAP"))
    assert times == [(0, 2500), (2500, 4000)]


def test_a_show_without_artwork_and_an_episode_without_chapters(workspace: Workspace) -> None:
    (workspace.episode("one").directory / "chapters.json").write_text('{"chapters": []}')
    found = run(workspace)
    assert not found.getall("APIC") + found.getall("CHAP") + found.getall("CTOC")


def test_a_new_title_tags_again_and_gives_the_same_bytes_for_the_same_title(
    workspace: Workspace,
) -> None:
    path = workspace.episode("one").build / "enclosure.mp3"
    run(workspace)
    first = path.read_bytes()
    toml = workspace.episode("one").toml
    toml.write_text(EPISODE.replace("hum", "sing"))
    assert str(run(workspace)["TIT2"]) == "Why bridges sing"
    toml.write_text(EPISODE)
    run(workspace)
    assert path.read_bytes() == first


def test_another_summary_is_no_other_file(workspace: Workspace) -> None:
    run(workspace)
    path = workspace.episode("one").build / "enclosure.mp3"
    before = path.read_bytes()
    toml = workspace.episode("one").toml
    toml.write_text(toml.read_text().replace("They do.", "They really do."))
    run(workspace)
    assert path.read_bytes() == before, "apps would download the episode again for a word"


def test_a_released_file_keeps_its_bytes_while_the_sound_is_the_same(workspace: Workspace) -> None:
    run(workspace)
    path = workspace.episode("one").build / "enclosure.mp3"
    before = path.read_bytes()
    write_text(PUBLISHED.path(workspace), '{"version": 1, "episodes": ["one"]}')
    toml = workspace.episode("one").toml
    toml.write_text(EPISODE.replace("hum", "sing").replace("season = 2", "season = 3"))
    (workspace.feed / "artwork.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    (toml.parent / "chapters.json").write_text('{"chapters": []}')
    run(workspace)
    assert path.read_bytes() == before
    master = toml.parent / "master.mp3"
    master.write_bytes(master.read_bytes()[:-500])
    assert str(run(workspace)["TIT2"]) == "Why bridges sing", "another file anyway: with new tags"
