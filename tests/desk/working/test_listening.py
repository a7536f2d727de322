"""Behind the page the sound is asked: a mishearing that is mended there wants no signature."""

import shutil
from pathlib import Path

import pytest

from pipeline.artefacts import MASTER, SUSPECTS, TRANSCRIPT, Suspects
from pipeline.desk.serving import state as views
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
    assert any(line.startswith("The sound has proven edits, 1 of them") for line in told)
    assert any(line.endswith("is mended in the transcript, too.") for line in told)
    assert not any("elsewhere" in line for line in told)
    (correction,) = desk.material.local.corrections.replace
    assert (correction.said, correction.text) == ("both play", "multiply")


def test_a_lie_still_asks(desk: Desk) -> None:
    desk.do(Command(id="quote-0002", do="quote", text=SAID.replace("multiply", "divide"), at=40.5))
    desk.look()
    (verdict,) = desk.decisions.verdicts
    assert len(verdict.wanted()) == 1
    assert not desk.material.paths.corrections.exists()


def test_a_name_that_no_list_has_is_told_beside_its_question(desk: Desk) -> None:
    text = SAID.replace("the speed", "Strouhal’s speed")
    desk.do(Command(id="quote-0004", do="quote", text=text, at=40.5))
    (quote,) = views.state(desk)["quotes"]
    assert quote["unlisted"].startswith("Strouhal: names that no list of yours has")
    glossary = desk.material.workspace.feed / "glossary.toml"
    glossary.write_text('[[term]]\ntext = "Strouhal"\n')
    desk.look()
    (quote,) = views.state(desk)["quotes"]
    assert not quote["unlisted"]
    assert quote["questions"], "it is for an ear still"


def test_what_an_editor_writes_is_settled_too(desk: Desk) -> None:
    desk.material.paths.ledger.write_text(
        f'[[section]]\n[[section.quote]]\nid = "k3v9"\ntext = "{SAID}"\n'
    )
    desk.look()
    (verdict,) = desk.decisions.verdicts
    assert not verdict.wanted()
    (quote,) = views.state(desk)["quotes"]
    (proof,) = quote["proofs"]
    assert proof.startswith("changed: both play to multiply [heard at 00:00:4")
    assert "by tiny.en " in proof


def test_what_the_host_signs_as_misheard_is_mended_in_the_transcript(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "MODELS", ())
    text = "The knot is easy to work out."  # as if it had been misheard as "note"
    desk.do(Command(id="quote-0003", do="quote", text=text, at=38.0))
    (verdict,) = desk.decisions.verdicts
    (line,) = verdict.wanted()
    desk.do(Command(id="sign-00001", do="sign", target=verdict.quote.id, line=line))
    (correction,) = desk.material.local.corrections.replace
    assert (correction.said, correction.text) == ("note", "knot")
