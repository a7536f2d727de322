"""Candidates: the passages proposed to the host, best first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from pipeline.models import Candidate, Span, Transcript
from pipeline.quotes.ledger.ledger import Entry, quote_id
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.matching.sentences import Range
from pipeline.quotes.proof.guard import Guard
from pipeline.quotes.proposals.cores import core, link
from pipeline.quotes.proposals.passages import Passage, passages, spoken
from pipeline.quotes.proposals.ranking import Floats, choose, features, learned, reasons
from pipeline.quotes.proposals.referents import with_referent
from pipeline.text.punctuation import words

#: Deviations of the score that a passage is put back whose opening needs a [referent].
_DOUBTFUL = 0.25
_SAME = 0.5  # share of a candidate's words in an earlier one from which they are one candidate
_SPARE = 8  # passages looked at beyond the limit, for those that the guard stops


def suggest(
    transcript: Transcript,
    limit: int,
    hosts: Sequence[str] = (),
    doubted: Sequence[Range] = (),
    ranking: Path | None = None,
) -> list[Candidate]:
    """At most `limit` passages that the guard passes as they are; none for an empty transcript.

    `hosts` are the beginnings of the labels of speakers who are not quoted, unless nobody else
    speaks; `doubted` word ranges that the recogniser was unsure of; `ranking` a file of what
    the show has learned. A candidate keeps its id while its words stay the same.
    """
    by, aim = learned(ranking)
    found = passages(transcript, hosts, doubted, aim) or passages(transcript, (), doubted, aim)
    matrix = features(found, transcript)
    guard = Guard(transcript, DEFAULT_FREE, doubted)
    taken: set[str] = set()
    candidates: list[Candidate] = []
    for index, value in choose(found, _scores(found, matrix @ by), limit + _SPARE):
        passage = found[index]
        text = spoken(transcript, passage.first, passage.last, passage.turn.speaker)
        texts = {text, with_referent(text, passage.referent)}
        if len(candidates) < limit and all(_passes(guard, each, passage) for each in texts):
            identity = quote_id(text, taken)
            taken.add(identity)
            why = reasons(matrix[index], by)
            candidates.append(_candidate(guard, passage, identity, text, round(value, 3), why))
    return candidates


def _candidate(
    guard: Guard, passage: Passage, identity: str, text: str, score: float, why: Sequence[str]
) -> Candidate:
    words = guard.transcript.words
    inner = core(passage, guard.transcript)
    return Candidate(
        id=identity,
        words=Span(passage.first, passage.last),
        start=words[passage.first].start,
        end=words[passage.last - 1].end,
        speaker=passage.turn.speaker,
        text=text,
        score=score,
        why=why,
        core=Span(*inner) if inner else None,
        cut=_cut(guard, passage, inner),
        referent=passage.referent,
    )


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
