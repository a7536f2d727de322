"""The desk beside an editor: what is saved while a command is at work stays, also beside a refused one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.desk.working.commands import Command
from pipeline.desk.working.desk import Desk
from pipeline.desk.working.material import Material
from pipeline.errors import PullquoteError
from pipeline.models import Candidate
from pipeline.quotes.ledger.ledger import load_ledger
from pipeline.quotes.proof.guard import Guard
from pipeline.transcript.corrections import edits as correction_edits
from pipeline.workspace import Workspace

Once = Callable[[Any, str, Callable[[], object]], None]


@pytest.fixture
def desk(sample_copy: Any, tmp_path: Path) -> Desk:
    server = sample_copy(tmp_path)
    return Desk(Material(Workspace(server.root), server.slug), server.root / ".pullquote/review")


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> Once:
    """Do something the first time that a function is called."""

    def patch(place: Any, name: str, act: Callable[[], object]) -> None:
        original = getattr(place, name)

        def called(*arguments: Any, **named: Any) -> Any:
            monkeypatch.setattr(place, name, original)
            act()
            return original(*arguments, **named)

        monkeypatch.setattr(place, name, called)

    return patch


def keep(desk: Desk, number: int = 0) -> Candidate:
    candidate = desk.material.candidates[number]
    desk.do(Command(id=f"keep-000{number}", do="keep", target=candidate.id, heading="H"))
    return candidate


def saves(path: Path, line: str) -> Callable[[], object]:
    return lambda: path.write_text(f"# {line}\n{path.read_text()}")


def test_what_is_saved_during_a_command_stays(desk: Desk, once: Once) -> None:
    keep(desk)
    ledger = desk.material.paths.ledger
    once(Guard, "check", saves(ledger, "mine"))
    second = keep(desk, 1)
    assert ledger.read_text().startswith("# mine\n")
    assert second.id in [entry.id for _, entry in load_ledger(ledger, "q").entries]
    desk.do(Command(id="undo-0001", do="undo"))  # takes back the decision, not what was saved
    assert ledger.read_text().startswith("# mine\n")
    assert second.id not in [entry.id for _, entry in load_ledger(ledger, "q").entries]


def test_what_is_saved_during_a_command_that_is_refused_stays(desk: Desk, once: Once) -> None:
    quote = keep(desk)
    ledger = desk.material.paths.ledger
    once(Desk, "_is_conflict", saves(ledger, "mine"))
    with pytest.raises(PullquoteError):
        desk.do(Command(id="sign-0001", do="sign", target=quote.id, line="added: never"))
    assert ledger.read_text().startswith("# mine\n")


@pytest.mark.parametrize("text", ["Tacoma", ""])
def test_what_is_saved_during_a_correction_stays(desk: Desk, once: Once, text: str) -> None:
    path = desk.material.paths.corrections
    path.write_text("# one\n")
    once(correction_edits, "with_place", saves(path, "mine"))
    desk.do(Command(id="mend-0001", do="correct", words=(3, 4), text=text))
    assert path.read_text().startswith("# mine\n# one\n")
    assert "[[replace]]" in path.read_text()


def test_a_correction_that_cannot_be_read_is_taken_back_alone(desk: Desk, once: Once) -> None:
    path = desk.material.paths.corrections
    path.write_text("# one\n")

    def fails() -> None:
        path.write_text(f"# mine\n{path.read_text()}")
        raise PullquoteError("cannot be laid over the words")

    once(Material, "_load", fails)
    with pytest.raises(PullquoteError, match="laid over"):
        desk.do(Command(id="mend-0001", do="correct", words=(3, 4), text="x"))
    assert path.read_text() == "# mine\n# one\n"


def test_a_command_that_never_reached_the_disk_is_done_after_a_restart(
    desk: Desk, once: Once
) -> None:
    """A server ended while it judged; the host has edited the ledger since, and the page sends it again."""
    first = keep(desk)
    ledger = desk.material.paths.ledger

    class Ended(BaseException):
        pass

    def end() -> None:
        raise Ended

    once(Guard, "check", end)
    with pytest.raises(Ended):
        keep(desk, 1)
    ledger.write_text("# mine\n" + ledger.read_text())
    again = Desk(desk.material, desk.journal.folder.parent)
    second = keep(again, 1)
    ids = [entry.id for _, entry in load_ledger(ledger, "q").entries]
    assert ids == [first.id, second.id]
    assert ledger.read_text().startswith("# mine\n")


def test_looking_at_the_page_writes_nothing(server: Any) -> None:
    written = [server.root / "feed", server.episode]
    before = {path: path.stat() for folder in written for path in folder.rglob("*")}
    for path in ("/", "/api/state", "/api/episode", "/api/paragraphs", "/api/preview"):
        assert server.ask(path)[0] == 200
    server.stop()
    after = {path: path.stat() for folder in written for path in folder.rglob("*")}
    assert {path: (s.st_mtime_ns, s.st_ino) for path, s in before.items()} == {
        path: (s.st_mtime_ns, s.st_ino) for path, s in after.items()
    }
