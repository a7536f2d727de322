"""A quote that was published by earlier rules stands; a new text, transcript or consent asks again."""

import json
from pathlib import Path

import pytest

from pipeline.engine.state.lock import Lock, Record
from pipeline.models import Transcript, Word, encode
from pipeline.quotes.deciding.checking import check_ledger
from pipeline.quotes.ledger.ledger import load_ledger
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard, Verdict
from pipeline.workspace import file_sha256

SAID = "The belief that the tower is safe is an old one, said the mayor to us."
LEDGER = '[[section]]\n[[section.quote]]\nid = "ab12"\ntext = "{text}"\nspeaker = "Ada"\n'


def verdicts(
    path: Path, free: frozenset[str] = DEFAULT_FREE, who: str | None = "Ada", people: str = "Ada"
) -> list[Verdict]:
    words = [Word(w, n * 0.5, n * 0.5 + 0.4, None, who) for n, w in enumerate(SAID.split())]
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), free, people=[people])
    return check_ledger(load_ledger(path, "quotes.toml"), guard)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger whose quote passed yesterday, when nobody saw what was cut off."""
    ledger, build = tmp_path / "quotes.toml", tmp_path / "build"
    build.mkdir()
    ledger.write_text(LEDGER.format(text="The tower is safe."))
    (asked,) = verdicts(ledger)
    assert {edit.kind for edit in asked.quote.edits} >= {"attribution"}
    quote = encode(asked.quote) | {"status": "cleaned", "message": ""}
    quote["edits"] = [edit for edit in quote["edits"] if edit["kind"] == "punctuation"]
    (build / "quotes.json").write_text(json.dumps({"quotes": [quote]}))
    names = ("transcript.words.json", "suspects.json")
    for name in names:
        (build / name).write_text("{}")
    inputs = {f"build/{name}": file_sha256(build / name) for name in names}
    record = Record(version=5, settings={}, inputs=inputs, outputs={})
    (build / "lock.json").write_bytes(Lock(stages={"review": record}).encode())
    return ledger


def test_it_stands(path: Path) -> None:
    (verdict,) = verdicts(path)
    assert verdict.proven
    assert [edit.kind for edit in verdict.quote.edits] == ["punctuation"] * len(verdict.quote.edits)
    assert {part.kind for part in verdict.parts} <= {None, "punctuation"}


def test_so_does_the_name_of_somebody_whom_nobody_declared(path: Path) -> None:
    (verdict,) = verdicts(path, who=None, people="Grace Hopper")
    assert verdict.proven
    path.write_text(path.read_text().replace("Ada", "Otto"))
    (asked,) = verdicts(path, who=None, people="Grace Hopper")
    assert "nobody" in {edit.kind for edit in asked.quote.edits}


def test_another_text_is_asked(path: Path) -> None:
    path.write_text(LEDGER.format(text="The tower is safe is."))
    assert not verdicts(path)[0].proven


def test_another_transcript_is_asked(path: Path) -> None:
    (path.parent / "build" / "transcript.words.json").write_text("{ }")
    assert not verdicts(path)[0].proven


def test_a_stricter_show_is_asked(path: Path) -> None:
    assert not verdicts(path, frozenset())[0].proven
