import importlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline.engine.running.executors import process_pool, run_jobs
from pipeline.engine.running.runner import EpisodeResult
from pipeline.errors import PullquoteError, Refused

SLUGS = ["fine", "refused", "odd", "waiting"]


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of jobs, under a name that worker processes can import."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    return importlib.import_module("workers")


@pytest.fixture
def pool() -> Iterator[ProcessPoolExecutor]:
    with process_pool(2) as executor:
        yield executor


def check(results: list[EpisodeResult]) -> None:
    found = {result.slug: result for result in results}
    assert set(found) == set(SLUGS)
    assert found["fine"] == EpisodeResult("fine", ("words", "item"))
    refused = found["refused"].error
    assert isinstance(refused, Refused)
    assert (refused.message, refused.hint) == ("edited by hand", "use --force")
    odd = found["odd"].error
    assert isinstance(odd, PullquoteError)
    assert odd.message == "Unpicklable: 1 odd"
    waiting = found["waiting"].waiting
    assert waiting
    assert str(waiting) == "3 quotes wait\n  review them"


def test_in_threads(workers: Any) -> None:
    with ThreadPoolExecutor(2) as threads:
        check(list(run_jobs(workers.job, SLUGS, threads)))


def test_in_worker_processes(workers: Any, pool: ProcessPoolExecutor) -> None:
    check(list(run_jobs(workers.job, SLUGS, pool)))


def test_a_worker_that_dies_is_a_result(workers: Any, pool: ProcessPoolExecutor) -> None:
    (result,) = run_jobs(workers.die, ["one"], pool)
    assert isinstance(result.error, PullquoteError)
    assert result.error.message.startswith("the process that worked on it ended")


def test_real_episodes_in_worker_processes(
    workers: Any, pool: ProcessPoolExecutor, show: Any
) -> None:
    slugs = ["one", "two", "three"]
    for slug in slugs:
        show.episode(slug, audio=f"a {slug}")
    job = partial(workers.run_episode, str(show.root))
    assert {r.slug: r.ran for r in run_jobs(job, [*slugs, "four"], pool)} == {
        "one": ("split", "join"),
        "two": ("split", "join"),
        "three": ("split", "join"),
        "four": (),
    }
    assert [result.ran for result in run_jobs(job, slugs, pool)] == [()] * 3
