"""Terms that sound like what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Word
from pipeline.transcript.corrections.sounds import matches

TERMS = ["Kaplan law", "OpenAI", "Anthropic", "Chinchilla", "GPT-3", "Mike", "Hendricks"]


def said(text: str, *probabilities: float) -> list[Word]:
    chances = probabilities or (0.95,) * len(text.split())
    return [Word(word, n, n + 0.8, chances[n]) for n, word in enumerate(text.split())]


@pytest.mark.parametrize(
    ("text", "probabilities", "found"),
    [
        ("the open a i people", (), [(1, 4, "OpenAI")]),
        ("the open a i's people", (), [(1, 4, "OpenAI's")]),
        ("and throw pick did", (0.1, 0.3, 0.8, 0.9), [(0, 3, "Anthropic")]),
        ("the Chinchill paper", (0.9, 0.5, 0.9), [(1, 2, "Chinchilla")]),
        ("the Chinchill’s paper", (0.9, 0.5, 0.9), [(1, 2, "Chinchilla's")]),
        # sure, so not touched
        ("the Chinchill paper", (0.9, 0.7, 0.9), []),
        ("and throw pick did", (0.1, 0.95, 0.8, 0.9), []),
        # another number is another thing
        ("the GPT-2 paper", (0.9, 0.3, 0.9), []),
        # short names are like too much
        ("it makes sense", (0.9, 0.3, 0.9), []),
        # a sentence ends within
        ("was open. AI is", (), []),
        # the longer passage would swallow a word
        ("met Hendrick has", (0.9, 0.5, 0.55), [(1, 2, "Hendricks")]),
        # a word of the term was said, and maybe the others right behind it
        ("the Kaplan paper", (0.9, 0.5, 0.9), []),
        ("the Kaplan law is", (0.9, 0.5, 0.8, 0.9), []),
        ("the Caplan law is", (0.9, 0.5, 0.8, 0.9), [(1, 3, "Kaplan law")]),
        # written rightly already
        ("Chinchilla is Anthropic", (0.3, 0.3, 0.3), []),
    ],
)
def test_what_is_heard(
    text: str, probabilities: tuple[float, ...], found: list[tuple[int, int, str]]
) -> None:
    assert [match[:3] for match in matches(TERMS, said(text, *probabilities))] == found


def test_ordinary_words_are_no_names() -> None:
    words = said("chinchill and chinchill and chinchill", 0.95, 0.95, 0.95, 0.95, 0.4)
    assert matches(TERMS, words) == []


def test_a_term_never_joins_two_speakers() -> None:
    words = said("open AI")
    words = [words[0]._replace(speaker="Ada"), words[1]._replace(speaker="Bob")]
    assert matches(TERMS, words) == []


@given(st.lists(st.text(min_size=1, max_size=8), max_size=8), st.lists(st.text(), max_size=4))
def test_any_text_and_any_term(texts: list[str], terms: list[str]) -> None:
    words = [Word(text, n, n + 1, 0.3) for n, text in enumerate(texts)]
    found = matches(terms, words)
    ends = [0, *(match.last for match in found)]
    assert all(before <= match.first for before, match in zip(ends, found, strict=False))
