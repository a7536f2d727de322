"""Learning the ranking's weights, and saying honestly what they are worth."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import PullquoteError
from pipeline.models import Quote, Span, Transcript
from pipeline.quotes.proposals.candidates import suggest
from pipeline.quotes.proposals.fitting import (
    FIRST,
    Sample,
    as_json,
    beats_default,
    fit,
    hits,
    left_out,
    reviewed,
    sample,
    shares,
)
from pipeline.quotes.proposals.ranking import DEFAULT_WEIGHTS, FEATURES, weights
from tests.benchmarks import picks
from tests.benchmarks.candidate_ceiling import ceiling
from tests.benchmarks.picks import GROUPS, change, reach_of, read_picked, recalls

PLAIN = ["the", "keeper", "went", "home", "and", "the", "light", "burned", "over", "water"]
BOLD = [
    "never",
    "everything",
    "nothing",
    "always",
    "all",
    "nobody",
    "entire",
    "only",
    "no",
    "tower",
]


def episode(path: Path, seed: int, show: str) -> Path:
    """Twenty answers, plain ones and bold ones; the bold ones are picked."""
    rng = random.Random(seed)
    turns, picked = [], []
    for number in range(20):
        bold = rng.random() < 0.25
        turns.append({"speaker": "Ada", "text": "What then happened over there?"})
        sentences = []
        for _ in range(8):
            words = [rng.choice(BOLD if bold and rng.random() < 0.5 else PLAIN) for _ in range(9)]
            sentences.append(" ".join(["Towers", *words]) + ".")
        turns.append({"speaker": "Bo", "text": " ".join(sentences)})
        if bold:
            window = {"start_turn": 2 * number + 1, "start_word": 0}
            picked.append({"windows": [window | {"end_turn": 2 * number + 1, "end_word": 79}]})
    data = {"show": show, "pick_kind": None, "turns": turns, "picked": picked}
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Sample]:
    folder = tmp_path_factory.mktemp("picks")
    hosts = {"A": ["Ada"], "B": ["Ada"]}
    paths = [episode(folder / f"{seed}.json", seed, "AB"[seed % 2]) for seed in range(8)]
    return [sample(read_picked(path, hosts)) for path in paths]


def test_what_people_pick_is_learned(samples: Sequence[Sample]) -> None:
    learned = picks.learned(samples)
    by_name = dict(zip(FEATURES, learned.tolist(), strict=True))
    most = sorted(GROUPS["wording"], key=lambda name: by_name[name])[-2:]
    assert "absolute" in most
    chance = recalls(samples, picks.left_out(samples, GROUPS["place"]))[-1]
    found = recalls(samples, picks.left_out(samples))[-1]
    assert found.found[0] > chance.found[0]
    assert found.low[0] <= found.found[0] <= found.high[0]
    assert 0 < found.reach <= 1
    assert [row.show for row in recalls(samples, picks.left_out(samples))] == ["A", "B", found.show]


def test_a_gain_is_told_with_its_interval(samples: Sequence[Sample]) -> None:
    found = picks.left_out(samples)
    same = change(samples, found, found)
    assert [*same.gained, *same.low, *same.high] == [0.0] * 9
    less = change(samples, found, picks.left_out(samples, GROUPS["place"]))
    means = [
        recalls(samples, rows)[-1].found
        for rows in (found, picks.left_out(samples, GROUPS["place"]))
    ]
    assert less.gained == pytest.approx(np.subtract(means[1], means[0]))
    for low, gained, high in zip(less.low, less.gained, less.high, strict=True):
        assert low <= gained <= high


def test_who_knows_the_picks_finds_all_within_reach(samples: Sequence[Sample]) -> None:
    for s in samples:
        assert reach_of(s) <= hits(s, s.picked)[-1] <= len(s.picks)
        assert (hits(s, s.picked) >= hits(s, -s.picked)).all()


def test_the_better_scores_tell_picks_apart_the_more_are_found(samples: Sequence[Sample]) -> None:
    first_ten = {
        line[:48].strip(): float(line[48:58])
        for line in ceiling(samples)
        if line[48:58].strip().replace(".", "").isdigit()
    }
    best = first_ten["chosen by who knows the picks"]
    chance = first_ten["chosen by chance, from the same passages"]
    apart = [first_ten[f"scores with an area of {area}"] for area in ("0.60", "0.80")]
    assert chance < apart[0] < apart[1] < best


def test_one_show_alone_leaves_episodes_out(samples: Sequence[Sample]) -> None:
    mine = [s for s in samples if s.show == "A"]
    found = left_out(mine, weights())
    assert len(found) == len(mine)
    seen = [hits(s, s.matrix @ fit(mine, weights())) for s in mine]
    assert list(shares(mine, found)) == ["10", "20", "40"]
    assert 0 < shares(mine, found)["20"] <= shares(mine, seen)["20"] <= 1


def test_weights_are_written_read_and_used(
    samples: Sequence[Sample], tmp_path: Path, talk: Transcript
) -> None:
    path = tmp_path / "weights.json"
    learned = fit(samples, weights())
    value = as_json(learned, "pullquote quotes fit", {})
    path.write_text(json.dumps(value))
    assert np.allclose(weights(path), learned, atol=0.001)
    assert suggest(talk, 5, ["Mara"], ranking=path) != suggest(talk, 5, ["Mara"])
    older = {name: value for name, value in value["weights"].items() if name != "fluent"}
    path.write_text(json.dumps({"weights": older}))
    assert dict(zip(FEATURES, weights(path), strict=True)) == older | {"fluent": 0.0}
    path.write_text("{}")
    with pytest.raises(PullquoteError, match=r"weights\.json: holds no weights"):
        weights(path)


def test_the_default_weights_say_how_they_were_made() -> None:
    value = json.loads(DEFAULT_WEIGHTS.read_bytes())
    assert value["command"].startswith("python tests/benchmarks/bench_candidates.py ")
    assert set(value["weights"]) == set(FEATURES)
    assert set(value["recall"]["mean over shows"]) == {str(count) for count in FIRST}
    assert {name for group in GROUPS.values() for name in group} == set(FEATURES)


_FEATURES_OF_MANY_WORDS = """
import hashlib, random
from pipeline.models import Transcript, Word
from pipeline.quotes.proposals.passages import passages
from pipeline.quotes.proposals.ranking import features
rng = random.Random(0)
said = [f"word{rng.randrange(900)}" + "." * (n % 12 == 11) for n in range(4000)]
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
    bare = [replace(s, picked=np.zeros(len(s.passages))) for s in samples]
    with pytest.raises(PullquoteError, match="nothing to learn"):
        fit(bare, weights())


