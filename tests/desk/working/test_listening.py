"""Behind the page the sound is asked: a mishearing that is mended there wants no signature."""

import shutil
from pathlib import Path

import pytest

from pipeline.artefacts import MASTER, SUSPECTS, TRANSCRIPT, Suspects
from pipeline.desk.working.commands import Command
from pipeline.desk.working.desk import Desk
from pipeline.desk.working.listening import Listening
from pipeline.desk.working.material import Material
from pipeline.show.words import hearing
from pipeline.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[3]
SAID = "Take the speed of the wind, multiply it by one fifth."  # heard: both play it


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A review of the sample as its recogniser heard it, that asks tiny.en at once."""
    monkeypatch.setattr(hearing, "MODELS", ("tiny.en",))
    for folder in ("feed", "episodes"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    workspace = Workspace.at(tmp_path)
    paths = workspace.episode("why-bridges-hum")
    for path in (paths.corrections, paths.ledger):
        path.unlink()
    shutil.copy(paths.directory / "audio.mp3", paths.directory / MASTER)
    material = Material(workspace, "why-bridges-hum")
    TRANSCRIPT.path(paths).write_text(TRANSCRIPT.dump(material.transcript), "utf-8")
    SUSPECTS.path(paths).write_text(SUSPECTS.dump(Suspects(suspects=material.suspects)), "utf-8")
    desk = Desk(material, tmp_path / ".pullquote/review")
    desk.listen = Listening(material, desk.settled).settle
    return desk


def test_a_repair_is_settled_behind_the_page(desk: Desk) -> None:
    desk.do(Command(id="quote-0001", do="quote", text=SAID, at=40.5))
    desk.look()
    (verdict,) = desk.decisions.verdicts
    assert verdict.proven
    assert not verdict.wanted()
    told = [line for _, line in desk.news]
    assert any("multiply” repairs the recogniser's error" in line for line in told)
    assert any("corrections.toml: at 00:00:4" in line for line in told)
    assert not any("elsewhere" in line for line in told)
    (correction,) = desk.material.local.corrections.replace
    assert (correction.said, correction.text) == ("both play", "multiply")


def test_a_lie_still_asks(desk: Desk) -> None:
    desk.do(Command(id="quote-0002", do="quote", text=SAID.replace("multiply", "divide"), at=40.5))
    desk.look()
    (verdict,) = desk.decisions.verdicts
    assert len(verdict.wanted()) == 1
    assert not desk.material.paths.corrections.exists()
