"""An episode answers alike, whoever asks: the stage, a command or the review page."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.artefacts import QUOTES
from pipeline.desk.working.material import Material
from pipeline.errors import PullquoteError
from pipeline.feeds.contents.heads import HEAD
from pipeline.quotes.deciding.checking import check_ledger, published
from pipeline.show.episode import LocalEpisode
from pipeline.stages import runner_of
from pipeline.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = "why-bridges-hum"


def test_page_and_commands_judge_as_the_stage_did() -> None:
    episode = LocalEpisode(Workspace.at(REPOSITORY), SAMPLE)
    ledger, verdicts = episode.judged(episode.guard)
    assert published(verdicts) == list(QUOTES.of(episode.paths).quotes)
    assert check_ledger(ledger, Material(episode.workspace, SAMPLE).guard) == verdicts
    assert list(episode.proofread().transcript.words) == list(episode.transcript.words)


def test_people_of_the_show_come_first_and_files_are_named_from_its_root() -> None:
    episode = LocalEpisode(Workspace.at(REPOSITORY), SAMPLE)
    assert episode.people[-1] == episode.settings.people[-1].name
    assert episode.name(episode.paths.ledger) == f"episodes/{SAMPLE}/quotes.toml"


def test_one_that_is_not_here_is_named() -> None:
    with pytest.raises(PullquoteError, match="nowhere"):
        LocalEpisode(Workspace.at(REPOSITORY), "nowhere").transcript  # noqa: B018


def test_a_folder_that_gets_another_name_gets_its_addresses(
    workspace: Workspace,
    item: Callable[..., str],
    feed: Callable[..., str],
    imported: Callable[..., object],
) -> None:
    """A slip in a slug, mended after the first run, was released all the same."""
    imported(workspace, feed(item("a")))
    workspace.episode("episode-a").directory.rename(workspace.episodes / "first")
    runner = runner_of(workspace)
    (stale,) = [each for each in runner.explain("first") if each.reasons]
    assert (stale.stage, str(stale.reasons[0])) == (
        "item",
        "changed: the name of the episode's folder",
    )
    runner.run("first")
    head = HEAD.known(workspace.episode("first"))
    assert head
    assert head.slug == "first"
    assert not [each for each in runner.explain("first") if each.reasons]
