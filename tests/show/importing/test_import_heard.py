"""Recordings that stay at their old host are transcribed, and nothing of them is kept or published."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from pipeline.cli import main
from pipeline.engine.running.runner import Runner
from pipeline.stages import all_stages
from pipeline.storage.store.object_store import ObjectStore
from pipeline.web import outbound
from pipeline.workspace import Workspace
from tests.old_host import LOOPBACK, OldHost

SPEECH = Path(__file__).parents[2] / "data/speech"
NAMESPACE = "{https://podcastindex.org/namespace/1.0}"


@pytest.fixture
def host(
    serving: Callable[[HTTPServer], AbstractContextManager[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[OldHost, str]]:
    """An old host with two recordings of real speech."""
    was = outbound.is_public
    monkeypatch.setattr(outbound, "is_public", lambda at: was(at) or at.is_loopback)
    found = OldHost({f"/{path.name}": path.read_bytes() for path in SPEECH.glob("*.mp3")})
    with serving(found.server()) as url:
        yield found, f"{url}/"


@pytest.fixture
def moved(
    workspace: Workspace,
    host: tuple[OldHost, str],
    item: Callable[..., str],
    feed: Callable[..., str],
    imported: Callable[..., Any],
    store: ObjectStore,
) -> Workspace:
    """The imported show: of one recording its feed tells the length that is sent, of the other another."""
    length = len(host[0].files["/repetition.mp3"])
    told = item("repetition", 1, base=host[1]).replace('length="20000"', f'length="{length}"')
    imported(workspace, feed(item("lighthouse", 2, base=host[1]), told))
    return workspace


def call(workspace: Workspace, *arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, [*arguments, "--root", str(workspace.root)])
    assert done.exit_code == code, done.output
    return done


def hear(workspace: Workspace, slug: str, *more: str, code: int = 0) -> Result:
    return call(workspace, "run", f"episode-{slug}", "--to", "suggest", *more, code=code)


def heard(workspace: Workspace, slug: str, name: str = "transcript.raw") -> Any:
    return json.loads((workspace.episode(f"episode-{slug}").build / f"{name}.json").read_bytes())


def items(workspace: Workspace) -> dict[str, etree._Element]:
    root = etree.parse(workspace.feed / "build/feed.xml").getroot()
    return {str(node.findtext("guid")): node for node in root.iter("item")}


@pytest.mark.long
def test_a_back_catalogue_is_heard_where_it_lies(
    moved: Workspace, host: tuple[OldHost, str], tmp_path: Path
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(LOOPBACK)
    before = {guid: node.find("enclosure").attrib for guid, node in items(moved).items()}  # type: ignore[union-attr]
    call(moved, "plan")
    assert host[0].asked == [], "neither import nor plan fetches a recording"
    stages = ["fetch", "attribute", "transcribe", "correct", "suggest"]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pipeline.cli",
            "backfill",
            "--jobs",
            "1",
            "--to",
            "suggest",
            "--json",
        ],
        cwd=moved.root,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()[:-1]]
    ran = {row["slug"]: row["ran"] for row in rows}
    assert ran == {"episode-lighthouse": stages, "episode-repetition": stages}
    assert sorted(host[0].asked) == ["/lighthouse.mp3", "/repetition.mp3"]
    again = call(moved, "backfill", "--to", "suggest", "--json").stdout
    assert len(again.splitlines()) == 1, "each was heard, and is not fetched again"
    assert "candidates" in heard(moved, "lighthouse", "candidates")
    assert not list(moved.root.glob("episodes/*/build/*.mp3"))

    sent = json.loads(call(moved, "publish", "--all", "--json").stdout)["sent"]
    assert [key for key in sent if key.startswith("transcripts/")] == [
        f"transcripts/episode-repetition{suffix}" for suffix in (".vtt", ".srt", ".json", ".txt")
    ]
    assert any(key.startswith("search/") for key in sent)
    after = items(moved)
    assert {guid: node.find("enclosure").attrib for guid, node in after.items()} == before  # type: ignore[union-attr]
    links = {guid: len(node.findall(f"{NAMESPACE}transcript")) for guid, node in after.items()}
    assert links == {"repetition": 3, "lighthouse": 0}, "times of another recording fit nobody's"


@pytest.mark.long
@pytest.mark.slow
def test_what_was_heard_is_kept_where_the_old_host_sends_another_recording(
    moved: Workspace, host: tuple[OldHost, str]
) -> None:
    hear(moved, "repetition")
    words = heard(moved, "repetition")["words"]
    paths, files = moved.episode("episode-repetition"), host[0].files
    (paths.build / "master.mp3").unlink()
    assert "up to date" in hear(moved, "repetition").stderr, "a copy may vanish"

    original, toml = files["/repetition.mp3"], paths.toml.read_text("utf-8")
    paths.toml.write_text(f'names = ["Tacoma"]\n{toml}', encoding="utf-8")
    files["/repetition.mp3"] = original + files["/lighthouse.mp3"]  # an advertisement behind it
    refused = hear(moved, "repetition", code=4).stderr
    assert "episode-repetition: its old host sends another recording" in refused
    assert "--force fetch" in refused
    assert heard(moved, "repetition")["words"] == words
    paths.toml.write_text(toml, encoding="utf-8")
    none = call(moved, "transcript", "accept", "episode-repetition", code=2).stderr
    assert "no new transcription waits" in none
    assert heard(moved, "repetition")["words"] == words

    paths.toml.write_text(f'names = ["Tacoma"]\n{toml}', encoding="utf-8")
    files["/repetition.mp3"] = original + b"TAG".ljust(128, b"\0")  # the same sound in other bytes
    hear(moved, "repetition")
    assert len(host[0].asked) == 3
    files["/repetition.mp3"] = original + files["/lighthouse.mp3"]
    hear(moved, "repetition", "--force", "fetch")
    assert len(heard(moved, "repetition")["words"]) > len(words)


def test_what_is_no_recording_is_said_by_its_address(
    moved: Workspace, host: tuple[OldHost, str]
) -> None:
    host[0].files["/repetition.mp3"] = b"<html>gone</html>" * 99
    failed = hear(moved, "repetition", code=1).stderr
    assert f"episode-repetition: no recording at {host[1]}repetition.mp3: " in failed
    del host[0].files["/repetition.mp3"]
    assert (
        f"{host[1]}repetition.mp3: the server answers 404"
        in hear(moved, "repetition", code=1).stderr
    )


def test_a_copy_that_is_here_is_heard_and_nobody_is_asked(
    moved: Workspace, host: tuple[OldHost, str]
) -> None:
    folder = moved.episode("episode-lighthouse").directory
    (folder / "enclosure.mp3").write_bytes((SPEECH / "lighthouse.mp3").read_bytes())
    hear(moved, "lighthouse")
    assert host[0].asked == []
    Runner(moved, all_stages()).run("episode-lighthouse")
    item = heard(moved, "lighthouse", "item")
    assert [each["key"] for each in item["objects"] if "transcript" in each["key"]] == [
        f"transcripts/episode-lighthouse{suffix}" for suffix in (".vtt", ".srt", ".json", ".txt")
    ]


def test_an_address_in_a_private_network_is_not_asked(
    moved: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert "an address inside a private network" in hear(moved, "repetition", code=1).stderr
