import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.writing.posting.sentences import sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two? “Three!” Four", ["One.", "Two?", "“Three!”", "Four"]),
        ("It got [...] better. [...] Then worse.", ["It got [...] better.", "[...] Then worse."]),
        ("He [the head of St. Paul. He left] went on. So.", 2),
        ("Known w.r.t. Mr. J. Smith, e.g. here. Yes.", 2),
        ("So it was [1]. Then [2] it was not. [3]", ["So it was [1].", "Then [2] it was not. [3]"]),
        ("three dots... and on. End.", ["three dots... and on.", "End."]),
        ("これは文です。次の文。「終わり。」と言った。", 4),
        ("Version 2.5 came out. Good.", 2),
    ],
)
def test_a_text_is_parted_where_sentences_end(text: str, parts: list[str] | int) -> None:
    found = [each.strip() for each in sentences(text)]
    assert found == parts if isinstance(parts, list) else len(found) == parts, found


@given(st.text(alphabet="aB .?![]\n“”’。1", max_size=80))
def test_nothing_is_lost_and_no_bracket_is_cut(text: str) -> None:
    found = sentences(text)
    assert "".join(found).rstrip() == text.rstrip()
    for part in found[:-1]:
        depth = 0
        for sign in part:
            depth = max(0, depth + {"[": 1, "]": -1}.get(sign, 0))
        assert depth == 0, found
