"""The item of an imported episode: its audio, texts and addresses as its first feed published them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from pipeline.artefacts import IMPORTED_CHAPTERS
from pipeline.errors import ConfigError
from pipeline.feeds.contents.artwork import Pictures
from pipeline.feeds.contents.item import (
    CHAPTERS,
    EpisodeFiles,
    checked_item,
    inline_chapters,
    linked_alternates,
    published_objects,
    said_by_host,
    transcript_links,
)
from pipeline.feeds.contents.model import (
    ChaptersLink,
    Enclosure,
    FeedItem,
    ItemFile,
    PublishedObject,
    TranscriptLink,
)
from pipeline.feeds.contents.rules import Report
from pipeline.models import Chapter
from pipeline.settings.episode import ItemSettings
from pipeline.settings.fields import BODY
from pipeline.settings.podcasting import LinkedEnclosure
from pipeline.text.cleaning import clean_body, clean_line
from pipeline.web import addresses
from pipeline.workspace import file_sha256


@dataclass(frozen=True, slots=True)
class LinkedContent:
    """The episode's texts as HTML, and its audio where the show publishes that itself.

    `chapters` are inline ones; empty when the feed shows none.
    """

    description: str
    notes: str = ""
    chapters: Sequence[Chapter] = ()
    audio: Path | None = None
    transcripts: EpisodeFiles = field(default_factory=dict)  # ours
    language: str = ""  # of these
    chapters_json: str = ""  # made of the chapters that stood in the feed; in `IMPORTED_CHAPTERS`


def make_linked_item(
    slug: str,
    episode: ItemSettings,
    linked: LinkedEnclosure,
    content: LinkedContent,
    pictures: Pictures,
) -> ItemFile:
    """Clean an imported episode; the pipeline made nothing of it but, perhaps, transcripts.

    Raises ConfigError with everything of the texts beside `episode.toml` that a feed cannot hold.
    """
    report = Report(f"episodes/{slug}/episode.toml")
    enclosure, objects = _enclosure(slug, linked, content.audio)
    description = report.markup("description.html", content.description)
    if (size := len(description.encode())) > BODY:
        report.add("description.html", f"has {size:,} bytes; feeds allow {BODY:,}")
    chapters = ChaptersLink(linked.chapters, CHAPTERS) if linked.chapters else None
    if content.chapters_json:
        key, digest = addresses.chapters_key(slug), sha256(content.chapters_json.encode())
        objects.append(PublishedObject(key, IMPORTED_CHAPTERS, digest.hexdigest(), CHAPTERS))
        chapters = ChaptersLink(key, CHAPTERS)
    transcripts = [
        TranscriptLink(each.url, each.type, each.language or "", each.rel)
        for each in linked.transcripts
    ]
    if content.transcripts:
        transcripts = transcript_links(slug, content.language)
        (first, *_), *_ = content.transcripts.values()
        objects += published_objects(first.parent.parent, slug, content.transcripts)
    said = FeedItem(
        page=episode.link or addresses.INDEX_KEY,
        summary=clean_body(episode.summary),
        description=description,
        content=report.markup("notes.html", content.notes),
        transcripts=transcripts,
        chapters=chapters,
        soundbites=[
            bite.model_copy(update={"title": clean_line(bite.title)}) for bite in linked.soundbites
        ],
        alternates=linked_alternates(episode),
        inline_chapters=inline_chapters(report, content.chapters, pictures),
        display_number=linked.number,
        permalink=linked.permalink,
        **said_by_host(report, episode, pictures),
    )
    objects = [*pictures.objects.values(), *objects]
    return checked_item(report, slug, episode, enclosure, linked.duration, objects, said)


def _enclosure(
    slug: str, linked: LinkedEnclosure, audio: Path | None
) -> tuple[Enclosure, list[PublishedObject]]:
    if audio is None:
        return Enclosure(linked.url, linked.length, linked.type, ""), []
    length = audio.stat().st_size
    if not length:
        raise ConfigError(
            f"episodes/{slug}/{audio.name}: empty (0 bytes)",
            "copy the recording there again, or remove it: then it stays where it was published",
        )
    digest = file_sha256(audio)
    key = addresses.audio_key(slug, digest, audio.suffix)
    published = PublishedObject(key, audio.name, digest, linked.type)
    return Enclosure(key, length, linked.type, digest), [published]
