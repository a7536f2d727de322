"""A server killed at random moments: what it answered stays, and what it did not is done once."""

import contextlib
import json
import random
import signal
import threading
import time
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from pipeline.desk.serving.serve import review_folder
from pipeline.desk.working.commands import Command
from pipeline.desk.working.desk import Desk
from pipeline.desk.working.files import ReviewFiles
from pipeline.desk.working.journal import Journal
from pipeline.desk.working.material import Material
from pipeline.quotes.ledger.ledger import parse_ledger
from pipeline.workspace import Workspace

KILLS = 3
MOST = 4  # commands that a server answers before it is killed during one of the next


def test_killed_at_random_moments(command_server: Any) -> None:
    """Commands are sent until the server dies; the one without an answer is sent again to the next."""
    server = command_server
    chance = random.Random(7)
    identity = server.candidates()[0]["id"]
    server.do(id="keep-0000", do="keep", target=identity, heading="H0")
    started = time.monotonic()
    server.do(id="name-0000", do="quote", heading="H", text="a thin wire", at=40.0)
    pace = time.monotonic() - started
    headings, number = ["H0", "H"], 0
    for _ in range(KILLS):
        killer = threading.Timer(chance.uniform(0, pace), server.kill)
        last = number + chance.randint(1, MOST)
        waiting: dict[str, Any] = {}
        with contextlib.suppress(OSError, HTTPException):
            while True:
                if number == last:
                    killer.start()
                number += 1
                waiting = {"id": f"name-{number:04}", "do": "quote", "heading": f"H{number}"}
                server.do(**waiting, text=f"a thin wire {number}", at=40.0)
                headings.append(f"H{number}")
        killer.join()
        server.stop(signal.SIGKILL)
        on_disk = parse_ledger(server.ledger.read_text(), "quotes.toml")  # whole, whatever happened
        found = [section.heading for section in on_disk.sections]
        assert found[: len(headings)] == headings
        assert len(found) - len(headings) in (0, 1)
        server.start()
        server.do(**waiting, text=f"a thin wire {number}", at=40.0)  # as the page does
        headings.append(waiting["heading"])
        assert [heading for heading, _ in server.entries()] == headings
    for _ in range(len(headings)):
        server.do(id=f"undo-{len(server.entries()):04}", do="undo")
    assert server.entries() == []


class Stopped(BaseException):
    """What a kill is to a process: nothing after it runs."""


def desk_of(server: Any) -> Desk:
    folder = server.root / ".pullquote" / "review" / server.slug
    return Desk(Material(Workspace(server.root), server.slug), folder)


@pytest.mark.parametrize("moment", ["before the journal", "before its position"])
def test_a_command_that_was_on_disk_but_not_on_record(
    sample_copy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    server = sample_copy(tmp_path)
    desk = desk_of(server)
    candidate = desk.material.candidates[0].id
    command = Command(id="keep-0001", do="keep", target=candidate, heading="H")

    def stop(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "record" if moment == "before the journal" else "move", stop)
        patch.setattr(ReviewFiles, "take_back", stop)  # nothing tidies up after a kill
        with pytest.raises(Stopped):
            desk.do(command)
    assert len(server.entries()) == 1
    again = desk_of(server)
    again.do(command)
    assert len(server.entries()) == 1
    again.do(Command(id="undo-0001", do="undo"))
    assert server.entries() == []
    last = desk_of(server)
    last.do(Command(id="undo-0001", do="undo"))  # the answer was lost, and the page sends it again
    assert last.journal.redoable


def test_an_entry_that_was_half_written_hides_no_other(sample_copy: Any, tmp_path: Path) -> None:
    server = sample_copy(tmp_path)
    desk = desk_of(server)
    candidate = desk.material.candidates[0].id
    desk.do(Command(id="keep-0001", do="keep", target=candidate, heading="H"))
    leftover = desk.journal.folder / ".00000001.if4i7_eo.tmp.json"
    leftover.write_text('{"command": "ke')
    assert Journal(desk.journal.folder).position == 1
    again = desk_of(server)
    assert not leftover.exists()
    again.do(Command(id="undo-0001", do="undo"))
    assert server.entries() == []


def test_a_journal_that_was_cut_off_is_read_as_far_as_it_goes(
    sample_copy: Any, tmp_path: Path
) -> None:
    server = sample_copy(tmp_path)
    desk = desk_of(server)
    for number, candidate in enumerate(desk.material.candidates[:2]):
        desk.do(Command(id=f"keep-{number:04}", do="keep", target=candidate.id, heading="H"))
    last = sorted((tmp_path / ".pullquote" / "review" / server.slug / "journal").glob("*.json"))[-1]
    last.write_text(last.read_text()[:40])
    found = desk_of(server).journal
    assert [entry.command for entry in found.entries] == ["keep-0000"]
    assert json.loads((last.parent / "00000000.json").read_bytes())["command"] == "keep-0000"


@pytest.mark.parametrize(
    "how", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_told_to_stop_it_stops_in_the_middle_of_its_work(
    sample_copy: Any, tmp_path: Path, how: signal.Signals
) -> None:
    server = sample_copy(tmp_path)
    build = server.episode / "build"
    (build / "transcript.raw.json").unlink()
    said = [word[0] for word in json.loads((build / "transcript.words.json").read_bytes())["words"]]
    chance = random.Random(3)
    drawn = chance.choices(said, k=20_000)
    words = [[text, at / 3, at / 3 + 0.3, 0.9, "A"] for at, text in enumerate(drawn)]
    numbers = [[at] for at in range(len(words))]
    value = {"words": words, "raw_ids": numbers, "breaks": [0], "language": "en"}
    (build / "transcript.words.json").write_text(json.dumps(value))
    server.start()
    answered: list[int] = []

    def check(text: str) -> None:
        with contextlib.suppress(OSError, HTTPException):
            answered.append(server.ask("/api/check", {"text": text})[0])

    texts = [" ".join(chance.choices(said, k=1000)) for _ in range(12)]  # each takes seconds
    asking = [threading.Thread(target=check, args=(text,)) for text in texts]
    for thread in asking:
        thread.start()
    server.ask("/static/main.js")  # it still answers; the checks have come in
    server.stop(how)
    for thread in asking:
        thread.join()
    assert answered.count(200) < len(texts)


def test_what_the_disk_refuses_is_told_and_nothing_is_changed(server: Any) -> None:
    folder = review_folder(Workspace(server.root), server.slug)
    (folder / "unfinished.json").mkdir(parents=True)  # stands where a command is put on record
    command = {"id": "name-0001", "do": "quote", "heading": "H", "text": "a thin wire", "at": 40.0}
    status, answer, _ = server.ask("/api/do", command)
    assert (status, json.loads(answer)["error"]) == (
        409,
        f"{folder / 'unfinished.json'}: a folder stands where a file must be",
    )
    assert not server.ledger.exists()
