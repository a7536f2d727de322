"""`pullquote chapters`, and what `status` and a run say of chapters that wait."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.artefacts import PROPOSED, PUBLISHED, TRANSCRIPT, Artefact, Proposed
from pipeline.cli import main
from pipeline.models import ProposedChapter, Transcript, Word
from pipeline.show.episode import LocalEpisode
from pipeline.show.words import waiting
from pipeline.workspace import Workspace


@pytest.fixture
def episode(tmp_path: Path) -> LocalEpisode:
    """An episode with a chapter of the host's, of which three more are proposed."""
    root = tmp_path / "show"
    pullquote("init", str(root))
    folder = root / "episodes/one"
    folder.mkdir(parents=True)
    folder.joinpath("episode.toml").write_text(
        'title = "One"\nguid = "1"\ndate = 2024-05-02T12:00:00Z\n# the end\n', encoding="utf-8"
    )
    made = LocalEpisode(Workspace(root), "one")
    words = [Word(f"w{n}", float(n), n + 0.9) for n in range(1800)]
    proposals = [
        ProposedChapter(300.0, "How do bridges hum?", "w300 w301"),
        ProposedChapter(600.0, "", "w600 w601"),
        ProposedChapter(900.0, "Why do bees dance?", "w900 w901"),
    ]
    records: dict[Artefact[Any], Any] = {
        TRANSCRIPT: Transcript(words, [(n,) for n in range(1800)]),
        PROPOSED: Proposed(chapters=proposals),
    }
    for artefact, record in records.items():
        path = artefact.path(made.paths)
        path.parent.mkdir(exist_ok=True)
        path.write_text(artefact.dump(record), encoding="utf-8")
    return made


def pullquote(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return result


def chapters(episode: LocalEpisode, *options: str) -> Result:
    return pullquote("chapters", "one", "--root", str(episode.workspace.root), *options)


def test_what_is_printed_can_be_pasted(episode: LocalEpisode) -> None:
    result = chapters(episode)
    assert [each["title"] for each in tomllib.loads(result.stdout)["chapters"]] == [
        "How do bridges hum?",
        "Why do bees dance?",
    ]
    assert '# title = ""' in result.stdout
    assert result.stderr.startswith("3 proposed, 1 without a title; paste what you like into ")
    told = json.loads(chapters(episode, "--json").stdout)
    assert told[1] == {"at": "00:10:00.0", "title": "", "said": "w600 w601"}


def test_those_with_a_title_are_kept(episode: LocalEpisode) -> None:
    before = episode.paths.toml.read_text(encoding="utf-8")
    assert chapters(episode, "--keep").stdout.splitlines() == [
        "00:05:00  How do bridges hum?",
        "00:15:00  Why do bees dance?",
    ]
    assert episode.paths.toml.read_text(encoding="utf-8").startswith(before)
    assert [each.said for each in episode.settings.chapters] == ["w300 w301", "w900 w901"]
    assert chapters(episode, "--keep").stdout == ""
    assert '# at = "00:10:00.0"' in chapters(episode).stdout


def test_that_they_wait_is_told_until_the_host_decides(episode: LocalEpisode) -> None:
    told = "one: 3 chapters are proposed, and none is published unseen: pullquote review one (H)"
    assert [line for line in waiting.lines(episode) if told in line]
    root = str(episode.workspace.root)
    assert "; chapters are proposed" in pullquote("status", "--root", root).stdout
    (row,) = json.loads(pullquote("status", "--json", "--root", root).stdout)
    assert row["chapters_wait"] == 3
    chapters(episode, "--keep")
    assert waiting.lines(episode) == []
    assert "; chapters are proposed" not in pullquote("status", "--root", root).stdout


def test_of_a_published_episode_nothing_more_is_told(episode: LocalEpisode) -> None:
    path = PUBLISHED.path(episode.workspace)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"version": 1, "episodes": ["one"]}')
    assert waiting.lines(episode) == []
