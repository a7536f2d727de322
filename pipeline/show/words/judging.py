"""Judging a ledger: each of its quotes against the words of its episode, or of a transcript alone."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from pipeline.artefacts import published
from pipeline.models import Transcript
from pipeline.quotes.deciding import checking
from pipeline.quotes.deciding.anchoring import Placement
from pipeline.quotes.deciding.doubt import guard_of
from pipeline.quotes.ledger.ledger import Ledger, load_ledger
from pipeline.quotes.proof.guard import Verdict
from pipeline.show.episode import LocalEpisode
from pipeline.show.guests.standing import open_quotes
from pipeline.show.words.following import keep_consents
from pipeline.show.words.hearing import Proof, expected_names, names_to_list
from pipeline.show.words.repairing import settle
from pipeline.transcript.formats.foreign import read_transcript


@dataclass(frozen=True)
class Judged:
    """A ledger with a verdict on each of its quotes.

    `kept` has a line for each consent that was kept and each repair that the sound proved; `silent` says
    why the sound was not asked, and `names` which of those that are asked about the host has not listed.
    """

    path: Path
    ledger: Ledger
    verdicts: Sequence[Verdict]
    episode: LocalEpisode | None = None
    kept: Sequence[str] = ()
    silent: str = ""
    names: str = ""

    @cached_property
    def placed(self) -> list[Placement]:
        """What became of each quote since its time was written into the ledger."""
        return checking.placed(self.ledger, self.verdicts)

    def write_back(self) -> None:
        """Fill in missing ids and times that have changed, where the ledger may be written."""
        if _may_write(self.path):
            checking.write_back(self.ledger, self.verdicts, self.path)

    @property
    def advice(self) -> list[str]:
        """A line for each quote that is there twice, is open with a guest, or was public and is gone,
        and one for the names that the sound would tell, were they listed.
        """
        here = self.episode
        public = here is not None and here.slug in published(here.workspace).ever
        lost = checking.gone(self.ledger, self.verdicts) if public else []
        said = ((each.quote, each.guest) for each in self.verdicts if each.proven)
        asked = [each.line for each in open_quotes(here, said)] if here else []
        listed = [self.names] if self.names else []
        return [*checking.twice(self.verdicts), *asked, *lost, *listed]


def read_words(path: Path, language: str | None) -> Transcript:
    """A transcript in any format that we know; `language` is what is spoken in it, where that is known."""
    heard = read_transcript(path)
    return replace(heard, language=language) if language else heard


def judge(episode: LocalEpisode, *, follow: bool = False) -> Judged:
    """Judge the quotes of an episode, as its next run and its review page do: over the mended words.

    With `follow`, consents are kept where a recogniser only hears otherwise, and the sound is asked.
    """
    path, guard = episode.paths.ledger, episode.guard_now
    follow = follow and path.exists() and _may_write(path)
    kept = keep_consents(episode, guard) if follow else []
    proof = settle(episode, guard) if follow else Proof()
    if proof.lines:
        guard = episode.guard_now  # what was proven is mended in the transcript, too
    ledger, verdicts = episode.judged(guard)
    names = "" if proof.silent else names_to_list(expected_names(episode), guard, verdicts)
    lines = [*kept, *proof.lines]
    return Judged(path, ledger, verdicts, episode, lines, proof.silent, names)


def judge_files(transcript: Transcript, ledger: Path) -> Judged:
    """Judge the quotes of a ledger without a show: only the transcript says who was there."""
    parsed = load_ledger(ledger, ledger.name)
    voices = {word.speaker for word in transcript.words if word.speaker}
    return Judged(
        ledger, parsed, checking.check_ledger(parsed, guard_of(transcript, people=voices))
    )


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
