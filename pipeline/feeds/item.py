"""One episode's `item.json`: what the host wrote and the pipeline made, checked and cleaned."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline import addresses
from pipeline.config import Discussion, Funding, Link, Person
from pipeline.feeds.channel import funding_links, notes, people_credits
from pipeline.feeds.description import item_description
from pipeline.feeds.model import (
    ChaptersLink,
    Enclosure,
    FeedItem,
    ItemFile,
    PublishedObject,
    Soundbite,
    TextLink,
    TranscriptLink,
)
from pipeline.feeds.rules import SHORT, Report, check_soundbites, clean_line
from pipeline.models import Quote

VERSION = 1
AUDIO = "audio/mpeg"
CHAPTERS = "application/json+chapters"
PAGE = "text/html; charset=utf-8"

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
    txt: Mapping[str, str] | None = None


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


@dataclass(frozen=True, slots=True)
class EpisodeContent:
    """What the pipeline made of the recording: `duration` in seconds, notes as HTML."""

    duration: float
    notes: str
    chapters: Sequence[Any]  # of chapters.json
    quotes: Sequence[Quote]


def make_item(
    slug: str, facts: EpisodeFacts, content: EpisodeContent, files: EpisodeFiles
) -> ItemFile:
    """Check everything that the feed will show of an episode, and list what the release uploads.

    Raises ConfigError with every problem of `episode.toml`.
    """
    report = Report(f"episodes/{slug}/episode.toml")
    objects = list(_objects(slug, content, files))
    audio = objects[0]
    item = ItemFile(
        version=VERSION,
        slug=slug,
        guid=report.identifier("guid", facts.guid),
        title=report.line("title", facts.title),
        date=facts.date,
        duration=content.duration,
        enclosure=Enclosure(audio.key, files.enclosure.stat().st_size, AUDIO, audio.sha256),
        objects=objects,
        item=_feed_item(slug, report, facts, content),
    )
    check_soundbites(report, item)
    report.raise_problems()
    return item


def _feed_item(slug: str, report: Report, facts: EpisodeFacts, content: EpisodeContent) -> FeedItem:
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
        page=addresses.page_key(slug),
        summary=summary,
        description=report.description("summary" if summary else "thesis", description),
        content=report.markup("the show notes", content.notes),
        type=facts.type,
        explicit=facts.explicit,
        block=facts.block,
        season=facts.season,
        season_name=report.optional_line("season_name", facts.season_name or "", SHORT) or None,
        episode=facts.episode,
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
        soundbites=[_soundbite(quote) for quote in content.quotes if quote.soundbite],
        people=people_credits(report, facts.people),
        license=report.license("license", facts.license, facts.license_url),
        funding=funding_links(report, facts.funding),
        txt=notes(report, facts.txt or {}),
        discussions=_discussions(report, facts.discussions),
        video=report.url("video", facts.video) if facts.video else None,
    )


def _discussions(report: Report, discussions: Sequence[Discussion]) -> list[TextLink]:
    return [
        TextLink(
            report.line(f"discussions[{number}].title", thread.title),
            report.url(f"discussions[{number}].url", thread.url),
        )
        for number, thread in enumerate(discussions, start=1)
    ]


def _soundbite(quote: Quote) -> Soundbite:
    return Soundbite(
        round(quote.start, 3), round(quote.end - quote.start, 3), shorten(quote.text, SHORT)
    )


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


def file_sha256(path: Path) -> str:
    """The digest of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
