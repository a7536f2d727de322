"""Moving in for good: the imported show takes the place of the feed that apps are subscribed to."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from pipeline.cli import main
from pipeline.feeds.build import paging
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.public import ask
from pipeline.workspace import Workspace

Text = Callable[..., str]
Identities = Callable[[etree._Element], list[tuple[str, str, str, str]]]

ATOM = "{http://www.w3.org/2005/Atom}link"


def run(workspace: Workspace, *arguments: str) -> Result:
    done = CliRunner().invoke(main, [*arguments, "--root", str(workspace.root)])
    assert done.exit_code == 0, done.output
    return done


def pages(url: str) -> Iterator[etree._Element]:
    """The feed as an app that follows RFC 5005 reads it."""
    seen = set()
    while url:
        assert url not in seen, "the pages run in a circle"
        seen.add(url)
        answer = ask(url)
        assert answer.status == 200
        root = etree.fromstring(answer.body)
        yield root
        next_ = [link.get("href") for link in root.iter(ATOM) if link.get("rel") == "next"]
        url = str(next_[0]) if next_ else ""


@pytest.mark.network
def test_an_imported_paged_show_takes_over_its_own_address(
    workspace: Workspace,
    store: ObjectStore,
    item: Text,
    feed: Text,
    identities: Identities,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = f"{store.base_url}feed.xml"
    link = f'<atom:link rel="next" href="{store.base_url}older.xml"/>'
    for key, page in {
        "feed.xml": feed(item("d", 4), item("c", 3), channel=link),
        "older.xml": feed(item("b", 2), item("a", 1)),
    }.items():
        store.put(key, page.encode(), "application/rss+xml; charset=utf-8")
    before = [each for page in pages(address) for each in identities(page)]
    assert [guid for guid, *_ in before] == ["d", "c", "b", "a"]

    monkeypatch.setattr(paging, "OPEN", 1500)  # bytes: a page for every two of these episodes
    monkeypatch.setattr(paging, "CLOSED", 1500)
    assert json.loads(run(workspace, "import", address, "--json").stdout)["imported"] == [
        f"episode-{guid}" for guid in "dcba"
    ]
    planned: dict[str, Any] = json.loads(run(workspace, "plan", "--json").stdout)
    assert planned["dangers"] == []
    fields = {field["field"] for row in planned["episodes"] for field in row["fields"]}
    assert fields <= {"link", "duration", "date"}, "a wrong weekday is mended; no date moves"
    assert {row["change"] for row in planned["episodes"]} <= {"changed", "added"}
    run(workspace, "publish", "episode-d")

    after = list(pages(address))
    assert len(after) > 1
    assert [each for page in after for each in identities(page)] == before
    assert json.loads(run(workspace, "plan", "--json").stdout)["uploads"] == []

    toml = workspace.episode("episode-b").toml
    toml.write_text(toml.read_text().replace("Episode b", "Episode bee"))
    changed = json.loads(run(workspace, "publish", "episode-b", "--json").stdout)
    assert not any(Path(key).suffix == ".mp3" for key in changed["sent"])
    titles = [title.text for page in pages(address) for title in page.iterfind("*/item/title")]
    assert titles == ["Episode d", "Episode c", "Episode bee", "Episode a"]
    assert [each for page in pages(address) for each in identities(page)] == before


@pytest.mark.network
def test_recordings_that_are_copied_stay_the_same_to_apps(
    workspace: Workspace,
    store: ObjectStore,
    item: Text,
    feed: Text,
    identities: Identities,
    recording: Callable[..., bytes],
) -> None:
    sounds = {"a": recording(300), "b": recording(400)}
    old = f"{store.base_url}old/"
    for name, sound in sounds.items():
        store.put(f"old/{name}.mp3", sound, "audio/mpeg")
    before = feed(item("b", 2, base=old), item("a", 1, base=old))
    for sound in sounds.values():
        before = before.replace('length="20000"', f'length="{len(sound)}"')
    store.put("feed.xml", before.encode(), "application/rss+xml; charset=utf-8")
    run(workspace, "import", f"{store.base_url}feed.xml", "--download")
    assert json.loads(run(workspace, "plan", "--json").stdout)["dangers"] == []
    run(workspace, "publish", "episode-b")
    (page,) = pages(f"{store.base_url}feed.xml")
    after = identities(page)
    assert [(guid, date) for guid, date, *_ in after] == [
        (guid, date) for guid, date, *_ in identities(etree.fromstring(before.encode()))
    ]
    for guid, _, url, length in after:
        assert url.startswith(f"{store.base_url}audio/episode-{guid}-")
        assert (ask(url).body, length) == (sounds[guid], str(len(sounds[guid])))
    assert ask(f"{old}a.mp3").status == 200, "apps that go by the address still find it"

    another = workspace.episode("episode-b").directory / "enclosure.mp3"
    another.write_bytes(recording(500))
    refused = CliRunner().invoke(main, ["plan", "--json", "--root", str(workspace.root)])
    assert json.loads(refused.stdout)["refused"] == ["enclosure-changed:episode-b"]


def test_what_changes_of_the_show_is_planned_and_what_cannot_be_taken_back_is_refused(
    workspace: Workspace, store: ObjectStore, item: Text, feed: Text, imported: Callable[..., Any]
) -> None:
    imported(workspace, feed(item("a")))
    run(workspace, "publish", "episode-a")
    toml = workspace.show_toml
    toml.write_text("block = true\n" + toml.read_text().replace("Iron & Air", "Iron"))
    refused = CliRunner().invoke(main, ["publish", "episode-a", "--root", str(workspace.root)])
    assert refused.exit_code == 4, refused.output
    assert "~ the show itself\n      title: Iron & Air -> Iron\n" in refused.stderr
    assert "! block takes the show out of directories\n" in refused.stderr
    planned = json.loads(run(workspace, "plan", "--json", "--allow", "show-blocked").stdout)
    assert [row["field"] for row in planned["show"]] == ["title", "block"]
    run(workspace, "publish", "episode-a", "--allow", "show-blocked")
    assert "nothing to release" in run(workspace, "plan").stdout


@pytest.mark.usefixtures("store")
def test_a_show_without_episodes_has_nothing_to_plan_and_says_what_comes_first(
    workspace: Workspace, feed: Text, imported: Callable[..., Any]
) -> None:
    imported(workspace, feed())
    done = run(workspace, "plan")
    assert done.stdout == "Plan: nothing was made yet that could be released.\n"
    assert "no episodes yet; make one with: pullquote new SLUG --audio FILE" in done.stderr
    assert json.loads(run(workspace, "plan", "--json").stdout)["uploads"] == []


@pytest.mark.usefixtures("store")
def test_an_empty_recording_is_named_as_the_file_to_mend(
    workspace: Workspace, item: Text, feed: Text, imported: Callable[..., Any]
) -> None:
    imported(workspace, feed(item("a")))
    (workspace.episode("episode-a").directory / "enclosure.mp3").touch()
    refused = CliRunner().invoke(main, ["publish", "episode-a", "--root", str(workspace.root)])
    assert refused.exit_code == 2, refused.output
    assert (
        "episodes/episode-a/enclosure.mp3: empty (0 bytes)\n  copy the recording" in refused.stderr
    )


@pytest.mark.usefixtures("store")
def test_a_picture_of_two_episodes_is_sent_and_counted_once(
    workspace: Workspace, item: Text, feed: Text, imported: Callable[..., Any]
) -> None:
    imported(workspace, feed(item("a"), item("b", 2)))
    for slug in ("episode-a", "episode-b"):
        paths = workspace.episode(slug)
        (paths.directory / "images").mkdir()
        shutil.copy(workspace.feed / "artwork.jpg", paths.directory / "images/ours.jpg")
        paths.toml.write_text('image = "images/ours.jpg"\n' + paths.toml.read_text())
    planned = json.loads(run(workspace, "plan", "--json").stdout)
    keys = [row["key"] for row in planned["uploads"]]
    assert sorted(keys) == sorted(set(keys))
    assert sum(key.startswith("art/") for key in keys) == 2, "the cover and the episodes'"
    assert planned["bytes"] == sum(row["bytes"] for row in planned["uploads"])


@pytest.mark.network
def test_what_is_no_sound_is_never_released(
    workspace: Workspace,
    store: ObjectStore,
    item: Text,
    feed: Text,
    recording: Callable[..., bytes],
) -> None:
    """An older version copied whatever an old host sent: a playlist's text, a page that says sorry."""
    (workspace.root / "old.xml").write_text(feed(item("a")))
    run(workspace, "import", str(workspace.root / "old.xml"))
    sound = workspace.episode("episode-a").directory / "enclosure.mp3"
    sound.write_bytes(b"#EXTM3U\nhttps://old.example.org/1.mp3\n")
    for command in (["publish", "episode-a"], ["plan"], ["export", str(workspace.root / "out")]):
        done = CliRunner().invoke(main, [*command, "--root", str(workspace.root)])
        assert done.exit_code == 4, done.output
        assert "enclosure.mp3: not an audio file" in done.stderr
        assert "remove it, run: pullquote run episode-a" in done.stderr
    assert not list(store.list("audio/"))
    sound.write_bytes(recording())
    run(workspace, "publish", "episode-a")


