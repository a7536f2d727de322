"""The stretch that a soundbite points apps to: one piece, 15 to 120 seconds, at sentences."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models import Quote, Span, Transcript, Word
from pipeline.quotes.proposals.soundbites import LONGEST, SHORTEST, stretch

PACE = 0.4  # seconds a word


def talk(*turns: tuple[str, int]) -> Transcript:
    """Turns of so many sentences of ten words each."""
    words: list[Word] = []
    for speaker, count in turns:
        for n in range(10 * count):
            at = len(words) * PACE
            text = f"w{n}." if n % 10 == 9 else f"w{n}"
            words.append(Word(text, round(at, 2), round(at + PACE, 2), None, speaker))
    return Transcript(words, [[n] for n in range(len(words))])


def marked(transcript: Transcript, *spans: tuple[int, int]) -> Quote:
    words = transcript.words
    start, end = words[spans[0][0]].start, words[spans[-1][1] - 1].end
    return Quote(
        "aa", "", "…", None, start, end, [Span(*span) for span in spans], [], "verbatim",
        soundbite=True,
    )  # fmt: skip


ALONE = talk(("Bo", 5), ("Ada", 60), ("Bo", 5))


def words_of(spans: tuple[tuple[int, int], ...], transcript: Transcript = ALONE) -> tuple[int, int]:
    start, end, _ = stretch(marked(transcript, *spans), transcript)
    return round(start / PACE), round(end / PACE)


def test_within_the_limits_it_is_the_quote() -> None:
    assert words_of(((100, 150),)) == (100, 150)


def test_a_short_one_gets_the_sentences_around_it() -> None:
    assert words_of(((113, 117),)) == (80, 120)  # the sentence first, then what led to it
    assert words_of(((50, 60),)) == (50, 90)  # the turn begins here: what follows


def test_it_does_not_reach_into_another_turn() -> None:
    short = talk(("Bo", 5), ("Ada", 2), ("Bo", 5))
    assert words_of(((53, 57),), short) == (50, 70)


def test_a_long_one_ends_at_a_sentence() -> None:
    assert words_of(((60, 500),)) == (60, 360)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("What I said first. [...] What I said longer.[1]", "What I said longer."),
        ("One. (…) Two.", "Two."),
        ("One. [...] Two. [...] Three.", "One. [...] Two. [...] Three."),  # which is which?
        ("All in one.[2]", "All in one."),
    ],
)
def test_its_words_are_those_that_are_heard(text: str, heard: str) -> None:
    quote = replace(marked(ALONE, (60, 110), (400, 500)), text=text)
    assert stretch(quote, ALONE).text == heard


def test_of_a_joined_one_it_is_the_longest_passage() -> None:
    assert words_of(((60, 110), (400, 500))) == (400, 500)
    assert words_of(((400, 450), (60, 120))) == (60, 120)  # said in another order
    assert words_of(((100, 120), (130, 170))) == (100, 170)  # a hole is heard through


def test_without_words_it_is_what_the_quote_says() -> None:
    assert stretch(Quote("a", "", "", None, 3.0, 4.0, [], [], "verbatim"), ALONE) == (3.0, 4.0, "")


@settings(max_examples=150)
@given(
    first=st.integers(0, 690), length=st.integers(1, 400), gap=st.integers(0, 300),
    more=st.integers(0, 200),
)  # fmt: skip
def test_it_lies_in_the_episode_and_holds_to_the_limits(
    first: int, length: int, gap: int, more: int
) -> None:
    total = len(ALONE.words)
    last = min(total, first + length)
    spans = [(first, last)]
    if more and last + gap < total:
        spans.append((last + gap, min(total, last + gap + more)))
    start, end, _ = stretch(marked(ALONE, *spans), ALONE)
    assert 0 <= start < end <= ALONE.words[-1].end
    assert end - start <= LONGEST + 1e-6
    if first >= 50 and last <= 650:
        assert end - start >= SHORTEST or len(spans) > 1


@pytest.mark.parametrize("seconds", [SHORTEST, LONGEST])
def test_the_limits_themselves_are_fine(seconds: float) -> None:
    count = int(seconds / PACE)
    start, end, _ = stretch(marked(ALONE, (100, 100 + count + 1)), ALONE)
    assert end - start <= LONGEST


def test_marks_around_the_whole_quote_are_not_of_one_piece() -> None:
    quote = replace(marked(ALONE, (100, 150), (300, 320)), text="“What is heard. [...] And this.”")
    assert stretch(quote, ALONE).text == "What is heard."
