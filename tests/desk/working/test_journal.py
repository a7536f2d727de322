"""The journal on disk, and changes that are made again in a file that was edited meanwhile."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.desk.working.journal import Entry, Journal
from pipeline.host_files import transplant

LINES = st.lists(st.sampled_from("abcdef"), max_size=12).map(
    lambda lines: "".join(f"{c}\n" for c in lines)
)


def entry(name: str) -> Entry:
    return Entry(f"id-{name}", name, "focus", {"quotes.toml": ("old\n", f"{name}\n")})


def test_it_is_read_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for name in "abc":
        journal.record(entry(name))
    journal.move(2)
    again = Journal(tmp_path)
    assert again.undoable == entry("b")
    assert again.redoable == entry("c")
    again.record(entry("d"))
    assert [found.name for found in Journal(tmp_path).entries] == ["a", "b", "d"]
    assert Journal(tmp_path).redoable is None


def test_a_damaged_entry_ends_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for name in "abc":
        journal.record(entry(name))
    (tmp_path / "00000002.json").write_text("{")
    assert [found.name for found in Journal(tmp_path).entries] == ["a", "b"]


@given(LINES, LINES)
def test_in_an_unchanged_file_a_change_is_itself(old: str, new: str) -> None:
    assert transplant(old, new, old) == new


@given(LINES, LINES, LINES, LINES)
def test_what_stands_above_and_below_stays(old: str, new: str, above: str, below: str) -> None:
    above, below = above.upper(), below.upper()
    fence = "=\n"
    found = transplant(
        fence + old + fence, fence + new + fence, above + fence + old + fence + below
    )
    assert found is None or (found.startswith(above) and found.endswith(below))


def test_a_change_in_the_same_place_is_told() -> None:
    assert transplant("a\nb\nc\n", "a\nB\nc\n", "a\nx\nc\n") is None
    assert transplant("a\nb\nc\n", "a\nB\nc\n", "z\na\nb\nc\n") == "z\na\nB\nc\n"
