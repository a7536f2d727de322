"""The transcript as people read it: speakers, corrections and glossary laid over the raw words."""

from pipeline.engine.stage import NoSettings, Stage, StageContext
from pipeline.models import Recognition, decode, encode
from pipeline.transcript import corrections, glossary, podcast_json, srt, text, vtt
from pipeline.transcript.overlay import correct
from pipeline.transcript.suspicion import suspects
from pipeline.transcript.words import from_recognition


def run(ctx: StageContext[NoSettings]) -> None:
    """Write the corrected words, every format made from them, and what to listen to again."""
    raw = ctx.input("build/transcript.raw.json")
    recognition = decode(Recognition, raw.read_bytes(), "build/transcript.raw.json")
    turns = [
        (turn["speaker"], turn["start"], turn["end"])
        for turn in ctx.read_json("build/speakers.json")["turns"]
    ]
    name = f"episodes/{ctx.slug}/{corrections.NAME}"
    corrected = correct(
        from_recognition(recognition, turns),
        corrections.load(ctx.optional("corrections.toml"), name),
        glossary.load(ctx.optional("//feed/glossary.toml")),
        name,
    )
    transcript = corrected.transcript
    ctx.write_json("build/transcript.words.json", encode(transcript))
    ctx.write_text("build/transcript.json", podcast_json.write(transcript))
    ctx.write_text("build/transcript.vtt", vtt.write(transcript))
    ctx.write_text("build/transcript.srt", srt.write(transcript))
    ctx.write_text("build/transcript.txt", text.write(transcript))
    doubtful = [encode(suspect) for suspect in suspects(transcript, recognition)]
    changes = [encode(change) for change in corrected.changes]
    ctx.write_json("build/suspects.json", {"version": 1, "suspects": doubtful, "changes": changes})


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
    settings=NoSettings,
)
