"""Moving out: a folder that any server serves, and that comes in again as the same show."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from pipeline.cli import main
from pipeline.errors import PullquoteError
from pipeline.show.publishing.exporting import _copy
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.workspace import Workspace

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


@pytest.mark.parametrize(
    ("key", "name", "words"),
    [
        ("audio/a-00000000.mp3", "gone.mp3", "pullquote fetch one brings it back"),
        ("../../outside.mp3", "here.mp3", "leads out of"),
    ],
)
def test_what_is_not_here_or_leads_elsewhere_is_refused(
    tmp_path: Path, key: str, name: str, words: str
) -> None:
    (tmp_path / "here.mp3").write_bytes(b"sound")
    item = ReleaseObject(key, tmp_path / name, "0" * 64, "audio/mpeg", "one")
    with pytest.raises(PullquoteError) as refused:
        _copy(item, tmp_path / "out")
    assert words in str(refused.value)
    assert not list(tmp_path.rglob("*outside*"))
