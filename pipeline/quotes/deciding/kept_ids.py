"""Quotes that were typed again without their ids get the ids that they had: people share links to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

from pipeline.artefacts import QUOTES, Proven
from pipeline.errors import PullquoteError
from pipeline.models import Quote
from pipeline.quotes.ledger.ledger import Entry, Ledger, quote_id

_ALIKE = 0.6  # of the words of two texts, from which on they are one quote
_WITHIN = 0.9  # of the shorter text, in one piece of the longer: a quote that was lengthened or cut
_LEAST = 6  # words of a text of which that holds; fewer are said again and again
_NEAR = 30.0  # seconds between the time of a typed quote and where that quote was


def with_ids(ledger: Ledger, known: Proven | None = None) -> list[tuple[str, Entry]]:
    """Every quote with its heading; those without an id get the one that they had or will have.

    They had it in `known`; left out, in the file that lies beside the ledger.
    """
    found = list(ledger.entries)
    entries = identified([entry for _, entry in found], ledger.path, known)
    return [(heading, entry) for (heading, _), entry in zip(found, entries, strict=True)]


def identified(
    entries: Sequence[Entry], ledger: Path | None, known: Proven | None = None
) -> list[Entry]:
    """The quotes of a ledger, each with an id."""
    taken = {entry.id for entry in entries if entry.id}
    kept: Mapping[int, str] = {}
    if len(taken) < len(entries):
        kept = kept_ids(entries, (known or earlier(ledger)).ever)
    taken.update(kept.values())
    found = []
    for place, entry in enumerate(entries):
        if not entry.id:
            entry = replace(entry, id=kept.get(place) or quote_id(entry.text, taken))
            taken.add(entry.id)
        found.append(entry)
    return found


def earlier(ledger: Path | None) -> Proven:
    """The quotes of a ledger as they were proven last; none where no file says so."""
    try:
        return QUOTES.read(ledger.parent / QUOTES) if ledger else Proven(quotes=())
    except (OSError, PullquoteError):
        return Proven(quotes=())


def kept_ids(entries: Sequence[Entry], earlier: Iterable[Quote]) -> Mapping[int, str]:
    """The ids that `earlier` quotes had, by the places of those `entries` that have none and are the same.

    They are when most of their words are, or one text is within the other, and the time, where one is
    written, is near: the likest first.
    """
    taken = {entry.id for entry in entries if entry.id}
    free = [quote for quote in earlier if quote.id not in taken]
    pairs = sorted(
        (
            (-likeness, abs((entry.at or quote.start) - quote.start), place, quote.id)
            for place, entry in enumerate(entries)
            if not entry.id
            for quote in free
            if (likeness := _likeness(entry, quote))
        )
    )
    found: dict[int, str] = {}
    for _, _, place, identity in pairs:
        if place not in found and identity not in found.values():
            found[place] = identity
    return found


def _likeness(entry: Entry, quote: Quote) -> float:
    """How alike they are, up to 1; 0 where they are two quotes."""
    if entry.at is not None and abs(entry.at - quote.start) > _NEAR:
        return 0.0
    typed, known = _words(entry.text), _words(quote.text)
    matcher = SequenceMatcher(None, typed, known, autojunk=False)
    ratio, shorter = matcher.ratio(), min(len(typed), len(known))
    if ratio >= _ALIKE:
        return ratio
    within = matcher.find_longest_match().size
    return ratio if shorter >= _LEAST and within >= shorter * _WITHIN else 0.0


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c.isspace() else " " for c in text.casefold()).split()
