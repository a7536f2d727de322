"""What passages mean as a reason to quote them, with the real network (extra `[embed]`)."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.artefacts import Candidates
from pipeline.errors import PullquoteError
from pipeline.models import Transcript, encode
from pipeline.quotes.proposals import directions, vectors
from pipeline.quotes.proposals.candidates import (
    explained,
    explanations,
    propose,
    rank,
    suggest,
)
from pipeline.quotes.proposals.fitting import Picked, Sample, sample
from pipeline.quotes.proposals.passages import passages
from tests.benchmarks import picks
from tests.benchmarks.bench_candidates import write_direction
from tests.quotes.conftest import say

CLAIMS = (
    "Loneliness is the price that every honest person pays for telling the truth about love.",
    "What makes us human is that we hope for meaning even when everything around us is dying.",
    "People who fear failure will never know how much courage and freedom there is in their life.",
)
CHORES = (
    "Click the button in the menu on the left and then the file is saved in the folder below.",
    "The second cable goes into the green socket and the first cable goes into the blue socket.",
    "We moved the meeting from Tuesday to Thursday and booked the smaller room on the third floor.",
)


def spoken(show: str, order: Sequence[int]) -> tuple[Transcript, Sample]:
    """A talk of claims and chores, each an answer of its own; the claims are picked."""
    texts, picks, at = [], [], 0
    words = []
    for turn, kind in enumerate(order):
        text = " ".join([(CLAIMS, CHORES)[kind][(turn + n) % 3] for n in range(3)])
        for each, speaker in (("What happened then over there?", "Mara"), (text, "Jonas")):
            new = say(each, speaker, start=at * 0.4)
            if each is text and kind == 0:
                picks.append(frozenset(range(at, at + len(new))))
            words += new
            at += len(new)
        texts.append(text)
    transcript = Transcript(words, [[n] for n in range(len(words))])
    return transcript, sample(Picked(show, transcript, ["Mara"], picks))


ORDER = (0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1)


@pytest.fixture(autouse=True)
def _installed() -> None:
    if not vectors.installed():
        pytest.skip("the extra [embed] is missing")


def test_sentences_that_mean_the_same_lie_near_each_other() -> None:
    transcript, judged = spoken("a", ORDER)
    meant = vectors.meanings(judged.passages, transcript)
    claims = meant.over_passages(np.arange(len(meant.sentences), dtype=float))
    assert len(claims) == len(judged.passages)
    rows = np.array([meant.rows[a:b].mean(0) for a, b in meant.spans])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    alike = rows @ rows.T
    mine = judged.picked > 0
    assert alike[mine][:, mine].mean() > 0.3 > -0.1 > alike[mine][:, ~mine].mean()


def test_a_direction_learned_on_one_talk_finds_the_picks_of_another() -> None:
    first, second = spoken("a", ORDER), spoken("b", ORDER[::-1])
    meant = [vectors.meanings(s.passages, t) for t, s in (first, second)]
    learned = picks.learn_direction([first[1]], meant[:1])
    assert np.linalg.norm(learned) == pytest.approx(1.0)
    scores = meant[1].over_passages(meant[1].rows @ learned)
    picked = second[1].picked > 0
    assert scores[picked].min() > scores[~picked].max()
    samples = [first[1], second[1]]
    found = picks.left_out_with_meaning(
        samples, {id(s): each for s, each in zip(samples, meant, strict=True)}
    )
    assert found[1][0] >= 3


def test_the_windows_hold_every_word_once() -> None:
    transcript, _ = spoken("a", ORDER * 4)
    alone = replace(transcript, words=[w._replace(speaker="Jonas") for w in transcript.words])
    for each in (transcript, alone):
        pieces = [[0] * (1 + n % 3) for n in range(len(each.words))]
        windows = list(vectors._windows(each, pieces))
        assert [n for window in windows for n in range(*window)] == list(range(len(each.words)))
        assert max(sum(len(pieces[n]) for n in range(*w)) for w in windows) <= 254


def test_meaning_counts_and_says_so(talk: Transcript) -> None:
    plain, embedded = rank(talk, ["Mara"]), rank(talk, ["Mara"], embed=True)
    assert embedded.matrix.shape[1] == plain.matrix.shape[1] + 1
    assert embedded.matrix[:, -1].std() == pytest.approx(1.0)
    found = propose(talk, embedded, 3)
    assert found == suggest(talk, 3, ["Mara"], embed=True)
    (first, *_) = explanations(found, embedded)
    assert "meaning" in first
    assert sum(first.values()) == pytest.approx(found[0].score, abs=0.3)
    assert explained(
        {
            "candidates": [
                {**entry, "features": first} for entry in encode(Candidates(found))["candidates"]
            ]
        }
    )


def test_other_languages_are_ranked_without_it(talk: Transcript) -> None:
    german = replace(talk, language="de")
    assert suggest(german, 3, embed=True) == suggest(german, 3)


def test_no_words_have_no_meaning() -> None:
    empty = Transcript([], [])
    assert suggest(empty, 3, embed=True) == []
    assert len(directions.leaning([], empty)) == 0


def test_damaged_numbers_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "direction.json"
    damaged.write_text("{}")
    monkeypatch.setattr(directions, "DEFAULT_DIRECTION", damaged)
    with pytest.raises(PullquoteError, match=r"direction\.json"):
        directions.leaning([], Transcript([], []))


def test_a_model_that_was_not_checked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_MODEL", vectors._MODEL._replace(sha256="0"))
    vectors._loaded.cache_clear()
    with pytest.raises(PullquoteError, match="sha256"):
        vectors._loaded()


def test_a_missing_extra_is_named(talk: Transcript, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_MODEL", vectors._MODEL._replace(module="no_such_module"))
    vectors._loaded.cache_clear()
    assert not vectors.installed()
    with pytest.raises(PullquoteError, match="embed"):
        vectors.meanings(passages(talk), talk)


def test_the_benchmark_writes_the_direction_and_its_command(tmp_path: Path) -> None:
    for show, order in (("a", ORDER), ("b", ORDER[::-1])):
        transcript, judged = spoken(show, order)
        (tmp_path / f"{show}.json").write_text(json.dumps(_episode(show, transcript, judged)))
    out = tmp_path / "found" / "direction.json"
    out.parent.mkdir()
    assert "more than without it" in "".join(write_direction(tmp_path, out))
    value = json.loads(out.read_bytes())
    assert len(value["direction"]) == vectors.WIDTH
    assert value["command"].endswith("bench_candidates.py DATA --direction direction.json")


def _episode(show: str, transcript: Transcript, judged: Sample) -> dict[str, object]:
    turns: list[dict[str, str]] = []
    starts = []
    for n, word in enumerate(transcript.words):
        if n == 0 or word.speaker != transcript.words[n - 1].speaker:
            turns.append({"speaker": str(word.speaker), "text": word.text})
            starts.append(n)
        else:
            turns[-1]["text"] += f" {word.text}"
    windows = [
        {"start_turn": t, "start_word": 0, "end_turn": t, "end_word": len(pick) - 1}
        for pick in judged.picks
        for t in [starts.index(min(pick))]
    ]
    return {"show": show, "turns": turns, "picked": [{"windows": [w]} for w in windows]}
