"""The files that a review changes: ledger, corrections, glossary, and what was put off.

They are the truth: they are read again before every command, so what an editor wrote meanwhile stays.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import PullquoteError
from pipeline.quotes.guard import Verdict
from pipeline.quotes.session import Review
from pipeline.review.material import Material
from pipeline.workspace import dump_json, read_input, write_input, write_text


class ReviewFiles:
    """An episode's files and what they say; `folder` is the review's own, below `.pullquote/`."""

    def __init__(self, material: Material, folder: Path) -> None:
        self.material = material
        paths = material.paths
        self.paths = {
            "quotes.toml": paths.ledger,
            "corrections.toml": paths.corrections,
            "glossary.toml": material.workspace.feed / "glossary.toml",
            "later.json": folder / "later.json",
        }
        self._material_seen = self._material_digest()
        self.review = Review(paths.ledger, material.guard, material.candidates)

    @property
    def digest(self) -> str:
        """Changes whenever one of the files does."""
        return digest_of([*self.paths.values()])

    @property
    def texts(self) -> dict[str, str | None]:
        """What the files hold, None for one that is absent."""
        return {
            name: path.read_bytes().decode() if path.exists() else None
            for name, path in self.paths.items()
        }

    @property
    def later(self) -> list[str]:
        """The candidates that were put off."""
        path = self.paths["later.json"]
        found: list[str] = json.loads(path.read_bytes()) if path.exists() else []
        return found

    def verdict(self, identity: str) -> Verdict | None:
        """The verdict on a quote, None where the ledger has none of that id."""
        found = (verdict for verdict in self.review.verdicts if verdict.quote.id == identity)
        return next(found, None)

    def put_off(self, candidate: str) -> None:
        """Note that a candidate is to be decided later."""
        self.drop_later(candidate)
        write_text(self.paths["later.json"], dump_json([*self.later, candidate]))

    def drop_later(self, candidate: str) -> None:
        """A candidate is decided, so it is no longer put off."""
        later = self.later
        if candidate in later:
            later.remove(candidate)
            write_text(self.paths["later.json"], dump_json(later))

    def rewrite(self, name: str, change: Callable[[str], str]) -> None:
        """Change one of the correction files, and read the transcript again.

        PullquoteError where the recogniser's own words are not here: nothing can be laid over them.
        """
        if not self.material.correctable:
            raise PullquoteError(
                "corrections need build/transcript.raw.json, which is not here",
                f"restore it from git, or run: pullquote run {self.material.slug} --to correct",
            )
        path = self.paths[name]
        write_input(path, change(read_input(path)))
        self._load_material()

    def write(self, texts: Mapping[str, str | None]) -> None:
        """Replace whole files; None takes one away."""
        for name, text in texts.items():
            if text is None:
                self.paths[name].unlink(missing_ok=True)
            else:
                write_text(self.paths[name], text)

    def take_in(self) -> None:
        """Read again what changed; PullquoteError for a file that cannot be read."""
        if self._material_digest() != self._material_seen:
            self._load_material()
        self.review.reload()

    def _load_material(self) -> None:
        self.material.load()
        self._material_seen = self._material_digest()
        self.review = Review(
            self.material.paths.ledger, self.material.guard, self.material.candidates
        )

    def _material_digest(self) -> str:
        return digest_of([self.paths["corrections.toml"], self.paths["glossary.toml"]])


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
    )
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def digest_of(paths: list[Path]) -> str:
    """A digest over the bytes of files; an absent one counts too."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes() if path.exists() else b"-"
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()[:16]
