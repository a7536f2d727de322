"""item: what the feed shows of the episode, and every file that the release uploads for it."""

import html
from collections.abc import Sequence

from pipeline.artefacts import (
    AUDIO,
    CHAPTERS,
    ENCLOSURE,
    IMPORTED_CHAPTERS,
    NOTES,
    QUOTES,
    SITE_CHAPTERS,
    TRANSCRIPT,
    TRANSCRIPT_FILES,
)
from pipeline.engine.declared.settings import StageSettings, from_folder, from_show
from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.feeds.contents.artwork import PICTURES, Pictures, by_name
from pipeline.feeds.contents.item import (
    PUBLISHED,
    EpisodeContent,
    EpisodeFiles,
    check_pictures,
    is_wordless,
    make_item,
)
from pipeline.feeds.contents.linked import LinkedContent, make_linked_item
from pipeline.feeds.contents.model import ITEM, ItemFile, resolve
from pipeline.feeds.contents.rules import Report
from pipeline.models import Chapter, Quote
from pipeline.settings.episode import ItemSettings
from pipeline.settings.podcasting import Alternate, LinkedEnclosure
from pipeline.times import parse_clock

_MADE = (*PUBLISHED, AUDIO, QUOTES, TRANSCRIPT, f"{NOTES}.html", SITE_CHAPTERS, PICTURES)
_IMPORTED = ("description.html", "notes.html", "enclosure.*")  # and none of those above


class Settings(ItemSettings, StageSettings):
    """What an item says, and what it takes from `show.toml`."""

    slug: str = from_folder()
    language: str = from_show("spoken_language")
    inline_chapters: bool = from_show("inline_chapters")
    encodings: list[Alternate] = from_show("alternates")


class LinkedSettings(Settings):
    """What an imported episode takes besides."""

    base_url: str = from_show(
        "store.base_url", late="only chapters' pictures that are files need it"
    )


def run(ctx: StageContext[Settings]) -> None:
    linked = ctx.settings.enclosure
    item = _imported(ctx, linked) if linked else _made(ctx)
    ctx.write(ITEM, item)


def _made(ctx: StageContext[Settings]) -> ItemFile:
    """The item of an episode that the stages before this one made."""
    quotes, audio = ctx.read(QUOTES).quotes, ctx.read(AUDIO)
    content = EpisodeContent(
        duration=audio.duration,
        language=ctx.settings.language,
        notes=ctx.input(f"{NOTES}.html").read_text(encoding="utf-8"),
        chapters=ctx.read(CHAPTERS),
        quotes=quotes,
        soundbites=_soundbites(ctx, quotes),
        inline_chapters=ctx.settings.inline_chapters,
        alternates=ctx.settings.encodings,
        bitrate=audio.bitrate,
    )
    files = {pattern: ctx.inputs(pattern) for pattern in PUBLISHED}
    if chapters := ctx.optional(SITE_CHAPTERS):
        files[CHAPTERS] = [chapters]
    directory = ctx.input(ENCLOSURE).parent.parent
    return make_item(ctx.slug, ctx.settings, content, directory, files, _pictures(ctx))


def _soundbites(
    ctx: StageContext[Settings], quotes: Sequence[Quote]
) -> dict[str, tuple[float, float, str]]:
    """Start and end, in seconds, and the words of each quote that is one."""
    marked = [quote for quote in quotes if quote.soundbite]
    transcript = ctx.known(TRANSCRIPT) if marked else None
    if transcript is None:
        return {}
    from pipeline.quotes.proposals.soundbites import stretch  # late: not every episode has one

    return {quote.id: stretch(quote, transcript) for quote in marked}


def _imported(ctx: StageContext[Settings], linked: LinkedEnclosure) -> ItemFile:
    """The item of an episode whose audio lies elsewhere, or beside its `episode.toml`."""
    settings, pictures = ctx.settings, _pictures(ctx)
    assert isinstance(settings, LinkedSettings)
    marks = settings.chapters if settings.inline_chapters else []
    content = LinkedContent(
        description=_text(ctx, "description.html") or f"<p>{html.escape(settings.title)}</p>",
        notes=_text(ctx, "notes.html"),
        chapters=[
            Chapter(parse_clock(mark.at), mark.title, mark.url, mark.image) for mark in marks
        ],
        audio=next(iter(ctx.inputs("enclosure.*")), None),
        transcripts=_own_transcripts(ctx, linked),
        language=settings.language,
        chapters_json="" if linked.chapters else _write_chapters(ctx, settings.base_url, pictures),
    )
    return make_linked_item(ctx.slug, settings, linked, content, pictures)


def _own_transcripts(ctx: StageContext[Settings], linked: LinkedEnclosure) -> EpisodeFiles:
    """The transcripts of what was heard, where it is what listeners get, and they have none.

    The old feed tells the length of its file: another one was put together with advertisements.
    """
    audio, copy = ctx.known(AUDIO), ctx.optional("enclosure.*")
    if linked.transcripts or not audio:
        return {}
    if audio.bytes != (copy.stat().st_size if copy else linked.length):
        return {}
    names = [name for name in PUBLISHED if name.startswith(TRANSCRIPT_FILES)]
    found = {name: paths for name in names if (paths := ctx.inputs(name))}
    return {} if is_wordless(found) else found


def _write_chapters(ctx: StageContext[Settings], base_url: str, pictures: Pictures) -> str:
    """JSON chapters of those that an imported feed had in itself, which fewer apps read."""
    report = Report(f"episodes/{ctx.slug}/episode.toml")
    marks = sorted(ctx.settings.chapters, key=lambda mark: parse_clock(mark.at))
    if not marks:
        return ""
    found = []
    for mark in marks:
        image = pictures.address(report, f"chapter '{mark.title}': image", mark.image)
        image = image and resolve(base_url, image)
        found.append(Chapter(parse_clock(mark.at), mark.title, mark.url, image))
    report.raise_problems()
    ctx.write(IMPORTED_CHAPTERS, found)
    return IMPORTED_CHAPTERS.dump(found)


def _pictures(look: StageLook[Settings]) -> Pictures:
    return Pictures(by_name(look.inputs(PICTURES)))


def _text(ctx: StageContext[Settings], name: str) -> str:
    path = ctx.optional(name)
    return path.read_text(encoding="utf-8") if path else ""


def check(look: StageLook[Settings]) -> None:
    """What the feed would refuse of the episode's own pictures."""
    if not look.settings.enclosure:
        check_pictures(look.slug, look.settings, _pictures(look))


STAGE = Stage(
    name="item",
    run=run,
    inputs=(*(f"{name}?" for name in (*_MADE, *_IMPORTED)),),
    outputs=(ITEM, f"{IMPORTED_CHAPTERS}?"),
    settings=Settings,
    check=check,
    belongs="episode.toml",
    linked=LinkedSettings,
    version=4,  # with the pages of the quotes
)
