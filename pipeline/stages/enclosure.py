"""enclosure: the file that subscribers download: the master with tags, cover and chapters."""

from pipeline.artefacts import AUDIO, CHAPTERS, ENCLOSURE, MASTER
from pipeline.audio.tags import Tags, tag
from pipeline.engine.declared.stage import Keeping, Stage, StageContext

ARTWORK = ("//feed/artwork.jpg", "//feed/artwork.png")


def run(ctx: StageContext[Tags]) -> None:
    chapters, duration = ctx.read(CHAPTERS), ctx.read(AUDIO).duration
    artwork = next(filter(None, map(ctx.optional, ARTWORK)), None)
    with ctx.output(ENCLOSURE) as out:
        tag(ctx.input(MASTER), out, ctx.settings, duration, chapters, artwork)


STAGE = Stage(
    name="enclosure",
    run=run,
    inputs=(MASTER, AUDIO, CHAPTERS, *(f"{name}?" for name in ARTWORK)),
    outputs=(ENCLOSURE,),
    settings=Tags,
    version=2,  # no summary: each change of it would be another file for every app
    keeps=Keeping("tags", "--retag", follows=(MASTER,)),
)
