"""Reading ledgers strictly, and editing them without touching anything else."""

from pathlib import Path

import pytest

from pipeline.errors import ConfigError, PullquoteError
from pipeline.quotes.deciding.kept_ids import with_ids
from pipeline.quotes.ledger import edits as edits
from pipeline.quotes.ledger.edits import (
    move_quote,
    remove_quote,
    remove_section,
    with_section_moved,
)
from pipeline.quotes.ledger.ledger import load_ledger, parse_ledger, quote_id

DATA = Path(__file__).resolve().parents[2] / "data" / "quotes"


def golden(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


def test_edits_keep_comments_order_and_formatting() -> None:
    ledger = load_ledger(DATA / "ledger.toml", "quotes.toml")
    for table, identity, at in zip(
        edits.tables(ledger), ("aaaa", "k3v9", "cccc"), (36.0, 1.0, None), strict=True
    ):
        edits.complete(table, identity, at)
    edits.set_review(ledger, "open")
    edits.reject(ledger, "zz11")
    edits.reject(ledger, "zz12")
    edits.reject(ledger, "zz11")
    edits.sign(ledger, "k3v9", "dropped: not")
    edits.sign(ledger, "cccc", 'added: "the"')
    edits.set_text(ledger, "aaaa", "A tower talks to you in the wind …", at=None)
    edits.add_quote(ledger, "On money", {"id": "dddd", "text": "The rest is bread.", "speaker": ""})
    edits.add_quote(ledger, "On the sea", {"id": "eeee", "text": "It is not the sea."})
    assert ledger.dumps() == golden("ledger-edited.toml")
    edits.move_quote(ledger, "k3v9", "On money", 0)
    edits.move_quote(ledger, "eeee", "On listening", place=None)
    assert ledger.dumps() == golden("ledger-moved.toml")
    again = parse_ledger(ledger.dumps(), "quotes.toml")
    assert [(heading, entry.id) for heading, entry in again.entries] == [
        ("On listening", "aaaa"),
        ("On listening", "eeee"),
        ("On money", "k3v9"),
        ("On money", "cccc"),
        ("On money", "dddd"),
    ]


def test_a_complete_ledger_is_left_alone() -> None:
    text = golden("ledger-edited.toml")
    ledger = parse_ledger(text, "quotes.toml")
    for table, (_, entry) in zip(edits.tables(ledger), ledger.entries, strict=True):
        edits.complete(table, entry.id, follows=entry.follows)
    assert ledger.dumps() == text


def test_a_new_ledger_is_laid_out_like_one_of_the_hosts() -> None:
    ledger = parse_ledger("", "quotes.toml")
    edits.set_review(ledger, "open")
    edits.reject(ledger, "zz11")
    for identity in ("aaaa", "bbbb"):
        edits.add_quote(ledger, "On bread", {"id": identity, "text": "The rest is “bread”."})
    edits.add_quote(ledger, "On stone", {"id": "cccc", "text": "A good repair is weaker."})
    assert ledger.dumps() == golden("ledger-new.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'review = "host"\n<<<<<<< HEAD\n=======\n>>>>>>> theirs',
            "holds two versions that git could not merge (line 2)",
        ),
        ('[[quote]]\ntext = "a"', "unknown key 'quote'; it may hold review, rejected, section"),
        ('reveiw = "host"', "unknown key 'reveiw'; did you mean 'review'?"),
        ('review = "yes"', "review must be one of open, host, auto, none"),
        ('section = "On bread"', "write each section below a line [[section]]"),
        ('[[section]]\nheading = ""\n', "section 1: heading must be a text that is not empty"),
        (
            '[[section]]\nheading = "On bread"\n[[section.quote]]\ntxet = "a"\ntext = "b"',
            "section 1 (“On bread”), quote 1: unknown key 'txet'; did you mean 'text'?",
        ),
        ('[[section]]\nheading = "A"\n[[section.quote]]\nid = "ab"', "quote 1: text is missing"),
        (
            '[[section]]\nheading = "A"\n[[section.quote]]\ntext = " "',
            "text must be a text that is not",
        ),
        (
            '[[section]]\nheading = "A"\n[[section.quote]]\ntext = "a"\nid = "../x"',
            "must be 2 to 16 of",
        ),
        (
            '[[section]]\nheading = "A"\n[[section.quote]]\ntext = "a"\nat = "soon"',
            "'soon' is no time",
        ),
        ('[[section]]\nheading = "A"\n[[section.quote]]\ntext = "a"\nat = -3', "-3 is no time"),
        (
            '[[section]]\nheading = "A"\n[[section.quote]]\ntext = "a"\nconsent = "x"',
            "consent must be a list",
        ),
        (
            '[[section]]\nheading = "A"\n[[section.quote]]\ntext = "a"\nfootnotes = ["x"]',
            "footnotes must be",
        ),
        (
            '[[section]]\nheading = "A"\n[[section.quote]]\ntext = "a"\nsoundbite = 1',
            "soundbite must be",
        ),
        (
            '[[section]]\nheading = "A"\n[[section.quote]]\ntext = "a"\nid = "ab"\n'
            '[[section.quote]]\ntext = "b"\nid = "ab"',
            "two quotes have the id ab",
        ),
        ("[[section]\n", "quotes.toml: "),
        ("a = 1\na = 2\n", "quotes.toml: "),
    ],
)
def test_an_error_names_the_section_and_the_quote(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_ledger(text, "quotes.toml")
    assert message in caught.value.message
    assert caught.value.message.startswith("quotes.toml: ")


def test_all_problems_are_reported_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_ledger('a = 1\nreview = 2\n[[section]]\nheading = ""\n', "quotes.toml")
    assert len(caught.value.message.splitlines()) == 3


@pytest.mark.parametrize(
    ("text", "decided"),
    [
        ("", False),
        ('[[section]]\nheading = "A"', False),
        ('[[section]]\nheading = "A"\n[[section.quote]]\ntext = "a"', True),
        ('review = "open"\n[[section]]\nheading = "A"\n[[section.quote]]\ntext = "a"', False),
        ('review = "none"', True),
        ('review = "host"', True),
    ],
)
def test_when_a_ledger_is_decided(text: str, decided: bool) -> None:
    assert parse_ledger(text, "quotes.toml").decided is decided


def test_ids_come_from_the_words_and_collisions_move_on() -> None:
    first = quote_id("The rest is bread.", set())
    assert first == quote_id("the REST is bread", set())
    assert quote_id("The rest is bread.", {first}) not in ("", first)
    ledger = parse_ledger(
        '[[section]]\nheading = "A"\n' + '[[section.quote]]\ntext = "The rest is bread."\n' * 2, "q"
    )
    one, two = (entry.id for _, entry in with_ids(ledger))
    assert one == first
    assert two != one


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_ledger(tmp_path / "quotes.toml", "quotes.toml")
    (tmp_path / "quotes.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_ledger(tmp_path / "quotes.toml", "quotes.toml")


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
