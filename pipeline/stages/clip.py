"""clip: the sound of each published quote, for its page and for sharing."""

from pipeline.artefacts import CLIPS, MASTER, QUOTES, TRANSCRIPT
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext


def run(ctx: StageContext[NoSettings]) -> None:
    """Cut every quote out of the master."""
    from pipeline.audio.cutting import sound_of, write  # late: numpy

    master = ctx.input(MASTER)
    quotes, transcript = ctx.read(QUOTES).quotes, ctx.read(TRANSCRIPT)
    for number, quote in enumerate(quotes):
        with ctx.output(CLIPS.replace("*", quote.id)) as out:
            write(sound_of(master, quote, transcript), out)
        ctx.progress(number + 1, len(quotes), "quotes")


STAGE = Stage(
    name="clip",
    run=run,
    inputs=(MASTER, QUOTES, TRANSCRIPT),
    outputs=(CLIPS,),
    settings=NoSettings,
    version=5,  # edges stay closer to the words of the quote
)
