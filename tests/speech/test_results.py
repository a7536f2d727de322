import pytest
from whisper.tokenizer import Tokenizer, get_tokenizer

from pipeline.speech.results import Decoded, Verdict, choose, judge, loops


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return get_tokenizer(False)


def decoded(tokenizer: Tokenizer, text: str, logprob: float = -0.2, silent: float = 0.0) -> Decoded:
    tokens = tokenizer.encode(text)
    return Decoded(tokens, [logprob] * len(tokens), logprob, silent)


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
