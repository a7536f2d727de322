"""Moving out: a folder that any server serves, and that comes in again as the same show."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from pipeline.cli import main
from pipeline.engine.running.runner import EpisodeResult, Runner
from pipeline.errors import PullquoteError, Waiting
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.show.public.publication import published_slugs
from pipeline.show.publishing.exporting import _copy
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.workspace import Workspace
from tests.show.clone import Clone

Text = Callable[..., str]
Imported = Callable[..., dict[str, Any]]
Built = Callable[[Workspace], etree._Element]
Identities = Callable[[etree._Element], list[tuple[str, str, str, str]]]

NEW_HOST = '\n[storage]\nbucket = "none"\npublic_url = "https://new.example.org/show"\n'


def run(workspace: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--root", str(workspace.root)])


def test_everything_is_a_folder_that_comes_in_again(
    workspace: Workspace,
    tmp_path: Path,
    item: Text,
    feed: Text,
    imported: Imported,
    built: Built,
    identities: Identities,
    recording: Callable[..., bytes],
) -> None:
    own = "https://new.example.org/show/"
    imported(workspace, feed(item("a", 1), item("b", 2, base=own)))
    sound = recording()
    (workspace.episode("episode-a").directory / "enclosure.mp3").write_bytes(sound)
    with workspace.show_toml.open("a", encoding="utf-8") as file:
        file.write(NEW_HOST)
    folder = tmp_path / "out"
    done = run(workspace, "export", str(folder), "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["feed"] == f"{own}feed.xml"
    root = etree.parse(folder / "feed.xml").getroot()
    known = identities(root)
    (guid, _, url, length), (other, _, elsewhere, _) = sorted(known)
    assert (guid, other, elsewhere) == ("a", "b", f"{own}b.mp3")
    assert (folder / url.removeprefix(own)).read_bytes() == sound
    assert int(length) == len(sound)
    types = {row["key"]: row["type"] for row in json.loads(
        (folder / "manifest.json").read_bytes())["files"]}  # fmt: skip
    assert types[url.removeprefix(own)] == "audio/mpeg"
    assert types["index.html"] == "text/html; charset=utf-8"
    assert {key for key in types if (folder / key).is_file()} == set(types)

    assert CliRunner().invoke(main, ["init", str(tmp_path / "again")]).exit_code == 0
    again = Workspace.at(tmp_path / "again")
    back = run(again, "import", str(folder / "feed.xml"))
    assert back.exit_code == 0, back.output
    assert identities(built(again)) == known


def test_a_show_that_published_nothing_has_nothing_to_export(
    workspace: Workspace, tmp_path: Path
) -> None:
    nothing = run(workspace, "export", str(tmp_path / "out"))
    assert nothing.exit_code == 1
    assert "nothing was published yet" in nothing.stderr


def test_what_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "here.mp3").write_bytes(b"sound")
    item = ReleaseObject("../../outside.mp3", tmp_path / "here.mp3", "0" * 64, "audio/mpeg", "one")
    with pytest.raises(PullquoteError, match="leads out of"):
        _copy(item, tmp_path / "out")
    assert not list(tmp_path.rglob("*outside*"))


def test_one_that_waits_or_fails_does_not_stop_the_others(
    show: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ea` waits and is whole, `eb` is torn; `ec` has lost its sound."""
    show.build("ec", "old")
    show.release("ec")
    build = {slug: show.workspace.episode(slug).build for slug in ("ea", "eb", "ec")}
    (build["eb"] / "transcript.vtt").write_text("of another run")
    (build["ec"] / "enclosure.mp3").unlink()
    waits = {"ea": Waiting("ea: a quote needs you", "pullquote quotes check ea")}
    monkeypatch.setattr(
        Runner, "run", lambda _, slug, **options: EpisodeResult(slug, waiting=waits.get(slug))
    )
    before = published_slugs(show.workspace)
    done = show.run("export", str(show.root / "out"), "--json", code=1)
    assert json.loads(done.stdout)["left"].keys() == {"ea", "eb", "ec"}
    for line in (
        "ea is written as it was made last",
        "eb is left out",
        "some of its files were made after others",
        "ec is left out",
        "pullquote fetch ec brings it back",
        "ea: a quote needs you",
    ):
        assert line in done.stderr
    written = read_feed((show.root / "out/feed.xml").read_bytes())
    assert [*written.items] == ["guid-ea"]
    assert (show.root / "out/episodes/ea.html").is_file()
    assert not (show.root / "out/episodes/eb.html").exists()
    assert published_slugs(show.workspace) == before
    assert len(read_feed((show.workspace.feed / "build/feed.xml").read_bytes()).items) == 3
    (build["ea"] / "enclosure.mp3").unlink()
    none = show.run("export", str(show.root / "none"), code=1)
    assert none.stdout == ""
    assert not (show.root / "none").exists()
