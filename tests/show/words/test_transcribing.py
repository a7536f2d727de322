"""`pullquote transcribe` as people run it: no show, several files, some of them bad."""

import json
import math
import os
import shutil
import struct
import subprocess
import sys
import sysconfig
import wave
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.audio.decoding.ffmpeg import executable
from pipeline.cli import main

SPEECH = Path(__file__).resolve().parents[2] / "data" / "speech" / "lighthouse.mp3"
SUFFIXES = ("json", "srt", "txt", "vtt", "words.json")


def transcribe(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["transcribe", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of it, for what does not depend on the words: a third of the work."""
    path = tmp_path_factory.mktemp("short") / SPEECH.name
    cut = [executable(), "-v", "error", "-i", str(SPEECH), "-t", "4", "-c:a", "copy", str(path)]
    subprocess.run(cut, check=True)
    return path


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A good file between two bad ones."""
    folder = tmp_path_factory.mktemp("recordings")
    (folder / "empty.mp3").touch()
    (folder / "notes.wav").write_text("these are my notes, not a recording")
    out = folder / "out"
    files = (folder / "empty.mp3", SPEECH, folder / "notes.wav")
    return out, transcribe(*files, "--out", out, "--language", "en", "--json", code=1)


def test_every_format_is_written(done: tuple[Path, Result]) -> None:
    out, _ = done
    assert {path.name for path in out.glob("[!.]*")} == {f"lighthouse.{s}" for s in SUFFIXES}
    assert (out / "lighthouse.vtt").read_text().startswith("WEBVTT\n")
    assert "-->" in (out / "lighthouse.srt").read_text()
    assert "two brothers who had never seen the sea" in (out / "lighthouse.txt").read_text()
    assert json.loads((out / "lighthouse.json").read_text())["version"] == "1.0.0"


def test_words_are_there_for_scripts(done: tuple[Path, Result]) -> None:
    words = json.loads((done[0] / "lighthouse.words.json").read_text())
    text, start, end, probability, speaker = words["words"][-1]
    assert (text, speaker) == ("offered.", None)
    assert 29 < start < end < 30.6
    assert 0 < probability <= 1
    assert (words["engine"], words["model"], words["language"]) == (
        "openai-whisper",
        "tiny.en",
        "en",
    )


def test_bad_files_are_named_and_the_others_are_done(done: tuple[Path, Result]) -> None:
    _, result = done
    assert "empty.mp3" in result.stderr
    assert "notes.wav" in result.stderr
    assert "2 of 3 files were not transcribed: empty.mp3, notes.wav" in result.stderr
    printed = json.loads(result.stdout)
    assert printed["failed"] == 2
    assert [failure["source"].rpartition("/")[2] for failure in printed["failures"]] == [
        "empty.mp3",
        "notes.wav",
    ]
    (item,) = printed["transcripts"]
    assert item["words"] > 80
    assert Path(item["vtt"]).is_file()


def test_samples_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    path = tmp_path / "torn.wav"
    cut = [executable(), "-v", "error", "-i", str(SPEECH), "-t", "3", "-c:a", "pcm_f32le"]
    subprocess.run([*cut, str(path)], check=True)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 8 * 4)
        file.write(struct.pack("<3f", math.nan, math.inf, -math.inf))
    said = transcribe(path, "--out", tmp_path / "out", "--language", "en").stderr
    assert (
        f"{path} holds 3 samples that are no numbers (NaN or infinite): silence stands in" in said
    )
    assert len((tmp_path / "out/torn.txt").read_text().split()) > 3


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("https://example.org/talk.mp3", "https://example.org/talk.mp3: an address, not a file"),
        ("-", "-: what is piped in is not read"),
        ("/dev/stdin", "/dev/stdin: what is piped in is not read"),
        ("lost.mp3", "lost.mp3: there is no such file"),
    ],
)
def test_what_is_no_file_is_told_once_with_what_to_do(tmp_path: Path, name: str, said: str) -> None:
    result = transcribe(name, "--out", tmp_path, code=1)
    wrong = [line for line in result.stderr.splitlines() if not line.startswith("model")]
    assert wrong[0] == said
    assert len(wrong) == 2, result.stderr


def test_what_an_earlier_run_did_is_not_done_again(done: tuple[Path, Result]) -> None:
    out, _ = done
    before = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    again = transcribe(SPEECH, "--out", out, "--language", "en")
    assert "(done before)" in again.stdout
    assert {path: path.stat().st_mtime_ns for path in out.iterdir()} == before


def test_a_folder_of_last_month_is_not_heard_again(
    done: tuple[Path, Result], tmp_path: Path
) -> None:
    shutil.copytree(done[0], tmp_path / "old")
    words, hidden = (
        tmp_path / "old" / name for name in ("lighthouse.words.json", ".lighthouse.done")
    )
    record = json.loads(hidden.read_bytes())
    hidden.unlink()
    words.write_text(
        json.dumps(json.loads(words.read_bytes()) | {"key": record[0], "source": record[1]})
    )
    again = transcribe(SPEECH, "--out", tmp_path / "old", "--language", "en")
    assert "(done before)" in again.stdout


