"""One episode's `item.json`: what the host wrote and the pipeline made, checked and cleaned."""

import base64
import hashlib
import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import artefacts
from pipeline.feeds.contents.artwork import Pictures
from pipeline.feeds.contents.common import common
from pipeline.feeds.contents.model import (
    AlternateAudio,
    ChaptersLink,
    Enclosure,
    FeedItem,
    InlineChapter,
    ItemFile,
    PublishedObject,
    TranscriptLink,
)
from pipeline.feeds.contents.rules import Report, check_soundbites
from pipeline.models import Chapter, Quote
from pipeline.settings.episode import ItemSettings, ItemTags
from pipeline.settings.fields import BODY, SHORT
from pipeline.settings.podcasting import Alternate, Link, LinkedSoundbite
from pipeline.text.cleaning import as_paragraph, clean_body, clean_line
from pipeline.times import clock
from pipeline.web import addresses
from pipeline.workspace import file_sha256

VERSION = 1
AUDIO = "audio/mpeg"
CHAPTERS = "application/json+chapters"

#: RFC 6381 codecs of each encoding that a show can offer.
CODECS = {"opus": "opus", "aac": "mp4a.40.2", "mp3": None}

#: Transcripts in the order in which apps should prefer them: Apple names VTT (P-05).
TRANSCRIPTS = (".vtt", ".srt", ".json", ".txt")
_FEWEST_CHAPTERS = 3  # of lines that Spotify and YouTube make chapters of, the first at 0 (P-06)
_TIMED = frozenset({".vtt", ".srt"})
_FOR_PEOPLE = frozenset({".txt"})  # the page links to it; apps have better ones
_OWN = ("season", "episode", "video", "guest_hosted", "errata")  # beside the tags

Key = Callable[[str, Path, str], str]  # of an episode's slug, a file and its digest
_CARD: Key = lambda slug, file, digest: addresses.card_key(digest)  # noqa: E731
_TRANSCRIPT: Key = lambda slug, file, _: addresses.transcript_key(slug, file.suffix)  # noqa: E731

#: What a release uploads of an episode, by the outputs of its stages, and the key of each file. Media
#: come first, so that nothing that points to them is ever there before them.
PUBLISHED: Mapping[str, Key] = {
    artefacts.ENCLOSURE: lambda slug, file, digest: addresses.audio_key(slug, digest),
    artefacts.ALTERNATES: lambda slug, file, digest: addresses.audio_key(slug, digest, file.suffix),
    artefacts.CLIPS: lambda slug, file, digest: addresses.clip_key(slug, file.stem, digest),
    **dict.fromkeys((artefacts.CARD, artefacts.CARDS, artefacts.SMALL_COVER), _CARD),
    **{f"{artefacts.TRANSCRIPT_FILES}{suffix}": _TRANSCRIPT for suffix in TRANSCRIPTS},
    artefacts.CHAPTERS: lambda slug, file, _: addresses.chapters_key(slug),
    artefacts.ANNOTATIONS: lambda slug, file, _: addresses.annotations_key(slug),
    artefacts.QUOTE_PAGES: lambda slug, file, _: addresses.quote_page_key(slug, file.stem),
    f"{artefacts.EMBED}.html": lambda slug, file, _: addresses.embed_key(slug),
    f"{artefacts.EMBED}.json": lambda slug, file, _: addresses.oembed_key(slug),
    f"{artefacts.EMBEDS}.html": lambda slug, file, _: addresses.embed_key(slug, file.stem),
    f"{artefacts.EMBEDS}.json": lambda slug, file, _: addresses.oembed_key(slug, file.stem),
    f"{artefacts.LINK_POST}.html": lambda slug, file, _: addresses.post_key(slug),
    artefacts.PAGE: lambda slug, file, _: addresses.page_key(slug),
}


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


#: The files of an episode by the patterns of `PUBLISHED`.
EpisodeFiles = Mapping[str, Sequence[Path]]


def make_item(
    slug: str,
    episode: ItemSettings,
    content: EpisodeContent,
    directory: Path,
    files: EpisodeFiles,
    pictures: Pictures,
) -> ItemFile:
    """Put together what the feed will show of an episode, and list what the release uploads.

    The `files` lie below the episode's `directory`. Raises ConfigError with everything that a feed
    cannot hold.
    """
    alternates = {file.name: file for file in files.get(artefacts.ALTERNATES, ())}
    offered = [alternates[each.name] for each in content.alternates]
    files = {**files, artefacts.ALTERNATES: offered}
    if not content.chapters:
        files = {**files, artefacts.CHAPTERS: ()}
    report = Report(f"episodes/{slug}/episode.toml")
    feed_item = _feed_item(slug, report, episode, content, files, pictures)
    objects = list(published_objects(directory, slug, files))
    (enclosure,), audio = files[artefacts.ENCLOSURE], objects[0]
    published = Enclosure(audio.key, enclosure.stat().st_size, AUDIO, audio.sha256)
    objects = [*pictures.objects.values(), *objects]
    return checked_item(report, slug, episode, published, content.duration, objects, feed_item)


