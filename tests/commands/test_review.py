"""`pullquote review`: the real command, where no browser can be opened."""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.artefacts import CANDIDATES, Candidates
from pipeline.cli import main
from pipeline.models import encode
from pipeline.quotes.proposals.candidates import suggest
from pipeline.transcript.formats.foreign import read_transcript
from pipeline.workspace import Workspace

TALK = Path(__file__).resolve().parents[1] / "data" / "quotes" / "talk.vtt"


@pytest.fixture
def build(tmp_path: Path, new_show: Callable[..., Workspace]) -> Path:
    build = new_show(tmp_path).episode("one").build
    build.mkdir()
    talk = read_transcript(TALK)
    (build / "transcript.words.json").write_text(json.dumps(encode(talk)))
    (build / "suspects.json").write_text('{"version": 1, "suspects": []}')
    found = Candidates(suggest(talk, 5, ["Mara"]))
    (build / "candidates.json").write_text(CANDIDATES.dump(found))
    return build


def started(root: Path) -> subprocess.Popen[str]:
    """The command on a machine whose only browser cannot be started."""
    known = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"}
    }
    command = Path(sysconfig.get_path("scripts")) / "pullquote"
    return subprocess.Popen(
        [sys.executable, command, "review", "one", "--root", root],
        env=known | {"BROWSER": "no-such-browser", "PATH": ""},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_without_a_browser_it_says_what_to_do_and_serves(tmp_path: Path, build: Path) -> None:
    with started(tmp_path) as asked:
        assert asked.stdout
        said = ""
        while "quotes check one" not in said:
            line = asked.stdout.readline()
            assert line, said
            said += line
        assert asked.poll() is None, "the page stays open"
        asked.terminate()
    assert "http://127.0.0.1:" in said
    assert "ssh -N -L" in said
    assert "episodes/one/quotes.toml" in said


def test_without_candidates_it_says_how_to_make_them(tmp_path: Path, build: Path) -> None:
    (build / "candidates.json").unlink()
    asked = CliRunner().invoke(main, ["review", "one", "--root", str(tmp_path)])
    assert asked.exit_code == 1
    assert "pullquote run one --to suggest" in asked.stderr
