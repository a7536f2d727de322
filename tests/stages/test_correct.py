"""The correct stage in the engine: raw words and a person's files in, every format out."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.artefacts import RAW, SPEAKERS, Speakers
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import ConfigError
from pipeline.models import Recognition, Segment, Turn, Word
from pipeline.stages.correct import STAGE
from pipeline.transcript.formats.foreign import read_transcript
from pipeline.workspace import Workspace

EPISODE = 'title = "One"\nguid = "1"\ndate = 2024-05-02T12:00:00Z\n'
SAID = "We put it on our kive. Was it down? It was, um, slow."


def hear(ctx: StageContext[NoSettings]) -> None:
    """Recognition, given."""
    words = [Word(text, n, n + 0.8, 0.2 if n == 9 else 0.9) for n, text in enumerate(SAID.split())]
    raw = Recognition(
        words,
        [Segment(0, 6, 0, 6, -0.2, 0.0, 1.2), Segment(6, len(words), 6, 13, -0.2, 0.0, 1.2)],
        "en",
        13.0,
        "openai-whisper",
        "tiny.en",
        "0" * 64,
    )
    ctx.write(RAW, raw)
    turns = [
        Turn("Ada", 0.0, 5.9),
        Turn("Charles", 5.9, 9.0),
        Turn("Ada", 9.0, 13.0),
    ]
    ctx.write(SPEAKERS, Speakers(method="tracks", turns=turns))


HEARD = Stage(
    name="hear",
    run=hear,
    inputs=("episode.toml",),
    outputs=(RAW, SPEAKERS),
    settings=NoSettings,
)


@pytest.fixture
def run(folder: Path) -> Callable[[], tuple[str, ...]]:
    runner = Runner(Workspace.at(folder.parents[1]), [HEARD, STAGE])
    return lambda: runner.run("one").ran


def test_every_format_tells_the_same(folder: Path, run: Callable[[], tuple[str, ...]]) -> None:
    assert run() == ("hear", "correct")
    build = folder / "build"
    words = read_transcript(build / "transcript.words.json")
    assert [word.text for word in words.words] == SAID.split()
    assert words.breaks == (0, 6, 9) or list(words.breaks) == [0, 6, 9]
    said = [(word.speaker, word.text) for word in words.words]
    for name in ("json", "vtt", "srt"):
        read = read_transcript(build / f"transcript.{name}")
        assert [(word.speaker, word.text) for word in read.words] == said
    assert (
        (build / "transcript.txt").read_text(encoding="utf-8").startswith("Ada [00:00:00]\nWe put")
    )
    assert json.loads((build / "suspects.json").read_bytes()) == {
        "version": 1,
        "suspects": [
            {
                "first": 9,
                "last": 10,
                "start": 9.0,
                "end": 9.8,
                "score": 0.759,  # the chance of being misheard
                "why": ["the recogniser is unsure"],
                "parts": [[9, 10, 0.759]],
            }
        ],
        "changes": [],
        "problems": [],
    }
    assert run() == ()


def test_corrections_and_glossary_run_the_stage_again(
    folder: Path, run: Callable[[], tuple[str, ...]]
) -> None:
    run()
    (folder / "corrections.toml").write_text(
        '[[replace]]\nat = "00:00:11"\nsaid = "um"\ntext = ""\n', encoding="utf-8"
    )
    assert run() == ("correct",)
    (folder.parents[1] / "feed/glossary.toml").write_text(
        '[[term]]\ntext = "arXiv"\nheard = ["our kive"]\n', encoding="utf-8"
    )
    assert run() == ("correct",)
    words = read_transcript(folder / "build/transcript.words.json")
    assert " ".join(word.text for word in words.words) == (
        "We put it on arXiv. Was it down? It was, slow."
    )
    assert [list(ids) for ids in words.raw_ids][4:6] == [[4, 5], [6]]
    changes = json.loads((folder / "build/suspects.json").read_bytes())["changes"]
    assert [(change["kind"], change["raw"], change["published"]) for change in changes] == [
        ("glossary", "our kive.", "arXiv."),
        ("correction", "um,", ""),
    ]


def test_a_correction_that_no_longer_fits_is_listed_and_does_not_block(
    folder: Path, run: Callable[[], tuple[str, ...]]
) -> None:
    path = folder / "corrections.toml"
    path.write_text('[[replace]]\nsaid = "abacus"\ntext = "x"\n', encoding="utf-8")
    run()
    assert json.loads((folder / "build/suspects.json").read_bytes())["problems"] == [
        {
            "entry": "[[replace]] 'abacus'",
            "why": "these words are not in the transcript",
            "at": None,
        }
    ]


def test_the_people_of_show_and_episode_are_terms(
    folder: Path, run: Callable[[], tuple[str, ...]]
) -> None:
    (folder / "episode.toml").write_text(
        EPISODE + 'people = [{ name = "Ada Slough" }]\n', encoding="utf-8"
    )
    run()
    assert "It was, um, slow." in (folder / "build/transcript.txt").read_text(encoding="utf-8")
    (folder / "episode.toml").write_text(
        EPISODE + 'people = [{ name = "Slou" }]\n', encoding="utf-8"
    )
    run()
    words = read_transcript(folder / "build/transcript.words.json").words
    assert [word.text for word in words][-1] == "slow."  # four letters: too short to be sure


def test_errors_name_the_file_below_the_show(
    folder: Path, run: Callable[[], tuple[str, ...]]
) -> None:
    path = folder / "corrections.toml"
    path.write_text('[[replace]]\nsaid = "abacus"\n', encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r"episodes/one/corrections.toml: \[replace\[1]] text: missing"
    ):
        run()
    assert not (folder / "build/transcript.words.json").exists()
