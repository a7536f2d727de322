"""The alternate stage in the engine, with real sound."""

import json
import subprocess
from pathlib import Path

import pytest

from pipeline.audio.decoding import ffmpeg
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.stages.alternate import STAGE
from pipeline.workspace import Workspace

ALTERNATES = """
[[alternates]]
codec = "opus"
bitrate = 24
channels = "mono"

[[alternates]]
codec = "aac"
bitrate = 48

[[alternates]]
codec = "mp3"
bitrate = 32
"""


def copy_inputs(ctx: StageContext[NoSettings]) -> None:
    for name in ("enclosure.mp3", "audio.json"):
        with ctx.output(f"build/{name}") as out:
            out.write_bytes(ctx.input(name).read_bytes())


BEFORE = Stage(
    name="before",
    run=copy_inputs,
    inputs=("enclosure.mp3", "audio.json"),
    outputs=("build/enclosure.mp3", "build/audio.json"),
    settings=NoSettings,
)


@pytest.fixture
def workspace(workspace: Workspace, folder: Path) -> Workspace:
    (folder / "audio.json").write_text(json.dumps({"duration": 3.0}))
    tone = "sine=frequency=300:duration=3:sample_rate=44100"
    command = [ffmpeg.executable(), "-v", "error", "-f", "lavfi", "-i", tone, "-ac", "2"]
    command += ["-metadata", "title=One", str(folder / "enclosure.mp3")]
    subprocess.run(command, check=True)
    return workspace


def test_a_show_without_alternates_makes_none(workspace: Workspace) -> None:
    Runner(workspace, [BEFORE, STAGE]).run("one")
    assert not (workspace.episode("one").build / "alternates").exists()


def test_every_encoding_is_made_and_keeps_length_and_tags(workspace: Workspace) -> None:
    with workspace.show_toml.open("a") as file:
        file.write(ALTERNATES)
    runner = Runner(workspace, [BEFORE, STAGE])
    runner.run("one")
    folder = workspace.episode("one").build / "alternates"
    wanted = {
        "opus-24-mono.opus": ("Audio: opus", "mono"),
        "aac-48.m4a": ("Audio: aac", "stereo"),
        "mp3-32.mp3": ("Audio: mp3", "stereo"),
    }
    assert {path.name for path in folder.iterdir()} == set(wanted)
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    for name, (codec, channels) in wanted.items():
        log = ffmpeg.probe_log(folder / name)
        assert codec in log
        assert channels in log
        assert "title           : One" in log
        assert "Duration: 00:00:03" in log
    runner.run("one", force=["alternate"])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


def test_an_encoding_that_is_no_longer_wanted_goes(workspace: Workspace) -> None:
    before = workspace.show_toml.read_text()
    workspace.show_toml.write_text(before + ALTERNATES)
    runner = Runner(workspace, [BEFORE, STAGE])
    runner.run("one")
    workspace.show_toml.write_text(before)
    assert runner.run("one").ran == ("alternate",)
    assert not list((workspace.episode("one").build / "alternates").iterdir())
