"""The chapters that are proposed for an episode: which wait for the host, and keeping them."""

from collections.abc import Sequence

from pipeline.artefacts import AUDIO, OPENINGS, PROPOSED, SUSPECTS, TRANSCRIPT, published
from pipeline.host_files import change_input
from pipeline.models import ProposedChapter
from pipeline.show.episode import LocalEpisode
from pipeline.transcript.chapters import chapters
from pipeline.transcript.chapters.marks import with_chapter
from pipeline.transcript.chapters.outline import Part, outline


def proposed(episode: LocalEpisode) -> Sequence[ProposedChapter]:
    """What the last run proposed; for an episode that was released before runs did so, what it would."""
    found = PROPOSED.known(episode.paths)
    if found:
        return found.chapters
    paths = episode.paths
    doubted = chapters.doubted(SUSPECTS.of(paths).suspects)
    return chapters.proposed(TRANSCRIPT.of(paths), AUDIO.of(paths).duration, doubted)


def open_proposals(episode: LocalEpisode) -> list[Part]:
    """What is proposed beside the host's own chapters."""
    known = OPENINGS.known(episode.paths)
    words = episode.transcript.words
    found = outline(
        episode.settings.chapters, proposed(episode), words, known.chapters if known else ()
    )
    return [part for part in found if not part.at]


def keep_all(episode: LocalEpisode) -> list[Part]:
    """Write those that have a title into `episode.toml`, and return them."""
    kept = [part for part in open_proposals(episode) if part.title]

    def with_all(content: str) -> str:
        for part in kept:
            content = with_chapter(content, part.start, part.title, part.said)
        return content

    change_input(episode.paths.toml, with_all)
    return kept


def waiting(episode: LocalEpisode) -> int:
    """How many wait: of an episode that is not published yet, and has no chapters."""
    found = PROPOSED.known(episode.paths)
    if not found or found.taken or episode.slug in published(episode.workspace).ever:
        return 0
    return 0 if episode.settings.chapters else len(found.chapters)


def waiting_line(episode: LocalEpisode) -> str:
    """That some wait, and what to do; empty where none does."""
    count = waiting(episode)
    what = "1 chapter is" if count == 1 else f"{count} chapters are"
    return (
        f"{episode.slug}: {what} proposed, and none is published unseen: pullquote review "
        f"{episode.slug} (H), or pullquote chapters {episode.slug}"
        if count
        else ""
    )
