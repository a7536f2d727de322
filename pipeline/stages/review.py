"""The gate: nothing is published before the host has decided, and nothing that was not said."""

from pipeline.artefacts import AUDIO, CANDIDATES, QUOTES, SUSPECTS, TRANSCRIPT, Proven
from pipeline.engine.declared.settings import StageSettings, from_episode, from_show
from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.errors import Refused, Waiting
from pipeline.models import Quote
from pipeline.quotes.ledger.ledger import Ledger, load_ledger

_LATE = "what was published stands, whoever is said to speak"


class Settings(StageSettings):
    """The kinds of edit that the show lets pass without a signature, and who may be quoted."""

    free: list[str] | None = from_show("quotes.free")
    lightly_edited: bool = from_show("quotes.lightly_edited")
    hosts: list[str] = from_show("people_names", late=_LATE)
    guests: list[str] = from_episode("people_names", late=_LATE)


def run(ctx: StageContext[Settings]) -> None:
    """Write `quotes.json`, or raise Waiting while the review is open, or Refused for an unproven quote."""
    path = ctx.optional("quotes.toml")
    ledger = load_ledger(path, f"episodes/{ctx.slug}/quotes.toml") if path else None
    if ledger is None or not ledger.decided:
        raise _waiting(ctx)
    audio = ctx.known(AUDIO)
    recording = audio.sha256 if audio else ""
    known = ctx.earlier(QUOTES) or Proven(quotes=())
    quotes = [] if ledger.review == "none" else _proven(ctx, ledger, recording, known)
    if quotes and (wanted := _wanted(ledger)):
        raise Waiting(
            f"{ctx.slug}: waiting for your decision: {wanted}",
            f"run: make review EPISODE={ctx.slug}, change the text or leave it, and settle it; or take"
            f" the line guest out of episodes/{ctx.slug}/quotes.toml",
        )
    here = {quote.id for quote in quotes}
    gone = [quote for quote in known.ever if quote.id not in here]
    wordless = not ctx.read(TRANSCRIPT).words
    ctx.write(QUOTES, Proven(audio=recording, wordless=wordless, quotes=quotes, gone=gone))


def _wanted(ledger: Ledger) -> str:
    """What guests want changed, empty where nothing is."""
    found = [
        f"{entry.id}: {entry.speaker or 'the guest'} wants a change{entry.guest.why}"
        for _, entry in ledger.entries
        if entry.guest and entry.guest.verb == "asks"
    ]
    return "\n  ".join(found)


def _waiting(ctx: StageContext[Settings]) -> Waiting:
    if not ctx.read(TRANSCRIPT).words:
        return Waiting(
            f"{ctx.slug}: not a word was heard in the recording",
            f"is it the right file? without quotes it goes out with: "
            f"make publish EPISODE={ctx.slug} REVIEW=none",
        )
    count = len(ctx.read(CANDIDATES).candidates)
    without = f"; without quotes: make publish EPISODE={ctx.slug} REVIEW=none"
    return Waiting(
        f"{ctx.slug}: waiting for your review: {count} candidate{'' if count == 1 else 's'}",
        f"run: make review EPISODE={ctx.slug}, or edit episodes/{ctx.slug}/quotes.toml"
        + (without if count == 0 else ""),
    )


def _proven(
    ctx: StageContext[Settings], ledger: Ledger, recording: str, known: Proven
) -> list[Quote]:
    from pipeline.quotes.deciding.checking import (  # late: numpy
        check_ledger,
        published,
        refuse_unproven,
    )
    from pipeline.quotes.deciding.doubt import guard_of

    said, transcript, suspects = ctx.settings, ctx.read(TRANSCRIPT), ctx.read(SUSPECTS).suspects
    if not transcript.words and [*ledger.entries]:
        raise Refused(
            f"{ctx.slug}: not a word was heard in the recording, so none of its quotes was said",
            "is it the right file? without quotes it goes out with a first line"
            f' review = "none" in episodes/{ctx.slug}/quotes.toml',
        )
    people, light = [*said.hosts, *said.guests], said.lightly_edited
    guard = guard_of(transcript, suspects, said.free, recording, people, light)
    verdicts = check_ledger(ledger, guard, known)
    refuse_unproven(
        verdicts,
        f"see: pullquote quotes diff {ctx.slug}; change the text, or sign the edits with "
        f"make review EPISODE={ctx.slug}, or as consent in episodes/{ctx.slug}/quotes.toml",
    )
    return published(verdicts)


def check(look: StageLook[Settings]) -> None:
    """Kinds of edit that there are not, and a ledger that cannot be read."""
    from pipeline.quotes.matching.edits import free_kinds

    free_kinds(look.settings.free)
    if path := look.optional("quotes.toml"):
        load_ledger(path, f"episodes/{look.slug}/quotes.toml")


STAGE = Stage(
    name="review",
    run=run,
    inputs=(CANDIDATES, "quotes.toml?", TRANSCRIPT, SUSPECTS, f"{AUDIO}?"),
    outputs=(QUOTES,),
    settings=Settings,
    check=check,
    belongs="quotes.toml",
    version=5,  # the guard sees more of what stands right outside a span
    gate=True,
)