def test_only_the_formats_asked_for_are_written(tmp_path: Path, short: Path) -> None:
    result = transcribe(short, "--out", tmp_path, "--format", "srt", "--format", "txt")
    seen = [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")]
    assert sorted(seen) == ["lighthouse.srt", "lighthouse.txt"]
    assert f"words, en -> {tmp_path / 'lighthouse.srt'}" in result.stdout
    assert "taken for en, the one language that the model tiny.en knows" in result.stderr

    again = transcribe(short, "--out", tmp_path, "--format", "srt", "--format", "txt")
    assert again.stdout == result.stdout.replace(", en ", ", en (done before) ")
    (tmp_path / "lighthouse.srt").unlink()
    more = transcribe(short, "--out", tmp_path, "--format", "srt", "--format", "vtt", "--json")
    assert json.loads(more.stdout)["transcripts"][0]["kept"] is False
    assert (tmp_path / "lighthouse.srt").is_file()


def test_a_recording_in_which_nobody_is_heard_is_told(tmp_path: Path) -> None:
    """With a language, too."""
    with wave.open(str(tmp_path / "room.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(64_000))
    wanted = ("--out", tmp_path / "out", "--language", "en", "--format", "txt")
    result = transcribe(tmp_path / "room.wav", *wanted)
    assert "room.wav: nobody is heard to speak; play it" in result.stderr
    assert "room.wav: 0 words" in result.stdout


def test_a_name_that_is_no_text_is_heard_and_told_to_scripts(tmp_path: Path) -> None:
    """An old disk's Latin 1 in a shell of today."""
    room = tmp_path / os.fsdecode(b"st\xfcbe.wav")
    with wave.open(str(room), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(64_000))
    command = Path(sysconfig.get_path("scripts")) / "pullquote"
    env = os.environ | {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"}
    heard = [sys.executable, str(command), "transcribe", str(room), "--out", str(tmp_path / "out")]
    done = subprocess.run([*heard, "--json"], capture_output=True, env=env, check=True)
    assert room.name in json.loads(done.stdout)["transcripts"][0]["source"]
    done = subprocess.run(heard, capture_output=True, env=env, check=True)
    assert r"st\udcfcbe.wav" in done.stdout.decode()
    assert (tmp_path / "out" / f"{room.stem}.vtt").is_file()


def test_a_file_that_is_named_twice_is_heard_once(tmp_path: Path, short: Path) -> None:
    result = transcribe(short, short, "--out", tmp_path, "--format", "txt")
    assert len(result.stdout.splitlines()) == 1
    assert (tmp_path / "lighthouse.txt").is_file()


def test_no_model_is_loaded_where_no_file_can_be_read(tmp_path: Path) -> None:
    result = transcribe("lost.mp3", "--out", tmp_path, "--model", "missing.pt", code=1)
    assert result.stderr.startswith("lost.mp3: there is no such file")


def test_a_device_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    for engine in ("openai-whisper", "faster-whisper"):
        wanted = ("--engine", engine, "--device", "gpu")
        assert "'gpu'" in transcribe(SPEECH, "--out", tmp_path, *wanted, code=2).stderr


def test_a_language_that_the_model_lacks_is_wrong_usage(tmp_path: Path) -> None:
    result = transcribe(SPEECH, SPEECH, "--out", tmp_path, "--language", "de", code=2)
    assert result.stderr.count("knows English only, and the language is 'de'") == 1
    assert "--model base" in result.stderr


def test_another_file_of_that_name_does_not_overwrite_what_is_there(
    tmp_path: Path, short: Path
) -> None:
    one, other, same = (tmp_path / folder / "talk.mp3" for folder in "abc")
    for path, more in ((one, b""), (other, bytes(1)), (same, b"")):
        path.parent.mkdir()
        path.write_bytes(short.read_bytes() + more)
    out = tmp_path / "out"
    where = ("--out", out, "--format", "words.json")
    first, second, third = transcribe(one, other, same, *where).stdout.splitlines()
    assert first.endswith("out/talk.words.json")
    assert "out/talk-" in second
    assert third.endswith("(done before) -> " + first.partition(" -> ")[2])  # by its sound
    before = (out / "talk.words.json").read_bytes()
    (line,) = transcribe(other, *where).stdout.splitlines()
    assert "(done before)" in line
    assert line.partition(" -> ")[2] == second.partition(" -> ")[2]
    assert (out / "talk.words.json").read_bytes() == before
    one.write_bytes(short.read_bytes()[:-20_000])  # the host's own file may change
    transcribe(one, *where)
    assert (out / "talk.words.json").read_bytes() != before
    assert len(list(out.glob("talk*.words.json"))) == 2


def test_a_model_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    result = transcribe(SPEECH, "--out", tmp_path, "--model", "missing.pt", code=2)
    assert "there is no model 'missing.pt'" in result.stderr
    assert list(tmp_path.iterdir()) == []
