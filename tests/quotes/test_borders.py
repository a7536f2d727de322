"""What stands right outside a quote: whose view it is, a condition, and how little was picked out."""

from collections.abc import Callable

import pytest

from pipeline.models import Quote, Transcript, Word
from pipeline.quotes.edits import DEFAULT_FREE
from pipeline.quotes.guard import Guard
from pipeline.quotes.ledger import Entry

Judge = Callable[[str, str], Quote]


def stopped(quote: Quote) -> list[tuple[str, str]]:
    return [(edit.kind, edit.raw) for edit in quote.edits if edit.kind not in DEFAULT_FREE]


@pytest.mark.parametrize(
    ("said", "published", "cut"),
    [
        (
            "People say that concrete is safe, which is a lie.",
            "Concrete is safe.",
            "People say that",
        ),
        ("Then the mayor said the bridge was done.", "The bridge was done.", "Then the mayor said"),
        ("I used to think that bridges sleep.", "Bridges sleep.", "I used to think that"),
        ("I thought that bridges sleep.", "Bridges sleep.", "I thought that"),
        ("I wonder whether bridges sleep.", "Bridges sleep.", "I wonder whether"),
        ("I doubt that bridges sleep.", "Bridges sleep.", "I doubt that"),
        ("They told us that the deck was dry.", "The deck was dry.", "They told us that"),
        ("Do you think that bridges sleep?", "Bridges sleep?", "Do you think that"),
    ],
)
def test_whose_view_it_is_may_not_be_cut_off(
    judge_said: Judge, said: str, published: str, cut: str
) -> None:
    quote = judge_said(said, published)
    assert stopped(quote) == [("attribution", cut)]
    assert f"dropped: {cut} (cut off: whose view it is)" in quote.message


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ("I think that bridges sleep.", "Bridges sleep."),
        ("So I'd say bridges sleep.", "Bridges sleep."),
        ("We believe that bridges sleep.", "Bridges sleep."),
        ("People say a lot. Bridges sleep.", "Bridges sleep."),
        ("As people say, bridges sleep.", "Bridges sleep."),
        ("If anything, bridges sleep.", "Bridges sleep."),
        ("If you keep one thing, keep this: bridges sleep.", "Bridges sleep."),
        ("If it rains, we stop. Bridges sleep.", "Bridges sleep."),
        ("Bridges sleep, and if it rains they sleep well.", "Bridges sleep."),
        ("Bridges sleep, but people say otherwise.", "Bridges sleep."),
    ],
)
def test_the_speakers_own_view_and_other_sentences_may(
    judge_said: Judge, said: str, published: str
) -> None:
    assert judge_said(said, published).status in ("verbatim", "cleaned")


@pytest.mark.parametrize(
    ("said", "published", "cut"),
    [
        (
            "If you paint it every year, then it lasts.",
            "It lasts.",
            "If you paint it every year, then",
        ),
        ("So if you paint it, it lasts.", "It lasts.", "if you paint it,"),
        ("If you want it to last, you paint it.", "You paint it.", "If you want it to last,"),
        ("It lasts if you paint it.", "It lasts.", "if you paint it."),
        ("It lasts, but only in the south.", "It lasts.", "but only in the south."),
        ("It lasts, unless it rains, as you know.", "It lasts.", "unless it rains,"),
    ],
)
def test_a_condition_may_not_be_cut_off(
    judge_said: Judge, said: str, published: str, cut: str
) -> None:
    assert ("condition", cut) in stopped(judge_said(said, published))


def test_a_condition_under_the_dots_is_cut_off_too(judge_said: Judge) -> None:
    said = "The tower stands on sand. If you paint it every year, it lasts for a hundred years."
    quote = judge_said(said, "The tower stands on sand. [...] It lasts for a hundred years.")
    assert stopped(quote) == [("condition", "If you paint it every year,")]


def test_the_cut_is_signed_for_like_any_edit() -> None:
    said = "It lasts if you paint it."
    words = [Word(word, n, n + 0.5, None, "Bo") for n, word in enumerate(said.split())]
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
    signed = guard.check(Entry("It lasts.", consent=["dropped: if you paint it"])).quote
    assert signed.status == "consented", signed.message


def test_single_words_do_not_add_up_to_a_quote(judge_said: Judge) -> None:
    said = "They were right about the cables. Then the work on the bridge was finished."
    quote = judge_said(said, "They [...] about the cables. [...] finished.")
    assert ("collage", "They") in stopped(quote)
    assert ("collage", "finished.") in stopped(quote)
    assert "picked out: finished" in quote.message


def test_a_short_sentence_is_a_passage(judge_said: Judge) -> None:
    said = "Why? Nobody asked at first. It was the wind that did it."
    assert stopped(judge_said(said, "Why? [...] It was the wind that did it.")) == []


def test_a_question_to_the_other_stays_one() -> None:
    said = [("Ann", "You really want to go there?"), ("Bo", "I do want that.")]
    spoken = [(who, word) for who, text in said for word in text.split()]
    words = [Word(word, n, n + 0.5, None, who) for n, (who, word) in enumerate(spoken)]
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
    quote = guard.check(Entry("You really want to go there.", speaker="Ann")).quote
    assert stopped(quote) == [("question", "there?")]
    assert "changed: there? to there." in quote.message


def test_a_rising_voice_within_a_turn_is_no_question(judge_said: Judge) -> None:
    said = "It is the fastest path? Because there is no other."
    assert (
        judge_said(said, "It is the fastest path. Because there is no other.").status == "cleaned"
    )


def test_a_long_insertion_says_something_of_its_own(judge_said: Judge) -> None:
    said = "They never tested the wind at all. The town slept."
    assert judge_said(said, "They [the town] never tested the wind at all.").status == "cleaned"
    quote = judge_said(said, "They never tested the wind at all [and they lied about it].")
    assert stopped(quote) == [("added", "")]
