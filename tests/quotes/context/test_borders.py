"""What stands right outside a quote: whose view it is, a condition, and how little was picked out."""

from collections.abc import Callable

import pytest

from pipeline.models import Quote, Transcript, Word
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard

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
    views = [edit for edit in stopped(quote) if edit[0] != "predicate"]  # "which is a lie"
    assert views == [("attribution", cut)]
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


def test_only_who_listened_knows_whether_a_rising_voice_asked(judge_said: Judge) -> None:
    said = "It is the fastest path? Because there is no other."
    quote = judge_said(said, "It is the fastest path. Because there is no other.")
    assert stopped(quote) == [("question", "path?")]


def test_a_long_insertion_says_something_of_its_own(judge_said: Judge) -> None:
    said = "The town slept. They never tested the wind at all."
    assert judge_said(said, "They [the town] never tested the wind at all.").status == "cleaned"
    quote = judge_said(said, "They never tested the wind at all [and they lied about it].")
    assert stopped(quote) == [("added", "")]


CUT_BEFORE = [
    ("Half of the town paid for it.", "The town paid for it.", "number", "Half of"),
    ("One of the workers lied to us.", "The workers lied to us.", "number", "One of"),
    ("Three of the workers lied to us.", "The workers lied to us.", "number", "Three of"),
    ("Some of the workers lied to us.", "The workers lied to us.", "number", "Some of"),
    ("Little of this is true of him.", "This is true of him.", "number", "Little of"),
    ("Up to five people fell off it.", "Five people fell off it.", "number", "Up to"),
    ("Fewer than five people fell off it.", "Five people fell off it.", "number", "Fewer than"),
    ("He failed to save the bridge.", "Save the bridge.", "negation", "failed to"),
    ("They accused me of stealing bread.", "Stealing bread.", "negation", "accused me of"),
    ("He is anything but an honest man.", "An honest man.", "negation", "anything but"),
    (
        "It is not the case, in my view, that it is safe.",
        "It is safe.",
        "negation",
        "not the case, in my view, that",
    ),
    ("Either the mayor lied or I did.", "The mayor lied.", "condition", "Either"),
    ("We pay. Otherwise the bridge falls.", "The bridge falls.", "condition", "Otherwise"),
    ("The question is whether it is safe.", "It is safe.", "condition", "whether"),
    ("Had I known it, I would leave.", "I would leave.", "condition", "Had I known it,"),
    (
        "Suppose the mayor lied. Then he is a thief.",
        "Then he is a thief.",
        "condition",
        "Suppose the mayor lied.",
    ),
    ("Let's say the mayor is a thief.", "The mayor is a thief.", "attribution", "Let's say"),
    ("My critics say I am a thief.", "I am a thief.", "attribution", "My critics say"),
    ("My critics say: I am a thief.", "I am a thief.", "attribution", "My critics say:"),
    ("And she was all, I hate the mayor.", "I hate the mayor.", "attribution", "she was all,"),
    ("I heard that the mayor left.", "The mayor left.", "attribution", "I heard that"),
]


@pytest.mark.parametrize(("said", "published", "kind", "cut"), CUT_BEFORE)
def test_what_governs_the_words_may_not_be_cut_off(
    judge_said: Judge, said: str, published: str, kind: str, cut: str
) -> None:
    assert (kind, cut) in stopped(judge_said(said, published))


@pytest.mark.parametrize(
    ("said", "published", "kind", "cut"),
    [
        ("It grew by five percent.", "It grew by five.", "number", "percent."),
        (
            "We pay them, but not the old ones.",
            "We pay them.",
            "condition",
            "but not the old ones.",
        ),
        ("He is honest, not.", "He is honest.", "retraction", "not."),
        ("He is honest. Yeah, right.", "He is honest.", "retraction", "Yeah, right."),
        ("He is honest. No, he's not.", "He is honest.", "retraction", "No, he's not."),
        ("Otto paid, sorry, Karl did.", "Otto paid.", "retraction", "sorry,"),
    ],
)
def test_nor_what_takes_them_back(
    judge_said: Judge, said: str, published: str, kind: str, cut: str
) -> None:
    assert (kind, cut) in stopped(judge_said(said, published))


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ("I need to sleep on it. You need to fall in love with it.", "Fall in love with it."),
        ("That's kind of the purpose of it.", "The purpose of it."),
        ("Let me say that we like it here.", "We like it here."),
        ("As I always say: the lake is deep.", "The lake is deep."),
        ("In 1999, five people came to see it.", "Five people came to see it."),
        ("We rowed. Then we slept by the lake.", "Then we slept by the lake."),
        ("Is it deep? No, it is not deep.", "Is it deep?"),
        ("It took five years. Months went by.", "It took five years."),
    ],
)
def test_what_hosts_leave_out_stays_free(judge_said: Judge, said: str, published: str) -> None:
    assert stopped(judge_said(said, published)) == []