def checked_item(
    report: Report,
    slug: str,
    episode: ItemSettings,
    enclosure: Enclosure,
    duration: float,
    objects: Sequence[PublishedObject],
    said: FeedItem,
) -> ItemFile:
    """The whole of it, if nothing is to be reported; `duration` is 0 where nobody knows it."""
    title = clean_line(episode.title)
    item = ItemFile(
        VERSION, slug, episode.guid, title, episode.date, duration, enclosure, objects, said
    )
    if duration:
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
    title = clean_line(episode.title)
    description = _description(title, summary, thesis, content.chapters, episode.links)
    return FeedItem(
        page=episode.link or addresses.page_key(slug),
        summary=summary,
        description=description,
        content=report.markup("the show notes", content.notes),
        transcripts=[] if is_wordless(files) else transcript_links(slug, content.language),
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


def is_wordless(files: EpisodeFiles) -> bool:
    """Whether nobody speaks, as in music or rain: apps are offered no empty file."""
    texts = files.get(f"{artefacts.TRANSCRIPT_FILES}.txt", ())
    return bool(texts) and not any(text.stat().st_size for text in texts)


def transcript_links(slug: str, language: str) -> list[TranscriptLink]:
    """The transcripts that a release uploads, as the feed names them to apps."""
    return [
        TranscriptLink(
            addresses.transcript_key(slug, suffix),
            addresses.media_type(suffix),
            language,
            "captions" if suffix in _TIMED else None,
        )
        for suffix in TRANSCRIPTS
        if suffix not in _FOR_PEOPLE
    ]


def _description(
    title: str, summary: str, thesis: str, chapters: Sequence[Chapter], links: Sequence[Link]
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


def _link_list(links: Sequence[Link]) -> Iterator[str]:
    if links:
        rows = [
            f'<li><a href="{html.escape(link.url)}">{_escape(clean_line(link.title))}</a></li>'
            for link in links
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
        **{name: getattr(episode, name) for name in _OWN},
        **common(report, episode, pictures),
        "image": pictures.address(report, "image", episode.image),
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
    (enclosure,) = files[artefacts.ENCLOSURE]
    found = [_encoding(slug, enclosure, content.bitrate, default=True)]
    for alternate, path in zip(content.alternates, files[artefacts.ALTERNATES], strict=True):
        title = alternate.title or f"{alternate.codec} {alternate.bitrate} kbit/s"
        codecs = CODECS[alternate.codec]
        found.append(_encoding(slug, path, alternate.bitrate, title=title, codecs=codecs))
    return found


def _encoding(slug: str, path: Path, bitrate: int, **rest: Any) -> AlternateAudio:
    key = addresses.audio_key(slug, file_sha256(path), path.suffix)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha384").digest()
    integrity = f"sha384-{base64.b64encode(digest).decode()}"
    kind, size = addresses.media_type(key), path.stat().st_size
    return AlternateAudio(key, kind, size, bitrate * 1000, integrity, **rest)


def _soundbite(quote: Quote, stretches: Mapping[str, tuple[float, float, str]]) -> LinkedSoundbite:
    start, end, text = stretches.get(quote.id, (quote.start, quote.end, quote.text))
    title = shorten(text, SHORT)
    return LinkedSoundbite.model_construct(
        start=round(start, 3), duration=round(end - start, 3), title=title
    )


def shorten(text: str, limit: int) -> str:
    """The beginning of `text` in at most `limit` characters, cut between words and marked with …"""
    line = clean_line(text)
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip(" ,;:–—-") + "…"


def published_objects(directory: Path, slug: str, files: EpisodeFiles) -> Iterator[PublishedObject]:
    for pattern, key in PUBLISHED.items():
        for file in files.get(pattern, ()):
            path, digest = file.relative_to(directory).as_posix(), file_sha256(file)
            kind = CHAPTERS if pattern == artefacts.CHAPTERS else addresses.media_type(path)
            yield PublishedObject(key(slug, file, digest), path, digest, kind)
