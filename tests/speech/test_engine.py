"""Chunks are heard one by one, and read as one text."""

import pytest

from pipeline.models import Segment, Word
from pipeline.speech.engine import _in_a_row
from pipeline.speech.heard import Heard


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
