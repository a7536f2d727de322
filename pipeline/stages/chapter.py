"""The episode's chapters: the host's; and those that are proposed, which a show may take unseen."""

import dataclasses
from collections.abc import Sequence
from typing import Literal

from pipeline.artefacts import (
    AUDIO,
    CHAPTERS,
    OPENINGS,
    PROPOSED,
    SUSPECTS,
    TRANSCRIPT,
    Openings,
    Proposed,
)
from pipeline.engine.declared.settings import StageSettings, from_episode, from_show
from pipeline.engine.declared.stage import Keeping, Stage, StageContext, StageLook
from pipeline.errors import ConfigError
from pipeline.feeds.contents.artwork import PICTURES, Pictures, by_name
from pipeline.feeds.contents.rules import Report
from pipeline.models import Chapter, Word
from pipeline.rendering.templates import read_overrides
from pipeline.rendering.words import read_words
from pipeline.settings.episode import ChapterMark
from pipeline.times import clock, parse_clock
from pipeline.transcript.chapters import chapters
from pipeline.transcript.moved import chapter_words

CATALOGUES = "//feed/templates/*.po"  # the show's own translations


class Settings(StageSettings):
    """The chapters that the host set, and whether the show takes others unseen."""

    unseen: Literal["auto"] | None = from_show("chapters")
    marks: list[ChapterMark] = from_episode("chapters")


def run(ctx: StageContext[Settings]) -> None:
    """Write `chapters.json`, and what the host may make of it."""
    duration, transcript = ctx.read(AUDIO).duration, ctx.read(TRANSCRIPT)
    catalogue = read_words(transcript.language, read_overrides(ctx.inputs(CATALOGUES)))
    suspects = ctx.known(SUSPECTS)
    doubted = chapters.doubted(suspects.suspects if suspects else ())
    proposed = chapters.proposed(transcript, duration, doubted)
    if ctx.settings.marks:
        taken, moved = False, _moved(ctx, transcript.words)
        name = f"episodes/{ctx.slug}/episode.toml"
        found = chapters.from_marks(
            ctx.settings.marks, duration, transcript.words, moved, catalogue, name
        )
        found = _with_addresses(found, Pictures(by_name(ctx.inputs(PICTURES))), Report(name))
    else:
        if published := _published(ctx):
            found = _as_published(ctx, published, transcript.words, duration)
        elif ctx.settings.unseen:
            found = chapters.automatic(proposed, catalogue)
        else:
            found = []
        if taken := bool(found):
            opened = chapter_words.openings(_marks(found), transcript.words, ())
            ctx.write(OPENINGS, Openings(opened))
    ctx.write(CHAPTERS, found)
    if proposed:
        ctx.write(PROPOSED, Proposed(chapters=proposed, taken=taken))


def _published(ctx: StageContext[Settings]) -> Sequence[Chapter]:
    """The chapters that listeners have and no host made; runs before 7 proposed nothing.

    A host's own have left the words that they opened with.
    """
    before = ctx.earlier(PROPOSED)
    unseen = before.taken if before else ctx.earlier(OPENINGS) is None
    return ctx.earlier(CHAPTERS) or () if ctx.released and unseen else ()


def _as_published(
    ctx: StageContext[Settings],
    published: Sequence[Chapter],
    words: Sequence[Word],
    duration: float,
) -> list[Chapter]:
    """The chapters that listeners have, where their words are now."""
    kept = ctx.earlier(OPENINGS)
    moved = chapter_words.starts(kept.chapters if kept else (), words)
    found = [
        dataclasses.replace(each, start=moved.get(mark.at, each.start) if each.start else 0.0)
        for each, mark in zip(published, _marks(published), strict=True)
    ]
    return sorted((each for each in found if each.start < duration), key=lambda each: each.start)


def _marks(found: Sequence[Chapter]) -> list[ChapterMark]:
    return [ChapterMark(at=clock(each.start, 3), title=each.title) for each in found]


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
    return chapter_words.places(ctx.settings.marks, known, words)


STAGE = Stage(
    name="chapter",
    run=run,
    inputs=(TRANSCRIPT, AUDIO, f"{SUSPECTS}?", f"{CATALOGUES}?", f"{PICTURES}?"),
    outputs=(CHAPTERS, f"{PROPOSED}?", f"{OPENINGS}?"),
    settings=Settings,
    heard=True,
    check=check,
    belongs="episode.toml, under [[chapters]]",
    version=7,  # what a machine finds is proposed, and not published unseen
    keeps=Keeping(
        "chapter titles",
        "--retag",
        follows=(TRANSCRIPT, AUDIO, CATALOGUES, "episode.toml chapters"),
    ),
    early=True,  # the words that a chapter opens with are kept before anybody moves them
)
