"""The master stage in the engine, over noise that comes and goes as syllables do."""

import contextlib
import hashlib
import json
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.artefacts import PUBLISHED
from pipeline.audio.tracks.starts import Start
from pipeline.engine.progress import Progress, Reporter
from pipeline.engine.running.runner import Runner
from pipeline.errors import AudioError, ConfigError
from pipeline.stages.master import STAGE
from pipeline.workspace import Workspace, write_text

RATE = 44_100


def write_sound(path: Path, seconds: float = 4.0, gain: float = 0.1, rate: int = RATE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(len(path.name))
    time = np.arange(round(seconds * rate)) / rate
    sound = random.normal(0, gain, len(time)) * np.maximum(0.01, np.sin(2 * np.pi * 2 * time))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


@pytest.fixture
def runner(workspace: Workspace) -> Runner:
    return Runner(workspace, [STAGE])


@pytest.fixture
def episode(folder: Path) -> Path:
    return folder


def described(episode: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((episode / "build/audio.json").read_bytes())
    return content


def test_a_recording_becomes_the_master(episode: Path, runner: Runner) -> None:
    write_sound(episode / "audio.wav")
    assert runner.run("one").ran == ("master",)
    found = described(episode)
    content = (episode / "build/master.mp3").read_bytes()
    assert found["sha256"] == hashlib.sha256(content).hexdigest()
    assert found["bytes"] == len(content)
    assert found["duration"] == pytest.approx(4, abs=0.03)
    assert found["duration"] == round(found["duration"], 3)
    assert abs(found["lufs"] + 16) <= 0.5
    assert found["true_peak"] <= -1
    assert found | {"sha256": "", "bytes": 0, "duration": 4, "lufs": -16, "true_peak": -1} == {
        "version": 1, "duration": 4, "lufs": -16, "true_peak": -1, "sample_rate": 44_100,
        "channels": 1, "bitrate": 128, "bytes": 0, "sha256": "", "type": "audio/mpeg",
        "encoded": True, "offset": 0.0,
    }  # fmt: skip
    assert runner.run("one").ran == ()


def test_a_finished_mp3_is_not_encoded_again(episode: Path, runner: Runner) -> None:
    write_sound(episode / "audio.wav")
    runner.run("one")
    master = (episode / "build/master.mp3").read_bytes()
    (episode / "audio.wav").unlink()
    (episode / "audio.mp3").write_bytes(master)
    assert runner.run("one").ran == ("master",)
    assert (episode / "build/master.mp3").read_bytes() == master
    assert described(episode)["encoded"] is False


def test_tracks_are_mixed_only_without_a_recording(episode: Path, runner: Runner) -> None:
    write_sound(episode / "tracks/ada.wav", 4)
    write_sound(episode / "tracks/bob.flac.wav", 6, 0.02)
    (episode / "tracks/.DS_Store").write_bytes(b"x")
    runner.run("one")
    assert described(episode)["duration"] == pytest.approx(6, abs=0.03)
    write_sound(episode / "audio.wav", 3)
    runner.run("one")
    assert described(episode)["duration"] == pytest.approx(3, abs=0.03)


def test_settings_and_music_of_the_show(
    workspace: Workspace, episode: Path, runner: Runner
) -> None:
    write_sound(episode / "audio.wav")
    write_sound(workspace.feed / "sounds/theme.wav", 2, rate=48_000)
    with workspace.show_toml.open("a") as file:
        file.write('[audio]\nlufs = -19.0\nbitrate = 96\nchannels = "stereo"\nfade = 0.5\n')
        file.write('intro = "sounds/theme.wav"\noutro = "sounds/theme.wav"\n')
    runner.run("one")
    found = described(episode)
    assert abs(found["lufs"] + 19) <= 0.5
    assert (found["bitrate"], found["channels"], found["sample_rate"]) == (96, 2, 48_000)
    assert found["offset"] == 1.5
    assert found["duration"] == pytest.approx(1.5 + 4 + 1.5, abs=0.03)


def test_music_that_is_not_there(workspace: Workspace, episode: Path, runner: Runner) -> None:
    write_sound(episode / "audio.wav")
    with workspace.show_toml.open("a") as file:
        file.write('[audio]\nintro = "sounds/thema.wav"\n')
    with pytest.raises(
        ConfigError, match=r"\[audio\] intro: no file feed/sounds/thema.wav"
    ) as caught:
        runner.run("one")
    assert "feed/sounds/ is empty" in caught.value.hint
    write_sound(workspace.feed / "sounds/theme.wav")
    with pytest.raises(ConfigError) as caught:
        runner.run("one")
    assert "there are: sounds/theme.wav" in caught.value.hint


def test_settings_of_one_episode(workspace: Workspace, episode: Path, runner: Runner) -> None:
    """Key by key: what `episode.toml` does not name is as in `show.toml`; an empty name is no music."""
    write_sound(episode / "audio.wav")
    write_sound(workspace.feed / "sounds/theme.wav", 2)
    with workspace.show_toml.open("a") as file:
        file.write('[audio]\nlufs = -19.0\nbitrate = 96\nintro = "sounds/theme.wav"\n')
    toml = workspace.episode("one").toml
    with toml.open("a") as file:
        file.write('[audio]\nlufs = -16.0\nintro = ""\n')
    runner.run("one")
    found = described(episode)
    assert abs(found["lufs"] + 16) <= 0.5, "also where it is what a show has that names nothing"
    assert (found["bitrate"], found["offset"]) == (96, 0.0)
    toml.write_text(toml.read_text().replace('""', '"sounds/thema.wav"'))
    with pytest.raises(ConfigError, match=r"episodes/one/episode\.toml: \[audio\] intro: no file"):
        runner.run("one")


def test_a_released_episode_keeps_its_sound_but_for_its_own_settings(
    workspace: Workspace, episode: Path, runner: Runner
) -> None:
    write_sound(episode / "audio.wav")
    runner.run("one")
    master = (episode / "build/master.mp3").read_bytes()
    write_text(PUBLISHED.path(workspace), '{"version": 1, "episodes": ["one"]}')
    write_sound(workspace.feed / "sounds/theme.wav", 2)
    with workspace.show_toml.open("a") as file:
        file.write('[audio]\nbitrate = 96\nintro = "sounds/theme.wav"\n')
    assert runner.run("one").ran == ()
    assert runner.run("one", force=["master"]).ran == ("master",)
    assert (episode / "build/master.mp3").read_bytes() == master
    with workspace.episode("one").toml.open("a") as file:
        file.write("[audio]\nbitrate = 64\n")
    assert runner.run("one").ran == ("master",)
    assert (described(episode)["bitrate"], described(episode)["offset"]) == (64, 0.0)
    assert runner.run("one", renew=["master"]).ran == ("master",)
    assert (described(episode)["bitrate"], described(episode)["offset"]) == (64, 1.0)


def test_several_recordings(episode: Path, runner: Runner) -> None:
    write_sound(episode / "audio.wav")
    write_sound(episode / "audio.mp3")
    with pytest.raises(AudioError, match=r"several recordings: audio\.mp3, audio\.wav") as caught:
        runner.run("one")
    assert "keep one" in caught.value.hint


def test_no_recording(episode: Path, runner: Runner) -> None:
    with pytest.raises(AudioError, match="episodes/one: no recording") as caught:
        runner.run("one")
    assert "tracks/" in caught.value.hint


def test_a_broken_recording_leaves_no_master(episode: Path, runner: Runner) -> None:
    (episode / "audio.wav").write_text("This is no sound.\n")
    with pytest.raises(AudioError, match=r"audio\.wav"):
        runner.run("one")
    assert not (episode / "build/master.mp3").exists()


def test_a_recording_that_is_still_being_copied(episode: Path, runner: Runner) -> None:
    path = write_sound(episode / "audio.wav")

    class Copying(Reporter):
        @contextlib.contextmanager
        def stage(self, slug: str, name: str) -> Iterator[Progress]:
            yield lambda done, total, unit: path.touch()

    with pytest.raises(AudioError, match="changed while it was read"):
        runner.run("one", reporter=Copying())
    assert not (episode / "build/master.mp3").exists()


def write_channels(path: Path, *, apart: bool) -> None:
    """Two people in turn, each on a channel of his own, or both on both."""
    random = np.random.default_rng(3)
    sound = random.normal(0, 2e-4, (8 * RATE, 2))
    for number in range(8):
        part = slice(number * RATE, round((number + 0.8) * RATE))
        burst = random.normal(0, 0.1, (part.stop - part.start, 1))
        sound[part] += burst * ((1, 0) if number % 2 else (0, 1)) if apart else burst
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


def test_voices_on_two_channels_are_brought_to_the_middle(
    workspace: Workspace, episode: Path, runner: Runner
) -> None:
    write_channels(episode / "audio.wav", apart=False)
    runner.run("one")
    assert described(episode)["channels"] == 2
    write_channels(episode / "audio.wav", apart=True)
    runner.run("one")
    folded = described(episode)
    assert folded["channels"] == 1
    assert abs(folded["lufs"] + 16) <= 0.5
    with workspace.show_toml.open("a") as file:
        file.write("[audio]\nfold = false\n")
    runner.run("one")
    assert described(episode)["channels"] == 2


def test_tracks_begin_when_the_host_says(
    episode: Path, runner: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    write_sound(episode / "tracks/ada.wav", 4)
    write_sound(episode / "tracks/bob.wav", 4)
    runner.run("one")
    assert described(episode)["duration"] == pytest.approx(4, abs=0.03)
    assert "one: nothing in tracks/ada.wav, tracks/bob.wav says when it began" in caplog.text
    caplog.clear()
    with (episode / "episode.toml").open("a") as file:
        file.write("starts = { bob = 2.5 }\n")
    runner.run("one")
    assert described(episode)["duration"] == pytest.approx(6.5, abs=0.03)
    assert not caplog.text


def test_the_host_is_told_of_clocks_that_differ(
    episode: Path, runner: Runner, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sound(episode / "tracks/ada.wav", 4)
    write_sound(episode / "tracks/bob.wav", 4)
    begun = [Start(0.0, "sound"), Start(1.0, "sound", 1.0002)]  # it takes five minutes to tell
    monkeypatch.setattr("pipeline.audio.tracks.starts.starts", lambda *_: begun)
    runner.run("one")
    assert "tracks/bob.wav ran slower than tracks/ada.wav, by 0.72 s an hour" in caplog.text
    assert described(episode)["duration"] == pytest.approx(5, abs=0.03)
