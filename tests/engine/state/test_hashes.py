import hashlib
import os
import time
from pathlib import Path

import pytest

from pipeline.engine.state import hashes
from pipeline.engine.state.hashes import FileHashes, hash_file
from pipeline.errors import PullquoteError

OLD = (time.time_ns() - 10**12,) * 2


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were really read."""
    found: list[str] = []

    def spy(path: Path | str) -> str:
        found.append(str(path))
        return hash_file(path)

    monkeypatch.setattr(hashes, "hash_file", spy)
    return found


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file counts as just changed: the change time of a file cannot be set back."""
    monkeypatch.setattr(hashes, "RACY_NS", -1)


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


def test_a_file_that_was_just_changed_is_not_trusted(tmp_path: Path, reads: list[str]) -> None:
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
def test_what_is_gone_is_forgotten(tmp_path: Path, reads: list[str]) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"")
    memory = FileHashes(tmp_path / "hashes")
    for slug in ("one", "two"):
        ask(memory, tmp_path / "a", slug)
        ask(memory, tmp_path / "b", slug)
    memory.save()
    memory = FileHashes(tmp_path / "hashes")
    ask(memory, tmp_path / "a", "one")
    memory.group("one").prune()
    memory.keep_only({"one"})
    memory.save()
    lines = (tmp_path / "hashes").read_bytes().splitlines()[1:]
    assert len(lines) == 1
    assert lines[0].startswith(b"one\t")
    assert b'"b"' not in lines[0]


@pytest.mark.usefixtures("settled")
def test_each_episode_of_many_is_written_and_read_once(tmp_path: Path) -> None:
    path, where = tmp_path / "a", tmp_path / "hashes"
    path.write_bytes(b"a")
    memory = FileHashes(where)
    for number in range(100):
        ask(memory.refresh(), path, f"e{number}")
        memory.save()
        if number == 0:
            first = where.stat()
    assert where.stat().st_ino == first.st_ino  # appended to, never written anew
    assert where.stat().st_size < 110 * first.st_size
    kept = memory.group("e0")
    assert memory.refresh().group("e0") is kept  # its own lines are no news


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
def test_outdated_lines_are_dropped_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashes, "_OUTDATED", 10)
    where = tmp_path / "hashes"
    memory = FileHashes(where)
    for number in range(100):
        memory.group("one").memo = {"number": number}
        memory.save()
    assert len(where.read_bytes().splitlines()) < 30
    assert FileHashes(where).group("one").memo == {"number": 99}


def test_a_line_that_a_killed_process_did_not_end_spoils_no_other(tmp_path: Path) -> None:
    where = tmp_path / "hashes"
    memory = FileHashes(where)
    for slug in ("one", "two"):
        memory.group(slug).memo = {"of": slug}
    memory.save()
    with where.open("ab") as file:
        file.write(b'one\t{"of": "nobo')
    after = FileHashes(where)
    after.group("three").memo = {"of": "three"}
    after.save()
    again = FileHashes(where)
    assert [again.group(slug).memo for slug in ("two", "three")] == [{"of": "two"}, {"of": "three"}]
    assert again.group("one").memo in ({}, {"of": "one"})


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


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PullquoteError, match="cannot be read"):
        hash_file(tmp_path)
