"""The attribute stage in the engine, on tracks with real sound files."""

import json
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.artefacts import AUDIO, Audio
from pipeline.audio.decoding import ffmpeg
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import AudioError
from pipeline.speech.voices import diarisation
from pipeline.speech.voices.diarisation import Diarisation
from pipeline.speech.weights.weights import voices_installed
from pipeline.stages.attribute import STAGE
from pipeline.workspace import Workspace

PEOPLE = 'people = [{ name = "Ada Lovelace" }]\n'
EPISODE = """
title = "One"
guid = "1"
date = 2024-05-02T12:00:00Z
people = [{ name = "Charles Babbage", role = "guest" }]
"""
RATE = 16_000
SAMPLE = Path(__file__).resolve().parents[2] / "episodes/why-bridges-hum/audio.mp3"


def master(ctx: StageContext[NoSettings]) -> None:
    finished = ctx.optional("audio.mp3")
    if finished:
        with ctx.output("build/master.mp3") as out:
            out.write_bytes(finished.read_bytes())
        ctx.write(AUDIO, Audio(duration=34.0, sha256="1" * 64))
    else:
        mix(ctx)


def mix(ctx: StageContext[NoSettings]) -> None:
    """The recording or the tracks together, after five seconds of silence."""
    sources = ctx.inputs("tracks/*.wav") or ctx.inputs("audio.wav")
    silence = ["-f", "lavfi", "-t", "5", "-i", "anullsrc=r=16000:cl=mono"]
    files = [part for path in sources for part in ("-i", str(path))]
    mix = "".join(f"[{number}]" for number in range(1, len(sources) + 1))
    graph = (
        f"{mix}amix=inputs={len(sources)}[m];[0][m]concat=n=2:v=0:a=1" if sources else "[0]anull"
    )
    with ctx.output("build/master.mp3") as out:
        ffmpeg.run([*silence, *files, "-filter_complex", graph, "-ac", "1", str(out)])
    ctx.write(AUDIO, Audio(duration=20.0, offset=5.0))


MASTER = Stage(
    name="master",
    run=master,
    inputs=("tracks/*.wav?", "audio.wav?", "audio.mp3?"),
    outputs=("build/master.mp3", "build/audio.json"),
    settings=NoSettings,
)


@pytest.fixture
def workspace(tmp_path: Path, new_show: Callable[..., Workspace]) -> Workspace:
    return new_show(tmp_path, PEOPLE, {"one": EPISODE})


def record(path: Path, start: float, end: float) -> None:
    """Twelve seconds of faint noise with something loud and speech-like from `start` to `end`."""
    random = np.random.default_rng(len(path.stem))
    samples = random.normal(0, 0.0005, 12 * RATE)
    loud = slice(int(start * RATE), int(end * RATE))
    samples[loud] += random.normal(0, 0.1, samples[loud].shape)
    path.parent.mkdir(exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())


def record_both(path: Path) -> None:
    """Twelve seconds with somebody on the right channel, then somebody on the left."""
    random = np.random.default_rng(8)
    samples = random.normal(0, 0.0005, (12 * RATE, 2))
    for side, start in ((1, 1), (0, 6)):
        loud = slice(start * RATE, (start + 4) * RATE)
        samples[loud, side] += random.normal(0, 0.1, 4 * RATE)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())


def attribute(folder: Path) -> Any:
    Runner(Workspace.at(folder.parents[1]), [MASTER, STAGE]).run("one")
    return json.loads((folder / "build/speakers.json").read_bytes())


def test_without_tracks_nobody_is_named(folder: Path) -> None:
    assert attribute(folder) == {"version": 1, "method": "none", "turns": []}


def test_tracks_give_turns_in_the_time_of_the_published_audio(folder: Path) -> None:
    record(folder / "tracks/ada-lovelace.wav", 1.0, 4.0)
    record(folder / "tracks/charles.wav", 5.0, 9.0)
    (folder / "tracks/.DS_Store").write_bytes(b"\0")
    found = attribute(folder)
    assert found["method"] == "tracks"
    assert [turn["speaker"] for turn in found["turns"]] == ["Ada Lovelace", "Charles Babbage"]
    times = [time for turn in found["turns"] for time in (turn["start"], turn["end"])]
    assert times == pytest.approx([6.0, 9.0, 10.0, 14.0], abs=0.3)


