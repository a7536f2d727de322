"""What was cut out unmarked is marked as [...] in the text, and checked again."""

from pathlib import Path

import pytest

from pipeline.errors import PullquoteError
from pipeline.models import Transcript
from pipeline.quotes.deciding.checking import check_ledger, mark, marked, sign
from pipeline.quotes.ledger.ledger import load_ledger
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard, Verdict
from tests.quotes.conftest import say

SAID = (
    "The old pier is tall and long, which was a gift of the bishop, and is made of good stone. "
    "We slept there every summer. Nobody heard the storm, as the baker told us, for three nights."
)
LEDGER = '''# mine
[[section]]
[[section.quote]]
id = "aa"
text = """
The old pier is tall and long,  and is made
of good stone. We slept there every summer. The masons heard the storm, for three nights."""  # here
'''


def judged(path: Path, said: str = SAID) -> list[Verdict]:
    words = say(said)
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
    return check_ledger(load_ledger(path, "quotes.toml"), guard)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "quotes.toml"
    path.write_text(LEDGER, encoding="utf-8")
    return path


def test_a_cut_is_marked_and_every_other_letter_stays(ledger: Path) -> None:
    (line,) = mark(judged(ledger), "aa:1", ledger)
    assert line.startswith("marked aa:1: The old pier is tall and long, [...] and is made of")
    marked_once = LEDGER.replace("long,  and", "long,  [...] and")
    assert ledger.read_text(encoding="utf-8") == marked_once.replace('"""\n', '"""')
    assert [question.id for question in judged(ledger)[0].open_questions] == ["aa:1"]
    mark(judged(ledger), "aa", ledger)
    assert "storm, [...] for three nights" in ledger.read_text(encoding="utf-8")
    (question,) = judged(ledger)[0].open_questions
    assert [edit.kind for edit in question.edits] == ["negation"]
    with pytest.raises(PullquoteError, match="nothing was cut out here"):
        mark(judged(ledger), "aa", ledger)


def test_a_signature_outlives_the_mark(ledger: Path) -> None:
    sign(judged(ledger), "aa:2", ledger)
    (verdict,) = judged(ledger)
    assert [question.id for question in verdict.open_questions] == ["aa:1"]
    text = marked(verdict, verdict.open_questions[0])
    ledger.write_text(
        ledger.read_text().replace(verdict.quote.text, text.replace("storm,", "storm, [...]"))
    )
    assert judged(ledger)[0].proven


def test_a_script_without_blanks_gets_none(tmp_path: Path) -> None:
    said = "私は毎晩ここに来る。この橋は古くて長い、それを市長は知っていたが、石でできている。"
    path = tmp_path / "quotes.toml"
    text = "私は毎晩ここに来る。この橋は古くて長い、石でできている。"
    path.write_text(f'[[section]]\n[[section.quote]]\nid = "aa"\ntext = "{text}"\n')
    (verdict,) = judged(path, said)
    cuts = [question for question in verdict.open_questions if question.cuts]
    assert marked(verdict, cuts[0]) == text.replace("長い、石", "長い、[...]石")
