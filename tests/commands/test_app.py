"""What is printed of an error, whatever kind of error it is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.commands.app import with_exit_code
from pipeline.errors import PullquoteError

REPOSITORY = Path(__file__).resolve().parents[2]


def test_a_recursion_that_ran_too_deep_is_told_with_v(capsys: pytest.CaptureFixture[str]) -> None:
    def deeper(number: int) -> None:
        try:
            deeper(number + 1)
        except RecursionError:
            raise ValueError(number) from None
        except ValueError:
            raise ValueError(number)  # noqa: B904 - a chain as long as the stack was deep

    with pytest.raises(SystemExit) as ended:
        with_exit_code(lambda: deeper(0), verbose=True)
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert told.endswith("report what it prints\n")
    assert "internal error: ValueError: 0" in told
    assert 1 < told.count("which led to:") < 20


def test_an_error_that_leads_to_itself_is_told_with_v(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = PullquoteError("one"), PullquoteError("other")
    one.__cause__, other.__cause__ = other, one

    def fail() -> None:
        raise one

    with pytest.raises(SystemExit):
        with_exit_code(fail, verbose=True)
    assert capsys.readouterr().err.endswith("\none\n")


def test_json_too_deep_to_be_read_is_told_with_v(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        with_exit_code(lambda: json.loads("[" * 200_000), verbose=True)
    assert "internal error: RecursionError" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told", "usage"),
    [
        ("publsh tea", "No such command 'publsh'", "pullquote [OPTIONS] COMMAND"),
        ("--rot x run", "No such option '--rot'", "pullquote [OPTIONS] COMMAND"),
        ("run", "Missing argument 'SLUG'", "pullquote run [OPTIONS] SLUG"),
        (
            "quotes chek",
            "No such command 'chek'. Did you mean 'check'?",
            "pullquote quotes [OPTIONS]",
        ),
        ("review tea --port x", "Invalid value for '--port'", "pullquote review [OPTIONS] SLUG"),
    ],
)
def test_wrong_usage_is_told_in_two_lines(words: str, told: str, usage: str) -> None:
    done = CliRunner().invoke(main, words.split(), prog_name="pullquote")
    assert (done.exit_code, done.stdout) == (2, "")
    what, hint = done.stderr.splitlines()
    assert what.startswith(told)
    assert hint.startswith(f"  Usage: {usage}")
    assert hint.endswith(" --help")


def test_a_command_that_is_spelled_otherwise_is_named() -> None:
    assert "'publish'" in CliRunner().invoke(main, ["publsh"]).stderr


def test_ctrl_c_while_a_command_is_imported_ends_it_as_later_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("importlib.import_module", interrupted)
    done = CliRunner().invoke(main, ["status"])
    assert (done.exit_code, done.stderr) == (130, "stopped before it began\n")


@pytest.mark.parametrize(
    "lacks",
    [
        pytest.param("import sys; sys.modules['pydantic'] = None", id="of the command's module"),
        pytest.param("import sys; sys.modules['lxml'] = None", id="of what it calls"),
        pytest.param("import urllib3; del urllib3.BaseHTTPResponse", id="an older one"),
    ],
)
def test_a_library_that_came_with_pulled_code_is_told_in_two_lines(
    lacks: str, tmp_path: Path
) -> None:
    CliRunner().invoke(main, ["init", str(tmp_path)])
    code = f"{lacks}\nfrom pipeline.cli import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", code, "import", "feed.xml", "--root", str(tmp_path)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    what, hint = done.stderr.splitlines()
    assert what.startswith("the library '")
    assert f"{sys.executable} -m pip install --upgrade -e {REPOSITORY}" in hint
