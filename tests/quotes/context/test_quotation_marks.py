"""Quotation marks that are put in where somebody speaks: they close where that ends, not elsewhere."""

import pytest

from pipeline.models import Transcript
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard
from tests.quotes.conftest import say

EDITOR = "My editor said, I need blood. Nobody reads nuance. Give me a child. And I had one."
STAY = "She told us, you can stay. We stayed for years."


def scares(said: str, published: str, tag: str) -> bool:
    """Whether marks are named that make the words somebody else's than they were."""
    words = say(said)
    guard = Guard(Transcript(words, [[n] for n in range(len(words))], language=tag), DEFAULT_FREE)
    return "scare quotes" in {edit.kind for edit in guard.check(Entry(published)).quote.edits}


@pytest.mark.parametrize(
    ("tag", "said", "published"),
    [
        ("en", EDITOR, "My editor said, “I need blood.” Nobody reads nuance. Give me a child."),
        ("en", STAY, "She told us, “You can stay. We stayed for years.”"),
        (
            "de",
            "Der Arzt sagte, Sie haben ein Jahr. Da ist nichts zu machen. Gehen Sie heim.",
            "Der Arzt sagte: „Sie haben ein Jahr.“ Da ist nichts zu machen. Gehen Sie heim.",
        ),
        (
            "es",
            "El médico me dijo, le queda un año. No se puede hacer nada. Váyase a casa.",
            "El médico me dijo: «Le queda un año». No se puede hacer nada. Váyase a casa.",
        ),
        (
            "fr",
            "Elle nous a dit, vous pouvez rester. On est restés dix ans.",
            "Elle nous a dit: «Vous pouvez rester. On est restés dix ans.»",
        ),
    ],
)
def test_marks_that_close_too_early_or_too_late_ask(tag: str, said: str, published: str) -> None:
    assert scares(said, published, tag)


@pytest.mark.parametrize(
    ("tag", "said", "published"),
    [
        ("en", EDITOR, "My editor said, “I need blood. Nobody reads nuance. Give me a child.”"),
        ("en", STAY, "She told us, “You can stay.” We stayed for years."),
        ("en", "He said, I am late. I was at the bar.", "He said, “I am late. I was at the bar.”"),
    ],
)
def test_marks_around_what_was_said_do_not(tag: str, said: str, published: str) -> None:
    assert not scares(said, published, tag)
