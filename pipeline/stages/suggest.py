"""The passages proposed to the host."""

import logging

from pipeline.artefacts import CANDIDATES, SUSPECTS, TRANSCRIPT, Candidates
from pipeline.engine.declared.settings import StageSettings, from_show
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.models import Candidate
from pipeline.settings.podcasting import Person
from pipeline.settings.production import RerankSettings

_log = logging.getLogger(__name__)
_POOL = 2  # times as many candidates as are wanted, for a model to choose from


class Settings(StageSettings):
    """How many candidates, who is not quoted, and who may reorder them."""

    candidates: int = from_show("quotes.candidates")
    people: list[Person] = from_show("people")
    embed: bool = from_show("quotes.embed")  # counts no more, but is in the locks of old shows
    rerank: RerankSettings | None = from_show("quotes.rerank")


def run(ctx: StageContext[Settings]) -> None:
    """Write `candidates.json`, best first; empty for a transcript without words."""
    from pipeline.quotes.deciding.doubt import doubted
    from pipeline.quotes.proposals import candidates  # late: numpy

    # A track or label often has the first name only.
    hosts = [person.name.split()[0] for person in ctx.settings.people if person.role == "host"]
    doubts = doubted(ctx.read(SUSPECTS).suspects)
    learned = ctx.optional("//feed/quote-weights.json")
    limit = ctx.settings.candidates
    pool = limit if ctx.settings.rerank is None else _POOL * limit
    found = candidates.suggest(ctx.read(TRANSCRIPT), pool, hosts, doubts, learned)
    if ctx.settings.rerank:
        found = _reranked(ctx, found, ctx.settings.rerank)
    before = ctx.earlier(CANDIDATES)
    if before:
        found = candidates.with_earlier_ids(found, before.candidates)
    ctx.write(CANDIDATES, Candidates(found))


def _reranked(
    ctx: StageContext[Settings], found: list[Candidate], asked: RerankSettings
) -> list[Candidate]:
    from pipeline.quotes.proposals.endpoint import Endpoint  # late: urllib3
    from pipeline.quotes.proposals.rerank import rerank

    name, cache = f"{asked.base_url} {asked.model}", ctx.cache / "rerank"
    limit, ask = ctx.settings.candidates, Endpoint(asked).ask
    result = rerank(found, limit, ask, asked.rounds, cache, name)
    if result.problem:
        _log.warning("%s: %s", ctx.slug, result.problem)
    return list(result.candidates)


STAGE = Stage(
    name="suggest",
    run=run,
    inputs=(TRANSCRIPT, SUSPECTS, "//feed/quote-weights.json?"),
    outputs=(CANDIDATES,),
    settings=Settings,
    heard=True,
    long=lambda settings: "ranked by a language model" if settings.rerank else "",
    belongs="quotes.toml",
    version=9,  # a full stop without a pause ends nothing; ids outlive another cut
)
