"""What decoding gives for a chunk, whether it can be trusted, and the words and segments it makes.

Shared by the engines; nothing here needs a network.
"""

import itertools
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from pipeline.models import Segment, Word
from pipeline.speech.alignment import FRAME_SECONDS
from pipeline.speech.engine import Heard
from pipeline.speech.listening import Sound
from pipeline.speech.words import TimedToken, sentences, settle, spell

if TYPE_CHECKING:
    from whisper.tokenizer import Tokenizer

# whisper's own limits (Whisper paper, section 4.5)
_COMPRESSION = 2.4
_LOGPROB = -1.0
_NO_SPEECH = 0.6

# Seconds by which the attention of tiny.en follows the sound: the median over starts and over ends of
# words, 0.08 to 0.09 against the hand-set boundaries of TIMIT and the aligned ones of AMI.
_LATE = 0.08

_LOOP_TOKENS = 24  # that a tail must repeat over to be a loop: "again and again" is none
_LOOP_PERIOD = 8


@dataclass(slots=True)
class Decoded:
    """One chunk's text tokens, their log-probabilities, and the model's doubts.

    `avg_logprob` is the mean over the tokens and the end, as whisper computes it; `cut_short` says
    that decoding was stopped before it came to an end.
    """

    tokens: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    avg_logprob: float = 0.0
    no_speech_prob: float = 0.0
    cut_short: bool = False


_Result = TypeVar("_Result", bound=Decoded)


class Verdict(Enum):
    """What a result is worth."""

    GOOD = "good"
    SILENT = "silent"  # nobody speaks here, says the model
    WRONG = "wrong"  # it loops or is mostly guessed


def judge(result: Decoded, tokenizer: "Tokenizer") -> Verdict:
    """Whisper's rules, and a stop for loops."""
    if result.no_speech_prob > _NO_SPEECH and result.avg_logprob < _LOGPROB:
        return Verdict.SILENT
    wrong = (
        result.cut_short
        or result.avg_logprob < _LOGPROB
        or loops(result.tokens)
        or compression_ratio(result, tokenizer) > _COMPRESSION
    )
    return Verdict.WRONG if wrong else Verdict.GOOD


def compression_ratio(result: Decoded, tokenizer: "Tokenizer") -> float:
    """How much shorter zlib makes the text; above 2.4 it repeats itself."""
    text = tokenizer.decode(result.tokens).strip().encode()
    return len(text) / len(zlib.compress(text))


def choose(tries: Sequence[_Result], tokenizer: "Tokenizer") -> _Result:
    """The first good result, else the likeliest that does not loop, else the likeliest."""
    for result in tries:
        if judge(result, tokenizer) is not Verdict.WRONG:
            return result
    sane = [
        result
        for result in tries
        if not result.cut_short and compression_ratio(result, tokenizer) <= _COMPRESSION
    ]
    return max(sane or tries, key=lambda result: result.avg_logprob)


def loops(tokens: Sequence[int]) -> bool:
    """Whether the last tokens only repeat a few of them."""
    tail = list(tokens[-_LOOP_TOKENS:])
    if len(tail) < _LOOP_TOKENS:
        return False
    return any(
        all(a == b for a, b in zip(tail, itertools.islice(tail, period, None), strict=False))
        for period in range(1, _LOOP_PERIOD + 1)
    )


def heard(sound: Sound, result: Decoded, begins: Sequence[int], tokenizer: "Tokenizer") -> Heard:
    """The words and segments of a chunk; `begins` holds the frame in which each token begins."""
    if not result.tokens or judge(result, tokenizer) is Verdict.SILENT:
        return Heard(sound.end)
    times = [sound.start + max(0.0, frame * FRAME_SECONDS - _LATE) for frame in begins]
    times += [sound.end] * (len(result.tokens) + 1 - len(times))  # no end was decoded
    tokens = [
        TimedToken(token, start, end, logprob)
        for token, start, end, logprob in zip(
            result.tokens, times, times[1:], result.logprobs, strict=False
        )
    ]
    words = settle(spell(tokens, tokenizer), sound.speech, (sound.start, sound.end))
    return Heard(sound.end, tuple(words), tuple(_segments(words, result, tokenizer)))


def _segments(words: Sequence[Word], result: Decoded, tokenizer: "Tokenizer") -> list[Segment]:
    """A segment for each sentence; the signals are those of its chunk."""
    signals = {
        "avg_logprob": round(result.avg_logprob, 4),
        "no_speech_prob": round(result.no_speech_prob, 4),
        "compression_ratio": round(compression_ratio(result, tokenizer), 4),
    }
    return [
        Segment(first, last, words[first].start, words[last - 1].end, **signals)
        for first, last in sentences(words)
    ]
