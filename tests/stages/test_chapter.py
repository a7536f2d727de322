"""The chapter stage in the engine."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.artefacts import AUDIO, CHAPTERS, PROPOSED, PUBLISHED, TRANSCRIPT, Audio
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import ConfigError
from pipeline.models import Chapter, Transcript, Word
from pipeline.settings.episode import ChapterMark
from pipeline.stages.chapter import STAGE
from pipeline.transcript.moved.chapter_words import openings, starts
from pipeline.workspace import Workspace

EPISODE = 'title = "One"\nguid = "1"\ndate = 2024-05-02T12:00:00Z\n'
LONG = "# half an hour\n"
SUBJECTS = (
    ("bridge cable tower deck wind", ""),
    ("hive queen pollen swarm bees", "Why do bees dance?"),
    ("flour yeast crust oven dough", "How does dough rise?"),
)


def hear(ctx: StageContext[NoSettings]) -> None:
    """Ten minutes each on bridges and on bees; on bread too in a long one, perhaps after a jingle."""
    text = ctx.input("episode.toml").read_text(encoding="utf-8")
    subjects, later = SUBJECTS[: 3 if LONG in text else 2], 30.0 if "jingle" in text else 0.0
    words = []
    for n in range(1500 * len(subjects)):
        telling, asked = subjects[n // 1500]
        said = telling.split()[n * n % 5] + ("." if n % 10 == 9 else "")
        if LONG in text and n % 1500 < 5 and n >= 1500:
            said = ([*asked.split(), "so"])[n % 1500]
        words.append(Word(said, later + n * 0.4, later + n * 0.4 + 0.3, 0.9, "Ada"))
    if "mended" in text:
        words[9] = words[9]._replace(text="bells.")
    ids = [(n,) for n in range(len(words))]
    ctx.write(TRANSCRIPT, Transcript(words, ids))
    ctx.write(AUDIO, Audio(duration=later + 0.4 * len(words)))


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


def test_without_them_nothing_is_published_and_some_are_proposed(folder: Path) -> None:
    assert chapters(folder, "") == []
    found = PROPOSED.read(folder / "build/chapters.proposed.json")
    assert not found.taken
    assert [each.start for each in found.chapters] == [pytest.approx(600, abs=20)]


def test_a_show_may_take_them_unseen(folder: Path) -> None:
    settings = folder.parents[1] / "feed/show.toml"
    settings.write_text('chapters = "auto"\n' + settings.read_text())
    first, second, third = chapters(folder, LONG)
    assert first == {"startTime": 0.0, "title": "Intro"}
    assert (second["title"], third["title"]) == ("Why do bees dance?", "How does dough rise?")
    assert PROPOSED.read(folder / "build/chapters.proposed.json").taken


def test_a_chapter_after_the_end_is_a_wrong_setting(folder: Path) -> None:
    with pytest.raises(
        ConfigError,
        match=r"^episodes/\w+/episode\.toml: \[chapters\[1]] at: 00:20:00 lies after the end",
    ):
        chapters(folder, '[[chapters]]\nat = "00:20:00"\ntitle = "Bees"\n')


def test_a_chapter_moves_with_the_words_that_it_opens_with(folder: Path) -> None:
    mark = '[[chapters]]\nat = "{}"\ntitle = "Bees"\nsaid = "{}"\n'
    first, second = chapters(folder, mark.format("00:09:59", "hive queen bees"))
    assert first == {"startTime": 0.0, "title": "Intro"}
    assert second["startTime"] == 600.0  # where the bees begin
    with pytest.raises(ConfigError, match=r"at: “ants” is not said in this episode"):
        chapters(folder, mark.format("00:10:00", "ants"))
    with pytest.raises(ConfigError, match=r"at: “queen” is said \d+ times .*; correct at"):
        chapters(folder, mark.format("00:15:01", "queen"))


def test_a_chapter_whose_words_are_mended_stays(folder: Path) -> None:
    """A typing error in `said` is told; that other words are heard there now is no error of the host's."""
    mark = (
        '# mended later\n[[chapters]]\nat = "00:00:03.2"\ntitle = "Bells"\nsaid = "wind bells."\n'
    )
    assert [each["startTime"] for each in chapters(folder, mark)] == [0.0, 3.2]
    found = chapters(folder, mark.replace("mended", "as it was"))
    assert [each["startTime"] for each in found] == [0.0, 3.2]
    assert [each["startTime"] for each in chapters(folder, mark + "# a jingle")] == [0.0, 33.2]
    other = mark.replace("mended", "as it was").replace("wind bells", "wind balls")
    with pytest.raises(ConfigError, match=r"“wind balls\.” is not said"):
        chapters(folder, other.replace("03.2", "04.0"))


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


