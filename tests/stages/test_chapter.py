"""The chapter stage in the engine."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.artefacts import AUDIO, PUBLISHED, TRANSCRIPT, Audio
from pipeline.engine.declared.stage import NoSettings, Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import ConfigError
from pipeline.models import Transcript, Word
from pipeline.settings.episode import ChapterMark
from pipeline.stages.chapter import STAGE
from pipeline.transcript.moved.chapter_words import openings, starts
from pipeline.workspace import Workspace

EPISODE = 'title = "One"\nguid = "1"\ndate = 2024-05-02T12:00:00Z\n'


def hear(ctx: StageContext[NoSettings]) -> None:
    """Twenty minutes, the first half on bridges, the second on bees."""
    words = []
    for n in range(3000):
        subject = "bridge cable tower deck wind" if n < 1500 else "hive queen pollen swarm nectar"
        text = subject.split()[n * n % 5] + ("." if n % 10 == 9 else "")
        words.append(Word(text, n * 0.4, n * 0.4 + 0.3, 0.9, "Ada"))
    ids = [(n,) for n in range(len(words))]
    ctx.write(TRANSCRIPT, Transcript(words, ids))
    ctx.write(AUDIO, Audio(duration=1200.0))


HEARD = Stage(
    name="hear",
    run=hear,
    inputs=("episode.toml",),
    outputs=(TRANSCRIPT, AUDIO),
    settings=NoSettings,
)


def chapters(folder: Path, episode: str) -> list[dict[str, object]]:
    (folder / "episode.toml").write_text(EPISODE + episode, encoding="utf-8")
    Runner(Workspace.at(folder.parents[1]), [HEARD, STAGE]).run("one")
    content = json.loads((folder / "build/chapters.json").read_bytes())
    assert content["version"] == "1.2.0"
    found: list[dict[str, object]] = content["chapters"]
    return found


def test_the_hosts_chapters_are_taken(folder: Path) -> None:
    assert chapters(folder, '[[chapters]]\nat = "00:10:00"\ntitle = "Bees"\n') == [
        {"startTime": 0.0, "title": "Intro"},
        {"startTime": 600.0, "title": "Bees"},
    ]


def test_without_them_the_change_of_subject_is_found(folder: Path) -> None:
    first, second = chapters(folder, "")
    assert first["startTime"] == 0
    assert second["startTime"] == pytest.approx(600, abs=20)


def test_a_chapter_after_the_end_is_a_wrong_setting(folder: Path) -> None:
    with pytest.raises(
        ConfigError,
        match=r"^episodes/\w+/episode\.toml: \[chapters\[1]] at: 00:20:00 lies after the end",
    ):
        chapters(folder, '[[chapters]]\nat = "00:20:00"\ntitle = "Bees"\n')


def test_a_chapter_moves_with_the_words_that_it_opens_with(folder: Path) -> None:
    mark = '[[chapters]]\nat = "{}"\ntitle = "Bees"\nsaid = "{}"\n'
    first, second = chapters(folder, mark.format("00:09:59", "hive queen nectar"))
    assert first == {"startTime": 0.0, "title": "Intro"}
    assert second["startTime"] == 600.0  # where the bees begin
    with pytest.raises(ConfigError, match=r"at: “ants” is not said in this episode"):
        chapters(folder, mark.format("00:10:00", "ants"))
    with pytest.raises(ConfigError, match=r"at: “queen” is said \d+ times .*; correct at"):
        chapters(folder, mark.format("00:15:01", "queen"))


def test_a_chapter_moves_with_the_words_that_it_opened_with(folder: Path) -> None:
    mark = '[[chapters]]\nat = "{}"\ntitle = "Tower"\n'
    said = "the tower of the old town is built of stone and it has stood there for ages"
    before = [
        Word(text, 60 + n * 0.5, 60.4 + n * 0.5, 0.9, "Ada") for n, text in enumerate(said.split())
    ]
    known = openings([ChapterMark(at="00:01:00", title="Tower")], before, known=())
    after = [word._replace(start=word.start + 30, end=word.end + 30) for word in before]
    assert starts(known, before) == {}
    assert starts(known, after) == {"00:01:00": 90.0}
    assert starts(known, [word._replace(start=word.start - 70) for word in before]) == {
        "00:01:00": 0.0
    }
    chapters(folder, mark.format("00:10:00"))
    kept = json.loads((folder / "build/chapters.words.json").read_bytes())
    assert [opening[0] for opening in kept["chapters"]] == ["00:10:00"]
    chapters(folder, mark.format("00:11:00"))  # another time is a new beginning
    kept = json.loads((folder / "build/chapters.words.json").read_bytes())
    assert [opening[0] for opening in kept["chapters"]] == ["00:11:00"]


def test_a_damaged_memory_of_the_openings_is_made_anew(folder: Path) -> None:
    mark = '[[chapters]]\nat = "00:10:00"\ntitle = "Bees"\n'
    chapters(folder, mark)
    kept = folder / "build/chapters.words.json"
    before = kept.read_bytes()
    kept.write_text("{")
    Runner(Workspace.at(folder.parents[1]), [HEARD, STAGE]).run("one", force=["chapter"])
    assert kept.read_bytes() == before


def test_a_released_episode_keeps_its_titles(folder: Path) -> None:
    """What a machine called its chapters is out; a new way to call them changes nothing of it."""
    assert STAGE.keeps
    followed = {"build/transcript.words.json", "build/audio.json", "episode.toml chapters"}
    assert followed < set(STAGE.keeps.follows)
    earlier = replace(STAGE, version=STAGE.version - 1)
    (folder / "episode.toml").write_text(EPISODE, encoding="utf-8")
    workspace = Workspace.at(folder.parents[1])
    Runner(workspace, [HEARD, earlier]).run("one")
    before = (folder / "build/chapters.json").read_bytes()
    PUBLISHED.path(workspace).parent.mkdir(parents=True, exist_ok=True)
    PUBLISHED.path(workspace).write_text('{"version": 1, "episodes": ["one"]}')
    assert Runner(workspace, [HEARD, STAGE]).run("one").ran == ()
    assert (folder / "build/chapters.json").read_bytes() == before
    PUBLISHED.path(workspace).unlink()
    assert Runner(workspace, [HEARD, STAGE]).run("one").ran == ("chapter",)
