"""What is printed of an error, whatever kind of error it is."""

import json

import pytest

from pipeline.commands.app import with_exit_code
from pipeline.errors import PullquoteError


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
