"""page: the episode's page on the show's site."""

from pathlib import Path

from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.feeds.contents.artwork import artwork_suffix, covers
from pipeline.feeds.contents.model import is_elsewhere, resolve
from pipeline.models import Transcript, decode
from pipeline.rendering import example
from pipeline.rendering.templates import read_overrides
from pipeline.settings.episode import PageSettings
from pipeline.site.assets import VERSION
from pipeline.site.page import PageFacts, episode_page
from pipeline.stages.notes import TEMPLATES, TextSettings, read_chapters, read_quotes
from pipeline.web.addresses import artwork_key, audio_key
from pipeline.workspace import file_sha256
from pipeline.writing.facts import heard

ARTWORK = "//feed/artwork.*"
CHAPTERS = "build/site/chapters.json"


class Settings(PageSettings, TextSettings):
    """What the page says, and whose it is."""


def run(ctx: StageContext[Settings]) -> None:
    """Write `build/site/page.html`."""
    enclosure = ctx.input("build/enclosure.mp3")
    facts = _facts(
        ctx,
        ctx.read_json("build/audio.json")["duration"],
        file_sha256(enclosure),
        enclosure.stat().st_size,
    )
    transcript = ctx.input("build/transcript.words.json")
    html = episode_page(
        facts,
        read_quotes(ctx),
        read_chapters(ctx),
        decode(Transcript, transcript.read_bytes(), f"episodes/{ctx.slug}/build/{transcript.name}"),
        read_overrides(ctx.inputs(TEMPLATES)),
    )
    ctx.write_text("build/site/page.html", html)
    _write_chapters(ctx, ctx.settings.base_url)


def check(look: StageLook[Settings]) -> None:
    """A template of the show's own that is wrong."""
    facts = _facts(look, example.DURATION, "0" * 64, 1)
    overrides = read_overrides(look.inputs(TEMPLATES))
    episode_page(facts, example.QUOTES, example.CHAPTERS, example.TRANSCRIPT, overrides)


def _facts(look: StageLook[Settings], duration: float, sha256: str, size: int) -> PageFacts:
    return PageFacts.model_construct(
        **dict(look.settings)
        | {
            "slug": look.slug,
            "duration": duration,
            "audio_key": audio_key(look.slug, sha256),
            "audio_bytes": size,
            "artwork_key": cover_key(look.inputs(ARTWORK)),
            "people": heard(look.settings, look.settings.hosts),
        }
    )


def _write_chapters(ctx: StageContext[Settings], base_url: str) -> None:
    """The chapters as apps get them, where pictures are files of ours: with their addresses."""
    content = ctx.read_json("build/chapters.json")
    ours = [
        entry for entry in content["chapters"] if not is_elsewhere(entry.get("img", "https://"))
    ]
    for entry in ours:
        entry["img"] = resolve(base_url, entry["img"])
    if ours:
        ctx.write_json(CHAPTERS, content)


def cover_key(found: list[Path]) -> str | None:
    """The object key of the show's cover; none without one good picture, of which the feed complains."""
    pictures = covers(found)
    try:
        (cover,) = pictures
        return artwork_key(file_sha256(cover), artwork_suffix(cover))
    except ValueError:
        return None


STAGE = Stage(
    name="page",
    run=run,
    inputs=(
        "build/audio.json",
        "build/enclosure.mp3",
        "build/quotes.json",
        "build/chapters.json",
        "build/transcript.words.json",
        f"{ARTWORK}?",
        f"{TEMPLATES}?",
    ),
    outputs=("build/site/page.html", f"{CHAPTERS}?"),
    settings=Settings,
    check=check,
    belongs="episode.toml, quotes.toml or feed/templates/",
    version=VERSION,
)
