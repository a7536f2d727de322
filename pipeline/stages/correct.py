"""The transcript as people read it: speakers, corrections and glossary laid over the raw words."""

from pipeline.engine.declared.stage import (
    Stage,
    StageContext,
    StageLook,
    StageSettings,
    from_episode,
    from_show,
)
from pipeline.models import Recognition, decode, encode
from pipeline.settings.podcasting import Person
from pipeline.transcript.corrections import corrections, glossary
from pipeline.transcript.corrections.proofreading import proofread
from pipeline.transcript.formats import podcast_json, srt, text, vtt


class Settings(StageSettings):
    """The people whose names are said."""

    hosts: list[Person] = from_show("people")
    guests: list[Person] = from_episode("people")


def run(ctx: StageContext[Settings]) -> None:
    """Write the corrected words, every format made from them, and what to listen to again."""
    raw = ctx.input("build/transcript.raw.json")
    recognition = decode(Recognition, raw.read_bytes(), "build/transcript.raw.json")
    turns = [
        (turn["speaker"], turn["start"], turn["end"])
        for turn in ctx.read_json("build/speakers.json")["turns"]
    ]
    name = f"episodes/{ctx.slug}/{corrections.NAME}"
    read = proofread(
        recognition,
        turns,
        ctx.optional("corrections.toml"),
        ctx.optional("//feed/glossary.toml"),
        people=[person.name for person in (*ctx.settings.hosts, *ctx.settings.guests)],
        name=name,
    )
    transcript = read.transcript
    ctx.write_json("build/transcript.words.json", encode(transcript))
    ctx.write_text("build/transcript.json", podcast_json.write(transcript))
    ctx.write_text("build/transcript.vtt", vtt.write(transcript))
    ctx.write_text("build/transcript.srt", srt.write(transcript))
    ctx.write_text("build/transcript.txt", text.write(transcript))
    listed = {"suspects": read.suspects, "changes": read.changes, "problems": read.problems}
    ctx.write_json(
        "build/suspects.json",
        {"version": 1, **{key: [encode(item) for item in items] for key, items in listed.items()}},
    )


def check(look: StageLook[Settings]) -> None:
    """A glossary or corrections that cannot be read."""
    glossary.load(look.optional("//feed/glossary.toml"))
    name = f"episodes/{look.slug}/{corrections.NAME}"
    corrections.load(look.optional("corrections.toml"), name)


STAGE = Stage(
    name="correct",
    run=run,
    inputs=(
        "build/transcript.raw.json",
        "build/speakers.json",
        "corrections.toml?",
        "//feed/glossary.toml?",
    ),
    outputs=(
        "build/transcript.words.json",
        "build/transcript.json",
        "build/transcript.vtt",
        "build/transcript.srt",
        "build/transcript.txt",
        "build/suspects.json",
    ),
    settings=Settings,
    check=check,
    belongs="corrections.toml or feed/glossary.toml",
    version=8,  # says what is heard in the place of a correction's words
)
