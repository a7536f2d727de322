import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.cleaning import as_paragraphs, clean_body, clean_line

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  Title \t of\nan\x0bepisode ", "Title of an episode"),
        ("bell\x07 and null\x00", "bell and null"),
        ("a half emoji \ud83d", "a half emoji"),
        ("😀 stays", "😀 stays"),
        ("Qu’est-ce que c’est\xa0?", "Qu’est-ce que c’est\xa0?"),
        ("שלום \u200fעולם", "שלום \u200fעולם"),
        ("\ufffe\uffff", ""),
    ],
)
def test_clean_line(typed: str, cleaned: str) -> None:
    assert clean_line(typed) == cleaned


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_body(clean_body(text)) == clean_body(text)


def test_clean_body_keeps_lines() -> None:
    assert clean_body("one\r\ntwo\rthree\x85\x1ffour\x01 \n") == "one\ntwo\nthree\n four"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("One & two", "One &amp; two"),
        ("One\nline", "One<br>line"),
        ("One\n\n\n <b>\n\n", "<p>One</p><p>&lt;b&gt;</p>"),
    ],
)
def test_a_text_with_several_blocks_becomes_paragraphs(typed: str, written: str) -> None:
    assert as_paragraphs(typed) == written
