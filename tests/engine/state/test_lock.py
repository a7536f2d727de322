from pathlib import Path
from typing import Any

import pytest

from pipeline.engine.running.runner import Runner
from pipeline.engine.state.lock import Lock, Record, read_lock
from pipeline.errors import PullquoteError

SHA = "ab" * 32
RECORD = Record(
    version=2,
    settings={"show.toml [audio] lufs": "0011223344556677"},
    inputs={"audio.wav": SHA},
    outputs={"build/master.mp3": SHA},
    waiting=True,
)


def test_round_trip_and_order(tmp_path: Path) -> None:
    lock = Lock(stages={"b": RECORD, "a": RECORD.model_copy(update={"waiting": False})})
    path = tmp_path / "lock.json"
    path.write_bytes(lock.encode())
    assert read_lock(path, "lock.json") == lock
    text = path.read_text()
    assert text.index('"a"') < text.index('"b"')
    assert text.count("waiting") == 1


def test_no_file_is_an_empty_lock(tmp_path: Path) -> None:
    assert read_lock(tmp_path / "lock.json", "lock.json") == Lock()


def test_a_lock_that_git_could_not_merge_says_how_to_take_a_side(tmp_path: Path) -> None:
    path = tmp_path / "lock.json"
    path.write_text('{\n<<<<<<< HEAD\n "version": 1,\n=======\n>>>>>>> theirs\n}\n')
    with pytest.raises(PullquoteError, match="git checkout --theirs episodes/x/build;"):
        read_lock(path, "episodes/x/build/lock.json")
    assert read_lock(path, "feed/build/lock.json", of_show=True) == Lock(), "made anew in a second"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"version": 1', "<<<<<<< HEAD"),
        ('"version": 1', '"version": 0'),
        (SHA, "secret"),
        ("build/master.mp3", "../../master.mp3"),
        ("build/master.mp3", "build/../quotes.toml"),
        ("build/master.mp3", "quotes.toml"),
        ('"waiting": true', '"waiting": "yes"'),
        ('"settings"', '"setings"'),
    ],
)
def test_a_damaged_lock_says_so(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "lock.json"
    path.write_text(Lock(stages={"a": RECORD}).encode().decode().replace(old, new))
    with pytest.raises(PullquoteError) as error:
        read_lock(path, "episodes/x/build/lock.json")
    assert error.value.message.startswith("episodes/x/build/lock.json is damaged: ")
    assert error.value.hint.startswith("delete episodes/x/build/lock.json and run again")


def test_a_key_of_a_newer_release(tmp_path: Path) -> None:
    """Deleting such a lock would have everything made again, also what a released episode keeps."""
    path = tmp_path / "lock.json"
    path.write_text(
        Lock(stages={"a": RECORD}).encode().decode().replace('"version"', '"later": 1, "version"')
    )
    with pytest.raises(PullquoteError, match="by a newer release of pullquote") as error:
        read_lock(path, "lock.json")
    assert error.value.hint == "update pullquote here, too"


@pytest.mark.parametrize("rest", ['"stages": {}', '"stages": []', '"made": {"a": [1]}'])
def test_a_format_of_a_newer_release(tmp_path: Path, rest: str) -> None:
    """Whatever such a lock looks like, it is not damaged, and must not be deleted."""
    path = tmp_path / "lock.json"
    path.write_text(f'{{"version": 2, {rest}}}')
    with pytest.raises(PullquoteError) as error:
        read_lock(path, "lock.json")
    assert (error.value.message, error.value.hint) == (
        "lock.json was written by a newer release of pullquote: it has format 2, and 1 is known here",
        "update pullquote here, too",
    )


def test_deleting_the_lock_helps(show: Any, line: Runner) -> None:
    line.run("one")
    built = show.built()
    show.path("build/lock.json").write_text("{")
    with pytest.raises(PullquoteError, match="is damaged"):
        line.run("one")
    show.path("build/lock.json").unlink()
    line.run("one")
    assert show.built() == built
