"""`init` and `new`: what a host has is kept, and what cannot work is refused before it is copied."""

import errno
import os
import shutil
import subprocess
import sys
import sysconfig
import time
import tomllib
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.settings.show import load_episode
from pipeline.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    assert CliRunner().invoke(main, ["init", str(tmp_path / "show")]).exit_code == 0
    return Workspace.at(tmp_path / "show")


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "tea.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\x00\x10\x00\xf0" * 4000)
    return path


def new(workspace: Workspace, audio: Path, *options: str, slug: str = "tea") -> Result:
    words = ["new", slug, "--audio", str(audio), "--root", str(workspace.root), *options]
    return CliRunner().invoke(main, words)


def test_a_title_keeps_its_letters_on_a_machine_that_speaks_ascii_only(
    workspace: Workspace, recording: Path
) -> None:
    command = Path(sysconfig.get_path("scripts")) / "pullquote"
    subprocess.run(
        [sys.executable, command, "new", "tea", "--audio", recording, "--title", "Über Tee 茶"],
        cwd=workspace.root,
        env=os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0"},
        check=True,
    )
    assert load_episode(workspace, "tea").title == "Über Tee 茶"


def test_init_keeps_what_is_in_the_folder(tmp_path: Path) -> None:
    cover = tmp_path / "show" / "feed" / "artwork.jpg"
    cover.parent.mkdir(parents=True)
    cover.write_bytes(b"my cover")
    assert CliRunner().invoke(main, ["init", str(tmp_path / "show")]).exit_code == 0
    assert cover.read_bytes() == b"my cover"


def test_a_file_where_a_folder_must_be_is_no_fault_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = CliRunner().invoke(main, ["init", str(tmp_path / "file" / "show")])
    assert done.exit_code == 1
    assert "a file stands where a folder must be" in done.stderr
    assert "fault of pullquote" not in done.stderr


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "empty"), (b"root:x:0:0\n" * 9, "not an audio file")]
)
def test_a_broken_recording_makes_no_episode(
    workspace: Workspace, tmp_path: Path, content: bytes, words: str
) -> None:
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(content)
    done = new(workspace, broken)
    assert (done.exit_code, words in done.stderr) == (1, True), done.stderr
    assert not (workspace.episodes / "tea").exists()


