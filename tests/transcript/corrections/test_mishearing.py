"""The chance that a word was misheard."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Word
from pipeline.transcript.corrections.mishearing import chances


def said(*words: tuple[str, float | None]) -> list[Word]:
    return [Word(text, n, n + 0.5, odds) for n, (text, odds) in enumerate(words)]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_chances_fall_as_the_recogniser_gets_surer(odds: list[float]) -> None:
    found = chances(said(*[(f"word{n}", p) for n, p in enumerate(odds)]))
    surer = chances(said(*[(f"word{n}", (1 + p) / 2) for n, p in enumerate(odds)]))
    assert all(0 <= after <= before <= 1 for before, after in zip(found, surer, strict=True))


def test_a_word_that_is_said_elsewhere_with_certainty_is_doubted_less() -> None:
    known = said(("nickel", 0.99), ("in", 0.99), ("Nickel,", 0.5))
    alone = said(("copper", 0.99), ("in", 0.99), ("Nickel,", 0.5))
    assert chances(known)[2] < chances(alone)[2]


def test_a_doubtful_word_casts_doubt_on_the_one_before() -> None:
    sure = chances(said(("a", 0.8), ("b", 0.99)))
    unsure = chances(said(("a", 0.8), ("b", 0.2)))
    assert sure[0] < unsure[0]


def test_what_people_wrote_is_not_doubted() -> None:
    assert chances(said(("x", None), ("y", 0.1)))[0] == 0.0


def test_no_words() -> None:
    assert chances([]) == []
