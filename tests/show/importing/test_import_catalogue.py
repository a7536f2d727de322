"""What an import makes of a whole catalogue: nothing is hidden from listeners, and the settings fit."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from pipeline.cli import main
from pipeline.engine.running.runner import Runner
from pipeline.feeds.contents.rules import podcast_guid
from pipeline.settings.show import load_show
from pipeline.stages import all_stages
from pipeline.storage.store.object_store import ObjectStore
from pipeline.workspace import Workspace

Text = Callable[..., str]
RunImport = Callable[..., Result]
Built = Callable[[Workspace], etree._Element]

GUID = "<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>"
SELF = '<atom:link rel="self" href="https://iron.example.org/feed.xml"/>'


@pytest.fixture
def catalogue(item: Text, feed: Text) -> str:
    """Nine episodes of 150 kB: more than 900 kB, where older episodes once went to further pages."""
    notes = "&lt;p&gt;" + "word " * 30_000 + "&lt;/p&gt;"
    return feed(*(item(f"e{day}", day, description=notes) for day in range(9, 0, -1)))


def bring_in(run_import: RunImport, workspace: Workspace, content: str) -> Result:
    path = workspace.root / "old.xml"
    path.write_text(content, encoding="utf-8")
    done = run_import(workspace, str(path))
    assert done.exit_code == 0, done.output
    return done


def plan(workspace: Workspace) -> dict[str, Any]:
    done = CliRunner().invoke(main, ["plan", "--json", "--root", str(workspace.root)])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_whole_catalogue_is_in_the_feed_that_apps_subscribe_to(
    workspace: Workspace, catalogue: str, run_import: RunImport, built: Built
) -> None:
    done = bring_in(run_import, workspace, catalogue)
    assert len(list(built(workspace).iter("item"))) == 9
    assert not list((workspace.feed / "build").glob("pages/*"))
    assert "older page" not in done.stderr


def test_what_no_directory_would_list_is_said(
    workspace: Workspace, catalogue: str, run_import: RunImport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.feeds.build.paging.OPEN", 1_000_000)  # instead of 4.9 MB
    assert (
        "the feed that apps subscribe to holds the newest 5 of 9 episodes, because a feed over 5 MB "
        "is not taken everywhere: Apple and Spotify do not list the others, which are on 2 older pages"
    ) in bring_in(run_import, workspace, catalogue).stderr


@pytest.mark.network
def test_a_show_that_was_published_in_pages_becomes_whole(
    workspace: Workspace,
    store: ObjectStore,
    catalogue: str,
    run_import: RunImport,
    built: Built,
) -> None:
    bring_in(run_import, workspace, catalogue)
    toml = workspace.show_toml
    whole = toml.read_text()
    toml.write_text("paged_feed = true\n" + whole)
    (note,) = (line for line in plan(workspace)["notes"] if "apps subscribe to" in line)
    assert "as paged_feed asks" in note
    done = CliRunner().invoke(main, ["publish", "episode-e9", "--root", str(workspace.root)])
    assert done.exit_code == 0, done.output
    assert 0 < len(list(built(workspace).iter("item"))) < 9

    toml.write_text(whole)
    planned = plan(workspace)
    again = "all episodes stand in the feed that apps subscribe to again: it has no older pages"
    assert again in planned["notes"]
    assert planned["refused"] == []
    done = CliRunner().invoke(main, ["publish", "episode-e9", "--root", str(workspace.root)])
    assert done.exit_code == 0, done.output
    live = store.get("feed.xml")
    assert live is not None
    assert len(list(etree.fromstring(live[0]).iter("item"))) == 9
    planned = plan(workspace)
    assert planned["uploads"] == []
    assert not [note for note in planned["notes"] if "apps subscribe to" in note]


@pytest.mark.parametrize(
    ("language", "model"),
    [("de", "base"), ("pt-BR", "base"), ("en-GB", "tiny.en"), ("en", "tiny.en")],
)
def test_the_recogniser_fits_the_language_of_the_show(
    workspace: Workspace,
    item: Text,
    feed: Text,
    run_import: RunImport,
    language: str,
    model: str,
) -> None:
    text = feed(item("a")).replace("en-gb", language)
    done = bring_in(run_import, workspace, text)
    show = load_show(workspace)
    assert (show.language, show.transcribe.model) == (language, model)
    told = f"the show speaks {language}: feed/show.toml says [transcribe] model = 'base'"
    assert (told in done.stderr) == (model == "base")
    assert ("pip install 'pullquote[languages]'" in done.stderr) == (model == "base")
    Runner(workspace, all_stages()).check()  # settings that contradict each other are refused here


def test_a_file_gives_the_id_that_its_address_would(
    workspace: Workspace, item: Text, feed: Text, run_import: RunImport
) -> None:
    """Apps and directories make it of the feed's address, where the feed says none (P-01)."""
    bring_in(run_import, workspace, feed(item("a")).replace(GUID, SELF))
    assert load_show(workspace).guid == podcast_guid("https://iron.example.org/feed.xml")


def test_a_file_that_says_no_address_keeps_the_id_of_init(
    workspace: Workspace, item: Text, feed: Text, run_import: RunImport
) -> None:
    before = load_show(workspace).guid
    wrong = SELF.replace("https://iron.example.org/feed.xml", "http://[x")
    bring_in(run_import, workspace, feed(item("a")).replace(GUID, wrong))
    assert load_show(workspace).guid == before
