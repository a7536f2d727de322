"""Where many episodes run: here, one after the other, or on any `concurrent.futures.Executor`.

A job is a function of a slug, and an episode's run is idempotent, so an executor needs no queue or
retries of ours. A cluster joins by offering `submit` that returns standard futures.

We start no Ray cluster, and join only one that runs. One that was started here would listen on every
interface of this machine, and whoever reaches a Ray cluster may run any code on it.
"""

import logging
import os
import pickle
import socket
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Any

from pipeline.engine.running.runner import EpisodeResult
from pipeline.errors import ConfigError, PullquoteError, machine_error

Job = Callable[[str], EpisodeResult]


def run_jobs(job: Job, slugs: Iterable[str], pool: Executor | None) -> Iterator[EpisodeResult]:
    """Run `job` for every slug and yield the results as they come; failures are results too.

    Without a pool everything runs in this process, in order. For a pool the job is pickled: give it
    a function of a module, or a `functools.partial` of one.
    """
    if pool is None:
        yield from (guarded(job, slug) for slug in slugs)
        return
    futures = {pool.submit(guarded, job, slug): slug for slug in slugs}
    try:
        for future in as_completed(futures):
            error = future.exception()
            if error is None:
                yield future.result()
            else:  # the worker died: out of memory, or killed
                yield EpisodeResult(futures[future], error=_died(error))
    finally:
        for future in futures:
            future.cancel()


def process_pool(workers: int | None) -> ProcessPoolExecutor:
    """Worker processes on this machine, one for each core by default.

    They are spawned, not forked: a fork would inherit the parent's file locks and threads.
    """
    return ProcessPoolExecutor(workers or os.cpu_count(), mp_context=get_context("spawn"))


class RayCluster(Executor):
    """The cluster that `RAY_ADDRESS` names: a core for each call, on whichever machine is free.

    Its machines see the show's folder under the same path, and have Pullquote installed.
    ConfigError without the extra, without the address, and where no cluster answers.
    """

    def __init__(self) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a host's work is nobody's statistic
        try:
            import ray
        except ImportError:
            raise ConfigError("Ray is not installed", "pip install 'pullquote[ray]'") from None
        address = _answering(os.environ.get("RAY_ADDRESS", ""))
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
        self._ray = ray

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As `Executor.submit`; a call whose worker dies is not repeated."""
        task = self._ray.remote(fn).options(num_cpus=1, max_retries=0)
        future: Future[Any] = task.remote(*args, **kwargs).future()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, which runs on; what was not finished is dropped."""
        self._ray.shutdown()


def _answering(address: str) -> str:
    """The address of a cluster, asked first: Ray itself tries for five minutes, then exits."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise ConfigError(
            "RAY_ADDRESS does not say which cluster to use",
            "set it to HOST:PORT; on this machine alone, --jobs is enough",
        )
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except OSError as error:
        raise ConfigError(
            f"no Ray cluster answers at {address}: {error.strerror or error}",
            "start it with `ray start --head`, or mend RAY_ADDRESS",
        ) from None
    return address


def guarded(job: Job, slug: str) -> EpisodeResult:
    """Run one job; whatever it raises comes back as a result that survives pickling."""
    try:
        return job(slug)
    except Exception as error:
        return EpisodeResult(slug, error=_portable(error))


def _portable(error: Exception) -> Exception:
    if isinstance(error, OSError) and (known := machine_error(error)):
        return known
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes, to see that they can be read
    except Exception:
        return PullquoteError(f"{type(error).__name__}: {error}")
    return error


def _died(error: BaseException) -> PullquoteError:
    return PullquoteError(
        f"the process that worked on it ended: {error}",
        "run it again; with less memory than episodes want, use fewer workers",
    )
