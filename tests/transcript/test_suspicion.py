"""Doubtful passages."""

from pipeline.models import Recognition, Segment, Transcript, Word
from pipeline.transcript.suspicion import suspects


def heard(words: list[Word], segments: list[Segment]) -> tuple[Transcript, Recognition]:
    raw = Recognition(words, segments, "en", 100, "openai-whisper", "tiny.en", "0" * 64)
    return Transcript(words, [(n,) for n in range(len(words))]), raw


def test_sound_words_are_not_suspected() -> None:
    words = [Word("fine", n, n + 0.5, 0.95) for n in range(20)]
    assert suspects(*heard(words, [Segment(0, 20, 0, 20, -0.2, 0.01, 1.4)])) == []


def test_unsure_words_are_joined_over_a_short_sound_one_and_listed_by_what_they_find() -> None:
    sure = [0.9, 0.3, 0.9, 0.2, 0.9, 0.9, 0.1, 0.9]
    words = [Word("word", n / 2, n / 2 + 0.5, p) for n, p in enumerate(sure)]
    found = suspects(*heard(words, []))
    assert [(s.first, s.last, s.score) for s in found] == [(6, 7, 0.9), (1, 4, 0.8)]
    assert found[0].why == ("the recogniser is unsure",)
    assert (found[1].start, found[1].end) == (0.5, 2.0)


def test_what_costs_less_listening_comes_first() -> None:
    words = [Word("slowly", 0, 2, 0.1), Word("quick", 5, 5.2, 0.4)]
    assert [(s.first, s.score) for s in suspects(*heard(words, []))] == [(1, 0.6), (0, 0.9)]


def test_a_pause_parts_passages() -> None:
    words = [Word("a", 0, 1, 0.2), Word("b", 1.6, 2, 0.2)]
    assert len(suspects(*heard(words, []))) == 2


def test_another_speaker_begins_another_passage() -> None:
    words = [Word("a", 0, 1, 0.2, "Ada"), Word("b", 1, 2, 0.2, "Charles")]
    assert len(suspects(*heard(words, []))) == 2


def test_signs_of_a_segment_hold_for_its_words() -> None:
    words = [Word("word", n, n + 0.5, 0.9) for n in range(7)]
    words[4:] = [Word("extraordinary", 4 + n / 10, 4.1 + n / 10, 0.9) for n in range(3)]
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
    assert found.score == 0.68
    assert found.why == ("the recogniser is unsure", "no time to say it")


def test_words_that_a_person_wrote_are_not_doubted() -> None:
    transcript, raw = heard([Word("x", 1.0, 1.0, 0.1)], [])
    mended = Transcript([Word("y", 1.0, 1.0, None)], transcript.raw_ids)
    assert suspects(mended, raw) == []


def test_words_that_somebody_heard_are_doubted_no_longer() -> None:
    words = [Word("word", n, n + 0.5, 0.2) for n in range(3)]
    spoken = heard(words, [])
    assert [(s.first, s.last) for s in suspects(*spoken, heard={1})] == [(0, 1), (2, 3)]
