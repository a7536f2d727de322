"""A talk about lighthouses, written for these tests, and what judges quotes from it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.models import Quote, Transcript, Word
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard
from pipeline.transcript.formats.foreign import read_transcript

DATA = Path(__file__).resolve().parents[1] / "data" / "quotes"


@pytest.fixture(scope="session")
def talk() -> Transcript:
    return read_transcript(DATA / "talk.vtt")


@pytest.fixture(scope="session")
def guard(talk: Transcript) -> Guard:
    return Guard(talk, DEFAULT_FREE)


Check = Callable[..., Quote]


@pytest.fixture(scope="session")
def check(guard: Guard) -> Check:
    """Judge a text: `check(text, at=…, speaker=…, consent=[…])`."""

    def judge(text: str, **keys: object) -> Quote:
        return guard.check(Entry(text, **keys)).quote  # type: ignore[arg-type]

    return judge


def say(text: str, speaker: str | None = "Ada", start: float = 0.0) -> list[Word]:
    """Words of a text, half a second each."""
    return [
        Word(word, start + n * 0.5, start + n * 0.5 + 0.4, None, speaker)
        for n, word in enumerate(text.split())
    ]


@pytest.fixture(scope="session")
def judge_said() -> Callable[[str, str], Quote]:
    """Judge a published text against a transcript of one speaker's words."""

    def judge(said: str, published: str) -> Quote:
        words = say(said)
        transcript = Transcript(words, [[n] for n in range(len(words))])
        return Guard(transcript, DEFAULT_FREE).check(Entry(published)).quote

    return judge
