"""Headings are moved as an editor cuts and pastes lines."""

import pytest

from pipeline.errors import PullquoteError
from pipeline.quotes.ledger.edits import move_quote, remove_quote, remove_section
from pipeline.quotes.ledger.ledger import parse_ledger
from pipeline.quotes.ledger.section_order import with_section_moved

A = """# about A
[[section]]
heading = "A"

[[section.quote]]
id = "a1"
text = "One."  # mine
"""
B = """[[section]]
heading = "B"

[[section.quote]]
id = "b1"
text = "Two."
# a remark at the end of B
"""
C = """[[section]]
heading = "C"
"""
TOP = """# my ledger

review = "open"

"""


def test_a_heading_takes_its_quotes_and_comments_along() -> None:
    ledger = TOP + A + "\n" + B + "\n\n" + C
    assert with_section_moved(ledger, "A", 2) == TOP + B + "\n" + C + "\n\n" + A
    assert with_section_moved(ledger, "C", 0) == TOP + C + "\n" + A + "\n\n" + B
    assert with_section_moved(with_section_moved(ledger, "B", 0), "B", 1) == ledger
    assert with_section_moved(ledger, "B", 99) == with_section_moved(ledger, "B", 2)


def test_a_file_without_a_last_line_break() -> None:
    assert with_section_moved((A + "\n" + C).rstrip(), "C", 0) == C + "\n" + A


def test_what_cannot_be_moved_by_lines_is_refused_and_stays() -> None:
    tricky = A + "\n" + B.replace('"Two."', '"""\n[[section]]\n"""')
    with pytest.raises(PullquoteError, match="cannot be moved from here"):
        with_section_moved(tricky, "A", 1)
    with pytest.raises(PullquoteError, match="no heading “D”"):
        with_section_moved(A, "D", 0)


def test_only_a_heading_without_quotes_is_taken_out() -> None:
    ledger = parse_ledger(A + "\n" + C, "q")
    remove_section(ledger, "A")
    assert ledger.dumps() == A + "\n" + C
    remove_section(ledger, "C")
    assert 'heading = "C"' not in ledger.dumps()


def test_no_empty_line_is_left_behind_or_doubled() -> None:
    plain = B.replace("# a remark at the end of B\n", "")
    ledger = parse_ledger(A + "\n" + plain, "q")
    move_quote(ledger, "b1", "C", place=None)
    quote = plain.partition("\n\n")[2]
    assert ledger.dumps() == A + '\n[[section]]\nheading = "B"\n\n' + C + "\n" + quote
    ledger = parse_ledger(A + "\n" + plain, "q")
    remove_quote(ledger, "b1")
    assert ledger.dumps() == A + '\n[[section]]\nheading = "B"\n'
