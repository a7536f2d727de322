import math

import numpy as np
import pytest
from whisper.tokenizer import Tokenizer, get_tokenizer

from pipeline.models import Word
from pipeline.speech.listening.listening import Sound
from pipeline.speech.recognising.results import (
    Decoded,
    Readings,
    Verdict,
    choose,
    heard,
    judge,
    loops,
    passed_over,
)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return get_tokenizer(False)


def decoded(tokenizer: Tokenizer, text: str, logprob: float = -0.2, silent: float = 0.0) -> Decoded:
    tokens = tokenizer.encode(text)
    odds = [logprob] * len(tokens)
    return Decoded(tokens, odds, odds, avg_logprob=logprob, no_speech_prob=silent)


def test_plain_text_is_good(tokenizer: Tokenizer) -> None:
    assert judge(decoded(tokenizer, " We drove to the coast."), tokenizer) is Verdict.GOOD


def test_real_repetition_survives(tokenizer: Tokenizer) -> None:
    text = " He asked again and again and again, and we said no, no, no."
    assert judge(decoded(tokenizer, text), tokenizer) is Verdict.GOOD


@pytest.mark.parametrize(
    "text", [" Thank you." * 20, " I know that it is not what you think." * 8, " la" * 30]
)
def test_loops_are_wrong(tokenizer: Tokenizer, text: str) -> None:
    assert judge(decoded(tokenizer, text), tokenizer) is Verdict.WRONG


def test_guesses_are_wrong_unless_nobody_speaks(tokenizer: Tokenizer) -> None:
    assert judge(decoded(tokenizer, " maybe", -1.2), tokenizer) is Verdict.WRONG
    assert judge(decoded(tokenizer, " maybe", -1.2, 0.8), tokenizer) is Verdict.SILENT


def test_the_surer_that_nobody_speaks_the_likelier_a_text_must_be(tokenizer: Tokenizer) -> None:
    assert judge(decoded(tokenizer, " you", -0.4, 0.95), tokenizer) is Verdict.SILENT
    assert judge(decoded(tokenizer, " you", -0.2, 0.95), tokenizer) is Verdict.GOOD
    assert judge(decoded(tokenizer, " you", -0.4, 0.65), tokenizer) is Verdict.GOOD


@pytest.mark.parametrize(
    ("logprob", "silent", "count"), [(-1.2, 0.1, 1), (-1.2, 0.55, 0), (-1.6, 0.1, 0)]
)
def test_a_text_that_stays_wrong_is_doubted_or_left_out(
    tokenizer: Tokenizer, logprob: float, silent: float, count: int
) -> None:
    sound = Sound(0.0, np.zeros(16_000, np.float32), ((0.0, 1.0),))
    found = heard(sound, decoded(tokenizer, " maybe", logprob, silent), [0, 20], tokenizer)
    assert (len(found.words), found.doubtful) == (count, count)


def test_where_somebody_surely_speaks_a_made_up_text_is_no_silence(tokenizer: Tokenizer) -> None:
    """Its words are left out, and the doubt has the pieces of the chunk heard by themselves."""
    sound = Sound(0.0, np.zeros(16_000, np.float32), ((0.0, 1.0),))
    found = heard(sound, decoded(tokenizer, " maybe so", -2.3, 0.03), [0, 20, 30], tokenizer)
    assert (found.words, found.doubtful) == ((), 2)


def test_words_faster_than_anybody_speaks_are_doubted(tokenizer: Tokenizer) -> None:
    sound = Sound(0.0, np.zeros(10 * 16_000, np.float32), ((0.0, 10.0),))
    text = decoded(tokenizer, " and that was all that anybody had ever said about it")
    slow = heard(sound, text, [n * 20 for n in range(12)], tokenizer)
    fast = heard(sound, text, [n * 2 for n in range(12)], tokenizer)
    assert slow.doubtful == 0
    assert fast.doubtful == len(fast.words)


