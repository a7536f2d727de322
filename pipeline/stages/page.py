"""page: the episode's page on the show's site."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.artefacts import (
    AUDIO,
    CARD,
    CHAPTERS,
    CLIPS,
    CORRECTED,
    ENCLOSURE,
    PAGE,
    QUOTES,
    SITE_CHAPTERS,
    SMALL_COVER,
    TRANSCRIPT,
)
from pipeline.engine.declared.settings import StageSettings, from_episode, from_folder, from_show
from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.feeds.contents.artwork import covers, read_picture
from pipeline.feeds.contents.item import PUBLISHED
from pipeline.feeds.contents.model import is_elsewhere, resolve
from pipeline.rendering import example
from pipeline.rendering.templates import read_overrides
from pipeline.settings.episode import PageSettings
from pipeline.settings.podcasting import credited
from pipeline.site.assets import VERSION
from pipeline.site.page import PageFacts, episode_page
from pipeline.stages.notes import TEMPLATES
from pipeline.web.addresses import artwork_key
from pipeline.workspace import file_sha256
from pipeline.writing.facts import TextSettings

ARTWORK = "//feed/artwork.*"


class Settings(PageSettings, TextSettings):
    """What the page says, and whose it is."""


class FactsSettings(StageSettings):
    """What pages beside the episode's own say of it, and whose it is."""

    slug: str = from_folder()
    title: str = from_episode("title")
    show_title: str = from_show("title")
    language: str = from_show("language")
    base_url: str = from_show("store.base_url")


def run(ctx: StageContext[Settings]) -> None:
    """Write `build/site/page.html`."""
    size = ctx.input(ENCLOSURE).stat().st_size
    html = episode_page(
        _facts(ctx, ctx.read(AUDIO).duration, key(ctx, ENCLOSURE) or "", size),
        ctx.read(QUOTES).quotes,
        ctx.read(CHAPTERS),
        ctx.read(TRANSCRIPT),
        read_overrides(ctx.inputs(TEMPLATES)),
        keys(ctx, CLIPS),
    )
    ctx.write_text(PAGE, html)
    _write_chapters(ctx, ctx.settings.base_url)


def check(look: StageLook[Settings]) -> None:
    """A template of the show's own that is wrong."""
    facts = _facts(look, example.DURATION, "audio/example.mp3", 1)
    overrides = read_overrides(look.inputs(TEMPLATES))
    episode_page(facts, example.QUOTES, example.CHAPTERS, example.TRANSCRIPT, overrides)


def _facts(look: StageLook[Settings], duration: float, audio: str, size: int) -> PageFacts:
    said = look.settings
    return PageFacts.model_construct(
        **dict(said)
        | {
            "duration": duration,
            "audio_key": audio,
            "audio_bytes": size,
            "card_key": key(look, CARD),
            "cover_key": key(look, SMALL_COVER),
            "corrected": look.optional(CORRECTED) is not None,
            "people": credited(said.hosts, said.people, said.guest_hosted),
        }
        | cover(look.inputs(ARTWORK))
    )


def keys(look: StageLook[Any], name: str) -> dict[str, str]:
    """Where the files of a declared input will be published: their object keys, by their stems."""
    key_of = PUBLISHED[name]
    return {path.stem: key_of(look.slug, path, file_sha256(path)) for path in look.inputs(name)}


def key(look: StageLook[Any], name: str) -> str | None:
    """Where the one file of an input will be published; None where it is absent."""
    return next(iter(keys(look, name).values()), None)


def _write_chapters(ctx: StageContext[Settings], base_url: str) -> None:
    """The chapters as apps get them, where pictures are files of ours: with their addresses."""
    found = ctx.read(CHAPTERS)
    if any(each.image and not is_elsewhere(each.image) for each in found):
        ctx.write(
            SITE_CHAPTERS,
            [replace(each, image=each.image and resolve(base_url, each.image)) for each in found],
        )


def cover(found: list[Path]) -> dict[str, Any]:
    """Key and size of the show's cover; no key without one good picture, of which the feed complains."""
    try:
        (path,) = covers(found)
        picture = read_picture(path)
    except ValueError:
        return {"artwork_key": None}
    key = artwork_key(file_sha256(path), picture.suffix)
    return {"artwork_key": key, "artwork_size": (picture.width, picture.height)}


def read_cover(found: list[Path]) -> bytes:
    """The show's cover; nothing where it has no key."""
    return covers(found)[0].read_bytes() if cover(found)["artwork_key"] else b""


STAGE = Stage(
    name="page",
    run=run,
    inputs=(
        AUDIO,
        ENCLOSURE,
        QUOTES,
        f"{CLIPS}?",
        CHAPTERS,
        TRANSCRIPT,
        f"{CARD}?",
        f"{SMALL_COVER}?",
        f"{ARTWORK}?",
        f"{TEMPLATES}?",
        f"{CORRECTED}?",
    ),
    outputs=(PAGE, f"{SITE_CHAPTERS}?"),
    settings=Settings,
    check=check,
    belongs="episode.toml, quotes.toml or feed/templates/",
    version=VERSION,
)
