"""The transcript as people read it: speakers, corrections and glossary laid over the raw words."""

from pipeline.artefacts import RAW, SPEAKERS, SUSPECTS, TRANSCRIPT, TRANSCRIPT_FILES, Suspects
from pipeline.engine.declared.settings import StageSettings, from_episode, from_show
from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.settings.podcasting import Person
from pipeline.transcript.corrections import corrections, glossary
from pipeline.transcript.corrections.proofreading import proofread
from pipeline.transcript.formats import podcast_json, srt, text, vtt

_FORMATS = {
    f"{TRANSCRIPT_FILES}.json": podcast_json.write,
    f"{TRANSCRIPT_FILES}.vtt": vtt.write,
    f"{TRANSCRIPT_FILES}.srt": srt.write,
    f"{TRANSCRIPT_FILES}.txt": text.write,
}


class Settings(StageSettings):
    """The people whose names are said."""

    hosts: list[Person] = from_show("people")
    guests: list[Person] = from_episode("people")


def run(ctx: StageContext[Settings]) -> None:
    """Write the corrected words, every format made from them, and what to listen to again."""
    name = f"episodes/{ctx.slug}/{corrections.NAME}"
    read = proofread(
        ctx.read(RAW),
        ctx.read(SPEAKERS).turns,
        ctx.optional("corrections.toml"),
        ctx.optional("//feed/glossary.toml"),
        people=[person.name for person in (*ctx.settings.hosts, *ctx.settings.guests)],
        name=name,
    )
    transcript = read.transcript
    ctx.write(TRANSCRIPT, transcript)
    for name, form in _FORMATS.items():
        ctx.write_text(name, form(transcript))
    ctx.write(
        SUSPECTS, Suspects(suspects=read.suspects, changes=read.changes, problems=read.problems)
    )


def check(look: StageLook[Settings]) -> None:
    """A glossary or corrections that cannot be read."""
    glossary.load(look.optional("//feed/glossary.toml"))
    name = f"episodes/{look.slug}/{corrections.NAME}"
    corrections.load(look.optional("corrections.toml"), name)


STAGE = Stage(
    name="correct",
    run=run,
    inputs=(RAW, SPEAKERS, "corrections.toml?", "//feed/glossary.toml?"),
    outputs=(TRANSCRIPT, *_FORMATS, SUSPECTS),
    settings=Settings,
    heard=True,
    check=check,
    belongs="corrections.toml or feed/glossary.toml",
    version=8,  # says what is heard in the place of a correction's words
)
