"""`history` and `rollback` on a real store, whose releases are made without an episode."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.settings.show import load_show
from pipeline.storage.local.store import open_store
from pipeline.storage.release.release import release
from pipeline.workspace import Workspace

ITEM = "<item><guid>g{0}</guid><title>Number {0}</title></item>"


def run(*arguments: str, root: Path, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [*arguments, "--root", str(root)])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def root(
    tmp_path_factory: pytest.TempPathFactory, kill_store: Callable[[Path], None]
) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("show")
    CliRunner().invoke(main, ["init", str(folder)])
    yield folder
    kill_store(folder)


def test_what_was_released_is_listed_and_taken_back(root: Path) -> None:
    assert run("history", root=root).stdout == "nothing was released yet\n"
    assert "nothing was released yet" in run("rollback", root=root, code=1).stderr
    workspace = Workspace.at(root)
    store = open_store(workspace, load_show(workspace))
    names: list[str] = []
    for count in (1, 2):
        rows = "".join(ITEM.format(number) for number in range(count))
        feed = f"<rss><channel><title>S</title>{rows}</channel></rss>".encode()
        done = release(store, [], feed, progress=lambda done, total, unit: None)
        names.insert(0, done.release_id)

    assert run("history", root=root).stdout.splitlines() == [
        f"live  {names[0]}  2 episodes, 1 object sent, 0.1 kB",
        f"      {names[1]}  1 episode, 1 object sent, 0.1 kB",
    ]
    (row,) = json.loads(run("history", "--limit", "1", "--json", root=root).stdout)["releases"]
    assert (row["id"], row["live"], row["episodes"]) == (names[0], True, 2)

    planned = run("rollback", "--dry-run", root=root)
    assert "'Number 1' vanishes from the feed" in planned.stderr
    assert f"release {names[1]} would be live again (1 episode; 0 files put back)" in planned.stdout
    assert json.loads(run("history", "--json", root=root).stdout)["releases"][0]["id"] == names[0]

    report = json.loads(run("rollback", "1", "--json", root=root).stdout)
    assert (report["target"], report["episodes"]) == (names[1], 1)
    listed = json.loads(run("history", "--json", root=root).stdout)["releases"]
    assert [each["id"] for each in listed] == [report["release_id"], *names]
    assert "not 9" in run("rollback", "9", root=root, code=1).stderr
