"""Text on cards: what fits, where lines end, which way they run."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.site.cards.fonts import missing, width
from pipeline.site.cards.lines import Block, direction_of, fit

BOX = (1000.0, 300.0)
SIZES = (60.0, 30.0)
SENTENCE = "A wire in the wind sings higher when it is pulled."


def widths(block: Block) -> list[float]:
    return [line.width for line in block.lines]


def test_a_short_text_is_set_as_large_as_may_be_and_a_long_one_smaller() -> None:
    assert fit("We listened.", BOX, SIZES).size == 60
    longer = fit(" ".join([SENTENCE] * 4), BOX, SIZES)
    assert 30 < longer.size < 60
    assert not longer.lines[-1].text.endswith("…")
    assert longer.height <= 300
    assert max(widths(longer)) <= 1000


def test_lines_are_even() -> None:
    block = fit(SENTENCE + " Right.", (1000, 300), (40, 40))
    assert len(block.lines) == 2
    assert min(widths(block)) > 0.6 * max(widths(block))


def test_what_is_too_long_ends_after_a_word_with_the_mark_that_closes_it() -> None:
    text = f"“{' '.join(['harbour'] * 200)}”"
    block = fit(text, BOX, SIZES, closing="”")
    assert block.size == 30
    assert block.height <= 300
    assert max(widths(block)) <= 1000
    assert block.lines[-1].text.endswith("harbour…”")
    assert {word.strip("“…”") for line in block.lines for word in line.text.split()} == {"harbour"}


def test_a_word_alone_on_its_line_is_cut_within() -> None:
    (line,) = fit("T" * 90, (1000, 40), (24, 24)).lines
    assert line.text.endswith("T…")
    assert line.width <= 1000


@pytest.mark.parametrize("text", ["https://example.org/" + "a" * 300, "W" * 80, "月" * 90])
def test_what_has_no_blank_is_broken_where_it_must_be(text: str) -> None:
    assert max(widths(fit(text, BOX, SIZES))) <= 1000


@pytest.mark.parametrize(
    "text",
    ["هذا اقتباس طويل من كل شيء في العالم كله وما بعده " * 3, "זה ציטוט ארוך מאוד " * 9],
)
def test_lines_from_right_to_left_fit_too_and_end_at_the_right(text: str) -> None:
    assert direction_of(text) == "rtl"
    block = fit(text, BOX, SIZES, side="rtl")
    assert max(widths(block)) <= 1000
    assert all(line.x + line.width == pytest.approx(1000) for line in block.lines)


def test_numbers_and_foreign_words_keep_their_way_in_a_line_from_right_to_left() -> None:
    """The first word of the line stands at its right, and within "GPT-3" the G comes first."""
    line = fit("זה GPT-3", (1000, 60), (30, 30), side="rtl").lines[0]
    word, foreign = width("זה", bold=False) * 30, width("GPT-3", bold=False) * 30
    assert line.width == pytest.approx(word + foreign + width(" ", bold=False) * 30)
    first = fit("GPT-3", (1000, 60), (30, 30)).lines[0].path
    assert line.path.startswith(first[:60])


def test_letters_that_join_are_shaped_together() -> None:
    """An Arabic word is narrower than its letters one by one."""
    assert width("مرحبا", bold=False) < sum(width(letter, bold=False) for letter in "مرحبا")
    assert width("👩‍👩‍👧", bold=False) < 2 * width("👩", bold=False)
    assert width("é", bold=False) == pytest.approx(width("e\u0301", bold=False), rel=0.01)


def test_signs_that_no_packaged_font_has_are_known() -> None:
    assert missing("“Hello”, Ελληνικά, Русский, שלום, مرحبا, हिन्दी, ไทย, 😀 Tiếng Việt") == ""
    assert missing("a\ue000b\U000f0000a\ue000") == "\ue000\U000f0000"


@pytest.mark.parametrize(
    ("text", "foreign"), [("עם GPT-3 (2020).", "GPT-3 (2020)"), ("כן [GPT (v3)] כן", "GPT (v3)")]
)
def test_brackets_stay_around_what_they_are_around(text: str, foreign: str) -> None:
    """Between foreign words they are foreign too: "GPT-3 (2020)" stands as it would in English."""
    line = fit(text, (1000, 60), (30, 30), side="rtl").lines[0].path
    alone = fit(foreign, (1000, 60), (30, 30)).lines[0].path
    assert outlines(alone) in outlines(line)


def outlines(path: str) -> str:
    """The commands of outlines without their places."""
    return re.sub(r"[^A-Z]", "", path)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_any_text_fits(text: str) -> None:
    block = fit(text, BOX, SIZES, side=direction_of(text))
    assert block.height <= 300
    assert max(widths(block), default=0) <= 1000.5


def test_a_letter_that_is_newer_than_python_s_tables_runs_with_its_neighbours() -> None:
    """Those of Python 3.11 end with Unicode 14; a shaking face came with 15."""
    text = "\U0001fae8 We listened. \U0001fae8"
    assert direction_of(text) == "ltr"
    assert len(fit(text, BOX, SIZES).lines) == 1
    assert fit(f"{text} שלום", BOX, SIZES).lines[0].width > 0
