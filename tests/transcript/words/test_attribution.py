"""Turns over words: who says what, and where a change of speakers falls."""

import pytest

from pipeline.models import Word
from pipeline.transcript.words.attribution import speakers, together

ADA, BOB = "Ada", "Bob"
TURNS = [(ADA, 0.0, 5.0), (BOB, 5.5, 10.0)]


def said(*words: tuple[str, float, float]) -> str:
    """A letter for each word's speaker."""
    found = speakers([Word(*word) for word in words], TURNS)
    return "".join((name or "-")[0] for name in found)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # The last word of a sentence, squeezed into no time behind the pause.
        ([("It", 4, 4.4), ("was,", 4.4, 4.9), ("right?", 5.6, 5.6), ("Yeah,", 5.7, 6)], "AAAB"),
        # The first word of the answer, laid before the pause.
        ([("it.", 4, 4.9), ("I", 4.95, 4.95), ("do", 5.6, 6), ("not.", 6, 6.4)], "ABBB"),
        # Words that are clearly heard from somebody stay with him, whatever the punctuation.
        ([("it", 4, 4.4), ("was", 4.4, 4.9), ("Right.", 5.6, 6), ("Yeah,", 6, 6.4)], "AABB"),
        # Between two whole sentences there is nothing to mend.
        ([("was.", 4.4, 4.9), ("Yes.", 5.6, 5.6), ("And", 5.7, 6)], "ABB"),
        ([("was.", 4.4, 4.9), ("far", 20.0, 20.1), ("away", 20.2, 20.3)], "A--"),
    ],
)
def test_changes_fall_between_sentences_where_times_say_little(
    words: list[tuple[str, float, float]], expected: str
) -> None:
    assert said(*words) == expected


def test_without_turns_labels_stay() -> None:
    words = [Word("a", 0, 1, None, "Eve"), Word("b", 1, 2)]
    assert speakers(words, []) == ["Eve", None]


def test_words_during_which_two_speak_are_told() -> None:
    turns = [(ADA, 0.0, 5.0), (BOB, 1.0, 1.6), (BOB, 5.5, 9.0)]
    words = [Word(*word) for word in (("a", 0, 0.9), ("b", 1, 1.5), ("c", 1.5, 2.5), ("d", 6, 7))]
    assert together(words, turns) == {1}  # Bob is heard for a tenth of the third only
    assert together([Word("no", 1.2, 1.2)], turns) == set()  # no time, so nobody is heard during it
    assert together(words, []) == set()
