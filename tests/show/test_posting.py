"""What `publish` says of posts: of the link post, or of the houses where the host posts."""

import shutil
from pathlib import Path

import pytest

from pipeline.show.episode import LocalEpisode
from pipeline.show.posting import warnings
from pipeline.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[2]
SLUG = "why-bridges-hum"


@pytest.fixture
def episode(tmp_path: Path) -> LocalEpisode:
    for name in ("feed", "episodes"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    return LocalEpisode(Workspace.at(tmp_path), SLUG)


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_nothing_is_said_of_a_sound_post(episode: LocalEpisode) -> None:
    assert warnings(episode) == []


def test_what_is_wrong_is_said_of_the_link_post_or_of_each_house(episode: LocalEpisode) -> None:
    change(episode.paths.toml, "Why bridges hum", "Why bridges' wires hum")
    assert warnings(episode) == [
        "link post: the title has straight quotation marks: Why bridges' wires hum"
    ]
    show = episode.workspace.show_toml
    change(show, "[transcribe]", '[posts]\nhouses = ["email", "bluesky"]\n\n[transcribe]')
    assert [line.partition(":")[0] for line in warnings(episode)] == ["E-mail"]
    change(episode.paths.toml, "thesis = ", "# thesis = ")
    assert [line.partition(":")[0] for line in warnings(episode)] == ["E-mail, Bluesky", "E-mail"]


def test_a_permalink_that_the_page_does_not_have_is_said(episode: LocalEpisode) -> None:
    change(episode.paths.directory / "build/site/page.html", 'id="q-pqfh"', 'id="q-else"')
    (line,) = warnings(episode)
    assert line.startswith("link post: the link at 1:44 does not play: the page has no #q-pqfh")


def test_an_episode_that_cannot_be_read_fails_no_release(episode: LocalEpisode) -> None:
    (episode.paths.directory / "build/quotes.json").write_text("{", encoding="utf-8")
    (line,) = warnings(episode)
    assert "quotes.json" in line
