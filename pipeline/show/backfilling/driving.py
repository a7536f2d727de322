"""From this clone to a cluster and back: it alone has the show, and alone writes into it."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

from pipeline.engine.progress import quiet
from pipeline.engine.running.executors import guarded
from pipeline.engine.running.parcels import Parcel
from pipeline.engine.running.runner import EpisodeResult, Runner
from pipeline.errors import ConfigError, PullquoteError
from pipeline.settings.production import LocalStorage, StorageSettings
from pipeline.settings.show import load_show
from pipeline.show.backfilling.cluster import Cluster
from pipeline.show.episode import LocalEpisode
from pipeline.show.words.following import after_run
from pipeline.stages import all_stages
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import work_key
from pipeline.workspace import Workspace


def backfill_on(
    cluster: Cluster,
    workspace: Workspace,
    slugs: Sequence[str],
    *,
    to: str | None = None,
    force: Sequence[str] = (),
) -> Iterator[EpisodeResult]:
    """Run what is stale of episodes on a cluster; each result as soon as it is in place here.

    Whatever ends this leaves what came back in place, and the rest to be run again.
    """
    driver = _Driver(cluster, workspace, to, tuple(force))
    with ThreadPoolExecutor(cluster.at_once) as threads:
        futures = [threads.submit(guarded, driver.run, slug) for slug in slugs]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()
            cluster.leave()


class _Driver:
    def __init__(
        self, cluster: Cluster, workspace: Workspace, to: str | None, force: tuple[str, ...]
    ) -> None:
        self._cluster = cluster
        self._workspace = workspace
        self._to, self._force = to, force
        self._bucket = _bucket(workspace)
        self._store = ObjectStore(self._bucket)

    def run(self, slug: str) -> EpisodeResult:
        """One episode, in one parcel, or in three where the one in the middle goes to a recogniser."""
        runner = Runner(self._workspace, all_stages())
        result = EpisodeResult(slug)
        for to, listens in self._steps(runner, slug):
            parcel = runner.pack(slug, to, self._force)
            if parcel.stale:
                self._provide(parcel)
                found, returned = self._cluster.run(parcel, self._bucket, listens=listens)
                taken = runner.take_in(parcel, returned) if returned else ()
                result = replace(found, ran=(*result.ran, *taken))
            if result.error or result.waiting:
                break
        if result.error:
            return result
        episode = LocalEpisode(self._workspace, slug)
        return after_run(runner, episode, result, to=self._to, reporter=quiet)

    def _steps(self, runner: Runner, slug: str) -> list[tuple[str | None, bool]]:
        """Up to which stage each parcel goes, and whether a recogniser works on it.

        A recording that is fetched from its old host is not handed on.
        """
        if LocalEpisode(self._workspace, slug).settings.enclosure:
            return [(self._to, True)]
        before, model = runner.around_model(self._to) if self._cluster.listeners else ((), "")
        steps: list[tuple[str | None, bool]] = [(name, False) for name in before]
        steps += [(model, True)] if model else []
        return [*steps, (self._to, False)]

    def _provide(self, parcel: Parcel) -> None:
        """Have the media of a parcel in the store; what is there is not sent again."""
        directory = self._workspace.episode(parcel.slug).directory
        for name, sha256 in parcel.media.items():
            shared = name.startswith("//")
            path = self._workspace.root / name[2:] if shared else directory / name
            key = work_key(sha256, path.suffix)
            if self._store.head(key) is not None:
                continue
            if not path.is_file():
                raise PullquoteError(
                    f"{parcel.slug}: {Path(name).name} is neither here nor in the store",
                    "put it back where it was, or run this where the recording is",
                )
            self._store.upload(
                [ReleaseObject(key, path, sha256, "application/octet-stream")], lambda *_: None
            )


def _bucket(workspace: Workspace) -> StorageSettings:
    found = load_show(workspace).store
    if isinstance(found, LocalStorage):
        raise ConfigError(
            "the show's store is on this machine only, where no cluster reaches it",
            "name a bucket under [storage] in feed/show.toml: pullquote help releases",
        )
    return found
