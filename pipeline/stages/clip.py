"""clip: the sound of each published quote, for its page and for sharing."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.engine.stage import NoSettings, Stage, StageContext
from pipeline.models import Quote, Transcript, Word, decode
from pipeline.workspace import dump_json

MASTER = "build/master.mp3"
QUOTES = "build/quotes.json"
TRANSCRIPT = "build/transcript.words.json"
# Seconds into a neighbour word, by which recognisers may be wrong about its edge. Of 80 edges where nobody
# pauses the word beside was heard at 24 with 0.1, at 10 with 0.03 and at 5 with 0; a word of the quote was
# lost at 9, 13 and 17.
_DEPTH = 0.03


def run(ctx: StageContext[NoSettings]) -> None:
    """Cut every quote out of the master."""
    from pipeline.audio.cutting import Room, cut  # late: numpy

    master = ctx.input(MASTER)
    quotes = list(_quotes(ctx.read_json(QUOTES)))
    transcript = decode(Transcript, ctx.input(TRANSCRIPT).read_bytes(), TRANSCRIPT)
    for number, quote in enumerate(quotes):
        with ctx.output(f"build/clips/{quote.id}.mp3") as out:
            passages = _passages(quote, transcript)
            words = transcript.words
            spans = [(words[first].start, words[last - 1].end) for first, last in passages]
            rooms = [Room(*_room(words, first, last)) for first, last in passages]
            cut(master, spans, out, rooms)
        ctx.progress(number + 1, len(quotes), "quotes")


def _quotes(content: Any) -> Iterator[Quote]:
    for record in content["quotes"]:
        yield decode(Quote, dump_json(record).encode(), QUOTES)


def _passages(quote: Quote, transcript: Transcript) -> list[tuple[int, int]]:
    """Words `[first, last)` of each passage; spans that run into each other are one."""
    passages: list[tuple[int, int]] = []
    for span in quote.spans:
        first, last = span.first, min(span.last, len(transcript.words))
        if first >= last:
            continue
        if passages and passages[-1][1] == first:
            passages[-1] = (passages[-1][0], last)
        else:
            passages.append((first, last))
    return passages


def _room(words: Sequence[Word], first: int, last: int) -> tuple[float, float, float, float]:
    """Between which seconds the first and the last edge may lie: within the words beside each."""

    def depth(index: int) -> float:
        return min(_DEPTH, (words[index].end - words[index].start) / 2)

    return (
        words[first - 1].end - depth(first - 1) if first else -math.inf,
        (words[first].start + words[first].end) / 2,
        (words[last - 1].start + words[last - 1].end) / 2,
        words[last].start + depth(last) if last < len(words) else math.inf,
    )


STAGE = Stage(
    name="clip",
    run=run,
    inputs=(MASTER, QUOTES, TRANSCRIPT),
    outputs=("build/clips/*.mp3",),
    settings=NoSettings,
    version=4,  # edges stay out of the words beside them
)