def test_capitals_and_marks_do_not_speak_against_a_word(tokenizer: Tokenizer) -> None:
    readings = Readings(tokenizer)
    (yes,), (no,), (comma,) = map(tokenizer.encode, (" yes", " no", ","))
    (capital,) = tokenizer.encode(" Yes")

    def odds(*candidates: tuple[int, float]) -> float:
        return math.exp(
            readings.certainty(
                [token for token, _ in candidates], [math.log(p) for _, p in candidates]
            )
        )

    assert odds((yes, 0.5), (no, 0.3)) == pytest.approx(0.5)
    assert odds((yes, 0.5), (capital, 0.4)) == pytest.approx(0.9)
    assert odds((yes, 0.5), (comma, 0.5)) == pytest.approx(1.0)
    assert odds((yes, 0.4), (comma, 0.2), (tokenizer.eot, 0.2)) == pytest.approx(2 / 3)
    assert odds((comma, 0.2), (yes, 0.1)) == 1.0


def test_nothing_said_is_good(tokenizer: Tokenizer) -> None:
    assert judge(Decoded(), tokenizer) is Verdict.GOOD


def test_a_loop_is_a_tail_that_repeats() -> None:
    assert loops([1, 2, 3] * 9)
    assert not loops([1, 2, 3] * 3)
    assert not loops([*range(30)])
    assert loops([*range(30), *[7] * 24])
    assert not loops([*[7] * 30, *range(10)])


def test_the_first_good_try_is_taken_and_else_the_likeliest_sane_one(tokenizer: Tokenizer) -> None:
    loop = decoded(tokenizer, " Thank you." * 20, -0.1)
    guess, worse = decoded(tokenizer, " maybe", -1.2), decoded(tokenizer, " perhaps", -1.5)
    good = decoded(tokenizer, " surely", -0.5)
    assert choose([loop, guess, good], tokenizer) is good
    assert choose([loop, worse, guess], tokenizer) is guess
    assert choose([loop], tokenizer) is loop


def test_a_word_begins_where_it_is_spoken_and_the_one_before_ends_where_it_did(
    tokenizer: Tokenizer,
) -> None:
    sound = Sound(0.0, np.zeros(4 * 16_000, np.float32), ((0.0, 4.0),))
    result = decoded(tokenizer, " wonderful mountains")
    before, after = heard(sound, result, [4, 54, 154], tokenizer, [4, 104, 154]).words
    assert before.end == pytest.approx(54 * 0.02 - 0.08)
    assert after.start == pytest.approx(104 * 0.02 - 0.08)
    assert after.end == pytest.approx(154 * 0.02 - 0.08)


@pytest.mark.parametrize(
    ("spans", "missing"),
    [
        (
            [(0.0, 0.4), (0.4, 9.0), (9.0, 9.9)],
            6.6,
        ),  # a word over others: two seconds may be its own
        ([(0.0, 0.4), (7.4, 8.0), (8.0, 9.9)], 7.0),  # the decoder jumped ahead
        ([(6.0, 6.4), (6.4, 8.0), (8.0, 9.9)], 6.0),  # it began late
        ([(0.0, 0.4), (0.4, 1.0), (1.0, 1.5)], 8.5),  # it stopped early
        ([(0.0, 3.0), (3.5, 5.5), (9.0, 9.9)], 0.0),
    ],
)
def test_speech_for_which_there_is_no_word_was_passed_over(
    spans: list[tuple[float, float]], missing: float
) -> None:
    sound = Sound(0.0, np.zeros(10 * 16_000, np.float32), ((0.0, 10.0),))
    words = [Word("sand", start, end, 0.9) for start, end in spans]
    assert passed_over(words, sound) == pytest.approx(missing)


def test_a_chunk_says_how_much_speech_has_no_word(tokenizer: Tokenizer) -> None:
    """However sure of its text the decoder is."""
    sound = Sound(0.0, np.zeros(20 * 16_000, np.float32), ((0.0, 20.0),))
    result = decoded(tokenizer, " rivers carry sand")
    found = heard(sound, result, [904, 929, 954, 979], tokenizer)
    assert found.doubtful == 0
    assert found.missing == pytest.approx(18.0)


def test_pauses_hold_no_missing_words(tokenizer: Tokenizer) -> None:
    sound = Sound(0.0, np.zeros(20 * 16_000, np.float32), ((0.0, 1.0), (19.0, 20.0)))
    result = decoded(tokenizer, " rivers sand")
    assert heard(sound, result, [0, 954, 1004], tokenizer).missing == 0.0