def test_a_header_without_sound_makes_no_episode(workspace: Workspace, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "header.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
    assert new(workspace, tmp_path / "header.wav").exit_code == 1
    assert not (workspace.episodes / "tea").exists()


def test_a_recording_without_an_ending_gets_one(workspace: Workspace, recording: Path) -> None:
    assert new(workspace, recording.rename(recording.with_suffix(""))).exit_code == 0
    assert (workspace.episodes / "tea" / "audio.wav").is_file()


def test_hidden_files_beside_tracks_stay_where_they_are(
    workspace: Workspace, recording: Path
) -> None:
    folder = recording.parent / "voices"
    folder.mkdir()
    recording.rename(folder / "ada.wav")
    (folder / ".DS_Store").write_bytes(b"\x00")
    assert new(workspace, folder).exit_code == 0
    assert [path.name for path in (workspace.episodes / "tea/tracks").iterdir()] == ["ada.wav"]


def test_a_copy_that_fails_leaves_nothing_in_the_way(
    workspace: Workspace, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = recording.parent / "voices"
    folder.mkdir()
    for name in ("ada.wav", "bob.wav"):
        shutil.copy(recording, folder / name)

    def copy_until_the_disk_is_full(source: Path, target: Path) -> None:
        if source.name == "bob.wav":
            raise OSError(errno.ENOSPC, "No space left on device", str(source))
        target.touch()

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", copy_until_the_disk_is_full)
        done = new(workspace, folder)
        assert (done.exit_code, "the disk is full" in done.stderr) == (1, True), done.stderr
    assert list(workspace.episodes.iterdir()) == []
    assert list((workspace.state / "new").iterdir()) == []
    assert new(workspace, recording).exit_code == 0
    assert not (workspace.episodes / "tea" / "tracks").exists()


def test_notes_and_the_recording_itself_may_lie_there_already(
    workspace: Workspace, recording: Path
) -> None:
    folder = workspace.episodes / "tea"
    folder.mkdir()
    (folder / "notes.txt").write_text("oolong")
    placed = recording.rename(folder / "audio.wav")
    sound = placed.read_bytes()
    assert new(workspace, placed).exit_code == 0
    assert placed.read_bytes() == sound
    assert sorted(path.name for path in folder.iterdir()) == [
        "audio.wav", "episode.toml", "notes.txt"
    ]  # fmt: skip


def test_another_recording_in_the_folder_is_not_joined_by_a_second(
    workspace: Workspace, recording: Path
) -> None:
    folder = workspace.episodes / "tea"
    folder.mkdir()
    (folder / "audio.flac").write_bytes(b"mine")
    done = new(workspace, recording)
    assert (done.exit_code, "there is a recording already" in done.stderr) == (2, True)
    assert [path.name for path in folder.iterdir()] == ["audio.flac"]


@pytest.mark.parametrize("date", ["yesterday", "0001-01-01", "2026-13-01T00:00:00Z"])
def test_no_date_is_refused(workspace: Workspace, recording: Path, date: str) -> None:
    done = new(workspace, recording, "--date", date)
    assert (done.exit_code, "write it as" in done.stderr) == (2, True), done.stderr


def test_a_time_that_no_clock_shows_is_refused(
    workspace: Workspace, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was held back until an hour before."""
    with monkeypatch.context() as there:
        there.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")  # Berlin
        time.tzset()
        done = new(workspace, recording, "--date", "2027-03-28T02:30:00")
        after = new(workspace, recording, "--date", "2027-03-28T03:00:00")
    time.tzset()
    assert (done.exit_code, "no time of that night" in done.stderr) == (2, True), done.stderr
    assert after.exit_code == 0
    assert "date = 2027-03-28T03:00:00+02:00" in workspace.episode("tea").toml.read_text()


def test_what_new_writes_can_be_read(workspace: Workspace, recording: Path) -> None:
    title = 'She \x1b\x01said "tea"\n& <b>it’s</b> \\ \U0001f399 שלום'
    done = new(workspace, recording, "--title", title, "--date", "2026-05-01T08:00:00.5+02:00")
    assert done.exit_code == 0, done.stderr
    assert load_episode(workspace, "tea").title == title.replace("\n", " ").replace("\x1b\x01", "")
    assert tomllib.loads((workspace.episodes / "tea/episode.toml").read_text())["date"].second == 0


def test_a_title_that_no_app_shows_whole_is_refused(workspace: Workspace, recording: Path) -> None:
    assert new(workspace, recording, "--title", "x" * 255, slug="long").exit_code == 0
    assert new(workspace, recording, "--title", "x" * 256, slug="longer").exit_code == 2


def test_the_nearest_slug_keeps_its_letters(workspace: Workspace, recording: Path) -> None:
    done = new(workspace, recording, slug="Über Crème")
    assert (done.exit_code, "such as uber-creme" in done.stderr) == (2, True)


def test_episodes_made_in_one_second_differ_in_date(workspace: Workspace, recording: Path) -> None:
    for number in range(3):
        assert new(workspace, recording, slug=f"tea-{number}").exit_code == 0
    assert len({load_episode(workspace, slug).date for slug in workspace.slugs()}) == 3


MADE = Path(__file__).resolve().parents[2] / "Makefile"


_MAKE = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}


@pytest.fixture(params=["the show's", "this repository's"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """`make(code, *words)`: make's exit code and words, where the command ends with `code`."""
    folder = tmp_path / "show"
    CliRunner().invoke(main, ["init", str(folder)])
    if request.param != "the show's":
        shutil.copy(MADE, folder)
    commands = tmp_path / "bin"
    commands.mkdir()
    installed = ["-o", ".venv/.installed-run", f"BIN={commands}"]

    def run(code: int, *words: str) -> tuple[int, str]:
        (commands / "pullquote").write_text(f'#!/bin/sh\necho "pullquote $*"\nexit {code}\n')
        (commands / "pullquote").chmod(0o755)
        path = f"{commands}:{os.environ['PATH']}"
        done = subprocess.run(
            ["make", *installed, *words],
            cwd=folder,
            # Under `make test` they would make this one speak of folders that it enters.
            env={**{k: v for k, v in os.environ.items() if k not in _MAKE}, "PATH": path},
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_make_says_what_is_missing(make: Callable[..., tuple[int, str]]) -> None:
    """An empty AUDIO was taken for this folder, and its Makefile for the recording."""
    code, said = make(0, "new", "EPISODE=tea")
    assert code == 2
    assert "name the recording: make new EPISODE=slug AUDIO=path" in said
    code, said = make(0, "publish")
    assert code == 2
    assert "name the episode: make publish EPISODE=slug" in said
    assert "pullquote" not in said
    for name in ("~/a b.wav", 'Joe\'s "talk" for $5 `x`.wav', "-a.wav"):
        done = make(0, "new", "EPISODE=tea", f"AUDIO={name}")
        assert done == (0, f"pullquote new tea --audio {name}\n")


def test_make_stops_in_peace_where_the_review_waits(make: Callable[..., tuple[int, str]]) -> None:
    assert make(3, "publish", "EPISODE=tea") == (0, "pullquote publish tea --review host\n")
    code, said = make(4, "publish", "EPISODE=tea")
    assert code == 2
    assert "Error 4" in said


def test_an_empty_name_is_no_recording(tmp_path: Path) -> None:
    """Of a Makefile that an older `init` wrote."""
    CliRunner().invoke(main, ["init", str(tmp_path)])
    result = CliRunner().invoke(main, ["new", "tea", "--audio", "", "--root", str(tmp_path)])
    assert result.exit_code == 2
    assert "no recording is named" in result.output
    assert "make new EPISODE=slug AUDIO=path" in result.output
