"""The passages proposed to the host."""

from pipeline.config import Person
from pipeline.engine.stage import Stage, StageContext, StageSettings, from_show
from pipeline.models import Transcript, decode


class Settings(StageSettings):
    """How many candidates, and who is not quoted."""

    candidates: int = from_show("quotes.candidates")
    people: list[Person] = from_show("people")


def run(ctx: StageContext[Settings]) -> None:
    """Write `candidates.json`, best first; empty for a transcript without words."""
    from pipeline.quotes import candidates  # late: numpy
    from pipeline.quotes.doubt import doubted

    path = ctx.input("build/transcript.words.json")
    transcript = decode(Transcript, path.read_bytes(), "build/transcript.words.json")
    # A track or label often has the first name only.
    hosts = [person.name.split()[0] for person in ctx.settings.people if person.role == "host"]
    doubts = doubted(ctx.read_json("build/suspects.json"))
    learned = ctx.optional("//feed/quote-weights.json")
    found = candidates.suggest(transcript, ctx.settings.candidates, hosts, doubts, learned)
    ctx.write_json("build/candidates.json", candidates.as_json(found))


STAGE = Stage(
    name="suggest",
    run=run,
    inputs=(
        "build/transcript.words.json",
        "build/suspects.json",
        "//feed/quote-weights.json?",
    ),
    outputs=("build/candidates.json",),
    settings=Settings,
    belongs="quotes.toml",
    version=3,  # proposed referents
)
