"""Passages and their choice: what may be quoted at all, whose words, how long, how spread."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from pipeline.models import Transcript, Word
from pipeline.quotes.languages.table import language
from pipeline.quotes.matching.sentences import Turn, answers, joined_sentences
from pipeline.quotes.proposals.candidates import suggest
from pipeline.quotes.proposals.passages import Passage, goes_on, passages, spoken, stutters
from pipeline.quotes.proposals.ranking import FEATURES, choose, features, measured

SENTENCE = "Every lighthouse keeper writes the weather into a heavy book before anything else."
FILLING = [("Bo", "And what happened then over there on the island?")] * 12


def transcript(*turns: tuple[str, str]) -> Transcript:
    """Words of turns (speaker, text), half a second each."""
    words = [(speaker, text) for speaker, said in turns for text in said.split()]
    heard = [
        Word(text, n * 0.5, n * 0.5 + 0.4, None, speaker) for n, (speaker, text) in enumerate(words)
    ]
    return Transcript(heard, [[n] for n in range(len(heard))])


def proposed(*turns: tuple[str, str]) -> list[str]:
    """The texts proposed from turns in the middle of an episode; Bo is the host."""
    talk = transcript(*FILLING, *turns, *FILLING)
    return [candidate.text for candidate in suggest(talk, 20, ["Bo"])]


def test_an_answer_goes_on_over_the_listeners_yeah() -> None:
    talk = transcript(
        *FILLING,
        ("Ada", f"{SENTENCE} {SENTENCE} The book outlives"),
        ("Bo", "Yeah."),
        ("Ada", f"the tower by far. {SENTENCE}"),
        *FILLING,
    )
    (answer,) = [found for found in answers(talk, language("en")) if found[0].speaker == "Ada"]
    assert len(answer) == 2
    said = joined_sentences(talk.words, answer, language("en"))
    texts = [spoken(talk, first, last, "Ada") for first, last in said]
    assert texts == [SENTENCE, SENTENCE, "The book outlives the tower by far.", SENTENCE]
    (candidate,) = suggest(talk, 5, ["Bo"])
    assert "The book outlives the tower by far." in candidate.text
    assert "Yeah" not in candidate.text


@pytest.mark.parametrize("between", ["Right?", "But why would anybody do that?", "No."])
def test_an_answer_ends_where_the_other_says_something(between: str) -> None:
    talk = transcript(("Ada", SENTENCE), ("Bo", between), ("Ada", SENTENCE))
    assert len(answers(talk, language("en"))) == 3


@pytest.mark.parametrize(
    "never",
    [
        "Welcome to the show about lighthouses.",
        "This episode is brought to you by the paint company.",
        "Thanks for having me.",
        "Leave a review and follow me on the usual places.",
    ],
)
def test_greetings_sponsors_and_sign_offs_are_never_proposed(never: str) -> None:
    found = proposed(("Ada", f"{SENTENCE} {SENTENCE} {never} " + f"{SENTENCE} " * 6))
    assert found
    assert all(never not in text for text in found)


def test_a_question_that_is_not_answered_ends_no_candidate() -> None:
    found = proposed(("Ada", f"{SENTENCE} " * 6 + "So who would ever want to read all of that?"))
    assert found
    assert not any(text.endswith("?") for text in found)


def test_candidates_begin_and_end_a_sentence() -> None:
    found = proposed(("Ada", f"So, I mean, well, {SENTENCE} " + f"{SENTENCE} " * 9))
    assert found
    assert all(text.startswith(("Every", "So,")) and text.endswith(".") for text in found)


@pytest.mark.parametrize(
    "torn",
    [
        "and that is what they wrote into the book before the tower fell.",
        "It was the keeper who wrote all of it into the heavy book…",
        "The keeper wrote the weather into a heavy book every night, but -",
    ],
)
def test_nobody_is_quoted_from_the_middle_of_a_sentence_or_to_where_it_breaks_off(
    torn: str,
) -> None:
    found = proposed(("Ada", torn), *FILLING, ("Ada", f"{SENTENCE} {SENTENCE}"), *FILLING)
    assert found
    assert all(torn not in text for text in found)


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ('Ben said: "The book is heavy." And it was. ' + SENTENCE, True),
        ('Ben said: "The book is heavy. ' + SENTENCE, False),
        ("Er sagte: „Das Buch ist schwer.“ " + SENTENCE, True),
        ("Il dit : « Le livre est lourd. » " + SENTENCE, True),
        ("Er sagte: »Das Buch ist schwer.« " + SENTENCE, True),
        ("The book is heavy.” " + SENTENCE, False),
    ],
)
def test_a_quotation_is_quoted_whole_or_not_at_all(said: str, whole: bool) -> None:
    talk = transcript(*FILLING, ("Ada", said), *FILLING)
    opening = said.split()[0]
    found = [talk.words[p.first].text for p in passages(talk, ["Bo"])]
    assert (opening in found) == whole


def test_a_passage_is_as_long_as_its_thought() -> None:
    line = "A lighthouse is the only house that everybody hopes to see and nobody wants to visit."
    story = "Then the keeper wrote the weather into the heavy book, and the tower stood. " * 6
    story = f"Every keeper knows this one. {story.replace('Then', 'And')}" + SENTENCE
    found = proposed(("Ada", line), *FILLING, ("Ada", story), *FILLING)
    lengths = sorted(len(text.split()) for text in found)
    assert lengths[0] == 16
    assert lengths[-1] == 89


def test_a_passage_begins_and_ends_where_the_speaker_rests() -> None:
    """A recogniser sets full stops at hesitations, too."""
    talk = transcript(*FILLING, ("Ada", f"{SENTENCE} " * 12), *FILLING)
    ada = [n for n, word in enumerate(talk.words) if word.speaker == "Ada"]
    rests = {ada[0] + 3 * len(SENTENCE.split()) * n for n in (1, 2, 3, 4)}
    shifts = [sum(rest <= n for rest in rests) for n in range(len(talk.words))]
    words = [
        word._replace(start=word.start + shift, end=word.end + shift)
        for word, shift in zip(talk.words, shifts, strict=True)
    ]
    found = passages(replace(talk, words=words), ["Bo"])
    assert found
    assert {passage.last for passage in found} <= rests
    assert {passage.first for passage in found} <= {ada[0], *rests}
    assert {passage.last for passage in passages(talk, ["Bo"])} - rests, "no times, no pauses"


def test_where_nobody_set_a_full_stop_turns_and_pauses_are_sentences() -> None:
    text = " ".join(word.strip(".").lower() for word in (f"{SENTENCE} " * 3).split())
    talk = transcript(("Bo", "and what then " * 40), ("Ada", text), ("Bo", "and then " * 40))
    (passage,) = passages(talk, ["Bo"])
    assert spoken(talk, passage.first, passage.last, "Ada") == text


@pytest.mark.parametrize(
    ("opening", "replies"),
    [
        ("No, the", True),
        ("Yes, the", True),
        ("And the", True),
        ("No keeper", False),
        ("The", False),
    ],
)
def test_a_reply_begins_no_thought(opening: str, replies: bool) -> None:
    (word, *_) = transcript(("Ada", opening)).words
    assert goes_on(word, language("en")) == replies


def test_a_stutter_is_put_back() -> None:
    stuttered = SENTENCE.replace("writes the", "writes the the the").replace(
        "before", "bef- before"
    )
    talk = transcript(*FILLING, ("Ada", f"{SENTENCE} " * 4), *FILLING, ("Ada", f"{stuttered} " * 4))
    talk = transcript(*((w.speaker or "", w.text) for w in talk.words), *FILLING)
    found = passages(talk, ["Bo"])
    column = features(found, talk)[:, list(FEATURES).index("clean")]
    broken = np.array([stutters(talk.words[p.first : p.last]) > 0 for p in found])
    assert 0 < broken.sum() < len(found)
    assert column[broken].max() < column[~broken].min()


@pytest.mark.parametrize(
    ("welcome", "tag"),
    [
        ("Hello and welcome to the talk about towers.", "en"),
        ("Hallo und willkommen zu unserem Gespräch über Türme.", "de"),
        ("Bonjour et bienvenue dans notre entretien sur les tours.", "fr"),
        ("Hola y bienvenidos a nuestra charla sobre torres.", "es"),
    ],
)
def test_who_welcomes_the_listeners_is_the_host_where_none_is_named(welcome: str, tag: str) -> None:
    talk = transcript(
        ("Bo", welcome),
        *[("Ada", f"{SENTENCE} " * 6), ("Bo", f"{SENTENCE} " * 6)] * 8,
    )
    talk = replace(talk, language=tag)
    found = passages(talk)
    guest = features(found, talk)[:, list(FEATURES).index("guest")]
    assert {passage.turn.speaker for passage in found} == {"Ada", "Bo"}
    for passage, value in zip(found, guest.tolist(), strict=True):
        assert (value > 0) == (passage.turn.speaker == "Ada")
    first = suggest(talk, 4)
    assert {candidate.speaker for candidate in first} == {"Ada"}


def test_no_feature_counts_without_bounds(talk: Transcript) -> None:
    found = passages(talk, ["Mara"])
    values = features(found, talk)
    assert values.shape == measured(found, talk).shape == (len(found), len(FEATURES))
    assert np.abs(values).max() <= 2


def test_a_full_stop_that_the_recogniser_set_at_a_hesitation_counts_less(talk: Transcript) -> None:
    found = passages(talk, ["Mara"])
    silent = found[3]
    words = [
        word if n < silent.first else word._replace(start=word.start + 9, end=word.end + 9)
        for n, word in enumerate(talk.words)
    ]
    column = list(FEATURES).index("rests")
    before, after = (
        measured(found, replace(talk, words=w))[:, column] for w in (talk.words, words)
    )
    assert after[3] == 1 > before[3]
    gained = [p.first for p, a, b in zip(found, after, before, strict=True) if a > b]
    assert silent.first in gained
    assert features(found, replace(talk, words=words))[3, column] > 0


def _at(*spans: tuple[int, int]) -> Sequence[Passage]:
    turn = Turn(0, 10_000, None)
    return [Passage(first, last, turn, [(first, last)]) for first, last in spans]


def test_candidates_stay_apart() -> None:
    spans = [(at, at + length) for at in range(0, 9000, 40) for length in (60, 90, 115)]
    found = _at(*spans)
    scores = np.array([float(passage.last - passage.first) for passage in found])
    chosen = [found[index] for index, _ in choose(found, scores, 40)]
    assert len(chosen) == 40
    assert all(a.last <= b.first for a, b in pairwise(sorted(chosen, key=lambda p: p.first)))


def test_a_choice_makes_its_neighbours_less_wanted() -> None:
    found = _at((0, 100), (110, 210), (5000, 5100))
    order = [index for index, _ in choose(found, np.array([1.0, 0.9, 0.8]), 3)]
    assert order == [0, 2, 1]
