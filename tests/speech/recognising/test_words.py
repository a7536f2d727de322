from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Word
from pipeline.speech.recognising.words import (
    capitalised,
    join_pieces,
    sentences,
    settle,
)


def words(*texts: str) -> list[Word]:
    return [Word(text, float(at), float(at + 1), 0.5) for at, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ((" Yes", ",", " it", " is", "."), "Yes, it is."),
        ((" a", " well", "-", "known", " one"), "a well-known one"),
        ((" $", "5", ",000"), "$5,000"),
        ((" he", " said", ' "', "no", '."'), 'he said "no."'),
        ((" R", " &", " D"), "R & D"),
        ((" I", " -", " I", " mean"), "I- I mean"),
        ((" (", "um", ")"), "(um)"),
        (("No", " blank", " before", " it"), "No blank before it"),
        ((" end", " ("), "end("),
        ((" ", " word"), "word"),
        ((), ""),
    ],
)
def test_pieces_become_words(pieces: tuple[str, ...], expected: str) -> None:
    joined = join_pieces(words(*pieces), spaced=True)
    assert " ".join(word.text for word in joined if word.text) == expected


def test_marks_take_no_time_but_parts_do() -> None:
    (first, second) = join_pieces(words(" well", "-", "known", ".", " so"), spaced=True)
    assert (first.text, first.start, first.end) == ("well-known.", 0.0, 3.0)
    assert second.start == 4.0


def test_languages_without_blanks_keep_their_pieces_apart() -> None:
    assert [word.text for word in join_pieces(words("今", "日", "は", "。"), spaced=False)] == [
        "今",
        "日",
        "は。",
    ]


times = st.floats(0, 30, allow_nan=False)
timed = st.lists(st.tuples(times, times).map(lambda pair: tuple(sorted(pair))), max_size=12)


@given(timed, timed)
def test_settled_times_are_in_order_and_within(
    spans: list[tuple[float, float]], speech: list[tuple[float, float]]
) -> None:
    given_words = [Word("x", start, end, 1.0) for start, end in sorted(spans)]
    settled = settle(given_words, sorted(speech), (2.0, 25.0))
    assert len(settled) == len(given_words)
    assert all(2.0 <= word.start <= word.end <= 25.0 for word in settled)
    assert all(before.start <= after.start for before, after in pairwise(settled))


def test_a_word_is_pulled_out_of_a_pause() -> None:
    speech = [(0.5, 2.0), (5.0, 8.0)]
    before, after = settle([Word("end.", 1.5, 4.0), Word("Then", 4.0, 5.6)], speech, (0.0, 9.0))
    assert before.end == pytest.approx(2.064)
    assert after.start == pytest.approx(4.936)


def test_a_word_over_a_pause_was_said_after_it() -> None:
    """However long the word before it dragged on: the warping gives the pause to what follows."""
    speech = [(0.5, 2.0), (5.0, 8.0)]
    (word,) = settle([Word("we", 1.0, 5.2)], speech, (0.0, 9.0))
    assert word.start == pytest.approx(4.936)
    assert word.end == 5.2


def test_too_little_after_a_pause_is_no_word() -> None:
    speech = [(0.5, 2.0), (5.0, 8.0)]
    (word,) = settle([Word("end", 1.5, 4.97)], speech, (0.0, 9.0))
    assert word.start == 1.5
    assert word.end == pytest.approx(2.064)


def test_a_squeezed_word_gets_its_share_of_the_word_before() -> None:
    speech = [(0.5, 8.0)]
    before, word = settle([Word("errors", 1.0, 1.88), Word("but", 1.88, 1.9)], speech, (0.0, 9.0))
    assert before.end == word.start == pytest.approx(1.6)
    assert word.end == 1.9


def test_a_word_gets_back_what_the_mark_before_it_took() -> None:
    speech = [(0.5, 8.0)]
    _, word = settle([Word("errors,", 1.0, 1.5), Word("but", 1.88, 1.9)], speech, (0.0, 9.0))
    assert word.start == pytest.approx(1.65)  # as long as its letters need
    before, word = settle([Word("errors,", 1.0, 1.8), Word("but", 1.88, 1.9)], speech, (0.0, 9.0))
    assert before.end == word.start == pytest.approx(1.74)  # no farther than to the word before
    _, word = settle([Word("errors,", 1.0, 1.5), Word("but", 1.7, 1.9)], speech, (0.0, 9.0))
    assert word.start == 1.7  # it has time enough


def test_the_first_word_begins_where_the_speech_does() -> None:
    speech = [(0.5, 2.0), (5.0, 8.0)]
    _, word = settle([Word("end.", 1.5, 2.0), Word("Then", 5.2, 5.6)], speech, (0.0, 9.0))
    assert word.start == 5.0
    _, word = settle([Word("end.", 1.5, 2.0), Word("Then", 5.6, 5.9)], speech, (0.0, 9.0))
    assert word.start == 5.6  # so late, something else was said before it


def test_a_word_found_after_the_speech_was_its_last() -> None:
    speech = [(0.5, 2.0), (5.0, 8.0)]
    _, word = settle([Word("true,", 0.6, 1.5), Word("right?", 2.6, 2.6)], speech, (0.0, 9.0))
    assert word.end == pytest.approx(2.064)
    assert word.start == pytest.approx(1.714)


def test_a_long_word_is_not_left_early_for_a_short_one() -> None:
    speech = [(0.5, 8.0)]
    long, short = settle([Word("spectacular", 1.0, 1.4), Word("is", 1.4, 1.8)], speech, (0.0, 9.0))
    assert long.end == short.start == pytest.approx(1.4 + 0.3 * (0.8 * 11 / 13 - 0.4), abs=1e-3)
    assert (long.start, short.end) == (1.0, 1.8)


@pytest.mark.parametrize("text", ["50", "AGI", "GPT-3"])
def test_figures_and_spelt_letters_take_longer(text: str) -> None:
    pair = settle([Word(text, 1.0, 1.5), Word("nights", 1.5, 2.0)], [(0.5, 8.0)], (0.0, 9.0))
    assert pair[0].end >= 1.5


def test_a_word_where_no_speech_was_found_stays() -> None:
    (word,) = settle([Word("hm", 3.0, 3.4)], [(5.0, 8.0)], (0.0, 9.0))
    assert (word.start, word.end) == (3.0, 3.4)


def test_sentences_end_with_a_mark_or_a_pause() -> None:
    spoken = [
        Word("So.", 0, 1),
        Word("He", 1, 2),
        Word('said."', 2, 3),
        Word("and", 3, 4),
        Word("then", 6, 7),
    ]
    assert list(sentences(spoken)) == [(0, 1), (1, 3), (3, 4), (4, 5)]
    assert list(sentences([])) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("brücken", "Brücken"),
        ("¿qué", "¿Qué"),
        ("«le", "«Le"),
        ("'t", "'t"),
        ("橋は", "橋は"),
        ("الجسر", "الجسر"),
        ("ხიდი", "ხიდი"),
    ],
)
def test_a_sentence_gets_a_capital_where_its_script_has_them(text: str, expected: str) -> None:
    (word,) = capitalised([Word(text, 0.0, 1.0, 0.9)])
    assert word.text == expected


def test_marks_of_a_script_without_blanks_are_no_words() -> None:
    pieces = [
        Word(text, n, n + 1.0, 0.9) for n, text in enumerate(["「", "は", "い", "」", "と", "。"])
    ]
    assert [word.text for word in join_pieces(pieces, spaced=False)] == ["「は", "い」", "と。"]
