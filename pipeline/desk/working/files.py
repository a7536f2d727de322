"""The files that a review changes: ledger, corrections, glossary, and what was put off.

They are the truth: they are read again before every command, so what an editor wrote meanwhile stays.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.desk.working.material import Material
from pipeline.desk.working.watch import Watch
from pipeline.errors import PullquoteError
from pipeline.host_files import change_input, read_input, transplant
from pipeline.quotes.deciding.decisions import Decisions
from pipeline.quotes.proof.guard import Verdict
from pipeline.times import clock, parse_clock
from pipeline.transcript.chapters.outline import Part
from pipeline.workspace import dump_json

#: What a command makes of files: name to the text before and after, which differ by the command alone.
Changes = Mapping[str, tuple[str, str]]
_SAME = 5.0  # seconds: another transcription has a border elsewhere by less


class ReviewFiles:
    """An episode's files and what they say; `folder` is the review's own, below `.pullquote/`."""

    def __init__(self, material: Material, folder: Path) -> None:
        self.material = material
        self.paths = {
            "quotes.toml": material.paths.ledger,
            "corrections.toml": material.paths.corrections,
            "glossary.toml": material.workspace.feed / "glossary.toml",
            "episode.toml": material.paths.toml,
            "later.json": folder / "later.json",
            "dismissed.json": folder / "dismissed.json",  # those that shall not be proposed
        }
        self.changes: dict[str, tuple[str, str]] = {}
        self._note: Callable[[Changes], None] = lambda _: None
        self._watch = Watch()
        self._review()

    @property
    def digest(self) -> str:
        """Changes whenever one of the files does."""
        return "".join(self._watch.digests(self.paths).values())

    @property
    def texts(self) -> dict[str, str]:
        """What the files hold, nothing for one that is absent."""
        return {name: read_input(path) for name, path in self.paths.items()}

    @property
    def later(self) -> list[str]:
        return _listed(read_input(self.paths["later.json"]))

    def verdict(self, identity: str) -> Verdict | None:
        """The verdict on a quote, None where the ledger has none of that id."""
        found = (verdict for verdict in self.decisions.verdicts if verdict.quote.id == identity)
        return next(found, None)

    def begin(self, note: Callable[[Changes], None]) -> None:
        """Begin a command: `note` is told what it makes of the files before each is written."""
        self.changes = {}
        self._note = note

    def change(self, path: Path, change: Callable[[str], str | None]) -> tuple[str, str]:
        """Change one of the files, as `change_input` does, and remember it as this command's."""

        def noted(text: str) -> str | None:
            now = change(text)
            self._note({**self.changes, path.name: (text, now or "")})
            return now

        before, after = change_input(path, noted)
        if before != after:
            self.changes[path.name] = (before, after)
        return before, after

    def take_back(self) -> None:
        """Undo what a command that failed has changed; what an editor saved stays."""
        for name, change in self.changes.items():
            change_input(self.paths[name], partial(_taken_back, change))

    def decide_later(self, candidate: str, later: bool) -> None:
        """Note that a candidate is to be decided later; or not any more, since it is decided."""

        def change(text: str) -> str:
            others = [other for other in _listed(text) if other != candidate]
            return dump_json([*others, candidate] if later else others)

        if later or candidate in self.later:
            self.change(self.paths["later.json"], change)

    @property
    def parts(self) -> list[Part]:
        """The chapters, without the proposals that the host has dismissed."""
        gone = [parse_clock(at) for at in _listed(read_input(self.paths["dismissed.json"]))]
        return [
            part
            for part in self.material.parts
            if part.at or all(abs(at - part.start) > _SAME for at in gone)
        ]

    def dismiss(self, at: float) -> None:
        """Propose no chapter that begins at `at` (seconds)."""
        self.change(
            self.paths["dismissed.json"],
            lambda text: dump_json(sorted({*_listed(text), clock(at)})),
        )

    def settle(self, name: str, change: Callable[[str], str]) -> None:
        """Change a file of settings, and read it again; ConfigError where nobody could read it."""
        self.change(self.paths[name], change)
        self.take_in()

    def rewrite(self, name: str, change: Callable[[str], str]) -> None:
        """Change one of the correction files, and read the transcript again.

        PullquoteError where the recogniser's own words are not here: nothing can be laid over them.
        """
        if not self.material.correctable:
            raise PullquoteError(
                "corrections need build/transcript.raw.json, which is not here",
                f"restore it from git, or run: pullquote run {self.material.slug} --to correct",
            )
        self.settle(name, change)

    def take_in(self) -> None:
        """Read again what changed; PullquoteError for a file that cannot be read."""
        if self.material.look():
            self._review()
        else:
            self.decisions.reload()

    def _review(self) -> None:
        material = self.material
        self.decisions = Decisions(
            material.paths.ledger, material.guard, material.candidates, self.change
        )


def stands(before: str, after: str, now: str) -> bool:
    """Whether a change stands in a file that somebody may have edited since."""
    return now == after or (now != before and transplant(after, before, now) is not None)


def _taken_back(change: tuple[str, str], now: str) -> str | None:
    was = transplant(change[1], change[0], now)
    return now if was is None else was or None


def _listed(text: str) -> list[str]:
    found: list[str] = json.loads(text) if text else []
    return found


def fingerprint(verdict: Verdict) -> str:
    """Changes with everything of a quote that an editor can change."""
    quote = verdict.quote
    signed = sorted(edit.raw + edit.published for edit in quote.edits if edit.consented)
    values: tuple[Any, ...] = (
        quote.heading,
        quote.text,
        quote.speaker,
        quote.question,
        quote.footnotes,
        quote.soundbite,
        signed,
        *filter(None, [verdict.guest]),
    )
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]
