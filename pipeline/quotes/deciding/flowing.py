"""Quotes follow the corrections of the transcript: words that were misheard in both are mended in both."""

from collections.abc import Iterator, Sequence

from pipeline.models import Change
from pipeline.quotes.matching.edits import Part, bare
from pipeline.quotes.proof.guard import Verdict
from pipeline.text.punctuation import core, ends_sentence

_NEAR = 5.0  # seconds from the beginning of a correction to an edit within it


def followed(verdicts: Sequence[Verdict], changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    """The ids and new texts of quotes that have what the recogniser misheard, where that was mended.

    `changes` are those of the transcript. Words that are there twice are left to the host.
    """
    corrections = [change for change in changes if change.kind == "correction"]
    for verdict in verdicts:
        text = verdict.quote.text
        for part in verdict.missing if verdict.quote.status == "needs-consent" else ():
            if part.published and any(_undoes(part, change) for change in corrections):
                text = _mended(text, part)
        if text != verdict.quote.text:
            yield verdict.quote.id, text


def _undoes(part: Part, change: Change) -> bool:
    """Whether a quote still has what was heard before a correction."""
    return (
        abs(part.at - change.at) <= _NEAR
        and _within(part.published, change.raw)
        and _within(part.raw, change.published)
    )


def _within(text: str, whole: str) -> bool:
    return f" {bare(text.casefold().split())} " in f" {bare(whole.casefold().split())} "


def _mended(text: str, part: Part) -> str:
    """A quote's text with the words of the transcript in an edit's place, and its own marks around them."""
    words, old, new = text.split(), part.published.split(), bare(part.raw.split()).split()
    wanted, size = bare(old), len(old)
    places = [n for n in range(len(words)) if bare(words[n : n + size]) == wanted]
    if len(places) != 1 or not new:
        return text
    first = places[0]
    if not first or ends_sentence(words[first - 1]):
        new[0] = new[0][0].upper() + new[0][1:]
    new[0] = core(words[first])[0] + new[0]
    new[-1] += core(words[first + size - 1])[2]
    return " ".join([*words[:first], *new, *words[first + size :]])
