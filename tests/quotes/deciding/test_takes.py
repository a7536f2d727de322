"""The same take in a recording that was cut, and another that only has the same words."""

import random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Word
from pipeline.quotes.deciding.takes import Takes

PLACES = 200


def spoken(seed: int, texts: list[str] | None = None, start: float = 0.0) -> list[Word]:
    """Words at the uneven pace of somebody who speaks."""
    pace = random.Random(seed)
    words, at = [], start
    for text in texts or [f"word{n}" for n in range(PLACES)]:
        words.append(Word(text, at, at + 0.2))
        at += 0.25 + pace.random() * 0.4
    return words


def moved(words: list[Word], by: float) -> list[Word]:
    return [word._replace(start=word.start + by, end=word.end + by) for word in words]


@given(st.floats(0, 600), st.integers(40, 160), st.integers(1, 20))
def test_what_was_cut_around_is_the_same_take(intro: float, cut: int, length: int) -> None:
    before = spoken(1)
    gone = before[cut + length].start - before[cut].start
    now = moved(before[:cut], intro) + moved(before[cut + length :], intro - gone)
    takes = Takes(before, now)
    for at, shift in ((before[10].start, intro), (before[190].start, intro - gone)):
        found = takes.shift(at + shift)
        assert found is not None
        assert abs(found - shift) < 0.01


def test_misheard_words_do_not_matter() -> None:
    before = spoken(1)
    now = [word._replace(text="oh") if n % 13 == 0 else word for n, word in enumerate(before)]
    assert Takes(before, now).shift(before[100].start) == 0


def test_the_same_words_said_again_are_another_take() -> None:
    before, again = spoken(1), spoken(2)
    assert Takes(before, again).shift(again[100].start) is None


def test_too_few_words_tell_nothing() -> None:
    assert Takes(spoken(1)[:8], spoken(1)[:8]).shift(1.0) is None
    assert Takes([], spoken(1)).shift(1.0) is None
