"""Learning how a host's candidates are cut and ranked, and saying honestly what it is worth."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import PullquoteError
from pipeline.models import Quote, Span, Transcript
from pipeline.quotes.proposals.candidates import suggest
from pipeline.quotes.proposals.fitting import (
    FIRST,
    Picked,
    Sample,
    as_json,
    beats_default,
    fit,
    hits,
    kept_words,
    left_out,
    reviewed,
    shares,
)
from pipeline.quotes.proposals.passages import AIM
from pipeline.quotes.proposals.ranking import FEATURES, learned
from tests.benchmarks import picks
from tests.benchmarks.bench_candidates import cuts, recall
from tests.benchmarks.cut_quality import heard, judged
from tests.benchmarks.picks import change, reach_of, read_picked, recalls

PLAIN = ["keeper", "went", "home", "and", "light", "burned", "over", "water", "by", "night"]
DEFAULT, _ = learned()
KNOWN = DEFAULT * np.array([name != "early" for name in FEATURES])  # which this host contradicts


def episode(path: Path, seed: int, show: str) -> Path:
    """Forty answers of eighty words; somebody picked of the late ones."""
    rng = random.Random(seed)
    turns, picked = [], []
    for number in range(40):
        turns.append({"speaker": "Ada", "text": "What then happened over there?"})
        sentences = [" ".join(["Towers", *rng.sample(PLAIN, 9)]) + "." for _ in range(8)]
        turns.append({"speaker": "Bo", "text": " ".join(sentences)})
        if number >= 24 and rng.random() < 0.5:
            window = {"start_turn": 2 * number + 1, "start_word": 0}
            picked.append({"windows": [window | {"end_turn": 2 * number + 1, "end_word": 39}]})
    data = {"show": show, "pick_kind": None, "turns": turns, "picked": picked}
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def episodes(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Picked]:
    folder = tmp_path_factory.mktemp("picks")
    hosts = {"A": ["Ada"], "B": ["Ada"]}
    paths = [episode(folder / f"{seed}.json", seed, "AB"[seed % 2]) for seed in range(8)]
    return [read_picked(path, hosts) for path in paths]


@pytest.fixture(scope="module")
def samples(episodes: Sequence[Picked]) -> Sequence[Sample]:
    return [Sample(each) for each in episodes]


def test_what_a_host_picks_is_learned(samples: Sequence[Sample]) -> None:
    by = dict(zip(FEATURES, fit(samples, KNOWN).tolist(), strict=True))
    assert by["early"] < 0 < by["offset"]
    found = recalls(samples, picks.left_out(samples, KNOWN))
    default = recalls(samples, [hits(s, s.matrix @ DEFAULT) for s in samples])[-1]
    assert found[-1].found[0] > default.found[0]
    assert found[-1].low[0] <= found[-1].found[0] <= found[-1].high[0]
    assert [row.show for row in found] == ["A", "B", "mean over shows"]


def test_a_gain_is_told_with_its_interval(samples: Sequence[Sample]) -> None:
    default = [hits(s, s.matrix @ KNOWN) for s in samples]
    found = picks.left_out(samples, KNOWN)
    same = change(samples, found, found)
    assert [*same.gained, *same.low, *same.high] == [0.0] * 9
    more = change(samples, default, found)
    means = [recalls(samples, rows)[-1].found for rows in (default, found)]
    assert more.gained == pytest.approx(np.subtract(means[1], means[0]))
    for low, gained, high in zip(more.low, more.gained, more.high, strict=True):
        assert low <= gained <= high


def test_the_benchmark_puts_every_ranking_beside_the_plain_rule(
    episodes: Sequence[Picked],
) -> None:
    rows = {line[:34].strip(): float(line[34:42]) for line in list(recall(episodes))[-6:]}
    assert next(iter(rows)) == "the first 100 words of them"
    assert rows["chance"] < rows["who knows the picks"]


def test_the_benchmark_judges_cuts_by_capitals(episodes: Sequence[Picked]) -> None:
    one = episodes[0]
    assert "100.0%    100.0%    100.0%" in list(cuts([one]))[-1]
    small = [word._replace(text=word.text.lower()) for word in one.transcript.words]
    torn = judged(replace(one.transcript, words=small), suggest(one.transcript, 5, ["Ada"]))
    assert not any(torn.begins)
    assert len(torn.begins) == 5


def test_the_benchmark_judges_what_was_heard_by_a_persons_sentences(talk: Transcript) -> None:
    found = suggest(talk, 5, ["Mara"])
    whole = " ".join(word.text for word in talk.words)
    assert heard(talk, found, [whole]) == ([True] * 5, [True] * 5)
    one = heard(talk, found, [whole.replace(".", ",").replace("?", ",")])
    assert not any(one[0])
    assert not any(one[1])


def test_who_knows_the_picks_finds_all_within_reach(samples: Sequence[Sample]) -> None:
    for s in samples:
        assert reach_of(s) <= hits(s, s.picked)[-1] <= len(s.picks)
        assert (hits(s, s.picked) >= hits(s, -s.picked)).all()


def test_one_show_alone_leaves_episodes_out(samples: Sequence[Sample]) -> None:
    mine = [s for s in samples if s.show == "A"]
    found = left_out(mine, KNOWN)
    assert len(found) == len(mine)
    seen = [hits(s, s.matrix @ fit(mine, KNOWN)) for s in mine]
    assert list(shares(mine, found)) == ["1000", "2000", "4000"]
    assert 0 < shares(mine, found)["4000"] <= shares(mine, seen)["4000"] <= 1


def test_candidates_are_as_long_as_what_the_host_keeps(
    episodes: Sequence[Picked], tmp_path: Path
) -> None:
    assert kept_words(episodes) == 40
    path = tmp_path / "weights.json"
    lengths = {}
    for words in (20, 70):
        path.write_text(json.dumps(as_json(None, words, {})))
        found = suggest(episodes[0].transcript, 10, ["Ada"], ranking=path)
        lengths[words] = {candidate.last - candidate.first for candidate in found}
    assert max(lengths[20]) < min(lengths[70])


def test_weights_are_written_read_and_used(
    samples: Sequence[Sample], tmp_path: Path, talk: Transcript
) -> None:
    path = tmp_path / "weights.json"
    by = fit(samples, KNOWN)
    path.write_text(json.dumps(as_json(by, 30, {})))
    found, words = learned(path)
    assert np.allclose(found, by, atol=0.001)
    assert words == 30
    assert suggest(talk, 5, ["Mara"], ranking=path) != suggest(talk, 5, ["Mara"])


@pytest.mark.parametrize("value", ["{}", "[]", '{"weights": {"turn": "much"}}', "nonsense"])
def test_a_damaged_file_of_weights_is_told(value: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    path.write_text(value)
    with pytest.raises(PullquoteError, match=r"weights\.json: holds no weights"):
        learned(path)


def test_weights_of_features_that_are_gone_are_left_out_of_account(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    path.write_text(json.dumps({"weights": {"turn": 0.7, "strong": 9.0, "central": 2.0}}))
    found, words = learned(path)
    assert dict(zip(FEATURES, found.tolist(), strict=True)) == {
        **dict(zip(FEATURES, DEFAULT.tolist(), strict=True)),
        "turn": 0.7,
    }
    assert words == AIM


_FEATURES_OF_MANY_WORDS = """
import hashlib, random
from pipeline.models import Transcript, Word
from pipeline.quotes.proposals.passages import passages
from pipeline.quotes.proposals.ranking import features
rng = random.Random(0)
said = [f"Word{rng.randrange(900)}" + "." * (n % 12 == 11) for n in range(4000)]
words = [Word(text, n / 3, n / 3 + 0.3, None, "Ada") for n, text in enumerate(said)]
transcript = Transcript(words, [[n] for n in range(len(words))], [0])
print(hashlib.sha256(features(passages(transcript), transcript).tobytes()).hexdigest())
"""


def test_features_are_the_same_bytes_in_every_process() -> None:
    def digest(seed: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", _FEATURES_OF_MANY_WORDS],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True, check=True, text=True,
        ).stdout  # fmt: skip

    assert digest("1") == digest("2")


def test_nothing_picked_nothing_learned(samples: Sequence[Sample]) -> None:
    bare = [copy(each) for each in samples]
    for each in bare:
        each.picked = np.zeros(len(each.passages))
    with pytest.raises(PullquoteError, match="nothing to learn"):
        fit(bare, KNOWN)


def test_weights_are_kept_only_if_they_beat_the_default_ones(samples: Sequence[Sample]) -> None:
    by_default = [hits(s, s.matrix @ KNOWN) for s in samples]
    assert not beats_default([np.zeros(len(FIRST))] * len(samples), by_default)
    assert beats_default([np.full(len(FIRST), 99.0)] * len(samples), by_default)
    lucky = [by_default[0] + 1, *by_default[1:]]
    assert not beats_default(by_default, by_default)
    assert not beats_default(lucky, by_default)


def quote(*spans: Span) -> Quote:
    return Quote("k3v9", "", "Words.", None, 0.0, 1.0, spans, [], "verbatim")


def test_an_episode_of_this_show_teaches_what_its_host_kept(talk: Transcript) -> None:
    quotes = [quote(Span(3, 5), Span(9, 11)), quote()]
    assert reviewed("A", talk, ["Mara"], quotes).picks == [frozenset({3, 4, 9, 10})]


def test_a_rejected_passage_counts_more_than_one_nobody_saw(talk: Transcript) -> None:
    best = suggest(talk, 1, ["Mara"])[0]
    quotes = [quote(Span(0, 5))]
    episode = reviewed("A", talk, ["Mara"], quotes, [(best.first, best.last)])
    found = Sample(episode)
    for passage, count in zip(found.passages, found.counts, strict=True):
        same = (passage.first, passage.last) == (best.first, best.last)
        apart = passage.last <= best.first or best.last <= passage.first
        assert not same or count > 1
        assert not apart or count == 1
