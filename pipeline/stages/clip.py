"""clip: the sound of each published quote, for its page and for sharing."""

from collections.abc import Iterator
from typing import Any

from pipeline.engine.stage import NoSettings, Stage, StageContext
from pipeline.models import Quote, Transcript, decode
from pipeline.workspace import dump_json

MASTER = "build/master.mp3"
QUOTES = "build/quotes.json"
TRANSCRIPT = "build/transcript.words.json"


def run(ctx: StageContext[NoSettings]) -> None:
    """Cut every quote out of the master."""
    from pipeline.audio.cutting import cut  # late: numpy

    master = ctx.input(MASTER)
    quotes = list(_quotes(ctx.read_json(QUOTES)))
    transcript = decode(Transcript, ctx.input(TRANSCRIPT).read_bytes(), TRANSCRIPT)
    for number, quote in enumerate(quotes):
        with ctx.output(f"build/clips/{quote.id}.mp3") as out:
            cut(master, _passages(quote, transcript), out)
        ctx.progress(number + 1, len(quotes), "quotes")


def _quotes(content: Any) -> Iterator[Quote]:
    for record in content["quotes"]:
        yield decode(Quote, dump_json(record).encode(), QUOTES)


def _passages(quote: Quote, transcript: Transcript) -> list[tuple[float, float]]:
    """Seconds of each span of words; spans that run into each other are one passage."""
    passages: list[tuple[float, float]] = []
    previous = None
    for span in quote.spans:
        words = transcript.words[span.first : span.last]
        if not words:
            continue
        if previous == span.first:
            passages[-1] = (passages[-1][0], words[-1].end)
        else:
            passages.append((words[0].start, words[-1].end))
        previous = span.last
    return passages


STAGE = Stage(
    name="clip",
    run=run,
    inputs=(MASTER, QUOTES, TRANSCRIPT),
    outputs=("build/clips/*.mp3",),
    settings=NoSettings,
    version=2,  # shorter fades
)
