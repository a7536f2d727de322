"""Quotes that have a mishearing follow the correction of the transcript."""

import pytest

from pipeline.models import Change, Transcript, Word
from pipeline.quotes.deciding.flowing import followed
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard

MENDED = "They have more clout than the others had. And the arXiv was full of it, and more clout was there."
CHANGES = [
    Change("correction", "cloth and", "clout than", 1.2, "corrections.toml"),
    Change("correction", "archive", "arXiv", 4.0, "corrections.toml"),
]


@pytest.fixture
def guard() -> Guard:
    words = [
        Word(text, n * 0.4, n * 0.4 + 0.3, None, "Ada") for n, text in enumerate(MENDED.split())
    ]
    return Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)


def texts(guard: Guard, text: str, changes: list[Change] = CHANGES) -> dict[str, str]:
    return dict(followed([guard.check(Entry(text, id="k3v9"))], changes))


def test_a_quote_gets_the_words_of_the_correction(guard: Guard) -> None:
    text = "They have more cloth and the others had. And the archive was full of it."
    (mended,) = texts(guard, text).values()
    assert mended == "They have more clout than the others had. And the arXiv was full of it."
    assert guard.check(Entry(mended)).proven


def test_what_the_host_wrote_otherwise_stays(guard: Guard) -> None:
    assert not texts(guard, "They have more money than the others had.")
    assert not texts(guard, "They have more clout than the others had.")


def test_only_corrections_of_the_host_flow(guard: Guard) -> None:
    text = "And the archive was full of it."
    assert not texts(guard, text, [Change("sound", "archive", "arXiv", 4.0, "sounds like")])
    assert not texts(guard, text, [Change("correction", "archive", "arXiv", 400.0, "elsewhere")])


def test_words_that_are_there_twice_are_left_to_the_host(guard: Guard) -> None:
    text = "And the archive was full of it, archive was there."
    assert "archive was there" in texts(guard, text).get("k3v9", text)
