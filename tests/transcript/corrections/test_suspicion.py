"""Doubtful passages."""

import pytest

from pipeline.models import Recognition, Segment, Transcript, Word
from pipeline.quotes.deciding.doubt import DOUBTED
from pipeline.transcript.corrections.mishearing import chances
from pipeline.transcript.corrections.suspicion import repeated, suspects


def heard(words: list[Word], segments: list[Segment]) -> tuple[Transcript, Recognition]:
    raw = Recognition(words, segments, "en", 100, "openai-whisper", "tiny.en", "0" * 64)
    return Transcript(words, [(n,) for n in range(len(words))]), raw


def said(text: str) -> list[str]:
    return text.split()


TEXT = said(
    "we saw seven ships that lay along the old quay under grey morning light while nobody spoke"
)


def words_of(*odds: float) -> list[Word]:
    """Words of half a second, one after another."""
    return [Word(TEXT[n], n / 2, n / 2 + 0.5, p) for n, p in enumerate(odds)]


def test_sound_words_are_not_suspected() -> None:
    words = words_of(*[0.95] * len(TEXT))
    assert suspects(*heard(words, [Segment(0, len(TEXT), 0, 20, -0.2, 0.01, 1.4)])) == []


def test_unsure_words_are_joined_over_a_short_sound_one_and_listed_by_what_they_find() -> None:
    odds = (0.99, 0.3, 0.95, 0.1, *[0.99] * 5, 0.05, 0.99)
    found = suspects(*heard(words_of(*odds), []))
    assert [(s.first, s.last) for s in found] == [(1, 4), (9, 10)]
    assert 0.5 < found[0].score < found[1].score < 1.0
    assert found[0].why == ("the recogniser is unsure",)
    assert (found[0].start, found[0].end) == (0.5, 2.0)


def test_what_is_played_in_one_go_keeps_its_doubtful_words_apart() -> None:
    (found,) = suspects(*heard(words_of(0.99, 0.3, 0.95, 0.99, 0.05, 0.99), []))
    assert (found.first, found.last) == (1, 5)
    assert [(part.first, part.last) for part in found.parts] == [(1, 2), (4, 5)]
    assert found.parts[0].score < found.parts[1].score == found.score


def test_doubtful_words_in_the_lead_in_are_heard_too() -> None:
    alone, beside = Word("x", 10, 10.5, 0.3, "Ada"), Word("x", 20, 20.5, 0.3, "Ada")
    slight = Word("y", 20.6, 21.1, 0.9, "Charles")
    found = suspects(*heard([alone, Word("z", 14, 15, 0.99), beside, slight], []))
    assert [s.first for s in found] == [2, 0]


def test_what_costs_less_listening_comes_first() -> None:
    words = [Word("slowly", 0, 2, 0.1), Word("quick", 5, 5.2, 0.3)]
    found = suspects(*heard(words, []))
    assert [s.first for s in found] == [1, 0]
    assert found[0].score < found[1].score


def test_what_goes_round_in_the_words_themselves_is_doubted() -> None:
    texts = [
        *TEXT,
        *said("thank you for watching") * 3,
        *said("no no no again and again and again"),
    ]
    words = [Word(text, n / 2, n / 2 + 0.4, 0.99) for n, text in enumerate(texts)]
    (found,) = suspects(*heard(words, []))
    assert (found.first, found.last) == (len(TEXT), len(TEXT) + 12)
    assert found.why == ("the text goes round in a loop",)


def test_repetition_that_people_use_is_none() -> None:
    assert repeated(said("we tried again and again and again and again")) == set()
    assert repeated(said("no no no no no not that")) == set()
    assert repeated(said("no no no no no no")) == set(range(6))
    assert repeated(said("so I said I said so")) == set()


def test_a_pause_parts_passages() -> None:
    words = [Word("a", 0, 1, 0.2), Word("b", 2.1, 2.5, 0.2)]
    assert len(suspects(*heard(words, []))) == 2


def test_another_speaker_begins_another_passage() -> None:
    words = [Word("a", 0, 1, 0.2, "Ada"), Word("b", 1, 2, 0.2, "Charles")]
    assert len(suspects(*heard(words, []))) == 2


def test_signs_of_a_segment_hold_for_its_words() -> None:
    words = words_of(0.99, 0.99, 0.99, 0.99)
    words += [
        Word(text, 4 + n / 10, 4.1 + n / 10, 0.99)
        for n, text in enumerate(("extraordinary", "circumstances", "notwithstanding"))
    ]
    found = suspects(
        *heard(
            words,
            [
                Segment(0, 1, 0, 1, -0.2, 0.0, 3.1),
                Segment(1, 2, 1, 2, -1.5, 0.9, 1.0),
                Segment(2, 3, 2, 3, -1.5, 0.1, 1.0),
                Segment(3, 4, 3, 4, -0.1, 0.9, 1.0),
                Segment(4, 7, 4, 5, -0.1, 0.0, 1.0),
            ],
        )
    )
    assert [(s.first, s.last) for s in found] == [(4, 7), (0, 3)]
    assert found[0].why == ("faster than anybody speaks",)
    assert found[1].why == (
        "probably silence",
        "the text goes round in a loop",
        "an unlikely text",
    )
    assert found[1].score == 0.9


def test_doubts_add_up_as_chances_do() -> None:
    words = [Word("x", 1.0, 1.0, 0.4)]
    (found,) = suspects(*heard(words, []))
    assert found.score == pytest.approx(1 - (1 - chances(words)[0]) * 0.8, abs=1e-3)
    assert found.why == ("the recogniser is unsure", "no time to say it")


def test_a_slight_sign_alone_is_not_worth_hearing() -> None:
    assert suspects(*heard([Word("x", 1.0, 1.0, 0.99)], [])) == []


def test_words_that_a_person_wrote_are_not_doubted() -> None:
    transcript, raw = heard([Word("x", 1.0, 1.0, 0.1)], [])
    mended = Transcript([Word("y", 1.0, 1.0, None)], transcript.raw_ids)
    assert suspects(mended, raw) == []


def test_words_that_somebody_heard_are_doubted_no_longer() -> None:
    words = [Word("word", n, n + 0.5, 0.2) for n in range(3)]
    spoken = heard(words, [])
    assert [(s.first, s.last) for s in suspects(*spoken, heard={1})] == [(0, 1), (2, 3)]


def test_who_says_a_word_is_doubtful_where_two_speak_but_not_worth_more_of_the_first_minutes() -> (
    None
):
    words = [*words_of(*[0.99] * 3), Word("wharf", 10, 10.5, 0.3), Word("dusk", 20, 20.5, 0.99)]
    found = suspects(*heard(words, []), together={1, 4})
    assert [(s.first, s.last) for s in found] == [(3, 4), (1, 2), (4, 5)]
    assert [s.why for s in found[1:]] == [("two speak at once",)] * 2
    assert all(s.score >= DOUBTED for s in found)  # a quote over it asks
    assert [s.first for s in suspects(*heard(words, []), heard={1, 4}, together={1, 4})] == [3]
