"""What is decided of a cluster before anything runs there: where there is room, and who may not join."""

import errno
from concurrent.futures import CancelledError, Future
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from pipeline.errors import ConfigError
from pipeline.settings.production import BackfillSettings
from pipeline.show.backfilling import cluster
from pipeline.show.backfilling.cluster import Cluster, _listeners, _room
from pipeline.speech.recognising import engine


@pytest.mark.parametrize(
    ("cards", "share", "count"),
    [
        ([2, 1, 0], 0.6, 3),  # not five, nor four: none has parts of two cards
        ([2, 0], 0.4, 4),
        ([2, 0], 1, 2),
        ([1], 0.1, 10),
    ],
)
def test_a_recogniser_has_its_part_of_one_card(
    cards: list[float], share: float, count: int
) -> None:
    machines = [{"GPU": each, "CPU": 8.0} for each in cards]
    assert _listeners(BackfillSettings(gpus_per_worker=share), machines) == count


def test_gpus_where_there_are_none_are_wrong_usage() -> None:
    with pytest.raises(ConfigError, match="no machine of the cluster has any"):
        _listeners(BackfillSettings(gpus_per_worker=0.5), [{"CPU": 8.0}])


def test_a_recogniser_leaves_memory_for_an_episode_beside_it() -> None:
    """Else no episode would be cut and decoded anywhere, and the recogniser would have nothing to hear."""
    machines = [
        {"GPU": 2.0, "memory": 27e9},
        {"GPU": 2.0, "memory": 26.5e9},
        {"GPU": 1.0, "memory": 1e8},
    ]
    assert _room(1.0, machines, memory=13_200_000_000) == 3


def test_a_worker_that_lives_is_not_said_to_have_died(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "audio.wav"))
    assert "the disk is full" in str(cluster._ours("one", full))
    told = str(cluster._ours("one", TypeError("Traceback:\n  work()\nno such field")))
    assert told.startswith("one: a worker could not work on it (TypeError): no such field\n")


def test_a_gpu_that_nobody_asked_for_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray hides it from nobody, and a process for each core would load its model there."""
    loading = Mock()
    monkeypatch.setattr(engine, "source", None)
    monkeypatch.setattr(engine, "_last", loading)
    choice = ("openai-whisper", "tiny.en", ())
    monkeypatch.setattr(cluster, "work", lambda *_: engine.source and engine.source(choice))
    cluster.warm_work(Mock(), Mock())
    loading.assert_called_once_with("openai-whisper", "tiny.en", "cpu")


def test_nobody_waits_for_a_cluster_that_was_left() -> None:
    """Ray answered one of twenty no more, and the process hung until it was killed."""
    asked, answer = cluster._Asked(), Future[int]()
    task = Mock(**{"remote.return_value.future.return_value": answer})
    waits = asked.ask(task)
    asked.end(lambda: None)
    for wait in (waits.result, partial(asked.ask, task)):
        with pytest.raises(CancelledError):
            wait()


def test_a_show_whose_store_is_here_only_is_told(new_show: Any, tmp_path: Path) -> None:
    from pipeline.show.backfilling import driving

    workspace = new_show(tmp_path)
    with pytest.raises(ConfigError, match="on this machine only"):
        driving._bucket(workspace)


@pytest.mark.parametrize("address", [None, "127.0.0.1:1", "ray://127.0.0.1:10001"])
def test_a_cluster_that_cannot_be_joined_is_wrong_usage(
    address: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray", reason="needs the extra [ray]")
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    if address:
        monkeypatch.setenv("RAY_ADDRESS", address)
    with pytest.raises(ConfigError):
        Cluster(BackfillSettings())
