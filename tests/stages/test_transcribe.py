"""The transcribe stage in the engine, on real speech with the packaged weights."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.artefacts import AUDIO, Audio
from pipeline.audio.decoding.ffmpeg import executable
from pipeline.cli import main
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import ConfigError, Refused
from pipeline.models import Recognition, decode, encode
from pipeline.stages.transcribe import STAGE
from pipeline.workspace import Workspace, dump_json

SPEECH = Path(__file__).resolve().parents[1] / "data" / "speech" / "lighthouse.mp3"


def master(ctx: StageContext[NoSettings]) -> None:
    """The first ten seconds: a third of the words, and of the work."""
    with ctx.output("build/master.mp3") as out:
        cut = [executable(), "-v", "error", "-y", "-i", str(SPEECH), "-t", "10", "-c", "copy"]
        subprocess.run([*cut, str(out)], check=True)
    ctx.write(AUDIO, Audio(duration=10.0))


MASTER = Stage(
    name="master",
    run=master,
    inputs=("episode.toml",),
    outputs=("build/master.mp3", "build/audio.json"),
    settings=NoSettings,
)


def transcribe(root: Path) -> bytes:
    Runner(Workspace.at(root), [MASTER, STAGE]).run("one")
    return (root / "episodes/one/build/transcript.raw.json").read_bytes()


def speak(workspace: Workspace, language: str) -> None:
    toml = workspace.show_toml.read_text(encoding="utf-8")
    workspace.show_toml.write_text(toml.replace('"en"', f'"{language}"'), encoding="utf-8")


@pytest.fixture(scope="module")
def transcribed(
    tmp_path_factory: pytest.TempPathFactory, new_show: Callable[..., Workspace]
) -> Path:
    root = tmp_path_factory.mktemp("transcribed")
    speak(new_show(root, 'people = [{ name = "Ada Lovelace" }]\n'), "en-GB")
    transcribe(root)
    return root


@pytest.fixture
def folder(transcribed: Path, tmp_path: Path) -> Path:
    """An episode that was transcribed once, in a copy of its show."""
    shutil.copytree(transcribed, tmp_path, dirs_exist_ok=True)
    return tmp_path / "episodes/one"


@pytest.fixture
def raw(folder: Path) -> Recognition:
    return decode(Recognition, (folder / "build/transcript.raw.json").read_bytes(), "raw")


def test_the_raw_transcript_holds_what_was_said(raw: Recognition) -> None:
    assert " ".join(word.text for word in raw.words).startswith("The lighthouse on the northern")
    assert raw.language == "en"
    assert raw.duration == pytest.approx(10, abs=0.1)


def test_a_language_that_the_model_lacks_is_an_error(workspace: Workspace) -> None:
    speak(workspace, "fr")
    with pytest.raises(ConfigError, match="knows English only"):
        transcribe(workspace.root)


def test_a_collapsed_result_does_not_replace_a_good_transcript(
    tmp_path: Path, folder: Path, raw: Recognition
) -> None:
    more = [*raw.words, *raw.words[:5], *raw.words]
    write(folder, replace(raw, words=more))
    with pytest.raises(Refused, match=r"one: the new transcription was not taken: it is much"):
        transcribe(tmp_path)
    path = folder / "build/transcript.raw.json"
    assert len(decode(Recognition, path.read_bytes(), "raw").words) == len(more)
    call(tmp_path, "accept", "one")
    assert len(decode(Recognition, transcribe(tmp_path), "raw").words) == len(raw.words)
    assert (tmp_path / ".pullquote/replaced/one/transcript.raw.json").is_file()


def test_a_different_result_waits_until_it_is_accepted(
    tmp_path: Path, folder: Path, raw: Recognition, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = (folder / "build/transcript.raw.json").read_bytes()
    words = [raw.words[0]._replace(text="A"), *raw.words[1:-1]]
    old = write(folder, replace(raw, words=words))
    assert transcribe(tmp_path) == old
    runner = Runner(Workspace.at(tmp_path), [MASTER, STAGE])
    assert runner.run("one").ran == ()  # it does not run again while the other waits
    assert (folder / "build/transcript.new.json").read_bytes() == heard

    found = json.loads(call(tmp_path, "compare", "one", "--json").stdout)
    assert found["differing"] == 2
    assert [(row["old"], row["new"]) for row in found["differences"]] == [
        ("A", "The"),
        ("", raw.words[-1].text),
    ]
    assert found["quotes"] == []
    count = f"2 of {len(raw.words)} words differ"
    assert count in call(tmp_path, "compare", "one").stderr
    everywhere = call(tmp_path, "compare", "--all")
    assert count in everywhere.stdout
    assert everywhere.stderr == (
        "1 new transcriptions wait; quotes of 0 episodes would be touched\n"
    )
    (row,) = json.loads(call(tmp_path, "compare", "--all", "--json").stdout)
    assert row == found

    fixes = folder / "corrections.toml"
    fixes.write_text('[[replace]]\nsaid = "A"\ntext = "One"\nat = "0:00"\n', encoding="utf-8")
    told = call(tmp_path, "accept", "--all").stderr
    assert "episodes/one/corrections.toml: at 00:00:00." in told
    assert "'A' is heard as 'The' now" in told
    assert 'said = "The"\n' in fixes.read_text(encoding="utf-8")
    again = call(tmp_path, "accept", "one").stderr
    assert "1 accepted" in again, "whoever was killed, or forgot, says it again"
    assert "now: pullquote run one" in again
    monkeypatch.setattr(
        "pipeline.speech.recognising.engine.load", None
    )  # nothing is transcribed again
    assert transcribe(tmp_path) == heard
    assert not (folder / "build/transcript.new.json").exists()
    assert (tmp_path / ".pullquote/replaced/one/transcript.raw.json").read_bytes() == old
    assert runner.run("one").ran == ()
    assert "no new transcription waits" in call(tmp_path, "compare", "one").stderr
    monkeypatch.setattr("pipeline.stages.all_stages", lambda: [MASTER, STAGE])
    assert "is up to date" in call(tmp_path, "accept", "one", code=2).stderr
    assert (folder / "build/transcript.raw.json").read_bytes() == heard


def test_the_same_words_and_another_recording_wait_for_nobody(
    tmp_path: Path, folder: Path, raw: Recognition, caplog: pytest.LogCaptureFixture
) -> None:
    heard = (folder / "build/transcript.raw.json").read_bytes()
    write(folder, replace(raw, words=[w._replace(start=w.start + 0.01) for w in raw.words]))
    assert transcribe(tmp_path) == heard
    write(folder, replace(raw, words=raw.words[:-1], duration=29.0))
    assert transcribe(tmp_path) == heard
    assert "one: another recording: 1 of" in caplog.text
    assert not (folder / "build/transcript.new.json").exists()


def call(root: Path, *arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, ["transcript", *arguments, "--root", str(root)])
    assert done.exit_code == code, done.output
    return done


def write(folder: Path, recognition: Recognition) -> bytes:
    """Put a transcript of earlier in place, as if another model had made it; its bytes."""
    path = folder / "build/transcript.raw.json"
    path.write_text(dump_json(encode(recognition)), encoding="utf-8")
    lock = folder / "build/lock.json"
    content = json.loads(lock.read_bytes())
    stage = content["stages"]["transcribe"]
    stage["outputs"]["build/transcript.raw.json"] = hashlib.sha256(path.read_bytes()).hexdigest()
    stage["version"] = 0
    lock.write_text(json.dumps(content), encoding="utf-8")
    return path.read_bytes()
