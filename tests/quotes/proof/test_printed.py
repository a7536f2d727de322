"""When each printed word is heard, whatever the host has edited."""

from collections.abc import Sequence

import pytest

from pipeline.models import Transcript, Word
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard
from pipeline.quotes.proof.printed import Printed, printed_words


def printed(said: str, text: str, language: str = "en") -> list[Printed]:
    """Words said at one a second, for eight tenths of it, and the quote `text` of them."""
    words = [Word(word, n, n + 0.8, None, "Ada") for n, word in enumerate(said.split())]
    transcript = Transcript(words, [[n] for n in range(len(words))], (0,), language)
    verdict = Guard(transcript, DEFAULT_FREE).check(Entry(text))
    return printed_words(text, verdict.parts, words)


def seconds(found: Sequence[Printed]) -> dict[str, float | None]:
    """In which second each word begins."""
    return {word.text: word.said and round(word.said[0], 1) for word in found}


def test_fillers_that_were_said_and_not_printed_leave_a_pause() -> None:
    found = seconds(printed("So um bridges are you know alive.", "So bridges are alive."))
    assert found == {"So": 0, "bridges": 2, "are": 3, "alive.": 6}


@pytest.mark.parametrize(
    ("said", "text", "word", "at"),
    [
        ("I don't like wind.", "I do not like wind.", "like", 2),
        ("well known bridges hum in wind", "Well-known bridges hum in wind.", "Well-known", 0),
        ("it was twenty five bridges then", "It was 25 bridges then.", "25", 2),
        ("the deck was safe that day", "[T]he deck was safe that day.", "[T]he", 0),
        ("the deck was safe that day", "The deck was [un]safe that day.", "[un]safe", 3),
        ("the Tacome bridge fell that day", "The Tacoma bridge fell that day.", "Tacoma", 1),
    ],
)
def test_a_word_that_was_said_otherwise_is_heard_where_it_was(
    said: str, text: str, word: str, at: float
) -> None:
    assert seconds(printed(said, text))[word] == at


def test_what_nobody_said_has_no_time() -> None:
    found = printed(
        "it fell in the wind that day", "[The bridge] fell in the strong wind that day."
    )
    times = seconds(found)
    assert [times[word] for word in ("[The", "bridge]", "strong")] == [None, None, None]
    assert (times["fell"], times["wind"]) == (1, 4)


def test_a_cut_is_a_mark_and_no_word() -> None:
    said = "bridges hum in the wind but some of us sleep well and then nobody asked what for"
    found = printed(said, "Bridges hum in the wind. [ ... ] Nobody asked what for.")
    assert [word.text for word in found if word.cut] == ["[...]"]
    assert seconds(found)["Nobody"] == 13


def test_scripts_without_blanks_are_lit_letter_by_letter() -> None:
    found = printed("橋 は 風 で 鳴 る", "橋は風で鳴る。", "ja")
    assert "".join(word.text for word in found) == "橋は風で鳴る。"
    assert [word.blank for word in found] == [True, *[False] * (len(found) - 1)]
    assert [word.said and word.said[0] for word in found] == [0, 1, 2, 3, 4, 5]
