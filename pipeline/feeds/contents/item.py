"""One episode's `item.json`: what the host wrote and the pipeline made, checked and cleaned."""

import base64
import hashlib
import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.feeds.contents.common import common
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
from pipeline.feeds.contents.pictures import TYPES, Pictures
from pipeline.feeds.contents.rules import Report, check_soundbites
from pipeline.models import Chapter, Quote
from pipeline.settings.episode import ItemSettings, ItemTags
from pipeline.settings.fields import BODY, SHORT
from pipeline.settings.podcasting import Alternate
from pipeline.text.cleaning import as_paragraph, clean_body, clean_line
from pipeline.times import clock
from pipeline.web import addresses
from pipeline.workspace import file_sha256

VERSION = 1
AUDIO = "audio/mpeg"
CHAPTERS = "application/json+chapters"
PAGE = "text/html; charset=utf-8"
JSON = "application/json"
ANNOTATIONS = "application/ld+json"

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
    ".json": JSON,
    ".txt": "text/plain; charset=utf-8",
}
_FEWEST_CHAPTERS = 3  # of lines that Spotify and YouTube make chapters of, the first at 0 (P-06)
_TIMED = frozenset({".vtt", ".srt"})
_FOR_PEOPLE = frozenset({".txt"})  # the page links to it; apps have better ones


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
    of_quotes: Sequence[Path]  # a page for each, and all of them for machines
    alternates: Mapping[str, Path]  # by `Alternate.name`
    cards: Sequence[Path] = ()
    embeds: Sequence[Path] = ()  # of quotes, in a folder `embed`, and of the episode, beside it


@dataclass(frozen=True, slots=True)
class EpisodeContent:
    """What the pipeline made of the recording: `duration` in seconds, notes as HTML.

    `language` is what is spoken.
    `soundbites`: start and end, seconds, and words of the stretch that a marked quote points to, by its
    id; left out: the quote's own.
    """

    duration: float
    language: str
    notes: str
    chapters: Sequence[Chapter]
    quotes: Sequence[Quote]
    inline_chapters: bool = False  # whether the feed itself carries them
    alternates: Sequence[Alternate] = ()
    soundbites: Mapping[str, tuple[float, float, str]] = field(default_factory=dict)
    bitrate: int = 0  # of the enclosure, kbit/s; known when there are alternates


def make_item(
    slug: str,
    episode: ItemSettings,
    content: EpisodeContent,
    files: EpisodeFiles,
    pictures: Pictures,
) -> ItemFile:
    """Put together what the feed will show of an episode, and list what the release uploads.

    Raises ConfigError with everything that a feed cannot hold.
    """
    report = Report(f"episodes/{slug}/episode.toml")
    feed_item = _feed_item(slug, report, episode, content, files, pictures)
    objects = list(_objects(slug, content, files))
    audio = objects[0]
    item = ItemFile(
        version=VERSION,
        slug=slug,
        guid=episode.guid,
        title=clean_line(episode.title),
        date=episode.date,
        duration=content.duration,
        enclosure=Enclosure(audio.key, files.enclosure.stat().st_size, AUDIO, audio.sha256),
        objects=[*pictures.objects.values(), *objects],
        item=feed_item,
    )
    check_soundbites(report, item)
    report.raise_problems()
    return item


def check_pictures(slug: str, episode: ItemSettings, pictures: Pictures) -> None:
    """Raise ConfigError with every picture of `episode.toml` that is not there."""
    report = Report(f"episodes/{slug}/episode.toml")
    said_by_host(report, episode, pictures)
    report.raise_problems()


def _feed_item(
    slug: str,
    report: Report,
    episode: ItemSettings,
    content: EpisodeContent,
    files: EpisodeFiles,
    pictures: Pictures,
) -> FeedItem:
    summary, thesis = clean_body(episode.summary), clean_body(episode.thesis)
    links = [TextLink(clean_line(link.title), link.url) for link in episode.links]
    description = _description(clean_line(episode.title), summary, thesis, content.chapters, links)
    return FeedItem(
        page=episode.link or addresses.page_key(slug),
        summary=summary,
        description=description,
        content=report.markup("the show notes", content.notes),
        transcripts=[
            TranscriptLink(
                addresses.transcript_key(slug, suffix),
                kind,
                content.language,
                "captions" if suffix in _TIMED else None,
            )
            for suffix, kind in TRANSCRIPTS.items()
            if suffix not in _FOR_PEOPLE
        ],
        chapters=ChaptersLink(addresses.chapters_key(slug), CHAPTERS) if content.chapters else None,
        soundbites=[
            _soundbite(quote, content.soundbites) for quote in content.quotes if quote.soundbite
        ],
        alternates=[*_alternates(slug, content, files), *linked_alternates(episode)],
        inline_chapters=inline_chapters(report, content.chapters, pictures)
        if content.inline_chapters
        else [],
        **said_by_host(report, episode, pictures),
    )


