"""The Ray cluster that works on parcels: Ray has the queue, the placement and the second try.

We start no Ray cluster, and join only one that runs. One that was started here would listen on every
interface of this machine, and whoever reaches a Ray cluster may run any code on it.
"""

import logging
import os
import queue
import socket
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.engine.running.parcels import Parcel, Returned
from pipeline.engine.running.runner import EpisodeResult
from pipeline.errors import ConfigError, PullquoteError
from pipeline.settings.production import BackfillSettings, StorageSettings
from pipeline.show.backfilling.work import work

if TYPE_CHECKING:
    from pipeline.speech.recognising.engine import Choice, ChunkEngine

_log = logging.getLogger(__name__)

_AHEAD = 2  # parcels for each core: one is worked on while the next one is sent
_SHARE = 8  # parcels for each recogniser: they are decoded and cut while others are heard


class Cluster:
    """The cluster at `RAY_ADDRESS`. ConfigError without the extra, the address, or an answer there.

    Its machines have Pullquote installed, and reach the show's store with keys of their own. An episode
    takes a core, on whichever machine is free. Where the settings ask for GPUs, its words are heard by one
    of the recognisers that have them, which keep their model; its core is free for others meanwhile.
    """

    def __init__(self, settings: BackfillSettings) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a host's work is nobody's statistic
        try:
            import ray
        except ImportError:
            raise ConfigError("Ray is not installed", "pip install 'pullquote[ray]'") from None
        address = _answering(os.environ.get("RAY_ADDRESS", ""))
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
        self._task = ray.remote(warm_work).options(num_cpus=1, max_retries=1)
        self._ray: Any = ray
        found: dict[str, float] = self._ray.cluster_resources()
        self.listeners = _listeners(settings, found)
        self.workers = self.listeners or settings.workers or int(found.get("CPU", 0)) or 1
        self.at_once = _SHARE * self.listeners or _AHEAD * self.workers
        self._free: queue.Queue[Any] = queue.Queue()
        if self.listeners:
            self._start(settings.gpus_per_worker)

    def _start(self, gpus: float) -> None:
        """Start the recognisers; each has a few parcels at once."""
        from pipeline.speech.recognising.together import Listener  # late: torch

        actor = self._ray.remote(Listener).options(
            num_cpus=0,
            num_gpus=gpus,
            max_concurrency=2 * _SHARE,
            max_restarts=-1,
            max_task_retries=-1,  # it refuses by itself what it dies of
        )
        for listener in [actor.remote() for _ in range(self.listeners)] * _SHARE:
            self._free.put(listener)

    def run(
        self, parcel: Parcel, bucket: StorageSettings, *, listens: bool
    ) -> tuple[EpisodeResult, Returned | None]:
        """Have a parcel worked on, by a recogniser too if it `listens`; wait for what comes back."""
        if not (listens and self.listeners):
            return self._answer(parcel, self._task.remote(parcel, bucket))
        listener = self._free.get()
        try:
            return self._answer(parcel, self._task.remote(parcel, bucket, listener))
        finally:
            self._free.put(listener)

    def _answer(self, parcel: Parcel, reference: Any) -> tuple[EpisodeResult, Returned | None]:
        from ray.exceptions import RayError

        try:
            found: tuple[EpisodeResult, Returned | None] = self._ray.get(reference)
        except RayError as error:
            first = str(error).strip().partition("\n")[0]
            lost = PullquoteError(
                f"{parcel.slug}: whoever worked on it ended twice: {first}",
                "the other episodes go on; hear its recording, or run it here: "
                f"pullquote run {parcel.slug}",
            )
            return EpisodeResult(parcel.slug, error=lost), None
        return found

    def leave(self) -> None:
        """Leave the cluster, which runs on; what was not finished is dropped."""
        self._ray.shutdown()


def warm_work(
    parcel: Parcel, bucket: StorageSettings, listener: Any = None
) -> tuple[EpisodeResult, Returned | None]:
    """The same in a process that goes on with the next episode, for Ray keeps its workers.

    It keeps its model, or asks a `listener` that does.
    """
    from pipeline.speech.recognising import engine

    engine.source = partial(_elsewhere, listener) if listener else engine.kept
    return work(parcel, bucket)


def _elsewhere(listener: Any, choice: "Choice") -> "ChunkEngine":
    import ray
    from ray.exceptions import RayTaskError

    from pipeline.speech.recognising.together import Elsewhere

    def ask(method: str, *arguments: Any) -> Any:
        try:
            return ray.get(getattr(listener, method).remote(*arguments))
        except RayTaskError as error:
            raise error.cause from None

    found = Elsewhere(ask, choice)
    if found.identity.options["device"] == "cpu":
        _log.warning("a worker was given a GPU, and torch finds none there: it listens on its core")
    return found


def _listeners(settings: BackfillSettings, found: dict[str, float]) -> int:
    """How many recognisers have GPUs of their own."""
    if not settings.gpus_per_worker:
        return 0
    room = int(found.get("GPU", 0) / settings.gpus_per_worker)
    if not room:
        raise ConfigError(
            f"a worker wants {settings.gpus_per_worker:g} GPUs, and the cluster has "
            f"{found.get('GPU', 0):g}",
            "set gpus_per_worker under [backfill] in feed/show.toml, or start machines with GPUs",
        )
    return min(settings.workers or room, room)


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
