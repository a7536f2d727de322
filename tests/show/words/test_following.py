"""Where the words of an episode moved, a run moves the times of its ledger, and says so."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.artefacts import AUDIO, RAW, SUSPECTS, TRANSCRIPT, Audio, Suspects
from pipeline.commands import backfill
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.progress import quiet
from pipeline.engine.running.runner import EpisodeResult, Runner
from pipeline.errors import Refused
from pipeline.models import Recognition, Transcript
from pipeline.show.episode import LocalEpisode
from pipeline.show.words.following import run_following
from pipeline.stages.chapter import STAGE as CHAPTER
from pipeline.stages.review import STAGE as REVIEW
from pipeline.stages.suggest import STAGE as SUGGEST
from pipeline.transcript.formats.foreign import read_transcript
from pipeline.workspace import Workspace

TALK = read_transcript(Path(__file__).resolve().parents[2] / "data" / "quotes" / "talk.vtt")
MORTAR = "You can replace mortar in an afternoon."
ROAD = "Nobody wanted the job because there is no road."


def hear(ctx: StageContext[NoSettings]) -> None:
    """The talk after an intro of so many seconds, without one of its sentences."""
    how = json.loads(ctx.input("how.json").read_bytes())
    words = [
        word._replace(
            text=how["misheard"].get(word.text, word.text),
            start=word.start + how["intro"],
            end=word.end + how["intro"],
        )
        for word in TALK.words
        if not how["cut"][0] <= word.start < how["cut"][1]
    ]
    heard = Transcript(words, [[n] for n in range(len(words))])
    ctx.write(TRANSCRIPT, heard)
    ctx.write(RAW, Recognition(words, [], "en", 600.0, "an-engine", "a-model", "0"))
    ctx.write(SUSPECTS, Suspects(suspects=[]))
    ctx.write(AUDIO, Audio(duration=600.0, sha256=how["audio"]))


HEARD = Stage(
    name="correct",
    run=hear,
    inputs=("how.json",),
    outputs=(TRANSCRIPT, RAW, SUSPECTS, AUDIO),
    settings=NoSettings,
)


def start_of(sentence: str) -> float:
    first = sentence.split()
    words = [word.text for word in TALK.words]
    place = next(n for n in range(len(words)) if words[n : n + len(first)] == first)
    return TALK.words[place].start


@pytest.fixture
def folder(tmp_path: Path, new_show: Callable[..., Workspace]) -> Path:
    folder = new_show(tmp_path).episode("one").directory
    with (folder / "episode.toml").open("a", encoding="utf-8") as file:
        file.write('[[chapters]]\nat = "00:01:00"\ntitle = "Mortar"\n')
        file.write('[[chapters]]\nat = "00:00:30"\ntitle = "Road"\n')
        file.write('said = "Nobody wanted the job"\n')
    (folder / "quotes.toml").write_text(
        'review = "host"\n\n[[section]]\nheading = "A"\n\n'
        f'[[section.quote]]\ntext = "{MORTAR}"  # mine\n\n[[section.quote]]\ntext = "{ROAD}"\n'
    )
    return folder


STAGES: list[Stage[Any]] = [HEARD, CHAPTER, SUGGEST, REVIEW]


def hears(
    folder: Path,
    intro: float,
    cut: tuple[float, float] = (-2.0, -1.0),
    misheard: dict[str, str] | None = None,
    audio: str = "one",
) -> None:
    how = {"intro": intro, "cut": cut, "misheard": misheard or {}, "audio": audio}
    (folder / "how.json").write_text(json.dumps(how))


def run(
    folder: Path,
    intro: float,
    cut: tuple[float, float] = (-2.0, -1.0),
    misheard: dict[str, str] | None = None,
    audio: str = "one",
) -> EpisodeResult:
    hears(folder, intro, cut, misheard, audio)
    workspace = Workspace.at(folder.parents[1])
    runner = Runner(workspace, STAGES)
    return run_following(runner, LocalEpisode(workspace, "one"), reporter=quiet, force=())


def chapter_starts(folder: Path) -> list[float]:
    chapters = json.loads((folder / "build/chapters.json").read_bytes())["chapters"]
    return [chapter["startTime"] for chapter in chapters]


def test_an_intro_moves_the_ledger_and_leaves_nothing_stale(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(folder, 0.0)
    capsys.readouterr()
    before = (folder / "quotes.toml").read_text()
    assert before.count("at = ") == 2
    assert run(folder, 0.0).ran == ()
    result = run(folder, 90.0)
    assert set(result.ran) == {"correct", "chapter", "suggest", "review"}
    said = capsys.readouterr().err
    assert "one: quotes: 0 kept, 2 moved, 0 need you" in said
    assert said.count("(+90.0 s)") == 2
    assert "the chapter “Mortar” begins at 00:02:30.0 now, with its words" in said
    assert chapter_starts(folder) == [0.0, start_of(ROAD) + 90.0, 150.0]
    after = (folder / "quotes.toml").read_text()
    assert [line for line in after.splitlines() if not line.startswith("at = ")] == [
        line for line in before.splitlines() if not line.startswith("at = ")
    ]
    assert after != before
    assert run(folder, 90.0).ran == ()
    assert capsys.readouterr().err == ""


def test_an_episode_without_words_that_an_earlier_release_made_learns_of_it(folder: Path) -> None:
    """Its show notes and posts led to an empty transcript until its quotes were touched."""
    settings, nothing = folder / "episode.toml", (-1.0, 600.0)
    settings.write_text(settings.read_text().partition("[[chapters]]")[0])
    (folder / "quotes.toml").write_text('review = "none"\n')
    run(folder, 0.0, nothing)
    made = folder / "build/quotes.json"
    known = made.read_bytes()
    made.write_bytes(known.replace(b'"wordless": true', b'"wordless": false'))
    assert made.read_bytes() != known
    assert run(folder, 0.0, nothing).ran == ("review",)
    assert made.read_bytes() == known
    assert run(folder, 0.0, nothing).ran == ()


def test_a_quote_that_was_cut_refuses_and_the_others_have_moved(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = folder / "episode.toml"
    settings.write_text(settings.read_text().replace('said = "Nobody wanted the job"\n', ""))
    run(folder, 0.0)
    capsys.readouterr()
    road = start_of(ROAD)
    with pytest.raises(Refused, match="not said"):
        run(folder, 30.0, (road - 0.1, road + 3.0))
    said = capsys.readouterr().err
    assert "one: quotes: 0 kept, 1 moved, 1 needs you" in said
    assert "needs you: not said" in said
    text = (folder / "quotes.toml").read_text()
    assert ROAD in text  # nothing is lost
    minutes, seconds = divmod(start_of(MORTAR) + 30.0, 60)
    assert f'at = "00:{minutes:02.0f}:{seconds:04.1f}"' in text


def test_a_back_catalogue_moves_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "all_stages", lambda: STAGES)
    hears(folder, 0.0)
    backfill.run_episode(folder.parents[1], None, "one")
    before = (folder / "quotes.toml").read_text()
    hears(folder, 90.0)
    backfill.run_episode(folder.parents[1], None, "one")
    after = (folder / "quotes.toml").read_text()
    assert after.count("at = ") == 2
    assert after != before


def test_a_consent_outlives_another_recogniser_and_not_another_recording(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Refused):
        run(folder, 0.0, misheard={"mortar": "murder"})
    ledger = folder / "quotes.toml"
    signed = ledger.read_text().replace("# mine", '# mine\nconsent = ["changed: murder to mortar"]')
    ledger.write_text(signed)
    assert run(folder, 0.0, misheard={"mortar": "murder"}).waiting is None
    capsys.readouterr()
    result = run(folder, 0.0, misheard={"mortar": "murders"})
    assert "review" in result.ran
    assert "your consent “changed: murder to mortar” holds" in capsys.readouterr().err
    assert 'consent = ["changed: murders to mortar, after ‘You can replace’"]' in ledger.read_text()
    with pytest.raises(Refused, match="needs your consent"):
        run(folder, 0.0, misheard={"mortar": "more tar"}, audio="two")


def test_a_consent_goes_with_its_take_behind_an_intro(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Refused):
        run(folder, 0.0, misheard={"mortar": "murder"})
    ledger = folder / "quotes.toml"
    signed = ledger.read_text().replace("# mine", '# mine\nconsent = ["changed: murder to mortar"]')
    ledger.write_text(signed)
    run(folder, 0.0, misheard={"mortar": "murder"})
    put_away = folder.parents[1] / ".pullquote/replaced/one/1-transcript.raw.json"
    put_away.parent.mkdir(parents=True)
    put_away.write_bytes((folder / "build/transcript.raw.json").read_bytes())
    capsys.readouterr()
    assert run(folder, 90.0, misheard={"mortar": "murders"}, audio="two").waiting is None
    assert "your consent “changed: murder to mortar” holds" in capsys.readouterr().err
    assert 'consent = ["changed: murders to mortar, after ‘You can replace’"]' in ledger.read_text()
