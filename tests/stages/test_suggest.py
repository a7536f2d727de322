"""The suggest stage in the engine."""

import json
from pathlib import Path

import pytest

from pipeline.engine.runner import Runner
from pipeline.engine.stage import NoSettings, Stage, StageContext
from pipeline.models import encode
from pipeline.quotes.ranking import FEATURES, SHOW_WEIGHTS
from pipeline.stages.suggest import STAGE
from pipeline.transcript.foreign import read_transcript
from pipeline.workspace import Workspace

TALK = Path(__file__).resolve().parents[1] / "data" / "quotes" / "talk.vtt"
SHOW = """
title = "Towers"
description = "Things that stand."
language = "en"
author = "Mara"
email = "mara@example.org"
categories = ["Science"]
people = [{ name = "Mara Voss" }]
[quotes]
candidates = 4
"""
EPISODE = 'title = "One"\nguid = "1"\ndate = 2024-05-02T12:00:00Z\n'


def hear(ctx: StageContext[NoSettings]) -> None:
    doubts = json.loads(ctx.input("doubts.json").read_bytes())
    ctx.write_json("build/transcript.words.json", encode(read_transcript(TALK)))
    ctx.write_json("build/suspects.json", {"version": 1, "suspects": doubts})


HEARD = Stage(
    name="hear",
    run=hear,
    inputs=("doubts.json",),
    outputs=("build/transcript.words.json", "build/suspects.json"),
    settings=NoSettings,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feed").mkdir()
    (tmp_path / "feed/show.toml").write_text(SHOW, encoding="utf-8")
    folder = tmp_path / "episodes/one"
    folder.mkdir(parents=True)
    (folder / "episode.toml").write_text(EPISODE, encoding="utf-8")
    return folder


def suggest(folder: Path, doubts: list[dict[str, object]]) -> list[dict[str, object]]:
    (folder / "doubts.json").write_text(json.dumps(doubts))
    Runner(Workspace.at(folder.parents[1]), [HEARD, STAGE]).run("one")
    content = json.loads((folder / "build/candidates.json").read_bytes())
    found: list[dict[str, object]] = content["candidates"]
    return found


def test_the_show_says_how_many_and_who_is_not_quoted(folder: Path) -> None:
    found = suggest(folder, [])
    assert len(found) == 4
    assert {entry["speaker"] for entry in found} == {"Jonas Lind"}
    keys = ["id", "words", "start", "end", "speaker", "text", "score", "why", "core", "cut"]
    assert list(found[0]) == keys


def test_what_the_recogniser_doubts_is_not_proposed(folder: Path) -> None:
    best = suggest(folder, [])[0]["words"]
    assert isinstance(best, list)
    doubt = {"first": best[0], "last": best[0] + 2, "start": 0, "end": 0, "score": 0.9, "why": []}
    assert best not in [entry["words"] for entry in suggest(folder, [doubt])]
    assert best in [entry["words"] for entry in suggest(folder, [doubt | {"score": 0.5}])]


def test_weights_learned_from_the_show_are_used(folder: Path) -> None:
    before = suggest(folder, [])
    against = dict.fromkeys(FEATURES, -1.0)
    (folder.parents[1] / "feed" / SHOW_WEIGHTS).write_text(json.dumps({"weights": against}))
    after = suggest(folder, [])
    assert [c["id"] for c in after] != [c["id"] for c in before]
