"""Host's files are changed while editors save them: nothing that was saved is lost."""

import errno
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import host_files
from pipeline.errors import PullquoteError
from pipeline.host_files import change_input, read_input

Save = Callable[[Path, str], None]


def in_place(path: Path, text: str) -> None:
    path.write_text(text)


def by_rename(path: Path, text: str) -> None:
    fresh = path.with_name("fresh")
    fresh.write_text(text)
    fresh.replace(path)


_SAVES, _CHANGES, _LOOKS = 300, 20, 2000
saving = pytest.mark.parametrize("save", [in_place, by_rename])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "quotes.toml"
    path.write_text("a = 1\nb = 2\n")
    return path


def with_line(text: str) -> str:
    return text + "ours = 1\n"


@saving
def test_what_is_saved_while_a_change_is_made_is_kept(path: Path, save: Save) -> None:
    def change(text: str) -> str:
        save(path, "a = 3\nb = 2\n")
        return with_line(text)

    assert change_input(path, change) == ("a = 3\nb = 2\n", "a = 3\nb = 2\nours = 1\n")
    assert path.read_text() == "a = 3\nb = 2\nours = 1\n"


@saving
def test_what_is_saved_as_ours_takes_its_place_is_kept(
    path: Path, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange = host_files._exchanged

    def late(one: Path, other: Path) -> bool:
        monkeypatch.setattr(host_files, "_exchanged", exchange)
        save(path, "a = 3\nb = 2\n")
        return exchange(one, other)

    monkeypatch.setattr(host_files, "_exchanged", late)
    change_input(path, with_line)
    assert path.read_text() == "a = 3\nb = 2\nours = 1\n"
    assert [found.name for found in path.parent.iterdir()] == ["quotes.toml"]


def test_a_file_that_comes_to_be_meanwhile_is_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.unlink()
    link = os.link

    def late(one: Path, other: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        path.write_text("a = 1\n")
        link(one, other)

    monkeypatch.setattr(os, "link", late)
    change_input(path, with_line)
    assert path.read_text() == "a = 1\nours = 1\n"


def test_a_file_comes_to_be_on_a_disk_without_links_and_replaces_none(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a stick, or over the network: there the review could not write its first quotes."""

    def none(one: Path, other: Path) -> None:
        if other.exists():
            raise FileExistsError
        raise PermissionError(errno.EPERM, "Operation not permitted", one, None, other)

    path.unlink()
    monkeypatch.setattr(os, "link", none)
    change_input(path, with_line)
    assert path.read_text() == "ours = 1\n"
    path.unlink()
    touch = Path.touch

    def late(one: Path, exist_ok: bool = True) -> None:
        monkeypatch.setattr(Path, "touch", touch)
        path.write_text("a = 1\n")
        touch(one, exist_ok=exist_ok)

    monkeypatch.setattr(Path, "touch", late)
    change_input(path, with_line)
    assert path.read_text() == "a = 1\nours = 1\n"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_an_editor_that_has_emptied_the_file_is_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = path.open("w")  # as many editors save: empty now, the text in a moment
    waited = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            editor.write("a = 3\n")
            editor.close()

    monkeypatch.setattr(time, "sleep", pause)
    change_input(path, with_line)
    assert path.read_text() == "a = 3\nours = 1\n"
    assert len(waited) == 3


@saving
def test_a_change_that_is_refused_leaves_what_was_saved_meanwhile(path: Path, save: Save) -> None:
    def change(text: str) -> str:
        save(path, "a = 3\n")
        raise PullquoteError("no")

    with pytest.raises(PullquoteError):
        change_input(path, change)
    assert path.read_text() == "a = 3\n"


def test_what_was_displaced_comes_back_where_it_cannot_be_changed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange = host_files._exchanged

    def late(one: Path, other: Path) -> bool:
        monkeypatch.setattr(host_files, "_exchanged", exchange)
        by_rename(path, "broken [[")
        return exchange(one, other)

    def change(text: str) -> str:
        if "broken" in text:
            raise PullquoteError("not TOML")
        return with_line(text)

    monkeypatch.setattr(host_files, "_exchanged", late)
    with pytest.raises(PullquoteError):
        change_input(path, change)
    assert path.read_text() == "broken [["


def test_a_program_that_never_stops_saving_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_files, "_PATIENCE", 0.1)

    def change(text: str) -> str:
        path.write_text(f"{text.strip()}#\n")  # in the line that we change
        return f"{text.strip()} ours\n"

    with pytest.raises(PullquoteError, match="saved again and again"):
        change_input(path, change)
    assert "ours" not in path.read_text()


def test_the_same_line_is_changed_anew(path: Path) -> None:
    texts: list[str] = []

    def change(text: str) -> str:
        texts.append(text)
        if len(texts) == 1:
            path.write_text("a = 3\n")
        return text.replace("\n", " # ours\n", 1)

    change_input(path, change)
    assert path.read_text() == "a = 3 # ours\n"


@saving
def test_saving_all_the_time_loses_nothing(path: Path, save: Save) -> None:
    """An editor that reads the file again before it saves, as fast as it can, beside our changes."""
    changed = threading.Event()
    lost, saved = [], 0

    def edit() -> None:
        nonlocal saved
        while saved < _SAVES or not changed.is_set():
            saved += 1
            text = "".join(line for line in read_input(path).splitlines(True) if "save" not in line)
            save(path, f"{text}# save {saved}\n")
            # Ours may stand there for the moment in which it is made again in what was saved.
            if not any(f"# save {saved}\n" in read_input(path) for _ in range(_LOOKS)):
                lost.append(saved)

    editor = threading.Thread(target=edit)
    editor.start()
    for _ in range(_CHANGES):
        change_input(path, lambda text: text.replace("a = ", "a = 1", 1))
    changed.set()
    editor.join()
    assert lost == []


def test_without_an_exchange_it_is_compared_and_renamed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_files, "_exchanged", lambda one, other: False)
    change_input(path, with_line)
    assert path.read_text() == "a = 1\nb = 2\nours = 1\n"


def test_a_link_stays_a_link(path: Path) -> None:
    link = path.with_name("link.toml")
    link.symlink_to(path.name)
    change_input(link, with_line)
    assert link.is_symlink()
    assert path.read_text() == "a = 1\nb = 2\nours = 1\n"


def test_none_takes_the_file_away_and_no_change_makes_none(path: Path) -> None:
    change_input(path, lambda _: None)
    assert not path.exists()
    assert change_input(path, lambda text: text) == ("", "")
    assert not path.exists()


def test_only_its_owner_reads_it_then_too(path: Path) -> None:
    path.chmod(0o600)
    change_input(path, with_line)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("before", "edited", "after"),
    [
        (b"a = 1\r\nb = 2\r\n", "a = 1\nnew = 3\nb = 2\n", b"a = 1\r\nnew = 3\r\nb = 2\r\n"),
        (b"\xef\xbb\xbfa = 1\n", "a = 2\n", b"\xef\xbb\xbfa = 2\n"),
        (b"\xef\xbb\xbfa = 1\r\nb = 2", "a = 1\nb = 2\n", b"\xef\xbb\xbfa = 1\r\nb = 2\r\n"),
        (b"a = 1\nb = 2\r\nc = 3\n", "a = 1\nb = 2\nnew = 4\nc = 3\n",
         b"a = 1\nb = 2\r\nnew = 4\nc = 3\n"),
        (b"a = 1\n", "a = 1\nb = 2\n", b"a = 1\nb = 2\n"),
        (None, "a = 1\n", b"a = 1\n"),
    ],
)  # fmt: skip
def test_a_hosts_file_keeps_its_line_ends_and_its_mark(
    tmp_path: Path, before: bytes | None, edited: str, after: bytes
) -> None:
    path = tmp_path / "quotes.toml"
    if before is not None:
        path.write_bytes(before)
        text = read_input(path)
        assert "\r" not in text
        assert not text.startswith("\ufeff")
        change_input(path, lambda _: text)
        assert path.read_bytes() == before
    change_input(path, lambda _: edited)
    assert path.read_bytes() == after


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["\n", "\r\n"]))), st.booleans())
def test_what_was_read_is_written_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, str]], mark: bool
) -> None:
    path = tmp_path_factory.mktemp("host") / "quotes.toml"
    content = b"\xef\xbb\xbf" * mark + "".join(map("".join, lines)).encode()
    path.write_bytes(content)
    change_input(path, lambda text: text + "#")
    change_input(path, lambda text: text[:-1])
    assert path.read_bytes() == content
