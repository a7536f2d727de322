"""The transcript as plain text: a paragraph for each turn, with its speaker and time."""

from collections.abc import Iterator, Sequence

from pipeline.models import Transcript, Word
from pipeline.text.punctuation import ends_sentence
from pipeline.text.scripts import join
from pipeline.times import clock
from pipeline.transcript.words.words import label

LONG = 120  # words after which a paragraph ends with its sentence


def write(transcript: Transcript) -> str:
    """Paragraphs under lines such as `Ada Lovelace [00:01:02]`, or `[00:01:02]` for nobody known."""
    words = transcript.words
    blocks = []
    for first, last in _paragraphs(words):
        name = label(words[first].speaker)
        time = f"[{clock(int(max(0.0, words[first].start)))}]"
        heading = f"{name} {time}" if name else time
        blocks.append(f"{heading}\n{join(word.text for word in words[first:last])}\n")
    return "\n".join(blocks)


def _paragraphs(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    first = 0
    for last in range(1, len(words) + 1):
        if (
            last == len(words)
            or words[last].speaker != words[first].speaker
            or (last - first >= LONG and ends_sentence(words[last - 1].text))
        ):
            yield first, last
            first = last
