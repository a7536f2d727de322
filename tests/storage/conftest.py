"""One real SeaweedFS for all tests of this folder; each test has a prefix, and thus a show, of its own."""

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import LocalStorage
from pipeline.storage.client import Keys
from pipeline.storage.local_store import LocalStore
from pipeline.storage.object_store import ObjectStore
from pipeline.workspace import Workspace


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    root = tmp_path_factory.mktemp("served show, with a comma")
    (root / "feed").mkdir()
    (root / "feed" / "show.toml").touch()
    local = LocalStore(Workspace(root))
    local.up()
    yield local
    local.down()


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
