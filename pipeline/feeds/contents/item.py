"""One episode's `item.json`: what the host wrote and the pipeline made, checked and cleaned."""

import base64
import dataclasses
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.feeds.contents.channel import (
    feed_images,
    funding_links,
    notes,
    people_credits,
    places,
    threads,
)
from pipeline.feeds.contents.description import item_description
from pipeline.feeds.contents.model import (
    AlternateAudio,
    ChaptersLink,
    Enclosure,
    FeedItem,
    InlineChapter,
    ItemFile,
    PublishedObject,
    Soundbite,
    TextLink,
    TranscriptLink,
)
from pipeline.feeds.contents.pictures import Pictures
from pipeline.feeds.contents.rules import SHORT, Report, check_soundbites, clean_line
from pipeline.models import Quote
from pipeline.settings.podcasting import Alternate, FeedImage, LinkedAlternate, Location, Txt, Value
from pipeline.settings.show import ChapterMark, Discussion, Funding, Link, Person
from pipeline.web import addresses
from pipeline.workspace import file_sha256

VERSION = 1
AUDIO = "audio/mpeg"
CHAPTERS = "application/json+chapters"
PAGE = "text/html; charset=utf-8"

#: Media type and RFC 6381 codecs of each encoding that a show can offer.
ENCODINGS = {
    "opus": ("audio/ogg", "opus"),
    "aac": ("audio/mp4", "mp4a.40.2"),
    "mp3": (AUDIO, None),
}

