import hashlib
import os
import time
from pathlib import Path

import pytest

from pipeline.engine.declared import files
from pipeline.engine.state import hashes
from pipeline.engine.state.hashes import FileHashes
from pipeline.errors import PullquoteError
from pipeline.workspace import file_sha256

OLD = (time.time_ns() - 10**12,) * 2


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were really read."""
    found: list[str] = []

    def spy(path: Path | str) -> str:
        found.append(str(path))
        return file_sha256(path)

    monkeypatch.setattr(hashes, "file_sha256", spy)
    return found


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file counts as just changed: the change time of a file cannot be set back."""
    monkeypatch.setattr(files, "RACY_NS", -1)


def ask(memory: FileHashes, path: Path, slug: str = "one") -> str:
    return memory.group(slug).sha256(path.name, str(path), path.stat())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.usefixtures("settled")
def test_a_known_file_is_not_read_again(tmp_path: Path, reads: list[str]) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"a")
    memory = FileHashes(tmp_path / "hashes")
    assert ask(memory, path) == sha256(b"a")
    memory.save()
    again = FileHashes(tmp_path / "hashes")
    assert ask(again, path) == sha256(b"a")
    assert len(reads) == 1
    assert not again.group("one").dirty


@pytest.mark.usefixtures("settled")
def test_a_changed_file_is_read_even_with_its_old_time_and_size(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"a")
    os.utime(path, ns=OLD)
    memory = FileHashes(tmp_path / "hashes")
    assert ask(memory, path) == sha256(b"a")
    time.sleep(0.02)  # two ticks of the kernel's clock
    path.write_bytes(b"b")
    os.utime(path, ns=OLD)
    assert ask(memory, path) == sha256(b"b")


def test_a_file_that_was_just_changed_is_not_trusted(
    tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "RACY_NS", 10**12)  # however long this machine stands still
    path = tmp_path / "a"
    path.write_bytes(b"a")
    memory = FileHashes(tmp_path / "hashes")
    ask(memory, path)
    ask(memory, path)
    assert len(reads) == 2
    memory.save()
    assert not (tmp_path / "hashes").exists()


@pytest.mark.usefixtures("settled")
def test_two_processes_keep_each_others_lines(tmp_path: Path, reads: list[str]) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"a")
    one, two = FileHashes(tmp_path / "hashes"), FileHashes(tmp_path / "hashes")
    ask(one, path, "one")
    ask(two, path, "two")
    one.save()
    two.save()
    reads.clear()
    both = FileHashes(tmp_path / "hashes")
    ask(both, path, "one")
    ask(both, path, "two")
    assert reads == []


@pytest.mark.usefixtures("settled")
def test_what_others_learn_meanwhile_is_taken_in(tmp_path: Path, reads: list[str]) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"a")
    one, two = FileHashes(tmp_path / "hashes"), FileHashes(tmp_path / "hashes")
    ask(one, path, "one")
    one.save()
    ask(two.refresh(), path, "one")
    ask(two, path, "two")
    two.save()
    ask(one.refresh(), path, "two")
    assert len(reads) == 2


@pytest.mark.usefixtures("settled")
def test_a_memory_that_is_written_over_does_not_grow(tmp_path: Path) -> None:
    where = tmp_path / "hashes"
    memory = FileHashes(where)
    sizes = []
    for number in range(50):
        memory.refresh().group("one").memo = {"number": number}
        memory.save()
        sizes.append(where.stat().st_size)
    assert sizes[-1] == sizes[0]
    assert FileHashes(where).group("one").memo == {"number": 49}


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\x00", b"pullquote hashes 0\none\t{}\t{}\n", b"pullquote hashes 1\none\t{]\t[1]\n"],
)
def test_a_damaged_memory_is_no_memory(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "hashes").write_bytes(content)
    path = tmp_path / "a"
    path.write_bytes(b"a")
    memory = FileHashes(tmp_path / "hashes")
    assert ask(memory, path) == sha256(b"a")
    assert memory.group("one").memo == {}
    memory.group("one").memo = {"known": 1}
    memory.save()
    assert FileHashes(tmp_path / "hashes").group("one").memo == {"known": 1}


def test_a_show_that_may_only_be_read(tmp_path: Path) -> None:
    memory = FileHashes(tmp_path / "hashes")
    (tmp_path / "hashes").mkdir()  # nobody can write there, root neither
    memory.group("one").memo = {"known": 1}
    memory.save()
    assert memory.refresh().group("one").memo == {"known": 1}


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PullquoteError, match="cannot be read"):
        file_sha256(tmp_path)