def test_two_channels_with_a_voice_each_give_numbered_speakers(folder: Path) -> None:
    record_both(folder / "audio.wav")
    found = attribute(folder)
    assert found["method"] == "channels"
    assert [turn["speaker"] for turn in found["turns"]] == ["Speaker 1", "Speaker 2"]
    times = [time for turn in found["turns"] for time in (turn["start"], turn["end"])]
    assert times == pytest.approx([6.0, 10.0, 11.0, 15.0], abs=0.3)


def test_two_tracks_of_one_person_are_refused(folder: Path) -> None:
    record(folder / "tracks/ada-lovelace.wav", 1.0, 4.0)
    record(folder / "tracks/ada.wav", 5.0, 9.0)
    with pytest.raises(
        AudioError, match=r"ada-lovelace.wav and tracks/ada.wav are both of Ada Lovelace"
    ):
        attribute(folder)


@pytest.mark.slow
def test_voices_on_one_track_are_told_apart_when_the_show_asks_for_it(
    folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not voices_installed():
        pytest.skip("the extra 'diarise' is not installed")
    excerpt = ["-i", str(SAMPLE), "-t", "34", "-c", "copy", str(folder / "audio.mp3")]
    ffmpeg.run(excerpt)
    assert attribute(folder)["method"] == "none"
    assert "one: nothing says who speaks" in caplog.text
    show = folder.parents[1] / "feed/show.toml"
    with show.open("a", encoding="utf-8") as file:
        file.write("transcribe = { diarise = true }\n")
    found = attribute(folder)
    assert found["method"] == "diarisation"
    order = [turn["speaker"] for turn in found["turns"]]
    assert order == ["Speaker 1", "Speaker 2", "Speaker 1"]
    assert found["turns"][1]["start"] == pytest.approx(11.6, abs=0.3)
    kept = json.loads(
        (folder.parents[1] / ".pullquote/cache/one/attribute/voices.json").read_bytes()
    )
    assert {name: len(voice) for name, voice in kept["voices"].items()} == {
        "Speaker 1": 192,
        "Speaker 2": 192,
    }

    # Another name is no reason to listen again.
    monkeypatch.setattr(diarisation, "diarise", None)
    show.write_text(show.read_text().replace("Ada L", "Ada M. L"), encoding="utf-8")
    assert attribute(folder) == found


def test_voices_keep_their_numbers_when_the_recording_begins_with_another(
    folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bob, eve = [1.0, 0.1, 0.0], [0.1, 1.0, 0.0], [0.0, 0.1, 1.0]
    heard = [
        Diarisation(
            [("Speaker 1", 0, 4), ("Speaker 2", 4, 8)], {"Speaker 1": ada, "Speaker 2": bob}
        ),
        Diarisation(
            [("Speaker 1", 0, 1), ("Speaker 2", 1, 5), ("Speaker 3", 5, 9)],
            {"Speaker 1": eve, "Speaker 2": ada, "Speaker 3": bob},
        ),
    ]
    monkeypatch.setattr(diarisation, "diarise", lambda *_: heard.pop(0))
    with (folder.parents[1] / "feed/show.toml").open("a", encoding="utf-8") as file:
        file.write("transcribe = { diarise = true }\n")
    record(folder / "audio.wav", 1.0, 4.0)
    first = attribute(folder)
    assert [turn["speaker"] for turn in first["turns"]] == ["Speaker 1", "Speaker 2"]
    assert "voices are heard" not in caplog.text
    record(folder / "audio.wav", 2.0, 6.0)
    found = attribute(folder)
    assert [turn["speaker"] for turn in found["turns"]] == ["Speaker 3", "Speaker 1", "Speaker 2"]
    assert "one: 3 voices are heard, and only 2 people are named" in caplog.text
