"""A run on a machine that has nothing of the show gives what a run here gives."""

import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.artefacts import PUBLISHED
from pipeline.engine.running.parcels import Parcel, Returned, collect, unpack
from pipeline.engine.running.runner import Runner
from pipeline.errors import PullquoteError
from pipeline.workspace import Workspace, dump_json
from tests.engine.workers import STAGES

Elsewhere = Callable[..., Returned]


@pytest.fixture
def runner(show: Any) -> Runner:
    show.episode("one", audio="a b")
    return Runner(show.workspace, STAGES)


@pytest.fixture
def elsewhere(show: Any, tmp_path: Path) -> Elsewhere:
    """Work on a parcel in a folder of its own, with media from a folder that stands for the store."""
    store = tmp_path / "store"
    store.mkdir()

    def fetch(name: str, sha256: str, path: Path) -> None:
        path.write_bytes((store / sha256).read_bytes())

    def work(parcel: Parcel, number: int = 1) -> Returned:
        for path in show.root.glob("episodes/one/audio.wav"):
            (store / hashlib.sha256(path.read_bytes()).hexdigest()).write_bytes(path.read_bytes())
        root = tmp_path / f"machine-{number}"
        unpack(parcel, root, fetch)
        Runner(Workspace(root), STAGES).run(parcel.slug, to=parcel.to)
        returned = collect(parcel, root)
        for name, sha256 in returned.media.items():
            (store / sha256).write_bytes((root / "episodes" / parcel.slug / name).read_bytes())
        return returned

    return work


def built(show: Any) -> dict[str, bytes]:
    folder = show.path("build")
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.suffix != ".mp3"}


def test_what_was_made_elsewhere_is_what_is_made_here(
    show: Any, runner: Runner, elsewhere: Elsewhere
) -> None:
    parcel = runner.pack("one", None)
    assert [each.stage for each in parcel.stale] == ["split", "join"]
    assert list(parcel.media) == ["audio.wav"]
    assert "audio.wav" not in parcel.files
    returned = elsewhere(parcel)
    assert runner.take_in(parcel, returned) == ("split", "join")
    assert runner.run("one").ran == ()
    here = built(show)
    show.episode("two", audio="a b")
    runner.run("two")
    assert here["all.txt"] == show.path("build/all.txt", "two").read_bytes()
    assert set(returned.media) == {"build/parts/a.mp3", "build/parts/b.mp3"}


def test_in_two_parcels_the_second_reads_what_the_first_made(
    show: Any, runner: Runner, elsewhere: Elsewhere
) -> None:
    first = runner.pack("one", "split")
    assert runner.take_in(first, elsewhere(first)) == ("split",)
    second = runner.pack("one", None)
    assert [each.stage for each in second.stale] == ["join"]
    assert set(second.media) == {"build/parts/a.mp3", "build/parts/b.mp3"}
    assert runner.take_in(second, elsewhere(second, 2)) == ("join",)
    assert show.path("build/all.txt").read_text() == "ab"


def test_a_recording_that_changed_meanwhile_is_not_paired_with_what_was_made_of_the_other(
    show: Any, runner: Runner, elsewhere: Elsewhere
) -> None:
    parcel = runner.pack("one", None)
    returned = elsewhere(parcel)
    show.episode("one", audio="other words")
    with pytest.raises(
        PullquoteError, match=r"audio\.wav changed while it was worked on elsewhere"
    ):
        runner.take_in(parcel, returned)
    assert built(show) == {}
    assert runner.run("one").ran == ("split", "join")


def test_who_was_first_wins(show: Any, runner: Runner, elsewhere: Elsewhere) -> None:
    parcel = runner.pack("one", None)
    returned = elsewhere(parcel)
    show.episode("one", audio="c d")
    runner.run("one")
    before = built(show)
    with pytest.raises(PullquoteError, match="its lock changed while"):
        runner.take_in(parcel, returned)
    assert built(show) == before


def test_two_that_made_the_same_do_not_quarrel(
    show: Any, runner: Runner, elsewhere: Elsewhere
) -> None:
    parcel = runner.pack("one", None)
    returned = elsewhere(parcel)
    runner.run("one")
    before = built(show)
    assert runner.take_in(parcel, returned) == ()
    assert built(show) == before


def test_files_that_are_not_what_their_lock_says_are_not_taken(
    show: Any, runner: Runner, elsewhere: Elsewhere
) -> None:
    parcel = runner.pack("one", None)
    returned = elsewhere(parcel)
    forged = Returned(returned.lock, {**returned.files, "build/all.txt": b"x"}, returned.media)
    with pytest.raises(PullquoteError, match="other bytes than its lock says"):
        runner.take_in(parcel, forged)
    assert not show.path("build/all.txt").exists()


def test_a_parcel_of_a_show_that_has_published_travels(show: Any, runner: Runner) -> None:
    published = PUBLISHED.path(show.workspace)
    published.parent.mkdir(parents=True)
    published.write_text(dump_json({"episodes": []}))
    parcel = runner.pack("one", None)
    assert PUBLISHED in parcel.files
    assert pickle.loads(pickle.dumps(parcel)) == parcel


def test_nothing_stale_is_an_empty_parcel(runner: Runner) -> None:
    runner.run("one")
    parcel = runner.pack("one", None)
    assert (parcel.stale, dict(parcel.media)) == ((), {})
    assert [each.stage for each in runner.pack("one", None, ["join"]).stale] == ["join"]
