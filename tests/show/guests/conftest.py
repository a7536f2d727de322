"""The sample before it is public, with a sheet that was made on a day of the tests' own."""

import datetime as dt
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import times
from pipeline.artefacts import GUESTS, Sheet
from pipeline.cli import main
from pipeline.quotes.ledger.ledger import Entry
from pipeline.show.episode import LocalEpisode
from pipeline.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[3]
SAMPLE = "why-bridges-hum"
TODAY = dt.date(2026, 11, 29)


@dataclass
class Desk:
    """A host at a copy of the sample."""

    root: Path

    @property
    def episode(self) -> LocalEpisode:
        return LocalEpisode(Workspace.at(self.root), SAMPLE)

    @property
    def ledger(self) -> Path:
        return self.episode.paths.ledger

    @property
    def entries(self) -> Mapping[str, Entry]:
        return {entry.id: entry for _, entry in self.episode.ledger.entries}

    @property
    def sheets(self) -> list[Sheet]:
        return list(GUESTS.of(self.episode.paths).sheets)

    @property
    def file(self) -> Path:
        """The sheet that was made last."""
        files = (self.root / ".pullquote/guests" / SAMPLE).glob("*.html")
        return max(files, key=lambda path: path.stat().st_mtime_ns)

    @property
    def code(self) -> str:
        (code,) = re.findall(r'data-code="(\w+)"', self.file.read_text("utf-8"))
        return str(code)

    def run(self, *arguments: str, code: int = 0, stdin: str | bytes | None = None) -> Result:
        done = CliRunner().invoke(main, [*arguments, "--root", str(self.root)], input=stdin)
        assert done.exit_code == code, done.output
        return done

    def settings(self, text: str) -> None:
        toml = self.root / "feed/show.toml"
        toml.write_text(f"{toml.read_text('utf-8')}\n{text}\n", encoding="utf-8")

    def edit(self, old: str, new: str) -> None:
        content = self.ledger.read_text("utf-8")
        assert content.count(old) == 1
        self.ledger.write_text(content.replace(old, new), encoding="utf-8")

    def block(self, *answers: str, at: str = "20261130T080000Z") -> str:
        """What the page composes of answers such as "aw97 yes"."""
        shown = self.sheets[-1].quotes
        lines = []
        for answer in answers:
            identity, _, said = answer.partition(" ")
            lines.append(f"quote {identity} {shown[identity]} {said}")
        head = ["PULLQUOTE ANSWER", f"sheet {self.code}", f"at {at}"]
        return "\n".join([*head, *lines, f"END OF ANSWER {len(lines)}"])

    def answer(self, *answers: str, at: str = "20261130T080000Z", code: int = 0) -> str:
        done = self.run("guest", "answer", "-", stdin=self.block(*answers, at=at), code=code)
        return done.stdout + done.stderr


Day = Callable[[dt.date], None]


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    """Sets what day it is."""

    def be(day: dt.date) -> None:
        monkeypatch.setattr(times, "today", lambda: day)

    be(TODAY)
    return be


def copied(root: Path) -> Desk:
    """The sample, not public, with its sound."""
    ignored = shutil.ignore_patterns("tracks", "script", "published.json", "__pycache__")
    for folder in ("feed", "episodes"):
        shutil.copytree(REPOSITORY / folder, root / folder, ignore=ignored)
    episode = root / "episodes" / SAMPLE
    shutil.copy2(episode / "audio.mp3", episode / "build/master.mp3")
    return Desk(root)


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show in which the guest was asked; to be copied."""
    desk = copied(tmp_path_factory.mktemp("asked"))
    desk.settings('[guest]\nmode = "approve"')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(times, "today", lambda: TODAY)
        desk.run("guest", SAMPLE)
    return desk.root


@pytest.fixture
def desk(asked: Path, tmp_path: Path, day: Day) -> Desk:
    """The same for one test: approval is asked for, until 6 December."""
    return Desk(Path(shutil.copytree(asked, tmp_path / "show")))


@pytest.fixture
def unasked(tmp_path: Path, day: Day) -> Desk:
    """The sample before anybody was asked."""
    return copied(tmp_path / "unasked")
