"""The episode's chapters: the host's, else for a long episode by change of subject."""

import dataclasses
from collections.abc import Sequence

from pipeline.artefacts import AUDIO, CHAPTERS, OPENINGS, TRANSCRIPT, Openings
from pipeline.engine.declared.stage import (
    Keeping,
    Stage,
    StageContext,
    StageLook,
    StageSettings,
    from_episode,
)
from pipeline.errors import ConfigError
from pipeline.feeds.contents.pictures import PICTURES, Pictures, by_name
from pipeline.feeds.contents.rules import Report
from pipeline.models import Chapter, Word
from pipeline.rendering.templates import read_overrides
from pipeline.rendering.words import read_words
from pipeline.settings.episode import ChapterMark
from pipeline.times import parse_clock
from pipeline.transcript.chapters import chapters
from pipeline.transcript.moved import chapter_words

CATALOGUES = "//feed/templates/*.po"  # the show's own translations


class Settings(StageSettings):
    """The chapters that the host set."""

    marks: list[ChapterMark] = from_episode("chapters")


def run(ctx: StageContext[Settings]) -> None:
    """Write `chapters.json`."""
    duration, transcript = ctx.read(AUDIO).duration, ctx.read(TRANSCRIPT)
    catalogue = read_words(transcript.language, read_overrides(ctx.inputs(CATALOGUES)))
    if ctx.settings.marks:
        moved = _moved(ctx, transcript.words)
        name = f"episodes/{ctx.slug}/episode.toml"
        found = chapters.from_marks(
            ctx.settings.marks, duration, transcript.words, moved, catalogue, name
        )
        found = _with_addresses(found, Pictures(by_name(ctx.inputs(PICTURES))), Report(name))
    else:
        found = chapters.derived(transcript, duration, catalogue)
    ctx.write(CHAPTERS, found)


def _with_addresses(found: Sequence[Chapter], pictures: Pictures, report: Report) -> list[Chapter]:
    """The chapters with object keys for those of their pictures that are files."""
    done = [
        dataclasses.replace(
            each, image=pictures.address(report, f"chapter '{each.title}': image", each.image)
        )
        for each in found
    ]
    report.raise_problems()
    return done


def check(look: StageLook[Settings]) -> None:
    """Two chapters that begin at one time, where neither says with which words."""
    begun: dict[float, str] = {}
    for number, mark in enumerate(look.settings.marks, start=1):
        if mark.said:
            continue
        if (other := begun.setdefault(parse_clock(mark.at), mark.title)) != mark.title:
            name = f"episodes/{look.slug}/episode.toml"
            raise ConfigError(
                f"{name}: [chapters[{number}]] at: '{other}' begins at {mark.at} already",
                f"mend the chapters in {name} and run again",
            )


def _moved(ctx: StageContext[Settings], words: Sequence[Word]) -> dict[str, float]:
    """Where chapters are now whose words moved since they were first seen, which is kept."""
    kept = ctx.earlier(OPENINGS)
    known = chapter_words.openings(ctx.settings.marks, words, kept.chapters if kept else ())
    ctx.write(OPENINGS, Openings(known))
    return chapter_words.starts(known, words)


STAGE = Stage(
    name="chapter",
    run=run,
    inputs=(TRANSCRIPT, AUDIO, f"{CATALOGUES}?", f"{PICTURES}?"),
    outputs=(CHAPTERS, f"{OPENINGS}?"),
    settings=Settings,
    check=check,
    belongs="episode.toml, under [[chapters]]",
    version=6,  # without the host's titles, a chapter has what is said first
    keeps=Keeping(
        "chapter titles",
        "--retag",
        follows=(TRANSCRIPT, AUDIO, CATALOGUES, "episode.toml chapters"),
    ),
    early=True,  # the words that a chapter opens with are kept before anybody moves them
)
