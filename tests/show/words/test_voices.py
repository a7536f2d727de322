"""`pullquote transcript speakers`, over voices as the stage leaves them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.show.episode import LocalEpisode
from pipeline.show.words.voices import unnamed_line
from pipeline.stages.attribute import VOICES, Voices
from pipeline.workspace import Workspace

EPISODE = """
title = "One"
guid = "1"
date = 2024-05-02T12:00:00Z
people = [{ name = "Charles Babbage", role = "guest" }]
"""
PEOPLE = 'people = [{ name = "Ada Lovelace" }]\n'
TURNS = [("Speaker 1", 0.5, 4.0), ("Speaker 2", 4.5, 9.5), ("Speaker 1", 10.0, 11.0)]


def voice(number: int) -> list[float]:
    random = np.random.default_rng(number)
    numbers: list[float] = random.normal(size=192).tolist()
    return numbers


def make(root: Path, slug: str, voices: dict[str, list[float]]) -> None:
    build = root / "episodes" / slug / "build"
    build.mkdir()
    turns = [{"speaker": speaker, "start": start, "end": end} for speaker, start, end in TURNS]
    content = {"version": 1, "method": "diarisation", "turns": turns}
    (build / "speakers.json").write_text(json.dumps(content))
    kept = root / ".pullquote/cache" / slug / "attribute/voices.json"
    kept.parent.mkdir(parents=True)
    kept.write_text(VOICES.dump(Voices(1, None, 0, [], voices)))


@pytest.fixture
def show(tmp_path: Path, new_show: Callable[..., Workspace]) -> Path:
    new_show(tmp_path, PEOPLE, dict.fromkeys(("one", "two"), EPISODE))
    make(tmp_path, "one", {"Speaker 1": voice(1), "Speaker 2": voice(2)})
    make(tmp_path, "two", {"Speaker 1": voice(2), "Speaker 2": voice(1)})
    return tmp_path


def call(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["transcript", "speakers", *arguments, "--root", str(root)])


def listed(root: Path, slug: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(call(root, slug, "--json").stdout)["speakers"]
    return found


def test_names_are_proposed_in_the_order_of_speaking_and_written_when_accepted(show: Path) -> None:
    episode = LocalEpisode(Workspace.at(show), "one")
    assert unnamed_line(episode).startswith("one: 2 voices have no name: pull")
    first, second = listed(show, "one")
    assert (first["label"], first["first"], first["seconds"]) == ("Speaker 1", 0.5, 4.5)
    assert (first["name"], first["proposed"]) == (None, "Ada Lovelace")
    assert second["proposed"] == "Charles Babbage"
    assert not (show / "episodes/one/corrections.toml").exists()  # looking changes nothing
    done = call(show, "one", "--accept")
    assert "episodes/one/corrections.toml; now: pullquote run one" in done.stderr
    written = (show / "episodes/one/corrections.toml").read_text(encoding="utf-8")
    assert '"Speaker 1" = "Ada Lovelace"' in written
    assert unnamed_line(episode) == ""
    assert [found["name"] for found in listed(show, "one")] == ["Ada Lovelace", "Charles Babbage"]


def test_a_voice_that_was_named_is_known_in_another_episode(show: Path) -> None:
    call(show, "one", "--name", "Speaker 1=Ada Lovelace", "--name", "Speaker 2=Charles Babbage")
    found = listed(show, "two")
    assert [voice["proposed"] for voice in found] == ["Charles Babbage", "Ada Lovelace"]
    assert all("earlier episode" in voice["why"] for voice in found)
    lines = call(show, "two").stdout.splitlines()
    assert lines[0].startswith("Speaker 1    from 00:00:00,     4 s  Charles Babbage? (sounds like")

    # A name that is put right is put right for the next episode, too.
    call(show, "one", "--name", "Speaker 1=Charles Babbage", "--name", "Speaker 2=Ada Lovelace")
    assert [voice["proposed"] for voice in listed(show, "two")] == [
        "Ada Lovelace",
        "Charles Babbage",
    ]


def test_nobody_is_proposed_by_order_when_more_speak_than_are_listed(show: Path) -> None:
    path = show / "episodes/one/build/speakers.json"
    content = json.loads(path.read_bytes())
    content["turns"].append({"speaker": "Speaker 3", "start": 12.0, "end": 14.0})
    path.write_text(json.dumps(content))
    assert [voice["proposed"] for voice in listed(show, "one")] == [None] * 3
    assert "nobody knows" in call(show, "one").stdout


@pytest.mark.parametrize("text", ["Speaker 9=Eve", "Speaker 1=", "Ada"])
def test_wrong_names_say_how_it_is_written(show: Path, text: str) -> None:
    done = call(show, "one", "--name", text)
    assert done.exit_code == 2
    assert "--name 'Speaker 1=Ada Lovelace'" in done.stderr


def test_an_episode_that_was_not_run(show: Path) -> None:
    (show / "episodes/one/build/speakers.json").unlink()
    done = call(show, "one")
    assert done.exit_code == 1
    assert "pullquote run one --to suggest" in done.stderr


def test_where_more_speak_than_are_named_it_says_what_to_do(show: Path) -> None:
    episode = show / "episodes/one/episode.toml"
    text = episode.read_text(encoding="utf-8")
    episode.write_text(text.replace("people =", "# people ="), encoding="utf-8")
    told = call(show, "one").stderr
    assert "add who speaks to episodes/one/episode.toml" in told
    assert "--name 'Speaker 1=NAME'" in told


def test_where_nothing_says_who_speaks_it_says_how_to_have_it_told(show: Path) -> None:
    found = json.dumps({"version": 1, "method": "none", "turns": []})
    (show / "episodes/one/build/speakers.json").write_text(found)
    assert "one: nothing says who speaks: record tracks/" in call(show, "one").stderr
