"""The Ray cluster that works on parcels: Ray has the queue, the placement and the second try.

We start no Ray cluster, and join only one that runs. One that was started here would listen on every
interface of this machine, and whoever reaches a Ray cluster may run any code on it.
"""

import logging
import math
import os
import queue
import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from functools import partial
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from pipeline.engine.declared.stage import MEMORY
from pipeline.engine.running.parcels import Need, Parcel, Returned
from pipeline.engine.running.runner import EpisodeResult
from pipeline.errors import ConfigError, PullquoteError, for_people
from pipeline.settings.production import BackfillSettings, StorageSettings
from pipeline.show.backfilling.work import work
from pipeline.web.deadline import VARIABLE

if TYPE_CHECKING:
    from pipeline.speech.recognising.engine import Choice, ChunkEngine

_log = logging.getLogger(__name__)

_AHEAD = 2  # parcels for each core: one is worked on while the next one is sent
_SILENT = 20.0  # seconds after which a recogniser is asked if it is there, and in which it says so
_ROUNDING = 1e-6  # of a GPU: ten workers of 0.1 fit one
_SHARE = 8  # parcels for each recogniser: they are decoded and cut while others are heard


class Cluster:
    """The cluster at `RAY_ADDRESS`. ConfigError without the extra, the address, or an answer there.

    Its machines have Pullquote installed, and reach the show's store with keys of their own. An episode
    takes a core and the memory that its stages say, on whichever machine is free. Where the settings ask
    for GPUs, its words are heard by one of the recognisers that have them, which keep their model; its core
    is free for others meanwhile.
    """

    def __init__(self, settings: BackfillSettings) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a host's work is nobody's statistic
        os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"  # else whoever asks after `leave` joins it anew
        os.environ.setdefault("RAY_task_oom_retries", "1")  # else it is tried for ever
        try:
            import ray
        except ImportError:
            raise ConfigError("Ray is not installed", "pip install 'pullquote[ray]'") from None
        address = _answering(os.environ.get("RAY_ADDRESS", ""))
        try:
            ray.init(
                address, log_to_driver=False, logging_level=logging.ERROR, runtime_env=_patience()
            )
        except (OSError, RuntimeError, ray.exceptions.RayError) as error:
            # An OSError says no more than that.
            why = "" if isinstance(error, OSError) else f": {_line(error)}"
            raise ConfigError(
                f"this machine takes no part in the Ray cluster at {address}{why}",
                f"join it, with the same Ray, Python and token: ray start --address={address} --num-cpus=0",
            ) from None
        self._task = ray.remote(num_cpus=1, max_retries=1)(warm_work)
        self._ray: Any = ray
        self._gpus = settings.gpus_per_worker
        self._known = self._machines()
        self.listeners = _listeners(settings, self._known)
        cores = sum(int(each.get("CPU", 0)) for each in self._known)
        if not cores:
            _log.warning("no machine of the cluster has a core yet: the episodes wait for one")
        self.workers = self.listeners or settings.workers or cores or 1
        self.at_once = _SHARE * self.listeners or _AHEAD * self.workers
        self._free: queue.Queue[Any] = queue.Queue()
        self._starting, self._started, self._lost = Lock(), False, False
        self._asked = _Asked()

    def _machines(self) -> list[dict[str, float]]:
        """What Ray has of each machine, in all."""
        return [each["Resources"] for each in self._ray.nodes() if each["Alive"]]

    def _start(self, hearing: Need) -> None:
        """Start the recognisers; each has a few parcels at once, as soon as it answers."""
        from pipeline.speech.recognising.together import Listener  # late: torch

        self._check_room([hearing._replace(memory=hearing.memory + MEMORY)], "GPU")
        count = min(self.listeners, _room(self._gpus, self._known, hearing.memory))
        actor = self._ray.remote(Listener).options(
            num_cpus=0,
            num_gpus=self._gpus,
            memory=hearing.memory,
            max_concurrency=2 * _SHARE,
            max_restarts=-1,
            max_task_retries=-1,  # it refuses by itself what it dies of
        )
        run = secrets.token_hex(8)
        for _ in range(count):
            self._offer(actor.remote(self._gpus, run), _SHARE)

    def _offer(self, listener: Any, parcels: int) -> None:
        """Let a recogniser have so many more at once, as soon as it answers."""

        def offer(answered: Future[bool]) -> None:
            for _ in range(0 if answered.cancelled() or answered.exception() else parcels):
                self._free.put(listener)

        self._asked.ask(listener.__ray_ready__).add_done_callback(offer)

    def run(self, parcel: Parcel, bucket: StorageSettings) -> tuple[EpisodeResult, Returned | None]:
        """Have a parcel worked on, by a recogniser too where a stage asks one; wait for what comes back."""
        elsewhere = [each for each in parcel.stale if each.warm and self.listeners]
        here = [each for each in parcel.stale if each not in elsewhere]
        if elsewhere:
            with self._starting:
                if not self._started:
                    self._start(elsewhere[0])
                    self._started = True
        memory = max((each.memory for each in here), default=MEMORY)
        self._check_room(here, "CPU")
        task = self._task.options(memory=memory)
        while True:
            listener = self._free.get() if elsewhere else None
            found = self._answer(parcel, self._asked.ask(task, parcel, bucket, listener))
            if listener:
                self._offer(listener, 1)
            if not isinstance(found[0].error, _GoneError):
                return found
            if not self._lost:
                _log.warning("a recogniser is gone; it goes on when Ray finds a GPU for it")
            self._lost = True

    def _check_room(self, needs: Sequence[Need], beside: str) -> None:
        """ConfigError where the memory is on no machine that has a core, or a GPU, `beside` it.

        Ray would wait for one.
        """
        most = max(needs, key=lambda each: each.memory, default=None)
        if most is None or self._lent(beside) >= most.memory:
            return
        self._known = self._machines()
        if self._lent(beside) < most.memory:
            raise ConfigError(
                f"'{most.stage}' takes up to {most.memory / 1e9:.1f} GB of memory, and no machine of the "
                f"cluster lends more than {self._lent(beside) / 1e9:.1f}",
                "start Ray on a larger one, say more there with --memory, or take a smaller model",
            )

    def _lent(self, beside: str) -> float:
        able = [each.get("memory", 0.0) for each in self._known if each.get(beside)]
        return max(able, default=math.inf)  # a cluster that grows has none yet

    def _answer(self, parcel: Parcel, asked: Future[Any]) -> tuple[EpisodeResult, Returned | None]:
        from ray.exceptions import RayError, RayTaskError

        try:
            found: tuple[EpisodeResult, Returned | None] = asked.result()
        except RayTaskError as error:  # whoever worked on it lives: a full disk, other code
            return EpisodeResult(parcel.slug, error=_ours(parcel.slug, error.cause)), None
        except RayError as error:
            lost = PullquoteError(
                f"{parcel.slug}: whoever worked on it ended twice: {_line(error)}",
                "the other episodes go on; hear its recording, or run it here: "
                f"pullquote run {parcel.slug}",
            )
            return EpisodeResult(parcel.slug, error=lost), None
        return found

    def leave(self) -> None:
        """Leave the cluster, which runs on; what was not finished is dropped.

        In a thread of its own, which no second Ctrl-C ends: whoever waits for the cluster would wait on.
        """
        leaving = Thread(target=self._leave)
        leaving.start()
        leaving.join()

    def _leave(self) -> None:
        self._asked.end(self._ray.shutdown)
        for _ in range(self.at_once):
            self._free.put(None)  # whoever waits for a recogniser hears that there is no cluster


