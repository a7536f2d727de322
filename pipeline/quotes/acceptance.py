"""Deciding without a review: `REVIEW=auto` takes the best candidates, `REVIEW=none` takes none."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.models import Candidate
from pipeline.quotes.candidates import read_candidates
from pipeline.quotes.ledger import Ledger, change_ledger, load_ledger, parse_ledger
from pipeline.quotes.ledger_edits import add_quote, set_review
from pipeline.times import clock
from pipeline.workspace import read_json

NO_CHAPTER = "Highlights"


def open_ledger(path: Path) -> Ledger:
    """The ledger at `path`; an empty one while there is none."""
    return load_ledger(path, name_of(path)) if path.exists() else parse_ledger("", name_of(path))


def name_of(path: Path) -> str:
    """What messages call a ledger."""
    return f"{path.parent.name}/{path.name}"


def is_decided(path: Path) -> bool:
    """Whether the host, or an earlier `auto` or `none`, has decided on an episode's quotes."""
    return open_ledger(path).decided


def accept_none(path: Path) -> None:
    """Decide to publish without quotes."""
    change_ledger(path, name_of(path), lambda ledger: set_review(ledger, "none"))


def accept_best(path: Path, build: Path, limit: int) -> None:
    """Take the best `limit` candidates of `build`, word for word, in the order they were said.

    One whose opening needs a [referent] is left: nobody is there to confirm it. The title of the
    chapter that a candidate begins in becomes its heading.
    """
    candidates = read_candidates(build / "candidates.json", "pullquote run --to suggest")
    chapters = read_json(build / "chapters.json")["chapters"]
    whole = [candidate for candidate in candidates if candidate.referent is None]

    def accept(ledger: Ledger) -> None:
        set_review(ledger, "auto")
        for candidate in sorted(whole[:limit], key=lambda candidate: candidate.start):
            add_quote(ledger, heading_of(candidate, chapters), quote_values(candidate))

    change_ledger(path, name_of(path), accept)


def heading_of(candidate: Candidate, chapters: Sequence[dict[str, Any]]) -> str:
    """The title of the JSON chapter that a candidate begins in."""
    titles = [
        chapter["title"]
        for chapter in chapters
        if chapter.get("title") and chapter["startTime"] <= candidate.start
    ]
    return str(titles[-1]) if titles else NO_CHAPTER


def quote_text(candidate: Candidate) -> str:
    """A candidate's words as the text of a quote: one from within a sentence gets a capital."""
    text = candidate.text
    if text.split(maxsplit=1)[0].islower():  # "iPhone" stays as it is
        text = text[0].upper() + text[1:]
    return text


def quote_values(candidate: Candidate) -> dict[str, str]:
    """A candidate as the keys of a quote in the ledger."""
    values = {"id": candidate.id, "at": clock(candidate.start, 1), "text": quote_text(candidate)}
    if candidate.speaker:
        values["speaker"] = candidate.speaker
    return values
