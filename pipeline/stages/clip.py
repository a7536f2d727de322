"""clip: the sound of each published quote, for its page and for sharing."""

import math
from collections.abc import Sequence

from pipeline.artefacts import CLIPS, MASTER, QUOTES, TRANSCRIPT
from pipeline.engine.declared.stage import NoSettings, Stage, StageContext
from pipeline.models import Quote, Transcript, Word

# Seconds by which an edge may lie in the word before, in the word after, and in the passage's own first or
# last word: recognisers may be wrong about all of them. Of 160 edges where nobody pauses, 70 were heard
# with a word too many, too few or another while an edge might lie 0.03 in both neighbours and anywhere in
# half of its own word; with these it is 40.
_INTO_BEFORE = 0.03
_INTO_AFTER = 0.0
_INTO_OWN = 0.05


def run(ctx: StageContext[NoSettings]) -> None:
    """Cut every quote out of the master."""
    from pipeline.audio.cutting import Room, cut  # late: numpy

    master = ctx.input(MASTER)
    quotes, transcript = ctx.read(QUOTES).quotes, ctx.read(TRANSCRIPT)
    for number, quote in enumerate(quotes):
        with ctx.output(CLIPS.replace("*", quote.id)) as out:
            passages = _passages(quote, transcript)
            words = transcript.words
            spans = [(words[first].start, words[last - 1].end) for first, last in passages]
            rooms = [Room(*_room(words, first, last)) for first, last in passages]
            cut(master, spans, out, rooms)
        ctx.progress(number + 1, len(quotes), "quotes")


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
    """Between which seconds the first and the last edge may lie: beside the words of the passage."""

    def into(index: int, seconds: float) -> float:
        return min(seconds, (words[index].end - words[index].start) / 2)

    return (
        words[first - 1].end - into(first - 1, _INTO_BEFORE) if first else -math.inf,
        words[first].start + into(first, _INTO_OWN),
        words[last - 1].end - into(last - 1, _INTO_OWN),
        words[last].start + into(last, _INTO_AFTER) if last < len(words) else math.inf,
    )


STAGE = Stage(
    name="clip",
    run=run,
    inputs=(MASTER, QUOTES, TRANSCRIPT),
    outputs=(CLIPS,),
    settings=NoSettings,
    version=5,  # edges stay closer to the words of the quote
)
