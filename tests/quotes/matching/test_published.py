"""What a host may type: marks, brackets, footnotes, quotation marks around the whole."""

import pytest

from pipeline.quotes.languages.table import language
from pipeline.quotes.matching.published import read_published
from pipeline.quotes.matching.tokens import Tokenizer

CASES = {
    "“We bake. ”": (["We", "bake."], [], []),
    '"We bake."': (["We", "bake."], [], []),
    "‘we’ bake": (["‘we’", "bake"], [], []),
    "We bake [...] bread": (["We", "bake", "bread"], [(2, "[...]", True)], []),
    "We bake […] bread … often": (
        ["We", "bake", "bread", "often"],
        [(2, "[…]", True), (3, "…", True)],
        [],
    ),
    "We bake... bread": (["We", "bake...", "bread"], [(2, "", True)], []),
    "We bake [1] bread [2].": (["We", "bake", "bread."], [], ["1", "2"]),
    "[it] works": (["works"], [(0, "[it]", False)], []),
    "[T]he light [of Skarn], always": (
        ["The", "light", "always"],
        [(2, "[of Skarn]", False)],
        [],
    ),
    "the [light]not": (["the", "not"], [(1, "[light]", False)], []),
}


@pytest.mark.parametrize("text", CASES)
def test_a_text_is_taken_apart(text: str) -> None:
    published = read_published(text, Tokenizer(language("en")))
    marks = [(mark.before, mark.text, mark.ellipsis) for mark in published.marks]
    assert (list(published.words), marks, list(published.footnotes)) == CASES[text]
