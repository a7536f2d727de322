"""The sample episode as posts are made of it, at an address that is nobody's."""

from pathlib import Path

import pytest

from pipeline.settings.show import load_show
from pipeline.show.episode import LocalEpisode
from pipeline.show.words.posting import source_for
from pipeline.workspace import Workspace
from pipeline.writing.posts import Source

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def sample() -> Source:
    """Why bridges hum, as it lies in this repository."""
    workspace = Workspace.at(REPOSITORY)
    show = load_show(workspace)
    store = show.store.model_copy(update={"public_url": "https://media.example.org/show"})
    episode = LocalEpisode(workspace, "why-bridges-hum")
    return source_for(episode, show.model_copy(update={"storage": store}), "lesswrong")
