"""A quote's words to take hold of: every printed word once and in order, and what was left out."""

import random

from pipeline.models import Transcript, Word
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard
from pipeline.quotes.proof.wording import Piece, pieces, tokens

SAID = "So, um, the tide is not a wave. It is, you know, a long breath of the whole sea."
WORDS = [Word(text, index * 0.4, index * 0.4 + 0.3) for index, text in enumerate(SAID.split())]
GUARD = Guard(Transcript(WORDS, [[i] for i in range(len(WORDS))]), DEFAULT_FREE)


def taken_apart(text: str) -> list[Piece]:
    return pieces(GUARD.check(Entry(text, at=0.0)))


def test_a_bracketed_insertion_is_one_word() -> None:
    assert tokens("the [old stone] wall [...] fell [1].") == [
        "the", "[old stone]", "wall", "[...]", "fell", "[1].",
    ]  # fmt: skip


def test_a_struck_word_stands_where_it_was_said() -> None:
    found = taken_apart("the tide is a wave. It is a long breath")
    shown = [(piece.text, piece.token is None) for piece in found]
    place = shown.index(("not", True))
    assert shown[place - 1][0] == "is"
    assert shown[place + 1][0] == "a"
    assert found[place].counts == "stopped"
    assert any(piece.kind == "filler" and piece.token is None for piece in found)


def test_every_printed_word_is_there_once_and_in_order() -> None:
    chance = random.Random(5)
    for _ in range(40):
        words = [word for word in SAID.split() if chance.random() > 0.2]
        for extra in ("[...]", "[of course]", "never", "[1]"):
            words.insert(chance.randrange(len(words)), extra)
        text = " ".join(words)
        printed = [piece for piece in taken_apart(text) if piece.token is not None]
        assert [piece.text for piece in printed] == tokens(text)
        assert [piece.token for piece in printed] == list(range(len(printed)))


def test_a_script_without_blanks_is_taken_hold_of_by_letters() -> None:
    assert tokens("橋は眠る。 [夜に] GPT-3は") == [
        "橋",
        "は",
        "眠",
        "る。",
        "[夜に]",
        "GPT-3",
        "は",
    ]
