"""Heavy libraries load when a command needs them: `--help` and `status` stay quick."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli import COMMANDS

HEAVY = {
    "numpy",
    "torch",
    "whisper",
    "boto3",
    "feedgen",
    "pydub",
    "lxml",
    "jinja2",
    "silero_vad",
    "mutagen",
    "babel",
}
CODE = """
import sys
from pipeline.cli import main
try:
    main(sys.argv[1:])
except SystemExit as stop:
    assert not stop.code, stop.code
print(*(name.split(".")[0] for name in sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["publish", "--help"]])
def test_no_heavy_library_is_loaded(arguments: list[str], tmp_path: Path) -> None:
    show = tmp_path / "show"
    for command in (["init", str(show)], None):
        code = [sys.executable, "-c", CODE, *(command or arguments)]
        done = subprocess.run(
            code, capture_output=True, text=True, cwd=show if not command else None
        )
        assert done.returncode == 0, done.stderr
    assert not HEAVY & set(done.stderr.split())


def test_the_list_of_commands_imports_none_of_them() -> None:
    code = [sys.executable, "-c", CODE, "--help"]
    done = subprocess.run(code, capture_output=True, text=True, check=True)
    assert "pydantic" not in done.stderr.split()
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
