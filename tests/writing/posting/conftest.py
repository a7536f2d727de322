"""The sample episode as posts are made of it, at an address that is nobody's."""

from pathlib import Path

import pytest

from pipeline.models import Quote
from pipeline.settings.show import load_show
from pipeline.show.episode import LocalEpisode
from pipeline.show.posting import source_for
from pipeline.workspace import Workspace
from pipeline.writing.posting.source import Source

REPOSITORY = Path(__file__).resolve().parents[3]


def sample_source() -> Source:
    """Why bridges hum, as it lies in this repository."""
    workspace = Workspace.at(REPOSITORY)
    show = load_show(workspace)
    store = show.store.model_copy(update={"public_url": "https://media.example.org/show"})
    episode = LocalEpisode(workspace, "why-bridges-hum")
    return source_for(episode, show.model_copy(update={"storage": store}), "lesswrong")


def seed_quotes(shared: Path) -> list[Quote]:
    """The quotes of the link post that this project began with, typed with straight marks."""
    lines = (shared / "seed/link-post.txt").read_text(encoding="utf-8").splitlines()
    heading, quotes = "", list[Quote]()
    for line in (line.strip() for line in lines[1 : lines.index("Link post") - 1]):
        if not line.startswith("“"):
            heading = line
            continue
        text = line.strip("“” ").replace("’", "'").replace("‘", "'")
        notes = {"1": lines[-1].strip()} if "[1]" in text else {}
        at = 100.0 * len(quotes)
        quotes.append(
            Quote(f"s{len(quotes)}", heading, text, "E", at, at + 9, (), (), "", footnotes=notes)
        )
    return quotes


@pytest.fixture
def sample() -> Source:
    return sample_source()


@pytest.fixture
def seed(shared: Path) -> list[Quote]:
    return seed_quotes(shared)
