"""Words: cleaning, times, speakers."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Recognition, Segment, Word
from pipeline.text.scripts import join
from pipeline.transcript.words.attribution import speakers
from pipeline.transcript.words.words import (
    Occurrences,
    from_recognition,
    interpolate,
    label,
    normal,
    split,
)


def recognition(*words: Word, segments: tuple[int, ...] = (0,)) -> Recognition:
    edges = [*segments, len(words)]
    return Recognition(
        words,
        [Segment(a, b, words[a].start, words[b - 1].end) for a, b in pairwise(edges)],
        "en",
        60.0,
        "openai-whisper",
        "tiny.en",
        "0" * 64,
    )


def test_raw_words_keep_their_numbers_and_break_at_segments_and_speakers() -> None:
    raw = recognition(
        Word("One", 0, 1, 0.9),
        Word("two.", 1, 2, 0.8),
        Word("Three", 2, 3, 0.7),
        Word("four.", 3, 4, 0.6),
        segments=(0, 2),
    )
    transcript = from_recognition(raw, [("Ada", 0.0, 3.0), ("Charles", 3.0, 4.0)])
    assert transcript.raw_ids == [(0,), (1,), (2,), (3,)]
    assert transcript.breaks == [0, 2, 3]
    assert [word.speaker for word in transcript.words] == ["Ada", "Ada", "Ada", "Charles"]
    assert [word.probability for word in transcript.words] == [0.9, 0.8, 0.7, 0.6]


def test_a_raw_word_with_blanks_becomes_several_with_its_number() -> None:
    raw = recognition(Word("10\u00a0000 ", 0, 2, 0.5), Word("", 2, 2, 0.1), Word("men", 2, 3, 0.9))
    transcript = from_recognition(raw, [])
    assert [word.text for word in transcript.words] == ["10", "000", "men"]
    assert transcript.raw_ids == [(0,), (0,), (2,)]


def test_an_empty_first_word_does_not_swallow_its_segments_break() -> None:
    raw = recognition(Word("a", 0, 1), Word(" ", 1, 2), Word("b", 2, 3), segments=(0, 1))
    assert from_recognition(raw, []).breaks == [0, 1]


def test_nothing_heard_is_an_empty_transcript() -> None:
    raw = Recognition([], [], "en", 3.0, "openai-whisper", "tiny.en", "0" * 64)
    assert from_recognition(raw, []).words == []


def test_crosstalk_stays_with_the_one_who_spoke_before() -> None:
    words = [Word("a", 0, 1), Word("b", 1, 2), Word("c", 2, 3), Word("d", 3, 4)]
    turns = [("Ada", 0.0, 2.95), ("Charles", 1.0, 4.0)]
    assert speakers(words, turns) == ["Ada", "Ada", "Ada", "Charles"]


def test_a_word_outside_all_turns_goes_to_the_nearest_one() -> None:
    words = [
        Word("a", 4.2, 4.4),
        Word("b", 5.6, 5.8),
        Word("c", 30, 31, None, "x"),
        Word("d", 2, 2),
    ]
    assert speakers(words, [("Ada", 1.0, 4.0), ("Charles", 6.0, 7.0)]) == [
        "Ada",
        "Charles",
        "x",
        "Ada",
    ]


@given(
    st.lists(st.text(min_size=1).filter(lambda text: len(text.split()) == 1), min_size=1),
    st.floats(0, 1e5),
    st.floats(0, 100),
)
def test_interpolated_words_fill_their_cue(texts: list[str], start: float, length: float) -> None:
    words = interpolate(texts, start, start + length, None, None)
    assert words[0].start == start
    assert words[-1].end == start + length
    assert all(one.end == two.start for one, two in pairwise(words))
    assert all(word.start <= word.end + 1e-9 for word in words)


@given(st.text())
def test_split_leaves_nothing_that_a_format_stumbles_over(text: str) -> None:
    assert len(split(text)) == len(text.split())
    for word in split(text + "\ud800\x00"):
        assert word.split() == [word]
        word.encode()
        assert word.isprintable() or not any(ord(character) < 32 for character in word)


@pytest.mark.parametrize(
    ("texts", "written"),
    [
        (["plain", "words"], "plain words"),
        (["日本", "語", "and", "ไทย"], "日本語 and ไทย"),
        (["안녕", "하세요"], "안녕 하세요"),
        (["שלום", "עולם"], "שלום עולם"),
    ],
)
def test_words_are_joined_as_their_script_is_written(texts: list[str], written: str) -> None:
    assert join(texts) == written


def test_comparison_ignores_case_quotes_and_punctuation() -> None:
    assert normal("“Don’t!”") == normal("DON'T") == "don't"
    assert normal("—") == "—"
    assert normal("की,") == "की" != normal("का")
    assert normal("C++.") != normal("C#") != normal("c")
    words = [Word(text, 0, 0) for text in ["The", "archive.", "The", "Archive,", "the", "arXiv"]]
    assert Occurrences(words).of(["the", "archive"]) == [0, 2]


def test_a_name_is_one_line() -> None:
    assert label(" Ada\n Lovelace\x00 ") == "Ada Lovelace"
    assert label(" \n") is None
    assert split("a \x07 b") == ["a", "\ufffd", "b"]
