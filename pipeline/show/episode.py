"""An episode as services see it: its words, the guard of its quotes, and what its host has decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.artefacts import MASTER, RAW, SPEAKERS, SUSPECTS, TRANSCRIPT
from pipeline.errors import PullquoteError
from pipeline.models import Recognition, Suspect, Transcript
from pipeline.quotes.ledger.ledger import Ledger, load_ledger
from pipeline.settings.episode import Episode
from pipeline.settings.show import load_episode, load_show
from pipeline.transcript.corrections import corrections
from pipeline.transcript.corrections.proofreading import Proofread, proofread
from pipeline.workspace import EpisodePaths, Workspace

if TYPE_CHECKING:
    from pipeline.quotes.proof.guard import Guard, Verdict


@dataclass(frozen=True, slots=True)
class LocalEpisode:
    """An episode on this machine. Every answer is read anew: runs and editors change its files."""

    workspace: Workspace
    slug: str

    @property
    def paths(self) -> EpisodePaths:
        """Its files; ConfigError when there is no such episode."""
        return self.workspace.episode(self.slug)

    def name(self, path: Path) -> str:
        """What messages call one of its files."""
        return path.relative_to(self.workspace.root).as_posix()

    @property
    def settings(self) -> Episode:
        return load_episode(self.workspace, self.slug)

    @property
    def people(self) -> list[str]:
        """The names of who may speak in it: the show's people, then its own."""
        listed = (*load_show(self.workspace).people, *self.settings.people)
        return [person.name for person in listed]

    def sound(self, what: str) -> Path:
        """The master, for `what` has the sound; PullquoteError when it is not on this machine."""
        if not (master := self.paths.directory / MASTER).is_file():
            raise PullquoteError(
                f"{self.slug}: {MASTER} is not on this machine, and {what} has the sound",
                f"pullquote fetch {self.slug}, or pullquote run {self.slug}",
            )
        return master

    @property
    def transcript(self) -> Transcript:
        """What is said in it, as the last run corrected it."""
        return TRANSCRIPT.of(self.paths)

    def proofread(self, recognition: Recognition | None = None) -> Proofread:
        """The transcript as a run would correct it now; `recognition` where it was read already."""
        paths = self.paths
        return proofread(
            recognition or RAW.of(paths),
            SPEAKERS.of(paths).turns,
            paths.corrections,
            self.workspace.feed / "glossary.toml",
            people=self.people,
            name=self.name(paths.corrections),
        )

    @property
    def corrections(self) -> corrections.Corrections:
        """What its host has mended of the words, and the names of its voices."""
        path = self.paths.corrections
        return corrections.load(path if path.is_file() else None, self.name(path))

    @property
    def guard(self) -> "Guard":
        """What judges its quotes against the transcript of the last run."""
        return self.guard_over(self.transcript, SUSPECTS.of(self.paths).suspects)

    @property
    def guard_now(self) -> "Guard":
        """The same over the words as a run would correct them now, where what was recognised is here."""
        if not RAW.path(self.paths).is_file():
            return self.guard
        read = self.proofread()
        return self.guard_over(read.transcript, read.suspects)

    def guard_over(self, transcript: Transcript, suspects: Sequence[Suspect]) -> "Guard":
        """What judges its quotes against these words, of which the recogniser doubts some."""
        from pipeline.quotes.deciding.carrying import recording_of
        from pipeline.quotes.deciding.doubt import guard_of

        rules, recording = load_show(self.workspace).quotes, recording_of(self.paths)
        light = rules.lightly_edited
        return guard_of(transcript, suspects, rules.free, recording, self.people, light)

    @property
    def ledger(self) -> Ledger:
        """What its host has decided; ConfigError for a file that is wrong."""
        return load_ledger(self.paths.ledger, self.name(self.paths.ledger))

    def judged(self, guard: "Guard") -> "tuple[Ledger, list[Verdict]]":
        from pipeline.quotes.deciding.checking import check_ledger

        ledger = self.ledger
        return ledger, check_ledger(ledger, guard)