def _description(
    title: str, summary: str, thesis: str, chapters: Sequence[Chapter], links: Sequence[TextLink]
) -> str:
    """The essentials in the HTML that every app shows, at most 4,000 bytes of it (I-06, X-07).

    The summary, then as much as fits of thesis, chapters and links. A summary that is too long alone is
    the caller's to refuse.
    """
    written = as_paragraph(summary or thesis or title)
    parts = [as_paragraph(thesis)] if summary and thesis else []
    parts += [*_chapter_lines(chapters), *_link_list(links)]
    for part in parts:
        if len((written + part).encode()) <= BODY:
            written += part
    return written


def _chapter_lines(chapters: Sequence[Chapter]) -> Iterator[str]:
    if len(chapters) >= _FEWEST_CHAPTERS and int(chapters[0].start) == 0:
        lines = [
            f"{clock(int(chapter.start))} {_escape(clean_line(chapter.title))}"
            for chapter in chapters
        ]
        yield f"<p>{'<br>'.join(lines)}</p>"


def _link_list(links: Sequence[TextLink]) -> Iterator[str]:
    if links:
        rows = [
            f'<li><a href="{html.escape(link.url)}">{_escape(link.text)}</a></li>' for link in links
        ]
        yield f"<ul>{''.join(rows)}</ul>"


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def said_by_host(report: Report, episode: ItemSettings, pictures: Pictures) -> dict[str, Any]:
    """What a `FeedItem` takes over from `episode.toml`, of an episode of ours and of an imported one."""
    for mark in episode.chapters:  # of an episode of ours `chapters.json` has their keys already
        pictures.address(report, f"chapter '{mark.title}': image", mark.image)
    tags = {name: getattr(episode, name) for name in ItemTags.model_fields}
    lines = {name: clean_line(said) or None for name, said in tags.items() if isinstance(said, str)}
    return {
        **tags,
        **lines,
        **common(report, episode, pictures),
        "season": episode.season,
        "episode": episode.episode,
        "video": episode.video,
        "image": pictures.address(report, "image", episode.image),
        "guest_hosted": episode.guest_hosted,
        "errata": episode.errata,
    }


def linked_alternates(episode: ItemSettings) -> list[AlternateAudio]:
    """`[[alternates]]` of an episode: what lies elsewhere (P-11)."""
    return [
        AlternateAudio(
            each.url,
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
        for each in episode.alternates
    ]


def inline_chapters(
    report: Report, chapters: Sequence[Chapter], pictures: Pictures
) -> list[InlineChapter]:
    """The chapters as the feed itself carries them."""
    return [
        InlineChapter(
            chapter.start,
            clean_line(chapter.title),
            chapter.url,
            pictures.address(report, "chapters", chapter.image),
        )
        for chapter in chapters
    ]


def _alternates(slug: str, content: EpisodeContent, files: EpisodeFiles) -> list[AlternateAudio]:
    """Every encoding, the enclosure's first; none where the show offers no other (P-11)."""
    if not content.alternates:
        return []
    key = addresses.audio_key(slug, file_sha256(files.enclosure))
    enclosure = _encoding(key, AUDIO, files.enclosure, content.bitrate, default=True)
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
    for card in files.cards:
        digest = file_sha256(card)
        yield publish(card, TYPES[".png"], addresses.card_key(digest), digest)
    for suffix, kind in TRANSCRIPTS.items():
        path = files.transcripts[suffix]
        yield publish(path, kind, addresses.transcript_key(slug, suffix), file_sha256(path))
    if content.chapters:
        key = addresses.chapters_key(slug)
        yield publish(files.chapters, CHAPTERS, key, file_sha256(files.chapters))
    for page, kind, key in _pages(slug, files):
        yield publish(page, kind, key, file_sha256(page))


def _pages(slug: str, files: EpisodeFiles) -> Iterator[tuple[Path, str, str]]:
    """The pages with their types and keys, the episode's own last."""
    for path in files.of_quotes:
        is_page = path.suffix == ".html"
        kind = PAGE if is_page else ANNOTATIONS
        own = addresses.quote_page_key(slug, path.stem)
        yield path, kind, own if is_page else addresses.annotations_key(slug)
    for embed in files.embeds:
        name = embed.stem if embed.parent.name == "embed" else ""
        if embed.suffix == ".json":
            yield embed, JSON, addresses.oembed_key(slug, name)
        else:
            yield embed, PAGE, addresses.embed_key(slug, name)
    yield files.post, PAGE, addresses.post_key(slug)
    yield files.page, PAGE, addresses.page_key(slug)
