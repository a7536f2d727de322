"""What the page shows, as plain values for JSON."""

from typing import Any

from pipeline.artefacts import MASTER
from pipeline.desk.working.commands import Command
from pipeline.desk.working.desk import Desk
from pipeline.desk.working.files import fingerprint
from pipeline.desk.working.material import Material
from pipeline.models import Candidate, encode
from pipeline.quotes.deciding.acceptance import heading_of, quote_text, topic_of
from pipeline.quotes.deciding.checking import lines
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import consent_line
from pipeline.quotes.proof.guard import Verdict
from pipeline.quotes.proof.wording import fillers, pieces, tokens
from pipeline.show.guests.standing import open_quotes
from pipeline.show.words.hearing import names_to_list
from pipeline.transcript.corrections.elsewhere import Again
from pipeline.transcript.corrections.suspicion import AROUND


def state(desk: Desk) -> dict[str, Any]:
    """Decisions, quotes with their verdicts, and what can be undone."""
    decisions, journal = desk.decisions, desk.journal
    said = ((each.quote, each.guest) for each in decisions.verdicts if each.proven)
    asked = {each.quote.id: each.line for each in open_quotes(desk.material.local, said)}
    judged = zip(decisions.verdicts, decisions.ledger.entries, strict=True)
    return {
        "revision": desk.revision,
        "generation": desk.material.generation,
        "review": "open" if decisions.is_open else decisions.ledger.review,
        "headings": [section.heading for section in decisions.ledger.sections],
        "quotes": [
            {**quote(verdict, desk.material), "proofs": _proofs(entry, desk.material)}
            for verdict, (_, entry) in judged
        ],
        "undecided": [candidate.id for candidate in decisions.undecided()],
        "rejected": list(decisions.ledger.rejected),
        "later": desk.files.later,
        "chapters": [encode(part) for part in desk.files.parts],
        "unseen": bool(desk.material.published),
        "undo": journal.undoable.name if journal.undoable else None,
        "redo": journal.redoable.name if journal.redoable else None,
        "conflicts": [_conflict(desk, entry) for entry in desk.conflicts],
        "stops": lines(decisions.verdicts),
        "guests": asked,
        "problem": desk.problem,
        "news": desk.news,
        "sound": desk.material.seen.get(MASTER, ""),
    }


def episode(material: Material) -> dict[str, Any]:
    """What changes only with the transcript: candidates, suspects and the time of each word."""
    words = material.transcript.words
    return {
        "generation": material.generation,
        "starts": [round(word.start * 1000) for word in words],
        "ends": [round(word.end * 1000) for word in words],
        "candidates": [_candidate(candidate, material) for candidate in material.candidates],
        "suspects": [
            *(_again(each, material) for each in material.again),
            *(encode(each) | {"text": material.text(each)} for each in material.suspects),
        ],
        "around": AROUND,
        "speakers": sorted({word.speaker for word in words if word.speaker}),
        "correctable": material.correctable,
    }


def _again(again: Again, material: Material) -> dict[str, Any]:
    """What was mended elsewhere, as a passage to hear, and what is then said `instead`."""
    words = material.transcript.words[again.first : again.last]
    return {
        "first": again.first,
        "last": again.last,
        "start": words[0].start,
        "end": words[-1].end,
        "text": material.text(again),
        "instead": again.text,
        "of": again.at,
    }


def quote(verdict: Verdict, material: Material) -> dict[str, Any]:
    """A quote with the guard's verdict, its words, and what the host is asked about it."""
    found = verdict.quote
    filling = fillers(tokens(found.text), material.guard.source.tokenizer)
    return {
        **encode(found),
        "base": fingerprint(verdict),
        "guest": str(verdict.guest) if verdict.guest else None,
        "proven": verdict.proven,
        "wanted": verdict.wanted(),
        "questions": [
            {
                **encode(asked),
                "names": [consent_line(edit) for edit in asked.edits],
                "marks": bool(asked.cuts),
            }
            for asked in verdict.questions
        ],
        "unlisted": names_to_list(material.names, material.guard, [verdict]),
        "pieces": [
            [
                *(piece.token, piece.text, piece.raw, piece.kind, piece.counts, piece.at),
                piece.token in filling,
            ]
            for piece in pieces(verdict)
        ],
    }


def _proofs(entry: Entry, material: Material) -> list[str]:
    """What was proven of a quote without a signature: edits, when they are heard, by which models."""
    lines = (line.partition(" ") for line in entry.proven)
    return [told for digest, _, told in lines if material.guard.recording.startswith(digest)]


def _candidate(candidate: Candidate, material: Material) -> dict[str, Any]:
    return {
        **encode(candidate),
        "first": candidate.first,
        "last": candidate.last,
        "text": quote_text(candidate),
        "others": _others(candidate, material),
        "referent": candidate.referent.text if candidate.referent else None,
        "topic": topic_of(candidate, material.chapters),
        "heading": heading_of(candidate, material.chapters, material.episode.own_titles),
    }


def _others(candidate: Candidate, material: Material) -> list[int]:
    """The words within a candidate that somebody else says, which its text leaves out."""
    words = material.transcript.words
    if candidate.last > len(words):
        return []
    speaker = words[candidate.first].speaker  # perhaps named since it was proposed
    inside = range(candidate.first, candidate.last)
    return [at for at in inside if words[at].speaker != speaker]


def _conflict(desk: Desk, command: Command) -> dict[str, Any]:
    verdict = desk.files.verdict(command.target)
    return {
        "id": command.id,
        "target": command.target,
        "do": command.do,
        "page": command.text or command.line or command.heading or command.do,
        "file": verdict.quote.text if verdict else "",
    }
