"""Where the same mishearing is heard again."""

from pipeline.models import Change, Word
from pipeline.transcript.corrections.corrections import Corrections, Place, Replacement
from pipeline.transcript.corrections.elsewhere import Again, Elsewhere

SAID = "We asked open eye. Then Open Eye, and Gow, came, but gow is had by a head of open eye now."
WORDS = [Word(text, float(n), n + 0.9) for n, text in enumerate(SAID.split())]
MENDED = Change("correction", "open eye", "OpenAI", 100.0, "")


def again(*changes: Change, there: Corrections | None = None) -> list[Again]:
    return Elsewhere(WORDS).again(changes, there or Corrections())


def test_it_is_found_in_order_whatever_its_capitals() -> None:
    found = again(MENDED)
    assert [(each.first, each.last, each.text, each.at) for each in found] == [
        (2, 4, "OpenAI", 100.0),
        (5, 7, "OpenAI", 100.0),
        (18, 20, "OpenAI", 100.0),
    ]


def test_where_somebody_has_decided_it_is_left_alone() -> None:
    there = Corrections(
        heard=[Place(at=2.0, said="open eye")],
        replace=[Replacement(at=5.0, said="Open Eye", text="an eye")],
        keep=[Place(at=18.0, said="open eye")],
    )
    assert again(MENDED, there=there) == []


def test_ordinary_words_are_no_mishearing_elsewhere() -> None:
    names = again(Change("correction", "Gow,", "Gao,", 100.0, ""))
    assert [each.first for each in names] == [8, 11]
    assert again(Change("correction", "head", "had", 100.0, "")) == []
    assert again(Change("correction", "asked", "Had", 100.0, "")) == [], "said without its capital"
    assert again(Change("glossary", "open eye", "OpenAI", 100.0, "")) == []
    assert again(Change("correction", "open eye", "", 100.0, "")) == []
