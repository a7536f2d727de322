"""A new transcription against the one before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Recognition, Segment, Word
from pipeline.transcript.moved.comparison import Aligned, compare


def heard(
    text: str, *, language: str = "en", ratio: float = 1.5, duration: float = 100.0
) -> Recognition:
    words = [Word(word, n / 2, n / 2 + 0.4, 0.9) for n, word in enumerate(text.split())]
    segments = [Segment(0, len(words), 0, duration, -0.2, 0.0, ratio)]
    return Recognition(words, segments, language, duration, "openai-whisper", "tiny.en", "0" * 64)


SAID = " ".join(f"word{n}" for n in range(100))
BETTER = SAID.replace("word7 ", "other ").replace("word50 ", "")


def test_a_slightly_different_result_is_counted_and_taken() -> None:
    found = compare(heard(SAID), heard(BETTER.upper() + "."))
    assert (found.before, found.after, found.differing, found.doubts) == (100, 99, 2, ())
    assert str(found) == "2 of 100 words differ from the one before"


@pytest.mark.parametrize(
    ("after", "doubt"),
    [
        (heard(" ".join(SAID.split()[:60])), "much shorter (60 words, not 100)"),
        (heard(SAID.replace("word", "term")), "most of its words are others (100 of 100)"),
        (heard(""), "much shorter (0 words, not 100)"),
        (heard(SAID, language="fr"), "another language (fr, not en)"),
        (heard(SAID, ratio=3.0), "goes round in loops (100% of it)"),
    ],
)
def test_a_collapsed_result_is_doubted(after: Recognition, doubt: str) -> None:
    found = compare(heard(SAID), after)
    assert len(found.doubts) == 1
    assert doubt in found.doubts[0]


def test_what_was_bad_before_may_be_replaced() -> None:
    assert compare(heard(SAID, ratio=3.0), heard("word1 word2")).doubts == ()
    assert compare(heard(""), heard(SAID)).doubts == ()


def test_another_recording_may_say_anything() -> None:
    after = heard(" ".join(SAID.split()[:40]), language="en-GB", duration=41.0)
    found = compare(heard(SAID), after)
    assert found.doubts == ()
    assert not found.same_recording


def test_differences_are_stretches_of_both() -> None:
    found = Aligned(heard(SAID).words, heard(BETTER).words).differences
    assert found == [(slice(7, 8), slice(7, 8)), (slice(50, 51), slice(50, 50))]
    assert Aligned(heard(SAID).words, heard(SAID.upper()).words).differences == []


TEXTS = st.lists(st.sampled_from("abcde"), max_size=12)


def words_of(texts: list[str]) -> list[Word]:
    return [Word(text, float(n), n + 0.5, 0.9) for n, text in enumerate(texts)]


@given(TEXTS, TEXTS)
def test_each_word_has_the_same_in_its_place_or_differs(
    before: list[str], after: list[str]
) -> None:
    aligned = Aligned(words_of(before), words_of(after))
    gone = {n for stretch, _ in aligned.differences for n in range(stretch.start, stretch.stop)}
    kept = [n for n in range(len(before)) if n not in gone]
    for n in kept:
        place = aligned.place(n, 1)
        assert place is not None
        assert after[place] == [before[n]]
    assert aligned.differing == max(len(before), len(after)) - len(kept)


def test_a_place_ends_where_a_border_is_certain() -> None:
    before, after = "a guy named geordie armin left", "a guy named jordy left"
    aligned = Aligned(words_of(before.split()), words_of(after.split()))
    assert aligned.place(3, 2) == slice(3, 4)
    assert aligned.place(2, 3) == slice(2, 4)
    assert aligned.place(3, 1) is None  # jordy stands for two words
