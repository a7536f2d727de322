"""The clip stage in the engine."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipeline.audio.decoding import ffmpeg
from pipeline.audio.decoding.decode import probe
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import PullquoteError
from pipeline.models import Quote, Span, Transcript, Word, encode
from pipeline.stages.clip import STAGE
from pipeline.workspace import Workspace

WORDS = [Word(f"w{second}", second, second + 0.8) for second in range(20)]


def quote(name: str, *spans: tuple[int, int]) -> Quote:
    return Quote(
        id=name, heading="", text="…", speaker=None, start=0, end=1,
        spans=[Span(*span) for span in spans], edits=[], status="verbatim",
    )  # fmt: skip


def copy_inputs(ctx: StageContext[NoSettings]) -> None:
    for name in ("master.mp3", "quotes.json", "transcript.words.json"):
        with ctx.output(f"build/{name}") as out:
            out.write_bytes(ctx.input(f"{name}").read_bytes())


BEFORE = Stage(
    name="before",
    run=copy_inputs,
    inputs=("master.mp3", "quotes.json", "transcript.words.json"),
    outputs=("build/master.mp3", "build/quotes.json", "build/transcript.words.json"),
    settings=NoSettings,
)


@pytest.fixture
def episode(folder: Path) -> Path:
    tone = ["-f", "lavfi", "-i", "sine=f=300:d=20:r=44100"]
    run = [ffmpeg.executable(), "-v", "error", *tone, "-b:a", "64k", str(folder / "master.mp3")]
    subprocess.run(run, check=True)
    transcript = Transcript(WORDS, [[n] for n in range(len(WORDS))])
    (folder / "transcript.words.json").write_text(json.dumps(encode(transcript)))
    return folder


def run(episode: Path, *quotes: Quote) -> dict[str, float]:
    """Clips by name, with their seconds."""
    content: dict[str, Any] = {"version": 1, "quotes": [encode(entry) for entry in quotes]}
    (episode / "quotes.json").write_text(json.dumps(content))
    Runner(Workspace.at(episode.parents[1]), [BEFORE, STAGE]).run("one")
    return {path.name: probe(path).duration or 0 for path in sorted(episode.glob("build/clips/*"))}


def test_a_clip_for_each_quote(episode: Path) -> None:
    found = run(episode, quote("aa", (2, 5)), quote("bb", (6, 7), (10, 12)))
    assert found.keys() == {"aa.mp3", "bb.mp3"}
    assert found["aa.mp3"] == pytest.approx(2.8 + 0.2, abs=0.6)
    assert found["bb.mp3"] == pytest.approx(0.8 + 1.8 + 0.3 + 0.4, abs=1.2)


def test_neighbouring_spans_are_one_passage(episode: Path) -> None:
    found = run(episode, quote("one", (2, 6)), quote("two", (2, 4), (4, 6)))
    assert (episode / "build/clips/one.mp3").read_bytes() == (
        episode / "build/clips/two.mp3"
    ).read_bytes()
    assert found["one.mp3"] == pytest.approx(4, abs=0.7)


def test_a_quote_that_is_gone_takes_its_clip_along(episode: Path) -> None:
    assert run(episode, quote("aa", (2, 5)), quote("bb", (6, 8))).keys() == {"aa.mp3", "bb.mp3"}
    assert run(episode, quote("bb", (6, 8))).keys() == {"bb.mp3"}
    assert run(episode) == {}


def test_a_damaged_list_of_quotes(episode: Path) -> None:
    (episode / "quotes.json").write_text('{"version": 1, "quotes": [{"id": 3}]}')
    runner = Runner(Workspace.at(episode.parents[1]), [BEFORE, STAGE])
    with pytest.raises(PullquoteError, match=r"build/quotes\.json"):
        runner.run("one")
