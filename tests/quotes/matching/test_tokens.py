"""Words as tokens: what counts as the same word."""

import pytest

from pipeline.quotes.languages.table import language
from pipeline.quotes.matching.tokens import Tokenizer

SAME = [
    ("don't", "do not"),
    ("I'm gonna", "I am going to"),
    ("can’t", "cannot"),
    ("'Cause", "because"),
    ("put 'em", "put them"),
    ("well-known", "well known"),
    ("GPT-3,", "GPT3"),
    ("twenty-five", "25"),
    ("two thousand and five", "2005"),
    ("a hundred and one", "101"),
    ("1,500", "fifteen hundred"),
    ("2 million", "2,000,000"),
    ("1.5 million", "1500000"),
    ("ten percent", "10%"),
    ("the Café", "the cafe"),
    ("OK", "okay"),
    ("colours organised", "colors organized"),
    ("“Stop!”", "stop"),
]
DIFFERENT = [
    ("can", "can't"),
    ("four", "for"),
    ("-5", "5"),
    ("$5", "5"),
    ("3.5", "35"),
    ("C++", "C"),
    ("nineteen eighty", "1980"),
    ("a million", "a billion"),
    ("affect", "effect"),
    ("it's", "its"),
]


def texts(text: str) -> list[str]:
    return [token.text for token in Tokenizer(language("en")).tokens(text.split())]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_words(one: str, other: str) -> None:
    assert texts(one) == texts(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_words(one: str, other: str) -> None:
    assert texts(one) != texts(other)


def test_a_token_knows_its_words() -> None:
    tokens = Tokenizer(language("en")).tokens(
        ["we", "don't", "have", "twenty", "five", "boats", "—"]
    )
    assert [tuple(token) for token in tokens] == [
        ("we", 0, 1),
        ("do", 1, 2),
        ("not", 1, 2),
        ("have", 2, 3),
        ("25", 3, 5),
        ("boats", 5, 6),
    ]


def test_other_languages_keep_their_accents() -> None:
    german = Tokenizer(language("de-AT"))
    assert german.pieces("schön") != german.pieces("schon")
