"""From this clone to a cluster and back: it alone has the show, and alone writes into it."""

import logging
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Lock

from pipeline.engine.progress import quiet
from pipeline.engine.running.executors import run_jobs
from pipeline.engine.running.parcels import Parcel, Returned, path_of
from pipeline.engine.running.runner import EpisodeResult, Runner
from pipeline.errors import ConfigError, PullquoteError
from pipeline.settings.production import LocalStorage, StorageSettings
from pipeline.settings.show import load_show
from pipeline.show.backfilling.cluster import Cluster
from pipeline.show.backfilling.work import PATIENT
from pipeline.show.episode import LocalEpisode
from pipeline.show.words.following import after_run
from pipeline.stages import all_stages
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import FEED_KEY, work_key
from pipeline.workspace import Workspace

_log = logging.getLogger(__name__)


def backfill_on(
    cluster: Cluster,
    workspace: Workspace,
    slugs: Sequence[str],
    *,
    to: str | None = None,
    force: Sequence[str] = (),
) -> Generator[EpisodeResult, None, None]:
    """Run what is stale of episodes on a cluster; each result as soon as it is in place here.

    Whatever ends this leaves what came back in place, and the rest to be run again.
    """
    driver = _Driver(cluster, workspace, to, tuple(force))
    with ThreadPoolExecutor(cluster.at_once) as threads:
        try:
            yield from run_jobs(driver.run, slugs, threads)
        finally:
            cluster.leave()


class _Driver:
    def __init__(
        self, cluster: Cluster, workspace: Workspace, to: str | None, force: tuple[str, ...]
    ) -> None:
        self._cluster = cluster
        self._workspace = workspace
        self._to, self._force = to, force
        self._runner, self._lock = Runner(workspace, all_stages()), Lock()
        self._told: set[str] = set()
        self._bucket = _bucket(workspace)
        ObjectStore(self._bucket).head(FEED_KEY)  # a wrong address or key is told once, and soon
        self._store = ObjectStore(self._bucket, attempts=PATIENT)

    def run(self, slug: str) -> EpisodeResult:
        with self._lock:  # it remembers what it has read of files
            parcel = self._runner.pack(slug, self._to, self._force)
        if not parcel.stale:
            return EpisodeResult(slug)
        self._provide(parcel)
        result, returned = self._cluster.run(parcel, self._bucket)
        with self._lock:
            return self._place(parcel, result, returned)

    def _place(
        self, parcel: Parcel, result: EpisodeResult, returned: Returned | None
    ) -> EpisodeResult:
        for line in {*result.told} - self._told:
            _log.warning("%s", line)
        self._told |= {*result.told}
        taken = self._runner.take_in(parcel, returned) if returned else ()
        found = replace(result, ran=taken)
        if found.error:
            return found
        episode = LocalEpisode(self._workspace, parcel.slug)
        run = partial(self._runner.run, parcel.slug, to=self._to, reporter=quiet)
        return after_run(run, episode, found, quiet)

    def _provide(self, parcel: Parcel) -> None:
        """Have the media of a parcel in the store; what is there is not sent again."""
        for name, sha256 in parcel.media.items():
            path = path_of(self._workspace.root, parcel.slug, name)
            key = work_key(sha256, path.suffix)
            if self._store.head(key) is not None:
                continue
            if not path.is_file():
                raise PullquoteError(
                    f"{parcel.slug}: {path.name} is neither here nor in the store",
                    "put it back where it was, or run this where the recording is",
                )
            sound = ReleaseObject(key, path, sha256, "application/octet-stream")
            self._store.upload([sound], lambda *_: None)


def _bucket(workspace: Workspace) -> StorageSettings:
    found = load_show(workspace).store
    if isinstance(found, LocalStorage):
        raise ConfigError(
            "the show's store is on this machine only, where no cluster reaches it",
            "name a bucket under [storage] in feed/show.toml: pullquote help releases",
        )
    return found