class _GoneError(Exception):
    """A recogniser does not answer: its machine is gone, and Ray has no other GPU for it now."""


class _Asked:
    """What Ray was asked and has not answered: when it is left, it does not always answer.

    Whoever asks it then is ended by it, without a word to a host.
    """

    def __init__(self) -> None:
        self._asking, self._ended = Lock(), False
        self._open: set[Future[Any]] = set()

    def ask(self, what: Any, *given: Any) -> Future[Any]:
        """What a task or a recogniser's method answers; CancelledError once this has ended."""
        with self._asking:
            if self._ended:
                raise CancelledError
            asked: Future[Any] = what.remote(*given).future()
            self._open.add(asked)
        asked.add_done_callback(self._open.discard)
        return asked

    def end(self, leave: Callable[[], object]) -> None:
        with self._asking:
            self._ended = True
        leave()
        for asked in [*self._open]:
            asked.cancel()


def warm_work(
    parcel: Parcel, bucket: StorageSettings, listener: Any = None
) -> tuple[EpisodeResult, Returned | None]:
    """The same in a process that goes on with the next episode, for Ray keeps its workers.

    It keeps its model, or asks a `listener` that does.
    """
    from pipeline.speech.recognising import engine

    # A GPU that nobody asked Ray for is seen here all the same, by as many as there are cores.
    here = partial(engine.kept, device="cpu")
    engine.source = partial(_elsewhere, listener) if listener else here
    return work(parcel, bucket)


