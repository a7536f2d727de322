"""Attempts to give somebody the words of another, or a question that was not asked."""

import pytest

from pipeline.models import Transcript, Word
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import PROVEN, Guard

BRIDGE = "The bridge is safe."


def talk(*turns: tuple[str | None, str]) -> Transcript:
    texts = [(speaker, word) for speaker, said in turns for word in said.split()]
    words = [Word(word, n * 0.5, n * 0.5 + 0.4, None, who) for n, (who, word) in enumerate(texts)]
    return Transcript(words, [[n] for n in range(len(words))])


@pytest.mark.parametrize(
    ("labels", "speaker", "stopped"),
    [
        (("Otto Meyer", "Karl Meyer"), "Karl Meyer", True),
        (("Otto Meyer", "Karl Meyer"), "Otto Meyer", False),
        (("Otto Meyer", "Ada"), "Karl Meyer", True),
        (("Otto Meyer", "Ada"), "O. Meyer", False),
        (("Otto Meyer", "Ada"), "Meyer", False),
        (("Otto Meyer", "Ada"), "Dr Otto Meyer", False),
    ],
)
def test_nobody_gets_the_words_of_a_namesake(
    labels: tuple[str, str], speaker: str, stopped: bool
) -> None:
    said = talk((labels[0], BRIDGE), (labels[1], "We will see about that."))
    quote = Guard(said, DEFAULT_FREE).check(Entry(BRIDGE, speaker=speaker)).quote
    assert ("speaker" in {edit.kind for edit in quote.edits}) is stopped


def test_one_name_does_not_cover_two_numbered_voices() -> None:
    said = talk(("Speaker 1", "We built the bridge."), ("Speaker 2", "And we took the money."))
    text = "We built the bridge. [...] And we took the money."
    quote = Guard(said, DEFAULT_FREE).check(Entry(text, speaker="Ada")).quote
    assert "speaker" in {edit.kind for edit in quote.edits}


def test_the_question_line_was_asked() -> None:
    said = talk(("Bob", "Did the town pay for the bridge?"), ("Ada", "Yes, and I am proud of it."))
    guard = Guard(said, DEFAULT_FREE)
    text = "Yes, and I am proud of it."
    assert guard.check(Entry(text, question="Did the town pay for the bridge?")).proven
    other = guard.check(Entry(text, question="Have you stolen any money?"))
    assert other.wanted() == [f"asked: Have you stolen any money in “{text}”"]
    assert guard.check(
        Entry(text, question="Have you stolen any money?", consent=other.wanted())
    ).proven


@pytest.mark.parametrize(
    ("question", "free"),
    [
        ("Did the town pay for the bridge?", True),
        ("Pay for the bridge?", False),  # cut where no question begins
        ("Did the town pay?", False),  # as a quote's, its end limits what was asked
        ("Did the town pay for the war?", False),
        ("Did the town steal the bridge?", False),
        ("Didn't the town pay for the bridge?", False),
        ("Are you a thief of bread?", False),  # asked, and answered before
    ],
)
def test_a_question_is_the_one_that_was_answered(question: str, free: bool) -> None:
    said = talk(
        ("Bob", "Are you a thief of bread?"),
        ("Ada", "No, who would say that?"),
        ("Bob", "Right. Did the town pay for the bridge?"),
        ("Ada", "Yes, and I am proud of it."),
    )
    quote = (
        Guard(said, DEFAULT_FREE)
        .check(Entry("Yes, and I am proud of it.", question=question, speaker="Ada"))
        .quote
    )
    assert (quote.status in PROVEN) is free, quote.message


def test_a_question_is_not_cut_before_its_other_half() -> None:
    said = talk(
        ("Bob", "Was the bridge sold because it was old, but too soon for us?"),
        ("Ada", "Yes, and I am proud of it."),
    )
    entry = Entry("Yes, and I am proud of it.", question="Was the bridge sold because it was old?")
    assert [edit.kind for edit in Guard(said, DEFAULT_FREE).check(entry).quote.edits] == ["asked"]


