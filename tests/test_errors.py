import errno
import re
import shutil
import tempfile
from pathlib import Path

import pytest

from pipeline.errors import for_people, room
from tests.small_disk import on_small_disk


def test_a_full_disk_is_named_with_what_is_left_and_nothing_is_half_written(tmp_path: Path) -> None:
    said = on_small_disk(
        tmp_path,
        """
        from pipeline.errors import for_people
        from pipeline.workspace import write_bytes, write_text
        write_text(disk / "kept.txt", "as it was")
        fill(0)
        for write in (
            lambda: write_text(disk / "kept.txt", "x" * 100_000),
            lambda: write_bytes(disk / "locks" / "tea.bin", b"x"),
        ):
            try:
                write()
            except OSError as error:
                print(for_people(error))
        print((disk / "kept.txt").read_text(), len(list(disk.iterdir())))
        """,
    )
    left = f": the disk is full (0.0 MB of 33.6 MB are free on {tmp_path}/disk)"
    told, hint, held, _, kept = said.splitlines()
    assert told == f"{tmp_path}/disk/kept.txt{left}"
    assert hint.strip() == "make room on it, then run the same command again"
    assert held == f"{tmp_path}/disk/locks/tea.bin{left}"
    assert kept == "as it was 3"


def test_what_is_left_is_told_of_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    left = r"[\d,.]+ [GM]B of [\d,.]+ [GM]B are free on /.*"
    assert re.fullmatch(left, room(tmp_path / "not" / "there.txt"))


@pytest.mark.parametrize("number", [errno.EDQUOT, errno.EROFS, errno.EACCES])
def test_what_the_machine_refuses_is_told_with_its_place(number: int) -> None:
    told = for_people(OSError(number, "no", "/a/b.txt"))
    assert told is not None
    assert told.message.startswith("/a/b.txt: ")
    assert told.hint


def test_a_write_that_names_no_file_tells_the_fullest_disk_where_was_worked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    left = {tmp_path: usage._replace(free=9_000_000), temporary: usage._replace(free=1_000_000)}
    monkeypatch.setattr(shutil, "disk_usage", lambda path: left[Path(path)])
    with (
        Path("/dev/full").open("wb", buffering=0) as file,
        pytest.raises(OSError, match="No space") as caught,
    ):
        file.write(b"x")
    told = for_people(caught.value, tmp_path)
    assert told is not None
    assert told.message.startswith("the disk is full (1.0 MB of ")
    assert "TMPDIR" in told.hint
    told = for_people(OSError(errno.ENOSPC, "full", str(tmp_path)))
    assert told is not None
    assert told.message.startswith(f"{tmp_path}: the disk is full (1.0 MB of "), "also with a file"


def test_that_temporary_files_can_be_written_nowhere_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(tmp_path / "absent")])
    with pytest.raises(FileNotFoundError) as caught:
        tempfile.gettempdir()
    told = for_people(caught.value)
    assert told is not None
    assert told.message.startswith("temporary files can be written nowhere (")
    assert "in TMPDIR, then run the same command again" in told.hint
