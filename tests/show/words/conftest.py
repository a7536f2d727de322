"""The sample as its recogniser heard it, for what becomes of its mishearings."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.artefacts import MASTER, SUSPECTS, TRANSCRIPT, Suspects
from pipeline.show.episode import LocalEpisode
from pipeline.show.words import hearing
from pipeline.workspace import Workspace

SLUG = "why-bridges-hum"
REPOSITORY = Path(__file__).resolve().parents[3]
Quotes = Callable[..., LocalEpisode]


def write_words(episode: LocalEpisode) -> None:
    """Write the transcript as a run would correct it now."""
    read = episode.proofread()
    TRANSCRIPT.path(episode.paths).write_text(TRANSCRIPT.dump(read.transcript), "utf-8")
    doubts = Suspects(suspects=read.suspects, changes=read.changes, problems=read.problems)
    SUSPECTS.path(episode.paths).write_text(SUSPECTS.dump(doubts), "utf-8")


@pytest.fixture(scope="session")
def rewrite() -> Callable[[LocalEpisode], None]:
    return write_words


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample as its recogniser heard it, without a correction."""
    root = tmp_path / "show"
    for folder in ("feed", "episodes"):
        shutil.copytree(REPOSITORY / folder, root / folder)
    episode = LocalEpisode(Workspace.at(root), SLUG)
    episode.paths.corrections.unlink()
    write_words(episode)
    shutil.copy(episode.paths.directory / "audio.mp3", episode.paths.directory / MASTER)
    return root


@pytest.fixture
def quotes(sample: Path, monkeypatch: pytest.MonkeyPatch) -> Quotes:
    """`quotes(text, …)`: the sample with these quotes only."""
    monkeypatch.setattr(hearing, "MODELS", ("tiny.en",))
    monkeypatch.chdir(sample)
    episode = LocalEpisode(Workspace.at(sample), SLUG)

    def write(*texts: str) -> LocalEpisode:
        tables = [f'[[section.quote]]\ntext = "{text}"\n' for text in texts]
        ledger = f'review = "host"\n[[section]]\nheading = "Hum"\n{"".join(tables)}'
        episode.paths.ledger.write_text(ledger, encoding="utf-8")
        return episode

    return write