def _elsewhere(listener: Any, choice: "Choice") -> "ChunkEngine":
    import ray
    from ray.exceptions import GetTimeoutError, RayTaskError

    from pipeline.speech.recognising.together import Elsewhere

    def ask(method: str, *arguments: Any) -> Any:
        asked = getattr(listener, method).remote(*arguments)
        while True:
            try:
                return ray.get(asked, timeout=_SILENT)
            except RayTaskError as error:
                raise error.cause from None
            except GetTimeoutError:  # it hears others, or waits for a machine
                if not ray.wait([listener.__ray_ready__.remote()], timeout=_SILENT)[0]:
                    raise _GoneError from None

    found = Elsewhere(ask, choice)
    if found.identity.options["device"] == "cpu":
        _log.warning(
            "a worker was given a GPU, and torch finds none there: it listens on its core (%s)",
            ask("why_no_card"),
        )
    return found


def _patience() -> dict[str, Any]:
    """How long a store may be silent, where the host says it: what works there waits as long."""
    said = os.environ.get(VARIABLE)
    return {"env_vars": {VARIABLE: said}} if said else {}


def _listeners(settings: BackfillSettings, machines: Sequence[Mapping[str, float]]) -> int:
    """How many recognisers have a card, or their share of one."""
    if not settings.gpus_per_worker:
        return 0
    room = _room(settings.gpus_per_worker, machines)
    if not room:
        raise ConfigError(
            f"a worker wants {settings.gpus_per_worker:g} GPUs, and no machine of the cluster has any",
            "set gpus_per_worker under [backfill] in feed/show.toml, or start machines with GPUs",
        )
    return min(settings.workers or room, room)


def _room(share: float, machines: Sequence[Mapping[str, float]], memory: int = 1) -> int:
    """How many recognisers find their share of one card and memory on a machine, beside an episode."""
    on_card = int(1 / share + _ROUNDING)
    counts = (
        min(each.get("GPU", 0) * on_card, (each.get("memory", math.inf) - MEMORY) / memory)
        for each in machines
    )
    return sum(int(max(0.0, count)) for count in counts)


def _ours(slug: str, cause: Exception) -> PullquoteError:
    return for_people(cause) or PullquoteError(
        f"{slug}: a worker could not work on it ({type(cause).__name__}): {_line(cause, -1)}",
        "install the same releases of Pullquote, Python and Ray on every machine of the cluster, or run it "
        f"here: pullquote run {slug}",
    )


def _line(error: Exception, number: int = 0) -> str:
    """The first line of what Ray says, or the last (-1) of an error that holds a traceback."""
    return str(error).strip().split("\n")[number]


def _answering(address: str) -> str:
    """The address of a cluster, asked first: Ray itself tries for five minutes, then exits."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or "//" in host:
        raise ConfigError(
            f"RAY_ADDRESS does not say which cluster to use: '{address}'",
            "set it to HOST:PORT, without ray://; on this machine alone, --jobs is enough",
        )
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except OSError as error:
        raise ConfigError(
            f"no Ray cluster answers at {address}: {error.strerror or error}",
            "start it with `ray start --head`, or mend RAY_ADDRESS",
        ) from None
    return address