def test_weights_are_kept_only_if_they_beat_the_default_ones(samples: Sequence[Sample]) -> None:
    by_default = [hits(s, s.matrix @ weights()) for s in samples]
    assert not beats_default([np.zeros(len(FIRST))] * len(samples), by_default)
    assert beats_default([np.full(len(FIRST), 99.0)] * len(samples), by_default)
    lucky = [by_default[0] + 1, *by_default[1:]]
    assert not beats_default(by_default, by_default)
    assert not beats_default(lucky, by_default)


def test_what_is_known_and_what_is_learned_count_alike(samples: Sequence[Sample]) -> None:
    known = {"early": 5.0}
    by_name = dict(zip(FEATURES, picks.learned(samples, known=known).tolist(), strict=True))
    without = dict(zip(FEATURES, picks.learned(samples, known={}).tolist(), strict=True))
    assert by_name["early"] > without["early"]
    assert by_name["absolute"] == pytest.approx(without["absolute"])


def quote(*spans: Span) -> Quote:
    return Quote("k3v9", "", "Words.", None, 0.0, 1.0, spans, [], "verbatim")


def test_an_episode_of_this_show_teaches_what_its_host_kept(talk: Transcript) -> None:
    quotes = [quote(Span(3, 5), Span(9, 11)), quote()]
    assert reviewed("A", talk, ["Mara"], quotes).picks == [frozenset({3, 4, 9, 10})]


def test_a_rejected_passage_counts_more_than_one_nobody_saw(talk: Transcript) -> None:
    best = suggest(talk, 1, ["Mara"])[0]
    quotes = [quote(Span(0, 5))]
    episode = reviewed("A", talk, ["Mara"], quotes, [(best.first, best.last)])
    found = sample(episode)
    for passage, count in zip(found.passages, found.counts, strict=True):
        same = (passage.first, passage.last) == (best.first, best.last)
        apart = passage.last <= best.first or best.last <= passage.first
        assert not same or count > 1
        assert not apart or count == 1