def test_a_short_answer_is_not_joined_to_the_answer_of_another_question() -> None:
    said = talk(
        ("Bob", "Was he a good father?"),
        ("Ada", "The very worst."),
        ("Bob", "And was he a good miller?"),
        ("Ada", "The best of all. We loved his bread."),
    )
    quote = Guard(said, DEFAULT_FREE).check(Entry("The very worst. [...] The best of all.")).quote
    assert [edit.kind for edit in quote.edits if edit.kind not in DEFAULT_FREE] == ["answer"]


PEOPLE = ("Ada Byron", "Otto Meyer")


@pytest.mark.parametrize(
    ("label", "speaker", "asked"),
    [
        ("Speaker 1", "Grace Hopper", True),
        ("Speaker 1", "Karl Meyer", True),
        (None, "Grace Hopper", True),
        ("Otto", "Otto Hahn", True),
        ("Speaker 1", "Otto Meyer", False),
        ("Speaker 1", "Ottilie Meyer", True),
        ("Speaker 1", "Otto Meyer Jr", True),
        ("Speaker 1", "Dr. Otto Meyer", False),
        ("Speaker 1", "Dr. Meyer", False),
        ("Joseph Lind", "Joe Lind", False),
        ("Speaker 1", "O. Meyer", False),
        ("Speaker 1", "Meyer", False),
        ("Speaker 1", "Speaker 1", False),
        ("Speaker 1", None, False),
        (None, "Ada", False),
        ("Grace Hopper", "Grace Hopper", False),  # the transcript says so
        ("Grace Hopper", "Hopper", False),
        ("Grace", "Grace Hopper", True),
    ],
)
def test_a_name_is_a_person_of_the_episode(
    label: str | None, speaker: str | None, asked: bool
) -> None:
    said = talk((label, BRIDGE), (None, "We will see about that."))
    guard = Guard(said, DEFAULT_FREE, people=PEOPLE)
    verdict = guard.check(Entry(BRIDGE, speaker=speaker))
    assert verdict.wanted() == [f"named: {speaker} in “The bridge is safe.”"] * asked
    assert guard.check(Entry(BRIDGE, speaker=speaker, consent=verdict.wanted())).proven


def test_where_nobody_is_declared_any_name_may_be_somebody() -> None:
    said = talk(("Speaker 1", BRIDGE))
    assert Guard(said, DEFAULT_FREE).check(Entry(BRIDGE, speaker="Grace Hopper")).proven


@pytest.mark.parametrize(
    ("said", "speaker", "asked"),
    [
        ("So, Otto, how old is it?", "Otto Meyer", True),
        ("So, Otto, how old is it?", "Ada Byron", False),
        ("I asked Otto how old it is.", "Otto Meyer", False),
        ("My name is Otto, and I paint.", "Otto Meyer", False),
    ],
)
def test_a_voice_that_calls_somebody_is_another(said: str, speaker: str, asked: bool) -> None:
    transcript = talk(("Speaker 1", said), ("Speaker 2", "Old."), ("Speaker 1", BRIDGE))
    verdict = Guard(transcript, DEFAULT_FREE, people=PEOPLE).check(Entry(BRIDGE, speaker=speaker))
    assert ["speaker" in edit.kind for edit in verdict.quote.edits] == [True] * asked


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        (["Speaker 3", "Speaker 3"], True),  # whoever is called answers, and it is always another
        (["Speaker 3"], False),  # once may be chance
        (["Speaker 3", "Speaker 3", "Speaker 1"], False),
    ],
)
def test_who_never_answers_to_a_name_has_another(answers: list[str], asked: bool) -> None:
    turns = [turn for who in answers for turn in (("Speaker 2", "So, Otto."), (who, "Yes."))]
    guard = Guard(talk(*turns, ("Speaker 1", BRIDGE)), DEFAULT_FREE, people=PEOPLE)
    verdict = guard.check(Entry(BRIDGE, speaker="Otto Meyer"))
    assert ["speaker" in edit.kind for edit in verdict.quote.edits] == [True] * asked


def test_who_says_the_own_name_and_answers_to_it_keeps_it() -> None:
    said = talk(
        ("Speaker 2", "So, Otto."),
        ("Speaker 1", "They all say, Otto, paint it."),
        ("Speaker 2", "And, Otto, did you?"),
        ("Speaker 1", BRIDGE),
    )
    assert (
        Guard(said, DEFAULT_FREE, people=PEOPLE).check(Entry(BRIDGE, speaker="Otto Meyer")).proven
    )
