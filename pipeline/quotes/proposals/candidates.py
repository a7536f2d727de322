"""Candidates: the passages proposed to the host, best first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np

from pipeline.models import Candidate, Span, Transcript
from pipeline.quotes.ledger.ledger import Entry, quote_id
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.matching.sentences import Range
from pipeline.quotes.proof.guard import Guard
from pipeline.quotes.proposals.cores import core, link
from pipeline.quotes.proposals.passages import Passage, passages, spoken
from pipeline.quotes.proposals.ranking import Floats, choose, features, gains, learned, reasons
from pipeline.quotes.proposals.referents import with_referent
from pipeline.text.punctuation import words
from pipeline.times import clock

#: Deviations of the score that a passage is put back whose opening needs a [referent].
_DOUBTFUL = 0.25
_SAME = 0.5  # share of a candidate's words in an earlier one from which they are one candidate
_SHOWN = 90  # letters of a candidate in a list
_SPARE = 8  # passages looked at beyond the limit, for those that the guard stops


class Ranked:
    """Every passage that could be proposed, its features in rows, and the weight of each feature.

    `hosts` are the beginnings of the labels of speakers who are not quoted, unless nobody else
    speaks; `doubted` word ranges that the recogniser was unsure of; `ranking` a file of what
    the show has learned.
    """

    def __init__(
        self,
        transcript: Transcript,
        hosts: Sequence[str] = (),
        doubted: Sequence[Range] = (),
        ranking: Path | None = None,
    ) -> None:
        self.transcript = transcript
        self.doubted = doubted
        self.by, aim = learned(ranking)
        self.passages = passages(transcript, hosts, doubted, aim) or passages(
            transcript, (), doubted, aim
        )
        self.matrix = features(self.passages, transcript)

    def propose(self, limit: int) -> list[Candidate]:
        """At most `limit` passages that the guard passes as they are; none for an empty transcript.

        A candidate keeps its id while its words stay the same.
        """
        transcript, found = self.transcript, self.passages
        guard = Guard(transcript, DEFAULT_FREE, self.doubted)
        proposals: list[tuple[int, float, str]] = []
        scores = _scores(found, self.matrix @ self.by)
        for index, value in choose(found, scores, limit + _SPARE):
            passage = found[index]
            text = spoken(transcript, passage.first, passage.last, passage.turn.speaker)
            texts = {text, with_referent(text, passage.referent)}
            if len(proposals) < limit and all(_passes(guard, each, passage) for each in texts):
                proposals.append((index, value, text))
        taken: set[str] = set()
        candidates: list[Candidate] = []
        for index, value, text in proposals:
            identity = quote_id(text, taken)
            taken.add(identity)
            candidates.append(self._candidate(guard, index, value, text, identity))
        return candidates

    def _candidate(
        self, guard: Guard, index: int, score: float, text: str, identity: str
    ) -> Candidate:
        passage, words = self.passages[index], self.transcript.words
        inner = core(passage, self.transcript)
        return Candidate(
            id=identity,
            words=Span(passage.first, passage.last),
            start=words[passage.first].start,
            end=words[passage.last - 1].end,
            speaker=passage.turn.speaker,
            text=text,
            score=round(score, 3),
            why=reasons(self.matrix[index], self.by),
            core=Span(*inner) if inner else None,
            cut=_cut(guard, passage, inner),
            referent=passage.referent,
        )

    def explanations(self, candidates: Sequence[Candidate]) -> list[dict[str, float]]:
        """What each feature adds to the score of each candidate, most first."""
        rows = {(p.first, p.last): row for p, row in zip(self.passages, self.matrix, strict=True)}
        return [
            {name: round(gain, 3) for name, gain in gains(rows[c.first, c.last], self.by)}
            for c in candidates
        ]


def suggest(
    transcript: Transcript,
    limit: int,
    hosts: Sequence[str] = (),
    doubted: Sequence[Range] = (),
    ranking: Path | None = None,
) -> list[Candidate]:
    """What `Ranked` proposes."""
    return Ranked(transcript, hosts, doubted, ranking).propose(limit)


def with_earlier_ids(found: Sequence[Candidate], earlier: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, each with the id of the `earlier` one that most of its words were in.

    What the host decided on a passage holds when it is cut otherwise.
    """
    before = {each.id: Counter(words(each.text)) for each in earlier}
    pairs = []
    for place, candidate in enumerate(found):
        said = Counter(words(candidate.text))
        for each in earlier:
            share = (said & before[each.id]).total() / max(1, said.total())
            if share >= _SAME:
                pairs.append((-share, abs(each.start - candidate.start), place, each.id))
    kept: dict[int, str] = {}
    for _, _, place, identity in sorted(pairs):
        if place not in kept and identity not in kept.values():
            kept[place] = identity
    taken = {*before}
    named = []
    for place, candidate in enumerate(found):
        identity = kept.get(place) or quote_id(candidate.text, taken)
        taken.add(identity)
        named.append(replace(candidate, id=identity))
    return named


def _scores(found: Sequence[Passage], scores: Floats) -> Floats:
    """Scores with what the host would have to confirm put back."""
    unsure = np.array([passage.referent is not None for passage in found], dtype=np.bool_)
    lowered: Floats = scores - unsure * (_DOUBTFUL * scores.std() if len(scores) else 0.0)
    return lowered


def _passes(guard: Guard, text: str, passage: Passage) -> bool:
    at = guard.transcript.words[passage.first].start
    return guard.check(Entry(text, at=at, speaker=passage.turn.speaker)).proven


def _cut(guard: Guard, passage: Passage, inner: Range | None) -> Span | None:
    """What could be left out, if the quote may be published so."""
    transcript = guard.transcript
    found = link(passage, inner, transcript)
    if found is None:
        return None
    speaker = passage.turn.speaker
    before = spoken(transcript, passage.first, found[0], speaker)
    after = spoken(transcript, found[1], passage.last, speaker)
    return Span(*found) if _passes(guard, f"{before} [...] {after}", passage) else None


def explained(value: dict[str, Any]) -> list[str]:
    """Candidates as lines for a terminal: time, score and reasons, how each begins, its features."""
    lines = []
    for number, entry in enumerate(value["candidates"], start=1):
        why = ", ".join(entry["why"])
        lines.append(f"{number:3}  {clock(entry['start'])}  {entry['score']:6.2f}  {why}")
        lines.append(f"     “{shorten(entry['text'], _SHOWN, placeholder='…')}”")
        gained = [f"{name} {gain:+.2f}" for name, gain in entry["features"].items()]
        lines.append("     " + "  ".join(gained))
    return lines
