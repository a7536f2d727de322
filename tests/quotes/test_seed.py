"""The real link post that this project began with, against the transcript of its episode."""

import json
import re
from pathlib import Path

import pytest

from pipeline.models import Transcript, Word
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE, KINDS
from pipeline.quotes.proof.guard import Guard, Verdict


@pytest.fixture(scope="module")
def guard(shared: Path) -> Guard:
    data = json.loads((shared / "quotes/inside-view-2022-05-05-ethan.json").read_bytes())
    said = [(text, turn["speaker"]) for turn in data["turns"] for text in turn["text"].split()]
    words = [
        Word(text, n * 0.36, n * 0.36 + 0.36, None, speaker)
        for n, (text, speaker) in enumerate(said)
    ]
    return Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)


@pytest.fixture(scope="module")
def verdicts(guard: Guard, shared: Path) -> list[Verdict]:
    post = (shared / "seed/link-post.txt").read_text(encoding="utf-8")
    texts = re.findall(r"^“.*”$", post, re.MULTILINE)
    return [guard.check(Entry(text, speaker="Ethan Caballero")) for text in texts]


@pytest.fixture(scope="module")
def signed(guard: Guard, verdicts: list[Verdict]) -> list[Verdict]:
    return [
        guard.check(Entry(verdict.quote.text, speaker="Ethan", consent=verdict.wanted()))
        for verdict in verdicts
    ]


def test_seven_quotes_nine_spans_two_joins(verdicts: list[Verdict]) -> None:
    assert len(verdicts) == 7
    assert [len(verdict.quote.spans) for verdict in verdicts] == [2, 1, 1, 1, 1, 1, 2]
    assert [sum(e.kind == "ellipsis" for e in v.quote.edits) for v in verdicts] == [
        1,
        0,
        0,
        0,
        0,
        0,
        1,
    ]


def test_every_word_is_explained(verdicts: list[Verdict]) -> None:
    for verdict in verdicts:
        shown = " ".join(part.published for part in verdict.parts if part.published)
        expected = re.sub(r"\s*\[1\]", "", verdict.quote.text).strip("“” ")
        assert shown.split() == expected.split()


def test_the_consents_that_the_host_would_sign(verdicts: list[Verdict]) -> None:
    statuses = [verdict.quote.status for verdict in verdicts]
    assert statuses.count("needs-consent") == 6
    assert "cleaned" in statuses, "it asks in its own words, without its mark"
    wanted = [line for verdict in verdicts for line in verdict.wanted()]
    assert len(wanted) == 6, "12 edits, a question a sentence, small words with the last one"
    assert any(line.startswith("added: people at, after ‘") for line in wanted)
    assert any("changed: archive to arXiv" in line for line in wanted)
    stopped = [e.kind for v in verdicts for e in v.quote.edits if not KINDS[e.kind].allowable]
    assert set(stopped) == {"cut", "changed", "dropped", "added", "name", "particle", "like"}


def test_signed_they_may_be_published(signed: list[Verdict]) -> None:
    assert {verdict.quote.status for verdict in signed} == {"consented", "cleaned"}
    assert not any("fits no edit" in verdict.quote.message for verdict in signed)
