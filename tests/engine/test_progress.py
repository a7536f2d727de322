import io

import pytest

from pipeline.engine.progress import Bars, Lines, Pace, duration, quiet, reporter


class Clock:
    """A clock that the test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_plain_lines_every_few_seconds(clock: Clock) -> None:
    stream = io.StringIO()
    with Lines(stream, clock).stage("one", "transcribe") as progress:
        for second in range(1, 13):
            clock.now += 1
            progress((second - 1) * 18, 2460, "s")
        clock.now += 56
    assert stream.getvalue().splitlines() == [
        "transcribe  1:12 of 41:00, 18x, 2:12 left",
        "transcribe  2:42 of 41:00, 18x, 2:07 left",
        "transcribe  done in 68 s",
    ]


def test_a_stage_that_fails_is_not_done(clock: Clock) -> None:
    stream = io.StringIO()
    with pytest.raises(ValueError, match="no"), Lines(stream, clock).stage("one", "text"):
        raise ValueError("no")
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("unit", "begin", "done", "total", "expected"),
    [
        ("s", 0, 30, 60, "0:30 of 1:00, 3.0x, 0:10 left"),
        ("s", 600, 780, 2460, "13:00 of 41:00, 18x, 1:33 left"),  # a resumed run
        ("s", 0, 30, 0, "0:30, 3.0x"),
        ("bytes", 0, 20e6, 41.5e6, "20.0 of 41.5 MB, 2.0 MB/s, 0:10 left"),
        ("clips", 0, 5, 10, "5 of 10 clips, 0:10 left"),
        ("", 0, 5, 0, "5"),
        ("s", 0, 60, 60, "1:00 of 1:00, 6.0x"),
    ],
)
def test_words(
    clock: Clock, unit: str, begin: float, done: float, total: float, expected: str
) -> None:
    pace = Pace(clock)
    pace.describe(begin, total, unit)
    clock.now += 10
    assert pace.describe(done, total, unit) == expected


def test_no_rate_before_there_is_one(clock: Clock) -> None:
    assert Pace(clock).describe(0, 60, "s") == "0:00 of 1:00"


def test_a_second_pass_starts_its_own_pace(clock: Clock) -> None:
    pace = Pace(clock)
    pace.describe(60, 60, "s")
    clock.now += 1
    assert pace.describe(0, 60, "s") == "0:00 of 1:00"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.04, "0.0 s"), (9.96, "10 s"), (68.2, "68 s"), (200, "3:20")]
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    stream = Terminal()
    with Bars(stream, clock).stage("one", "transcribe") as progress:
        progress(0, 2460, "s")
        clock.now += 68
        progress(1224, 2460, "s")
    shown = stream.getvalue()
    assert "20:24 of 41:00, 18x, 1:08 left" in shown
    assert shown.splitlines()[-1].endswith("transcribe  done in 68 s")


@pytest.mark.parametrize(("stream", "kind"), [(Terminal(), Bars), (io.StringIO(), Lines)])
def test_which_reporter(stream: io.StringIO, kind: type) -> None:
    assert isinstance(reporter(stream), kind)


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with quiet.stage("one", "text") as progress:
        progress(1, 2, "s")
    assert capsys.readouterr() == ("", "")
