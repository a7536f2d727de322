"""Deciding without a review: `REVIEW=auto` takes the best candidates, `REVIEW=none` takes none."""

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.artefacts import CANDIDATES, CHAPTERS, SUSPECTS, TRANSCRIPT
from pipeline.models import Candidate, Chapter, Span, Transcript
from pipeline.quotes.deciding.doubt import listed
from pipeline.quotes.languages.table import language
from pipeline.quotes.ledger.edits import add_quote, set_review
from pipeline.quotes.ledger.ledger import Entry, Ledger, change_ledger, load_ledger, parse_ledger
from pipeline.quotes.matching.edits import free_kinds
from pipeline.quotes.matching.sentences import bare
from pipeline.quotes.proof.guard import Guard
from pipeline.quotes.proposals.passages import spoken
from pipeline.text.punctuation import ends_sentence
from pipeline.times import clock
from pipeline.workspace import EpisodePaths

_LEAST = 20  # words of a part that may stand alone
_TRAILING = re.compile(r"(?:\.\.+|…)[\"”’)]*$")  # nobody ended this sentence


def open_ledger(path: Path) -> Ledger:
    """The ledger at `path`; an empty one while there is none."""
    return load_ledger(path, name_of(path)) if path.exists() else parse_ledger("", name_of(path))


def name_of(path: Path) -> str:
    """What messages call a ledger."""
    return f"{path.parent.name}/{path.name}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What `auto` took of the candidates, how many of these only in part, and how many it refused
    before it had enough, by reason.
    """

    taken: int
    shortened: int
    doubted: int
    badly_cut: int
    unproven: int

    @property
    def line(self) -> str:
        """What became of the candidates, for the host."""
        reasons = (
            (self.doubted, "over words that the recogniser doubts"),
            (self.badly_cut, "that do not begin and end with a sentence, or point outside"),
            (self.unproven, "that ask for a signature"),
        )
        count = sum(number for number, _ in reasons)
        if not (self.taken or count):
            return "no quotes: nothing that is said in the recording is long enough to be one"
        why = ", ".join(f"{number} {reason}" for number, reason in reasons if number)
        taken = f"quotes taken as they were said: {self.taken}" if self.taken else "no quotes"
        if self.shortened:
            taken += f", {self.shortened} of them without the sentences that the recogniser doubts"
        refused = f"; candidates refused: {count} ({why})" if count else ""
        return f"{taken}{refused}, as --review auto says"


def accept_best(paths: EpisodePaths, limit: int, titles: Collection[str] = ()) -> Accepted:
    """Take the best candidates of an episode, at most `limit`, word for word, in the order they were said.

    Nobody is there to listen: of one with a doubted word only sentences without one are taken, if these
    are enough to stand alone. One is refused that has none, one that does not begin and end with
    a sentence or whose opening needs a [referent], and one that the guard does not pass as it stands.
    The host's own title of the chapter that a candidate begins in, one of `titles`, becomes its heading.
    """
    candidates, chapters = CANDIDATES.of(paths).candidates, CHAPTERS.of(paths)
    transcript, doubts = TRANSCRIPT.of(paths), listed(SUSPECTS.of(paths).suspects)
    guard = Guard(transcript, free_kinds(None), doubts)
    taken: list[Candidate] = []
    refused = dict.fromkeys(("doubted", "badly_cut", "unproven"), 0)
    for candidate in (_sure(each, transcript, doubts) for each in candidates):
        if len(taken) == limit:
            break
        why = _refusal(candidate, transcript, doubts, guard)
        if why:
            refused[why] += 1
        else:
            taken.append(candidate)

    def accept(ledger: Ledger) -> None:
        set_review(ledger, "auto")
        for candidate in sorted(taken, key=lambda candidate: candidate.start):
            add_quote(ledger, heading_of(candidate, chapters, titles), quote_values(candidate))

    change_ledger(paths.ledger, name_of(paths.ledger), accept)
    proposed = {(each.first, each.last) for each in candidates}
    shortened = sum((each.first, each.last) not in proposed for each in taken)
    return Accepted(len(taken), shortened, **refused)


def _sure(
    candidate: Candidate, transcript: Transcript, doubts: Sequence[tuple[int, int]]
) -> Candidate:
    """A candidate, or the longest part of it in whole sentences without a doubted word, if it has one.

    A part that opens with a word that points back, as "it" does, is none.
    """
    words, referring = transcript.words, language(transcript.language).referring
    first, last = candidate.first, candidate.last
    borders = [first, *(at for at in range(first + 1, last + 1) if _ends(words[at - 1].text))]
    inside = [(start, end) for start, end in doubts if start < last and end > first]
    parts = [
        (b - a, a, b)
        for a, b in itertools.combinations(borders, 2)
        if b - a >= _LEAST
        and not any(start < b and end > a for start, end in inside)
        and (a == first or bare(words[a]).partition("'")[0] not in referring)
    ]
    if not inside or not parts:
        return candidate
    _, a, b = max(parts)
    return replace(
        candidate,
        words=Span(a, b),
        start=words[a].start,
        end=words[b - 1].end,
        text=spoken(transcript, a, b, candidate.speaker),
        referent=candidate.referent if a == first else None,
    )


def _refusal(
    candidate: Candidate, transcript: Transcript, doubts: Sequence[tuple[int, int]], guard: Guard
) -> str:
    """Why nobody but the host may publish a candidate; empty where nothing speaks against it."""
    first, last = candidate.first, candidate.last
    if any(start < last and end > first for start, end in doubts):
        return "doubted"
    if candidate.referent or not _is_well_cut(candidate, transcript):
        return "badly_cut"
    text, at = quote_text(candidate), candidate.start
    verdict = guard.check(Entry(text, at=at, speaker=candidate.speaker))
    return "" if verdict.proven else "unproven"


def _is_well_cut(candidate: Candidate, transcript: Transcript) -> bool:
    """Whether a candidate begins and ends with a sentence, by the transcript's punctuation."""
    first, last = candidate.first, candidate.last
    before = transcript.words[first - 1] if first else None
    opening, closing = transcript.words[first], transcript.words[last - 1].text
    begins = before is None or before.speaker != opening.speaker or _ends(before.text)
    return begins and not opening.text[:1].islower() and _ends(closing)


def _ends(word: str) -> bool:
    return ends_sentence(word) and not _TRAILING.search(word)


def topic_of(candidate: Candidate, chapters: Sequence[Chapter]) -> str:
    """The title of the chapter that a candidate begins in, whoever gave it: to find one's way by."""
    begun = [chapter.title for chapter in chapters if chapter.start <= candidate.start]
    return begun[-1] if begun else ""


def heading_of(candidate: Candidate, chapters: Sequence[Chapter], titles: Collection[str]) -> str:
    """The title of the chapter that a candidate begins in, where it is one of the host's `titles`.

    Empty where the host gave it none: a title that a machine made is never published as a heading.
    """
    title = topic_of(candidate, chapters)
    return title if title in titles else ""


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
