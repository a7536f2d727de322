"""What a review works on: the transcript with its corrections, chapters, candidates, and the guard."""

import bisect
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.config import Episode, Show, load_episode, load_show
from pipeline.errors import PullquoteError
from pipeline.models import Candidate, Recognition, Transcript, decode, encode
from pipeline.quotes.candidates import read_candidates
from pipeline.quotes.carrying import recording_of
from pipeline.quotes.doubt import doubted
from pipeline.quotes.edits import free_kinds
from pipeline.quotes.guard import Guard, Verdict
from pipeline.quotes.ledger import Entry
from pipeline.quotes.passages import spoken
from pipeline.rendering.text import plain
from pipeline.transcript import corrections
from pipeline.transcript.proofreading import proofread
from pipeline.workspace import Workspace

_PARAGRAPH = 90  # words after which a paragraph ends with its sentence
_LONGEST = 160  # words after which it ends in any case
_STOPS = (".", "?", "!", "…")
_NEAR = (
    0.5  # seconds by which a chapter, whose time a host took by ear, may come after its sentence
)


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


class RememberingGuard(Guard):
    """A guard that judges the same quote once: every decision asks for the whole ledger again."""

    def __init__(
        self, transcript: Transcript, free: frozenset[str], doubts: Any, recording: str
    ) -> None:
        super().__init__(transcript, free, doubts, recording)
        self._known: dict[str, Verdict] = {}

    def check(
        self,
        entry: Entry,
        heading: str = "",
        expected: float | None = None,
        moved: bool = False,
    ) -> Verdict:
        """Explain every word of a quote and judge it."""
        key = repr((heading, entry, expected, moved))
        if key not in self._known:
            self._known[key] = super().check(entry, heading, expected, moved)
        return self._known[key]


class Material:
    """Everything that a review reads of one episode; `load` again after a correction."""

    def __init__(self, workspace: Workspace, slug: str) -> None:
        self.workspace = workspace
        self.slug = slug
        self.paths = workspace.episode(slug)
        self.generation = 0
        self._recognition: Recognition | None = None
        self.load()

    def load(self) -> None:
        """Read show, episode and transcript; PullquoteError leaves what was loaded before in place."""
        show: Show = load_show(self.workspace)
        episode: Episode = load_episode(self.workspace, self.slug)
        transcript, found = self._transcript(show, episode)
        free, doubts = free_kinds(show.quotes.free), doubted({"suspects": found})
        guard = RememberingGuard(transcript, free, doubts, recording_of(self.paths.build))
        self.show, self.episode = show, episode
        self.transcript, self.suspects, self.guard = transcript, found, guard
        self.chapters = self._chapters()
        self.starts = [word.start for word in transcript.words]
        self.candidates = [self._anchored(candidate) for candidate in self._candidates()]
        self.paragraphs = list(_paragraphs(transcript, self.chapters))
        self.generation += 1

    @property
    def correctable(self) -> bool:
        """Whether corrections can be laid over the transcript here."""
        return (self.paths.build / "transcript.raw.json").is_file()

    @property
    def sound(self) -> Path | None:
        """The published audio, which the transcript's times belong to."""
        master = self.paths.build / "master.mp3"
        return master if master.is_file() else None

    def _transcript(self, show: Show, episode: Episode) -> tuple[Transcript, list[dict[str, Any]]]:
        if self.correctable:
            return self._corrected(show, episode)
        transcript = decode(
            Transcript, self._read("transcript.words.json"), "build/transcript.words.json"
        )
        return transcript, json.loads(self._read("suspects.json"))["suspects"]

    def _corrected(self, show: Show, episode: Episode) -> tuple[Transcript, list[dict[str, Any]]]:
        if self._recognition is None:
            self._recognition = decode(
                Recognition, self._read("transcript.raw.json"), "build/transcript.raw.json"
            )
        turns = [
            (turn["speaker"], turn["start"], turn["end"])
            for turn in json.loads(self._read("speakers.json"))["turns"]
        ]
        read = proofread(
            self._recognition,
            turns,
            self.paths.corrections,
            self.workspace.feed / "glossary.toml",
            people=[person.name for person in (*show.people, *episode.people)],
            name=f"episodes/{self.slug}/{corrections.NAME}",
        )
        return read.transcript, [encode(found) for found in read.suspects]

    def _read(self, name: str) -> bytes:
        try:
            return (self.paths.build / name).read_bytes()
        except FileNotFoundError:
            raise PullquoteError(f"{self.slug}: there is no build/{name}", self._command) from None

    @property
    def _command(self) -> str:
        return f"make it first: pullquote run {self.slug} --to suggest"

    def _chapters(self) -> list[dict[str, Any]]:
        path = self.paths.build / "chapters.json"
        if not path.exists():
            return []
        listed = json.loads(path.read_bytes())["chapters"]
        return [chapter for chapter in listed if chapter.get("title")]

    def _candidates(self) -> Sequence[Candidate]:
        return read_candidates(
            self.paths.build / "candidates.json", f"pullquote run {self.slug} --to suggest"
        )

    def _anchored(self, candidate: Candidate) -> Candidate:
        """A candidate in the corrected words, found by its times: corrections shift word numbers."""
        first = bisect.bisect_left(self.starts, candidate.start - 0.002)
        last = max(first + 1, bisect.bisect_left(self.starts, candidate.end - 0.002))
        if first >= len(self.starts):
            return candidate
        speaker = self.transcript.words[first].speaker
        text = spoken(self.transcript, first, last, speaker)
        return replace(candidate, first=first, last=last, text=text)


def _paragraphs(transcript: Transcript, chapters: Sequence[dict[str, Any]]) -> list[Paragraph]:
    """Turns in readable pieces; a chapter begins at the first sentence that starts in it."""
    coming = sorted(((float(c["startTime"]), str(c["title"])) for c in chapters), reverse=True)
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
