"""What a machine of a cluster does with a parcel: it has nothing of the show, and keeps nothing of it.

Media comes from the store and goes there, by its digest. So do finished batches of a transcription: a
machine that is gone has done none of them in vain.
"""

import hashlib
import logging
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

import platformdirs
from pydantic import TypeAdapter

import pipeline
from pipeline.engine.progress import Progress, Reporter
from pipeline.engine.running.executors import guarded
from pipeline.engine.running.parcels import Parcel, Returned, collect, resumed, unpack
from pipeline.engine.running.runner import EpisodeResult, Runner
from pipeline.errors import ConfigError, PullquoteError, StorageError
from pipeline.settings.production import StorageSettings
from pipeline.settings.show import load_episode
from pipeline.stages import all_stages
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import unfinished_key, work_key
from pipeline.workspace import Workspace, write_bytes

_EVERY = 5.0  # seconds after which what is finished goes to the store; a batch takes about as long
_SELDOM = 10  # times as long as it takes: a store that is silent costs a tenth of the time
#: Tries of a request, by which a store may hang up for half a minute: an hour's hearing depends on it.
PATIENT = 11
_MADE = "made.json"  # what finished stages of a parcel made
_RETURNED = TypeAdapter(Returned)


def work(parcel: Parcel, bucket: StorageSettings) -> tuple[EpisodeResult, Returned | None]:
    """Run the stages of a parcel; how that ended, and what they made, if any did."""
    try:
        if parcel.release != pipeline.__version__:
            raise ConfigError(
                f"{socket.gethostname()} has Pullquote {pipeline.__version__}, and the show is worked on "
                f"with {parcel.release}",
                "install the same release on every machine of the cluster",
            )
        return _work(parcel, _store(bucket))
    except PullquoteError as error:
        return EpisodeResult(parcel.slug, error=error), None


@lru_cache(maxsize=1)
def _store(bucket: StorageSettings) -> ObjectStore:
    """Kept from parcel to parcel: boto3 takes a tenth of a second to make a client."""
    return ObjectStore(bucket, attempts=PATIENT)


def _work(parcel: Parcel, store: ObjectStore) -> tuple[EpisodeResult, Returned]:
    # What the parcel is: its second try goes on where the first one ended.
    digest = hashlib.sha256(repr(parcel).encode()).hexdigest()
    root = platformdirs.user_cache_path("pullquote") / "work" / f"{parcel.slug}-{digest[:16]}"
    finished = _Finished(parcel, Workspace(root), store, unfinished_key(digest, ""))
    finished.lay_out()
    runner = Runner(Workspace(root), all_stages())
    run = partial(runner.run, to=parcel.to, force=parcel.force, reporter=finished)
    try:
        with _told() as lines:
            result = guarded(run, parcel.slug)
    finally:
        finished.send_batches()  # of a stage, too, that is not finished
    returned = finished.send()
    if result.error is None:  # else the next try goes on where this one ended
        shutil.rmtree(root)
        finished.forget()
    if isinstance(result.error, PullquoteError):
        result.error.message = _at_home(result.error.message, root)
    return replace(result, told=tuple(_at_home(line, root) for line in lines)), returned


def _at_home(line: str, root: Path) -> str:
    """A line for the host, who has the files that it names in the show and not on this machine."""
    return line.replace(f"{root}/", "")


class _Finished(Reporter):
    """What is finished of a parcel is kept here, and in the store: a machine may be gone.

    That is what long stages made, and the batches of one that is not finished. A store that does not take
    them now is told later.
    """

    def __init__(
        self, parcel: Parcel, workspace: Workspace, store: ObjectStore, prefix: str
    ) -> None:
        self._parcel, self._store, self._prefix = parcel, store, prefix
        self._root, self._batches = workspace.root, workspace.state / "scratch"
        self._episode = workspace.new_episode(parcel.slug)
        self._kept = set(store.list(prefix))
        self._media: set[str] = set()  # keys that are in the store

    def lay_out(self) -> None:
        """Lay the parcel out here, with what a try before this one has finished, wherever that was."""
        if not self._episode.lock.is_file():
            parcel = self._parcel
            if (key := self._prefix + _MADE) in self._kept:
                parcel = resumed(parcel, _RETURNED.validate_json(self._store.content(key)))
            unpack(parcel, self._root, self._fetch)
        for key in self._kept - {self._prefix + _MADE}:
            path = self._batches / key.removeprefix(self._prefix)
            if not path.is_file():
                write_bytes(path, self._store.content(key))

    @contextmanager
    def stage(self, slug: str, name: str) -> Iterator[Progress]:
        begun = time.monotonic()
        due = begun + _EVERY

        def send_now(*_: object) -> None:
            nonlocal due
            if (now := time.monotonic()) > due:
                self.send_batches()
                took = time.monotonic() - now
                due = now + max(_EVERY, _SELDOM * took)

        yield send_now
        if time.monotonic() - begun > _EVERY:
            with suppress(StorageError):
                self._keep(self._prefix + _MADE, _RETURNED.dump_json(self.send()))

    def send(self) -> Returned:
        """What is made so far, whose media is in the store then."""
        returned = collect(self._parcel, self._root)
        if load_episode(Workspace(self._root), self._parcel.slug).enclosure:
            return replace(returned, media={})  # its recording stays at its old host
        made = [
            ReleaseObject(key, self._episode.directory / name, sha256, "audio/mpeg")
            for name, sha256 in returned.media.items()
            if (key := work_key(sha256, Path(name).suffix)) not in self._media
        ]
        self._store.upload([o for o in made if self._store.head(o.key) is None], lambda *_: None)
        self._media |= {each.key for each in made}
        return returned

    def forget(self) -> None:
        """All is done, and comes back; what the store keeps all the same is for `gc`."""
        with suppress(StorageError):
            for key in self._kept:
                self._store.delete(key)

    def send_batches(self) -> None:
        with suppress(StorageError):
            for path in sorted(self._batches.rglob("*.json")):
                key = self._prefix + path.relative_to(self._batches).as_posix()
                if key not in self._kept:
                    self._keep(key, path.read_bytes())

    def _keep(self, key: str, content: bytes) -> None:
        self._store.put(key, content, "application/json")
        self._kept.add(key)

    def _fetch(self, name: str, sha256: str, path: Path) -> None:
        key = work_key(sha256, path.suffix)
        self._store.download(key, path, sha256)
        self._media.add(key)


@contextmanager
def _told() -> Iterator[list[str]]:
    """What is warned of meanwhile."""
    lines: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    log = logging.getLogger("pipeline")
    log.addHandler(handler)
    try:
        yield lines
    finally:
        log.removeHandler(handler)
