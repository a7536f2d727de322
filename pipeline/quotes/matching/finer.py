"""Words as quotes take hold of them: single letters where a script has no blanks.

A recogniser gives Japanese in pieces of one to four letters, a foreign file a line as one word; a host
types no blanks at all. Only letters can be compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.models import Transcript, Word
from pipeline.text.scripts import letters


def finer(transcript: Transcript) -> tuple[Transcript, Sequence[int]]:
    """The transcript with such words cut, and which of its words each one came from.

    Letters share the time of their word. `breaks` stay those of the whole words.
    """
    pieces = [letters(word.text) for word in transcript.words]
    if all(len(each) == 1 for each in pieces):
        return transcript, range(len(pieces))
    origin = [number for number, each in enumerate(pieces) for _ in each]
    words = [
        part
        for word, each in zip(transcript.words, pieces, strict=True)
        for part in _parts(word, each)
    ]
    raw_ids = [transcript.raw_ids[number] for number in origin]
    return replace(transcript, words=words, raw_ids=raw_ids), origin


def _parts(word: Word, pieces: Sequence[str]) -> Iterator[Word]:
    step = (word.end - word.start) / len(pieces)
    for number, text in enumerate(pieces):
        start = round(word.start + number * step, 3)
        end = word.end if number == len(pieces) - 1 else round(word.start + (number + 1) * step, 3)
        yield word._replace(text=text, start=start, end=end)
