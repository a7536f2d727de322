"""Where many episodes run: in any `concurrent.futures.Executor`.

A job is a function of a slug, and an episode's run is idempotent, so an executor needs no queue or
retries of ours. In processes of this machine a job runs the episode. For a cluster of machines that do not
see the show's folder, it is a thread that sends the episode as one of `parcels`.
"""

import os
import pickle
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from pipeline.engine.running.runner import EpisodeResult
from pipeline.errors import PullquoteError, for_people

Job = Callable[[str], EpisodeResult]


def run_jobs(
    job: Job, slugs: Iterable[str], pool: Executor
) -> Generator[EpisodeResult, None, None]:
    """Run `job` for every slug and yield the results as they come; failures are results too.

    For processes the job is pickled: give it a function of a module, or a `functools.partial` of one.
    """
    futures = {pool.submit(guarded, job, slug): slug for slug in slugs}
    try:
        for future in as_completed(futures):
            error = future.exception()
            if error is None:
                yield future.result()
            else:  # the worker died: out of memory, or killed
                died = PullquoteError(
                    f"the process that worked on it ended: {error}",
                    "run it again; with less memory than episodes want, use fewer workers",
                )
                yield EpisodeResult(futures[future], error=died)
    finally:
        for future in futures:
            future.cancel()


def process_pool(workers: int | None) -> ProcessPoolExecutor:
    """Worker processes on this machine, one for each core by default.

    They are spawned, not forked: a fork would inherit the parent's file locks and threads.
    """
    return ProcessPoolExecutor(workers or os.cpu_count(), mp_context=get_context("spawn"))


def guarded(job: Job, slug: str) -> EpisodeResult:
    """Run one job; whatever it raises comes back as a result that survives pickling."""
    try:
        return job(slug)
    except Exception as error:
        return EpisodeResult(slug, error=_portable(error))


def _portable(error: Exception) -> Exception:
    if isinstance(error, OSError) and (known := for_people(error)):
        return known
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes, to see that they can be read
    except Exception:
        return PullquoteError(f"{type(error).__name__}: {error}")
    return error
