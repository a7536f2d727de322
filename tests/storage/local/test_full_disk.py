"""A disk without room for a store: SeaweedFS takes nothing where less than 1 % of it is free."""

import shutil
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.storage.local.store import LocalStore
from pipeline.workspace import Workspace
from tests.small_disk import on_small_disk


def test_a_disk_that_is_too_full_is_told_before_the_store_starts(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil._ntuple_diskusage(1_000_000_000_000, 991_000_000_000, 9_000_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(
        StorageError, match=r"less than 1% .*: 9\.0 GB of 1,000\.0 GB are free on /"
    ):
        LocalStore(workspace).up()
    assert not (workspace.store / "pid").exists()


@pytest.mark.slow
def test_a_disk_that_fills_up_under_a_running_store_is_told_and_forgiven(tmp_path: Path) -> None:
    said = on_small_disk(
        tmp_path,
        """
        from pipeline.errors import StorageError
        from pipeline.settings.show import load_show
        from pipeline.storage.local.store import LocalStore, open_store
        from pipeline.workspace import Workspace, write_text
        write_text(disk / "feed/show.toml", '''
            title = "T"
            description = "D"
            language = "en"
            author = "A"
            email = "a@example.org"
            categories = ["Arts"]''')
        workspace = Workspace(disk)
        def put() -> None:
            try:
                store = open_store(workspace, load_show(workspace))
                store.put("a.bin", os.urandom(1_000_000), "audio/mpeg")
                print("put")
            except StorageError as error:
                print(error.message)
        put()
        fill(0)
        put()
        put()
        (disk / "filler").unlink()
        put()
        LocalStore(workspace).down()
        """,
    )
    first, full, still, again = said.splitlines()
    assert first == again == "put"
    assert full == still
    assert full.startswith("the local store takes nothing while less than 1% of its disk is free: ")
