"""What a review works on: the transcript with its corrections, chapters, candidates, and the guard."""

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.artefacts import (
    AUDIO,
    CANDIDATES,
    CHAPTERS,
    MASTER,
    OPENINGS,
    PROPOSED,
    RAW,
    SPEAKERS,
    SUSPECTS,
    TRANSCRIPT,
)
from pipeline.desk.working.watch import Watch
from pipeline.models import (
    Candidate,
    Chapter,
    ProposedChapter,
    Recognition,
    Span,
    Suspect,
    Transcript,
)
from pipeline.quotes.deciding.anchoring import LOST
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.proposals.passages import spoken
from pipeline.rendering.text import plain
from pipeline.settings.episode import Episode
from pipeline.settings.show import Show, load_episode, load_show
from pipeline.show.episode import LocalEpisode
from pipeline.show.words.hearing import expected_names
from pipeline.transcript.chapters.outline import Part, outline
from pipeline.transcript.corrections.elsewhere import Again, Elsewhere
from pipeline.workspace import Workspace

_PARAGRAPH = 90  # words after which a paragraph ends with its sentence
_LONGEST = 160  # words after which it ends in any case
_STOPS = (".", "?", "!", "…")
_NEAR = 0.5  # seconds by which a chapter, timed by ear, may come after its sentence


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words `first` to `last` (excluded) of one speaker, as one text with single blanks between them."""

    first: int
    last: int
    start: float
    speaker: str | None
    named: bool
    chapter: str | None
    text: str


class Material:
    """Everything that a review reads of one episode, and reads again when it changes."""

    def __init__(self, workspace: Workspace, slug: str) -> None:
        self.workspace = workspace
        self.slug = slug
        self.local = LocalEpisode(workspace, slug)
        self.paths = self.local.paths
        self.generation = 0
        self._watch = Watch()
        self.seen: dict[str, str] = {}
        self._recognition: tuple[str, Recognition] | None = None
        self.look()

    @property
    def inputs(self) -> dict[str, Path]:
        """Every file that the page shows something of, except the ledger."""
        folder, feed = self.paths.directory, self.workspace.feed
        heard = (RAW, SPEAKERS) if self.correctable else (TRANSCRIPT, SUSPECTS)
        names = (*heard, CANDIDATES, PROPOSED, CHAPTERS, AUDIO, MASTER)
        return {
            "show.toml": self.workspace.show_toml,
            "episode.toml": self.paths.toml,
            "corrections.toml": self.paths.corrections,
            "glossary.toml": feed / "glossary.toml",
            **{name: folder / name for name in names},
            **{f"templates/{path.name}": path for path in sorted(feed.glob("templates/*"))},
        }

    @property
    def digest(self) -> str:
        """Changes whenever one of the inputs does."""
        return repr(self._watch.digests(self.inputs))

    def look(self) -> bool:
        """Read everything again if any of it changed; whether it did.

        PullquoteError leaves what was loaded before in place.
        """
        seen = self._watch.digests(self.inputs)
        if seen == self.seen:
            return False
        self._load(seen)
        self.seen = seen
        self.generation += 1
        return True

    def _load(self, seen: Mapping[str, str]) -> None:
        show: Show = load_show(self.workspace)
        episode: Episode = load_episode(self.workspace, self.slug)
        transcript, found, again = self._transcript(seen)
        guard = self.local.guard_over(transcript, found)
        self.show, self.episode = show, episode
        self.transcript, self.suspects, self.guard = transcript, found, guard
        self.again = again
        self.names = [*expected_names(self.local)]
        self.parts = self._parts(transcript)
        self.chapters = [Chapter(part.start, part.title) for part in self.parts]
        self.starts = [word.start for word in transcript.words]
        self.candidates = [*filter(None, map(self._anchored, CANDIDATES.of(self.paths).candidates))]
        self.paragraphs = list(_paragraphs(transcript, self.chapters))

    def _parts(self, transcript: Transcript) -> Sequence[Part]:
        """The host's chapters, and others: those that are published unseen, else the proposed ones."""
        found, opened = PROPOSED.known(self.paths), OPENINGS.known(self.paths)
        made = CHAPTERS.known(self.paths) or ()  # before there were proposals: perhaps by nobody
        taken = not self.episode.chapters and (found.taken if found else opened is None)
        self.published = made if taken else ()
        unseen = [ProposedChapter(each.start, each.title, "") for each in self.published[1:]]
        others = unseen or (found.chapters if found else ())
        known = opened.chapters if opened else ()
        return outline(self.episode.chapters, others, transcript.words, known)

    @property
    def correctable(self) -> bool:
        """Whether corrections can be laid over the transcript here."""
        return RAW.path(self.paths).is_file()

    @property
    def sound(self) -> Path | None:
        """The published audio, which the transcript's times belong to."""
        master = self.paths.directory / MASTER
        return master if master.is_file() else None

    def _transcript(
        self, seen: Mapping[str, str]
    ) -> tuple[Transcript, Sequence[Suspect], Sequence[Again]]:
        """The words as a run would correct them now, where the recogniser's own are here."""
        digest = seen.get(RAW)
        if not digest:
            return TRANSCRIPT.of(self.paths), SUSPECTS.of(self.paths).suspects, ()
        if self._recognition is None or self._recognition[0] != digest:
            self._recognition = digest, RAW.of(self.paths)
        read = self.local.proofread(self._recognition[1])
        elsewhere = Elsewhere(read.transcript.words)
        again = elsewhere.again(read.changes, self.local.corrections)
        return read.transcript, read.suspects, again

    def _anchored(self, candidate: Candidate) -> Candidate | None:
        """A candidate in the words as they are now; None for one that is not said any more.

        Its times find it where nothing moved: corrections shift word numbers. Else its text does.
        Whoever says its first word now says it: perhaps the voice has got a name since.
        """
        words = self.transcript.words
        first = bisect.bisect_left(self.starts, candidate.start - 0.002)
        last = max(first + 1, bisect.bisect_left(self.starts, candidate.end - 0.002))
        if first >= len(words) or self._spoken(first, last) != candidate.text:
            quote = self.guard.check(Entry(candidate.text, at=candidate.start)).quote
            if not quote.spans or quote.status in LOST:
                return None
            first, last = quote.spans[0].first, quote.spans[-1].last
        shift = first - candidate.first
        same = last - first == candidate.last - candidate.first
        return replace(
            candidate,
            words=Span(first, last),
            start=words[first].start,
            end=words[last - 1].end,
            text=self._spoken(first, last),
            speaker=words[first].speaker,
            core=_shifted(candidate.core, shift) if same else None,
            cut=_shifted(candidate.cut, shift) if same else None,
        )

    def text(self, passage: Again | Suspect) -> str:
        return " ".join(word.text for word in self.transcript.words[passage.first : passage.last])

    def _spoken(self, first: int, last: int) -> str:
        return spoken(self.transcript, first, last, self.transcript.words[first].speaker)


