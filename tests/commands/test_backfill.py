import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from pipeline.cli import main
from pipeline.commands.backfill import _stale, _table
from pipeline.engine.running.runner import EpisodeResult, Runner
from pipeline.show.backfilling.tally import Tally
from pipeline.stages import all_stages
from pipeline.workspace import Workspace, write_text

SPEECH = Path(__file__).parents[1] / "data/speech/lighthouse.mp3"
EPISODE = 'title = "One"\nguid = "{}"\ndate = 2026-05-01T08:00:00+02:00\n'


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A show of two episodes, neither of which can be mastered."""
    assert CliRunner().invoke(main, ["init", str(tmp_path)]).exit_code == 0
    for slug in ("no-recording", "no-sound"):
        write_text(tmp_path / "episodes" / slug / "episode.toml", EPISODE.format(slug))
    write_text(tmp_path / "episodes" / "no-sound" / "audio.wav", "words, not sound")
    return tmp_path


def check(printed: str) -> None:
    *lines, counted = [json.loads(line) for line in printed.splitlines()]
    assert (counted["episodes"], counted["failed"]) == (2, 2)
    rows = {row["slug"]: row for row in lines}
    assert "no recording" in rows["no-recording"]["error"]
    assert "not an audio file" in rows["no-sound"]["error"]


def test_what_failed_says_what_to_do(broken: Path) -> None:
    done = CliRunner().invoke(main, ["backfill", "--to", "master", "--root", str(broken)])
    assert "no-recording: no recording\n  put it there as audio.wav" in done.stderr


def test_one_broken_episode_does_not_stop_the_others(broken: Path) -> None:
    done = CliRunner().invoke(main, ["backfill", "--json", "--to", "master", "--root", str(broken)])
    assert done.exit_code == 1
    check(done.stdout)


def test_what_is_made_up_to_a_stage_is_not_gone_through_again(broken: Path) -> None:
    shutil.copy(SPEECH, broken / "episodes/no-recording/audio.mp3")
    workspace = Workspace(broken)
    Runner(workspace, all_stages()).run("no-recording", to="master")
    assert _stale(workspace, "master") == ["no-sound"]
    assert _stale(workspace, "suggest") == ["no-recording", "no-sound"]


def test_an_unknown_stage_is_wrong_usage_before_anything_runs(broken: Path) -> None:
    done = CliRunner().invoke(main, ["backfill", "--to", "hear", "--root", str(broken)])
    assert done.exit_code == 2
    assert done.stderr.startswith("no stage 'hear'\n  there are: ")


def test_an_unknown_episode_is_wrong_usage(tmp_path: Path) -> None:
    runner = CliRunner()
    runner.invoke(main, ["init", str(tmp_path)])
    done = runner.invoke(main, ["backfill", "nope", "--root", str(tmp_path)])
    assert done.exit_code == 2
    assert "no episode 'nope'" in done.stderr


def test_an_empty_show_has_nothing_to_do(tmp_path: Path) -> None:
    runner = CliRunner()
    runner.invoke(main, ["init", str(tmp_path)])
    done = runner.invoke(main, ["backfill", "--root", str(tmp_path)])
    assert (done.exit_code, done.stdout) == (0, "0 done, 0 waiting for your review, 0 failed\n")


def test_the_table_names_the_episodes_that_are_worked_on(tmp_path: Path) -> None:
    tally = Tally(Workspace(tmp_path), [f"e{n}" for n in range(9)], 6, None)
    tally.count(EpisodeResult("e1"))
    console = Console(record=True, width=100)
    console.print(_table(tally))
    printed = console.export_text()
    assert "1 of 9" in printed
    assert "now e0, e2, e3, e4 and 2 more" in printed
    for slug in tally.slugs:
        tally.count(EpisodeResult(slug))
    assert not _table(tally).caption
