"""What a machine of a cluster does with a parcel: it has nothing of the show, and keeps nothing of it.

Media comes from the store and goes there, by its digest. So do finished batches of a transcription: a
machine that is gone has done none of them in vain.
"""

import hashlib
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

import pipeline
from pipeline.engine.progress import quiet
from pipeline.engine.running.executors import guarded
from pipeline.engine.running.parcels import Parcel, Returned, collect, unpack
from pipeline.engine.running.runner import EpisodeResult, Runner
from pipeline.errors import ConfigError, PullquoteError
from pipeline.settings.production import StorageSettings
from pipeline.settings.show import load_episode
from pipeline.stages import all_stages
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import unfinished_key, work_key
from pipeline.workspace import Workspace

_EVERY = 5.0  # seconds after which a finished batch is in the store; a batch takes about as long


def work(parcel: Parcel, bucket: StorageSettings) -> tuple[EpisodeResult, Returned | None]:
    """Run the stages of a parcel; how that ended, and what they made, if any did."""
    try:
        if parcel.release != pipeline.__version__:
            raise ConfigError(
                f"{socket.gethostname()} has Pullquote {pipeline.__version__}, and the show is worked on "
                f"with {parcel.release}",
                "install the same release on every machine of the cluster",
            )
        return _work(parcel, ObjectStore(bucket))
    except PullquoteError as error:
        return EpisodeResult(parcel.slug, error=error), None


def _work(parcel: Parcel, store: ObjectStore) -> tuple[EpisodeResult, Returned]:
    digest = _digest(parcel)
    root = platformdirs.user_cache_path("pullquote") / "work" / f"{parcel.slug}-{digest[:16]}"
    workspace = Workspace(root)

    def fetch(name: str, sha256: str, path: Path) -> None:
        if not path.is_file():  # a try before this one may have brought it
            store.download(work_key(sha256, path.suffix), path, sha256)

    unpack(parcel, root, fetch)
    with _kept(store, workspace.state / "scratch", digest) as sent:
        runner = Runner(workspace, all_stages())
        result = guarded(
            lambda slug: runner.run(slug, to=parcel.to, force=parcel.force, reporter=quiet),
            parcel.slug,
        )
    returned = collect(parcel, root)
    episode = workspace.episode(parcel.slug).directory
    foreign = load_episode(workspace, parcel.slug).enclosure  # its recording stays at its old host
    made = [
        ReleaseObject(work_key(sha256, Path(name).suffix), episode / name, sha256, "audio/mpeg")
        for name, sha256 in returned.media.items()
        if not foreign
    ]
    store.upload([each for each in made if store.head(each.key) is None], lambda *_: None)
    if result.error is None:  # else the next try goes on where this one ended
        shutil.rmtree(root)
        for key in sent:
            store.delete(key)
    return result, returned


def _digest(parcel: Parcel) -> str:
    """What the parcel is: its second try goes on where the first one ended."""
    found = hashlib.sha256(f"{parcel.slug} {parcel.to} {sorted(parcel.media.items())}".encode())
    found.update(parcel.lock)
    for name, content in sorted(parcel.files.items()):
        found.update(name.encode() + content)
    return found.hexdigest()


@contextmanager
def _kept(store: ObjectStore, folder: Path, digest: str) -> Iterator[set[str]]:
    """Have what an unfinished stage keeps in the store too; yields the keys."""
    prefix = unfinished_key(digest, "")
    sent = set(store.list(prefix))
    for key in sent:
        path = folder / key.removeprefix(prefix)
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(store.content(key))
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_EVERY):
            for path in sorted(folder.rglob("*.json")):
                key = unfinished_key(digest, path.relative_to(folder).as_posix())
                if key not in sent:
                    store.put(key, path.read_bytes(), "application/json")
                    sent.add(key)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield sent
    finally:
        done.set()
        watching.join()
