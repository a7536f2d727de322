"""`pullquote review`: the real command, its answers piped in."""

import json
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.models import encode
from pipeline.quotes.candidates import as_json, suggest
from pipeline.quotes.ledger import Ledger, load_ledger
from pipeline.transcript.foreign import read_transcript
from pipeline.workspace import Workspace

TALK = Path(__file__).resolve().parents[1] / "data" / "quotes" / "talk.vtt"
TALK_WORDS = read_transcript(TALK).words


@dataclass(frozen=True)
class Session:
    """An episode with candidates; called with the host's answers, one a line."""

    root: Path

    def __call__(self, *answers: str, code: int = 0) -> str:
        command = Path(sysconfig.get_path("scripts")) / "pullquote"
        done = subprocess.run(
            [sys.executable, command, "review", "one", "--root", self.root],
            input="".join(f"{answer}\n" for answer in answers),
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    @property
    def ledger(self) -> Ledger:
        return load_ledger(self.root / "episodes/one/quotes.toml", "quotes.toml")

    @property
    def kept(self) -> list[tuple[str, str]]:
        return [(heading, entry.id) for heading, entry in self.ledger.entries]


@pytest.fixture
def session(tmp_path: Path, new_show: Callable[..., Workspace]) -> Session:
    build = new_show(tmp_path).episode("one").build
    build.mkdir()
    talk = read_transcript(TALK)
    (build / "transcript.words.json").write_text(json.dumps(encode(talk)))
    (build / "suspects.json").write_text('{"version": 1, "suspects": []}')
    (build / "candidates.json").write_text(json.dumps(as_json(suggest(talk, 5, ["Mara"]))))
    return Session(tmp_path)


@pytest.fixture
def ids() -> list[str]:
    return [candidate.id for candidate in suggest(read_transcript(TALK), 5, ["Mara"])]


def test_keep_reject_and_finish(session: Session, ids: list[str]) -> None:
    said = session("k", "On stone", "k", "1", "r", "l", "k", "On bread", "f")
    assert "5 left" in said
    assert "Why: " in said
    assert session.ledger.review == "host"
    assert session.kept == [("On stone", ids[0]), ("On stone", ids[1]), ("On bread", ids[4])]
    assert session.ledger.rejected == [ids[2]]


def test_what_is_piped_may_end_and_the_review_goes_on_later(
    session: Session, ids: list[str]
) -> None:
    said = session("k", "On stone", "r")
    assert "everything is saved" in said
    assert session.ledger.review == "open"
    assert "3 left" in session("q")
    assert session.kept == [("On stone", ids[0])]


def test_undo_takes_back_the_last_decision(session: Session, ids: list[str]) -> None:
    said = session("u", "r", "k", "A", "u", "u", "q")
    assert "nothing to take back" in said
    assert not (session.root / "episodes/one/quotes.toml").exists()


def test_an_edit_is_checked_at_once_and_signed_by_typing_the_line(session: Session) -> None:
    text = "You can replace old mortar in an afternoon."
    said = session("e", text, "y", "On stone", "c", "added: new", "c", "added: old", "f")
    assert "needs-consent" in said
    assert "no edit of this quote asks for: added: new" in said
    assert "consented" in said
    ((_, entry),) = session.ledger.entries
    assert entry.text == text
    assert list(entry.consent) == ["added: old"]


def test_looking_writes_nothing(session: Session) -> None:
    assert "the review stays open" in session("q")
    assert not (session.root / "episodes/one/quotes.toml").exists()


def test_an_edit_may_be_dropped(session: Session) -> None:
    said = session("e", "The sea ate the tower and everybody in it.", "n", "q")
    assert "not said" in said
    assert not (session.root / "episodes/one/quotes.toml").exists()


def test_headings_and_order(session: Session, ids: list[str]) -> None:
    session("k", "A", "k", "B", "h", ids[1], "1", "1", "h", "none", "q")
    assert session.kept == [("A", ids[1]), ("A", ids[0])]


def test_without_audio_the_time_is_said(session: Session) -> None:
    assert "There is no audio here; it is at 00:0" in session("p", "x", "q")


def test_a_finished_review_can_be_opened_again(session: Session, ids: list[str]) -> None:
    session("k", "A", "f")
    before = (session.root / "episodes/one/quotes.toml").read_bytes()
    assert "the review stays finished" in session("q")
    assert (session.root / "episodes/one/quotes.toml").read_bytes() == before
    assert "Nothing is left" in session("r", "r", "r", "r", "f")
    assert session.ledger.decided


def test_without_candidates_it_says_how_to_make_them(session: Session) -> None:
    (session.root / "episodes/one/build/candidates.json").unlink()
    assert "pullquote run one --to suggest" in session(code=1)


def test_a_proposed_referent_is_taken_with_one_key(session: Session, ids: list[str]) -> None:
    path = session.root / "episodes/one/build/candidates.json"
    found = json.loads(path.read_bytes())
    start = next(n for n, w in enumerate(TALK_WORDS) if w.text == "They")
    text = " ".join(w.text for w in TALK_WORDS[start : start + 7])
    first = found["candidates"][0] | {
        "id": "refe", "words": [start, start + 7], "text": text,
        "start": TALK_WORDS[start].start, "end": TALK_WORDS[start + 6].end,
        "referent": [start, "[People]"],
    }  # fmt: skip
    path.write_text(json.dumps({"candidates": [first, *found["candidates"][1:]]}))
    said = session("o", "y", "Towers", "q")
    assert "“They” points outside: perhaps [People]" in said
    (entry,) = [entry for _, entry in session.ledger.entries]
    assert entry.text == "[People] think that the sea destroys them."
    assert "cleaned" in said


def test_marks_that_the_host_typed_are_not_shown_twice(session: Session) -> None:
    (session.root / "episodes/one/quotes.toml").write_text(
        '[[section]]\nheading = "A"\n[[section.quote]]\nid = "aa"\n'
        'text = "“You can never replace mortar in an afternoon.”"\n'
    )
    said = session("q")
    assert "“You can never replace" in said
    assert "““" not in said


def test_what_changes_while_the_host_thinks_is_shown_first(
    session: Session, ids: list[str]
) -> None:
    command = Path(sysconfig.get_path("scripts")) / "pullquote"
    asking = subprocess.Popen(
        [sys.executable, command, "review", "one", "--root", session.root],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert asking.stdout is not None
    said = ""
    while "finish the review]" not in said:
        letter = asking.stdout.read(1)
        assert letter, said
        said += letter
    path = session.root / "episodes/one/build/transcript.words.json"
    value = json.loads(path.read_bytes())
    for word in value["words"]:
        word[1], word[2] = word[1] + 10, word[2] + 10
    path.write_text(json.dumps(value))
    _, told = asking.communicate("k\nk\nOn stone\nq\n")
    assert "The transcript changed: its words have other times." in told
    assert session.kept == [("On stone", ids[0])]
    ((_, entry),) = session.ledger.entries
    first = next(c for c in suggest(read_transcript(TALK), 5, ["Mara"]) if c.id == ids[0])
    assert entry.at == pytest.approx(first.start + 10, abs=0.06)