def _shifted(span: Span | None, by: int) -> Span | None:
    return Span(span.first + by, span.last + by) if span else None


def _paragraphs(transcript: Transcript, chapters: Sequence[Chapter]) -> list[Paragraph]:
    """Turns in readable pieces; a chapter begins at the first sentence that starts in it."""
    coming = sorted(((chapter.start, chapter.title) for chapter in chapters), reverse=True)
    found: list[Paragraph] = []
    words = transcript.words
    first, speaker, title = 0, None, None
    for number in range(len(words) + 1):
        if not _ends(words, first, number, coming):
            continue
        if number > first:
            named = not found or words[first].speaker != speaker
            speaker = words[first].speaker
            text = " ".join(printable(word.text) for word in words[first:number])
            start = words[first].start
            found.append(Paragraph(first, number, start, speaker, named, title, text))
            title = None
        while number < len(words) and coming and coming[-1][0] <= words[number].start + _NEAR:
            title = coming.pop()[1]
        first = number
    return found


def _ends(words: Any, first: int, number: int, coming: list[tuple[float, str]]) -> bool:
    """Whether a paragraph that began with word `first` ends before word `number`."""
    if number in (0, len(words)) or words[number].speaker != words[number - 1].speaker:
        return True
    length = number - first
    sentence = words[number - 1].text.endswith(_STOPS)
    due = bool(coming) and coming[-1][0] <= words[number].start + _NEAR
    return length >= _LONGEST or (sentence and (due or length >= _PARAGRAPH))


def printable(word: str) -> str:
    """A word without blanks in it, which the page counts words by, and without control characters."""
    return "\u00a0".join(plain(word).split()) or "·"
