"""Links that lead out of the show, and what is no file: nothing of it goes public, and nobody waits."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.artefacts import PUBLISHED, Published
from pipeline.cli import main
from pipeline.engine.running.runner import Runner
from pipeline.errors import ConfigError
from pipeline.looking import content_of, look
from pipeline.show.public.publication import public_heads, release_objects
from pipeline.stages import all_stages
from pipeline.workspace import Workspace

Text = Callable[..., str]
Imported = Callable[..., dict[str, Any]]

SECRET = "root:x:0:0:a secret of this machine"

#: Files that are read, as they lie in a show; those of an episode that was imported, and recorded.
OF_AN_IMPORT = ("episode.toml", "description.html", "notes.html", "enclosure.mp3")
OF_AN_EPISODE = (
    "episode.toml",
    "audio.wav",
    "tracks/ada.wav",
    "quotes.toml",
    "corrections.toml",
    "build/master.mp3",
    "build/transcript.raw.json",
    "build/lock.json",
)
OF_THE_SHOW = (
    "feed/show.toml",
    "feed/artwork.jpg",
    "feed/glossary.toml",
    "feed/templates/episode.html.j2",
    "feed/templates/de.po",
    "feed/build/published.json",
)


def run(workspace: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--root", str(workspace.root)])


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    path = tmp_path / "outside" / "passwd"
    path.parent.mkdir()
    path.write_text(SECRET)
    return path


@pytest.fixture
def episode(workspace: Workspace, recording: Callable[..., bytes], tmp_path: Path) -> Path:
    """An episode with a recording and nothing made yet."""
    sound = tmp_path / "a.wav"
    sound.write_bytes(recording(ending=".wav"))
    assert run(workspace, "new", "tea", "--audio", str(sound)).exit_code == 0
    return workspace.episode("tea").directory


def look_at_all(workspace: Workspace) -> None:
    """Look at every input of every stage, which runs none."""
    runner = Runner(workspace, all_stages())
    for slug in workspace.slugs():
        runner.explain(slug)
    runner.explain()


def put(path: Path, make: Callable[[Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    make(path)


@pytest.mark.parametrize("name", OF_AN_EPISODE + OF_THE_SHOW)
def test_a_link_that_leads_out_of_the_show_is_refused(
    workspace: Workspace, episode: Path, outside: Path, name: str
) -> None:
    base = workspace.root if name in OF_THE_SHOW else episode
    put(base / name, lambda path: path.symlink_to(outside))
    if "published" in name:
        done = run(workspace, "export", str(outside.parent / "copy"))
        assert (done.exit_code, SECRET in done.output) == (2, False)
        assert "a link that leads out of the show" in done.output
        return
    if not name.startswith("build/m") and not name.startswith("build/t"):
        with pytest.raises(ConfigError, match="a link that leads out of the show") as caught:
            look_at_all(workspace)
        assert name in caught.value.message
        assert SECRET not in str(caught.value)
    else:
        look_at_all(workspace)  # what no lock records is nobody's input


@pytest.mark.parametrize("name", OF_AN_IMPORT)
@pytest.mark.parametrize("through", ["the file", "a relative link", "two links", "the folder"])
def test_an_imported_text_never_comes_from_elsewhere(
    workspace: Workspace,
    item: Text,
    feed: Text,
    imported: Imported,
    outside: Path,
    name: str,
    through: str,
) -> None:
    imported(workspace, feed(item("a")))
    folder = workspace.episode("episode-a").directory
    if through == "the folder":
        shutil.copytree(folder, outside.parent / "copy")
        (outside.parent / "copy" / name).write_text(SECRET)
        shutil.rmtree(folder)
        folder.symlink_to(outside.parent / "copy")
    elif through == "two links":
        put(outside.parent / "second", lambda path: path.symlink_to(outside))
        put(folder / name, lambda path: path.symlink_to(outside.parent / "second"))
    else:
        relative = os.path.relpath(outside, folder)
        put(folder / name, lambda path: path.symlink_to(relative if "rel" in through else outside))
    export = ("export", str(outside.parent / "all"))
    for command in (("run", "episode-a"), export, ("status",)):
        done = run(workspace, *command)
        assert SECRET not in done.output
        if command[0] != "status":
            assert done.exit_code == 2, done.output
            assert "a link that leads out of the show" in done.output
    for path in (workspace.feed / "build").rglob("*"):
        assert path.is_dir() or SECRET.encode() not in path.read_bytes()


def test_a_link_inside_the_show_is_read(
    workspace: Workspace, item: Text, feed: Text, imported: Imported
) -> None:
    imported(workspace, feed(item("a"), item("b", 2)))
    shared = workspace.root / "words.html"
    shared.write_text("<p>Words of both.</p>")
    for slug in ("episode-a", "episode-b"):
        path = workspace.episode(slug).directory / "notes.html"
        put(path, lambda path: path.symlink_to(os.path.relpath(shared, path.parent)))
        assert run(workspace, "run", slug).exit_code == 0
        assert "Words of both" in (path.parent / "build/item.json").read_text()


def test_what_a_record_names_lies_in_its_episode(
    workspace: Workspace, item: Text, feed: Text, imported: Imported, outside: Path
) -> None:
    imported(workspace, feed(item("a")))
    record = workspace.episode("episode-a").build / "item.json"
    entry = f'{{"key": "x.txt", "path": "{outside}", "sha256": "{"0" * 64}", "type": "text/plain"}}'
    text = record.read_text().replace('"objects": []', f'"objects": [{entry}]')
    assert text != record.read_text()
    record.write_text(text)
    heads = public_heads(Runner(workspace, all_stages()), workspace)
    with pytest.raises(ConfigError, match="does not lie in"):
        list(release_objects(workspace, heads))


def test_a_list_of_episodes_names_none_outside_the_show(
    workspace: Workspace, item: Text, feed: Text, imported: Imported
) -> None:
    imported(workspace, feed(item("a")))
    shutil.copytree(workspace.episodes / "episode-a", workspace.root / "elsewhere")
    PUBLISHED.path(workspace).write_text(PUBLISHED.dump(Published(episodes=["../elsewhere"])))
    with pytest.raises(ConfigError, match="cannot be an episode's slug"):
        public_heads(Runner(workspace, all_stages()), workspace)


@pytest.mark.parametrize("name", [*OF_AN_EPISODE[:5], "build/lock.json", *OF_THE_SHOW[:-1]])
@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_file_ends_with_a_line(
    workspace: Workspace, episode: Path, name: str, kind: str
) -> None:
    base = workspace.root if name in OF_THE_SHOW else episode
    put(base / name, lambda path: os.mkfifo(path) if kind == "pipe" else path.mkdir())
    if kind == "folder" and name in {"audio.wav", "tracks/ada.wav"}:
        return  # a folder beside the recordings
    if kind == "folder" and name.startswith(("feed/templates", "feed/artwork")):
        return
    with pytest.raises(ConfigError, match=f"a {kind}, where a file must be"):
        look_at_all(workspace)


def test_each_of_several_strange_things_is_named(
    workspace: Workspace, episode: Path, outside: Path
) -> None:
    """They dropped out of `status` and `plan` without a word, or only the first was told."""
    os.mkfifo(episode / "quotes.toml")
    (episode / "corrections.toml").symlink_to(outside)
    for slug in ("cup", "jug", "pot", "urn"):
        (workspace.episodes / slug).mkdir()
    os.mkfifo(workspace.episodes / "cup" / "episode.toml")
    (workspace.episodes / "jug" / "episode.toml").mkdir()
    (workspace.episodes / "pot" / "episode.toml").symlink_to("nowhere")
    (workspace.episodes / "out").symlink_to(outside.parent)
    (workspace.episodes / "latest").symlink_to("tea")  # another name of an episode, and none itself
    (workspace.root / "old").mkdir()
    (workspace.root / "old" / "episode.toml").write_bytes((episode / "episode.toml").read_bytes())
    (workspace.episodes / "in").symlink_to("../old")
    assert workspace.slugs() == ["cup", "in", "jug", "out", "pot", "tea"]
    rows = run(workspace, "status").stdout.splitlines()
    errors = [row.partition("error: ")[2].replace(f"{workspace.episodes}/", "") for row in rows]
    out = "a link that leads out of the show"
    assert errors == [
        "cup/episode.toml: a pipe, where a file must be",
        "",
        "jug/episode.toml: a folder, where a file must be",
        f"out: {out}, to {outside.parent}",
        "pot/episode.toml: a link that leads nowhere",
        f"tea/corrections.toml: {out}, to {outside}; tea/quotes.toml: a pipe, where a file must be",
    ]
    for command in ("run", "publish", "explain"):
        assert run(workspace, command, "tea").output.count("/tea/") == 2
    planned = run(workspace, "plan").output
    for slug in ("cup", "jug", "out", "pot", "tea"):
        assert f"{slug} is left out: " in planned
    assert "nothing was made yet" in planned


@pytest.mark.parametrize("command", [["status"], ["status", "--root", "."]])
def test_a_show_whose_settings_are_no_file_is_none_that_is_missing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    put(workspace.show_toml, os.mkfifo)
    monkeypatch.chdir(workspace.root)
    done = CliRunner().invoke(main, command)
    assert (done.exit_code, done.output) == (
        2,
        f"{workspace.show_toml}: a pipe, where a file must be\n  put a file there\n",
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "{pipe}"),
        ("new", "tea", "--audio", "{pipe}"),
        ("new", "tea", "--audio", "/dev/zero"),
    ],
)
def test_a_pipe_on_the_command_line(
    workspace: Workspace, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    words = [word.format(pipe=pipe) for word in arguments]
    done = CliRunner().invoke(main, [*words, "--root", str(workspace.root)])
    assert done.exit_code in {1, 2}
    assert "where a file must be" in done.stderr or "piped in" in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_a_file_that_lies_in_no_show_may_be_a_link(tmp_path: Path, outside: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(outside)
    assert content_of(link) == SECRET.encode()
    assert look(tmp_path / "none") is None
    link.unlink()
    link.symlink_to(link)
    with pytest.raises(OSError, match="symbolic links"):
        look(link)
