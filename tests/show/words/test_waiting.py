"""Another recogniser for a whole catalogue, on real speech with packaged weights."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.workspace import Workspace

SPEECH = Path(__file__).resolve().parents[2] / "data/speech/lighthouse.mp3"


def call(workspace: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["backfill", *arguments, "--root", str(workspace.root)])


@pytest.fixture
def workspace(new_show: Any, tmp_path: Path) -> Workspace:
    made: Workspace = new_show(tmp_path)
    toml = made.show_toml.read_text("utf-8")
    made.show_toml.write_text(f"# of this show\n{toml}", encoding="utf-8")
    shutil.copy(SPEECH, made.episode("one").directory / "audio.mp3")
    return made


@pytest.mark.slow
def test_what_another_recogniser_hears_waits_beside_what_is_in_force(workspace: Workspace) -> None:
    raw = workspace.episode("one").build / "transcript.raw.json"
    assert call(workspace, "--to", "transcribe").exit_code == 0
    before = raw.read_bytes()
    done = call(workspace, "--to", "transcribe", "--model", "base", "--json")
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows[0]["ran"] == ["transcribe"]
    assert raw.read_bytes() == before
    assert json.loads(raw.with_name("transcript.new.json").read_bytes())["model"] == "base"
    again = call(workspace, "--to", "transcribe", "--model", "base")  # as after a Ctrl-C
    for each in (done, again):
        assert each.stderr.endswith(
            "1 new transcriptions wait; quotes of 0 episodes would be touched; "
            "see: pullquote transcript compare --all\n"
        )
    assert again.stdout.startswith("0 done")
    text = workspace.show_toml.read_text("utf-8")
    assert text.startswith("# of this show\n")
    assert '[transcribe]\nmodel = "base"' in text


def test_a_recogniser_that_there_is_not_changes_nothing(workspace: Workspace) -> None:
    before = workspace.show_toml.read_bytes()
    done = call(workspace, "--model", "bsae")
    assert done.exit_code == 2
    assert "bsae" in done.stderr
    assert workspace.show_toml.read_bytes() == before
