"""Shared links live on: a quote that is typed again keeps its id, and one that dies is named."""

import json
from pathlib import Path

import pytest

from pipeline.models import Transcript, encode
from pipeline.quotes.deciding.checking import check_ledger, gone, published, twice
from pipeline.quotes.deciding.kept_ids import with_ids
from pipeline.quotes.ledger.ledger import load_ledger
from pipeline.quotes.proof.guard import Guard

HEADING = '[[section]]\nheading = "On stone"\n'


def quote(text: str, more: str = "") -> str:
    return f"[[section.quote]]\n{more}text = {json.dumps(text)}\n"


@pytest.fixture
def said(talk: Transcript) -> list[str]:
    """Two stretches of the talk, of 30 words each."""
    words = [word.text for word in talk.words]
    return [" ".join(words[first : first + 30]) for first in (40, 140)]


@pytest.fixture
def path(tmp_path: Path, guard: Guard, said: list[str]) -> Path:
    """A ledger of two quotes with ids, as it was published."""
    ledger = tmp_path / "quotes.toml"
    ledger.write_text(
        HEADING + quote(said[0], 'id = "k3v9"\n') + "\n" + quote(said[1], 'id = "aw97"\n')
    )
    quotes = [verdict.quote for verdict in check_ledger(load_ledger(ledger, "q"), guard)]
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "quotes.json").write_text(
        json.dumps({"quotes": [encode(each) for each in quotes]})
    )
    return ledger


def ids(path: Path) -> list[str]:
    return [entry.id for _, entry in with_ids(load_ledger(path, "q"))]


def test_a_quote_that_is_typed_again_keeps_its_id(path: Path, said: list[str]) -> None:
    trimmed = said[0].split(" ", 5)[5]
    path.write_text(HEADING + quote(said[1]) + "\n" + quote(trimmed))
    assert ids(path) == ["aw97", "k3v9"]


@pytest.fixture
def longer(talk: Transcript) -> str:
    """The first quote with what was said before and behind it, three times as long."""
    return " ".join(word.text for word in talk.words[10:110])


@pytest.mark.parametrize(
    "edit",
    ["heading", "order", "retyped", "lengthened", "shortened", "much longer", "all at once"],
)
def test_an_id_survives_what_a_host_does_to_a_ledger(
    path: Path, said: list[str], longer: str, talk: Transcript, edit: str
) -> None:
    """Each edit comes with the loss of the line `id`, as where a ledger is written anew."""
    first, second = said
    retyped = first.replace(",", " –").upper()
    grown = " ".join(word.text for word in talk.words[35:75])
    texts = {
        "heading": f'[[section]]\nheading = "On wind"\n{quote(first)}\n{quote(second)}',
        "order": HEADING + quote(second) + "\n" + quote(first),
        "retyped": HEADING + quote(retyped) + "\n" + quote(second),
        "lengthened": HEADING + quote(grown) + "\n" + quote(second),
        "shortened": HEADING + quote(first.split(" ", 18)[18]) + "\n" + quote(second),
        "much longer": HEADING + quote(longer) + "\n" + quote(second),
        "all at once": f'[[section]]\nheading = "On wind"\n{quote(second)}\n{quote(longer)}',
    }
    path.write_text(texts[edit])
    changed = edit in ("order", "all at once")
    assert ids(path) == (["aw97", "k3v9"] if changed else ["k3v9", "aw97"])


def test_another_quote_gets_no_id_of_an_earlier_one(
    path: Path, talk: Transcript, said: list[str]
) -> None:
    other = " ".join(word.text for word in talk.words[200:230])
    path.write_text(HEADING + quote(other) + "\n" + quote(said[0], 'at = "01:00:00"\n'))
    assert not {"k3v9", "aw97"} & set(ids(path))
    assert "k3v9" not in path.read_text()


@pytest.mark.parametrize("content", ["", "[]", '{"quotes": [3]}', '{"quotes": [{"id": "x"}]}'])
def test_a_damaged_file_keeps_no_ids(path: Path, said: list[str], content: str) -> None:
    (path.parent / "build" / "quotes.json").write_text(content)
    path.write_text(HEADING + quote(said[0]))
    assert len(ids(path)) == 1
    assert gone(load_ledger(path, "q"), []) == []


def test_a_quote_that_is_gone_is_named(path: Path, guard: Guard, said: list[str]) -> None:
    path.write_text(HEADING + quote(said[1]))
    ledger = load_ledger(path, "q")
    (line,) = gone(ledger, check_ledger(ledger, guard))
    assert line.startswith(f"k3v9  “{said[0][:20]}")
    assert "links to #q-k3v9 die with the next release" in line


def test_the_same_quote_twice_is_told_and_published_once(
    path: Path, guard: Guard, said: list[str]
) -> None:
    path.write_text(path.read_text() + '\n[[section]]\nheading = "Again"\n' + quote(said[0]))
    verdicts = check_ledger(load_ledger(path, "q"), guard)
    assert [each.id for each in published(verdicts)] == ["k3v9", "aw97"]
    (line,) = twice(verdicts)
    assert line.endswith(
        "the same words as k3v9, published once, where that stands: delete one of them"
    )
