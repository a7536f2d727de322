import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.artefacts import Artefact
from pipeline.engine.state.recalled import Recalled
from pipeline.errors import PullquoteError
from pipeline.feeds.contents.heads import HEAD, ItemHead
from pipeline.feeds.contents.model import PublishedObject
from pipeline.models import encode
from pipeline.settings.podcasting import Erratum


@dataclass(frozen=True, slots=True)
class Told:
    word: str


TOLD = Artefact("build/told.json", Told)
WORDS = st.lists(st.sampled_from("abc"), min_size=3, max_size=3)


def write(folder: Path, words: Sequence[str]) -> dict[str, str]:
    files = {}
    for number, word in enumerate(words):
        path = folder / f"{number}.json"
        path.write_text(TOLD.dump(Told(word)))
        files[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return files


def never(*args: object) -> None:
    raise AssertionError("read again")


def test_a_known_record_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write(tmp_path, "abc")
    found = Recalled(tmp_path / "memory").records(TOLD, files)
    monkeypatch.setattr("pipeline.engine.state.recalled.content_of", never)
    assert Recalled(tmp_path / "memory").records(TOLD, files) == found
    assert [record.word for record in found.values()] == ["a", "b", "c"]


def test_a_few_new_records_are_read_again_rather_than_all_written(tmp_path: Path) -> None:
    old = [str(number) for number in range(200)]
    files = write(tmp_path, old)
    Recalled(tmp_path / "memory").records(TOLD, files)
    (memory,) = (tmp_path / "memory").iterdir()
    before = memory.read_bytes()
    for words, writes in ((["b"] * 2, False), (["b", "c", "d"], True)):
        files |= write(tmp_path, words)
        found = Recalled(tmp_path / "memory").records(TOLD, files)
        assert [record.word for record in found.values()] == words + old[len(words) :]
        assert (memory.read_bytes() != before) == writes


@given(versions=st.lists(WORDS, max_size=5))
def test_what_is_remembered_is_what_would_be_read(
    tmp_path_factory: pytest.TempPathFactory, versions: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("show")
    for words in versions:
        files = write(folder, words)
        assert Recalled(folder / "memory").records(TOLD, files) == {
            path: TOLD.read(Path(path)) for path in files
        }


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],  # a disk that was full
        lambda content: content.replace(b'"a"', b"1"),
        lambda content: b"0.1 of another release" + content[content.index(b"\n") :],
    ],
)
def test_a_damaged_memory_or_one_of_other_code_is_forgotten(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    files = write(tmp_path, "abc")
    found = Recalled(tmp_path / "memory").records(TOLD, files)
    (memory,) = (tmp_path / "memory").iterdir()
    memory.write_bytes(spoil(memory.read_bytes().replace(b'"c"', b'"x"')))
    assert Recalled(tmp_path / "memory").records(TOLD, files) == found


def test_a_file_that_changed_since_it_was_hashed_is_not_remembered(tmp_path: Path) -> None:
    files = write(tmp_path, "a")
    write(tmp_path, "b")
    Recalled(tmp_path / "memory").records(TOLD, files)
    write(tmp_path, "a")
    (found,) = Recalled(tmp_path / "memory").records(TOLD, files).values()
    assert found.word == "a"


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    files = dict.fromkeys(write(tmp_path, "a"), "0" * 64)
    for path in files:
        Path(path).write_text("{")
    with pytest.raises(PullquoteError, match=r"0\.json: the file: Invalid JSON"):
        Recalled(tmp_path / "memory").records(TOLD, files)


TEXT = st.text(st.characters(codec="utf-8"), max_size=5)
ERRATUM = Erratum(date=date(2026, 5, 1), said="one", says="two", why="misheard")
HEADS = st.builds(
    ItemHead,
    **dict.fromkeys(("slug", "guid", "title", "enclosure", "media_type", "type", "page"), TEXT),
    summary=TEXT,
    # Until 1972 there were offsets with seconds (Liberia's), which no file's date can say.
    date=st.datetimes(datetime(1973, 1, 1), timezones=st.timezones()),
    duration=st.floats(0, 1e5),
    length=st.integers(0, 2**40),
    season=st.none() | st.integers(1, 9),
    season_name=st.none() | TEXT,
    episode=st.none() | st.integers(0, 9),
    objects=st.lists(st.builds(PublishedObject, TEXT, TEXT, TEXT, TEXT), max_size=2),
    errata=st.lists(st.just(ERRATUM), max_size=1),
)


@given(head=HEADS)
def test_a_head_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, head: ItemHead
) -> None:
    folder = tmp_path_factory.mktemp("show")
    told = encode(head)
    enclosure = {"key": head.enclosure, "length": head.length, "type": head.media_type}
    path = folder / "item.json"
    path.write_text(json.dumps({**told, "enclosure": enclosure, "item": told}))
    files = {str(path): hashlib.sha256(path.read_bytes()).hexdigest()}
    read = Recalled(folder / "memory").records(HEAD, files)
    assert Recalled(folder / "memory").records(HEAD, files) == read
    assert encode(read[str(path)]) == told