@pytest.fixture
def published(folder: Path) -> Callable[[Stage[Any]], Runner]:
    """An episode whose chapters no host made, released by a stage of then; runs as today."""

    def publish(stage: Stage[Any]) -> Runner:
        (folder / "episode.toml").write_text(EPISODE + LONG, encoding="utf-8")
        workspace = Workspace.at(folder.parents[1])
        Runner(workspace, [HEARD, stage]).run("one")
        PUBLISHED.path(workspace).parent.mkdir(parents=True, exist_ok=True)
        PUBLISHED.path(workspace).write_text('{"version": 1, "episodes": ["one"]}')
        return Runner(workspace, [HEARD, STAGE])

    return publish


def as_before_seven(ctx: StageContext[Any]) -> None:
    """What was published then: a chapter by what is said first."""
    ctx.write(CHAPTERS, [Chapter(0.0, "“Welcome”"), Chapter(600.0, "“Why do bees dance?”")])


BEFORE_SEVEN = replace(STAGE, version=6, run=as_before_seven)


def test_a_released_episode_keeps_its_chapters(
    folder: Path, published: Callable[[Stage[Any]], Runner]
) -> None:
    """What a machine called its chapters is out: it stays, with its words, until the host decides."""
    assert STAGE.keeps
    followed = {"build/transcript.words.json", "build/audio.json", "episode.toml chapters"}
    assert followed < set(STAGE.keeps.follows)
    runner = published(BEFORE_SEVEN)
    before = (folder / "build/chapters.json").read_bytes()
    assert runner.run("one").ran == ()
    with (folder / "episode.toml").open("a", encoding="utf-8") as file:
        file.write("# a word is mended\n")
    assert runner.run("one").ran == ("hear", "chapter")
    assert (folder / "build/chapters.json").read_bytes() == before
    assert PROPOSED.read(folder / "build/chapters.proposed.json").taken
    with (folder / "episode.toml").open("a", encoding="utf-8") as file:
        file.write("# later: a jingle of 30 seconds\n")
    runner.run("one")
    assert [each.start for each in CHAPTERS.read(folder / "build/chapters.json")] == [0.0, 630.0]
    runner.run("one", force=["chapter"])
    assert CHAPTERS.read(folder / "build/chapters.json") == []


def test_the_hosts_own_chapters_go_when_the_host_takes_them_out(
    folder: Path, published: Callable[[Stage[Any]], Runner]
) -> None:
    own = '[[chapters]]\nat = "00:10:00"\ntitle = "Bees"\n'
    workspace = Workspace.at(folder.parents[1])
    runner = published(STAGE)
    (folder / "episode.toml").write_text(EPISODE + own, encoding="utf-8")
    runner.run("one")
    assert len(CHAPTERS.read(folder / "build/chapters.json")) == 2
    (folder / "episode.toml").write_text(EPISODE, encoding="utf-8")
    assert "chapter" in Runner(workspace, [HEARD, STAGE]).run("one").ran
    assert CHAPTERS.read(folder / "build/chapters.json") == []


def test_an_unreleased_episode_takes_todays_way(folder: Path) -> None:
    (folder / "episode.toml").write_text(EPISODE + LONG, encoding="utf-8")
    workspace = Workspace.at(folder.parents[1])
    Runner(workspace, [HEARD, BEFORE_SEVEN]).run("one")
    assert Runner(workspace, [HEARD, STAGE]).run("one").ran == ("chapter",)
    assert CHAPTERS.read(folder / "build/chapters.json") == []