#: Transcripts in the order in which apps should prefer them: Apple names VTT (P-05).
TRANSCRIPTS: dict[str, str] = {
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
_TIMED = frozenset({".vtt", ".srt"})
_FOR_PEOPLE = frozenset({".txt"})  # the page links to it; apps have better ones


@dataclass(frozen=True, slots=True)
class EpisodeFacts:
    """What `episode.toml` says; the fields are those of `config.Episode`.

    `language` is the language that is spoken, from the show.
    """

    title: str
    guid: str
    date: datetime
    language: str
    summary: str = ""
    thesis: str = ""
    season: int | None = None
    season_name: str | None = None
    episode: int | None = None
    type: str = "full"
    explicit: bool | None = None
    block: bool = False
    video: str | None = None
    license: str | None = None
    license_url: str | None = None
    people: Sequence[Person] = ()
    links: Sequence[Link] = ()
    discussions: Sequence[Discussion] = ()
    funding: Sequence[Funding] = ()
    txt: Txt | None = None
    image: str | None = None
    link: str | None = None
    locations: Sequence[Location] = ()
    value: Value | None = None
    itunes_title: str | None = None
    images: Sequence[FeedImage] = ()
    comments: bool = True
    alternates: Sequence[LinkedAlternate] = ()
    chapters: Sequence[ChapterMark] = ()
    author: str | None = None
    episode_display: str | None = None
    guest_hosted: bool = False


@dataclass(frozen=True, slots=True)
class EpisodeFiles:
    """The files that the episode publishes; `transcripts` by suffix."""

    directory: Path  # of the episode
    enclosure: Path
    page: Path
    post: Path
    transcripts: Mapping[str, Path]
    chapters: Path
    clips: Sequence[Path]
    alternates: Mapping[str, Path]  # by `Alternate.name`


@dataclass(frozen=True, slots=True)
class EpisodeContent:
    """What the pipeline made of the recording: `duration` in seconds, notes as HTML.

    `soundbites`: start and end, seconds, and words of the stretch that a marked quote points to, by its
    id; left out: the quote's own.
    """

    duration: float
    notes: str
    chapters: Sequence[Any]  # of chapters.json
    quotes: Sequence[Quote]
    inline_chapters: bool = False  # whether the feed itself carries them
    alternates: Sequence[Alternate] = ()
    soundbites: Mapping[str, tuple[float, float, str]] = field(default_factory=dict)
    bitrate: int = 0  # of the enclosure, kbit/s; known when there are alternates


def make_item(
    slug: str,
    facts: EpisodeFacts,
    content: EpisodeContent,
    files: EpisodeFiles,
    pictures: Pictures | None = None,
) -> ItemFile:
    """Check everything that the feed will show of an episode, and list what the release uploads.

    Raises ConfigError with every problem of `episode.toml`.
    """
    report = Report(f"episodes/{slug}/episode.toml")
    pictures = pictures or Pictures()
    objects = list(_objects(slug, content, files))
    audio = objects[0]
    feed_item = dataclasses.replace(
        _feed_item(slug, report, facts, content, pictures),
        alternates=[*_alternates(slug, content, files, audio), *linked_alternates(report, facts)],
    )
    item = ItemFile(
        version=VERSION,
        slug=slug,
        guid=report.identifier("guid", facts.guid),
        title=report.line("title", facts.title),
        date=facts.date,
        duration=content.duration,
        enclosure=Enclosure(audio.key, files.enclosure.stat().st_size, AUDIO, audio.sha256),
        objects=[*pictures.objects.values(), *objects],
        item=feed_item,
    )
    check_soundbites(report, item)
    report.raise_problems()
    return item


def check_facts(slug: str, facts: EpisodeFacts, pictures: Pictures | None = None) -> None:
    """Raise ConfigError with every problem of `episode.toml` that shows before anything is made."""
    report = Report(f"episodes/{slug}/episode.toml")
    report.identifier("guid", facts.guid)
    report.line("title", facts.title)
    content = EpisodeContent(0.0, "", [], [])
    _feed_item(slug, report, facts, content, pictures or Pictures())
    linked_alternates(report, facts)
    report.raise_problems()


def _feed_item(
    slug: str, report: Report, facts: EpisodeFacts, content: EpisodeContent, pictures: Pictures
) -> FeedItem:
    summary = report.body("summary", facts.summary)
    thesis = report.body("thesis", facts.thesis)
    links = [
        TextLink(report.line(f"links[{number}].title", link.title), link.url)
        for number, link in enumerate(facts.links, start=1)
    ]
    description = item_description(
        clean_line(facts.title), summary, thesis, content.chapters, links
    )
    return FeedItem(
        page=report.url("link", facts.link) if facts.link else addresses.page_key(slug),
        summary=summary,
        description=report.description("summary" if summary else "thesis", description),
        content=report.markup("the show notes", content.notes),
        image=pictures.address(report, "image", facts.image),
        transcripts=[
            TranscriptLink(
                addresses.transcript_key(slug, suffix),
                kind,
                facts.language,
                "captions" if suffix in _TIMED else None,
            )
            for suffix, kind in TRANSCRIPTS.items()
            if suffix not in _FOR_PEOPLE
        ],
        chapters=ChaptersLink(addresses.chapters_key(slug), CHAPTERS) if content.chapters else None,
        soundbites=[
            _soundbite(quote, content.soundbites) for quote in content.quotes if quote.soundbite
        ],
        inline_chapters=inline_chapters(report, content.chapters, pictures)
        if content.inline_chapters
        else [],
        **said_by_host(report, facts, pictures),
    )


def said_by_host(report: Report, facts: EpisodeFacts, pictures: Pictures) -> dict[str, Any]:
    """What a `FeedItem` takes over from `episode.toml`, of an episode of ours and of an imported one."""
    lines = {
        key: report.optional_line(key, getattr(facts, key) or "") or None
        for key in ("itunes_title", "author", "episode_display")
    }
    for mark in facts.chapters:  # of an episode of ours `chapters.json` has their keys already
        pictures.address(report, f"chapter '{mark.title}': image", mark.image)
    return {
        "type": facts.type,
        "explicit": facts.explicit,
        "block": facts.block,
        "season": facts.season,
        "season_name": report.optional_line("season_name", facts.season_name or "", SHORT) or None,
        "episode": facts.episode,
        "people": people_credits(report, facts.people, pictures),
        "license": report.license("license", facts.license, facts.license_url),
        "funding": funding_links(report, facts.funding),
        "txt": notes(report, facts.txt or {}),
        "discussions": threads(report, facts.discussions),
        "video": report.url("video", facts.video) if facts.video else None,
        "locations": places(report, facts.locations),
        "value": facts.value,
        **lines,
        "guest_hosted": facts.guest_hosted,
        "images": feed_images(report, facts.images, pictures),
        "comments": facts.comments,
    }


def linked_alternates(report: Report, facts: EpisodeFacts) -> list[AlternateAudio]:
    """`[[alternates]]` of an episode: what lies elsewhere (P-11)."""
    return [
        AlternateAudio(
            report.url(f"alternates[{number}].url", each.url),
            each.type,
            each.length or 0,
            round((each.bitrate or 0) * 1000),
            "",
            title=each.title,
            codecs=each.codecs,
            language=each.language,
            rel=each.rel,
            height=each.height or 0,
        )
        for number, each in enumerate(facts.alternates, start=1)
    ]


def inline_chapters(
    report: Report, chapters: Sequence[Any], pictures: Pictures
) -> list[InlineChapter]:
    """The chapters of a `chapters.json` that have a title, as the feed itself carries them."""
    return [
        InlineChapter(
            float(chapter["startTime"]),
            clean_line(chapter["title"]),
            chapter.get("url"),
            pictures.imported(report, "chapters", chapter.get("img")),
        )
        for chapter in chapters
        if chapter.get("title") and chapter.get("toc", True)
    ]


def _alternates(
    slug: str, content: EpisodeContent, files: EpisodeFiles, audio: PublishedObject
) -> list[AlternateAudio]:
    """Every encoding, the enclosure's first; none where the show offers no other (P-11)."""
    if not content.alternates:
        return []
    enclosure = _encoding(audio.key, AUDIO, files.enclosure, content.bitrate, default=True)
    others = []
    for alternate in content.alternates:
        path = files.alternates[alternate.name]
        key = addresses.audio_key(slug, file_sha256(path), path.suffix)
        kind, codecs = ENCODINGS[alternate.codec]
        title = alternate.title or f"{alternate.codec} {alternate.bitrate} kbit/s"
        others.append(_encoding(key, kind, path, alternate.bitrate, title=title, codecs=codecs))
    return [enclosure, *others]


def _encoding(key: str, kind: str, path: Path, bitrate: int, **rest: Any) -> AlternateAudio:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha384").digest()
    integrity = f"sha384-{base64.b64encode(digest).decode()}"
    return AlternateAudio(key, kind, path.stat().st_size, bitrate * 1000, integrity, **rest)


def _soundbite(quote: Quote, stretches: Mapping[str, tuple[float, float, str]]) -> Soundbite:
    start, end, text = stretches.get(quote.id, (quote.start, quote.end, quote.text))
    return Soundbite(round(start, 3), round(end - start, 3), shorten(text, SHORT))


def shorten(text: str, limit: int) -> str:
    """The beginning of `text` in at most `limit` characters, cut between words and marked with …"""
    line = clean_line(text)
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip(" ,;:–—-") + "…"


def _objects(slug: str, content: EpisodeContent, files: EpisodeFiles) -> Iterator[PublishedObject]:
    """Media first, so that nothing that points to it is ever there before it."""

    def publish(path: Path, kind: str, key: str, digest: str) -> PublishedObject:
        return PublishedObject(key, path.relative_to(files.directory).as_posix(), digest, kind)

    digest = file_sha256(files.enclosure)
    yield publish(files.enclosure, AUDIO, addresses.audio_key(slug, digest), digest)
    for alternate in content.alternates:
        path = files.alternates[alternate.name]
        digest = file_sha256(path)
        kind, _ = ENCODINGS[alternate.codec]
        yield publish(path, kind, addresses.audio_key(slug, digest, path.suffix), digest)
    for clip in files.clips:
        digest = file_sha256(clip)
        yield publish(clip, AUDIO, addresses.clip_key(slug, clip.stem, digest), digest)
    for suffix, kind in TRANSCRIPTS.items():
        path = files.transcripts[suffix]
        yield publish(path, kind, addresses.transcript_key(slug, suffix), file_sha256(path))
    if content.chapters:
        key = addresses.chapters_key(slug)
        yield publish(files.chapters, CHAPTERS, key, file_sha256(files.chapters))
    yield publish(files.post, PAGE, addresses.post_key(slug), file_sha256(files.post))
    yield publish(files.page, PAGE, addresses.page_key(slug), file_sha256(files.page))
