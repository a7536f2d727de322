"""Chunks are heard one by one, and read as one text."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from pipeline.models import Segment, Word
from pipeline.speech.listening.listening import Sound
from pipeline.speech.recognising.engine import Recogniser, _in_a_row
from pipeline.speech.recognising.heard import Heard, Identity


def chunk(*texts: str, start: float) -> Heard:
    words = tuple(Word(text, start + n, start + n + 1, 0.9) for n, text in enumerate(texts))
    segment = Segment(0, len(words), start, start + len(words), -0.2, 0.1, 1.0)
    return Heard(start + 30, words, (segment,), 0)


@pytest.mark.parametrize(
    ("before", "begins", "reads"),
    [
        ("groans.", "you", "You"),
        ("why?”", "élan", "Élan"),
        ("and", "you", "you"),
        ("well...", "you", "you"),
        ("well…", "you", "you"),
        ("です。", "橋", "橋"),
    ],
)
def test_a_chunk_after_a_sentence_begins_another(before: str, begins: str, reads: str) -> None:
    words, segments = _in_a_row([chunk(before, start=0.0), chunk(begins, "can", start=30.0)])
    assert [word.text for word in words] == [before, reads, "can"]
    assert words[1].start == 30.0
    assert [(segment.first, segment.last) for segment in segments] == [(0, 1), (1, 3)]


class Jumping:
    """An engine that passes over most of a long chunk, and is as sure of a shorter one as it is told."""

    identity = Identity("jumping", "none", "", {})
    batch = workers = 1
    languages: Sequence[str] = ("en",)

    def __init__(self, likelihood: float) -> None:
        self._likelihood = likelihood

    def detect(self, sounds: Sequence[Sound]) -> tuple[str, float]:
        return "en", 1.0

    def enlist(self) -> None:
        pass

    def hear(self, sounds: Sequence[Sound], language: str) -> list[Heard]:
        return [self._heard(sound) for sound in sounds]

    def _heard(self, sound: Sound) -> Heard:
        found = chunk("one", "two", start=sound.start)
        if sound.duration > 15:
            return replace(found, missing=12.0)
        segment = replace(found.segments[0], avg_logprob=self._likelihood)
        return replace(found, segments=(segment,))


@pytest.mark.parametrize(("likelihood", "count"), [(-0.15, 4), (-0.7, 2)])
def test_speech_that_was_passed_over_is_heard_in_pieces(likelihood: float, count: int) -> None:
    """Unless the pieces are less sure of it: a song beside the speech has no words."""
    sound = Sound(0.0, np.zeros(20 * 16_000, np.float32), ((0.0, 10.0), (11.0, 20.0)))
    (found,) = Recogniser(Jumping(likelihood))._hear_twice([sound], "en")
    assert len(found.words) == count
    assert (found.missing == 0.0) == (count == 4)
