"""An opening "it" gets a proposed [referent], lifted from the words before; or the passage loses."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.artefacts import CANDIDATES, Candidates
from pipeline.models import Referent, Transcript, Word
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.matching.sentences import turns
from pipeline.quotes.proof.guard import Guard
from pipeline.quotes.proposals.candidates import suggest
from pipeline.quotes.proposals.referents import Referents, with_referent

ABOUT = "Near the tower there is a boat. We painted the tower for the engineers, who saw the boat."


def heard(*said: tuple[str, str]) -> Transcript:
    words = [
        Word(text, 0.4 * n, 0.4 * n + 0.3, None, speaker)
        for n, (speaker, text) in enumerate(
            (who, word) for who, line in said for word in line.split()
        )
    ]
    return Transcript(words, [[n] for n in range(len(words))])


def proposed(transcript: Transcript, opening: str) -> str | None:
    """What is proposed for the passage that opens with the last sentence like `opening`."""
    first = max(
        n
        for n in range(len(transcript.words))
        if " ".join(w.text for w in transcript.words[n:]).startswith(opening)
    )
    found = turns(transcript)
    index = next(n for n, turn in enumerate(found) if turn.first <= first < turn.last)
    before = found[index - 1] if index else None
    referent = Referents(transcript).propose(first, found[index], before)
    return referent.text if referent else None


@pytest.mark.parametrize(
    ("before", "passage", "expected"),
    [
        ("The old tower needs new stairs.", "It talks to you, this tower.", "[The old tower]"),
        ("The old tower needs stairs.", "It's a tower of stone.", "[The old tower] is"),
        ("Those engineers came late.", "They’re good engineers though.", "[The engineers] are"),
        ("A tower was built there.", "It will fall, this tower.", "[The tower]"),
        ("My tower needs stairs.", "It talks, this tower.", "[My tower]"),
        ("Then Berg came over.", "He wrote the book, Berg.", "[Berg]"),
        ("The sea was rough.", "It broke the boat.", None),  # the sea is not spoken of again
        ("The tower and the boat burned.", "They are gone.", None),  # no plural was named
        ("Then Berg met Anna.", "She wrote to Anna and Berg.", None),  # which of them?
        ("The tower is high.", "It is hard to climb the tower.", None),  # points to no thing
        ("The tower is high.", "It'd fall, the tower.", None),  # would, or had
        ("The tower is high.", "This tower is old.", None),  # no pronoun
        ("", "It talks to you, the tower.", None),
    ],
)  # fmt: skip
def test_the_subject_just_named_and_named_again(
    before: str, passage: str, expected: str | None
) -> None:
    talk = heard(("Ada", f"{ABOUT} Berg knows Berg. We met Anna. {before} {passage}"))
    assert proposed(talk, passage.split()[0]) == expected


def test_this_is_what_was_named_last() -> None:
    talk = heard(("Ada", f"{ABOUT} Then we bought a boat. This makes the boat ours."))
    assert proposed(talk, "This") == "[The boat]"


def test_the_question_may_name_it_and_nothing_else_of_the_other_speaker() -> None:
    answer = ("Ada", "It talks to you, that tower.")
    asked = heard(("Ada", ABOUT), ("Bo", "Why does the tower matter?"), answer)
    assert proposed(asked, "It") == "[The tower]"
    theirs = heard(("Ada", ABOUT), ("Bo", "Why does your tower matter?"), answer)
    assert proposed(theirs, "It") is None  # "your tower" is not hers to say
    told = heard(("Ada", ABOUT), ("Bo", "The tower is old."), answer)
    assert proposed(told, "It") is None


def test_a_candidate_keeps_its_words_and_carries_the_proposal(tmp_path: Path) -> None:
    long = (
        "It talks to you in the wind, this tower, and everybody who has lived inside a tower learns "
        "what each sound means before the first winter ends and the storms arrive from the north."
    )
    talk = heard(
        ("Bo", "Hm. " * 40 + "Does the old tower need stairs?"), ("Ada", long),
        ("Bo", "Right. " * 40 + ABOUT),
    )  # fmt: skip
    found = [c for c in suggest(talk, 5, ["Bo"]) if c.referent]
    assert [c.text.split()[0] for c in found] == ["It"]
    (candidate,) = found
    assert candidate.referent == Referent(candidate.first, "[The old tower]")
    kept = CANDIDATES.decode(CANDIDATES.dump(Candidates(found)).encode(), "candidates.json")
    assert list(kept.candidates) == [replace(candidate, why=list(candidate.why))]
    text = with_referent(candidate.text, candidate.referent)
    assert text.startswith("[The old tower] talks to you in the wind")
    verdict = Guard(talk, DEFAULT_FREE).check(Entry(text, at=candidate.start))
    assert verdict.quote.status == "cleaned"
    assert [edit.kind for edit in verdict.quote.edits] == ["insertion"]


_SAID = st.lists(
    st.sampled_from(
        [
            "the",
            "a",
            "my",
            "this",
            "it",
            "they",
            "he",
            "she",
            "tower",
            "towers",
            "boat",
            "Berg",
            "Anna",
            "is",
            "are",
            "was",
            "talks.",
            "falls,",
            "old.",
            "It's",
            "They're",
            "That",
            "stone.",
            "why?",
            "to",
        ]
    ),
    min_size=4,
    max_size=60,
)


@settings(max_examples=200)
@given(said=_SAID, asked=_SAID)
def test_nothing_is_invented(said: list[str], asked: list[str]) -> None:
    talk = heard(("Bo", " ".join(asked)), ("Ada", " ".join(said)))
    referents, (theirs, own) = Referents(talk), turns(talk)
    for first in range(own.first, own.last):
        found = referents.propose(first, own, theirs)
        if found is None:
            continue
        inside, _, verb = found.text.removeprefix("[").partition("]")
        assert verb.strip() in ("", "is", "has", "are", "have", "will", "am")
        before = {word.text.strip(".,?").casefold() for word in talk.words[:first]}
        assert set(inside.casefold().split()) - {"the"} <= before