@pytest.mark.network
def test_an_episode_on_an_older_page_is_guarded_and_taken_out_as_any_other(
    workspace: Workspace,
    store: ObjectStore,
    item: Text,
    feed: Text,
    imported: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paging, "OPEN", 1500)  # bytes: a page for every two of these episodes
    monkeypatch.setattr(paging, "CLOSED", 1500)
    imported(workspace, feed(*(item(name, day) for day, name in enumerate("abcd", 1))))
    run(workspace, "publish", "episode-d")

    def public() -> list[str]:
        found = pages(f"{store.base_url}feed.xml")
        return [str(guid.text) for page in found for guid in page.iterfind("*/item/guid")]

    assert public() == ["d", "c", "b", "a"]
    (record,) = json.loads(run(workspace, "history", "--json").stdout)["releases"]
    assert record["episodes"] == 4
    toml = workspace.episode("episode-a").toml
    before = toml.read_text()
    for old, new, name in [
        ('guid = "a"', 'guid = "z"', "guid-changed"),
        ("2024-05-01", "2024-04-01", "date-moved"),
        ("length = 20000", "length = 20001", "enclosure-changed"),
    ]:
        assert old in before
        toml.write_text(before.replace(old, new))
        plan = ["publish", "episode-a", "--dry-run", "--root", str(workspace.root)]
        refused = CliRunner().invoke(main, plan)
        assert refused.exit_code == 4
        assert f"--allow {name}:episode-a" in refused.stderr
    toml.write_text(before)
    assert json.loads(run(workspace, "plan", "--json").stdout)["uploads"] == []
    assert "0 new, 0 changed, 1 removed" in run(workspace, "unpublish", "episode-a").stderr
    assert public() == ["d", "c", "b"]
    run(workspace, "publish", "episode-b")
    assert public() == ["d", "c", "b"]
    run(workspace, "publish", "episode-a")
    assert public() == ["d", "c", "b", "a"]
