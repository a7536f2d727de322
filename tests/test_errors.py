import errno
import re
from pathlib import Path

import pytest

from pipeline.errors import machine_error, room
from tests.small_disk import on_small_disk


def test_a_full_disk_is_named_with_what_is_left_and_nothing_is_half_written(tmp_path: Path) -> None:
    said = on_small_disk(
        tmp_path,
        """
        from pipeline.errors import machine_error
        from pipeline.workspace import write_text
        write_text(disk / "kept.txt", "as it was")
        fill(0)
        try:
            write_text(disk / "kept.txt", "x" * 100_000)
        except OSError as error:
            print(machine_error(error))
        print((disk / "kept.txt").read_text(), len(list(disk.iterdir())))
        """,
    )
    told, hint, kept = said.splitlines()
    assert told == (
        f"{tmp_path}/disk/kept.txt: the disk is full (0.0 MB of 33.6 MB are free on {tmp_path}/disk)"
    )
    assert hint.strip() == "make room on it, then run the same command again"
    assert kept == "as it was 2"


def test_what_is_left_is_told_of_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    left = r"[\d,.]+ [GM]B of [\d,.]+ [GM]B are free on /.*"
    assert re.fullmatch(left, room(tmp_path / "not" / "there.txt"))


@pytest.mark.parametrize("number", [errno.EDQUOT, errno.EROFS, errno.EACCES])
def test_what_the_machine_refuses_is_told_with_its_place(number: int) -> None:
    told = machine_error(OSError(number, "no", "/a/b.txt"))
    assert told is not None
    assert told.message.startswith("/a/b.txt: ")
    assert told.hint
