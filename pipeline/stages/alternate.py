"""alternate: the enclosure in the other encodings that the show offers, if it offers any."""

from pipeline.artefacts import ALTERNATES, AUDIO, ENCLOSURE
from pipeline.engine.declared.settings import StageSettings, from_show
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.settings.podcasting import Alternate


class Settings(StageSettings):
    """The encodings of `[[alternates]]`."""

    alternates: list[Alternate] = from_show("alternates")


def run(ctx: StageContext[Settings]) -> None:
    """Write `build/alternates/<codec>-<bitrate>.<ending>`, one a setting."""
    from pipeline.audio.alternate import encode

    duration = ctx.read(AUDIO).duration
    for alternate in ctx.settings.alternates:
        with ctx.output(ALTERNATES.replace("*", alternate.name)) as out:
            encode(
                ctx.input(ENCLOSURE),
                out,
                alternate.codec,
                alternate.bitrate,
                mono=alternate.channels == "mono",
                duration=duration,
                progress=ctx.progress,
            )


STAGE = Stage(
    name="alternate",
    run=run,
    inputs=(ENCLOSURE, AUDIO),
    outputs=(ALTERNATES,),
    settings=Settings,
    long=lambda settings: "encoded for [[alternates]]" if settings.alternates else "",
)
