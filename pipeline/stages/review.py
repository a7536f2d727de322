"""The gate: nothing is published before the host has decided, and nothing that was not said."""

from typing import Any

from pipeline.engine.declared.stage import Stage, StageContext, StageLook, StageSettings, from_show
from pipeline.errors import Waiting
from pipeline.models import Quote, Transcript, decode, encode
from pipeline.quotes.deciding.kept_ids import GONE, gone_quotes
from pipeline.quotes.ledger.ledger import Ledger, load_ledger
from pipeline.workspace import read_json


class Settings(StageSettings):
    """The kinds of edit that the show lets pass without a signature."""

    free: list[str] | None = from_show("quotes.free")


def run(ctx: StageContext[Settings]) -> None:
    """Write `quotes.json`, or raise Waiting while the review is open, or Refused for an unproven quote."""
    path = ctx.optional("quotes.toml")
    ledger = load_ledger(path, f"episodes/{ctx.slug}/quotes.toml") if path else None
    if ledger is None or not ledger.decided:
        raise _waiting(ctx)
    audio = ctx.optional("build/audio.json")  # the recording that they are proven against
    recording = str(read_json(audio).get("sha256") or "") if audio else ""
    quotes = [] if ledger.review == "none" else _proven(ctx, ledger, recording)
    content: dict[str, Any] = {
        "version": 1, "audio": recording, "quotes": [encode(quote) for quote in quotes],
    }  # fmt: skip
    if path and (gone := gone_quotes(path, quotes)):
        content[GONE] = [encode(quote) for quote in gone]
    ctx.write_json("build/quotes.json", content)


def _waiting(ctx: StageContext[Settings]) -> Waiting:
    if not ctx.read_json("build/transcript.words.json")["words"]:
        return Waiting(
            f"{ctx.slug}: not a word was heard in the recording",
            f"is it the right file? without quotes it goes out with: "
            f"make publish EPISODE={ctx.slug} REVIEW=none",
        )
    count = len(ctx.read_json("build/candidates.json")["candidates"])
    without = f"; without quotes: make publish EPISODE={ctx.slug} REVIEW=none"
    return Waiting(
        f"{ctx.slug}: waiting for your review: {count} candidate{'' if count == 1 else 's'}",
        f"run: make review EPISODE={ctx.slug}, or edit episodes/{ctx.slug}/quotes.toml"
        + (without if count == 0 else ""),
    )


def _proven(ctx: StageContext[Settings], ledger: Ledger, recording: str) -> list[Quote]:
    from pipeline.quotes.deciding.checking import (  # late: numpy
        check_ledger,
        published,
        refuse_unproven,
    )
    from pipeline.quotes.deciding.doubt import doubted
    from pipeline.quotes.matching.edits import free_kinds
    from pipeline.quotes.proof.guard import Guard

    words = ctx.input("build/transcript.words.json")
    transcript = decode(Transcript, words.read_bytes(), "build/transcript.words.json")
    doubts = doubted(ctx.read_json("build/suspects.json"))
    guard = Guard(transcript, free_kinds(ctx.settings.free), doubts, recording)
    verdicts = check_ledger(ledger, guard)
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
    inputs=(
        "build/candidates.json",
        "quotes.toml?",
        "build/transcript.words.json",
        "build/suspects.json",
        "build/audio.json?",
    ),
    outputs=("build/quotes.json",),
    settings=Settings,
    check=check,
    belongs="quotes.toml",
    version=5,  # the guard sees more of what stands right outside a span
    gate=True,
)
